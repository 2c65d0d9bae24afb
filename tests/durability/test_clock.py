"""A wall clock that jumps: nothing is ended or written by it until it is back, or somebody restarts
the server. The server runs with a clock that the test moves (jump_clock.c)."""
import datetime
import os
import pathlib
import struct
import subprocess
import time

import pytest

from client import Client, valid
from server import Server

HERE = pathlib.Path(__file__).parent
DAY_S = 24 * 3600
JUMPED = "The wall clock has jumped ahead by"


class Clock:
    def __init__(self, folder):
        self.file = folder / "jump"
        self.library = folder / "jump_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.library,
                        HERE / "jump_clock.c", "-ldl"], check=True)
        self.jump(0)

    def jump(self, seconds):
        """In place: the server has mapped the file."""
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT)
        os.pwrite(descriptor, struct.pack("=q", seconds), 0)
        os.close(descriptor)


@pytest.fixture
def clock(tmp_path, monkeypatch):
    made = Clock(tmp_path)
    monkeypatch.setenv("JUMP_CLOCK", str(made.file))
    monkeypatch.setenv("LD_PRELOAD", str(made.library))
    return made


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
    assert "the newest record of the ledger is of" in server.complaints()
    assert server.stop() == 0


def test_a_limit_of_zero_lets_it_jump(tmp_path, clock):
    server = Server(tmp_path / "node", "--max-clock-jump-s", "0")
    api = Client(server.port, server.organization("Embassy")["token"]["token"])
    made = api.create(**ends_in(30))
    clock.jump(2 * 3600)
    within(20, lambda: api.get(f"/appointments/{made['id']}/")["status"] == "missed", "not ended")
    assert server.stop() == 0
