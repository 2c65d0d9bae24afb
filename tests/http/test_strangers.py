"""Clients without credentials cannot make the server read, wait or keep anything."""
import json
import re

import pytest

from client import PREFIX
from guest import appointment, token_of
from server import ROOT
from wire import Wire

MIB = 1024 * 1024
ANNOUNCED = {"a long body": f"Content-Length: {4 * MIB}", "a short body": "Content-Length: 1",
             "a body of any length": "Transfer-Encoding: chunked"}
OPERATIONS = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]


def head(server, method, path, *fields):
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}",
             "Accept: application/json", "Content-Type: application/json", *fields]
    return "\r\n".join(lines) + "\r\n\r\n"


def ask(server, method, path, *fields):
    """The answer to the head of a request whose body never comes."""
    with Wire(server.port) as wire:
        return wire.send(head(server, method, path, *fields)).read(method)


@pytest.mark.parametrize("expect", [(), ("Expect: 100-continue",)])
@pytest.mark.parametrize("body", ANNOUNCED.values(), ids=ANNOUNCED.keys())
def test_a_join_is_answered_before_its_body_comes(api, server, body, expect):
    assert ask(server, "POST", "/join/anything", body, *expect).status == 404
    for state, status in (("open", 200), ("ended", 409)):
        link = f"/join/{token_of(appointment(api, state))}"
        answer = ask(server, "POST", link, body, *expect)
        assert (answer.status, answer.header("Connection")) == (status, "close")


def writes():
    for path, operations in OPERATIONS.items():
        path = re.sub(r"\{\w+\}", "11111111-1111-7111-8111-111111111111", path)
        path = path if path.startswith(("/join", "/healthz", "/readyz", PREFIX)) else PREFIX + path
        for method in {*operations, "put"} - {"parameters", "get"}:
            yield method.upper(), path
    yield "POST", "/nowhere"
    yield "POST", f"{PREFIX}/nowhere/"


@pytest.mark.parametrize("secret", [None, "nonsense", "1" * 32 + "." + "x" * 43])
def test_nobody_without_credentials_is_asked_for_a_body(server, secret):
    credentials = [f"Authorization: Token {secret}"] if secret else []
    asked = list(writes())
    assert len(asked) > 20
    for method, path in asked:
        for body in ANNOUNCED.values():
            answer = ask(server, method, path, body, "Expect: 100-continue", *credentials)
            assert answer.status in (401, 404, 405), (method, path, answer)


def test_bodies_of_strangers_take_no_memory(server):
    requests = [head(server, "POST", path, ANNOUNCED["a long body"])
                for path in ("/join/anything", f"{PREFIX}/appointments/", "/nowhere")]
    before = server.memory("VmRSS")
    wires = [Wire(server.port) for _ in range(30)]
    for number, wire in enumerate(wires):
        wire.send(requests[number % 3]).send(b"x" * (4 * MIB - 1))
    for wire in wires:
        assert wire.head()[0] in (401, 404)
    grown = server.memory("VmRSS") - before
    for wire in wires:
        wire.socket.close()
    assert grown < 20 * MIB, f"{grown / MIB:.0f} MiB"


def test_a_body_that_nobody_reads_and_that_has_come_costs_no_connection(server):
    small = head(server, "POST", "/join/anything", "Content-Length: 2") + "{}"
    with Wire(server.port) as wire:
        for request in (small, small.replace("/join/anything", f"{PREFIX}/appointments/"), small):
            answer = wire.send(request).read()
            assert answer.status in (401, 404)
            assert answer.header("Connection") is None


def test_a_client_refused_while_sending_can_read_why(server):
    for path, status in (("/join/anything", 404), (f"{PREFIX}/appointments/", 401)):
        with Wire(server.port) as wire:
            wire.send(head(server, "POST", path, ANNOUNCED["a long body"]))
            wire.socket.sendall(b"x" * 4 * MIB)
            assert wire.read().status == status
            assert wire.closed()
