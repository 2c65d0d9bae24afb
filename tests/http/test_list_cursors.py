"""Pages by cursor: what they promise while others write, and what is refused."""
import threading

import pytest

from client import person, unique, valid

INVALID_CURSOR = {"detail": "Invalid cursor."}


@pytest.fixture(scope="module")
def crowd(api):
    """A participant of seven appointments, the later created the earlier."""
    name = unique("crowd")
    ids = [api.create(start_date_time=f"2061-01-0{9 - day}", participants=[person(name)])["id"]
           for day in range(1, 8)]
    return name, ids


def walk(client, query, size=2, between=lambda: None):
    """All ids, page by page."""
    seen, path = [], f"/appointments/?cursor=start&page_size={size}&{query}"
    while path:
        answer = client.get(path)
        assert answer.status == 200, answer
        assert list(answer.json) == ["next", "previous", "results"]
        assert answer["previous"] is None
        seen += [one["id"] for one in answer["results"]]
        path = answer["next"] and answer["next"].removeprefix(client.base)
        between()
    return seen


def test_a_walk_shows_everything_once_in_the_order_of_creation(api, crowd):
    name, ids = crowd
    for size in (1, 2, 7, 100):
        assert walk(api, f"participant_unique_id={name}", size) == sorted(ids)
    assert set(ids) <= set(walk(api, "", 3))


def test_filters_apply_to_what_is_walked(api, crowd):
    name, ids = crowd
    query = f"participant_unique_id={name}&start_date=2061-01-04&end_date=2061-01-06"
    assert walk(api, query) == sorted(ids[2:5])
    assert walk(api, "start_date=2061-01-08&end_date=2061-01-02") == []


def test_a_page_has_whole_appointments_and_a_position(api, crowd):
    answer = api.get(f"/appointments/?cursor=start&participant_unique_id={crowd[0]}")
    assert answer["results"] == sorted(
        (api.get(f"/appointments/{one}/").json for one in crowd[1]), key=lambda one: one["id"])
    assert answer["next"] is None and answer.position > 0 and answer.etag


def test_the_next_page_is_a_link_with_the_other_parameters(api, crowd):
    answer = api.get(
        f"/appointments/?page=7&zeta=1&participant_unique_id={crowd[0]}&cursor=start&page_size=2")
    link = answer["next"]
    assert link.startswith(f"{api.base}/appointments/?cursor=")
    assert link.endswith(f"&page_size=2&participant_unique_id={crowd[0]}&zeta=1")


def test_a_walk_neither_repeats_nor_skips_while_others_write(fresh):
    """Starts move over the whole list, appointments come and go, and the kept ones stay in it."""
    kept = [fresh.create(start_date_time=f"2062-01-{day:02}")["id"] for day in range(1, 29)]
    done = threading.Event()

    def write():
        turn = 0
        while not done.is_set():
            turn += 1
            one = kept[turn * 5 % len(kept)]
            day = turn * 11 % 28 + 1
            fresh.patch(f"/appointments/{one}/", {"start_date_time": f"2062-01-{day:02}"})
            gone = fresh.post("/appointments/", valid(start_date_time="2062-01-15"))["id"]
            fresh.delete(f"/appointments/{gone}/")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for query in ("", "start_date=2062-01-01&end_date=2062-01-31"):
            for _ in range(3):
                seen = walk(fresh, query, 3)
                assert len(seen) == len(set(seen))
                assert set(kept) <= set(seen)
    finally:
        done.set()
        writer.join()


def test_where_the_cursor_stands_may_be_deleted(fresh):
    ids = [fresh.create()["id"] for _ in range(4)]
    first = fresh.get("/appointments/?cursor=start&page_size=2")
    fresh.delete(f"/appointments/{ids[1]}/")
    second = fresh.get(first["next"].removeprefix(fresh.base))
    assert [one["id"] for one in second["results"]] == ids[2:]


def cursor_of(answer):
    return answer["next"].partition("cursor=")[2].partition("&")[0]


def test_a_damaged_cursor_is_not_found(api, other, crowd):
    good = cursor_of(api.get("/appointments/?cursor=start&page_size=1"))
    assert api.get(f"/appointments/?cursor={good}").status == 200
    swapped = good[:5] + ("0" if good[5] != "0" else "1") + good[6:]
    for bad in (good[:-1], good + "0", good.upper() if good.upper() != good else "x", swapped,
                "START", "x", "%00", "%F0%9F%A6%8A", good[1:] + good[0]):
        answer = api.get(f"/appointments/?cursor={bad}")
        assert (answer.status, answer.json) == (404, INVALID_CURSOR), bad
    answer = other.get(f"/appointments/?cursor={good}")
    assert (answer.status, answer.json) == (404, INVALID_CURSOR), "another organization's"


def test_a_cursor_keeps_its_filters(api, crowd):
    query = f"participant_unique_id={crowd[0]}"
    good = cursor_of(api.get(f"/appointments/?cursor=start&page_size=1&{query}"))
    assert api.get(f"/appointments/?cursor={good}&page_size=3&{query}").status == 200
    for changed in ("", f"{query}x", f"{query}&start_date=2061-01-01"):
        answer = api.get(f"/appointments/?cursor={good}&{changed}")
        assert (answer.status, answer.json) == (
            400, {"cursor": ["This cursor was made with other filters."]})


def test_a_cursor_has_no_ordering(api):
    answer = api.get("/appointments/?cursor=start&ordering=start_date_time")
    assert (answer.status, answer.json) == (
        400, {"ordering": ["Pages by cursor have an order of their own."]})


def test_an_empty_cursor_is_none(api):
    assert "count" in api.get("/appointments/?cursor=&ordering=").json


def test_bad_filters_come_before_a_bad_cursor(api):
    answer = api.get("/appointments/?cursor=x&start_date=x")
    assert (answer.status, answer.json) == (400, {"start_date": ["Enter a valid date/time."]})
