"""Webhooks get every event of their organization, in order, whatever becomes of both sides."""
import threading

import pytest
from standardwebhooks.webhooks import Webhook

from receiver import Receiver
from server import Server
from wait import until

OPTIONS = ("--webhook-allow", "127.0.0.0/8", "--webhook-allow-http", "--webhook-retry-s", "1")
TIMEOUT_MS = 3000


@pytest.fixture
def node(tmp_path):
    with Server(tmp_path / "node", *OPTIONS, "--webhook-timeout-ms", str(TIMEOUT_MS),
                metrics=True) as server:
        yield server.start()


@pytest.fixture
def api(node):
    return node.client(node.organization()["token"]["token"])


@pytest.fixture
def receiver():
    with Receiver() as running:
        yield running


def register(api, receiver, **more):
    made = api.post("/webhooks/", {"url": receiver.url, **more})
    assert made.status == 201, made
    return made.json


def received(receiver, sequences, within_s=30):
    """All of these, and in this order as far as they are of one appointment."""
    until(lambda: set(receiver.sequences()) >= set(sequences),
          lambda: f"{sequences} in {receiver.sequences()}", within_s)


def in_order_per_appointment(receiver):
    last = {}
    for message in receiver.accepted:
        subject = message.event["subject"]
        assert message.sequence >= last.get(subject, 0), (subject, receiver.sequences())
        last[subject] = message.sequence


def state_of(api, webhook):
    return api.get(f"/webhooks/{webhook['id']}/").json


def deliveries(api, webhook, query=""):
    return api.get(f"/webhooks/{webhook['id']}/deliveries/{query}")["results"]


def renamed(api, made, times):
    for number in range(times):
        api.patch(f"/appointments/{made['id']}/", {"title": f"Title {number}"})


def test_events_are_delivered_signed_and_in_order(api, receiver):
    webhook = register(api, receiver)
    made = [api.create() for _ in range(5)]
    renamed(api, made[0], 5)
    head = api.get("/appointments/").position
    received(receiver, range(3, head + 1))
    in_order_per_appointment(receiver)
    feed = {int(event["sequence"]): event for event in api.get("/events/?after=2").json}
    for message in receiver.accepted:
        assert message.event == feed[message.sequence]
        assert message.id == f"{webhook['id']}.{message.sequence}"
        assert Webhook(webhook["secret"]).verify(message.body, message.headers) == message.event
    until(lambda: state_of(api, webhook)["position"] == head, "the position reaches the head")
    shown = state_of(api, webhook)
    assert (shown["state"], shown["lag"]) == ("ok", 0)
    assert {one["status"] for one in deliveries(api, webhook)} == {"delivered"}


def test_a_receiver_that_fails_for_a_while_gets_everything_when_it_is_repaired(api, receiver):
    webhook = register(api, receiver)
    receiver.answer = lambda message: (500, {}, b"out of order")
    made = [api.create() for _ in range(3)]
    renamed(api, made[0], 3)
    head = api.get("/appointments/").position
    until(lambda: len(deliveries(api, webhook, "?status=failed")) == 3, "three are failed")
    failed = deliveries(api, webhook, "?status=failed")
    assert {one["last_status"] for one in failed} == {500}
    assert {one["last_body"] for one in failed} == {"out of order"}
    assert all(one["attempts"] >= 1 and one["next_attempt_at"] for one in failed)
    assert state_of(api, webhook)["state"] == "retrying"
    assert receiver.accepted == []
    receiver.answer = lambda message: 200
    received(receiver, range(3, head + 1))
    in_order_per_appointment(receiver)
    until(lambda: state_of(api, webhook)["state"] == "ok", "it is well again")
    assert deliveries(api, webhook, "?status=failed") == []


def test_a_receiver_that_stalls_holds_up_no_other(node, api, receiver):
    stalled = threading.Event()
    other = node.client(node.organization("Other")["token"]["token"])
    with Receiver(lambda message: (stalled.wait(60), 200)[1]) as hanging:
        webhooks = [register(other, hanging) for _ in range(3)]
        register(api, receiver)
        for _ in range(20):
            other.create()
        for _ in range(20):
            api.create()
        received(receiver, range(3, 23))  # behind the others each would wait for their time-out
        until(lambda: state_of(other, webhooks[0])["state"] == "retrying", "it has timed out")
        stalled.set()
        received(hanging, range(5, 25))


def test_gone_deactivates_and_an_activation_delivers_what_came_meanwhile(api, receiver):
    webhook = register(api, receiver)
    receiver.answer = lambda message: 410
    api.create()
    until(lambda: not state_of(api, webhook)["active"], "it is deactivated")
    api.create()
    calls = len(receiver.messages)
    receiver.answer = lambda message: 200
    assert deliveries(api, webhook)[-1]["last_status"] == 410
    patched = api.patch(f"/webhooks/{webhook['id']}/", {"active": True})
    assert patched.status == 200 and len(receiver.messages) == calls
    received(receiver, range(3, 7))
    in_order_per_appointment(receiver)


def test_a_crash_skips_nothing_and_doubles_only_what_was_in_flight(node, api, receiver):
    register(api, receiver)
    gate = threading.Semaphore(20)
    receiver.answer = lambda message: (gate.acquire(timeout=60), 200)[1]
    for _ in range(60):
        api.create()
    until(lambda: len(receiver.accepted) >= 20, "some are delivered")
    time_of_kill = len(receiver.messages)
    node.kill()
    for _ in range(1000):
        gate.release()
    node.start()
    received(receiver, range(3, 63))
    sequences = receiver.sequences()
    doubled = {one for one in sequences if sequences.count(one) > 1}
    # In flight were at most four, and the answers of a moment were not saved yet.
    assert len(doubled) <= 8, (doubled, time_of_kill)
    in_order_per_appointment(receiver)


def test_a_replay_delivers_again_from_where_it_is_told(api, receiver):
    webhook = register(api, receiver)
    for _ in range(3):
        api.create()
    received(receiver, range(3, 6))
    before = len(receiver.accepted)
    answer = api.post(f"/webhooks/{webhook['id']}/replay/", {"after": 0})
    assert answer.status == 200
    until(lambda: {one.sequence for one in receiver.accepted[before:]} >= set(range(1, 7)),
          "all come again")


def test_one_delivery_and_a_test_are_sent_when_that_is_asked_for(api, receiver):
    webhook = register(api, receiver)
    api.create()
    received(receiver, [3])
    one, = deliveries(api, webhook)
    path = f"/webhooks/{webhook['id']}/deliveries/{one['id']}/redeliver/"
    assert api.post(path, {}).status == 200
    until(lambda: receiver.sequences() == [3, 3], "it came again")
    answer = api.post(f"/webhooks/{webhook['id']}/test/", {})
    assert (answer.status, answer["status"]) == (200, 204)
    test = receiver.messages[-1]
    assert test.event["type"] == "dev.consularia.webhook.test"
    Webhook(webhook["secret"]).verify(test.body, test.headers)


def test_the_metrics_show_attempts_states_and_lags(node, api, receiver):
    webhook = register(api, receiver)
    receiver.answer = lambda message: 500
    api.create()
    until(lambda: node.total("consularia_webhook_attempts_total", outcome="refused") >= 1, "refused")
    until(lambda: node.value("consularia_webhook_lag_events", webhook=webhook["id"]) == 1, "a lag")
    assert node.value("consularia_webhooks", state="retrying") == 1
    receiver.answer = lambda message: 200
    until(lambda: node.value("consularia_webhooks_lag_events") == 0, "no lag")
    assert node.total("consularia_webhook_attempts_total", outcome="delivered") == 1
    assert f"webhook {webhook['id']} event 3: 200 after" in node.log()
    assert receiver.url not in node.log()
