"""No broker, a broker that disappears and returns, and a topic that disappears: answers within
bounds, no restart needed, no acknowledged write lost, never old data by default."""
import concurrent.futures
import contextlib
import shutil
import time

import pytest

from client import at_once, unique, valid
from cluster import Cluster, rows
from kafka import GOOD_SETTINGS, Kafka
from wait import until

ANY = {"Consistency": "any"}
COMMAND_DEADLINE_S = 2
# The time in which the worker notices a deadline, on a busy machine. What waits for brokers waits
# until the test brings them back.
SLACK_S = 6
BACK_WITHIN_S = 15
OPTIONS = ("--command-deadline-ms", COMMAND_DEADLINE_S * 1000, "--any-max-age-s", 3600)


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A broker for this file alone: it is stopped, killed and paused."""
    with Kafka(tmp_path_factory.mktemp("broker")).start() as made:
        yield made
        made.start()  # whatever the last test left


@pytest.fixture
def cluster(broker, tmp_path):
    with Cluster(broker, tmp_path, unique("ledger"), options=OPTIONS) as made:
        yield made


def timed(call):
    begin = time.monotonic()
    return call(), time.monotonic() - begin


def check_refused(answer, seconds):
    assert answer.status == 503, answer  # the client has looked for Retry-After
    assert seconds < COMMAND_DEADLINE_S + SLACK_S, seconds


def check_bounded_refusals(api, made, copy_status=200):
    """Writes and default reads answer 503 in time, reads of the copy go on unless it may be old."""
    calls = [lambda: api.get("/appointments/"), lambda: api.get(f"/appointments/{made['id']}/"),
             lambda: api.post("/appointments/", valid()),
             lambda: api.patch(f"/appointments/{made['id']}/", {"title": unique()})]
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        for answer, seconds in pool.map(timed, calls):
            check_refused(answer, seconds)
    copy, seconds = timed(lambda: api.get(f"/appointments/{made['id']}/", headers=ANY))
    assert copy.status == copy_status
    assert copy.status == 503 or copy.body == made.body
    assert seconds < SLACK_S


@contextlib.contextmanager
def paused(broker):
    broker.pause()
    try:
        yield
    finally:
        broker.resume()


@contextlib.contextmanager
def gone(broker, how):
    how()
    try:
        yield
    finally:
        broker.start()


def lost(broker, way):
    if way == "paused":
        return paused(broker)
    return gone(broker, broker.stop if way == "stopped" else broker.kill)


def test_a_node_starts_without_a_broker_and_is_ready_when_it_comes(broker, cluster):
    node, = cluster.start(1)
    organization = node.organization()
    secret = organization["token"]["token"]
    made = node.client(secret).create()
    node.stop()
    with gone(broker, broker.stop):
        node.start(ready=False)
        until(lambda: f"waiting for {broker.servers}" in node.log(), "it says so")
        api = node.client(secret)
        assert node.probe("/healthz").status == 200
        assert node.ready() == 503
        check_bounded_refusals(api, made, copy_status=503)
        refused = timed(lambda: node.admin.post("/organizations/", {"name": "x"}))
        check_refused(*refused)
        assert "Idempotency-Key" not in refused[0].json["detail"], "it has no effect here"
        check_refused(*timed(lambda: node.admin.get(
            f"/organizations/{organization['id']}/tokens/")))
        empty = cluster.node("empty").start(ready=False)
        assert empty.probe("/healthz").status == 200
        assert empty.ready() == 503
        assert empty.client(secret).get("/appointments/").status == 503
        # The node cannot know whether the token was issued on another node.
        assert empty.client(secret).get("/appointments/", headers=ANY).status == 503
        assert "is ready" not in node.log()
    for one in (node, empty):
        one.await_ready(BACK_WITHIN_S)
        assert one.client(secret).get(f"/appointments/{made['id']}/").body == made.body
    assert node.client(secret).create().position == made.position + 1


def test_a_cut_off_node_serves_its_copy_for_a_bounded_time_only(broker, cluster):
    """The token may have been revoked elsewhere."""
    node, = cluster.start(1, "--any-max-age-s", 3)
    organization = node.organization()
    secret = organization["token"]["token"]
    api = node.client(secret)
    made = api.create()

    def read():
        return api.get(f"/appointments/{made['id']}/", headers=ANY)

    until(lambda: read().status == 200, "it knows that its copy is the newest")
    with paused(broker):
        cut_off = time.monotonic()
        while read().status == 200:
            assert time.monotonic() - cut_off < 3 + COMMAND_DEADLINE_S + SLACK_S
        for _ in range(3):
            assert read().status == 503, "for as long as it is cut off"
    until(lambda: read().status == 200, "it goes on by itself", BACK_WITHIN_S)
    node.await_ready()
    token = organization["token"]["id"]
    revoked = node.admin.request("DELETE", f"/organizations/{organization['id']}/tokens/{token}/")
    assert revoked.status == 204
    assert read().status == 401


@pytest.mark.parametrize("way", ["stopped", "killed", "paused"])
def test_a_lost_broker_costs_503_in_time_and_nothing_that_was_acknowledged(broker, cluster, way):
    first, second = cluster.start(2)
    secret = first.organization()["token"]["token"]
    api = first.client(secret)
    made = api.create()
    acknowledged, keys = [], []

    def write(number):
        """Until a write is refused, which happens in every one of these tests."""
        for turn in range(100_000):
            key = f"{number}-{turn}"
            keys.append(key)
            answer, seconds = timed(lambda: api.post(
                "/appointments/", valid(title=key), headers={"Idempotency-Key": key}))
            if answer.status != 201:
                check_refused(answer, seconds)
                return
            acknowledged.append((key, answer.json["id"]))

    until(lambda: second.client(secret).get("/appointments/", headers=ANY).status == 200, "copied")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, number) for number in range(4)]
        until(lambda: len(acknowledged) > 20, "they write")
        with lost(broker, way):
            for writer in writers:
                writer.result(60)
            for node in (first, second):
                check_bounded_refusals(node.client(secret), made)
                assert node.probe("/healthz").status == 200
                until(lambda: node.ready() == 503, "it says that it is not ready")
                until(lambda: "the newest data cannot be read" in node.log(), "and why")
    for node in (first, second):
        node.await_ready(BACK_WITHIN_S)
        until(lambda: "brokers: fine again" in node.log(), "it says so")
    for key, made_id in acknowledged:
        assert second.client(secret).get(f"/appointments/{made_id}/")["title"] == key
    for number in range(4):  # the fate of each last one is unknown until it is repeated
        key = max((key for key in keys if key.startswith(f"{number}-")),
                  key=lambda key: int(key.split("-")[1]))
        again = second.client(secret).post(
            "/appointments/", valid(title=key), headers={"Idempotency-Key": key})
        assert again.status == 201
        acknowledged.append((key, again["id"]))
    found = rows(first.client(secret))
    assert found == rows(second.client(secret))
    assert sum(name.startswith("/") for name in found) >= len(acknowledged) + 1
    cluster.verify()


def test_more_commands_than_the_queue_has_room_for_are_refused_at_once(broker, cluster):
    node, = cluster.start(1, "--max-queue-commands", 2)
    secret = node.organization()["token"]["token"]
    clients = 48

    def write(number):
        return timed(lambda: node.client(secret).post("/appointments/", valid(title=f"{number}")))

    for _ in range(10):
        answers = at_once(clients, write)
        refused = [(answer, seconds) for answer, seconds in answers if answer.status != 201]
        if refused:
            break
    assert 0 < len(refused) < clients
    for answer, seconds in refused:
        check_refused(answer, seconds)
    # With so many clients a refusal may take long to arrive, but none of them waited for a
    # deadline.
    assert min(seconds for _, seconds in refused) < COMMAND_DEADLINE_S / 2
    assert write(0)[0].status == 201
    assert node.total("consularia_queued_commands") == 0


def test_many_requests_that_wait_for_a_broker_are_all_answered_in_time(broker, cluster):
    node, = cluster.start(1)
    secret = node.organization()["token"]["token"]
    api = node.client(secret)
    made = api.create()
    with paused(broker):
        for answer, seconds in at_once(60, lambda n: timed(
                lambda: api.post("/appointments/", valid()) if n % 2 else
                api.get(f"/appointments/{made['id']}/"))):
            check_refused(answer, seconds)
    node.await_ready(BACK_WITHIN_S)
    until(lambda: api.post("/appointments/", valid()).status == 201, "it writes")


def test_all_that_a_write_waits_for_has_one_deadline(broker, cluster):
    """A write waits for the end of the log first and, when the brokers have returned and
    disappeared again, for its append."""
    node, = cluster.start(1)
    secret = node.organization()["token"]["token"]
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        with paused(broker):
            writes = [pool.submit(timed, lambda: node.client(secret).post("/appointments/", valid()))
                      for _ in range(20)]
            time.sleep(COMMAND_DEADLINE_S * 0.85)
        time.sleep(0.02)  # enough to learn the end, not to append
        with paused(broker):
            for write in writes:
                answer, seconds = write.result(60)
                assert answer.status in (201, 503), answer
                assert seconds < COMMAND_DEADLINE_S + SLACK_S, seconds
    node.await_ready(BACK_WITHIN_S)


def check_lost_topic(node, api, made, words):
    """The node refuses, with the reason, until it is restarted; reads of its copy still work."""
    until(lambda: node.ready() == 503, "it says that it is not ready")
    until(lambda: any(word in node.log() for word in words), "it says why")
    for _ in range(3):
        check_bounded_refusals(api, made)
    assert node.probe("/healthz").status == 200
    assert node.ready() == 503
    node.process.check_alive()


def test_a_data_directory_that_is_deleted_under_its_node_costs_a_restart(broker, cluster):
    one, other = cluster.start(2)
    secret = one.organization()["token"]["token"]
    made = [one.client(secret).create() for _ in range(3)][-1]
    shutil.rmtree(one.data_dir)
    until(lambda: one.ready() == 503, "it is not ready")
    refused = one.client(secret).post("/appointments/", valid())
    assert refused.status == 507, refused
    assert other.client(secret).create().position == made.position + 1
    one.kill()
    one.start()
    assert rows(one.client(secret)) == rows(other.client(secret))


def test_a_topic_that_is_deleted_stops_everything_but_reads_of_the_copy(broker, cluster):
    node, = cluster.start(1)
    api = node.client(node.organization()["token"]["token"])
    made = api.create()
    broker.delete_topic(cluster.topic)
    check_lost_topic(node, api, made, [cluster.topic])
    node.stop()
    node.launch()
    code, sentence = node.exit_code()
    assert code == 1
    assert f"there is no Kafka topic {cluster.topic}" in sentence
    node.launch("--partitions", "1")  # of which the node may have read nothing
    code, sentence = node.exit_code()
    assert code == 1 and f"there is no Kafka topic {cluster.topic}" in sentence, sentence
    assert broker.create_topic(cluster.topic, 1) == 0, "the node has not made it again, empty"
    cluster.nodes.remove(node)


def fill(broker, cluster):
    """Appends more records than the old topic had."""
    for partition in range(cluster.partitions):
        for _ in range(30):
            broker.put(cluster.topic, partition, b"another history")


def check_another_log(node, api, made):
    until(lambda: "was the topic recreated" in node.log(), "it says why")
    check_bounded_refusals(api, made)
    node.stop()
    node.launch()
    code, sentence = node.exit_code()
    assert code == 1
    assert "another record" in sentence or "was built from the ledger" in sentence
    node.cluster.nodes.remove(node)


def test_a_topic_that_is_recreated_while_a_node_is_paused_never_passes_for_the_old_one(broker, cluster):
    node, = cluster.start(1)
    api = node.client(node.organization()["token"]["token"])
    made = [api.create() for _ in range(5)][0]
    node.process.pause()
    broker.recreate_topic(cluster.topic, cluster.partitions)
    fill(broker, cluster)
    time.sleep(4)
    node.process.resume()
    check_another_log(node, api, made)


def test_another_cluster_on_the_same_address_never_passes_for_the_old_one(broker, cluster, tmp_path):
    node, = cluster.start(1)
    api = node.client(node.organization()["token"]["token"])
    made = [api.create() for _ in range(5)][0]
    another = Kafka(tmp_path / "another")
    another.port, another.servers = broker.port, broker.servers
    with gone(broker, broker.stop), another.start():
        another.make_topic(cluster.topic, cluster.partitions, GOOD_SETTINGS)
        fill(another, cluster)
        check_another_log(node, api, made)


def test_a_topic_that_is_recreated_never_passes_for_the_old_one(broker, cluster):
    node, = cluster.start(1)
    secret = node.organization()["token"]["token"]
    api = node.client(secret)
    made = [api.create() for _ in range(5)][0]
    broker.recreate_topic(cluster.topic, cluster.partitions)
    check_lost_topic(node, api, made, [cluster.topic])
    # Also when the new one has grown beyond the old one's end.
    for partition in range(cluster.partitions):
        for _ in range(10):
            broker.put(cluster.topic, partition, b"another history")
    check_lost_topic(node, api, made, [cluster.topic])
    node.stop()
    node.launch()
    code, sentence = node.exit_code()
    assert code == 1
    assert "another record" in sentence and "was it recreated" in sentence
    # The read store would be made again for this URL, but the journal stays the witness.
    node.launch("--public-url", "https://another.example")
    code, sentence = node.exit_code()
    assert code == 1
    assert "another record" in sentence and "was it recreated" in sentence
    cluster.nodes.remove(node)
