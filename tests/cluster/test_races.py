"""Records of foreign programs, duplicates and late writers in the topic: void, logged, counted,
harmless."""
import datetime
import hashlib
import json
import random
import re
import threading
import uuid

import pytest

from client import at_once, unique, valid
from cluster import rows
from reader import Log, partition_of
from wait import until

APPLIED_WITHIN_S = 60
CREATED_WITHIN_S = 60
LARGEST = 8 * 1024 * 1024 - 1024  # of a value, where the topic takes messages of 8 MiB


class Organization:
    """One organization, with what it takes to write its next fact by hand."""

    def __init__(self, cluster):
        self.cluster = cluster
        made = cluster.nodes[0].organization()
        self.id = made["id"]
        self.clients = cluster.clients(made["token"]["token"])
        self.partition = partition_of(self.id, cluster.partitions)

    def log(self):
        return Log(self.cluster.kafka, self.cluster.topic, self.cluster.partitions)

    def record(self, ahead=1, prevhash=None, **changes):
        """The bytes that would be its next fact; with changes, not."""
        facts = self.log().facts_of(self.id)
        event = {
            "specversion": "1.0", "id": str(uuid.uuid4()), "source": f"/organizations/{self.id}",
            "type": "dev.consularia.appointment.scheduled.v1",
            "subject": f"appointments/{uuid.uuid4()}", "time": "2040-01-01T00:00:00Z",
            "datacontenttype": "application/json", "sequence": str(len(facts) + ahead),
            "prevhash": prevhash or hashlib.sha256(facts[-1]).hexdigest(), "version": "1",
            "actor": "admin", "requestid": "stranger",
            "data": {"start_date_time": "2041-01-01T00:00:00Z", "duration_minutes": 30,
                     "config": {}, "private": {"title": "By hand"}, "participants": []}}
        event |= changes
        return json.dumps({key: value for key, value in event.items() if value is not None},
                          separators=(",", ":")).encode()

    def put(self, value, partition=None, key="stranger"):
        at = self.partition if partition is None else partition
        self.cluster.kafka.put(self.cluster.topic, at, value, key=key)


@pytest.fixture
def organization(cluster):
    return Organization(cluster)


def check_agreement(cluster):
    """The independent reader, `ledger verify` and every node count the same facts and voids."""
    log = Log(cluster.kafka, cluster.topic, cluster.partitions)
    assert cluster.verify() == (log.fact_count, log.void_count)
    for node in cluster.nodes:
        until(lambda: node.total("consularia_facts_total") == log.fact_count
              and node.total("consularia_void_records_total") == log.void_count,
              f"{node.name} has judged {log.fact_count} facts and {log.void_count} voids: "
              f"{node.metrics().of('consularia_void_records_total')}", APPLIED_WITHIN_S)
    return log


def strangers(organization):
    """Values that are void in the organization's partition, now and later."""
    real = organization.record()
    facts = organization.log().facts_of(organization.id)
    before_last = hashlib.sha256(facts[-2]).hexdigest()
    double = real[:-1] + b',"sequence":"%d"}' % (len(facts) + 1)
    return [
        b"garbage", None, b"{}", b"[]", b"\xff\xfe{}", b'{"sequence":1}', b"\0" * 100, real[:-1],
        real + b"x", b"\xef\xbb\xbf" + real, double, facts[0], facts[-1],
        organization.record(ahead=0), organization.record(ahead=0, prevhash=before_last),
        organization.record(sequence="0" + str(len(facts) + 1)),
        organization.record(sequence=len(facts) + 1),
        organization.record(source=f"/organizations/{organization.id.upper()}"),
        b"x" * LARGEST, b'{"a":"' + b"y" * (LARGEST - 10) + b'"}']


def test_records_of_strangers_are_void_logged_and_counted_and_no_node_stops(cluster, organization):
    made = [api.create() for api in organization.clients]
    put = strangers(organization)
    before = check_agreement(cluster)
    for value in put:
        organization.put(value)
    after = check_agreement(cluster)
    assert after.fact_count == before.fact_count
    assert after.void_count == before.void_count + len(put)
    for node in cluster.nodes:
        until(lambda: sum(map(int, re.findall(r" (\d+) void record", node.log())))
              == after.void_count, "they are summed up")
        at = len(after.values[organization.partition]) - 1
        assert f"at position {at} of partition {organization.partition}: " in node.log()
        assert node.log().count(" void record") < after.void_count / 2
    seen = [rows(api) for api in organization.clients]
    assert seen[0] == seen[1] == seen[2] and len(seen[0]) == 1 + len(made)
    assert organization.clients[1].create().position == 1 + len(made) + 1


def create_whatever_it_takes(api):
    """Creates one appointment. A node that loses races may answer 503; the client asks again
    then."""
    headers = {"Idempotency-Key": unique("key")}
    return until(lambda: (made := api.post("/appointments/", valid(), headers=headers)).status == 201
                 and made, "it is created", CREATED_WITHIN_S)


def test_they_are_void_while_all_nodes_write(cluster, organization):
    for api in organization.clients:
        api.create()
    put = strangers(organization)
    written = []

    def write(number):
        if number < 3:
            written.extend(create_whatever_it_takes(organization.clients[number])["id"]
                           for _ in range(25))
        else:
            for value in put:
                organization.put(value)

    before = organization.clients[0].create().position
    at_once(4, write)
    assert len(set(written)) == 3 * 25
    assert organization.clients[0].get("/appointments/").position == before + len(written)
    check_agreement(cluster)


def test_a_record_in_the_partition_of_others_is_void_and_breaks_no_chain(make_cluster):
    cluster = make_cluster("elsewhere")
    cluster.start(1)
    organization = Organization(cluster)
    api, = organization.clients
    real = organization.record()
    organization.put(real, (organization.partition + 1) % cluster.partitions)
    assert api.get("/appointments/")["count"] == 0
    organization.put(real)
    assert api.get("/appointments/")["count"] == 1
    check_agreement(cluster)
    cluster.kill()


def test_a_record_that_follows_nothing_is_void_and_verify_reports_it(make_cluster):
    cluster = make_cluster("orphans", partitions=1)
    node, = cluster.start(1)
    organization = Organization(cluster)
    organization.clients[0].create()
    changes_of = ({"ahead": 2}, {"prevhash": "0" * 64}, {"ahead": 100})
    for changes in changes_of:
        organization.put(organization.record(**changes))
    assert organization.clients[0].create().position == 3
    assert node.total("consularia_void_records_total") == 3
    assert organization.log().fact_count == 3
    verified = cluster.run_verify()
    assert verified.returncode == 1
    assert organization.id in verified.stderr and "position 2" in verified.stderr
    assert "2 other faults" in verified.stderr and "position 4" in verified.stdout
    assert "3 facts, 3 void, 1 organizations, 3 faults" in verified.stdout
    assert verified.stdout.count("is broken at sequence") == len(changes_of) - 1
    cluster.kill()


def test_the_key_of_a_record_counts_for_nothing(cluster, organization):
    organization.put(organization.record(), key="another-organization")
    for api in organization.clients:
        found = api.get("/appointments/")
        assert [item["title"] for item in found["results"]] == ["By hand"]
        assert found.position == 2
    assert organization.clients[2].create().position == 3
    check_agreement(cluster)


def test_a_duplicated_log_changes_nothing(cluster, organization):
    for api in organization.clients * 3:
        api.create()
    before = rows(organization.clients[0])
    facts = organization.log().facts_of(organization.id)
    for fact in facts + facts[::-1]:
        organization.put(fact)
    assert all(rows(api) == before for api in organization.clients)
    check_agreement(cluster)


def test_nesting_that_no_parser_likes_is_no_reason_to_stop(make_cluster):
    cluster = make_cluster("deep", partitions=1)
    node, = cluster.start(1)
    organization = Organization(cluster)
    deep = 2_000_000
    organization.put(b'{"data":' + b"[" * deep + b"]" * deep + b"}")
    organization.put(b"[" * deep)
    assert organization.clients[0].create().position == 2
    assert cluster.verify() == (2, 2)
    assert node.total("consularia_void_records_total") == 2
    cluster.kill()


SECRET_DATA = {"token": {"id": str(uuid.uuid4()), "name": "x", "scopes": ["read"],
                         "secret_sha256": "0" * 64}}
FREEZING = {
    "unknown type": {"type": "dev.consularia.appointment.teleported.v1"},
    "newer version": {"type": "dev.consularia.appointment.scheduled.v2"},
    "no type": {"type": None},
    "unreadable data": {"data": {"duration_minutes": "long"}},
    "no data": {"data": None},
    "completes what does not exist": {
        "type": "dev.consularia.appointment.completed.v1", "data": {}},
    "wrong version": {"version": "7"},
    "created twice": {
        "type": "dev.consularia.organization.created.v1", "version": None,
        "data": {"name": "Again", **SECRET_DATA}},
    "revokes an unknown token": {
        "type": "dev.consularia.organization.token_revoked.v1", "version": None,
        "subject": f"tokens/{SECRET_DATA['token']['id']}",
        "data": {"token": {"id": SECRET_DATA["token"]["id"]}}},
}


@pytest.mark.parametrize("why", FREEZING)
def test_a_fact_that_cannot_be_applied_freezes_its_organization_only(cluster, organization, why):
    other = Organization(cluster)
    made = organization.clients[0].create()
    before = [node.total("consularia_frozen_records_total") for node in cluster.nodes]
    organization.put(organization.record(**FREEZING[why]))
    for api in organization.clients:
        for answer in (api.get("/appointments/"), api.get(f"/appointments/{made['id']}/"),
                       api.post("/appointments/", valid()),
                       api.delete(f"/appointments/{made['id']}/")):
            assert answer.status == 503, (why, answer)
    for api in other.clients:
        assert api.create().status == 201
        assert api.get("/appointments/").status == 200
    for node, count in zip(cluster.nodes, before):
        assert node.total("consularia_frozen_records_total") == count + 1
        assert f"organization {organization.id} is frozen by the record at position" in node.log()
        assert node.ready() == 200
    check_agreement(cluster)


def skippable(organization, mark=True):
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    return organization.record(
        type="dev.consularia.weather.changed.v9", subject="weather/1", version=None,
        data={"degrees": 21}, skippable=mark,
        time=now.isoformat() + "Z")


def test_a_marked_fact_of_an_unknown_type_moves_the_head_and_freezes_nothing(make_cluster):
    cluster = make_cluster("skippable")
    cluster.start(2)
    organization, frozen = Organization(cluster), Organization(cluster)
    api, other = organization.clients
    made = api.create()
    before = rows(api)
    organization.put(skippable(organization))
    for client in organization.clients:
        read = client.get(f"/appointments/{made['id']}/")
        assert (read.status, read.body, read.position) == (200, made.body, 3)
        assert rows(client) == before
    moved = other.patch(f"/appointments/{made['id']}/", {"title": "After it"})
    assert (moved.status, moved.position) == (200, 4)
    after = rows(api)
    frozen.put(skippable(frozen, mark="true"))
    assert frozen.clients[0].get("/appointments/").status == 503
    node = cluster.nodes[0]
    node.stop()
    node.start()
    newcomer = cluster.node("newcomer").start()
    for reader in (node, newcomer):
        assert rows(reader.client(api.token)) == after
        assert reader.total("consularia_frozen_records_total") == 1
    assert newcomer.client(api.token).create().position == 5
    cluster.kill()


def test_a_frozen_organization_stays_frozen_after_a_restart_and_on_a_new_node(make_cluster):
    cluster = make_cluster("frozen")
    cluster.start(1)
    organization = Organization(cluster)
    other = Organization(cluster)
    organization.put(organization.record(type="dev.consularia.appointment.teleported.v1"))
    api = organization.clients[0]
    assert api.get("/appointments/").status == 503
    cluster.nodes[0].stop()
    cluster.nodes[0].start()
    newcomer = cluster.node("newcomer").start()
    for node in (cluster.nodes[0], newcomer):
        assert node.client(api.token).get("/appointments/").status == 503
        assert node.client(other.clients[0].token).create().status == 201
    cluster.kill()


class Writer(threading.Thread):
    """Creates appointments under keys of its own, one at a time, until `stop` is set."""

    def __init__(self, api, stop):
        super().__init__()
        self.api, self.stop = api, stop
        self.answers = {}  # key -> status

    def run(self):
        while not self.stop.is_set():
            key = unique("key")
            self.answers[key] = self.api.post("/appointments/", valid(title=key), headers={
                "Idempotency-Key": key}).status


def test_a_writer_that_was_paused_lands_void_and_answers_all_its_clients(cluster, organization):
    paused, other = cluster.nodes[1], organization.clients[2]
    late, asked = 0, {}
    for _ in range(12):
        stop = threading.Event()
        writers = [Writer(organization.clients[1], stop) for _ in range(6)]
        for writer in writers:
            writer.start()
        until(lambda: all(writer.answers for writer in writers), "all write")
        paused.process.pause()
        try:
            for _ in range(10):
                assert other.create().status == 201
            stop.set()
            before = organization.log().voids_of(organization.id)
        finally:
            paused.process.resume()
        for writer in writers:
            writer.join(30)
            assert not writer.is_alive(), "a client waits for ever"
            asked |= writer.answers
        late += organization.log().voids_of(organization.id) - before
        if late:
            break
    assert late > 0, "nothing was late: nothing was tested"
    assert set(asked.values()) <= {201, 503}
    titles = [json.loads(fact)["data"]["private"]["title"]
              for fact in organization.log().facts_of(organization.id)[1:]]
    for key, status in asked.items():
        assert titles.count(key) == 1 if status == 201 else titles.count(key) <= 1
    key = random.choice(list(asked))
    again = organization.clients[0].post("/appointments/", valid(title=key), headers={
        "Idempotency-Key": key})
    assert again.status == 201
    seen = [rows(api) for api in organization.clients]
    assert seen[0] == seen[1] == seen[2]
    check_agreement(cluster)
