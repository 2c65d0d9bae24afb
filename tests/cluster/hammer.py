#!/usr/bin/env python3
"""Hammers one organization through several nodes at once, and through one, side by side.

    build/venv/bin/python tests/cluster/hammer.py [--nodes 3] [--brokers 1] [--clients 64]
                                                  [--seconds 2] [--rounds 5] [--kafka-config K=V]

Starts the brokers and the nodes, all on this machine. Rounds alternate between the two; printed are
the facts a second of each round, how they were shared, the void records per fact, and the mean
append, and of all rounds the medians of both kinds and their ratio.
"""
import argparse
import asyncio
import collections
import json
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("cluster", "support")]

BODY = json.dumps({"title": "Consultation", "start_date_time": "2031-05-06T07:08:09Z",
                   "duration_minutes": 30, "participants": []}).encode()


class Load:
    """The outcome of the clients' requests."""

    def __init__(self):
        self.answers = collections.Counter()  # (node, status)
        self.slowest_s = 0.0
        self.facts_per_s = 0.0
        self.voids = 0
        self.appends = self.append_s = self.append_records = 0

    @property
    def facts(self):
        return sum(count for (_, status), count in self.answers.items() if status == 201)

    @property
    def failures(self):
        return {key: count for key, count in self.answers.items() if key[1] != 201}

    @property
    def voids_per_fact(self):
        return self.voids / max(self.facts, 1)

    def share(self, node):
        return self.answers[node, 201] / max(self.facts, 1)

    def __str__(self):
        shares = " ".join(f"{self.share(node):.2f}" for node in sorted({n for n, _ in self.answers}))
        return (f"{self.facts_per_s:7.0f} facts/s, shares {shares}, {self.voids_per_fact:.2f} voids "
                f"per fact, slowest answer {self.slowest_s * 1000:.0f} ms, an append is "
                f"{self.append_records / max(self.appends, 1):.1f} records in "
                f"{self.append_s / max(self.appends, 1) * 1000:.1f} ms")


class Client(asyncio.Protocol):
    """One keep-alive connection that always has one create under way, for a given time."""

    def __init__(self, node, request, load, until):
        self.node, self.request, self.load, self.until = node, request, load, until
        self.seen = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.send()

    def send(self):
        self.sent = time.perf_counter()
        if self.sent < self.until:
            self.transport.write(self.request)
        else:
            self.done.set_result(None)
            self.transport.close()

    def data_received(self, data):
        self.seen += data
        end = self.seen.find(b"\r\n\r\n")
        if end < 0:
            return
        at = self.seen.lower().find(b"content-length:", 0, end)
        length = int(self.seen[at + 15:self.seen.index(b"\r\n", at)])
        if len(self.seen) < end + 4 + length:
            return
        self.load.slowest_s = max(self.load.slowest_s, time.perf_counter() - self.sent)
        self.load.answers[self.node, int(self.seen[9:12])] += 1
        self.seen = b""
        self.send()

    def connection_lost(self, error):
        if not self.done.done():
            self.load.answers[self.node, 0] += 1  # no answer
            self.done.set_result(None)


async def drive(ports, secret, clients, seconds):
    load = Load()
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()
    made = []
    for number in range(clients):
        port = ports[number % len(ports)]
        request = (f"POST /api/v1/appointments/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                   f"Authorization: Token {secret}\r\nContent-Type: application/json\r\n"
                   f"Content-Length: {len(BODY)}\r\n\r\n").encode() + BODY
        _, client = await loop.create_connection(
            lambda n=number, r=request: Client(n % len(ports), r, load, begin + seconds),
            "127.0.0.1", port)
        made.append(client.done)
    await asyncio.gather(*made)
    load.facts_per_s = load.facts / (time.perf_counter() - begin)
    return load


def appends_of(nodes):
    """The number of appends, the seconds that they took and the records in them."""
    names = ("duration_seconds_count", "duration_seconds_sum", "records_sum")
    return [sum(node.total(f"consularia_append_{name}") for node in nodes) for name in names]


def hammer(nodes, secret, clients=64, seconds=2.0):
    """`clients` connections, spread evenly over the nodes, create appointments of one
    organization."""
    voids = nodes[0].total("consularia_void_records_total")
    before = appends_of(nodes)
    load = asyncio.run(drive([node.port for node in nodes], secret, clients, seconds))
    nodes[0].client(secret).get("/appointments/?page_size=1")  # a sync: all has been judged
    load.voids = nodes[0].total("consularia_void_records_total") - voids
    load.appends, load.append_s, load.append_records = (
        now - then for now, then in zip(appends_of(nodes), before))
    return load


def compare(nodes, secret, rounds, clients=64, seconds=2.0, report=print):
    """Alternates, so that other load on the machine affects both. Returns (single, spread)
    loads."""
    single, spread = [], []
    for _ in range(rounds):
        single.append(hammer(nodes[:1], secret, clients, seconds))
        report(f"through 1 node:  {single[-1]}")
        spread.append(hammer(nodes, secret, clients, seconds))
        report(f"through {len(nodes)} nodes: {spread[-1]}")
    return single, spread


def median(loads):
    return statistics.median(load.facts_per_s for load in loads)


def main():
    from cluster import Cluster
    from kafka import Kafka

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--brokers", type=int, default=1)
    parser.add_argument("--kafka-config", action="append", default=[])
    options = parser.parse_args()
    settings = [f"--kafka-config={setting}" for setting in options.kafka_config]
    with tempfile.TemporaryDirectory() as directory:
        with (Kafka(pathlib.Path(directory) / "kafka", brokers=options.brokers).start() as kafka,
              Cluster(kafka, directory, "hammer", partitions=12,
                      options=("--log-level", "warning", *settings)) as cluster):
            nodes = cluster.start(options.nodes)
            secret = nodes[0].organization()["token"]["token"]
            single, spread = compare(nodes, secret, options.rounds, options.clients, options.seconds)
            voids, facts = (sum(getattr(load, name) for load in spread) for name in ("voids", "facts"))
            print(f"medians: {median(single):.0f} facts/s through one, {median(spread):.0f} through "
                  f"{options.nodes}: {median(spread) / median(single):.2f}; "
                  f"{voids / facts:.2f} voids per fact")


if __name__ == "__main__":
    main()
