"""A read store whose rows have another form serves nobody. But if the journal is lost, it is the only witness of what the
topic must contain, and stays that until the topic is read again."""
import shutil

import pytest

from client import person, valid
from cluster import rows
from kafka import GOOD_SETTINGS
from previous import previous_binary
from server import binary
from wait import until

RECORDS = 6


@pytest.fixture
def node(make_cluster):
    """It ran as the version before, whose rows have another form; since then its journal was lost."""
    cluster = make_cluster("witness", partitions=1, program=previous_binary())
    made, = cluster.start(1)
    api = made.client(made.organization()["token"]["token"])
    for _ in range(RECORDS - 1):
        assert api.post("/appointments/", valid(participants=[person("ann")])).status == 201
    made.api, made.rows = api, rows(api)
    made.stop()
    made.values, = cluster.kafka.values(cluster.topic, 1)
    assert len(made.values) == RECORDS
    shutil.rmtree(made.data_dir / "journal")
    made.program = binary()
    return made


def put(cluster, values):
    for value in values:
        cluster.kafka.put(cluster.topic, 0, value)


def expect_refusals(node, why):
    """Also when only the witness is left of the old read store, and whatever the links are to be."""
    for options in ((), ("--public-url", "https://other.example.org")):
        node.launch("--doubt-timeout-ms", 500, *options)
        code, sentence = node.exit_code()
        assert code == 1 and why in sentence, sentence
        assert (node.data_dir / "read.witness").exists()


def expect_the_same_rows(node):
    """Now the journal is the witness."""
    node.start()
    assert rows(node.api) == node.rows
    node.stop()
    node.start()
    assert rows(node.api) == node.rows
    assert not (node.data_dir / "read.witness").exists()


def test_a_topic_that_lost_its_end_is_refused_until_it_has_it_again(node):
    cluster = node.cluster
    cluster.kafka.recreate_topic(cluster.topic, 1)
    put(cluster, node.values[:2])
    expect_refusals(node, "ends at position 2")
    put(cluster, node.values[2:])
    expect_the_same_rows(node)


def test_a_topic_that_was_deleted_is_refused_and_not_made_again(node):
    cluster = node.cluster
    cluster.kafka.delete_topic(cluster.topic)
    expect_refusals(node, f"there is no Kafka topic {cluster.topic}")
    until(lambda: cluster.kafka.create_topic(cluster.topic, 1, GOOD_SETTINGS) == 0, "the topic is back")
    put(cluster, node.values)
    expect_the_same_rows(node)
