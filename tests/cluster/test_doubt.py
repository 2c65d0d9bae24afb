"""When a broker reports an older end of the log than is known, starting nodes and commands ask it
again before they report missing records."""
import pytest

from client import valid
from cluster import rows
from kafka import GOOD_SETTINGS
from process import Process
from server import Server, binary, run
from wait import until

RECORDS = 6


@pytest.fixture
def short(make_cluster):
    """A stopped node that has applied more than its topic holds, and the rest of the records."""
    cluster = make_cluster("short", partitions=1)
    node, = cluster.start(1)
    node.secret = node.organization()["token"]["token"]
    for _ in range(RECORDS - 1):
        assert node.client(node.secret).post("/appointments/", valid()).status == 201
    node.rows = rows(node.client(node.secret))
    node.stop()
    values, = cluster.kafka.values(cluster.topic, 1)
    assert len(values) == RECORDS
    cluster.kafka.recreate_topic(cluster.topic, 1)
    put(cluster, values[:2])
    return cluster, node, values[2:]


def put(cluster, values):
    for value in values:
        cluster.kafka.put(cluster.topic, 0, value)


def verify(cluster, node, doubt_ms):
    return ["ledger", "verify", "--data-dir", node.data_dir, *cluster.ledger_options,
            "--doubt-timeout-ms", doubt_ms]


def test_verify_asks_again_before_it_says_that_records_are_missing(short):
    cluster, node, rest = short
    done = run(*verify(cluster, node, 500))
    assert done.returncode == 1
    assert f"ends at position 2, but this node has read it up to position {RECORDS}" in done.stderr
    log = cluster.directory / "verify.log"
    with Process(binary(), *verify(cluster, node, 60_000), log=log) as asking:
        put(cluster, rest)
        assert asking.exit_code(60) == 0, asking.log()
    assert f"{RECORDS} records, {RECORDS} facts, 0 void" in asking.log()


def test_a_node_that_starts_asks_again_before_it_refuses(short):
    cluster, node, rest = short
    node.launch("--doubt-timeout-ms", 500)
    code, sentence = node.exit_code()
    assert code == 1 and "ends at position 2" in sentence and "was it recreated" in sentence
    node.start("--doubt-timeout-ms", 60_000, ready=False)
    until(lambda: "ends at position 2" in node.log(), "it says what it doubts")
    assert node.ready() == 503
    put(cluster, rest)
    node.await_ready()
    assert rows(node.client(node.secret)) == node.rows
    assert node.client(node.secret).post("/appointments/", valid()).status == 201


def test_the_read_store_of_another_ledger_is_no_witness(make_cluster, tmp_path):
    """Such a read store remains in a directory after a server ran there on an embedded ledger."""
    cluster = make_cluster("other")
    with Server(tmp_path / "disk", "--min-free-bytes", "0").start() as disk:
        for number in range(5):
            disk.organization(f"Embassy {number}")
    cluster.kafka.make_topic(cluster.topic, cluster.partitions, GOOD_SETTINGS)
    done = run("ledger", "verify", "--data-dir", tmp_path / "disk", *cluster.ledger_options)
    assert done.returncode == 0, done.stderr
    assert "0 records, 0 facts, 0 void" in done.stdout
    assert "belongs to another ledger, " in done.stdout
    assert "a lost end of the log would go unnoticed" in done.stdout


def test_a_record_is_one_line_of_an_export_whatever_it_holds(make_cluster):
    cluster = make_cluster("lines", partitions=1)
    cluster.kafka.make_topic(cluster.topic, 1, GOOD_SETTINGS)
    for value in (b"two\nlines", None, b"one line"):
        cluster.kafka.put(cluster.topic, 0, value)
    done = run("ledger", "export", "--data-dir", cluster.directory, *cluster.ledger_options)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ('{"record_base64url":"dHdvCmxpbmVz"}\n' '{"record_base64url":""}\n'
                           "one line\n")
