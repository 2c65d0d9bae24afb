"""A data directory for each test; servers on it come and go."""
import os
import pathlib
import struct
import subprocess

import pytest

from client import Client
from server import Server

HERE = pathlib.Path(__file__).parent
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


class Clock:
    """The wall clock of the servers that start from now on, which the test moves."""

    def __init__(self, folder):
        self.file = folder / "jump"
        self.library = folder / "jump_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", self.library,
                        HERE / "jump_clock.c", "-ldl"], check=True)
        self.jump(0)

    def jump(self, seconds):
        """In place: the server has mapped the file."""
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT)
        os.pwrite(descriptor, struct.pack("=q", seconds), 0)
        os.close(descriptor)


@pytest.fixture
def clock(tmp_path, monkeypatch):
    made = Clock(tmp_path)
    monkeypatch.setenv("JUMP_CLOCK", str(made.file))
    monkeypatch.setenv("LD_PRELOAD", str(made.library))
    return made
