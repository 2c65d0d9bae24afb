"""Streams of events and answers that wait, through deploy/nginx.conf on Debian's nginx."""
import pytest

from listener import Listener
from nodes import Nginx
from server import Server


@pytest.fixture
def node(tmp_path):
    with Server(tmp_path / "node").start() as running:
        yield running


@pytest.fixture
def nginx(tmp_path, node):
    """Gives up after a second, but for events."""
    made = Nginx(tmp_path, [node, node], {"proxy_read_timeout 10s": "proxy_read_timeout 1s"})
    yield made
    made.process.stop()


def test_events_come_at_once_and_silence_is_no_failure(node, nginx):
    client = node.client(node.organization()["token"]["token"])
    with Listener(nginx.port, client.token, **{"Accept-Encoding": "gzip"}) as stream:
        assert stream.header("Content-Encoding") is None
        assert stream.next().sequence == 1
        through = node.client(client.token)
        through.port = nginx.port
        silent = through.get("/events/?after=1&wait=3")
        assert (silent.status, silent.json) == (200, [])
        assert client.create().position == stream.next().sequence == 2


def test_no_ticket_is_in_the_logs_of_nginx(tmp_path, node, nginx):
    client = node.client(node.organization()["token"]["token"])
    opener = client.post("/events/tickets/", {})["ticket"]
    with Listener(nginx.port, query=f"?ticket={opener}") as stream:
        assert stream.next().sequence == 1
    log = nginx.stop()
    assert "/api/v1/events/" in log and opener not in log
