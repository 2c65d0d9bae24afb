"""Nodes of the built binary that share one topic, one secrets file and one public URL."""
import json
import pathlib
import re

from server import Server, admin_key_of, run

PUBLIC_URL = "https://appointments.example.org"


class Node(Server):
    """A node of a cluster."""

    def __init__(self, cluster, name, data_dir=None, **how):
        super().__init__(data_dir or cluster.directory / name, *cluster.options_of_nodes,
                         metrics=True, program=cluster.program, **how)
        self.cluster = cluster
        self.name = name
        self.secrets_file = cluster.secrets_file

    def launch(self, *options, secrets=True):
        if secrets:
            options += ("--secrets-file", self.secrets_file)
        return super().launch(*options)

    def start(self, *options, ready=True):
        self.launch(*options)
        self.await_listening()
        if ready:
            self.await_ready()
        return self

    def organization(self, name="Embassy"):
        answer = self.admin.post("/organizations/", {"name": name})
        assert answer.status == 201, answer
        return answer.json


class Cluster:
    """`options` are given to every node. Leaving `with` kills all nodes."""

    node_type = Node

    def __init__(self, kafka, directory, topic, partitions=3, options=(), public_url=PUBLIC_URL,
                 program=None):
        self.kafka = kafka
        self.directory = pathlib.Path(directory)
        self.topic = topic
        self.partitions = partitions
        self.options = options
        self.public_url = public_url
        self.program = program
        self.nodes = []
        self.secrets_file = self.directory / "secrets.toml"
        done = run("secrets", "create", self.secrets_file, program=program)
        assert done.returncode == 0, done.stderr
        self.admin_key = admin_key_of(self.secrets_file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def ledger_options(self):
        return ["--ledger", self.kafka.ledger, "--topic", self.topic,
                "--partitions", self.partitions]

    @property
    def options_of_nodes(self):
        return [*self.ledger_options, "--public-url", self.public_url, *self.options]

    def node(self, name=None, data_dir=None, **how):
        """Not started yet."""
        made = self.node_type(self, name or f"node-{len(self.nodes) + 1}", data_dir, **how)
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

    def values(self):
        """Those of each partition, in log order."""
        return self.kafka.values(self.topic, self.partitions)

    def run_verify(self):
        return run("ledger", "verify", "--data-dir", self.directory / "nowhere",
                   *self.ledger_options, program=self.program)

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
