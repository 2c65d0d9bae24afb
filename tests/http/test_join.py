"""Access links: GET shows, POST joins."""
import json
import random
import re

import pytest

from client import BAD_KEY, NOT_ACCEPTABLE, Client, at_once, person, unique
from guest import (
    DEAD, ENDED, HTML, JSON, NOT_YET, PROBLEM, STARTS, appointment, facts, from_now, guest_of,
    kind_of, token_of)
from server import Server
from wait import until

STATES = ["early", "open", "ended"]
REFUSALS = {"early": NOT_YET, "ended": ENDED}


@pytest.fixture(scope="module")
def embassy(server):
    """An organization of this file's own."""
    return server.organization("Embassy of Doors")


@pytest.fixture(scope="module")
def api(server, embassy):
    return Client(server.port, embassy["token"]["token"])


def path(made, tail=""):
    return f"/appointments/{made['id']}/{tail}"


def same(api, made):
    again = api.get(path(made))
    return (again.body, again.etag) == (made.body, made.etag)


@pytest.mark.parametrize("state", STATES)
def test_get_shows_json_what_it_is_and_what_can_be_done(server, api, state):
    made = appointment(api, state, person("ann", "moderator", display_name="Änn <b>"))
    answer = guest_of(server, made).look()
    assert answer.status == 200 and answer.header("Content-Type") == JSON
    assert list(answer.json) == [
        "state", "title", "start_date_time", "duration_minutes", "opens_at", "ends_at",
        "display_name", "role"]
    assert answer.json == {
        "state": state, "title": "Consultation", "start_date_time": made["start_date_time"],
        "duration_minutes": 15, "opens_at": answer["opens_at"], "ends_at": answer["ends_at"],
        "display_name": "Änn <b>", "role": "moderator"}
    assert answer["opens_at"] < answer["start_date_time"] < answer["ends_at"]
    for unknown in ("ETag", "Consularia-Position", "Location"):
        assert answer.header(unknown) is None


def test_the_door_opens_15_minutes_before_the_start_and_ends_with_the_end(server, api):
    made = api.create(start_date_time="2031-05-06T07:08:09.5Z", participants=[person()])
    seen = guest_of(server, made).look()
    assert seen["opens_at"] == "2031-05-06T06:53:09.500000Z"
    assert seen["ends_at"] == "2031-05-06T07:38:09.500000Z"
    assert seen["display_name"] is None


@pytest.mark.parametrize("state, words", [
    ("early", r"Joining opens in 1 h 4[0-9] min\."),
    ("open", r'<form method="post"><button type="submit">Join</button></form>'),
    ("ended", r"This appointment has ended\.")])
def test_get_shows_a_browser_a_page(server, api, state, words):
    made = appointment(api, state, title="A <title> & more")
    page = guest_of(server, made).look(HTML)
    assert page.status == 200 and page.header("Content-Type") == "text/html; charset=utf-8"
    text = page.body.decode()
    assert re.search(words, text), text
    assert ("<form" in text) == (state == "open")
    assert "<h1><bdi>A &lt;title&gt; &amp; more</bdi></h1>" in text
    assert "<bdi>Ann</bdi>" in text and "Moderator" in text
    assert f'datetime="{made["start_date_time"]}"' in text
    assert not re.search(r"https?:|src=|<link|url\(", text)
    policy = page.header("Content-Security-Policy")
    nonce = re.search(r"'nonce-([A-Za-z0-9_-]{20,})'", policy)[1]
    assert "unsafe" not in policy and "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert text.count(f'nonce="{nonce}"') == len(re.findall("<(style|script)", text)) == 2
    again = guest_of(server, made).look(HTML)
    assert nonce not in again.header("Content-Security-Policy")


def test_accepting_anything_gets_the_page_and_naming_json_gets_json(server, api):
    guest = guest_of(server, appointment(api, "open"))
    for accept in ("*/*", "", HTML, "text/html", None):
        assert guest.look(accept).header("Content-Type").startswith("text/html"), accept
    for accept in (JSON, "application/json, text/plain, */*", PROBLEM, "application/*"):
        assert guest.look(accept).header("Content-Type") == JSON, accept
    for method in ("GET", "POST"):
        refused = guest.ask(method, "image/png")
        assert (refused.status, refused.json) == (406, NOT_ACCEPTABLE)


@pytest.mark.parametrize("state", STATES)
def test_a_scanner_that_gets_a_hundred_times_leaves_no_trace(server, api, embassy, state):
    made = appointment(api, state)
    guest = guest_of(server, made)
    before = facts(server, embassy["id"])
    accepts = [HTML, JSON, PROBLEM, "*/*"]
    looks = at_once(20, lambda n: [
        guest.ask("HEAD" if n % 4 == 0 else "GET", accepts[k % 4]).status for k in range(5)])
    assert [status for some in looks for status in some] == [200] * 100
    assert same(api, made)
    assert facts(server, embassy["id"]) == before


def test_head_is_get_without_the_body(server, api):
    guest = guest_of(server, appointment(api, "open"))
    for accept in (HTML, JSON):
        head, get = guest.ask("HEAD", accept), guest.look(accept)
        assert head.status == 200
        for name in ("Content-Type", "Content-Length"):
            assert head.header(name) == get.header(name)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_405(server, api, method):
    made = appointment(api, "open")
    for accept in (JSON, HTML):
        answer = guest_of(server, made).ask(method, accept)
        assert answer.status == 405
        assert answer.header("Allow") == "GET, POST, HEAD, OPTIONS"
        assert token_of(made).encode() not in answer.body
    assert same(api, made)


def test_options_says_what_there_is_of_any_token(server, api):
    guest = guest_of(server, appointment(api, "open"))
    for target in (guest.path, "/join/x"):
        answer = guest.ask("OPTIONS", path=target)
        assert answer.status == 200
        assert answer.header("Allow") == "GET, POST, HEAD, OPTIONS"


def test_the_first_join_makes_it_active_in_the_same_event(server, api, embassy):
    made = appointment(api, "open", person("ann", display_name="Ann"), person("bob"))
    ann, bob = guest_of(server, made), guest_of(server, made, 1)
    answer = ann.join()
    assert answer.status == 200
    assert answer.json == {**ann.look().json, "state": "joined", "meeting_url": None}
    active = api.get(path(made))
    assert active.json == {**made.json, "status": "active", "updated_at": active["updated_at"]}
    assert active["updated_at"] > made["updated_at"] and active.etag != made.etag
    assert bob.join().status == 200
    scheduled, first, *others = facts(server, embassy["id"], made)
    assert kind_of(scheduled) == "appointment.scheduled"
    ids = [one["id"] for one in made["participants"]]
    assert first["data"] == {
        "id": ids[0], "old": {"status": "scheduled"}, "new": {"status": "active"}}
    assert [event["data"] for event in others] == [
        {"id": ids[1], "old": {}, "new": {}}]
    for event, n in zip([first, *others], (0, 1)):
        assert kind_of(event) == "appointment.participant_joined"
        assert event["actor"] == f"participants/{ids[n]}"
    assert [event["version"] for event in [scheduled, first, *others]] == list("123")
    assert api.get(path(made))["status"] == "active"


def test_a_join_that_changes_no_state_leaves_the_tags_and_the_time_of_update_alone(server, api, embassy):
    made = appointment(api, "open", person("ann"), person("bob"))
    members = [f"{path(made)}participants/{one['id']}/" for one in made["participants"]]
    assert guest_of(server, made).join().status == 200
    before = api.get(path(made))
    participants = [api.get(member).etag for member in members]
    assert (before.etag, participants) == ('"2"', ['"1"', '"1"'])
    assert guest_of(server, made, 1).join().status == 200
    assert facts(server, embassy["id"], made)[-1]["version"] == "3"
    after = api.get(path(made))
    assert (after.body, after.etag) == (before.body, before.etag)
    assert [api.get(member).etag for member in members] == participants
    unchanged = {"If-None-Match": before.etag}
    assert api.get(path(made), headers=unchanged).status == 304
    changed = api.post(path(made, "participants/add/"), [person()],
                       headers={"If-Match": before.etag})
    assert (changed.status, changed.etag) == (200, '"4"')
    assert changed["updated_at"] > before["updated_at"]


def test_joining_again_within_the_window_is_the_same_join(server, api, embassy):
    made = appointment(api, "open", person("ann"), person("bob"))
    ann, bob = guest_of(server, made), guest_of(server, made, 1)
    first = ann.join()
    events = facts(server, embassy["id"], made)
    for _ in range(3):
        again = ann.join()
        assert (again.status, again.json) == (200, first.json)
    assert facts(server, embassy["id"], made) == events
    assert bob.join().status == 200
    assert len(facts(server, embassy["id"], made)) == len(events) + 1
    # A participant who was removed and added again counts as another participant.
    here = path(made, "participants/")
    assert api.delete(f"{here}{made['participants'][0]['id']}/").status == 204
    back = guest_of(server, api.post(here + "add/", [person("ann")]), -1)
    assert back.join().status == 200
    assert len(facts(server, embassy["id"], made)) == len(events) + 4
    assert api.post(path(made, "complete/")).status == 200
    assert (bob.join().status, bob.join().json) == (409, ENDED)


def test_without_a_window_every_join_is_recorded(tmp_path):
    with Server(tmp_path / "node", "--join-repeat-s", "0").start() as node:
        embassy = node.organization("Door")
        api = Client(node.port, embassy["token"]["token"])
        made = appointment(api, "open")
        tags = set()
        for _ in range(3):
            assert guest_of(node, made).join().status == 200
            tags.add(api.get(path(made)).etag)
        assert [event["version"] for event in facts(node, embassy["id"], made)] == list("1234")
        assert tags == {'"2"'}


def test_a_join_carries_the_id_of_its_request(server, api, embassy):
    made = appointment(api, "open")
    mine = unique("request")
    answer = guest_of(server, made).join(headers={"X-Request-ID": mine})
    assert answer.header("X-Request-ID") == mine
    recorded = facts(server, embassy["id"], made)[-1]["requestid"]
    until(lambda: f"request id={mine} uuid={recorded} " in server.log(), "the log says so")


def test_a_join_answers_a_browser_with_a_page_where_there_is_no_meeting_service(server, api):
    made = appointment(api, "open")
    page = guest_of(server, made).join(HTML, form=[])
    assert page.status == 200 and page.header("Location") is None
    assert b"You have joined. No meeting service is configured here" in page.body
    assert b"<form" not in page.body
    assert api.get(path(made))["status"] == "active"


def test_a_join_of_what_a_command_started_leaves_it_active(server, api, embassy):
    made = appointment(api, "open")
    assert api.post(path(made, "start/")).status == 200
    assert guest_of(server, made).join().status == 200
    assert facts(server, embassy["id"], made)[-1]["data"]["new"] == {}
    assert api.get(path(made))["status"] == "active"


@pytest.mark.parametrize("state", ["early", "ended"])
def test_a_join_outside_of_the_window_is_refused_and_leaves_no_trace(server, api, embassy, state):
    made = appointment(api, state)
    guest = guest_of(server, made)
    before = facts(server, embassy["id"])
    refused = guest.join()
    assert (refused.status, refused.json) == (409, REFUSALS[state])
    assert refused.header("Consularia-Position") is None
    problem = guest.join(PROBLEM)
    assert problem.header("Content-Type") == PROBLEM
    assert problem.json == {"type": "about:blank", "title": "Conflict", "status": 409,
                            **REFUSALS[state]}
    page = guest.join(HTML)
    assert page.status == 409
    assert f"<h1>{REFUSALS[state]['detail']}</h1>" in page.body.decode()
    assert same(api, made)
    assert facts(server, embassy["id"]) == before


def test_a_completed_appointment_has_ended_however_early(server, api):
    made = appointment(api, "open")
    guest = guest_of(server, made)
    assert guest.join().status == 200
    assert api.post(path(made, "complete/")).status == 200
    assert guest.look()["state"] == "ended"
    assert guest.join().json == ENDED


def test_a_participant_who_is_removed_has_a_dead_link_at_once(server, api, embassy):
    made = appointment(api, "open", person("ann"), person("bob"))
    ann, bob = guest_of(server, made), guest_of(server, made, 1)
    assert ann.join().status == 200
    member = path(made, f"participants/{made['participants'][0]['id']}/")
    assert api.delete(member).status == 204
    before = facts(server, embassy["id"], made)
    for answer in (ann.look(), ann.join()):
        assert (answer.status, answer.json) == (404, DEAD)
    assert facts(server, embassy["id"], made) == before
    assert (bob.look().status, bob.join().status) == (200, 200)
    again = api.post(path(made, "participants/add/"), [person("ann")])
    assert again.status == 200
    assert ann.look().status == 404, "the same person, but another link"
    assert guest_of(server, api.get(path(made)), 1).look().status == 200


def test_a_deleted_appointment_has_dead_links(server, api):
    made = appointment(api, "open")
    guest = guest_of(server, made)
    assert api.delete(path(made)).status == 204
    for answer in (guest.look(), guest.join()):
        assert (answer.status, answer.json) == (404, DEAD)


def test_changes_show_without_a_new_link(server, api):
    made = appointment(api, "early")
    guest = guest_of(server, made)
    member = path(made, f"participants/{made['participants'][0]['id']}/")
    changed = api.patch(member, {"role": "participant", "display_name": "Anna"})
    assert changed["access_link"] == made["participants"][0]["access_link"]
    assert (guest.look()["role"], guest.look()["display_name"]) == ("participant", "Anna")
    assert api.patch(path(made), {"start_date_time": from_now(STARTS["open"])}).status == 200
    assert guest.look()["state"] == "open"
    assert guest.join()["role"] == "participant"


def test_an_idempotency_key_means_nothing_to_a_join(server, api, embassy):
    """It replays nothing, and the organization's keys stay free."""
    made = appointment(api, "open")
    guest = guest_of(server, made)
    key = {"Idempotency-Key": unique("key")}
    for _ in range(2):
        answer = guest.join(headers=key)
        assert answer.status == 200 and answer.header("Idempotency-Replayed") is None
    assert len(facts(server, embassy["id"], made)) == 2
    written = api.post(path(made, "complete/"), headers=key)
    assert written.status == 200 and written.header("Idempotency-Replayed") is None
    answer = guest.join(headers=key)
    assert (answer.status, answer.json) == (409, ENDED)
    for bad in ("", "two words", "x" * 256):
        assert guest.join(headers={"Idempotency-Key": bad}).json != BAD_KEY


def test_what_a_join_sends_is_not_read(server, api):
    made = appointment(api, "open")
    guest = guest_of(server, made)
    for how in ({"json": {"status": "completed"}}, {"raw": b"{"}, {"form": [("role", "moderator")]},
                {"raw": b"\xff" * 100, "headers": {"Content-Type": "image/png"}},
                {"headers": {"Authorization": "Token wrong", "If-Match": '"99"'}}):
        assert guest.join(**how).status == 200, how
    assert api.get(path(made))["status"] == "active"


@pytest.mark.parametrize("opens_before_s, seen", [
    (0, ["early", "early", "open"]), (31536000, ["open", "open", "open"])])
def test_the_window_can_be_set_to_its_limits(tmp_path, opens_before_s, seen):
    with Server(tmp_path / "node", "--join-opens-before-s", opens_before_s).start() as node:
        api = Client(node.port, node.organization("Window")["token"]["token"])
        guests = [guest_of(node, api.create(start_date_time=from_now(minutes),
                                            participants=[person()]))
                  for minutes in (60 * 24 * 364, 10, -1)]
        assert [guest.look()["state"] for guest in guests] == seen
        assert [guest.join().status for guest in guests] == [
            200 if state == "open" else 409 for state in seen]
        first = guest_of(node, api.create(start_date_time="0001-01-01", participants=[person()]))
        assert first.look()["opens_at"] == "0001-01-01T00:00:00Z"
        last = guest_of(node, api.create(start_date_time="9999-12-31T23:59", duration_minutes=720,
                                         participants=[person()]))
        assert last.look()["ends_at"] == "9999-12-31T23:59:59.999999Z"


class Model:
    """An appointment by the rules of docs/api.md, while no end comes."""

    def __init__(self, when, participants):
        self.when, self.status, self.version, self.tag = when, "scheduled", 1, 1
        self.participants, self.joined, self.joins, self.deleted = participants, set(), 0, False

    def happens(self, status=None):
        self.version += 1
        self.tag = self.version
        self.status = status or self.status
        return 200

    def door(self):
        return "ended" if self.status == "completed" else self.when

    def join(self, participant):
        if self.deleted or participant not in self.participants:
            return 404
        if self.door() != "open":
            return 409
        if self.status == "active" and participant in self.joined:
            return 200
        self.joined.add(participant)
        self.joins += 1
        if self.status == "scheduled":
            return self.happens("active")
        self.version += 1
        return 200

    def start(self):
        if self.status == "completed":
            return 409
        return 200 if self.status == "active" else self.happens("active")

    def complete(self):
        if self.status == "scheduled":
            return 409
        return 200 if self.status == "completed" else self.happens("completed")

    def move(self, when):
        if self.status != "scheduled":
            return 409
        self.when = when
        return self.happens()

    def add(self):
        return 409 if self.status == "completed" else self.happens()

    def remove(self, participant):
        if self.status == "completed":
            return 409
        self.participants.remove(participant)
        self.joined.discard(participant)
        return self.happens()


class Walk:
    """One appointment and its model through random steps."""

    def __init__(self, server, api, choose):
        self.server, self.api, self.choose = server, api, choose
        when = choose.choice(STATES)
        self.made = appointment(api, when, *[person(f"p{n}") for n in range(3)])
        self.links = {one["id"]: guest_of(server, self.made, n)
                      for n, one in enumerate(self.made["participants"])}
        self.model = Model(when, list(self.links))

    def known(self):
        return self.choose.choice(self.model.participants) if self.model.participants else None

    def step(self):
        word = self.choose.choice(
            ["join"] * 5 + ["start", "complete", "move", "add", "remove", "look", "delete"])
        return word, *getattr(self, word)()

    def join(self):
        who = self.choose.choice(list(self.links))  # also those who were removed
        return self.links[who].join().status, self.model.join(who)

    def look(self):
        who = self.choose.choice(list(self.links))
        answer = self.links[who].look()
        if self.model.deleted or who not in self.model.participants:
            return answer.status, 404
        return (answer.status, answer["state"]), (200, self.model.door())

    def start(self):
        return self.command("start"), self.model.start()

    def complete(self):
        return self.command("complete"), self.model.complete()

    def command(self, word):
        return self.api.post(path(self.made, f"{word}/")).status

    def move(self):
        when = self.choose.choice(STATES)
        body = {"start_date_time": from_now(STARTS[when])}
        return self.api.patch(path(self.made), body).status, self.model.move(when)

    def add(self):
        answer = self.api.post(path(self.made, "participants/add/"), [person()])
        expected = self.model.add()
        if answer.status == 200:
            new = answer["participants"][-1]
            self.links[new["id"]] = guest_of(self.server, answer, -1)
            self.model.participants.append(new["id"])
        return answer.status, expected

    def remove(self):
        who = self.known()
        if who is None:
            return 200, 200
        answer = self.api.post(path(self.made, "participants/remove/"), [{"id": who}])
        return answer.status, self.model.remove(who)

    def delete(self):
        if self.choose.random() < 0.8:
            return 204, 204
        status = self.api.delete(path(self.made)).status
        self.model.deleted = True
        return status, 204

    def check(self):
        now = self.api.get(path(self.made))
        assert (now["status"], now.etag) == (self.model.status, f'"{self.model.tag}"')
        assert [one["id"] for one in now["participants"]] == self.model.participants


@pytest.mark.parametrize("seed", [1, 2, random.randrange(10**6)])
def test_random_commands_and_joins_end_where_the_rules_say(server, api, embassy, seed):
    print(f"seed {seed}")
    choose = random.Random(seed)
    done, walks, words = 0, [], set()
    while done < 200:
        walk = Walk(server, api, choose)
        walks.append(walk)
        for _ in range(25):
            word, answered, expected = walk.step()
            assert answered == expected, (seed, done, word, vars(walk.model))
            words.add((word, answered if isinstance(answered, int) else answered[0]))
            done += 1
            if walk.model.deleted:
                break
            walk.check()
    for walk in walks:
        events = facts(server, embassy["id"], walk.made)
        joins = [event for event in events if kind_of(event) == "appointment.participant_joined"]
        assert len(joins) == walk.model.joins
        assert len(events) == walk.model.version + walk.model.deleted, json.dumps(events)
        assert sum(event["data"]["new"] != {} for event in joins) <= 1
    assert {("join", 200), ("join", 404), ("join", 409)} <= words
