"""The memory that applying a log takes when a thousand participants have joined one large
appointment: about as much as an idle server, not the size of the appointment times the joins."""
import shutil
from datetime import UTC, datetime

import pytest

from client import Client, at_once, person

PARTICIPANTS = 1000
GUESTS_AT_ONCE = 8
MOST_ABOVE_IDLE_MIB = 64
READY_WITHIN_S = 120


def peak_of_a_start(node):
    """The most memory that it has ever had, in MiB."""
    node.serve()
    node.await_ready(READY_WITHIN_S)
    peak = node.memory("VmHWM") / (1 << 20)
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
    api = node.serve()
    people = [person(name.format(n), display_name=name.format(n)[-60:]) for n in range(PARTICIPANTS)]
    made = api.create(start_date_time=datetime.now(UTC).isoformat(), duration_minutes=600,
                      participants=people)
    join_all(node, made)
    node.stop()
    shutil.rmtree(node.data_dir / "read")
    peak = peak_of_a_start(node)
    idle = peak_of_a_start(node)
    assert peak - idle < MOST_ABOVE_IDLE_MIB, f"{peak:.0f} MiB at its most, {idle:.0f} MiB idle"
