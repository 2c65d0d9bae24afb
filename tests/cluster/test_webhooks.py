"""A node that serves a webhook is paused or killed: another one goes on, nothing is skipped, and no
position goes back."""
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
