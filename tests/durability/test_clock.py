"""A wall clock that jumps: the server ends no appointment and writes nothing until the clock is
back or the server is restarted."""
import datetime

import pytest

from client import Client, people, valid
from server import Server
from wait import until

DAY_S = 24 * 3600
JUMPED = "The wall clock has jumped ahead by"


def ends_in(minutes):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    start = end - datetime.timedelta(minutes=15)
    return valid(start_date_time=start.isoformat(), duration_minutes=15)


@pytest.fixture
def server(tmp_path):
    """Not started yet."""
    with Server(tmp_path / "node") as made:
        yield made


def client_of(server):
    return server.client(server.organization("Embassy")["token"]["token"])


def test_a_jump_ends_nothing_and_writes_nothing_until_it_is_over(server, clock):
    api = client_of(server.start())
    made = api.create(**ends_in(30))
    assert server.ready() == 200

    clock.jump(2 * 3600)
    refused = api.post("/appointments/", valid())
    assert refused.status == 503 and refused.header("Retry-After")
    unready = until(lambda: (answer := server.probe("/readyz")).status == 503 and answer,
                    "it is not ready", 10)
    assert JUMPED in unready.body.decode()
    until(lambda: JUMPED in server.log(), "it is logged", 10)
    assert api.get(f"/appointments/{made['id']}/")["status"] == "scheduled"

    clock.jump(0)
    until(lambda: server.ready() == 200, "it is ready when the clock is back", 10)
    assert api.create()["status"] == "scheduled"
    assert api.get(f"/appointments/{made['id']}/")["status"] == "scheduled"

    # An operator who restarts the server confirms the clock. The server logs how far it is from the
    # ledger.
    clock.jump(2 * DAY_S)
    assert api.post("/appointments/", valid()).status == 503
    server.stop()
    server.start()
    until(lambda: api.get(f"/appointments/{made['id']}/")["status"] == "missed", "it is ended", 20)
    assert "the newest record of the ledger is from" in server.log()


def open_link(server, made):
    path = made["participants"][0]["access_link"].partition("/join/")[2]
    return Client(server.port).get(f"/join/{path}", prefix="", headers={"Accept": "application/json"})


def test_a_link_says_nothing_by_a_clock_that_has_jumped(server, clock):
    """It would show the meeting as ended, or as open, hours too early."""
    api = client_of(server.start())
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


def test_a_limit_of_zero_lets_it_jump(server, clock):
    api = client_of(server.start("--max-clock-jump-s", "0"))
    made = api.create(**ends_in(30))
    clock.jump(2 * 3600)
    until(lambda: api.get(f"/appointments/{made['id']}/")["status"] == "missed", "it is ended", 20)
