"""Heads that were kept elsewhere show what a ledger alone cannot: that all of it was written anew."""
import hashlib
import json

import pytest

from client import valid
from kafka import GOOD_SETTINGS
from server import run


def ledger(command, cluster, tmp_path, *options):
    return run("ledger", command, "--data-dir", tmp_path / "auditor", *cluster.ledger_options, *options)


@pytest.fixture
def kept(make_cluster, tmp_path):
    """A cluster with some history, and a file of its heads as they were in the middle of it."""
    cluster = make_cluster("heads", partitions=2)
    node, = cluster.start(1)
    clients = [node.client(node.organization(name)["token"]["token"]) for name in ("One", "Two")]
    for api in clients:
        api.create()
    printed = ledger("head", cluster, tmp_path)
    assert printed.returncode == 0, printed.stderr
    file = tmp_path / "heads.jsonl"
    file.write_text(printed.stdout)
    for api in clients:
        api.create()
    node.stop()
    return cluster, file


def written_anew(values):
    """The same history with other titles: every hash is right."""
    heads = {}
    for value in values:
        record = json.loads(value)
        text = value.decode().replace("Consultation", "Visa")
        before = heads.get(record["source"])
        if before:
            text = text.replace(record["prevhash"], before)
        heads[record["source"]] = hashlib.sha256(text.encode()).hexdigest()
        yield text.encode()


def test_a_head_names_an_organizations_last_fact(kept):
    _, file = kept
    heads = [json.loads(line) for line in file.read_text().splitlines()]
    assert [head["sequence"] for head in heads] == [2, 2]
    assert len({head["organization"] for head in heads}) == 2
    assert all(set(head) == {"organization", "sequence", "hash", "time"} for head in heads)


def test_heads_of_an_earlier_day_are_part_of_the_chains(kept, tmp_path):
    cluster, file = kept
    done = ledger("verify", cluster, tmp_path, "--heads", file)
    assert done.returncode == 0, done.stderr
    assert "2 kept heads are part of their chains" in done.stdout


def test_a_ledger_that_was_written_anew_is_found_by_its_kept_heads_alone(kept, tmp_path):
    cluster, file = kept
    values = cluster.kafka.values(cluster.topic, 2)
    assert any(b"Consultation" in value for partition in values for value in partition)
    cluster.topic += "-anew"
    cluster.kafka.make_topic(cluster.topic, 2, GOOD_SETTINGS)
    for number, partition in enumerate(values):
        for value in written_anew(partition):
            cluster.kafka.put(cluster.topic, number, value)
    done = ledger("verify", cluster, tmp_path)
    assert done.returncode == 0 and "every chain intact" in done.stdout, done.stderr
    done = ledger("verify", cluster, tmp_path, "--heads", file)
    assert done.returncode == 1, done.stdout
    assert "at sequence 2 is not part of the chain: it was " in done.stderr
    assert "1 other fault" in done.stderr


def test_a_head_that_the_ledger_does_not_reach_is_a_fault(kept, tmp_path):
    cluster, file = kept
    head = json.loads(file.read_text().splitlines()[0])
    file.write_text(json.dumps({**head, "sequence": 99}))
    done = ledger("verify", cluster, tmp_path, "--heads", file)
    assert done.returncode == 1
    assert "at sequence 99 is not part of the chain: the ledger has no such record" in done.stderr


@pytest.mark.parametrize("line", ["", "{}", "[]", "no JSON", '{"organization": 1}'])
def test_a_file_of_anything_else_is_wrong_usage(kept, tmp_path, line):
    cluster, file = kept
    file.write_text(file.read_text() + line + "\n")
    done = ledger("verify", cluster, tmp_path, "--heads", file)
    assert done.returncode == 2 and "Line 3 of " in done.stderr
    file.write_text("")
    assert "contains no head" in ledger("verify", cluster, tmp_path, "--heads", file).stderr
    file.unlink()
    assert "cannot be read" in ledger("verify", cluster, tmp_path, "--heads", file).stderr
