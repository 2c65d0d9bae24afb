"""Events on several nodes: a cursor is the same on each, and each hears of every fact."""
import concurrent.futures
import itertools
import json

import pytest

from listener import Listener
from test_races import Organization
from wait import until

FEED = "/events/"


@pytest.fixture
def made(cluster):
    return cluster.nodes[0].organization()


@pytest.fixture
def clients(cluster, made):
    return cluster.clients(made["token"]["token"])


def test_a_cursor_is_the_same_on_every_node(clients):
    for client in clients * 3:
        client.create()
    bodies = {client.get(FEED).body for client in clients}
    assert len(bodies) == 1
    seen, position = [], 0
    for client in itertools.cycle(clients):
        answer = client.get(f"{FEED}?after={position}&limit=2")
        if not answer.json:
            break
        seen += [int(event["sequence"]) for event in answer.json]
        position = answer.position
    assert seen == list(range(1, 3 * len(clients) + 2))
    ahead = [client.get(f"{FEED}?after={position + 1}") for client in clients]
    assert [answer.status for answer in ahead] == [409] * len(clients)


def test_a_stream_hears_what_other_nodes_write_and_goes_on_at_another_node(clients):
    seen, last_id = [], None
    for listening in clients:
        with Listener(listening.port, listening.token, last_id=last_id) as stream:
            for writing in clients:
                written = writing.create().position
                while not seen or seen[-1] < written:
                    seen.append(stream.next().sequence)
                    # What one node has shown, a default read on any node reflects.
                    assert all(c.get("/appointments/")["count"] >= seen[-1] - 1 for c in clients)
            last_id = stream.last_id
    assert seen == list(range(1, len(clients) ** 2 + 2))


def test_a_write_on_one_node_ends_a_wait_on_another(clients):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for after in range(1, 6):
            waiting = pool.submit(clients[after % 2].get, f"{FEED}?after={after}&wait=20")
            assert clients[2].create().position == after + 1
            assert [event["sequence"] for event in waiting.result().json] == [str(after + 1)]


def test_a_token_that_is_revoked_on_one_node_ends_streams_on_another(cluster, made):
    tokens = f"/organizations/{made['id']}/tokens/"
    first, second, _ = cluster.nodes
    issued = first.admin.post(tokens, {"name": "short", "scopes": ["events"]})
    assert issued.status == 201
    with Listener(second.port, issued["token"]) as stream:
        stream.take(2)
        assert first.admin.delete(f"{tokens}{issued['id']}/").status == 204
        assert stream.next() is None


def test_a_ticket_of_one_node_opens_another_once(clients):
    opener = clients[0].post("/events/tickets/", {})["ticket"]
    anyone = clients[1].with_token(None)
    assert [anyone.get(f"{FEED}?ticket={opener}").status for _ in range(2)] == [200, 401]


def test_the_feed_of_a_frozen_organization_goes_on_until_its_token_may_be_lost(cluster):
    organization = Organization(cluster)
    first, second, third = organization.clients
    head = first.create().position
    unknown = {"type": "dev.consularia.appointment.teleported.v1", "data": {"to": "the moon"}}
    with Listener(second.port, second.token, f"?after={head}") as stream:
        organization.put(organization.record(**unknown))
        assert stream.next().event == unknown["type"]
        for client in organization.clients:
            assert client.get("/appointments/").status == 503
            answer = client.get(f"{FEED}?after={head}")
            assert answer.status == 200 and answer.position == head + 1
            assert [event["data"] for event in answer.json] == [unknown["data"]]
        ahead = third.get(f"{FEED}?after={head + 2}")
        assert (ahead.status, ahead["detail"]) == (
            409, f"The cursor {head + 2} is ahead of the head {head + 1}.")
        waiting = f"{FEED}?after={head + 1}&wait=20"
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            poll = pool.submit(third.get, waiting)
            organization.put(organization.record(**unknown))
            assert [event["sequence"] for event in poll.result().json] == [str(head + 2)]
        assert stream.next().sequence == head + 2
        # What this says about tokens is not applied any more: none may be trusted.
        organization.put(organization.record(
            type="dev.consularia.organization.token_revoked.v1", version=None, data={},
            subject=f"tokens/{token_of(organization)}"))
        assert stream.next() is None
    until(lambda: [client.get(FEED).status for client in organization.clients] == [503] * 3,
          "the feed is closed to the token")


def token_of(organization):
    """The id of its only token, as its first event has it."""
    first = json.loads(organization.log().facts_of(organization.id)[0])
    return first["data"]["token"]["id"]
