"""Those who follow events hold no thread, however many they are, and get what happens at once."""
import contextlib
import os
import resource

import pytest

from client import Client
from listener import Listener
from server import Server
from wait import until

STREAMS = 1000
FILES = 2 * STREAMS  # of the server and of this process
FEW = 10  # threads that a busy machine makes the server start


@pytest.fixture
def followed(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    with Server(tmp_path / "node", "--max-streams-per-token", str(STREAMS), metrics=True) as server:
        server.start()
        yield server


def threads_of(server):
    return len(os.listdir(f"/proc/{server.process.pid}/task"))


def test_a_thousand_streams_hold_no_thread_and_hear_every_event(followed):
    api = Client(followed.port, followed.organization()["token"]["token"])
    head = api.create().position
    before = threads_of(followed)
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(Listener(followed.port, api.token, f"?after={head}"))
                   for _ in range(STREAMS)]
        assert {stream.status for stream in streams} == {200}
        until(lambda: followed.value("consularia_event_followers") == STREAMS, "all of them follow")
        assert threads_of(followed) <= before + FEW
        api.create()
        assert {stream.next().sequence for stream in streams} == {head + 1}
        assert threads_of(followed) <= before + FEW
