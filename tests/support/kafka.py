"""Real brokers of the test's own, and what tests do to them and to their topics."""
import itertools
import json
import os
import signal
import struct
import subprocess
import uuid

from kafka_wire import ask, connected, text
from ports import free_cluster_ports
from server import ROOT
from wait import until

SCRIPT = ROOT / "scripts" / "kafka.sh"
FETCHED_AND_STARTED_WITHIN_S = 240
LONG_ENOUGH_S = 120
BROKER_WAITS_MS = 30_000
CREATE_TOPICS, DELETE_TOPICS, DELETE_RECORDS, ALTER_CONFIGS = 19, 20, 21, 44
# What the ledger demands of a topic on one broker.
GOOD_SETTINGS = {
    "cleanup.policy": "delete", "flush.messages": "1", "max.message.bytes": "8388608",
    "min.insync.replicas": "1", "retention.bytes": "-1", "retention.ms": "-1",
    "unclean.leader.election.enable": "false"}


def kafka_script(*words):
    return subprocess.run([SCRIPT, *map(str, words)], capture_output=True, text=True,
                          timeout=FETCHED_AND_STARTED_WITHIN_S)


class Kafka:
    """One broker or three, their data in a directory. `options` are those of `kafka.sh start`.
    Leaving `with` stops them."""

    def __init__(self, directory, *options, brokers=1):
        self.directory = directory
        self.options = options
        self.brokers = range(1, brokers + 1)
        self.port = free_cluster_ports()
        self.ports = [self.port + broker - 1 for broker in self.brokers]
        self.servers = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self.paused = {}  # broker -> process id

    @property
    def ledger(self):
        return f"kafka:{self.servers}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def run(self, command, *words):
        return kafka_script(command, *words, "--dir", self.directory)

    def script(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def start(self):
        try:
            self.script("start", "--port", self.port, "--brokers", len(self.brokers), *self.options)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        for broker in list(self.paused):
            self.resume(broker)
        self.script("stop")

    def start_broker(self, broker=1, *options):
        self.script("start-broker", broker, *options)

    def stop_broker(self, broker=1):
        self.script("stop-broker", broker)

    def kill(self, broker=1):
        self.script("stop-broker", broker, "--kill")

    def pause(self, broker=1):
        self.paused[broker] = int(self.script("pid", broker))
        os.kill(self.paused[broker], signal.SIGSTOP)

    def resume(self, broker=1):
        os.kill(self.paused.pop(broker), signal.SIGCONT)

    def _metadata(self, topic):
        """What kcat sees of the cluster, and the topic's partitions; None if it is not reached."""
        done = subprocess.run(["kcat", "-b", self.servers, "-L", "-J", "-t", topic, "-m", "3"],
                              capture_output=True, text=True, timeout=LONG_ENOUGH_S)
        if done.returncode != 0:
            return None
        seen = json.loads(done.stdout)
        return seen, [one for each in seen["topics"] for one in each["partitions"]]

    def leader(self, topic, partition):
        """The broker, or -1 if the partition has none."""
        _, found = self._metadata(topic)
        return next(one["leader"] for one in found if one["partition"] == partition)

    def is_whole(self, topic, partitions):
        """All brokers are there, and in sync for every partition."""
        if not (metadata := self._metadata(topic)):
            return False
        seen, found = metadata
        return (len(seen["brokers"]) == len(self.brokers) and len(found) == partitions
                and all(len(one["isrs"]) == len(self.brokers) and one["leader"] > 0 for one in found))

    # --- topics

    def _ask(self, api, version, body):
        with connected(self.port) as connection:
            return ask(connection, api, version, body)

    def create_topic(self, name, partitions, settings=None, brokers=()):
        """`brokers`: the one that has each partition; any of them when empty."""
        configs = b"".join(text(key) + text(value) for key, value in (settings or {}).items())
        assigned = b"".join(struct.pack(">iii", n, 1, broker) for n, broker in enumerate(brokers))
        numbers = (-1, -1) if brokers else (partitions, 1)
        topic = (text(name) + struct.pack(">ihi", *numbers, len(brokers)) + assigned
                 + struct.pack(">i", len(settings or {})) + configs)
        answer = self._ask(CREATE_TOPICS, 2, struct.pack(">i", 1) + topic
                           + struct.pack(">i?", BROKER_WAITS_MS, False))
        return struct.unpack_from(">h", answer, 4 + 4 + len(text(name)))[0]

    def make_topic(self, name, partitions=1, settings=None):
        assert self.create_topic(name, partitions, settings) == 0

    def delete_topic(self, name):
        answer = self._ask(DELETE_TOPICS, 1, struct.pack(">i", 1) + text(name)
                           + struct.pack(">i", BROKER_WAITS_MS))
        error, = struct.unpack_from(">h", answer, 4 + 4 + len(text(name)))
        assert error == 0, f"error {error} of the Kafka protocol"

    def alter_topic(self, topic, setting, value):
        one = struct.pack(">i", 1)
        body = (one + struct.pack(">b", 2) + text(topic) + one + text(setting) + struct.pack(">b", 0)
                + text(value) + struct.pack(">?", False))
        error, = struct.unpack_from(">h", self._ask(ALTER_CONFIGS, 0, body), 4 + 4)
        assert error == 0, f"error {error} of the Kafka protocol"

    def delete_records(self, topic, partition, before):
        """The partition begins at the offset `before` from then on."""
        one = struct.pack(">i", 1)
        answer = self._ask(DELETE_RECORDS, 1, one + text(topic) + one + struct.pack(
            ">iqi", partition, before, BROKER_WAITS_MS))
        error, = struct.unpack_from(">h", answer, 4 + 4 + len(text(topic)) + 4 + 4 + 8)
        assert error == 0, f"error {error} of the Kafka protocol"

    def recreate_topic(self, name, partitions):
        self.delete_topic(name)
        # A deletion takes a moment, during which the name is in use.
        until(lambda: self.create_topic(name, partitions, GOOD_SETTINGS) == 0, "the topic is back")

    # --- records

    def _kcat(self, *words, **options):
        done = subprocess.run(["kcat", "-b", self.servers, "-q", *map(str, words)],
                              capture_output=True, timeout=LONG_ENOUGH_S, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def put(self, topic, partition, *values, key="stranger"):
        """Appends records, in this order; None is a tombstone."""
        words = ["-P", "-t", topic, "-p", partition, "-k", key, "-X", "acks=all",
                 "-X", "message.max.bytes=9000000", "-X", "linger.ms=0"]
        for are_tombstones, several in itertools.groupby(values, lambda value: value is None):
            if are_tombstones:  # -Z turns an empty value into NULL
                lines = f"{key}\x1e\n" * len(list(several))
                self._kcat(*words, "-Z", "-K", "\x1e", input=lines.encode())
                continue
            paths = []
            for value in several:
                paths.append(self.directory / f"record-{uuid.uuid4()}")
                paths[-1].write_bytes(value)
            self._kcat(*words, *paths)

    def put_in_transaction(self, topic, partition, value):
        """Its marker makes a gap in the positions."""
        self._kcat("-P", "-t", topic, "-p", partition, "-X", f"transactional.id={uuid.uuid4()}", input=value)

    def values(self, topic, partitions):
        """The values of each partition in log order, with None for tombstones. No gaps."""
        out = self._kcat("-C", "-t", topic, "-o", "beginning", "-e",
                         "-X", "check.crcs=true", "-X", "fetch.message.max.bytes=9000000",
                         "-X", "receive.message.max.bytes=100000000", "-f", "%p %o %S %s\n")
        values = [[] for _ in range(partitions)]
        at = 0
        while at < len(out):
            head = out[at:at + 64].split(b" ", 3)
            partition, offset, size = map(int, head[:3])
            begin = at + sum(len(part) + 1 for part in head[:3])
            end = begin + max(size, 0)
            assert out[end:end + 1] == b"\n" and offset == len(values[partition])
            values[partition].append(None if size < 0 else out[begin:end])
            at = end + 1
        return values
