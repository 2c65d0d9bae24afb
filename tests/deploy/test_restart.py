"""Two nodes behind deploy/nginx.conf are restarted one after the other, under load."""
import collections
import contextlib
import http.client
import itertools
import threading

import pytest

from nodes import Nginx
from server import Server
from wait import until

CLIENTS = 32
ANSWERS = {("GET", "/healthz"): 200, ("POST", "/join/anything"): 404,
           ("POST", "/api/v1/appointments/"): 401, ("PATCH", "/api/v1/appointments/"): 401,
           ("GET", "/api/v1/appointments/"): 401, ("POST", "/nowhere"): 404}


class Load:
    """Clients that send one request after the other, each on a connection of its own: nginx ends
    one on which it was answered before it had read the whole body."""

    def __init__(self, port):
        self.port = port
        self.answers = collections.Counter()  # by request and status, or what went wrong
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _ask(self, client):
        for number, (method, path) in enumerate(itertools.cycle(ANSWERS)):
            if self.stopping.is_set():
                return
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            body = None if method == "GET" else b"{}"
            # Tokens of many organizations, so that both nodes are asked.
            headers = {"Authorization": f"Token {client}-{number}", "Accept": "application/json"}
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                self.answers[method, path, answer.status] += 1
            except (OSError, http.client.HTTPException) as error:
                self.answers[method, path, type(error).__name__] += 1
            finally:
                connection.close()

    def go_on(self, more=600):
        goal = self.answers.total() + more
        until(lambda: self.answers.total() >= goal, lambda: f"{more} more of {self.answers}", 60)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def nodes(tmp_path):
    with contextlib.ExitStack() as running:
        yield [running.enter_context(Server(tmp_path / name, "--drain-delay-ms", "500").start())
               for name in ("one", "two")]


def test_a_rolling_restart_loses_no_request(nodes, tmp_path):
    nginx = Nginx(tmp_path, nodes)
    load = Load(nginx.port)
    try:
        load.go_on()
        for node in nodes:
            node.stop()
            load.go_on()
            node.start()
            load.go_on()
    finally:
        load.stop()
        log = nginx.stop()
    lost = {asked: count for asked, count in load.answers.items() if ANSWERS[asked[:2]] != asked[2]}
    assert not lost, (lost, log[-3000:])
    assert all(f"127.0.0.1:{node.port} " in log for node in nodes)
