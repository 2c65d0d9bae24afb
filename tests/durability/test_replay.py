"""`ledger replay` makes a data directory of a past moment, and `serve --read-only` serves it."""
import concurrent.futures
import pathlib
import subprocess
import threading

import pytest

from client import at_once, person, valid
from conftest import PUBLIC_URL
from guest import guest_of
from server import Server, binary, run
from wait import until

READ_ONLY = ("--read-only",)


def replay(node, place, moment, *options):
    return run("ledger", "replay", "--from-data-dir", node.data_dir, "--data-dir", place, "--as-of", moment,
               "--public-url", PUBLIC_URL, *options)


def replayed(node, place, moment):
    done = replay(node, place, moment)
    assert done.returncode == 0, done.stderr
    return place


def same_rows(one, other):
    program = pathlib.Path(binary()).with_name("same_rows")
    done = subprocess.run([program, one, other], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def told(node):
    """A server, and what its list looked like after each of three changes."""
    api = node.serve()
    states = []
    made = api.create(title="Visa", participants=[person("ann")])
    for change in ({"title": "Passport"}, {"duration_minutes": 45}, None):
        if change:
            assert api.patch(f"/appointments/{made['id']}/", change).status == 200
        else:
            made = api.create(title="Last")
        listed = api.get("/appointments/").json
        moment = max(one["updated_at"] for one in listed["results"])
        states.append((moment, {**listed, "next": None, "previous": None}))
    return node, api, states


def test_each_moment_is_served_as_it_was(told, tmp_path):
    node, api, states = told
    for number, (moment, listed) in enumerate(states):
        place = replayed(node, tmp_path / f"past-{number}", moment)
        with Server(place, *READ_ONLY, "--public-url", PUBLIC_URL).start() as past:
            then = past.client(node.secret)
            assert then.get("/appointments/").json == listed
            ready = past.probe("/readyz")
            assert (ready.status, ready.json) == (200, {"status": "ready", "as_of": moment})


def test_two_replays_are_equal_and_that_of_now_equals_the_live_store(told, tmp_path):
    node, api, states = told
    at_once(4, lambda number: [api.post("/appointments/", valid(title=f"{number}")) for _ in range(50)])
    moment = states[1][0]
    one, other = (replayed(node, tmp_path / name, moment) for name in ("one", "other"))
    assert "appointments: 1" in same_rows(one / "read", other / "read")
    now = replayed(node, tmp_path / "now", "now")
    node.stop()
    assert "appointments: 202" in same_rows(now / "read", node.data_dir / "read")


def without_links(listed):
    return [{**one, "participants": [{**each, "access_link": None} for each in one["participants"]]}
            for one in listed]


def test_a_moment_of_which_others_write_on_is_that_of_its_replay(node, tmp_path):
    """Asked for while four clients create, move and delete: all answers are the same, and right."""
    api = node.serve()
    for number in range(20):
        api.create(title=f"first {number}", participants=[person(f"p{number}")])
    writing = threading.Event()
    writing.set()

    def write():
        number = 0
        while writing.is_set():
            made = api.create(title=f"{number}", participants=[person("ann")])
            path = f"/appointments/{made['id']}/"
            assert api.patch(path, {"title": f"moved {number}"}).status == 200
            if number % 3 == 0:
                assert api.delete(path).status == 204
            number += 1

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write) for _ in range(4)]
        seen = {}
        try:
            for _ in range(4):
                before = api.get("/appointments/")["count"]
                until(lambda: api.get("/appointments/")["count"] > before + 20, "they write")
                moment = api.get("/appointments/?ordering=-updated_at&page_size=1")["results"][0]["updated_at"]
                answers = [api.get(f"/appointments/?as_of={moment}&page_size=100") for _ in range(5)]
                assert {answer.status for answer in answers} == {200}
                assert len({answer.body for answer in answers}) == 1
                seen[moment] = answers[0].json
        finally:
            writing.clear()
        for writer in writers:
            writer.result()
    for number, (moment, then) in enumerate(seen.items()):
        place = replayed(node, tmp_path / f"past-{number}", moment)
        with Server(place, *READ_ONLY, "--public-url", PUBLIC_URL).start() as past:
            listed = past.client(node.secret).get("/appointments/?page_size=100")
            assert listed["count"] == then["count"] > 20
            assert without_links(listed["results"]) == then["results"]
    moment = list(seen)[0]
    assert api.get(f"/appointments/?as_of={moment}&page_size=100").json == seen[moment]


def test_replays_from_a_backup_are_those_of_the_ledger(told, tmp_path):
    node, api, states = told
    backup = tmp_path / "backup"
    assert run("backup", "--data-dir", node.data_dir, "--to", backup).returncode == 0
    moment = states[1][0]
    places = []
    for name, source in (("live", node.data_dir), ("one", backup), ("other", backup)):
        place = tmp_path / name
        done = run("ledger", "replay", "--from-data-dir", source, "--data-dir", place, "--as-of", moment,
                   "--public-url", PUBLIC_URL)
        assert done.returncode == 0, done.stderr
        places.append(place)
    for place in places[1:]:
        assert "appointments: 1" in same_rows(places[0] / "read", place / "read")
    exports = {run("ledger", "export", "--data-dir", place).stdout for place in places}
    assert len(exports) == 1 and exports.pop().count("\n") == 4


def test_the_past_cannot_be_written_and_its_links_are_closed(told, tmp_path):
    node, api, states = told
    made = api.create(participants=[person("ann")])
    place = replayed(node, tmp_path / "past", "now")
    with Server(place, *READ_ONLY, "--public-url", PUBLIC_URL).start() as past:
        then = past.client(node.secret)
        path = f"/appointments/{made['id']}/"
        for method, where, allowed in (("POST", "/appointments/", "GET, HEAD, OPTIONS"),
                                       ("PATCH", path, "GET, HEAD, OPTIONS"), ("DELETE", path, "GET, HEAD, OPTIONS"),
                                       ("POST", path + "start/", "OPTIONS")):
            answer = then.request(method, where, json={})
            assert (answer.status, answer.header("Allow")) == (405, allowed), where
        admin = past.admin
        assert admin.post("/organizations/", {"name": "New"}).status == 405
        guest = guest_of(past, made)
        assert guest.look().status == 404
        assert guest.join().status == 405
        assert then.get(path + "history/")["count"] == 1
        assert then.get("/events/").status == 200


def test_no_clock_acts_in_the_past(node, tmp_path):
    api = node.serve()
    made = api.create(start_date_time="2001-01-01T00:00:00Z", duration_minutes=15)
    moment = made["created_at"]
    place = replayed(node, tmp_path / "past", moment)
    ledger = lambda: run("ledger", "head", "--data-dir", place).stdout
    before = ledger()
    with Server(place, *READ_ONLY, "--public-url", PUBLIC_URL).start() as past:
        answer = lambda: past.client(node.secret).get(f"/appointments/{made['id']}/")
        until(lambda: answer()["status"] == "scheduled", "it is read")
    assert ledger() == before


def test_the_past_and_the_present_are_not_mixed_up(told, tmp_path):
    node, api, states = told
    place = replayed(node, tmp_path / "past", "now")
    done = run("serve", "--data-dir", place, "--listen", "127.0.0.1:0")
    assert (done.returncode, "use --read-only" in done.stderr) == (2, True), done.stderr
    node.stop()
    done = run("serve", "--data-dir", node.data_dir, "--listen", "127.0.0.1:0", *READ_ONLY)
    assert (done.returncode, "ledger replay" in done.stderr) == (2, True), done.stderr
    done = replay(node, place, "now")
    assert (done.returncode, "must be a new directory" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("moment, sentence", [("soon", "is no datetime"), ("2999-01-01", "is still to come")])
def test_what_is_no_past_moment_is_wrong_usage(told, tmp_path, moment, sentence):
    node, api, states = told
    done = replay(node, tmp_path / "past", moment)
    assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "past").exists()


def test_a_moment_before_everything_is_empty(told, tmp_path):
    node, api, states = told
    place = replayed(node, tmp_path / "past", "2001-01-01")
    with Server(place, *READ_ONLY, "--public-url", PUBLIC_URL).start() as past:
        assert past.client(node.secret).get("/appointments/").status == 401
