"""Tickets: they open the events once, for a browser, which cannot send a token with a stream."""
import json

import pytest

from client import INVALID_TOKEN, Client
from listener import Listener
from server import Server

FEED = "/events/"


@pytest.fixture
def made(server):
    return server.organization("Listening")


@pytest.fixture
def fresh(server, made):
    return Client(server.port, made["token"]["token"])


def listen(client, query):
    listener = Listener(client.port, client.token, query)
    assert listener.status == 200, listener.response.read()
    return listener


def ticket(client):
    made = client.post("/events/tickets/", {})
    assert made.status == 201 and set(made.json) == {"ticket", "expires_at"}
    return made["ticket"]


def test_a_ticket_opens_the_events_once_in_place_of_a_token(fresh, anyone, made):
    opener = ticket(fresh)
    with listen(anyone, f"?ticket={opener}") as stream:
        assert stream.next().sequence == 1
    for again in (opener, opener[:-1] + ("0" if opener[-1] != "0" else "1"), "x", ""):
        with Listener(anyone.port, query=f"?ticket={again}") as refused:
            assert (refused.status, json.load(refused.response)) == (401, INVALID_TOKEN)
    assert anyone.get(f"{FEED}?ticket={ticket(fresh)}")[0]["source"].endswith(made["id"])


def test_a_ticket_opens_nothing_else_and_lives_no_longer_than_its_token(server, fresh, anyone, made):
    assert anyone.get(f"/appointments/?ticket={ticket(fresh)}").status == 401
    assert anyone.post(f"/events/tickets/?ticket={ticket(fresh)}", {}).status == 401
    issued = server.command("token", "create", made["id"], "short", "--scopes", "events")
    late = ticket(fresh.with_token(issued["token"]))
    with listen(anyone, f"?ticket={ticket(fresh.with_token(issued['token']))}") as stream:
        stream.take(2)
        assert server.admin.delete(
            f"/organizations/{made['id']}/tokens/{issued['id']}/").status == 204
        assert stream.next() is None
    assert anyone.get(f"{FEED}?ticket={late}").status == 401


def test_a_ticket_is_used_up_by_a_use_that_is_refused(fresh, anyone):
    opener = ticket(fresh)
    assert anyone.get(f"{FEED}?after=99&ticket={opener}").status == 409
    assert anyone.get(f"{FEED}?ticket={opener}").status == 401


def test_a_ticket_does_not_outlive_a_restart(tmp_path):
    with Server(tmp_path / "node").start() as node:
        client = Client(node.port, node.organization()["token"]["token"])
        used, unused = ticket(client), ticket(client)
        assert client.with_token(None).get(f"{FEED}?ticket={used}").status == 200
        node.kill()
        node.start()
        anyone = Client(node.port)
        for opener in (used, unused):
            assert anyone.get(f"{FEED}?ticket={opener}").status == 401
        opener = ticket(Client(node.port, client.token))
        assert anyone.get(f"{FEED}?ticket={opener}").status == 200


def test_a_ticket_needs_one_of_the_scopes(server, fresh, made):
    for scopes, status in [("read", 201), ("events", 201), ("write,audit,webhooks", 403)]:
        token = server.token(made["id"], "x", scopes)
        assert fresh.with_token(token).post("/events/tickets/", {}).status == status


def test_no_ticket_is_in_the_log(server, fresh, anyone):
    opener = ticket(fresh)
    assert anyone.get(f"{FEED}?ticket={opener}").status == 200
    log = server.log()
    assert "route=/events " in log and opener not in log and opener.rsplit(".", 1)[1] not in log
