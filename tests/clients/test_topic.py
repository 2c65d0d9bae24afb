"""The examples copy a topic to SQLite with the clients: each fact once, whatever happens."""
import contextlib
import itertools
import json

from conftest import ENOUGH_S, PARTITIONS
from consularia_topic.rule import facts, partition_of
from kafka import GOOD_SETTINGS, Kafka
from test_rule import GOLDEN
from wait import until


def facts_of(cluster):
    """Organization -> its facts in order, as the rule finds them in the whole log."""
    found = {}
    for number, values in enumerate(cluster.values()):
        for value in facts(values, number, PARTITIONS):
            found.setdefault(json.loads(value)["source"].rpartition("/")[2], []).append(value)
    return found


def plant(cluster, value):
    """What strangers may write between the facts, `value` being one of them: nothing that counts."""
    event = json.loads(value)
    head = json.dumps(event | {"sequence": "1000000"}).encode()
    for number in range(PARTITIONS):
        cluster.kafka.put(
            cluster.topic, number, None, b"", b"hello", b"\xff\0", b"[" * 100_000, b"{}",
            b'{"source":7}', value, head, value.replace(b"number", b"nobody"),
            value[:-1] + b',"x":NaN}')




def test_every_fact_is_copied_once_whenever_the_copier_is_killed(copier, cluster):
    before = facts_of(cluster)
    process = copier.start(cluster.topic)
    copier.await_count(sum(map(len, before.values())), process)
    process.kill()  # half way
    for n, values in zip(range(3), itertools.cycle(before.values())):
        plant(cluster, values[n])
        for api in cluster.apis.values():
            api.create(title=f"later {n}")
        with copier.start(cluster.topic) as process:
            copier.await_count(copier.count() + 1, process)  # and is killed among the others
    copier.copy(cluster.topic)

    expected = facts_of(cluster)
    assert {id: len(values) for id, values in expected.items()} == {
        id: len(values) + 3 for id, values in before.items()}
    for id, values in expected.items():
        copied = copier.rows(f"SELECT sequence, type, data FROM event WHERE organization = '{id}'"
                             " ORDER BY rowid")
        assert [sequence for sequence, *_ in copied] == list(range(1, len(values) + 1))
        assert [(type, json.loads(data)) for _, type, data in copied] == [
            (event["type"], event["data"]) for event in map(json.loads, values)]
    assert len(copier.rows("SELECT * FROM head")) == len(expected)


def test_the_copiers_outlive_a_broker_that_was_killed(copiers, cluster):
    with contextlib.ExitStack() as running:
        processes = [running.enter_context(copier.start(cluster.topic)) for copier in copiers]
        for copier, process in zip(copiers, processes):
            copier.await_count(1, process)
        cluster.kafka.kill()
        cluster.kafka.start_broker()
        server, = cluster.nodes
        server.await_ready(within_s=ENOUGH_S)
        for api in cluster.apis.values():
            api.create(title="after that")
        expected = sum(map(len, facts_of(cluster).values()))
        for copier, process in zip(copiers, processes):
            copier.await_count(expected, process)


def test_the_copiers_wait_for_a_partition_without_a_leader(copiers, tmp_path):
    golden = {}
    for value in GOLDEN:
        organization = json.loads(value)["source"].rpartition("/")[2]
        golden.setdefault(partition_of(organization, 6), []).append(value)
    (lost, facts_there), (healthy, facts_here) = golden.items()
    places = {lost: 2, healthy: 3}
    with Kafka(tmp_path, brokers=3).start() as kafka, contextlib.ExitStack() as running:
        made = kafka.create_topic("t", 6, GOOD_SETTINGS, [places.get(n, 1) for n in range(6)])
        assert made == 0
        kafka.put("t", lost, *facts_there[:9])
        for copier in copiers:
            copier.kafka = kafka
        processes = [running.enter_context(copier.start("t")) for copier in copiers]

        def await_copies(count):
            for copier, process in zip(copiers, processes):
                copier.await_count(count, process)

        await_copies(9)
        kafka.kill(places[lost])
        until(lambda: kafka.leader("t", lost) < 1, "it has no leader", ENOUGH_S)
        for n, value in enumerate(facts_here):
            kafka.put("t", healthy, value)
            await_copies(9 + n + 1)
        kafka.start_broker(places[lost])
        kafka.put("t", lost, *facts_there[9:])
        await_copies(len(GOLDEN))
