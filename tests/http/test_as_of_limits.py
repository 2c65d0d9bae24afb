"""What a list of the past may cost: --as-of-events, --as-of-bytes, --as-of-kept, --as-of-kept-s, at
the limit and one beyond it."""
import pytest

from server import Server
from wait import until

EVENTS = 12
TOO_LARGE = ("There are too many events up to this moment for a list of it: `consularia ledger replay "
             "--as-of` makes a server of it.")


@pytest.fixture
def own(tmp_path):
    """A server with an organization of 15 events, and a client; to be started with options."""
    with Server(tmp_path / "node").start() as server:
        client = server.client(server.organization()["token"]["token"])
        for number in range(EVENTS + 2):
            client.create(title=f"{number}")
        yield server, client


def as_of(server, client, moment):
    return server.client(client.token).get(f"/appointments/?as_of={moment}")


def expect_limit(server, client, option, value):
    """The limit admits the moment EVENTS, and no later one."""
    server.stop()
    server.start(option, str(value))
    answer = as_of(server, client, EVENTS)
    assert (answer.status, answer["count"]) == (200, EVENTS - 1)
    beyond = as_of(server, client, EVENTS + 1)
    assert (beyond.status, beyond.json) == (400, {"as_of": [TOO_LARGE]})
    # The present needs none, and one appointment neither.
    assert as_of(server, client, EVENTS + 3)["count"] == EVENTS + 2
    one = answer["results"][0]["id"]
    single = server.client(client.token).get(f"/appointments/{one}/?as_of={EVENTS + 1}")
    assert single.status == 200


def test_a_list_is_of_as_many_events_as_are_allowed(own):
    expect_limit(*own, "--as-of-events", EVENTS)


def test_a_list_is_of_as_many_bytes_of_records_as_are_allowed(own):
    server, client = own
    records = client.get("/audit/export/").body.split(b"\n")[:EVENTS]
    size = sum(map(len, records))
    expect_limit(server, client, "--as-of-bytes", size)
    server.stop()
    server.start("--as-of-bytes", str(size - 1))
    assert as_of(server, client, EVENTS).status == 400


def kept(server):
    return len(list((server.data_dir / "as-of").iterdir()))


def test_as_many_lists_are_kept_as_are_allowed(own):
    server, client = own
    server.stop()
    server.start("--as-of-kept", "2")
    for moment, expected in [(2, 1), (3, 2), (2, 2), (4, 2)]:
        assert as_of(server, client, moment).status == 200
        until(lambda: kept(server) == expected, "what is too many is removed")
    for moment in (2, 3, 4):  # each is there still, or is made again
        assert as_of(server, client, moment)["count"] == moment - 1


def test_a_list_is_kept_as_long_as_is_allowed(own):
    server, client = own
    server.stop()
    server.start("--as-of-kept-s", "1")
    assert as_of(server, client, 2).status == 200
    place, = (server.data_dir / "as-of").iterdir()

    def is_dropped():
        """Another list was asked for since."""
        assert as_of(server, client, 3).status == 200
        return not place.exists()
    until(is_dropped, "nobody has read it for a second")
    assert as_of(server, client, 2).status == 200
