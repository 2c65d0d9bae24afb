"""Streams fall behind before they take the time of commands."""
import contextlib
import pathlib
import os
import time

import pytest

from client import Client
from listener import Listener
from server import Server

STREAMS = 100
CREATES = 100
A_PART = 0.2  # of one processor; they aim at a tenth


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data") / "node").start() as running:
        yield running


def processor_s(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def costs_of_creates(server, client):
    """(processor time, time) of some creates."""
    used, begin = processor_s(server), time.monotonic()
    for _ in range(CREATES):
        client.create()
    return processor_s(server) - used, time.monotonic() - begin


@pytest.mark.parametrize("query", ["", "?types=none.of.ours", "?after=1&types=none.of.ours"])
def test_many_streams_take_a_small_part_of_the_time(server, query):
    client = Client(server.port, server.organization()["token"]["token"])
    alone, _ = costs_of_creates(server, client)
    with contextlib.ExitStack() as opened:
        for _ in range(STREAMS):
            opened.enter_context(Listener(server.port, client.token, query))
        beside, elapsed = costs_of_creates(server, client)
    assert beside < 2 * alone + A_PART * elapsed
