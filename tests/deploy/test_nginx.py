"""deploy/nginx.conf, on Debian's nginx, in front of two servers that replace the nodes."""
import contextlib
import http.client
import json
import re
import socket

import pytest

from nodes import Nginx, Node
from server import ROOT
from wait import until

TOKENS = [f"Token {number:032x}" for number in range(41)]  # odd: round robin does not look like hashing
MIB = 1024 * 1024


@pytest.fixture
def nodes():
    made = [Node("one"), Node("two")]
    yield made
    for node in made:
        node.stop()


@pytest.fixture
def start_nginx(tmp_path, nodes):
    # Its workers may run as another user, to whom pytest's folders are closed; they write nothing.
    made = []

    def start(**how):
        made.append(Nginx(tmp_path, nodes, **how))
        return made[0]

    yield start
    for one in made:
        one.process.stop()


@pytest.fixture
def nginx(start_nginx):
    return start_nginx()


def ask(nginx, method="GET", path="/api/v1/appointments/", body=None, **headers):
    """Returns the status, and the name of the node that answered."""
    connection = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=30)
    try:
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def token_of(nginx, name):
    """A token whose requests go to the node of that name."""
    return next(token for token in TOKENS if ask(nginx, Authorization=token) == (200, name))


def sent(nodes, method):
    return [request for node in nodes for request in node.requests if request[0] == method]


def test_one_token_goes_to_one_node_and_many_tokens_to_both(nginx):
    first = {token: ask(nginx, Authorization=token)[1] for token in TOKENS}
    assert set(first.values()) == {"one", "two"}
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        assert {token: ask(nginx, method, Authorization=token)[1] for token in TOKENS} == first


def test_an_api_key_counts_where_there_is_no_authorization(nginx):
    first = {token: ask(nginx, X_API_Key=token)[1] for token in TOKENS}
    assert set(first.values()) == {"one", "two"}
    assert {token: ask(nginx, X_API_Key=token)[1] for token in TOKENS} == first


def test_requests_arrive_as_they_were_sent(nginx, nodes):
    ask(nginx, "POST", "/api/v1/appointments/?a=b%2Fc", b"12345",
        Host="appointments.example.org:8443", Authorization=TOKENS[0], Idempotency_Key="k")
    [(method, path, headers, length)] = sent(nodes, "POST")
    assert (method, path, length) == ("POST", "/api/v1/appointments/?a=b%2Fc", 5)
    assert headers["Host"] == "appointments.example.org:8443"
    assert (headers["Authorization"], headers["Idempotency-Key"]) == (TOKENS[0], "k")
    assert headers["Connection"] is None


def test_a_dead_nodes_requests_go_to_the_other_one(nginx, nodes):
    token = token_of(nginx, "one")
    nodes[0].stop()
    for method in ("GET", "POST", "PATCH"):
        assert ask(nginx, method, Authorization=token) == (200, "two")


def test_put_and_delete_find_the_other_node_after_one_502(nginx, nodes):
    token = token_of(nginx, "one")
    nodes[0].stop()
    assert ask(nginx, "DELETE", Authorization=token)[0] == 502
    assert ask(nginx, "DELETE", Authorization=token) == (200, "two")
    assert ask(nginx, "PUT", Authorization=token) == (200, "two")


def test_a_get_that_meets_503_goes_to_the_other_node(nginx, nodes):
    token = token_of(nginx, "one")
    nodes[0].status = 503
    assert ask(nginx, Authorization=token) == (200, "two")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert ask(nginx, method, Authorization=token) == (503, "one")


def test_503_everywhere_takes_no_node_out_of_the_pool(nginx, nodes):
    token = token_of(nginx, "one")
    for node in nodes:
        node.status = 503
    for _ in range(10):
        assert ask(nginx, Authorization=token)[0] == 503
    for node in nodes:
        node.status = 200
    assert ask(nginx, Authorization=token) == (200, "one")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_is_not_sent_twice(nginx, nodes, method):
    for node in nodes:
        node.drops_requests = True
    assert ask(nginx, method, body=b"{}", Authorization=TOKENS[0])[0] == 502
    assert len(sent(nodes, method)) == 1


def test_a_get_is_sent_again(nginx, nodes):
    token = token_of(nginx, "one")
    nodes[0].drops_requests = True
    assert ask(nginx, Authorization=token) == (200, "two")


def test_a_body_above_the_nodes_limit_reaches_the_node_and_a_larger_one_does_not(nginx, nodes):
    assert ask(nginx, "POST", body=b"x" * (4 * MIB + 1), Authorization=TOKENS[0])[0] == 200
    assert [request[3] for request in sent(nodes, "POST")] == [4 * MIB + 1]
    assert ask(nginx, "PUT", body=b"x" * (4 * MIB + 1), Authorization=TOKENS[0])[0] == 200
    assert ask(nginx, "POST", body=b"x" * (5 * MIB), Authorization=TOKENS[0])[0] == 413
    assert len(sent(nodes, "POST")) == 1


def send(nginx, text):
    connection = socket.create_connection(("127.0.0.1", nginx.port), 30)
    connection.sendall(text.encode())
    return connection


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("path", ["/api/v1/appointments/", "/join/anything"])
def test_a_node_refuses_a_body_before_it_has_come(nginx, nodes, method, path):
    for node in nodes:
        node.refuses_bodies, node.status = True, 401
    with send(nginx, f"{method} {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {4 * MIB}\r\n\r\nx") as one:
        assert one.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_the_address_of_a_client_is_passed_on_whatever_it_claims(nginx, nodes):
    for path in ("/api/v1/appointments/", "/join/anything"):
        for method in ("GET", "POST", "DELETE"):
            ask(nginx, method, path, X_Forwarded_For="203.0.113.9")
    forwarded = [request[2].get_all("X-Forwarded-For") for node in nodes for request in node.requests]
    assert forwarded == [["127.0.0.1"]] * 6


@pytest.mark.parametrize("timeout, text", [
    ("client_header_timeout", "GET / HTTP/1.1\r\nHost"),
    ("client_body_timeout", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nx")])
def test_a_client_that_stops_in_the_middle_is_left_alone(start_nginx, timeout, text):
    nginx = start_nginx(changes={f"{timeout} 10s": f"{timeout} 200ms"})
    with send(nginx, text) as one, contextlib.suppress(ConnectionResetError):
        assert one.recv(65536) == b""


def test_concurrent_requests_of_one_address_are_limited(start_nginx, nodes):
    nginx = start_nginx(changes={"limit_conn connections 256": "limit_conn connections 3"})
    for node in nodes:
        node.may_answer.clear()
    text = f"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: {TOKENS[0]}\r\nConnection: close\r\n\r\n"
    busy = [send(nginx, text) for _ in range(3)]
    until(lambda: sum(len(node.requests) for node in nodes) >= 3, "all have reached their nodes")
    assert ask(nginx, Authorization=TOKENS[1])[0] == 429
    for node in nodes:
        node.may_answer.set()
    for one in busy:
        assert one.recv(65536).startswith(b"HTTP/1.1 200 ")
        one.close()


def test_requests_without_a_token_have_a_rate_limit(start_nginx):
    rate = "zone=strangers:10m rate=20r/s"
    nginx = start_nginx(changes={rate: rate.replace("20r/s", "1r/m"), "burst=100": "burst=2"})
    answers = [ask(nginx, method, path)[0] for method, path in
               (("GET", "/"), ("POST", "/join/anything"), ("PUT", "/"))]
    assert answers == [200] * 3
    for method in ("GET", "DELETE"):
        status, text = ask(nginx, method, "/join/anything" if method == "GET" else "/")
        assert (status, json.loads(text)) == (
            429, {"detail": "Request was throttled. Expected available in 1 second."})
    assert [ask(nginx, Authorization=token)[0] for token in TOKENS] == [200] * len(TOKENS)


def test_workers_have_descriptors_for_all_their_connections():
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    descriptors = int(re.search(r"worker_rlimit_nofile (\d+);", text)[1])
    connections = int(re.search(r"worker_connections (\d+);", text)[1])
    assert descriptors >= 2 * connections


def test_no_secret_is_logged_even_when_both_nodes_fail(nginx, nodes):
    paths = ["/join/SECRET1", "/api/v1/join/SECRET2?x=SECRET3", "//join/SECRET4",
             "/%6aoin/SECRET5", "/a/../JOIN/SECRET6/SECRET7", "/api/v1/appointments/?q=SECRET8"]
    headers = {"Authorization": "Token SECRET9", "X_API_Key": "SECRET10",
               "Referer": "http://localhost:8080/join/SECRET11"}
    for path in paths:
        assert ask(nginx, path=path, **headers)[0] == 200
    for node in nodes:
        node.stop()
    for path in paths:
        assert ask(nginx, path=path, **headers)[0] == 502
    assert ask(nginx, "POST", body=b"x" * (5 * MIB), path=paths[0], **headers)[0] == 413
    logs = nginx.stop()
    assert "GET /join/*** 502" in logs and "GET /api/v1/join/*** 200" in logs
    assert "GET /api/v1/appointments/ 502" in logs
    assert "SECRET" not in logs


def test_answers_do_not_show_the_version(nginx, nodes):
    for node in nodes:
        node.stop()
    status, page = ask(nginx)
    assert (status, "nginx/" in page) == (502, False)
