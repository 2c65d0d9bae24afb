"""The requests that a load consists of, as lines of a file that the load generators read: kind,
method, path, token and body, separated by tabs."""
import json
import random

PATH = "/api/v1/appointments/"
COUNT = 1000  # of different requests in a file
PAGE = 20


def _line(kind, method, path, token, body=None):
    return "\t".join([kind, method, path, token, json.dumps(body) if body else ""]) + "\n"


def _list(token, query=""):
    return _line("list", "GET", PATH + query, token)


def _ids(server):
    """Of appointments from everywhere in the lists of all organizations, with a token for each."""
    found = []
    chosen = random.Random(1)
    pages = max(1, server.data.per_organization // 100)
    while len(found) < COUNT:
        token = chosen.choice(server.data.tokens)
        answer = server.client(token).get(
            f"/appointments/?page_size=100&page={chosen.randint(1, pages)}")
        ids = [one["id"] for one in answer["results"]]
        found += [(token, each) for each in chosen.sample(ids, min(len(ids), 50))]
    return found[:COUNT]


def gets(server):
    return [_line("get", "GET", f"{PATH}{each}/", token) for token, each in _ids(server)]


def first_pages(server):
    return [_list(token) for token in server.data.tokens]


def last_pages(server):
    return [_list(token, "?page=last") for token in server.data.tokens]


def middle_pages(server):
    """Fifty pages around the middle."""
    pages = server.data.per_organization // PAGE
    around = min(25, pages // 4)
    return [_list(token, f"?page={page}") for token in server.data.tokens
            for page in range(pages // 2 - around, pages // 2 + around + 1)]


def by_participant(server):
    """Lists of one citizen each, with 20 hits."""
    chosen = random.Random(2)
    citizens = max(1, server.data.per_organization // PAGE)
    return [_list(chosen.choice(server.data.tokens),
                  f"?participant_unique_id=citizen-{chosen.randrange(citizens)}%40example.org")
            for _ in range(COUNT)]


def creates(server):
    chosen = random.Random(3)
    return [_line("create", "POST", PATH, chosen.choice(server.data.tokens), _appointment(chosen))
            for _ in range(COUNT)]


def mixed(server):
    """90 GETs, 5 lists and 5 creates of a hundred, in random order."""
    lines = gets(server)[:900] + (first_pages(server) * 50)[:50] + creates(server)[:50]
    random.Random(4).shuffle(lines)
    return lines


def mixed_without_writes(server):
    return [line for line in mixed(server) if not line.startswith("create")]


def _appointment(chosen):
    number = chosen.randrange(100_000)
    start = (f"{chosen.randint(2031, 2035)}-{chosen.randint(1, 12):02}-{chosen.randint(1, 28):02}"
             f"T{chosen.randrange(24):02}:{5 * chosen.randrange(12):02}:00Z")
    return {"title": f"Passport renewal {number}", "start_date_time": start,
            "duration_minutes": 30, "config": {"chat_enabled": True},
            "participants": [
                {"unique_id": f"officer-{number % 50}@consulate.example",
                 "display_name": f"Officer {number % 50}", "role": "moderator"},
                {"unique_id": f"new-{number}@example.org", "role": "participant"}]}
