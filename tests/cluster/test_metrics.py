"""The metrics of a node: valid, correct, and with a bounded number of labels whatever clients
send."""
import socket
import uuid

import pytest

from client import at_once, unique
from cluster import PUBLIC_URL
from reader import partition_of
from wait import until

FAMILIES = {
    "consularia_http_requests_total": "counter",
    "consularia_http_request_duration_seconds": "histogram",
    "consularia_command_duration_seconds": "histogram",
    "consularia_append_duration_seconds": "histogram",
    "consularia_append_records": "histogram",
    "consularia_sync_duration_seconds": "histogram",
    "consularia_facts_total": "counter",
    "consularia_void_records_total": "counter",
    "consularia_frozen_records_total": "counter",
    "consularia_bad_record_times_total": "counter",
    "consularia_queued_commands": "gauge",
    "consularia_second_rounds_total": "counter",
    "consularia_applied_position": "gauge",
    "consularia_ledger_end_position": "gauge",
    "consularia_lag_records": "gauge",
    "consularia_ready": "gauge",
    "consularia_kafka_broker_up": "gauge",
    "consularia_kafka_broker_round_trip_seconds": "gauge",
    "consularia_kafka_broker_waiting_requests": "gauge",
    "consularia_kafka_broker_request_timeouts_total": "counter",
    "consularia_kafka_broker_retries_total": "counter",
    "consularia_kafka_broker_transmit_errors_total": "counter",
}
LIST, ONE = "/appointments", "/appointments/{id}"
REQUESTS = "consularia_http_requests_total"


class Before:
    """A snapshot of the counters; difference(name, **labels) is the growth since then."""

    def __init__(self, node):
        self.node = node
        self.metrics = node.metrics()

    def difference(self, name, **labels):
        return self.node.total(name, **labels) - self.metrics.total(name, **labels)


@pytest.fixture
def organization(cluster):
    return cluster.nodes[0].organization()


@pytest.fixture
def clients(cluster, organization):
    return cluster.clients(organization["token"]["token"])


def test_all_families_are_there_in_prometheus_text_with_help(cluster, clients):
    clients[0].create()
    clients[0].get("/appointments/")
    node = cluster.nodes[0]
    until(lambda: FAMILIES.items() <= node.metrics().types.items(),
          f"missing: {FAMILIES.items() - node.metrics().types.items()}")
    metrics = node.metrics()
    for family in FAMILIES:
        assert len(metrics.helps[family]) > 10
        if FAMILIES[family] == "counter":
            assert family.endswith("_total")
    assert all(value >= 0 for value in metrics.samples.values())


def test_metrics_have_a_listener_of_their_own(cluster):
    node = cluster.nodes[0]
    assert node.probe("/metrics").status == 404
    with socket.create_connection(("127.0.0.1", node.metrics_port), 5) as connection:
        connection.sendall(b"GET /api/v1/appointments/ HTTP/1.0\r\n\r\n")
        assert b" 404 " in connection.recv(100)


def test_idle_connections_do_not_keep_others_from_the_metrics(cluster):
    node = cluster.nodes[0]
    idle = [socket.create_connection(("127.0.0.1", node.metrics_port), 5) for _ in range(6)]
    try:
        assert node.total("consularia_ready") == 1
    finally:
        for connection in idle:
            connection.close()


def test_requests_are_counted_and_timed_by_method_route_and_status(cluster, clients):
    node, api = cluster.nodes[1], clients[1]
    before = Before(node)
    made = [api.create() for _ in range(3)]
    for _ in range(4):
        assert api.get(f"/appointments/{made[0]['id']}/").status == 200
    assert api.get(f"/appointments/{uuid.uuid4()}/").status == 404
    assert api.post("/appointments/", {}).status == 400
    assert api.with_token("nobody").get("/appointments/").status == 401
    assert api.patch(f"/appointments/{made[0]['id']}/", {"title": "x"}).status == 200

    for expected, method, route, status in [
            (3, "POST", LIST, "201"), (1, "POST", LIST, "400"), (1, "GET", LIST, "401"),
            (4, "GET", ONE, "200"), (1, "GET", ONE, "404"), (1, "PATCH", ONE, "200")]:
        labels = {"method": method, "route": route, "status": status}
        assert before.difference(REQUESTS, **labels) == expected, labels
    timed = "consularia_http_request_duration_seconds"
    assert before.difference(timed + "_count", method="GET", route=ONE) == 5
    assert 0 < before.difference(timed + "_sum", method="GET", route=ONE) < 60


def test_facts_voids_and_commands_are_counted_on_every_node_that_sees_them(
        cluster, organization, clients):
    partition = partition_of(organization["id"], cluster.partitions)
    here = {"partition": str(partition)}
    for api in clients:
        assert api.get("/appointments/").status == 200  # what came before is applied and counted
    before = [Before(node) for node in cluster.nodes]
    made = clients[0].create()
    assert clients[0].post(f"/appointments/{made['id']}/start/").status == 200
    assert clients[0].post(f"/appointments/{made['id']}/start/").status == 200  # changes nothing
    assert clients[0].patch(f"/appointments/{made['id']}/", {"title": "x"}).status == 409
    cluster.kafka.put(cluster.topic, partition, b"garbage")
    for api in clients:
        assert api.get("/appointments/").status == 200  # a sync: all of it is applied
    for one in before:
        assert one.difference("consularia_facts_total", **here) == 2
        assert one.difference("consularia_facts_total") == 2
        assert one.difference("consularia_void_records_total", **here) == 1
        assert one.difference("consularia_void_records_total") == 1
    command = "consularia_command_duration_seconds_count"
    outcomes = {"accepted": 2, "unchanged": 1, "refused": 1}
    for outcome, count in outcomes.items():
        assert before[0].difference(command, outcome=outcome) == count, outcome
        assert before[1].difference(command, outcome=outcome) == 0
    assert before[0].difference("consularia_append_duration_seconds_count", result="appended") == 2
    assert before[0].difference("consularia_append_records_sum") == 2
    assert before[1].difference("consularia_append_records_count") == 0
    assert before[1].difference("consularia_sync_duration_seconds_count", result="caught_up") == 1


def test_positions_and_lag_follow_the_log(cluster, organization, clients):
    clients[0].create()
    kept = cluster.kafka.values(cluster.topic, cluster.partitions)
    for node in cluster.nodes:
        for partition, values in enumerate(kept):
            here = {"partition": str(partition)}

            def followed():
                now = node.metrics()
                return (now.total("consularia_applied_position", **here) == len(values)
                        and now.total("consularia_ledger_end_position", **here) == len(values)
                        and now.total("consularia_lag_records", **here) == 0)

            until(followed, f"{node.name} has applied {len(values)} of partition {partition}")
        assert node.total("consularia_queued_commands") == 0
        assert node.total("consularia_ready") == 1


def test_lost_races_are_counted_as_second_rounds(cluster, clients):
    before = [Before(node) for node in cluster.nodes]
    made = clients[0].create()

    def race(number):
        for turn in range(10):
            answer = clients[number].patch(
                f"/appointments/{made['id']}/", {"title": f"{number} {turn}"})
            assert answer.status == 200

    for _ in range(10):
        at_once(3, race)
        rounds = sum(one.difference("consularia_second_rounds_total") for one in before)
        if rounds:
            break
    assert rounds > 0
    # All of it is about this one organization, and each lost round left a void record.
    clients[0].get("/appointments/")
    assert before[0].difference("consularia_void_records_total") >= rounds


def test_nothing_that_clients_send_becomes_a_label(cluster, organization, clients):
    node, api = cluster.nodes[2], clients[2]
    made = api.create()
    api.get(f"/appointments/{made['id']}/")
    api.get("/nowhere/")
    api.request("BREW", "/appointments/")
    before = node.metrics()
    for turn in range(10):
        other = unique("other")
        api.get(f"/{other}/")
        api.get(f"/appointments/{uuid.uuid4()}/")
        api.get(f"/appointments/{other}/")
        api.get(f"/appointments/{made['id']}/participants/{uuid.uuid4()}/")
        api.get(f"/appointments/?participant_unique_id={other}")
        api.request(f"BREW{turn}", f"/appointments/{made['id']}/")
        api.request(f"BREW{turn}", f"/{other}/")
        api.with_token(other).get("/appointments/")
        api.request("GET", f"/join/{other}", prefix="")
    after = node.metrics()
    for label in ("method", "route", "status"):
        new = after.label_values(label) - before.label_values(label)
        assert not any(character.isdigit() for value in new for character in value
                       if label != "status"), new
        assert len(new) <= 2, (label, new)  # the participant's route, the link's
    assert "other" in after.label_values("method")
    text = repr(after.samples)
    for secret in (made["id"], organization["id"], "BREW", "nowhere", "nobody", other,
                   organization["token"]["token"], PUBLIC_URL):
        assert secret not in text
    assert after.label_values("method") <= {
        "GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT", "other"}


def test_a_full_exposition_while_all_is_busy(cluster, clients):
    def busy(number):
        if number == 0:
            return [cluster.nodes[0].metrics() for _ in range(20)]
        return [clients[0].create() for _ in range(5)]

    before = Before(cluster.nodes[0])
    at_once(5, busy)
    assert before.difference(REQUESTS, method="POST", route=LIST, status="201") == 20
