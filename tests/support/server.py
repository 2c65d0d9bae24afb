"""The built binary: `consularia serve` on a data directory, and commands that run to their end."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess

from client import Client
from exposition import parse
from ports import free_port
from process import ENDS_WITHIN_S, Process
from wait import until

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 30


def binary():
    usual = ROOT / "build" / "release" / "consularia"
    return os.path.abspath(os.environ.get("CONSULARIA_BINARY", usual))


def run(*words, program=None, timeout=30, text=True, **options):
    """Runs one command of the binary to its end."""
    return subprocess.run([program or binary(), *map(str, words)], capture_output=True, text=text,
                          timeout=timeout, **options)


def admin_key_of(secrets_file):
    return re.search(r'^admin_key\s*=\s*"([^"]+)"', secrets_file.read_text(), re.M)[1]


class Server:
    """A data directory, and the process that serves it at the moment or did so last. `options` are
    for every start; `before` are words before the command; `program` is not the usual binary."""

    def __init__(self, data_dir, *options, before=(), program=None, port=None, metrics=False):
        self.data_dir = pathlib.Path(data_dir)
        self.log_file = self.data_dir.with_name(f"{self.data_dir.name}.log")
        self.secrets_file = self.data_dir / "secrets.toml"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.before = before
        self.program = program or binary()  # of the next start
        self.words = ["serve", "--data-dir", self.data_dir, "--listen", f"127.0.0.1:{self.port}"]
        if metrics:
            self.metrics_port = free_port()
            self.words += ["--metrics-listen", f"127.0.0.1:{self.metrics_port}"]
        self.words += options
        self.process = None
        self.process_options = {}

    # --- start and end

    def launch(self, *options):
        """Starts the process and waits for nothing."""
        self.process = Process(*self.before, self.program, *self.words, *options,
                               log=self.log_file, **self.process_options)
        return self

    def start(self, *options):
        self.launch(*options)
        try:
            self.await_start()
        except BaseException:
            self.kill()
            raise
        return self

    def await_start(self):
        """The start is over, which it says on standard output."""
        self._await(lambda: " is ready on " in self.log(), "its start is over", STARTS_WITHIN_S)

    def await_listening(self):
        self._await(self.listens, "it listens", STARTS_WITHIN_S)

    def await_ready(self, within_s=STARTS_WITHIN_S):
        """Its probe is green."""
        self._await(lambda: self.ready() == 200, "it is ready", within_s)

    def _await(self, condition, what, within_s):
        def holds():
            self.process.check_alive()
            return condition()

        until(holds, lambda: f"{what}: {self.log()[-2000:]}", within_s)

    def stop(self, within_s=ENDS_WITHIN_S):
        """SIGTERM, on which it ends with 0."""
        self.process.stop(within_s)

    def kill(self):
        """SIGKILL: what a crash of the process is. Does nothing if none runs."""
        if self.process:
            self.process.kill()

    def exit_code(self):
        """Of a process that ends by itself, with what it said last."""
        code = self.process.exit_code(STARTS_WITHIN_S)
        return code, self.log().strip().splitlines()[-1]

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        """It must end in order, unless the test has failed or has killed it."""
        if failed or self.process is None:
            self.kill()
        elif self.process.popen.returncode != -signal.SIGKILL:
            self.stop()

    # --- what it says

    def log(self):
        """Of the present process, or the last one."""
        return self.process.log()

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def probe(self, path):
        return Client(self.port, timeout=5).get(path, prefix="")

    def ready(self):
        return self.probe("/readyz").status

    def metrics(self):
        with socket.create_connection(("127.0.0.1", self.metrics_port), 30) as connection:
            connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            with connection.makefile("rb") as stream:
                head, _, body = stream.read().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200") or head.startswith(b"HTTP/1.0 200"), head
        return parse(body.decode())

    def total(self, name, **labels):
        return self.metrics().total(name, **labels)

    def value(self, name, **labels):
        return self.metrics().value(name, **labels)

    def memory(self, what):
        """Bytes; of what /proc calls VmRSS (now) or VmHWM (the most so far)."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"{what}:\s+(\d+) kB", status)[1]) * 1024

    # --- who speaks to it

    @property
    def admin_key(self):
        return admin_key_of(self.secrets_file)

    def client(self, secret=None, timeout=30):
        return Client(self.port, secret, timeout)

    @property
    def admin(self):
        return self.client(self.admin_key)

    def command(self, *words):
        """Runs a client command against this server and returns what it prints, as JSON."""
        done = run(*words, "--server", self.url, "--secrets-file", self.secrets_file)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def organization(self, name="Embassy"):
        return self.command("organization", "create", name)

    def token(self, organization_id, name, scopes):
        return self.command("token", "create", organization_id, name, "--scopes", scopes)["token"]
