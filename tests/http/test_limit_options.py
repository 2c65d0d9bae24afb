"""Limits that are options of `serve`: each holds as it is given, exactly at it and one beyond."""
import contextlib
import pathlib
import socket

import pytest

from client import people
from server import Server
from wait import until
from wire import Wire

TARGET, HEADER, FIELDS, BODY, VALUES, REQUESTS = 120, 700, 12, 900, 40, 6
PAST = 5


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    options = {"max-target-bytes": TARGET, "max-header-bytes": HEADER, "max-header-fields": FIELDS,
               "max-body-bytes": BODY, "max-body-values": VALUES,
               "max-requests-per-connection": REQUESTS, "as-of-events": PAST, "as-of-kept": 2}
    with serving(tmp_path_factory.mktemp("limits"), options) as made:
        yield made


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("hasty"), {"header-timeout-ms": 400,
                                                    "body-timeout-ms": 400}) as made:
        yield made


@contextlib.contextmanager
def serving(directory, options):
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with Server(directory / "node", *words).start() as made:
        made.api = made.client(made.organization()["token"]["token"])
        yield made


def head(node, *fields, method="GET", target="/api/v1/appointments/"):
    lines = [f"{method} {target} HTTP/1.1", "Host: h", f"Authorization: Token {node.api.token}",
             *fields]
    return "\r\n".join(lines) + "\r\n\r\n"


def status(node, text, body=b""):
    with Wire(node.port) as wire:
        return wire.send(text).send(body).read().status


@pytest.mark.parametrize("beyond, expected", [(0, 200), (1, 414)])
def test_the_bytes_of_a_target(node, beyond, expected):
    target = "/api/v1/appointments/?x="
    target += "x" * (TARGET + beyond - len(target))
    assert status(node, head(node, target=target)) == expected


@pytest.mark.parametrize("beyond, expected", [(0, 200), (1, 431)])
def test_the_bytes_of_a_header(node, beyond, expected):
    missing = HEADER + beyond - len(head(node, "X-Padding: "))
    assert status(node, head(node, "X-Padding: " + "x" * missing)) == expected


@pytest.mark.parametrize("beyond, expected", [(0, 200), (1, 431)])
def test_the_fields_of_a_header(node, beyond, expected):
    more = FIELDS + beyond - head(node).count("\r\n") + 2
    assert status(node, head(node, *["A: b"] * more)) == expected


@pytest.mark.parametrize("beyond, expected", [(0, 201), (1, 413)])
def test_the_bytes_of_a_body(node, beyond, expected):
    body = (b'{"title":"T","start_date_time":"2031-01-01","duration_minutes":30,"participants":[]}'
            .ljust(BODY + beyond))
    for framing, data in ((f"Content-Length: {len(body)}", body),
                          ("Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))):
        text = head(node, framing, "Content-Type: application/json", method="POST")
        assert status(node, text, data) == expected


@pytest.mark.parametrize("beyond, expected", [(0, 201), (1, 400)])
def test_the_values_of_a_body(node, beyond, expected):
    made = {"title": "T", "start_date_time": "2031-01-01", "duration_minutes": 30,
            "participants": []}  # these are five, with the object, and the list below is one
    made["x"] = [0] * (VALUES + beyond - 6)
    answer = node.api.post("/appointments/", made)
    assert answer.status == expected, answer
    if expected == 400:
        assert answer["detail"] == f"Request body has more than {VALUES} values."


def test_the_requests_of_a_connection(node):
    with Wire(node.port) as wire:
        said = [wire.send(head(node, target="/healthz")).read().header("Connection")
                for _ in range(REQUESTS)]
        assert said == [None] * (REQUESTS - 1) + ["close"]
        assert wire.closed()


@pytest.mark.parametrize("part", ["GET /healthz HTT", "POST /api/v1/appointments/ HTTP/1.1\r\n"])
def test_the_time_for_a_header(hasty, part):
    with Wire(hasty.port) as wire:
        assert wire.send(part).read().status == 408


def test_the_time_for_a_body(hasty):
    with Wire(hasty.port) as wire:
        wire.send(head(hasty, "Content-Length: 100", "Content-Type: application/json", method="POST"))
        assert wire.send(b"{").read().status == 408


def test_the_events_of_a_list_of_the_past_and_how_many_are_kept(node):
    api = node.client(node.organization("Past")["token"]["token"])
    while api.create().position < PAST + 2:
        pass
    for moment in range(1, PAST + 1):
        answer = api.get(f"/appointments/?as_of={moment}")
        assert (answer.status, answer["count"]) == (200, moment - 1)
    refused = api.get(f"/appointments/?as_of={PAST + 1}")
    assert refused.status == 400, refused
    kept = node.data_dir / "as-of"
    until(lambda: len(list(kept.iterdir())) == 2, "the others are removed")


def own_address():
    """One of this machine that is not loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]


def test_the_connections_of_an_address(tmp_path):
    """Clients on loopback have no limit, so these come from another address."""
    most = 3
    address = own_address()
    with Server(tmp_path / "node", "--listen", "0.0.0.0:0", "--max-connections-per-address",
                str(most)) as node, contextlib.ExitStack() as opened:
        node.launch()
        ready = until(lambda: [line for line in node.log().splitlines() if "is ready on" in line],
                      "it is ready")
        port = int(ready[0].rsplit(":", 1)[1])

        def come():
            wire = Wire.__new__(Wire)
            wire.socket = socket.create_connection((address, port), 15)
            wire.buffer = b""
            opened.callback(wire.socket.close)
            return wire.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n").read()

        assert [come().status for _ in range(most)] == [200] * most
        refused = come()
        assert refused.status == 503
        assert refused["detail"] == "There are too many connections from your address."


def unsent(sock):
    """The bytes that the kernel holds for a client on this machine who does not read."""
    server, client = sock.getpeername()[1], sock.getsockname()[1]
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote, _, queues = line.split()[1:5]
        if [int(each.rpartition(":")[2], 16) for each in (local, remote)] == [server, client]:
            return int(queues.partition(":")[0], 16)
    raise LookupError("There is no such connection.")


@pytest.mark.parametrize("allowed", [32 * 1024, 256 * 1024])
def test_the_bytes_sent_and_not_received(tmp_path, allowed):
    """Linux doubles the figure, and counts its own overhead in."""
    with serving(tmp_path, {"max-send-buffer-bytes": allowed}) as node:
        for _ in range(40):
            node.api.create(participants=people(200))
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", node.port))
            client.sendall(head(node, target="/api/v1/appointments/?page_size=100").encode())
            seen = [unsent(client)]

            def settled():
                seen.append(unsent(client))
                return seen[-1] > 0 and len(seen) > 20 and seen[-1] == seen[-20]

            until(settled, "the server has written what the kernel takes")
            assert allowed / 4 < max(seen) <= 2 * allowed, max(seen)
