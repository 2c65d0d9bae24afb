"""One organization hammered by 64 clients through three nodes at once. These assertions hold on any
machine; hammer.py, which is no test, compares the speed with that of one node."""
import pytest

from hammer import compare
from reader import Log
from wait import until

CLIENTS = 64
COMMAND_DEADLINE_S = 5
ROUNDS = 3


@pytest.fixture(scope="module")
def cluster(make_cluster):
    made = make_cluster("hammer", options=("--log-level", "warning"))
    made.start(3)
    return made


@pytest.fixture(scope="module")
def hammered(cluster):
    """Rounds through one node, and rounds through all."""
    secret = cluster.nodes[0].organization()["token"]["token"]
    # The first requests of a node are slow: its caches are cold, and its connections new.
    compare(cluster.nodes, secret, 1, CLIENTS, 0.3, report=lambda _: None)
    return compare(cluster.nodes, secret, ROUNDS, CLIENTS, 1.5)


def test_every_command_is_carried_out_within_its_deadline(hammered):
    for load in [round for rounds in hammered for round in rounds]:
        assert not load.failures and load.facts > 0
        assert load.slowest_s < COMMAND_DEADLINE_S


def test_the_nodes_get_equal_shares(hammered):
    _, through_all = hammered
    shares = [sum(load.answers[node, 201] for load in through_all) for node in range(3)]
    assert max(shares) < 2 * min(shares), shares


def test_one_writer_alone_loses_no_race(hammered):
    through_one, _ = hammered
    assert sum(load.voids for load in through_one) == 0


def test_every_answer_is_one_fact_on_every_node(cluster, hammered):
    log = Log(cluster.kafka, cluster.topic, cluster.partitions)
    assert cluster.verify() == (log.fact_count, log.void_count)
    answered = sum(load.facts for rounds in hammered for load in rounds)
    assert log.fact_count >= answered
    for node in cluster.nodes:
        until(lambda: node.total("consularia_facts_total") == log.fact_count, "it has all facts")


def test_lost_races_stay_few(hammered):
    _, through_all = hammered
    voids, facts = (sum(getattr(load, name) for load in through_all) for name in ("voids", "facts"))
    assert voids < 0.3 * facts, f"{voids / facts:.2f} voids per fact"
