"""A data directory for each test, on which the test starts and ends servers."""
import os
import pathlib
import struct
import subprocess

import pytest

from server import Server
from tsa import Tsa

HERE = pathlib.Path(__file__).parent
PUBLIC_URL = "https://appointments.example.org"


class Node(Server):
    """A server with an organization of its own."""

    def __init__(self, data_dir):
        super().__init__(data_dir, "--public-url", PUBLIC_URL, metrics=True)
        self.secret = None

    def serve(self, *options):
        """Starts it; the first start makes the organization, whose client is returned."""
        self.start(*options)
        if self.secret is None:
            self.embassy = self.organization("Embassy")
            self.secret = self.embassy["token"]["token"]
        return self.client()

    def client(self, secret=None):
        return super().client(secret or self.secret)


@pytest.fixture
def node(tmp_path):
    made = Node(tmp_path / "node")
    yield made
    made.kill()


@pytest.fixture
def tsa(tmp_path):
    with Tsa(tmp_path / "tsa") as made:
        yield made


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
