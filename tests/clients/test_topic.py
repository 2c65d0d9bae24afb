"""The examples copy a topic to SQLite with the clients: each fact once, or they stop and say where."""
import contextlib
import itertools
import json
import os
import re
import sqlite3
import sys

import pytest

from conftest import PARTITIONS
from kafka import GOOD_SETTINGS, Kafka
from process import Process
from server import ROOT
from test_rule import GOLDEN
from consularia_topic.rule import facts, partition_of
from wait import until

ENOUGH_S = 60
LANGUAGES = ["python", "javascript"]


class Copier:
    """The example in one language, and its database."""

    def __init__(self, language, node, kafka, directory):
        self.program = {"python": [sys.executable, ROOT / "examples" / "copy_to_sqlite.py"],
                        "javascript": [node, ROOT / "examples" / "copy-to-sqlite.ts"]}[language]
        directory.mkdir(exist_ok=True)
        self.kafka = kafka
        self.database = directory / "copy.db"
        self.log_file = directory / "copy.log"

    def start(self, topic, *options):
        """Runs until it is killed."""
        return Process(*self.program, self.kafka.servers, topic, self.database, *options,
                       log=self.log_file, env=os.environ | {"PYTHONPATH": ROOT / "clients" / "python"})

    def copy(self, topic):
        """All that is there."""
        process = self.start(topic, "--until-end")
        assert process.exit_code(ENOUGH_S) == 0, process.log()

    def stopped(self, process):
        """(partition, offset, reason) of the error with which it ends."""
        assert process.exit_code(ENOUGH_S) == 1
        found, = set(re.findall(r"BrokenLog: partition (\d+), offset (\d+): (.*)", process.log()))
        return int(found[0]), int(found[1]), found[2]

    def stop(self, topic):
        return self.stopped(self.start(topic, "--until-end"))

    def rows(self, query):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30) as database:
            return database.execute(query).fetchall()

    def count(self):
        try:
            return self.rows("SELECT count(*) FROM event")[0][0]
        except sqlite3.OperationalError:  # it is not there yet
            return 0

    def await_count(self, count, process):
        def reached():
            process.check_alive()
            return self.count() >= count

        until(reached, f"{count} events are copied", ENOUGH_S)


@pytest.fixture(params=LANGUAGES)
def copier(request, node, kafka, tmp_path):
    return Copier(request.param, node, kafka, tmp_path)


@pytest.fixture
def copiers(node, kafka, tmp_path):
    return [Copier(language, node, kafka, tmp_path / language) for language in LANGUAGES]


def facts_of(cluster):
    """Organization -> its facts in order, as the rule finds them in the whole log."""
    found = {}
    for number, values in enumerate(cluster.values()):
        for value in facts(values, number, PARTITIONS):
            found.setdefault(json.loads(value)["source"].rpartition("/")[2], []).append(value)
    return found


def plant(cluster, value):
    """What strangers may write between the facts, `value` being one of them: nothing that counts."""
    event = json.loads(value)
    head = json.dumps(event | {"sequence": "1000000"}).encode()
    for number in range(PARTITIONS):
        cluster.kafka.put(
            cluster.topic, number, None, b"", b"hello", b"\xff\0", b"[" * 100_000, b"{}",
            b'{"source":7}', value, head, value.replace(b"number", b"nobody"),
            value[:-1] + b',"x":NaN}')




def test_every_fact_is_copied_once_whenever_the_copier_is_killed(copier, cluster):
    before = facts_of(cluster)
    process = copier.start(cluster.topic)
    copier.await_count(sum(map(len, before.values())), process)
    process.kill()  # half way
    for n, values in zip(range(3), itertools.cycle(before.values())):
        plant(cluster, values[n])
        for api in cluster.apis.values():
            api.create(title=f"later {n}")
        with copier.start(cluster.topic) as process:
            copier.await_count(copier.count() + 1, process)  # and is killed among the others
    copier.copy(cluster.topic)

    expected = facts_of(cluster)
    assert {id: len(values) for id, values in expected.items()} == {
        id: len(values) + 3 for id, values in before.items()}
    for id, values in expected.items():
        copied = copier.rows(f"SELECT sequence, type, data FROM event WHERE organization = '{id}'"
                             " ORDER BY rowid")
        assert [sequence for sequence, *_ in copied] == list(range(1, len(values) + 1))
        assert [(type, json.loads(data)) for _, type, data in copied] == [
            (event["type"], event["data"]) for event in map(json.loads, values)]
    assert len(copier.rows("SELECT * FROM head")) == len(expected)


def test_the_copiers_outlive_a_broker_that_was_killed(copiers, cluster):
    with contextlib.ExitStack() as running:
        processes = [running.enter_context(copier.start(cluster.topic)) for copier in copiers]
        for copier, process in zip(copiers, processes):
            copier.await_count(1, process)
        cluster.kafka.kill()
        cluster.kafka.start_broker()
        server, = cluster.nodes
        server.await_ready(within_s=ENOUGH_S)
        for api in cluster.apis.values():
            api.create(title="after that")
        expected = sum(map(len, facts_of(cluster).values()))
        for copier, process in zip(copiers, processes):
            copier.await_count(expected, process)


def test_the_copiers_wait_for_a_partition_without_a_leader(copiers, tmp_path):
    golden = {}
    for value in GOLDEN:
        organization = json.loads(value)["source"].rpartition("/")[2]
        golden.setdefault(partition_of(organization, 6), []).append(value)
    (lost, facts_there), (healthy, facts_here) = golden.items()
    places = {lost: 2, healthy: 3}
    with Kafka(tmp_path, brokers=3).start() as kafka, contextlib.ExitStack() as running:
        made = kafka.create_topic("t", 6, GOOD_SETTINGS, [places.get(n, 1) for n in range(6)])
        assert made == 0
        kafka.put("t", lost, *facts_there[:9])
        for copier in copiers:
            copier.kafka = kafka
        processes = [running.enter_context(copier.start("t")) for copier in copiers]

        def await_copies(count):
            for copier, process in zip(copiers, processes):
                copier.await_count(count, process)

        await_copies(9)
        kafka.kill(places[lost])
        until(lambda: kafka.leader("t", lost) < 1, "it has no leader", ENOUGH_S)
        for n, value in enumerate(facts_here):
            kafka.put("t", healthy, value)
            await_copies(9 + n + 1)
        kafka.start_broker(places[lost])
        kafka.put("t", lost, *facts_there[9:])
        await_copies(len(GOLDEN))


def test_a_gap_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    end = len(cluster.values()[1])
    with copier.start(cluster.topic) as process:
        cluster.kafka.put_in_transaction(cluster.topic, 1, b"a stranger's")
        assert copier.stopped(process) == (1, end + 1, f"the log goes on at {end + 2}: a gap")
    assert copier.stop(cluster.topic)[:2] == (1, end + 1)


def test_a_log_that_begins_behind_the_position_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    end = len(cluster.values()[0])
    cluster.nodes[0].kill()
    cluster.kafka.put(cluster.topic, 0, b"one more")
    cluster.kafka.delete_records(cluster.topic, 0, before=end + 1)
    assert copier.stop(cluster.topic) == (0, end - 1, f"the log begins at {end + 1}: records were deleted")
    copier.database.unlink()
    assert copier.stop(cluster.topic) == (0, 0, f"the log begins at {end + 1}: records were deleted")


def test_a_log_that_ends_before_the_position_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    values = cluster.values()
    cluster.nodes[0].kill()
    cluster.kafka.recreate_topic(cluster.topic, PARTITIONS)
    for number, kept in enumerate(values):
        cluster.kafka.put(cluster.topic, number, *(kept[:-1] if number == 1 else kept))
    end = len(values[1]) - 1
    assert copier.stop(cluster.topic) == (1, end, f"the log ends at {end}: it was cut off, or is another one")


def test_another_topic_of_the_same_name_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    ends = [len(values) for values in cluster.values()]
    cluster.nodes[0].kill()
    with copier.start(cluster.topic) as process:
        process.pause()  # it looks again when everything is in its place
        cluster.kafka.recreate_topic(cluster.topic, PARTITIONS)
        for number, end in enumerate(ends):
            cluster.kafka.put(cluster.topic, number, *(b"another %d" % n for n in range(end + 2)))
        process.resume()
        copier.stopped(process)
    partition, offset, reason = copier.stop(cluster.topic)
    assert (offset, reason) == (ends[partition] - 1, "another record than before: this is another log")


def test_a_topic_of_another_number_of_partitions_stops_it(copier, cluster):
    copier.copy(cluster.topic)
    cluster.nodes[0].kill()
    cluster.kafka.delete_topic(cluster.topic)
    until(lambda: cluster.kafka.create_topic(cluster.topic, 7, GOOD_SETTINGS) == 0, "the topic is back")
    assert "the topic has 7 partitions now" in copier.stop(cluster.topic)[2]
