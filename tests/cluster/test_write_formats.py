"""Formats of records on one topic, as while a cluster is upgraded node by node."""
import itertools
import json
import uuid

import pytest

from client import KEY_REUSED, unique, valid
from reader import Log
from records import stored_key


@pytest.fixture(scope="module")
def nodes(make_cluster):
    """By the format that they write. The first writes its own without being asked."""
    cluster = make_cluster("formats")
    return {1: cluster.node().start(), 2: cluster.node().start("--write-format", "2"),
            3: cluster.node().start("--write-format", "3")}


@pytest.mark.parametrize("first,second", list(itertools.product([1, 2, 3], repeat=2)))
def test_a_node_recognizes_what_the_other_one_did(nodes, first, second):
    organization = nodes[first].organization()
    writer, other = (nodes[n].client(organization["token"]["token"]) for n in (first, second))
    key, sent = unique("ann@private.example"), unique("visit")
    once = {"Idempotency-Key": key, "X-Request-ID": sent}
    made = writer.post("/appointments/", valid(), headers=once)
    assert made.status == 201
    again = other.post("/appointments/", valid(), headers=once)
    assert (again.status, again.body) == (201, made.body)
    assert again.header("Idempotency-Replayed") == "true"
    different = other.post("/appointments/", valid(title="Other"), headers=once)
    assert (different.status, different.json) == (422, KEY_REUSED)

    cluster = nodes[first].cluster
    log = Log(cluster.kafka, cluster.topic, cluster.partitions)
    _, record = map(json.loads, log.facts_of(organization["id"]))
    if first == 1:
        assert (record["idempotencykey"], record["requestid"]) == (key, sent)
    else:
        hashed = stored_key(cluster.secrets_file, organization["id"], key)
        assert (record["idempotencykey"], str(uuid.UUID(record["requestid"]))) == (hashed, record["requestid"])


def test_only_nodes_of_the_third_format_register_webhooks_and_all_know_them(nodes):
    organization = nodes[1].organization()
    api = {number: node.client(organization["token"]["token"]) for number, node in nodes.items()}
    body = {"url": "https://hooks.example.org/"}
    for older in (1, 2):
        refused = api[older].post("/webhooks/", body)
        assert refused.status == 409 and "--write-format" in refused["detail"], refused
    made = api[3].post("/webhooks/", body)
    assert made.status == 201
    for one in api.values():
        assert one.get("/webhooks/")["results"][0]["id"] == made["id"]
        assert one.create().status == 201
    assert api[1].delete(f"/webhooks/{made['id']}/").status == 409
    assert api[3].delete(f"/webhooks/{made['id']}/").status == 204
