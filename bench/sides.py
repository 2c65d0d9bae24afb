"""The processes that are measured: the real server and the floors. All end with this program."""
import json
import pathlib
import shutil
import socket
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILT = ROOT / "build" / "release"
sys.path.insert(0, str(ROOT / "tests" / "support"))

from ports import free_port  # noqa: E402
from process import Process  # noqa: E402
from server import Server, run  # noqa: E402
from wait import until  # noqa: E402


def built(name, *words):
    """Runs a program of ours to its end and returns what it prints."""
    return subprocess.run([BUILT / name, *map(str, words)], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


class Data:
    """A ledger with so many appointments, and its secrets, in a directory."""

    def __init__(self, directory, appointments, organizations):
        self.directory = directory
        self.appointments = appointments
        self.organizations = organizations
        built("make_ledger", directory, appointments, organizations)
        built("consularia", "secrets", "create", directory / "secrets.toml")
        self.tokens = (directory / "tokens.txt").read_text(encoding="ascii").split()
        self.per_organization = appointments // organizations

    def __str__(self):
        organizations = "1 organization" if self.organizations == 1 else (
            f"{self.organizations} organizations")
        return f"{self.appointments:,} in {organizations}"


class Ours(Server):
    """`consularia serve` on a copy of the data, with its request log in a file."""

    def __init__(self, data, directory, program, *options):
        shutil.copytree(data.directory, directory)
        super().__init__(directory, *options, program=program)
        self.data = data

    def start(self, *options):
        self.launch(*options)
        self._await(lambda: " is ready on " in self.log(), "its start is over", 600)
        return self

    @property
    def pid(self):
        return self.process.pid

    def reader(self, organization=0):
        return self.client(self.data.tokens[organization])


class BeastFloor:
    """bench/beast_floor.cpp, with answers that the real server gave: of a GET, a list and a create."""

    def __init__(self, directory, threads, get, listed, created):
        directory.mkdir(parents=True)
        files = []
        for name, answer in (("get", get), ("list", listed), ("create", created)):
            head = f"HTTP/1.1 {answer.status} Fine\r\n" + "".join(
                f"{key}: {value}\r\n" for key, value in answer.headers.items())
            files.append(directory / name)
            files[-1].write_bytes(head.encode() + b"\r\n" + answer.body)
        self.port = free_port()
        self.process = Process(BUILT / "beast_floor", self.port, threads, *files)
        until(self._listens, "the floor listens")

    def _listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def pid(self):
        return self.process.pid

    def kill(self):
        self.process.kill()


def rocks_floor(*words):
    return json.loads(built("rocks_floor", *words))
