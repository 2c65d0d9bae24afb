"""Runs the built binary as a process of the test's own."""
import json
import os
import pathlib
import queue
import random
import re
import signal
import socket
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
READY_WITHIN_S = 30
STOPPED_WITHIN_S = 30


def binary():
    return os.environ.get("CONSULARIA_BINARY", str(ROOT / "build" / "release" / "consularia"))


def run(*words, timeout=30, **options):
    """Runs one command of the binary to its end."""
    return subprocess.run([binary(), *map(str, words)], capture_output=True, text=True,
                          timeout=timeout, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_cluster_ports():
    """A port with all that a cluster of scripts/kafka.sh uses above it free; below those of outgoing
    connections, and in another order in each process."""
    ports = list(range(21000, 30000, 100))
    random.shuffle(ports)
    for port in ports:
        if all(is_free(port + n) for n in range(33)):
            return port
    raise AssertionError("no free ports")


class Server:
    """One process of `consularia serve` on a data directory; ready unless that is not waited for.
    `before` are words before the command."""

    def __init__(self, data_dir, *options, ready=True, before=(), port=None):
        self.data_dir = data_dir
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.secrets_file = data_dir / "secrets.toml"
        self.log = open(data_dir.parent / f"{data_dir.name}.stderr", "ab")
        self.process = subprocess.Popen(
            [*before, binary(), "serve", "--data-dir", str(data_dir), "--listen", f"127.0.0.1:{self.port}", *options],
            stdout=subprocess.PIPE, stderr=self.log)
        self.lines = queue.Queue()
        threading.Thread(target=self._read_lines, daemon=True).start()
        if ready:
            self.ready_line = self.await_ready()

    def _read_lines(self):
        for line in self.process.stdout:
            self.lines.put(line.decode())
        self.lines.put(None)

    def await_ready(self):
        try:
            line = self.lines.get(timeout=READY_WITHIN_S)
        except queue.Empty:
            line = None
        if line is None:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server was not ready in {READY_WITHIN_S} s: {self.complaints()}")
        return line

    def complaints(self):
        return self.logged()[-2000:]

    def logged(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")

    @property
    def admin_key(self):
        text = self.secrets_file.read_text()
        return re.search(r'^admin_key\s*=\s*"([^"]+)"', text, re.M)[1]

    def command(self, *words):
        """Runs a client command against this server and returns what it prints, as JSON."""
        done = subprocess.run(
            [binary(), *words, "--server", self.url, "--secrets-file", str(self.secrets_file)],
            capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def organization(self, name):
        return self.command("organization", "create", name)

    def token(self, organization_id, name, scopes):
        made = self.command("token", "create", organization_id, name, "--scopes", scopes)
        return made["token"]

    def kill(self):
        """SIGKILL: what a crash of the process is."""
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self):
        """SIGTERM, and the exit code. The process is ours, so it is killed if it does not end."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
        finally:
            self.log.close()
