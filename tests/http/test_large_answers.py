"""Answers that are larger than a piece: written row by row, to fast and to slow readers."""
import contextlib
import json
import shutil
import socket
import time

import pytest

from client import person
from server import Server
from wait import until
from wire import Wire

PIECE = 256 * 1024
ROWS = 6
LIST = "/api/v1/appointments/?page_size=100"
WITHIN_S = 20
LAST_CHUNK = b"0\r\n\r\n"
PUBLIC_URL = "http://calendar.example"


class Node(Server):
    """A server with metrics and a small cache; its links are those of every other."""

    def __init__(self, data_dir, *options):
        super().__init__(data_dir, "--cache-bytes", str(4 << 20), "--threads", "2",
                         "--public-url", PUBLIC_URL, *options, metrics=True)

    def in_flight(self):
        """Bytes of bodies and answers that are in memory."""
        return self.value("consularia_http_in_flight_bytes")

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def ask(self, target=LIST, version="HTTP/1.1", method="GET"):
        """A connection with a small receive window, on which this request was sent."""
        wire = Wire.__new__(Wire)
        wire.socket = socket.socket()
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        wire.socket.settimeout(WITHIN_S)
        wire.socket.connect(("127.0.0.1", self.port))
        wire.buffer = b""
        return wire.send(f"{method} {target} {version}\r\nHost: h\r\nAuthorization: Token "
                         f"{self.api.token}\r\n\r\n")


def rest_of(wire, per_second=None):
    """Reads at this pace up to the end of the connection, however it ends."""
    data = [wire.buffer]
    try:
        while some := wire.socket.recv(64 * 1024):
            data.append(some)
            if per_second:
                time.sleep(len(some) / per_second)
    except ConnectionResetError:
        pass
    return b"".join(data)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A data directory with rows of 2 MB each, and the token that reads them."""
    directory = tmp_path_factory.mktemp("large") / "data"
    with Node(directory).start() as writer:
        token = writer.organization("Large")["token"]["token"]
        crowd = [person(f"{n:04}" + "\x01" * 250, display_name="\x02" * 60) for n in range(1000)]
        for _ in range(ROWS):
            writer.client(token).create(participants=crowd)
    return directory, token


@pytest.fixture(scope="module")
def start(stored, tmp_path_factory):
    """Starts servers, each on a copy of the data."""
    directory, token = stored
    with contextlib.ExitStack() as running:
        def one(*options):
            copy = shutil.copytree(directory, tmp_path_factory.mktemp("copy") / "data")
            node = running.enter_context(Node(copy, *options).start())
            node.api = node.client(token)
            return node

        yield one


@pytest.fixture(scope="module")
def node(start):
    return start()


@pytest.fixture(scope="module")
def impatient(start):
    """Requires progress more often."""
    return start("--write-timeout-ms", "1500")


@pytest.fixture(scope="module")
def hasty(start):
    """No answer may take long."""
    return start("--snapshot-timeout-ms", "1500")


@pytest.fixture(scope="module")
def whole(node):
    """The list as it was read at once."""
    answer = node.api.get("/appointments/?page_size=100")
    assert len(answer["results"]) == ROWS
    assert len(answer.body) > ROWS * 1_900_000
    return answer.body


def test_slow_readers_of_a_large_list_hold_little(node, whole):
    """Three of them, at the same time, of rows of 2 MB each."""
    node.forget_peak()
    before = node.memory("VmHWM")
    slow = [node.ask() for _ in range(3)]
    heads = [one.head() for one in slow]
    assert [status for status, _ in heads] == [200] * 3
    assert all(headers["Transfer-Encoding"] == "chunked" and headers["Content-Length"] is None
               for _, headers in heads)
    assert node.in_flight() == 3 * PIECE
    assert node.api.get("/appointments/?page_size=1&start_date=2100-01-01").status == 200
    for one in slow:
        one.buffer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + one.buffer
    assert [body_of(one) for one in slow] == [whole] * 3
    assert node.memory("VmHWM") - before < 24 << 20
    until(lambda: node.in_flight() == 0, "all is freed")


def body_of(wire):
    """The body of a chunked answer, joined; the connection stays."""
    wire.head()
    body = []
    while size := int(wire._until(b"\r\n"), 16):
        assert size <= PIECE
        body.append(wire._exactly(size))
        assert wire._exactly(2) == b"\r\n"
    assert wire._exactly(2) == b"\r\n"
    return b"".join(body)


def test_the_connection_goes_on_after_an_answer_in_pieces(node, whole):
    wire = node.ask()
    assert body_of(wire) == whole
    wire.send(f"GET /api/v1/appointments/?page_size=1 HTTP/1.1\r\nHost: h\r\nAuthorization: Token "
              f"{node.api.token}\r\n\r\n")
    assert wire.read()["count"] >= ROWS


def test_http_1_0_gets_the_same_and_the_connection_ends(node, whole):
    wire = node.ask(version="HTTP/1.0")
    status, headers = wire.head()
    assert (status, headers["Transfer-Encoding"], headers["Content-Length"]) == (200, None, None)
    assert headers["Connection"] == "close"
    assert rest_of(wire) == whole


def test_head_of_a_large_list_has_its_headers_and_no_body(node):
    wire = node.ask(method="HEAD")
    answer = wire.read("HEAD")
    assert (answer.status, answer.header("Transfer-Encoding")) == (200, "chunked")
    wire.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
    assert wire.read()["status"] == "ok"


def test_small_lists_have_a_length(node):
    answer = node.api.get("/appointments/?page_size=1&start_date=2100-01-01")
    assert answer.header("Transfer-Encoding") is None
    assert int(answer.header("Content-Length")) == len(answer.body)


def test_a_large_appointment_has_a_length_read_or_written(impatient):
    api = impatient.api
    path = f"/appointments/{api.ids('page_size=1')[0]}/"
    read = api.get(path)
    written = api.patch(path, {"title": "Changed"})
    again = api.get(path)
    for answer in (read, written, again):
        assert (answer.status, answer.header("Transfer-Encoding")) == (200, None)
        assert int(answer.header("Content-Length")) == len(answer.body) > PIECE
        assert len(answer.json["participants"]) == 1000
    assert written.body == again.body
    assert api.get(path, headers={"If-None-Match": again.etag}).status == 304


def test_a_slow_but_steady_reader_gets_it_whole(impatient):
    """It takes longer than the time-out, which applies to progress only."""
    length = len(impatient.api.get("/appointments/?page_size=100").body)
    begin = time.monotonic()
    data = rest_of(impatient.ask(version="HTTP/1.0"), per_second=length / 2.5)
    assert time.monotonic() - begin > 2
    assert json.loads(data.partition(b"\r\n\r\n")[2])["count"] == ROWS


def test_a_reader_that_stops_is_cut_off(impatient):
    wire = impatient.ask()
    wire.head()
    assert impatient.in_flight() == PIECE
    until(lambda: impatient.in_flight() == 0, "all is freed")
    assert not rest_of(wire).endswith(LAST_CHUNK)


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_a_reader_that_holds_the_snapshot_too_long_is_cut_off(hasty, version):
    """It makes progress all the time, but would take ten seconds or more."""
    wire = hasty.ask(version=version)
    data = rest_of(wire, per_second=1_000_000)
    assert b'"results":[' in data and not data.endswith(LAST_CHUNK)
    assert len(data) < ROWS * 1_900_000
    until(lambda: hasty.in_flight() == 0, "all is freed")
