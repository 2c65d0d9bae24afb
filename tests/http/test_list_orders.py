"""ordering=, and Prefer: handling=strict, of lists."""
import pytest

from client import not_a_choice, people, person, unique

STRICT = {"Prefer": "handling=strict"}


@pytest.fixture(scope="module")
def ties(api):
    """Participant and appointments: starts on days 1 to 4, of which 2 and 3 occur several times."""
    name = unique("tie")
    made = [api.create(start_date_time=f"2071-01-0{day}", participants=[person(name)])
            for day in (2, 3, 2, 4, 3, 2, 1, 3, 2, 3)]
    return name, [(one["start_date_time"], one["id"]) for one in made]


def pages(api, query, size):
    listed = []
    for page in range(1, 100):
        answer = api.get(f"/appointments/?{query}&page_size={size}&page={page}")
        listed += [(one["start_date_time"], one["id"]) for one in answer["results"]]
        if answer["next"] is None:
            assert answer["count"] == len(listed)
            return listed
    raise AssertionError("no end")


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 10, 100])
def test_descending_pages_have_ties_by_id(api, ties, size):
    name, made = ties
    by_id = sorted(made, key=lambda one: one[1])
    query = f"participant_unique_id={name}&ordering="
    assert pages(api, query, size) == sorted(made)
    assert pages(api, query + "start_date_time", size) == sorted(made)
    assert pages(api, query + "-start_date_time", size) == sorted(
        by_id, key=lambda one: one[0], reverse=True)


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_a_descending_list_obeys_its_bounds(api, ties, size):
    name, made = ties
    query = (f"participant_unique_id={name}&ordering=-start_date_time"
             "&start_date=2071-01-02&end_date=2071-01-03")
    by_id = sorted((one for one in made if one[0][9] in "23"), key=lambda one: one[1])
    assert pages(api, query, size) == sorted(by_id, key=lambda one: one[0], reverse=True)


def test_the_ends_of_time_have_their_place(api):
    name = unique("ends")
    for when in ("0001-01-01", "2071-01-01", "9999-12-31T23:59:59.999999"):
        for _ in range(2):
            api.create(start_date_time=when, participants=[person(name)])
    query = f"participant_unique_id={name}&ordering="
    for size in (1, 2, 3, 6):
        down = pages(api, query + "-start_date_time", size)
        assert [one[0][:4] for one in down] == ["9999", "9999", "2071", "2071", "0001", "0001"]
        assert set(down) == set(pages(api, query, size))


@pytest.mark.parametrize("ordering", [
    "x", "START_DATE_TIME", "--start_date_time", "+start_date_time", "start_date_time,id", "id",
    "-"])
def test_an_unknown_ordering_is_no_choice(api, ordering):
    answer = api.get(f"/appointments/?ordering={ordering.replace('+', '%2B')}")
    assert (answer.status, answer.json) == (400, {"ordering": [not_a_choice(ordering)]})


@pytest.fixture(scope="module")
def lists(api, admin, organization):
    """Client and path of each list."""
    members = f"/appointments/{api.create(participants=people(3))['id']}/participants/"
    return [(api, "/appointments/"), (api, members), (api, "/webhooks/"), (admin, "/organizations/"),
            (admin, f"/organizations/{organization['id']}/tokens/")]


def test_a_strict_client_is_told_what_is_unknown(lists):
    for client, path in lists:
        query = "?page_size=1&pagesize=2&%C3%A9=1&page=1"
        assert client.get(path + query).status == 200
        answer = client.get(path + query, headers=STRICT)
        unknown = {"pagesize": ["Unknown parameter."], "é": ["Unknown parameter."]}
        assert (answer.status, answer.json) == (400, unknown), path
        assert client.get(path + query).status == 200
        assert client.get(path + "?page=1&page_size=1", headers=STRICT).status == 200


@pytest.mark.parametrize("prefer", [
    "handling=strict", "Handling=Strict", "respond-async, handling=strict", "handling=lenient"])
def test_only_strict_is_strict(api, prefer):
    answer = api.get("/appointments/?x=", headers={"Prefer": prefer})
    assert answer.status == (200 if "lenient" in prefer else 400)


def test_every_parameter_of_appointments_is_known(api):
    known = ("start_date=2071-01-01&end_date=2071-02-01&participant_unique_id=x&ordering="
             "&cursor=&page=1&page_size=5")
    assert api.get(f"/appointments/?{known}", headers=STRICT).status == 200
