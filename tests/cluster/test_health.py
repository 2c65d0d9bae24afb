"""Failures of one partition and failures of a node: /readyz, the metrics and the log agree, and the
other organizations are served."""
import contextlib

import pytest

from client import unique, valid
from cluster import Cluster
from kafka import GOOD_SETTINGS, Kafka
from wait import until

OPTIONS = ("--command-deadline-ms", 3000, "--append-failure-holds-ms", 2000)


@pytest.fixture
def cluster(kafka, tmp_path):
    with Cluster(kafka, tmp_path, unique("ledger"), options=OPTIONS) as made:
        yield made


def facts(node):
    return [node.total("consularia_facts_total", partition=str(n)) for n in range(node.cluster.partitions)]


def found(node):
    """An organization: its secret and its partition."""
    before = facts(node)
    secret = node.organization()["token"]["token"]
    return secret, next(n for n, (old, new) in enumerate(zip(before, facts(node))) if new > old)


def two_apart(node):
    """Organizations of two partitions: (secret, partition) of each."""
    first = found(node)
    second = until(lambda: next((one for one in [found(node)] if one[1] != first[1]), None), "another partition")
    return first, second


def write(node, secret):
    return node.client(secret).post("/appointments/", valid())


def read(node, secret):
    return node.client(secret).get("/appointments/")


def health(node, partition, part):
    return node.total("consularia_partition_health", partition=str(partition), part=part)


def check_others_are_served(node, sick, sound, part):
    """And the node names the partition whose organizations are not served."""
    def named():
        answer = node.probe("/readyz")
        degraded = answer.json.get("degraded", [])
        return answer.status == 200 and any(f"partition {sick[1]}, {part}" in one for one in degraded) and degraded

    degraded = until(named, "it names what is degraded")
    assert all(f"partition {sick[1]}," in one for one in degraded), degraded
    assert health(node, sick[1], part) == 0 and health(node, sound[1], part) == 1
    assert node.total("consularia_ready") == 1
    for call in (write, read):
        assert call(node, sick[0]).status == 503
    assert write(node, sound[0]).status == 201
    assert read(node, sound[0]).status == 200


def test_a_partition_with_the_marker_of_a_transaction_stops_its_own_organizations_only(kafka, cluster):
    node, = cluster.start(1)
    sick, sound = two_apart(node)
    kafka.put_in_transaction(cluster.topic, sick[1], b"a stranger's")
    write(node, sick[0])  # after the marker, so that the node does not see it
    check_others_are_served(node, sick, sound, "tail")
    until(lambda: f"partition {sick[1]}, tail: failing" in node.log(), "the log says so")
    node.stop()
    node.start()
    check_others_are_served(node, sick, sound, "tail")


def test_a_partition_without_a_leader_stops_its_own_organizations_only(tmp_path):
    with (Kafka(tmp_path / "kafka", brokers=3).start() as kafka,
          Cluster(kafka, tmp_path, "ledger", options=OPTIONS) as cluster):
        assert kafka.create_topic("ledger", 3, GOOD_SETTINGS, brokers=(1, 2, 3)) == 0
        node, = cluster.start(1)
        sick = until(lambda: next((one for one in [found(node)] if one[1] == 2), None), "one of broker 3")
        sound = until(lambda: next((one for one in [found(node)] if one[1] != 2), None), "another one")
        kafka.kill(3)
        check_others_are_served(node, sick, sound, "lag")
        node.stop()
        node.start()
        check_others_are_served(node, sick, sound, "lag")
        kafka.start_broker(3)
        until(lambda: write(node, sick[0]).status == 201, "it is served again")
        until(lambda: not node.probe("/readyz").json.get("degraded"), "and the probe shows it")


@contextlib.contextmanager
def refusing(kafka, topic):
    """While the brokers take no record for the topic."""
    kafka.alter_topic(topic, "max.message.bytes", "10")
    try:
        yield
    finally:
        kafka.alter_topic(topic, "max.message.bytes", GOOD_SETTINGS["max.message.bytes"])


def test_refused_appends_are_reported_and_forgotten_when_nobody_writes(kafka, cluster):
    node, = cluster.start(1)
    secret, partition = found(node)
    with refusing(kafka, cluster.topic):
        until(lambda: write(node, secret).status == 503, "the brokers refuse")
        reason = until(lambda: node.ready() == 503 and node.probe("/readyz")["detail"], "it is reported")
        assert f"partition {partition}, append: failing" in reason and "size too large" in reason, reason
        assert health(node, partition, "append") == 0
        assert read(node, secret).status == 200
        until(lambda: f"partition {partition}, append: failing" in node.log(), "it is logged")
        until(lambda: node.ready() == 200, "whoever does not write may come back")
        until(lambda: f"partition {partition}, append: not seen to fail again" in node.log(), "it is logged")
        assert write(node, secret).status == 503
    until(lambda: write(node, secret).status == 201, "it appends again")
    until(lambda: node.ready() == 200, "at once")
    until(lambda: f"partition {partition}, append: fine again" in node.log(), "it is logged")
