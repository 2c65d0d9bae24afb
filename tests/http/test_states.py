"""scheduled, active, completed, missed: commands, the clock, and what each state refuses."""
import datetime
import time

import pytest

from client import (
    BLANK, CHANGED, DUPLICATE, NO_APPOINTMENT, REQUIRED, NOT_UUID, NOT_HERE, not_a_choice, person,
    unique, unknown_id)
from wait import until

START_REFUSED = {"detail": "Completed appointments cannot be started."}
COMPLETE_REFUSED = {"detail": "Only active appointments can be completed."}
UPDATE_REFUSED = {"active": {"detail": "Active appointments cannot be updated."},
                  "completed": {"detail": "Completed appointments cannot be updated."}}
MEMBERS_REFUSED = {"detail": "Participants of completed appointments cannot be changed."}


def path(made, tail=""):
    return f"/appointments/{made['id']}/{tail}"


def same(api, made):
    again = api.get(path(made))
    return (again.body, again.etag) == (made.body, made.etag)


@pytest.mark.parametrize("state, command, result", [
    ("scheduled", "start", "active"), ("active", "complete", "completed")])
def test_a_command_moves_on_and_answers_the_appointment(api, state, command, result):
    made = api.in_state(state, participants=[person()], config={"chat_enabled": True})
    answer = api.post(path(made, f"{command}/"))
    assert answer.status == 200
    assert answer.json == {**made.json, "status": result, "updated_at": answer["updated_at"]}
    assert answer["updated_at"] > made["updated_at"] and answer.etag != made.etag
    assert same(api, answer)


@pytest.mark.parametrize("state, command", [("active", "start"), ("completed", "complete")])
def test_a_command_twice_is_once(api, state, command):
    made = api.in_state(state)
    answer = api.post(path(made, f"{command}/"))
    assert (answer.status, answer.body, answer.etag) == (200, made.body, made.etag)
    assert same(api, made)


@pytest.mark.parametrize("state, command, error", [
    ("scheduled", "complete", COMPLETE_REFUSED), ("completed", "start", START_REFUSED)])
def test_a_command_out_of_turn_is_409(api, state, command, error):
    made = api.in_state(state)
    answer = api.post(path(made, f"{command}/"))
    assert (answer.status, answer.json) == (409, error)
    assert same(api, made)


@pytest.mark.parametrize("state", ["active", "completed"])
@pytest.mark.parametrize("change", [
    {"title": "New"}, {"config": None}, {}, {"title": "Consultation"}, {"unknown": 1},
    {"start_date_time": "2050-01-01"}])
def test_even_an_update_that_changes_nothing_is_refused(api, state, change):
    made = api.in_state(state)
    answer = api.patch(path(made), change)
    assert (answer.status, answer.json) == (409, UPDATE_REFUSED[state])
    assert same(api, made)


def test_an_update_without_a_body_is_refused_too(api):
    made = api.in_state("active")
    assert api.patch(path(made)).status == 409


def members_requests(made):
    first = made["participants"][0]["id"]
    return {
        "add": ("POST", "participants/add/", [person("new")]),
        "remove": ("POST", "participants/remove/", [{"id": first}]),
        "patch": ("PATCH", f"participants/{first}/", {"display_name": "New"}),
        "delete": ("DELETE", f"participants/{first}/", None)}


@pytest.mark.parametrize("what", ["add", "remove", "patch", "delete"])
@pytest.mark.parametrize("state", ["scheduled", "active", "completed"])
def test_participants_change_until_completion(api, state, what):
    made = api.in_state(state, participants=[person("one"), person("two")])
    method, tail, body = members_requests(made)[what]
    answer = api.request(method, path(made, tail), json=body) if body is not None else (
        api.request(method, path(made, tail)))
    if state == "completed":
        assert (answer.status, answer.json) == (409, MEMBERS_REFUSED)
        assert same(api, made)
    else:
        assert answer.status == (204 if what == "delete" else 200)
        assert not same(api, made)
        assert api.get(path(made))["status"] == state


@pytest.mark.parametrize("state", ["scheduled", "active", "completed"])
def test_delete_is_allowed_in_every_state_and_hides_everything(api, state):
    guest = unique()
    made = api.in_state(state, participants=[person(guest)])
    assert api.delete(path(made)).status == 204
    first = made["participants"][0]["id"]
    for tail in ("", "participants/", f"participants/{first}/"):
        answer = api.get(path(made, tail))
        assert (answer.status, answer.json) == (404, NO_APPOINTMENT)
    assert api.ids(f"participant_unique_id={guest}") == []


def test_bad_values_are_reported_before_the_state(api):
    made = api.in_state("completed", participants=[person("one"), person("two")])
    first = made["participants"][0]["id"]
    for method, tail, body, errors in [
            ("PATCH", "", {"title": ""}, {"title": [BLANK]}),
            ("POST", "participants/add/", [person("n"), {"unique_id": "m"}],
             [{}, {"role": [REQUIRED]}]),
            ("POST", "participants/add/", [person("one")], [{"unique_id": [DUPLICATE]}]),
            ("POST", "participants/remove/", [{"id": "x"}], [{"id": [NOT_UUID]}]),
            ("POST", "participants/remove/", [{"id": unknown_id()}], [{"id": [NOT_HERE]}]),
            ("PATCH", f"participants/{first}/", {"role": "x"}, {"role": [not_a_choice("x")]})]:
        answer = api.request(method, path(made, tail), json=body)
        assert (answer.status, answer.json) == (400, errors)
    assert same(api, made)


def test_a_changed_version_is_reported_before_the_state(api):
    old = api.create(participants=[person()])
    stale = {"If-Match": old.etag}
    assert api.post(path(old, "start/")).status == 200
    for method, tail, body in [("PATCH", "", {"title": "x"}), ("POST", "complete/", {}),
                               ("POST", "start/", {})]:
        answer = api.request(method, path(old, tail), json=body, headers=stale)
        assert (answer.status, answer.json) == (412, CHANGED)


def test_the_start_and_the_end_do_not_bound_a_command(api):
    for start in ("0001-01-01", "2001-02-03T04:05:06", "9999-12-31T23:59"):
        made = api.create(start_date_time=start)
        assert made["status"] == "scheduled"
        assert api.post(path(made, "start/"))["status"] == "active"
        assert api.post(path(made, "complete/"))["status"] == "completed"


def test_states_show_in_lists(api):
    guest = unique()
    for state in ("scheduled", "active", "completed"):
        api.in_state(state, participants=[person(guest)])
    listed = api.get(f"/appointments/?participant_unique_id={guest}")["results"]
    assert sorted(item["status"] for item in listed) == ["active", "completed", "scheduled"]


# The clock. An appointment lasts at least 15 minutes, so these start in the past and end soon.

def soon(seconds):
    """A start whose 15 minutes end in so many seconds."""
    start = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds, minutes=-15)
    return start.isoformat()


def wait_for(api, made, state, within_s=20):
    return until(lambda: (answer := api.get(path(made)))["status"] == state and answer,
                 f"it is {state}", within_s)


def test_a_scheduled_appointment_is_missed_when_its_end_comes(api):
    guest = unique()
    made = api.create(start_date_time=soon(2), duration_minutes=15, participants=[person(guest)])
    missed = wait_for(api, made, "missed")
    assert missed.json == {**made.json, "status": "missed", "updated_at": missed["updated_at"]}
    assert missed["updated_at"] > made["updated_at"] and missed.etag != made.etag
    assert api.get(f"/appointments/?participant_unique_id={guest}")["results"] == [missed.json]
    answer = api.post(path(made, "complete/"))
    assert (answer.status, answer.json) == (409, COMPLETE_REFUSED)
    answer = api.patch(path(made), {"title": "Missed"})
    assert (answer.status, answer["status"], answer["title"]) == (200, "missed", "Missed")
    assert api.post(path(made, "participants/add/"), [person()]).status == 200
    assert api.post(path(made, "start/"))["status"] == "active"
    assert api.post(path(made, "complete/"))["status"] == "completed"


def test_an_active_appointment_is_completed_when_its_end_comes(api):
    made = api.create(start_date_time=soon(2), duration_minutes=15)
    assert api.post(path(made, "start/"))["status"] == "active"
    done = wait_for(api, made, "completed")
    assert api.post(path(made, "complete/")).body == done.body
    assert api.post(path(made, "start/")).json == START_REFUSED


def test_a_missed_appointment_that_is_moved_ahead_is_scheduled_again(api):
    made = api.create(start_date_time=soon(2), duration_minutes=15)
    wait_for(api, made, "missed")
    moved = api.patch(path(made), {"start_date_time": soon(2)})
    assert moved["status"] == "scheduled"
    wait_for(api, made, "missed")
    assert api.patch(path(made), {"duration_minutes": 700})["status"] == "scheduled"


def test_an_appointment_that_is_moved_to_an_earlier_end_is_missed_then(api):
    made = api.create(start_date_time="2060-01-01")
    moved = api.patch(path(made), {"start_date_time": soon(2), "duration_minutes": 15})
    assert moved["status"] == "scheduled"
    wait_for(api, made, "missed")


def test_what_begins_after_its_own_end_waits_for_a_command(api):
    """The end of another appointment passes, and these are unchanged."""
    scheduled = api.create(start_date_time=soon(-60), duration_minutes=15)
    active = api.create(start_date_time=soon(-60), duration_minutes=15)
    active = api.post(path(active, "start/"))
    witness = api.create(start_date_time=soon(2), duration_minutes=15)
    wait_for(api, witness, "missed")
    assert same(api, scheduled) and scheduled["status"] == "scheduled"
    assert same(api, active) and active["status"] == "active"


def test_a_deleted_appointment_stays_deleted_when_its_end_comes(api):
    made = api.create(start_date_time=soon(1), duration_minutes=15)
    witness = api.create(start_date_time=soon(2), duration_minutes=15)
    assert api.delete(path(made)).status == 204
    wait_for(api, witness, "missed")
    assert api.get(path(made)).status == 404


def test_an_update_right_after_the_end_does_not_stop_the_clock(api):
    ends = [0.8 + n / 50 for n in range(20)]  # some are updated between their end and the clock
    made = [api.create(start_date_time=soon(end), duration_minutes=15) for end in ends]
    finished = time.monotonic() + 1.6
    while time.monotonic() < finished:
        for one in made:
            answer = api.patch(path(one), {"title": unique()})
            assert answer.status == 200, answer
    for one in made:
        wait_for(api, one, "missed")
