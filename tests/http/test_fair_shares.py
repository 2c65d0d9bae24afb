"""An organization that floods the server delays only its own requests."""
import http.client
import json
import time
import urllib.parse

import pytest

from client import Client, people, valid
from flood import flood
from guest import STARTS, from_now
from server import Server

CONNECTIONS = 64
CREATES = 20
ROUNDS = 4  # a busy machine may spoil one
MIDDLE = CREATES // 2
MANY = 200


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("fair") / "node").start() as running:
        yield running


@pytest.fixture(scope="module")
def loud(node):
    return Client(node.port, node.organization("Loud")["token"]["token"])


@pytest.fixture(scope="module")
def quiet(node):
    return Client(node.port, node.organization("Quiet")["token"]["token"])


def create_times(client, count=CREATES):
    """The times of creates, one after the other on one connection, in ascending order."""
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=30)
    headers = {"Authorization": f"Token {client.token}", "Content-Type": "application/json"}
    times = []
    try:
        for _ in range(count):
            begin = time.monotonic()
            connection.request("POST", "/api/v1/appointments/", json.dumps(valid()), headers)
            answer = connection.getresponse()
            answer.read()
            times.append(time.monotonic() - begin)
            assert answer.status == 201, "never refused for the flood of another"
    finally:
        connection.close()
    return sorted(times)


def large_appointment(client):
    return client.create(participants=people(200))["id"]


def test_a_flood_of_large_changes_waits_behind_itself(loud, quiet):
    path = f"/api/v1/appointments/{large_appointment(loud)}/"
    for _ in range(ROUNDS):
        with flood(loud, CONNECTIONS, "PATCH", path, {"title": "{n}"}) as seen:
            times = create_times(quiet)
        assert set(seen.result["statuses"]) <= {"200", "503"}
        if times[MIDDLE] * 4 <= seen.result["median"]:
            break
    assert times[MIDDLE] * 4 <= seen.result["median"], (times, seen.result)


def test_many_connections_of_another_are_hardly_worse_than_one(loud, quiet):
    path = f"/api/v1/appointments/{large_appointment(loud)}/"
    for _ in range(ROUNDS):
        times = {}
        for connections in (1, CONNECTIONS):
            with flood(loud, connections, "PATCH", path, {"title": "{n}"}):
                times[connections] = create_times(quiet)
        if times[CONNECTIONS][MIDDLE] <= 3 * times[1][MIDDLE]:
            break
    assert times[CONNECTIONS][MIDDLE] <= 3 * times[1][MIDDLE], times


@pytest.mark.parametrize("method", ["POST", "GET"])  # only joins have a rate, so most are 429
def test_a_guest_with_many_connections_hardly_delays_creates(loud, quiet, method):
    made = loud.create(start_date_time=from_now(STARTS["open"]), participants=people(200))
    link = urllib.parse.urlsplit(made["participants"][0]["access_link"]).path
    ratios = []
    for _ in range(ROUNDS):
        alone = create_times(quiet, MANY)
        with flood(loud, CONNECTIONS, method, link, None) as seen:
            beside = create_times(quiet, MANY)
        assert sum(seen.result["statuses"].values()) > MANY, seen.result
        ratios.append(beside[MANY // 2] / alone[MANY // 2])
        if ratios[-1] <= 3:
            break
    assert ratios[-1] <= 3, ratios
