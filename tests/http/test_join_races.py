"""Joins, commands, changes and the clock at once: one wins, the others get the documented answer."""
import datetime

import pytest

from client import Client, at_once, person
from guest import DEAD, ENDED, facts, guest_of, kind_of
from wait import until

ROUNDS = 3
REFUSALS = {
    "join": {ENDED["detail"]},
    "rename": {"Active appointments cannot be updated.", "Completed appointments cannot be updated."},
    "start": {"Completed appointments cannot be started."},
    "complete": {"Only active appointments can be completed."}}


@pytest.fixture(scope="module")
def embassy(server):
    return server.organization("Embassy of Races")


@pytest.fixture(scope="module")
def api(server, embassy):
    return Client(server.port, embassy["token"]["token"])


def starting(seconds):
    """A start that makes 15 minutes end in so many seconds."""
    now = datetime.datetime.now(datetime.UTC)
    return (now + datetime.timedelta(seconds=seconds, minutes=-15)).isoformat()


def replay(events):
    """The status after the events, each of which the rules allow where it stands."""
    status, title = None, None
    for event in events:
        kind, new = kind_of(event), event["data"].get("new", {})
        if kind == "appointment.scheduled":
            status = "scheduled"
        elif kind == "appointment.participant_joined":
            assert status in ("scheduled", "active"), status
            assert new == ({"status": "active"} if status == "scheduled" else {})
            status = "active"
        elif kind == "appointment.started":
            assert status in ("scheduled", "missed"), status
            status = "active"
        elif kind == "appointment.completed":
            assert status == "active", status
            status = "completed"
        elif kind == "appointment.missed":
            assert status == "scheduled", status
            status = "missed"
        elif kind == "appointment.updated":
            assert status in ("scheduled", "missed"), status
            title = new["private"]["title"]
        else:
            assert kind == "appointment.participants_removed", kind
            assert status != "completed"
    return status, title


def count(events, kind):
    return sum(kind_of(event) == f"appointment.{kind}" for event in events)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_joins_commands_and_changes_at_once(server, api, embassy, round_):
    made = api.create(start_date_time=starting(900), duration_minutes=15,
                      participants=[person(f"p{n}") for n in range(40)])
    here = f"/appointments/{made['id']}/"

    def act(n):
        if n % 8 < 5:
            return "join", guest_of(server, made, n % 40).join()
        if n % 8 == 5:
            return "rename", api.patch(here, {"title": f"title {n}"})
        if n % 8 == 6:
            return "start", api.post(here + "start/")
        return "complete", api.post(here + "complete/")

    done = at_once(64, act)
    for word, answer in done:
        assert answer.status in (200, 409), (word, answer)
        if answer.status == 409:
            assert answer["detail"] in REFUSALS[word], (word, answer)
    won = [word for word, answer in done if answer.status == 200]
    events = facts(server, embassy["id"], made)
    status, title = replay(events)
    came = {n % 40 for n, (word, answer) in enumerate(done)
            if word == "join" and answer.status == 200}
    assert count(events, "participant_joined") == len(came)
    assert count(events, "updated") == won.count("rename")
    assert count(events, "completed") == min(1, won.count("complete"))
    starts = [e for e in events if e["data"].get("new") == {"status": "active"}
              or kind_of(e) == "appointment.started"]
    assert len(starts) == 1
    now = api.get(here)
    assert (now["status"], now["title"]) == (status, title or made["title"])
    shown = [event["version"] for event in events
             if kind_of(event) != "appointment.participant_joined" or event["data"]["new"]]
    assert now.etag == f'"{shown[-1]}"'


def test_a_removal_and_joins_at_once(server, api, embassy):
    made = api.create(start_date_time=starting(900), duration_minutes=15,
                      participants=[person("ann"), person("bob")])
    ann = made["participants"][0]["id"]
    guest = guest_of(server, made)
    done = at_once(32, lambda n: guest.join() if n != 16 else api.delete(
        f"/appointments/{made['id']}/participants/{ann}/"))
    assert done.pop(16).status == 204
    assert {answer.status for answer in done} <= {200, 404}
    assert all(answer.json == DEAD for answer in done if answer.status == 404)
    kinds = [kind_of(event) for event in facts(server, embassy["id"], made)]
    joins = any(answer.status == 200 for answer in done)
    assert kinds == ["appointment.scheduled", *["appointment.participant_joined"] * joins,
                     "appointment.participants_removed"]
    assert guest.join().json == DEAD


def test_a_deletion_and_joins_at_once(server, api, embassy):
    made = api.create(start_date_time=starting(900), duration_minutes=15, participants=[person()])
    guest = guest_of(server, made)
    done = at_once(32, lambda n: guest.join() if n != 16 else api.delete(
        f"/appointments/{made['id']}/"))
    assert done.pop(16).status == 204
    assert all(answer.status == 200 or answer.json == DEAD for answer in done)
    kinds = [kind_of(event) for event in facts(server, embassy["id"], made)]
    assert kinds[-1] == "appointment.deleted"
    assert kinds.count("appointment.participant_joined") == any(
        answer.status == 200 for answer in done)


def test_an_update_and_the_first_join_at_once(server, api, embassy):
    """In either order: the update happened before the join, or it was refused."""
    orders = set()
    for _ in range(20):
        made = api.create(start_date_time=starting(900), duration_minutes=15, participants=[person()])
        here, guest = f"/appointments/{made['id']}/", guest_of(server, made)
        join, update = at_once(2, lambda n: [guest.join, lambda: api.patch(here, {"title": "New"})][n]())
        assert join.status == 200
        kinds = [kind_of(event).removeprefix("appointment.")
                 for event in facts(server, embassy["id"], made)]
        if update.status == 200:
            assert kinds == ["scheduled", "updated", "participant_joined"]
        else:
            assert update.json == {"detail": "Active appointments cannot be updated."}
            assert kinds == ["scheduled", "participant_joined"]
        assert join["title"] == ("New" if update.status == 200 else made["title"])
        orders.add(update.status)
    assert orders <= {200, 409}


def test_an_update_that_knew_nothing_of_the_join_is_412(server, api):
    made = api.create(start_date_time=starting(900), duration_minutes=15, participants=[person()])
    assert guest_of(server, made).join().status == 200
    answer = api.patch(f"/appointments/{made['id']}/", {"title": "Late"},
                       headers={"If-Match": made.etag})
    assert answer.status == 412


def test_joins_while_the_end_comes(server, api, embassy):
    """Joins are accepted until the end and refused after it, and the appointment is completed
    once."""
    made = api.create(start_date_time=starting(1.5), duration_minutes=15,
                      participants=[person(f"p{n}") for n in range(4)])

    def come(n):
        guest = guest_of(server, made, n)
        answers = []

        def is_refused():
            answers.append(guest.join())
            return answers[-1].status != 200

        until(is_refused, "the end comes", 20, every_s=0)
        assert (answers[-1].status, answers[-1].json) == (409, ENDED)
        return len(answers) - 1

    def is_completed():
        status = api.get(f"/appointments/{made['id']}/")["status"]
        assert status in ("active", "completed")
        return status == "completed"

    taken = at_once(4, come)
    until(is_completed, "the clock completes it", 20)
    events = facts(server, embassy["id"], made)
    assert replay(events) == ("completed", None)
    assert count(events, "participant_joined") == sum(times > 0 for times in taken) >= 1
    assert events[-1]["actor"] == "system/deadlines" and count(events, "completed") == 1
    end = datetime.datetime.fromisoformat(made["start_date_time"]) + datetime.timedelta(minutes=15)
    joined = [datetime.datetime.fromisoformat(event["time"]) for event in events[1:-1]]
    assert max(joined) < end <= datetime.datetime.fromisoformat(events[-1]["time"])


def test_what_nobody_joined_is_missed_and_cannot_be_joined(server, api):
    made = api.create(start_date_time=starting(1), duration_minutes=15, participants=[person()])
    guest = guest_of(server, made)
    until(lambda: api.get(f"/appointments/{made['id']}/")["status"] == "missed", "it is missed", 20)
    assert guest.look()["state"] == "ended"
    assert guest.join().json == ENDED
    assert api.patch(f"/appointments/{made['id']}/", {"start_date_time": starting(900)}).status == 200
    assert guest.join().status == 200
