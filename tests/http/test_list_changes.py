"""status=, ordering=updated_at and changed_after= of the list of appointments."""
import random
import threading

import pytest

from client import NOT_BOOLEAN, NOT_INTEGER, Client, not_a_choice, person, unique
from guest import appointment, from_now, guest_of
from server import Server

STATES = ["scheduled", "active", "completed"]


@pytest.fixture(scope="module")
def mix(api):
    """A participant of twelve appointments in three states, and their answers by state."""
    name = unique("mix")
    made = {state: [api.in_state(state, start_date_time=f"2081-01-{day:02}",
                                 participants=[person(name)]) for day in days]
            for state, days in (("scheduled", (1, 4, 7, 10)), ("active", (2, 5, 8, 11)),
                                ("completed", (3, 6, 9, 12)))}
    return name, made


def ids(answers):
    return [one["id"] for one in answers]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_only_those_of_a_status_are_listed_and_counted(api, mix, state, size):
    name, made = mix
    seen = []
    path = f"/appointments/?participant_unique_id={name}&status={state}&page_size={size}"
    while path:
        answer = api.get(path)
        assert answer["count"] == 4
        assert {one["status"] for one in answer["results"]} <= {state}
        seen += ids(answer["results"])
        path = answer["next"] and answer["next"].removeprefix(api.base)
    assert seen == ids(made[state])
    down = api.ids(f"participant_unique_id={name}&status={state}&ordering=-start_date_time")
    assert down == ids(made[state])[::-1]


def test_a_change_of_status_moves_between_the_lists(fresh):
    def counts():
        return [fresh.get(f"/appointments/?status={state}")["count"]
                for state in (*STATES, "missed")]

    made = [fresh.create(participants=[person("ann"), person("bob")]) for _ in range(3)]
    assert counts() == [3, 0, 0, 0]
    fresh.post(f"/appointments/{made[0]['id']}/start/")
    assert counts() == [2, 1, 0, 0]
    fresh.post(f"/appointments/{made[0]['id']}/complete/")
    assert counts() == [2, 0, 1, 0]
    assert fresh.ids("status=completed&participant_unique_id=bob") == [made[0]["id"]]
    fresh.delete(f"/appointments/{made[1]['id']}/")
    assert counts() == [1, 0, 1, 0]
    assert fresh.ids("status=&page_size=9") == sorted([made[0]["id"], made[2]["id"]])


@pytest.mark.parametrize("status", ["x", "Active", "deleted", "active,completed", "%00", " active"])
def test_an_unknown_status_is_no_choice(api, status):
    answer = api.get("/appointments/?status=" + status.replace(" ", "%20"))
    shown = "\0" if status == "%00" else status
    assert (answer.status, answer.json) == (400, {"status": [not_a_choice(shown)]})


def test_the_order_of_updates(server, fresh):
    made = [fresh.create(start_date_time=f"2082-01-0{9 - n}", participants=[person("ann")])
            for n in range(4)]
    soon = fresh.create(start_date_time=from_now(5), participants=[person("ann"), person("bob")])
    one, two, three, four = ids(made)
    fresh.patch(f"/appointments/{two}/", {"title": "Later"})
    fresh.patch(f"/appointments/{one}/", {"title": "Later"})
    assert fresh.ids("ordering=updated_at") == [three, four, soon["id"], two, one]
    assert guest_of(server, soon).join().status == 200  # starts it
    assert fresh.ids("ordering=-updated_at") == [soon["id"], one, two, four, three]
    fresh.patch(f"/appointments/{four}/", {"title": "Last"})
    assert guest_of(server, soon, 1).join().status == 200  # changes nothing that is shown
    for query in ("", "&participant_unique_id=ann", "&start_date=2020-01-01",
                  "&changed_after=0", "&status=&participant_unique_id=ann&changed_after=1"):
        down = fresh.get("/appointments/?ordering=-updated_at" + query)
        assert ids(down["results"]) == [four, soon["id"], one, two, three], query
        assert down["count"] == 5
        stamps = [each["updated_at"] for each in down["results"]]
        assert stamps == sorted(stamps, reverse=True)
    assert fresh.ids("changed_after=0") == [three, two, one, four, soon["id"]]
    assert fresh.ids("ordering=updated_at&page_size=2&page=2&status=scheduled") == [one, four]


def test_changes_come_in_the_order_of_the_last_event(fresh):
    made = ids([fresh.create() for _ in range(4)])
    position = fresh.get("/appointments/").position
    assert fresh.ids(f"changed_after={position}&include_deleted=true") == []
    fresh.patch(f"/appointments/{made[2]}/", {"title": "New"})
    fresh.delete(f"/appointments/{made[1]}/")
    fresh.post(f"/appointments/{made[0]}/start/")
    answer = fresh.get(f"/appointments/?changed_after={position}&include_deleted=true")
    assert ids(answer["results"]) == [made[2], made[1], made[0]]
    assert answer["results"][1] == {"id": made[1], "deleted": True}
    assert answer["results"][2] == fresh.get(f"/appointments/{made[0]}/").json
    assert answer["count"] == 3 and answer.position == position + 3
    assert fresh.ids(f"changed_after={position}") == [made[2], made[0]]
    assert fresh.ids(f"changed_after={position + 1}&include_deleted=1") == [made[1], made[0]]
    assert fresh.ids(f"changed_after={position}&status=active&include_deleted=yes") == [
        made[1], made[0]]
    query = f"changed_after={position}&include_deleted=true&ordering="
    assert fresh.ids(query + "start_date_time")[-1] == made[1]
    assert fresh.ids(query + "-start_date_time")[-1] == made[1]
    assert fresh.ids(query + "-updated_at") == [made[0], made[1], made[2]]


def test_a_position_of_the_future_is_refused(fresh):
    fresh.create()
    head = fresh.get("/appointments/").position
    assert fresh.get(f"/appointments/?changed_after={head}").json["results"] == []
    for paging in ("", "&cursor=start"):
        answer = fresh.get(f"/appointments/?changed_after={head + 1}{paging}")
        assert (answer.status, answer.json) == (
            409, {"detail": f"The cursor {head + 1} is ahead of the head {head}."})


@pytest.mark.parametrize("query, errors", [
    ("changed_after=x", {"changed_after": [NOT_INTEGER]}),
    ("changed_after=1.5", {"changed_after": [NOT_INTEGER]}),
    ("changed_after=-1",
     {"changed_after": ["Ensure this value is greater than or equal to 0."]}),
    ("changed_after=0&include_deleted=maybe", {"include_deleted": [NOT_BOOLEAN]}),
    ("include_deleted=true",
     {"include_deleted": ["Deleted ones are listed with changed_after only."]}),
    ("changed_after=&include_deleted=true",
     {"include_deleted": ["Deleted ones are listed with changed_after only."]}),
    ("status=x&ordering=y", {"status": [not_a_choice("x")], "ordering": [not_a_choice("y")]})])
def test_bad_values_are_refused_on_their_parameter(api, query, errors):
    answer = api.get(f"/appointments/?{query}")
    assert (answer.status, answer.json) == (400, errors)


def test_what_filters_nothing_may_be_empty_or_false(api):
    answer = api.get("/appointments/?status=&ordering=&changed_after=&include_deleted=&cursor=")
    assert answer.status == 200 and "count" in answer.json
    assert api.get("/appointments/?include_deleted=false").status == 200


def test_a_list_that_must_be_sorted_has_a_limit(tmp_path):
    with Server(tmp_path / "node", "--list-rows", "3").start() as server:
        api = Client(server.port, server.organization("Small")["token"]["token"])
        for _ in range(3):
            api.create(participants=[person("ann")])
        query = "/appointments/?ordering=updated_at&participant_unique_id=ann"
        assert api.get(query)["count"] == 3
        api.create(participants=[person("ann")])
        answer = api.get(query)
        assert answer.status == 400
        assert answer["non_field_errors"][0].startswith("More than 3 appointments would have to")
        assert api.get("/appointments/?ordering=updated_at")["count"] == 4
        assert api.get("/appointments/?status=scheduled&ordering=-start_date_time")["count"] == 4


def walk(api, query):
    """All pages, and the position of the first."""
    path, position, found = f"/appointments/?cursor=start&page_size=3&{query}", None, []
    while path:
        answer = api.get(path)
        assert answer.status == 200, answer
        position = answer.position if position is None else position
        found += answer["results"]
        path = answer["next"] and answer["next"].removeprefix(api.base)
    assert len({one["id"] for one in found}) == len(found)
    return position, found


def write_randomly(server, api, seed, done):
    chance = random.Random(seed)
    mine = []
    while not done.is_set():
        act = chance.random()
        if act < 0.35 or len(mine) < 3:
            mine.append(appointment(api, "open", person("ann"), person("bob")))
        elif act < 0.5:
            api.delete(f"/appointments/{mine.pop(chance.randrange(len(mine)))['id']}/")
        elif act < 0.65:
            guest_of(server, chance.choice(mine), chance.randrange(2)).join()
        elif act < 0.8:
            api.post(f"/appointments/{chance.choice(mine)['id']}/start/")
        else:
            api.patch(f"/appointments/{chance.choice(mine)['id']}/",
                      {"start_date_time": from_now(chance.randrange(3, 10000))})


def test_a_copy_by_changes_is_complete_while_others_write(server, fresh):
    """docs/consuming.md: list everything, then what has changed since, again and again."""
    done = threading.Event()
    writers = [threading.Thread(target=write_randomly, args=(server, fresh, seed, done))
               for seed in range(3)]
    for writer in writers:
        writer.start()
    try:
        position, found = walk(fresh, "")
        copy = {one["id"]: one for one in found}
        deletions = 0

        def catch_up():
            nonlocal position, deletions
            since = position
            position, found = walk(fresh, f"changed_after={since}&include_deleted=true")
            for one in found:
                if one.get("deleted"):
                    deletions += copy.pop(one["id"], None) is not None
                else:
                    copy[one["id"]] = one

        for _ in range(1000):
            catch_up()
            if deletions >= 5 and len(copy) >= 30:
                break
        else:
            raise AssertionError("the writers wrote too little")
    finally:
        done.set()
        for writer in writers:
            writer.join()
    catch_up()
    assert copy == {one["id"]: one for one in walk(fresh, "")[1]}
    before = dict(copy)
    catch_up()
    assert copy == before
