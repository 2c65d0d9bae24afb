"""Streams of events and answers that wait, through deploy/nginx.conf on Debian's nginx."""
import json
import subprocess

import pytest

from listener import Listener
from nodes import Nginx
from process import Process
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


@pytest.mark.parametrize("compresses", [False, True])
def test_curl_sees_events_at_once_also_if_nginx_compresses(tmp_path, node, compresses):
    """As deploy/nginx.conf is, and with what an operator may add to it."""
    more = ("gzip on; gzip_proxied any; gzip_min_length 0; "
            "gzip_types text/event-stream application/cloudevents-batch+json;")
    nginx = Nginx(tmp_path, [node, node], {"server_tokens off;": f"server_tokens off; {more}"}
                  if compresses else {})
    client = node.client(node.organization()["token"]["token"])
    url = f"http://127.0.0.1:{nginx.port}/api/v1/events/"
    token = f"Authorization: Token {client.token}"
    with Process("curl", "--silent", "--show-error", "--compressed", "-N", "-D", tmp_path / "head",
                 "-H", "Accept: text/event-stream", "-H", token, url, talks=True) as curl:
        def next_id():
            while not (line := curl.hear()).startswith("id: "):
                pass
            return int(line[4:])

        assert next_id() == 1
        assert client.create().position == next_id() == 2
        assert client.create().position == next_id() == 3
    head = (tmp_path / "head").read_text().lower()
    assert "content-type: text/event-stream" in head
    assert ("content-encoding: gzip" in head) == compresses
    batch = subprocess.run(["curl", "--silent", "--compressed", "-H", token, url], text=True,
                           capture_output=True, check=True)
    assert [event["sequence"] for event in json.loads(batch.stdout)] == ["1", "2", "3"]
    nginx.process.stop()


def test_no_ticket_is_in_the_logs_of_nginx(tmp_path, node, nginx):
    client = node.client(node.organization()["token"]["token"])
    opener = client.post("/events/tickets/", {})["ticket"]
    with Listener(nginx.port, query=f"?ticket={opener}") as stream:
        assert stream.next().sequence == 1
    log = nginx.stop()
    assert "/api/v1/events/" in log and opener not in log
