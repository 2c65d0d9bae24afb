"""A node that serves a webhook is paused or killed: another one goes on, nothing is skipped, no
position goes back, and every node shows the same deliveries."""
import collections
import threading

import pytest

from receiver import Receiver
from wait import until

OPTIONS = ("--write-format", "3", "--webhook-allow", "127.0.0.0/8", "--webhook-allow-http",
           "--webhook-retry-s", "1")
# A member that is gone is replaced after its session of 6 s; much of it on a busy machine.
TAKEN_OVER_WITHIN_S = 60
# The window of an endpoint: more cannot have been delivered beyond a saved position.
MOST_TWICE = 16


@pytest.fixture
def cluster(make_cluster):
    with make_cluster("webhooks", options=OPTIONS) as made:
        made.start(2)
        yield made


@pytest.fixture
def receiver():
    with Receiver() as running:
        yield running


def delivered(node):
    return node.metrics().value("consularia_webhook_attempts_total", outcome="delivered")


def position(client, webhook):
    return client.get(f"/webhooks/{webhook['id']}/").json["position"] or 0


def all_received(receiver, head):
    until(lambda: set(receiver.sequences()) >= set(range(3, head + 1)),
          lambda: f"3 to {head} in {sorted(receiver.sequences())}", TAKEN_OVER_WITHIN_S)


class Watch:
    """Looks at a node's position all the time."""

    def __init__(self, client, webhook):
        self.seen = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(client, webhook))
        self.thread.start()

    def run(self, client, webhook):
        while not self.stopped.wait(0.05):
            self.seen.append(position(client, webhook))

    def stop(self):
        self.stopped.set()
        self.thread.join()
        assert self.seen == sorted(self.seen), "a position went back"


def begin(cluster, receiver):
    """(the node that serves the webhook, the other one, its client, the webhook)"""
    secret = cluster.nodes[0].organization()["token"]["token"]
    made = cluster.nodes[0].client(secret).post("/webhooks/", {"url": receiver.url})
    assert made.status == 201, made
    cluster.nodes[0].client(secret).create()
    all_received(receiver, 3)
    serving, = until(lambda: [node for node in cluster.nodes if delivered(node)], "a node serves")
    other, = [node for node in cluster.nodes if node is not serving]
    client = other.client(secret)
    until(lambda: position(client, made.json) == 3, "the other node shows the position")
    return serving, other, client, made.json


def create(client, count):
    for _ in range(count):
        client.create()
    return client.get("/appointments/").position


def nothing_twice_but_what_was_in_flight(receiver):
    twice = [one for one, count in collections.Counter(receiver.sequences()).items() if count > 1]
    assert len(twice) <= MOST_TWICE, sorted(twice)


def test_a_node_that_is_killed_is_replaced_where_it_stopped(cluster, receiver):
    serving, other, client, webhook = begin(cluster, receiver)
    watch = Watch(client, webhook)
    create(client, 20)
    serving.kill()
    head = create(client, 20)
    all_received(receiver, head)
    until(lambda: position(client, webhook) == head, "the position reaches the head")
    watch.stop()
    assert delivered(other)
    nothing_twice_but_what_was_in_flight(receiver)


def test_a_node_that_was_paused_sets_nothing_back(cluster, receiver):
    serving, other, client, webhook = begin(cluster, receiver)
    watch = Watch(client, webhook)
    create(client, 20)
    serving.process.pause()
    head = create(client, 20)
    all_received(receiver, head)
    until(lambda: position(client, webhook) == head, "the position reaches the head")
    serving.process.resume()
    head = create(client, 20)
    all_received(receiver, head)
    until(lambda: position(client, webhook) == head, "the position reaches the head")
    until(lambda: position(serving.client(client.token), webhook) == head, "everywhere")
    watch.stop()
    nothing_twice_but_what_was_in_flight(receiver)


def deliveries(node, client, webhook, query=""):
    answer = node.client(client.token).get(f"/webhooks/{webhook['id']}/deliveries/{query}")
    assert answer.status == 200, answer
    return answer["results"]


def test_every_node_shows_the_same_deliveries_and_goes_on_with_them(cluster, receiver):
    serving, other, client, webhook = begin(cluster, receiver)
    stuck = client.get("/appointments/").position + 1
    receiver.answer = lambda message: (503, {}, b"full") if message.sequence == stuck else 204
    assert client.create().position == stuck
    head = create(client, 20)
    until(lambda: set(receiver.sequences()) >= set(range(stuck + 1, head + 1)),
          "all others are there", TAKEN_OVER_WITHIN_S)
    until(lambda: (failed := deliveries(serving, client, webhook, "?status=failed"))
          and failed[0]["attempts"] >= 2, "one fails again and again")

    def same():
        shown = [deliveries(node, client, webhook, "?page_size=100") for node in (serving, other)]
        return shown[0] == shown[1] and len(shown[0]) == head - 2

    until(same, "both show the same")
    failed, = deliveries(other, client, webhook, "?status=failed")
    assert (failed["sequence"], failed["last_status"], failed["last_body"]) == (stuck, 503, "full")
    before = receiver.sequences()
    attempts = failed["attempts"]
    serving.kill()
    until(lambda: deliveries(other, client, webhook, "?status=failed")[0]["attempts"] > attempts,
          "the other node goes on with it", TAKEN_OVER_WITHIN_S)
    receiver.answer = lambda message: 204
    all_received(receiver, head)
    until(lambda: position(client, webhook) == head, "the position reaches the head")
    # What was delivered beyond the one that failed is known to the other node.
    assert receiver.sequences()[len(before):] == [stuck]
