"""A node builds its read store again from its journal, without its broker, beside the one that
serves."""
import shutil

import pytest

from client import person, unique, valid
from cluster import Cluster, rows
from kafka import Kafka
from server import run
from wait import until

OTHER_URL = ("--public-url", "https://other.example.org")
APPOINTMENTS = 150


@pytest.fixture
def broker(tmp_path_factory):
    """A broker for one test: it is stopped."""
    with Kafka(tmp_path_factory.mktemp("broker")).start() as made:
        yield made
        made.start()


@pytest.fixture
def cluster(broker, tmp_path):
    with Cluster(broker, tmp_path, unique("ledger")) as made:
        yield made


def fill(node):
    api = node.client(node.organization()["token"]["token"])
    for n in range(APPOINTMENTS):
        assert api.post("/appointments/", valid(title=f"{n}", participants=[person("ann")])).status == 201
    return api


def appointments(api):
    """Without the pages, whose links come from the options of the moment."""
    return {path: row for path, row in rows(api).items() if path.startswith("/")}


def test_a_node_rebuilds_for_another_url_while_it_serves_to_the_rows_of_a_new_node(cluster):
    first, = cluster.start(1)
    api = fill(first)
    before = appointments(api)
    first.stop()
    first.start(*OTHER_URL, "--rebuild-at-start-ms", "0")
    made = api.post("/appointments/", valid(participants=[person("late")]))
    assert made.status == 201
    until(lambda: "the rebuilt read store serves" in first.log(), "the rebuilt read store serves", 60)
    after = rows(api)
    assert len(appointments(api)) == APPOINTMENTS + 1
    assert not before.items() & appointments(api).items()
    new = cluster.node().start(*OTHER_URL)
    assert rows(new.client(api.token)) == after


@pytest.mark.parametrize("lost", ["read", "journal and read"])
def test_what_a_node_lost_is_made_again_from_its_journal_without_a_broker(cluster, broker, lost):
    node, = cluster.start(1)
    api = fill(node)
    before = rows(api)
    node.stop()
    broker.stop()
    for name in lost.split(" and "):
        shutil.rmtree(node.data_dir / name)
    node.start(ready=False)
    has_applied = "records of the journal to the read store"
    if lost == "read":
        until(lambda: has_applied in node.log(), "the read store is filled from the journal")
    broker.start()
    node.await_ready()
    assert rows(api) == before
    assert (has_applied in node.log()) == (lost == "read")


def test_a_read_store_is_not_replaced_before_a_lost_journal_is_read_again(cluster, broker):
    """It is the only witness of the topic until then."""
    node, = cluster.start(1)
    api = fill(node)
    before = appointments(api)
    node.stop()
    broker.stop()
    shutil.rmtree(node.data_dir / "journal")
    done = run("projections", "rebuild", "--data-dir", node.data_dir, *cluster.ledger_options,
               *OTHER_URL, "--secrets-file", node.secrets_file)
    assert done.returncode == 1 and "was not rebuilt" in done.stderr, done
    node.start(*OTHER_URL, ready=False)
    until(lambda: b"waiting for the brokers" in node.probe("/readyz").body, "it waits for the broker")
    assert (node.data_dir / "read").exists()
    broker.start()
    node.await_ready()
    until(lambda: "the rebuilt read store serves" in node.log(), "the rebuilt read store serves", 60)
    after = appointments(api)
    assert after.keys() == before.keys() and not after.items() & before.items()
