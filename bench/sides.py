"""The processes that are measured: the real server and the floors. All end with this program."""
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILT = ROOT / "build" / "release"
sys.path.insert(0, str(ROOT / "tests" / "support"))

from figures import Figures  # noqa: E402
from kafka import GOOD_SETTINGS, Kafka  # noqa: E402
from ports import free_port, is_free  # noqa: E402
from process import Process  # noqa: E402
from server import Server  # noqa: E402
from wait import until  # noqa: E402

REBUILDS_WITHIN_S = 1800  # a million appointments at a start


@dataclasses.dataclass
class Ended:
    printed: str
    seconds: float
    cpu_seconds: float
    peak_mb: float


def finish(program, *words):
    """Runs a program to its end: a built one by its name, another one by its path."""
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as complaints:
        before = time.monotonic()
        process = subprocess.Popen([BUILT / program, *map(str, words)], stdout=printed,
                                   stderr=complaints)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            complaints.seek(0)
            raise RuntimeError(f"{program} {words} failed: {complaints.read()[-1000:]}")
        printed.seek(0)
        return Ended(printed.read(), seconds, usage.ru_utime + usage.ru_stime,
                     usage.ru_maxrss / 1024)


def floor(program, *words):
    """The figures that a floor prints."""
    return json.loads(finish(program, *words).printed)


def timed_floor(seconds, program, *words):
    """Those of a floor that keeps records for some seconds."""
    ended = finish(program, *words)
    told = json.loads(ended.printed)
    return Figures(cpu_s_per_1000=ended.cpu_seconds * 1000 / (told["per_s"] * seconds),
                   peak_mb=ended.peak_mb, **told)


class Data:
    """A ledger with so many appointments, and its secrets, in a directory."""

    def __init__(self, directory, appointments, organizations):
        self.directory = directory
        self.appointments = appointments
        self.per_organization = appointments // organizations
        finish("make_ledger", directory, appointments, organizations)
        finish("consularia", "secrets", "create", directory / "secrets.toml")
        self.tokens = (directory / "tokens.txt").read_text(encoding="ascii").split()

    def __str__(self):
        count = len(self.tokens)
        return f"{self.appointments:,}" + (f" in {count} organizations" if count > 1 else "")


class Ours(Server):
    """`consularia serve` on a copy of the data, with its request log in a file."""

    def __init__(self, data, directory, program, options=(), kafka=None):
        self.data = data
        options = [*options]
        if kafka:
            directory.mkdir()
            options += kafka.copy_of(data) + ["--secrets-file", data.directory / "secrets.toml",
                                             "--public-url", "https://appointments.example.org"]
        else:
            shutil.copytree(data.directory, directory)
        super().__init__(directory, *options, program=program)

    def await_start(self):
        self._await(lambda: " is ready on " in self.log(), "its start is over", REBUILDS_WITHIN_S)

    @property
    def pid(self):
        return self.process.pid

    def remove(self):
        self.kill()
        shutil.rmtree(self.data_dir)
        self.log_file.unlink()


class BeastFloor:
    """bench/beast_floor.cpp, with answers that the real server gave: of a GET, a list and a create."""

    def __init__(self, directory, get, listed, created):
        directory.mkdir()
        files = []
        for name, answer in (("get", get), ("list", listed), ("create", created)):
            head = f"HTTP/1.1 {answer.status} Fine\r\n" + "".join(
                f"{key}: {value}\r\n" for key, value in answer.headers.items())
            files.append(directory / name)
            files[-1].write_bytes(head.encode() + b"\r\n" + answer.body)
        self.port = free_port()
        self.process = Process(BUILT / "beast_floor", self.port, os.cpu_count(), *files)
        until(lambda: not is_free(self.port), "the floor listens")

    @property
    def pid(self):
        return self.process.pid

    def remove(self):
        self.process.kill()


class Broker(Kafka):
    """One broker, as scripts/kafka.sh starts it."""

    _topics = 0

    def topic(self, **settings):
        """A new one with one partition and the settings of a ledger, except these."""
        self._topics += 1
        name = f"bench-{self._topics}"
        self.make_topic(name, 1, GOOD_SETTINGS | settings)
        return name

    def copy_of(self, data):
        """The options of a node on a topic with the same facts."""
        options = ["--topic", self.topic(), "--partitions", 1]
        finish("consularia", "ledger", "copy", "--from", f"embedded:{data.directory}",
               "--to", self.ledger, *options)
        return ["--ledger", self.ledger, *options]
