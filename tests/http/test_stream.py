"""GET /events/ with Accept: text/event-stream: events as a stream of messages."""
import datetime
import http.client
import json
import signal
import socket
import threading

import pytest

from client import NOT_INTEGER, Client, person
from listener import Listener
from server import Server
from wait import until

FEED = "/events/"
PER_TOKEN = 4
STALLED_MS = 1000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data") / "node", "--max-streams-per-token", str(PER_TOKEN),
                "--stream-write-timeout-ms", str(STALLED_MS), metrics=True).start() as running:
        yield running


@pytest.fixture
def made(server):
    return server.organization("Listening")


@pytest.fixture
def fresh(server, made):
    return Client(server.port, made["token"]["token"])


def followers(server):
    return server.value("consularia_event_followers")


def listen(client, query="", **how):
    listener = Listener(client.port, client.token, query, **how)
    assert listener.status == 200, listener.response.read()
    return listener


def test_a_message_is_an_event_of_the_feed(fresh):
    fresh.create(title="Größe\n🛂")
    batch = fresh.get(FEED)
    with listen(fresh) as stream:
        messages = stream.take(2)
        assert stream.retry == 2000
    assert [message.sequence for message in messages] == [1, 2]
    assert [json.loads(message.data) for message in messages] == batch.json
    assert [message.event for message in messages] == [event["type"] for event in batch.json]
    assert ("[" + ",".join(message.data for message in messages) + "]").encode() == batch.body


def test_the_head_of_a_stream(fresh):
    for query, last_id, position in [("", None, "0"), ("?after=1", None, "1"), ("", 1, "1")]:
        with listen(fresh, query, last_id=last_id) as stream:
            assert stream.header("Content-Type") == "text/event-stream"
            assert stream.header("Cache-Control") == "no-store, no-transform"
            assert stream.header("X-Accel-Buffering") == "no"
            assert stream.header("Transfer-Encoding") == "chunked"
            assert stream.header("Consularia-Position") == position
            assert stream.header("Content-Length") is None


def test_what_happens_later_follows(fresh):
    with listen(fresh, "?after=1") as stream:
        for _ in range(5):
            written = fresh.create().position
            assert stream.next().sequence == written
            assert fresh.get("/appointments/")["count"] == written - 1


def test_the_header_of_a_browser_that_comes_again_counts_more_than_its_url(fresh):
    for _ in range(3):
        fresh.create()
    with listen(fresh, "?after=0", last_id=3) as stream:
        assert stream.next().sequence == 4
    with listen(fresh, "?lastEventId=2", last_id="") as stream:
        assert stream.next().sequence == 3


def test_only_what_is_selected_is_sent(fresh):
    first, second = fresh.create()["id"], fresh.create()["id"]
    with listen(fresh, f"?appointment={second}") as stream:
        fresh.delete(f"/appointments/{first}/")
        fresh.delete(f"/appointments/{second}/")
        assert [message.sequence for message in stream.take(2)] == [3, 5]


def test_cursors_that_are_wrong_are_refused_before_anything_is_sent(fresh):
    for query, last_id, status, body in [
            ("?after=2", None, 409, {"detail": "The cursor 2 is ahead of the head 1."}),
            ("", 7, 409, {"detail": "The cursor 7 is ahead of the head 1."}),
            ("?after=x", None, 400, {"after": [NOT_INTEGER]}),
            ("", "x", 400, {"Last-Event-ID": [NOT_INTEGER]})]:
        with Listener(fresh.port, fresh.token, query, last_id) as refused:
            assert (refused.status, json.load(refused.response)) == (status, body)
    with Listener(fresh.port) as refused:
        assert refused.status == 401
    writer = fresh.get("/appointments/", headers={"Accept": "text/event-stream"})
    assert writer.status == 406


def test_head_and_http_1_0(fresh):
    with listen(fresh, method="HEAD") as head:
        assert head.header("Content-Type") == "text/event-stream"
        assert head.response.read() == b""
    with socket.create_connection(("127.0.0.1", fresh.port), 30) as old:
        old.sendall(f"GET /api/v1/events/ HTTP/1.0\r\nAccept: text/event-stream\r\n"
                    f"Authorization: Token {fresh.token}\r\n\r\n".encode())
        with old.makefile("rb") as lines:
            head = list(iter(lines.readline, b"\r\n"))
            assert b"Connection: close\r\n" in head
            assert not any(line.startswith(b"Transfer-Encoding") for line in head)
            assert [lines.readline() for _ in range(3)] == [b"retry: 2000\n", b"\n", b"id: 1\n"]


def test_a_revoked_token_ends_the_stream(server, made, fresh):
    issued = server.command("token", "create", made["id"], "short", "--scopes", "events")
    with listen(fresh.with_token(issued["token"])) as stream:
        assert stream.take(2)[-1].event.endswith("token_issued.v2")
        assert server.admin.delete(
            f"/organizations/{made['id']}/tokens/{issued['id']}/").status == 204
        assert stream.next() is None


def test_a_token_that_expires_ends_the_stream(server, made, fresh):
    expires_at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    issued = server.admin.post(f"/organizations/{made['id']}/tokens/", {
        "name": "short", "scopes": ["read"], "expires_at": expires_at.isoformat()})
    with listen(fresh.with_token(issued["token"])) as stream:
        stream.take(2)
        assert stream.next() is None
        assert datetime.datetime.now(datetime.timezone.utc) >= expires_at
        assert stream.comments == 0


def test_the_number_of_streams_is_limited(server, fresh):
    streams = [listen(fresh) for _ in range(PER_TOKEN)]
    with Listener(fresh.port, fresh.token) as beyond:
        assert beyond.status == 503 and beyond.header("Retry-After")
    assert fresh.get(FEED).status == 200
    assert followers(server) == PER_TOKEN
    for stream in streams:
        stream.close()
    until(lambda: followers(server) == 0, "all places are free again")


def ask_and_read_nothing(port, token):
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", port))
    slow.sendall(f"GET /api/v1/events/ HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
                 f"Authorization: Token {token}\r\n\r\n".encode())
    return slow


def test_a_client_that_does_not_read_is_cut_off_and_loses_nothing(server, fresh):
    crowd = [person(f"{n:04}" + "x" * 251) for n in range(1000)]
    for _ in range(10):
        fresh.create(participants=crowd)
    before = server.memory("VmRSS")
    with ask_and_read_nothing(server.port, fresh.token):
        until(lambda: followers(server) == 1, "it is served")
        until(lambda: followers(server) == 0, "it is cut off")
    assert server.memory("VmRSS") - before < 64 * 2**20
    with listen(fresh, last_id=3) as stream:
        assert [message.sequence for message in stream.take(8)] == list(range(4, 12))


def read_on(node, token, seen, count):
    """Reads until there are so many, or the connection ends."""
    try:
        with Listener(node.port, token, last_id=seen[-1] if seen else None) as stream:
            while len(seen) < count and (message := stream.next()):
                seen.append(message.sequence)
    except (OSError, http.client.HTTPException):
        pass


def test_each_event_comes_once_while_others_write_and_the_server_is_killed(tmp_path):
    node = Server(tmp_path / "node").start()
    with node:
        token = node.organization()["token"]["token"]
        acknowledged, stop = [1], threading.Event()

        def write():
            while not stop.is_set():
                try:
                    acknowledged.append(Client(node.port, token).create().position)
                except (OSError, http.client.HTTPException, AssertionError):
                    stop.wait(0.01)  # the server was killed and does not run again yet

        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        seen = []
        try:
            for count in (40, 80, 120):
                until(lambda: read_on(node, token, seen, count) or len(seen) >= count, "it goes on")
                node.kill()
                node.start()
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        until(lambda: read_on(node, token, seen, max(acknowledged))
              or len(seen) >= max(acknowledged), "all that was acknowledged is read")
    assert seen == list(range(1, len(seen) + 1))


def test_a_server_that_stops_ends_streams_in_order(tmp_path):
    node = Server(tmp_path / "node", "--drain-delay-ms", "1500")
    with node.start():
        client = Client(node.port, node.organization()["token"]["token"])
        with listen(client) as stream:
            stream.take(1)
            node.process.signal(signal.SIGTERM)
            until(lambda: node.ready() == 503, "it is leaving")
            # A browser gives up for good on any other status.
            with listen(client) as late:
                late.take(1)
                assert stream.next() is None and late.next() is None
            assert stream.response.isclosed() and late.response.isclosed()
        assert node.process.exit_code() == 0


def test_a_client_that_does_not_read_does_not_hold_up_a_server_that_stops(tmp_path):
    long_ms = "600000"
    node = Server(tmp_path / "node", "--stream-write-timeout-ms", long_ms,
                  "--drain-timeout-ms", long_ms, metrics=True)
    with node.start():
        client = Client(node.port, node.organization()["token"]["token"])
        for _ in range(10):
            client.create(participants=[person(f"{n:04}" + "x" * 251) for n in range(1000)])
        with ask_and_read_nothing(node.port, client.token):
            until(lambda: node.value("consularia_http_in_flight_bytes") > 200_000,
                  "an event is being written")
            node.stop()


@pytest.mark.parametrize("loses", ["revoked", "expired"])
def test_a_token_that_ends_ends_a_stream_that_nobody_reads(tmp_path, loses):
    node = Server(tmp_path / "node", "--stream-write-timeout-ms", "600000", metrics=True)
    with node.start():
        made = node.organization()
        client = Client(node.port, made["token"]["token"])
        for _ in range(10):
            client.create(participants=[person(f"{n:04}" + "x" * 251) for n in range(1000)])
        ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
            seconds=3 if loses == "expired" else 600)
        tokens = f"/organizations/{made['id']}/tokens/"
        issued = node.admin.post(tokens, {
            "name": "short", "scopes": ["events"], "expires_at": ends.isoformat()})
        with ask_and_read_nothing(node.port, issued["token"]):
            until(lambda: node.value("consularia_http_in_flight_bytes") > 200_000,
                  "an event is being written")
            if loses == "revoked":
                ends = datetime.datetime.now(datetime.timezone.utc)
                assert node.admin.delete(f"{tokens}{issued['id']}/").status == 204
            until(lambda: followers(node) == 0, "the stream ends")
            late = datetime.datetime.now(datetime.timezone.utc) - ends
            assert datetime.timedelta(0) < late < datetime.timedelta(seconds=3), late
