"""A data directory for each test; servers on it come and go."""
import pytest

from client import Client
from server import Server

PUBLIC_URL = "https://appointments.example.org"


class Node:
    """One data directory and the server that runs on it at the moment."""

    def __init__(self, data_dir):
        self.data_dir = data_dir
        self.server = None
        self.secret = None

    def launch(self, *options, ready=False):
        # Links must not change with the port, else each start would rebuild the read store.
        self.server = Server(self.data_dir, "--public-url", PUBLIC_URL, *options, ready=ready)
        return self.client()

    def start(self, *options):
        self.launch(*options, ready=True)
        if self.secret is None:
            self.organization = self.server.organization("Embassy")
            self.secret = self.organization["token"]["token"]
        return self.client()

    def client(self):
        return Client(self.server.port, self.secret)

    def stop(self):
        assert self.server.stop() == 0, self.server.complaints()
        self.server = None

    def kill(self):
        self.server.kill()
        self.server = None


@pytest.fixture
def node(tmp_path):
    made = Node(tmp_path / "node")
    yield made
    if made.server is not None:
        made.kill()
