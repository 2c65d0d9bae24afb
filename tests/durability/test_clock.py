"""A wall clock that jumps: nothing is ended or written by it until it is back, or somebody restarts
the server."""
import datetime
import time

from client import Client, people, valid
from server import Server

DAY_S = 24 * 3600
JUMPED = "The wall clock has jumped ahead by"


def within(seconds, condition, what):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
    return result


def ends_in(minutes):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    start = end - datetime.timedelta(minutes=15)
    return valid(start_date_time=start.isoformat(), duration_minutes=15)


def ready(server):
    return Client(server.port).request("GET", "/readyz", prefix="")


def test_a_jump_ends_nothing_and_writes_nothing_until_it_is_over(tmp_path, clock):
    server = Server(tmp_path / "node")
    api = Client(server.port, server.organization("Embassy")["token"]["token"])
    made = api.create(**ends_in(30))
    assert ready(server).status == 200

    clock.jump(2 * 3600)
    refused = api.post("/appointments/", valid())
    assert refused.status == 503 and refused.header("Retry-After")
    unready = within(10, lambda: (a := ready(server)).status == 503 and a, "still ready")
    assert JUMPED in unready.body.decode()
    within(10, lambda: JUMPED in server.complaints(), "no line of log")
    assert api.get(f"/appointments/{made['id']}/")["status"] == "scheduled"

    clock.jump(0)
    within(10, lambda: ready(server).status == 200, "not ready although the clock is back")
    assert api.create()["status"] == "scheduled"
    assert api.get(f"/appointments/{made['id']}/")["status"] == "scheduled"

    # Whoever restarts it says that the clock is right. It tells how far that is from the ledger.
    clock.jump(2 * DAY_S)
    assert api.post("/appointments/", valid()).status == 503
    assert server.stop() == 0
    server = Server(tmp_path / "node")
    api.port = server.port
    within(20, lambda: api.get(f"/appointments/{made['id']}/")["status"] == "missed", "not ended")
    assert "the newest record of the ledger is from" in server.complaints()
    assert server.stop() == 0


def open_link(server, made):
    path = made["participants"][0]["access_link"].partition("/join/")[2]
    return Client(server.port).get(f"/join/{path}", prefix="", headers={"Accept": "application/json"})


def test_a_link_says_nothing_by_a_clock_that_has_jumped(tmp_path, clock):
    """It would say that the meeting has ended, or can be entered, hours before its time."""
    server = Server(tmp_path / "node")
    api = Client(server.port, server.organization("Embassy")["token"]["token"])
    soon, later = (api.create(**ends_in(minutes) | {"participants": people(1)})
                   for minutes in (60, 130))
    assert [open_link(server, made)["state"] for made in (soon, later)] == ["early"] * 2

    clock.jump(2 * 3600)
    for made in (soon, later):
        answer = open_link(server, made)
        assert answer.status == 503 and int(answer.header("Retry-After")) > 0
        assert answer["detail"] == "The server's clock cannot be trusted at the moment."

    clock.jump(0)
    assert [open_link(server, made)["state"] for made in (soon, later)] == ["early"] * 2
    assert server.stop() == 0


def test_a_limit_of_zero_lets_it_jump(tmp_path, clock):
    server = Server(tmp_path / "node", "--max-clock-jump-s", "0")
    api = Client(server.port, server.organization("Embassy")["token"]["token"])
    made = api.create(**ends_in(30))
    clock.jump(2 * 3600)
    within(20, lambda: api.get(f"/appointments/{made['id']}/")["status"] == "missed", "not ended")
    assert server.stop() == 0
