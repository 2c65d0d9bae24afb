"""Those who follow events: streams that are read, and webhooks with a receiver on loopback."""
import selectors
import socket
import threading
import time
import types
import uuid

import load
import machine
from figures import Figures
from sides import BeastFloor

OPTIONS = ("--webhook-allow", "127.0.0.0/8", "--webhook-allow-http",
           "--max-streams-per-token", "1000")
# Each idle stream sends a comment every 12 s.
IDLE_S = 15
ACCEPTED = types.SimpleNamespace(status=200, headers={"Content-Length": "0"}, body=b"")


def _follower(server):
    """A client of the first organization that may follow its events."""
    organization = uuid.UUID(server.data.tokens[0].partition(".")[0])
    made = server.admin.post(f"/organizations/{organization}/tokens/",
                             {"name": "follower", "scopes": ["read", "webhooks"]})
    assert made.status == 201, made
    return server.client(made["token"])


class Streams:
    """Open streams of what happens from now on; a thread reads and counts their bytes."""

    def __init__(self, client, count):
        self.read_bytes = 0
        self._selector = selectors.DefaultSelector()
        after = client.get("/appointments/?page_size=1").position
        request = (f"GET /api/v1/events/?after={after} HTTP/1.1\r\nHost: localhost\r\n"
                   f"Accept: text/event-stream\r\nAuthorization: Token {client.token}\r\n\r\n")
        self.sockets = [_opened(client.port, request.encode()) for _ in range(count)]
        for each in self.sockets:
            self._selector.register(each, selectors.EVENT_READ)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while self._selector.get_map():
            for key, _ in self._selector.select():
                try:
                    got = key.fileobj.recv(1 << 18)
                except OSError:  # the server was killed
                    got = b""
                self.read_bytes += len(got)
                if not got:
                    self._selector.unregister(key.fileobj)

    def open(self):
        return len(self._selector.get_map())


def _opened(port, request):
    made = socket.create_connection(("127.0.0.1", port), 30)
    made.sendall(request)
    answer = made.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return made


def _positions(client, webhooks):
    return [client.get(f"/webhooks/{each}/").json["position"] or 0 for each in webhooks]


def followed_load(size, make, connections, webhooks, streams):
    """A load on a server with so many webhooks and open streams, all of the organization that is
    written to. The server is paused while other sides have their turn: it has always more to
    deliver."""
    def prepare(shop, program):
        server = shop.fresh_server(size, program, options=OPTIONS)
        receiver = shop.keep_for_row(BeastFloor(shop.scratch(), ACCEPTED, ACCEPTED, ACCEPTED))
        client = _follower(server)
        url = f"http://127.0.0.1:{receiver.port}/"
        made = [client.post("/webhooks/", {"url": url})["id"] for _ in range(webhooks)]
        opened = Streams(client, streams)
        requests = shop.requests(size, make)
        server.process.pause()

        def measure(seconds):
            server.process.resume()
            before, read_before = _positions(client, made), opened.read_bytes
            figures = load.closed_loop(server, requests, connections, seconds)
            delivered = sum(_positions(client, made)) - sum(before)
            read = opened.read_bytes - read_before
            server.process.pause()
            if not delivered or not read or opened.open() < streams:
                return Figures(invalid=f"{delivered} events were delivered, {opened.open()} streams "
                                       f"of {streams} are open and read {read} bytes")
            return figures
        return measure
    return prepare


def idle_streams(size, count):
    """What so many streams cost without an event: memory, and CPU seconds in 1,000 seconds."""
    def prepare(shop, program):
        def measure(_):
            server = shop.fresh_server(size, program, options=OPTIONS)
            client = _follower(server)
            before = machine.resident_mb(server.pid)
            opened = Streams(client, count)
            memory = machine.resident_mb(server.pid) - before
            used = machine.cpu_seconds(server.pid)
            time.sleep(IDLE_S)
            used = machine.cpu_seconds(server.pid) - used
            if opened.open() < count:
                return Figures(invalid=f"{opened.open()} of {count} streams are open")
            return Figures(peak_mb=max(memory, machine.resident_mb(server.pid) - before),
                           cpu_s_per_1000=used * 1000 / IDLE_S)
        return measure
    return prepare
