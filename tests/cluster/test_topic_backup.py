"""`consularia backup` of a topic: its facts outside of Kafka, taken further by each run, and a new
topic that is filled from them."""
import random

from backup import back_up as run_backup, check
from client import person, valid
from cluster import rows
from server import Server, run

ORGANIZATIONS = 4
KILLS = 6


def words(cluster, to):
    return ("backup", "--data-dir", cluster.directory / "nowhere", *cluster.ledger_options,
            "--secrets-file", cluster.secrets_file, "--to", to)


def back_up(cluster, to):
    return run_backup(*words(cluster, to))


def facts(cluster):
    """All facts, sorted by organization and sequence: partitions differ between topics."""
    done = run("ledger", "export", "--facts", *cluster.ledger_options, timeout=60)
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


def fill(node, secrets, count):
    for secret in secrets:
        for n in range(count):
            node.client(secret).create(title=f"number {n}", participants=[person(f"p{n}")])


def test_a_backup_of_a_topic_grows_with_it_and_fills_another(make_cluster, killer):
    cluster = make_cluster("backup")
    node, = cluster.start(1)
    secrets = [node.organization(f"Office {n}")["token"]["token"] for n in range(ORGANIZATIONS)]
    fill(node, secrets, 5)
    cluster.kafka.put(cluster.topic, 0, b"noise")
    backup = cluster.directory / "copy"
    records = ORGANIZATIONS * 6 + 1
    assert back_up(cluster, backup) == (records, records)
    fill(node, secrets, 2)
    before = [rows(node.client(secret)) for secret in secrets]

    # Killed at any step, it goes on.
    steps = killer.count_steps(*words(cluster, cluster.directory / "counted"))
    for step in sorted(random.sample(range(1, steps + 1), KILLS)):
        killer.kill_at(step, *words(cluster, backup))
        partial = cluster.directory / f"partial-{step}"
        killer.kill_at(step, *words(cluster, partial))
        assert back_up(cluster, partial)[0] == records + ORGANIZATIONS * 2
        check(partial)
    back_up(cluster, backup)
    records += ORGANIZATIONS * 2
    assert back_up(cluster, backup) == (records, 0)
    printed = check(backup)
    assert f"{ORGANIZATIONS} organizations, every chain intact" in printed
    assert (backup / "secrets.toml").read_bytes() == cluster.secrets_file.read_bytes()
    original = facts(cluster)
    node.stop()

    # The topic is gone. Another one is filled from the backup, by as many partitions as one likes.
    other = make_cluster("restored", partitions=5)
    other.secrets_file.write_bytes((backup / "secrets.toml").read_bytes())
    copied = run("ledger", "copy", "--from", f"journal:{backup}", "--to", other.kafka.ledger,
                 "--topic", other.topic, "--partitions", other.partitions, timeout=60)
    assert copied.returncode == 0, copied.stderr
    assert copied.stdout.startswith(f"copied {len(original)} facts, 0 were there before"), copied
    assert facts(other) == original
    again, = other.start(1)
    assert [rows(again.client(secret)) for secret in secrets] == before
    assert again.client(secrets[0]).post("/appointments/", valid()).status == 201
    again.stop()

    # The backup is one of the topic that is gone, and stays that.
    done = run(*words(other, backup), timeout=60)
    assert done.returncode == 1 and "is a backup of the ledger" in done.stderr, done
    check(backup)


def test_what_a_node_has_read_fills_a_topic_too(make_cluster):
    cluster = make_cluster("read")
    node, = cluster.start(1)
    secrets = [node.organization("Embassy")["token"]["token"]]
    fill(node, secrets, 3)
    original = facts(cluster)
    other = make_cluster("refilled")
    copied = run("ledger", "copy", "--from", f"journal:{node.data_dir}", "--to",
                 other.kafka.ledger, "--topic", other.topic, "--partitions", other.partitions,
                 timeout=60)
    assert copied.returncode == 0, copied.stderr
    assert facts(other) == original
    node.stop()


def test_a_topic_that_was_made_again_is_not_taken_for_the_old_one(make_cluster):
    cluster = make_cluster("again", partitions=1)
    node, = cluster.start(1)
    node.organization("Embassy")
    backup = cluster.directory / "copy"
    back_up(cluster, backup)
    node.stop()
    cluster.kafka.recreate_topic(cluster.topic, cluster.partitions)
    done = run(*words(cluster, backup), "--doubt-timeout-ms", 500, timeout=60)
    assert done.returncode == 1 and "it lost them, or was replaced" in done.stderr, done
    cluster.node("another").start().organization("Embassy")
    done = run(*words(cluster, backup), timeout=60)
    assert done.returncode == 1 and "another record at position 0" in done.stderr, done
    check(backup)


def test_a_backup_of_another_kind_of_ledger_is_refused_and_left_alone(make_cluster, tmp_path):
    cluster = make_cluster("kinds")
    node, = cluster.start(1)
    fill(node, [node.organization("Office")["token"]["token"]], 3)
    backup = tmp_path / "copy"
    back_up(cluster, backup)
    before = check(backup)
    with Server(tmp_path / "embedded") as embedded:
        embedded.start()
        done = run("backup", "--data-dir", embedded.data_dir, "--to", backup)
    assert done.returncode == 2 and "another kind of ledger" in done.stderr, done
    assert check(backup) == before
