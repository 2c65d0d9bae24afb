"""GET /events/?wait=…: an answer that waits for the next event."""
import concurrent.futures
import socket
import time

import pytest

from client import INVALID_TOKEN, NOT_INTEGER, Client
from server import Server
from wait import until

FEED = "/events/"
PER_TOKEN, ALL = 3, 5
LONG_S = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data") / "node", "--max-streams", str(ALL),
                "--max-streams-per-token", str(PER_TOKEN), metrics=True).start() as running:
        yield running


@pytest.fixture
def made(server):
    return server.organization("Waiting")


@pytest.fixture
def fresh(server, made):
    return Client(server.port, made["token"]["token"], timeout=2 * LONG_S)


@pytest.fixture
def pool():
    with concurrent.futures.ThreadPoolExecutor(2 * ALL) as threads:
        yield threads


def followers(server):
    return server.value("consularia_event_followers")


def waiting(server, pool, client, query, count=1):
    """Requests that wait for an event."""
    before = followers(server)
    polls = [pool.submit(client.get, f"{FEED}?{query}") for _ in range(count)]
    until(lambda: followers(server) == before + count, "the requests wait")
    return polls


def test_an_event_ends_the_wait_at_once(server, pool, fresh):
    for after in range(1, 4):
        poll, = waiting(server, pool, fresh, f"after={after}&wait={LONG_S}")
        begun = time.monotonic()
        assert fresh.create().position == after + 1
        answer = poll.result()
        assert time.monotonic() - begun < LONG_S / 2
        assert (answer.status, answer.position) == (200, after + 1)
        assert [event["sequence"] for event in answer.json] == [str(after + 1)]
        # What the feed shows, every other request reflects.
        assert fresh.get("/appointments/")["count"] == after
    assert followers(server) == 0


def test_every_event_is_seen_once_by_one_who_asks_again_and_again(server, pool, fresh):
    written = pool.submit(lambda: [fresh.create().position for _ in range(50)])
    seen = []
    while len(seen) < 51:
        answer = fresh.get(f"{FEED}?after={len(seen)}&wait={LONG_S}")
        assert answer.json
        seen += [int(event["sequence"]) for event in answer.json]
        assert answer.position == seen[-1]
    assert seen == list(range(1, 52)) and written.result()[-1] == 51


def test_without_an_event_it_ends_at_its_time(fresh):
    for query in ("wait=1", "timeout=1000", "wait=1&timeout=60000", "lastEventId=1&timeout=1000"):
        begun = time.monotonic()
        answer = fresh.get(f"{FEED}?after=1&{query}")
        assert (answer.status, answer.json, answer.position) == (200, [], 1)
        assert time.monotonic() - begun >= 1
    for query in ("wait=0", "timeout=0", "limit=1"):
        assert fresh.get(f"{FEED}?after=1&{query}").json == []


def test_it_waits_for_what_is_selected_and_passes_the_rest(server, pool, fresh):
    poll, = waiting(
        server, pool, fresh,
        f"after=1&wait={LONG_S}&types=dev.consularia.appointment.deleted.v1")
    made = [fresh.create()["id"] for _ in range(3)]
    assert not poll.done()
    assert fresh.delete(f"/appointments/{made[0]}/").status == 204
    answer = poll.result()
    assert [event["sequence"] for event in answer.json] == ["5"] and answer.position == 5
    passed = fresh.get(f"{FEED}?after=1&wait=1&types=none")
    assert (passed.json, passed.position) == ([], 5)


def test_head_does_not_wait(fresh):
    head = fresh.request("HEAD", f"{FEED}?after=1&wait={LONG_S}")
    assert (head.status, head.position) == (200, 1)


def test_the_number_of_waiting_requests_is_limited_in_all_and_for_each_token(
        server, pool, made, fresh):
    more = Client(server.port, server.token(made["id"], "more", "events"), timeout=2 * LONG_S)
    head = fresh.create().position
    query = f"after={head}&wait={LONG_S}"
    polls = waiting(server, pool, fresh, query, PER_TOKEN)
    beyond = fresh.get(f"{FEED}?{query}")
    assert (beyond.status, beyond.json) == (
        503, {"detail": "Too many requests are waiting for events."})
    assert fresh.get(f"{FEED}?after={head}").status == 200
    polls += waiting(server, pool, more, query, ALL - PER_TOKEN)
    assert more.get(f"{FEED}?{query}").status == 503
    fresh.create()
    assert [poll.result().position for poll in polls] == [head + 1] * ALL
    until(lambda: followers(server) == 0, "all places are free again")


def test_a_client_that_leaves_gives_its_place_back(server, fresh):
    head = (f"GET /api/v1/events/?after=1&wait={LONG_S} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Token {fresh.token}\r\n\r\n")
    for _ in range(2 * PER_TOKEN):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head.encode())
            until(lambda: followers(server) == 1, "it waits")
        until(lambda: followers(server) == 0, "its place is free", within_s=LONG_S / 2)


def test_a_client_that_leaves_with_bytes_behind_its_request_gives_its_place_back(server, fresh):
    head = (f"GET /api/v1/events/?after=1&wait={LONG_S} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Token {fresh.token}\r\n\r\n")
    for behind in ("\r\n", head):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head.encode())
            until(lambda: followers(server) == 1, "it waits")
            connection.sendall(behind.encode())
        until(lambda: followers(server) == 0, "its place is free", within_s=LONG_S / 2)


def test_a_token_that_is_revoked_during_the_wait_gets_401(server, pool, made, fresh):
    issued = server.command("token", "create", made["id"], "short", "--scopes", "events")
    poll, = waiting(server, pool, fresh.with_token(issued["token"]), f"after=2&wait={LONG_S}")
    assert server.admin.delete(f"/organizations/{made['id']}/tokens/{issued['id']}/").status == 204
    answer = poll.result()
    assert (answer.status, answer.json) == (401, INVALID_TOKEN)


def test_how_long_to_wait_is_checked(fresh):
    most = "Ensure this value is less than or equal to {}."
    for query, errors in [
            ("wait=61", {"wait": [most.format(60)]}), ("wait=x", {"wait": [NOT_INTEGER]}),
            ("timeout=60001", {"timeout": [most.format(60000)]}),
            ("wait=-1", {"wait": ["Ensure this value is greater than or equal to 0."]}),
            ("wait=1&timeout=y", {"timeout": [NOT_INTEGER]})]:
        answer = fresh.get(f"{FEED}?{query}")
        assert (answer.status, answer.json) == (400, errors), query


def test_a_server_that_stops_answers_those_who_wait(tmp_path, pool):
    node = Server(tmp_path / "node", metrics=True).start()
    with node:
        client = Client(node.port, node.organization()["token"]["token"], timeout=2 * LONG_S)
        polls = waiting(node, pool, client, f"after=1&wait={LONG_S}", 5)
        begun = time.monotonic()
        node.stop()
        assert time.monotonic() - begun < LONG_S / 2
        for poll in polls:
            assert (poll.result().status, poll.result().json) == (200, [])
