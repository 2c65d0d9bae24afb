"""Nodes of the built binary that share one topic, one secrets file and one public URL."""
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess

from client import Client
from exposition import parse
from server import binary, run
from wait import until

PUBLIC_URL = "https://appointments.example.org"
READY_WITHIN_S = 30
STOPPED_WITHIN_S = 30


def port_of_ours():
    """Below those of outgoing connections, of which there are many here, so that it stays free."""
    for _ in range(100):
        port = random.randrange(12000, 20000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError("no free port")


class Node:
    """One data directory, and the process that runs on it at the moment."""

    def __init__(self, cluster, name, data_dir=None):
        self.cluster = cluster
        self.name = name
        self.data_dir = data_dir or cluster.directory / name
        self.log_file = cluster.directory / f"{name}.log"
        self.process = None

    def launch(self, *options, secrets=True):
        """Starts the process and waits for nothing."""
        self.port, self.metrics_port = port_of_ours(), port_of_ours()
        self.url = f"http://127.0.0.1:{self.port}"
        words = [binary(), "serve", "--data-dir", self.data_dir, "--listen", f"127.0.0.1:{self.port}",
                 "--metrics-listen", f"127.0.0.1:{self.metrics_port}",
                 *self.cluster.ledger_options, "--public-url", self.cluster.public_url,
                 *self.cluster.options, *options]
        if secrets:
            words += ["--secrets-file", self.cluster.secrets_file]
        self.log_begin = self.log_file.stat().st_size if self.log_file.exists() else 0
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen([str(word) for word in words], stdout=log, stderr=log)
        return self

    def start(self, *options, ready=True):
        self.launch(*options)
        until(self.listens, f"{self.name} listens", READY_WITHIN_S)
        if ready:
            self.await_ready()
        return self

    def listens(self):
        assert self.process.poll() is None, self.log()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def await_ready(self, within_s=READY_WITHIN_S):
        def is_ready():
            assert self.process.poll() is None, self.log()
            return self.ready() == 200

        until(is_ready, f"{self.name} is ready: {self.log()[-500:]}", within_s)

    def probe(self, path):
        return Client(self.port, timeout=5).request("GET", path, prefix="")

    def ready(self):
        return self.probe("/readyz").status

    def log(self):
        """What the present process has said."""
        with open(self.log_file, "rb") as log:
            log.seek(self.log_begin)
            return log.read().decode(errors="replace")

    def metrics(self):
        with socket.create_connection(("127.0.0.1", self.metrics_port), 10) as connection:
            connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            with connection.makefile("rb") as stream:
                head, _, body = stream.read().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200") or head.startswith(b"HTTP/1.0 200"), head
        return parse(body.decode())

    def total(self, name, **labels):
        return self.metrics().total(name, **labels)

    def client(self, secret=None, timeout=30):
        return Client(self.port, secret, timeout)

    @property
    def admin(self):
        return self.client(self.cluster.admin_key)

    def organization(self, name="Embassy"):
        answer = self.admin.post("/organizations/", {"name": name})
        assert answer.status == 201, answer
        return answer.json

    # --- what can happen to a process

    def pause(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(STOPPED_WITHIN_S) == 0, self.log()

    def exit_code(self):
        """Of a process that ends by itself, with what it said last."""
        code = self.process.wait(READY_WITHIN_S)
        return code, self.log().strip().splitlines()[-1]


class Cluster:
    """`options` are given to every node."""

    def __init__(self, kafka, directory, topic, partitions=3, options=(), public_url=PUBLIC_URL):
        self.kafka = kafka
        self.directory = pathlib.Path(directory)
        self.topic = topic
        self.partitions = partitions
        self.options = options
        self.public_url = public_url
        self.nodes = []
        self.secrets_file = self.directory / "secrets.toml"
        done = run("secrets", "create", self.secrets_file)
        assert done.returncode == 0, done.stderr
        self.admin_key = re.search(r'^admin_key\s*=\s*"([^"]+)"', self.secrets_file.read_text(), re.M)[1]

    @property
    def ledger_options(self):
        return ["--ledger", self.kafka.ledger, "--topic", self.topic,
                "--partitions", self.partitions]

    def node(self, name=None, data_dir=None):
        """Not started yet."""
        made = Node(self, name or f"node-{len(self.nodes) + 1}", data_dir)
        self.nodes.append(made)
        return made

    def start(self, count, *options):
        """So many more nodes, all ready."""
        started = [self.node().start(*options, ready=False) for _ in range(count)]
        for node in started:
            node.await_ready()
        return started

    def kill(self):
        for node in self.nodes:
            node.kill()

    def clients(self, secret):
        return [node.client(secret) for node in self.nodes]

    def run_verify(self):
        return run("ledger", "verify", "--data-dir", self.directory / "nowhere",
                   *self.ledger_options)

    def verify(self):
        """What `ledger verify` counts: (facts, voids)."""
        done = self.run_verify()
        assert done.returncode == 0, (done.stdout, done.stderr)
        counts, = re.findall(r"(\d+) records, (\d+) facts, (\d+) void", done.stdout)
        return int(counts[1]), int(counts[2])


def rows(client):
    """Everything that an organization's clients can read, byte by byte."""
    found = {}
    for page in range(1, 1000):
        answer = client.get(f"/appointments/?page_size=100&page={page}")
        assert answer.status == 200, answer
        found[f"page {page}"] = answer.body
        for item in answer["results"]:
            path = f"/appointments/{item['id']}/"
            one = client.get(path)
            found[path] = (one.body, one.etag)
        if json.loads(answer.body)["next"] is None:
            return found
    raise AssertionError("too many pages")
