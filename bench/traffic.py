"""The requests that a load consists of, as files that bench/requests.lua reads."""
import json
import random

PATH = "/api/v1/appointments/"
COUNT = 1000  # of different requests in a file
PAGE = 20


def line(method, path, token, body=None):
    return f"{method}\t{path}\t{token}\t{json.dumps(body) if body else ''}\n"


def _ids(server, count):
    """Of appointments from everywhere in the lists of all organizations."""
    data, found = server.data, []
    organizations = range(data.organizations)
    pages = max(1, data.per_organization // 100)
    chosen = random.Random(1)
    while len(found) < count:
        organization = chosen.choice(organizations)
        answer = server.reader(organization).get(
            f"/appointments/?page_size=100&page={chosen.randint(1, pages)}")
        ids = [one["id"] for one in answer["results"]]
        token = data.tokens[organization]
        found += [(token, each) for each in chosen.sample(ids, min(len(ids), 50))]
    return found[:count]


def gets(server):
    return [line("GET", f"{PATH}{each}/", token) for token, each in _ids(server, COUNT)]


def first_pages(server):
    return [line("GET", PATH, token) for token in server.data.tokens]


def last_pages(server):
    return [line("GET", f"{PATH}?page=last", token) for token in server.data.tokens]


def middle_pages(server):
    """From around the middle."""
    pages = server.data.per_organization // PAGE
    near = [pages // 2 + n for n in range(-min(25, pages // 4), min(25, pages // 4) + 1)]
    return [line("GET", f"{PATH}?page={page}", token)
            for token in server.data.tokens for page in near]


def by_participant(server):
    """Lists of one citizen each, with 20 hits."""
    chosen = random.Random(2)
    citizens = max(1, server.data.per_organization // 20)
    return [line("GET", f"{PATH}?participant_unique_id=citizen-{chosen.randrange(citizens)}"
                        "%40example.org", chosen.choice(server.data.tokens))
            for _ in range(COUNT)]


def creates(server):
    chosen = random.Random(3)
    return [line("POST", PATH, chosen.choice(server.data.tokens), new_appointment(chosen))
            for _ in range(COUNT)]


def mixed(server):
    """90 GETs, 5 lists and 5 creates of a hundred, in random order."""
    lines = gets(server)[:900] + (first_pages(server) * 50)[:50] + creates(server)[:50]
    random.Random(4).shuffle(lines)
    return lines


def new_appointment(chosen):
    number = chosen.randrange(100_000)
    start = (f"{chosen.randint(2031, 2035)}-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02}"
             f"T{chosen.randrange(24):02}:{5 * chosen.randrange(12):02}:00Z")
    return {"title": f"Passport renewal {number}", "start_date_time": start,
            "duration_minutes": 30, "config": {"chat_enabled": True},
            "participants": [
                {"unique_id": f"officer-{number % 50}@consulate.example",
                 "display_name": f"Officer {number % 50}", "role": "moderator"},
                {"unique_id": f"new-{number}@example.org", "role": "participant"}]}
