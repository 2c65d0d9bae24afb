"""What applying a log takes in memory, when a crowd has joined one large appointment: about as much as
an idle server, not as much as the appointment times those who came."""
import re
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from client import Client, at_once, person

PARTICIPANTS = 1000
GUESTS_AT_ONCE = 8
MOST_ABOVE_IDLE_MIB = 64
READY_WITHIN_S = 120


def peak_mib(server):
    """The most that the process has ever had in memory."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def await_ready(server):
    until = time.monotonic() + READY_WITHIN_S
    probe = Client(server.port)
    while probe.request("GET", "/readyz", prefix="").status != 200:
        assert time.monotonic() < until, server.complaints()
        time.sleep(0.05)


def peak_of_a_start(node):
    node.start()
    await_ready(node.server)
    peak = peak_mib(node.server)
    node.stop()
    return peak


def join_all(server, made):
    paths = [one["access_link"].split("/join/")[1] for one in made["participants"]]

    def come(n):
        guest = Client(server.port)
        return [guest.request("POST", f"/join/{token}", prefix="").status
                for token in paths[n::GUESTS_AT_ONCE]]

    assert {status for came in at_once(GUESTS_AT_ONCE, come) for status in came} == {200}


@pytest.mark.parametrize("name", ["participant-{}@example.org", "\x01" * 240 + "{}"],
                         ids=["ordinary", "hostile"])
def test_a_start_without_read_store_takes_little_memory_whoever_has_joined(node, name):
    api = node.start()
    people = [person(name.format(n), display_name=name.format(n)[-60:]) for n in range(PARTICIPANTS)]
    made = api.create(start_date_time=datetime.now(UTC).isoformat(), duration_minutes=600,
                      participants=people)
    join_all(node.server, made)
    node.stop()
    shutil.rmtree(node.data_dir / "read")
    peak = peak_of_a_start(node)
    idle = peak_of_a_start(node)
    assert peak - idle < MOST_ABOVE_IDLE_MIB, f"{peak:.0f} MiB at its most, {idle:.0f} MiB idle"
