"""`consularia events tail` reads a topic like every other reader: facts only, and only while it is the same one."""
import json

from client import valid
from process import Process
from server import binary, run


def test_the_facts_of_a_topic_are_printed_and_followed(make_cluster, tmp_path):
    cluster = make_cluster("tail", partitions=2)
    node, = cluster.start(1)
    one, other = (node.organization(name) for name in ("One", "Other"))
    api = node.client(one["token"]["token"])
    assert api.post("/appointments/", valid()).status == 201
    options = ("events", "tail", "--data-dir", tmp_path / "operator", *cluster.ledger_options)
    done = run(*options)
    assert done.returncode == 0, done.stderr
    printed = [line.split(" ") for line in done.stdout.splitlines()]
    assert sorted((words[5], words[1]) for words in printed) == sorted(
        [(one["id"], "1"), (one["id"], "2"), (other["id"], "1")])

    words = (binary(), *options, "--follow", "--json", "--organization", one["id"])
    with Process(*words, log=tmp_path / "tail.log", talks=True) as following:
        assert [json.loads(following.hear()) for _ in range(2)] == api.get("/events/").json
        for partition in range(2):
            cluster.kafka.put(cluster.topic, partition, b"void")
        assert api.post("/appointments/", valid()).status == 201
        assert json.loads(following.hear())["sequence"] == "3"
        node.stop()
        cluster.kafka.recreate_topic(cluster.topic, 2)
        assert following.exit_code(60) == 1
