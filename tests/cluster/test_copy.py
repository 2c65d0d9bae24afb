"""Moving a ledger from a disk to Kafka and back: the same data is served before and after."""
import re

from client import person, valid
from cluster import PUBLIC_URL, rows
from server import Server, run

ORGANIZATIONS = 3


def copy(cluster, source, target):
    done = run("ledger", "copy", "--from", source, "--to", target, "--topic", cluster.topic,
               "--partitions", cluster.partitions, timeout=60)
    assert done.returncode == 0, done.stderr
    return [int(n) for n in re.match(r"copied (\d+) facts, (\d+) were there before; (\d+)",
                                     done.stdout).groups()]


def facts(*options):
    """All facts, sorted by organization and sequence: partitions differ between ledgers."""
    done = run("ledger", "export", "--facts", *options, timeout=60)
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


def disk_of(cluster, name):
    """A server on a ledger of its own, not started yet, with the cluster's secrets."""
    made = Server(cluster.directory / name, "--public-url", PUBLIC_URL,
                  "--secrets-file", cluster.secrets_file)
    made.secrets_file = cluster.secrets_file
    return made


def test_a_ledger_moves_to_kafka_and_back_and_serves_the_same(make_cluster):
    cluster = make_cluster("copy")
    disk = disk_of(cluster, "embedded").start()
    secrets = [disk.organization(f"Office {n}")["token"]["token"] for n in range(ORGANIZATIONS)]
    for secret in secrets:
        for n in range(5):
            body = valid(title=f"number {n}", participants=[person("ann", display_name="Ann")])
            assert disk.client(secret).post("/appointments/", body).status == 201
    source, target = f"embedded:{disk.data_dir}", cluster.kafka.ledger

    # Once while it is served and once after that: the second copy adds only the records since the
    # first.
    first, present, organizations = copy(cluster, source, target)
    assert (first, present, organizations) == (ORGANIZATIONS * 6, 0, ORGANIZATIONS)
    for secret in secrets:
        assert disk.client(secret).post("/appointments/", valid()).status == 201
    before = [rows(disk.client(secret)) for secret in secrets]
    disk.stop()
    assert copy(cluster, source, target) == [ORGANIZATIONS, first, ORGANIZATIONS]
    assert copy(cluster, source, target) == [0, first + ORGANIZATIONS, ORGANIZATIONS]
    on_disk = facts("--data-dir", disk.data_dir)
    assert facts(*cluster.ledger_options) == on_disk

    node, = cluster.start(1)
    assert [rows(node.client(secret)) for secret in secrets] == before
    assert node.client(secrets[0]).post("/appointments/", valid()).status == 201
    after = [rows(node.client(secret)) for secret in secrets]
    node.stop()

    back = disk_of(cluster, "back")
    moved = first + ORGANIZATIONS + 1
    assert copy(cluster, target, f"embedded:{back.data_dir}") == [moved, 0, ORGANIZATIONS]
    assert facts("--data-dir", back.data_dir) == facts(*cluster.ledger_options)
    verified = run("ledger", "verify", "--data-dir", back.data_dir)
    assert verified.returncode == 0 and " 0 void" in verified.stdout, verified
    with back.start():
        assert [rows(back.client(secret)) for secret in secrets] == after


def test_histories_that_differ_are_not_mixed(make_cluster):
    cluster = make_cluster("differ")
    with disk_of(cluster, "embedded").start() as disk:
        disk.organization("Embassy")
    copy(cluster, f"embedded:{disk.data_dir}", cluster.kafka.ledger)
    node, = cluster.start(1)
    exported = facts(*cluster.ledger_options)
    organization = re.search(r'"source":"/organizations/([^"]+)"', exported[0])[1]
    assert node.admin.post(f"/organizations/{organization}/tokens/",
                           {"name": "later", "scopes": ["read"]}).status == 201
    node.stop()
    done = run("ledger", "copy", "--from", f"embedded:{disk.data_dir}", "--to", cluster.kafka.ledger,
               "--topic", cluster.topic, "--partitions", cluster.partitions)
    assert done.returncode == 1
    assert organization in done.stderr and "continues to sequence 2" in done.stderr
