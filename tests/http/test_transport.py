"""HTTP/1.1 itself: framing, limits, pipelining, slow and hostile clients."""
import contextlib
import json
import socket
import threading

import pytest

from client import INVALID_TOKEN, NO_CREDENTIALS, TOO_LARGE_BODY, people, unique, valid
from wire import Wire

MIB = 1024 * 1024
LIST = "/api/v1/appointments/?page_size=1"


@pytest.fixture
def wire(server):
    with Wire(server.port) as connection:
        yield connection


def lines(api, *more, method="GET", target=LIST, version="HTTP/1.1", host=True):
    """A request head with credentials, ready for its body."""
    head = [f"{method} {target} {version}"]
    head += [f"Host: {api.host}"] if host else []
    head += [f"Authorization: Token {api.token}", *more]
    return "\r\n".join(head) + "\r\n\r\n"


def post(api, *more, target="/api/v1/appointments/"):
    return lines(api, "Content-Type: application/json", *more, method="POST", target=target)


def chunks(data, size=1000):
    pieces = [data[at:at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def body(**changes):
    return json.dumps(valid(**changes)).encode()


def refused(wire, *statuses):
    """An answer that ends the connection."""
    answer = wire.read()
    assert answer.status in (statuses or (400,)), answer
    assert answer.header("Connection") == "close"
    assert wire.closed()
    return answer


# ------------------------------------------------------------------------------------ framing

@pytest.mark.parametrize("encoding", [
    "gzip", "identity", "deflate", "gzip, chunked", "chunked, gzip", "chunked, chunked", "xchunked",
    "chunkedx", "chunked;x=1", "chunked,", "\"chunked\"", "", "chunke", "chunked identity",
    "\x0bchunked"])
def test_a_transfer_encoding_other_than_chunked_is_refused(api, wire, encoding):
    wire.send(post(api, f"Transfer-Encoding: {encoding}")).send(chunks(body()))
    refused(wire)


def test_two_transfer_encodings_are_refused(api, wire):
    wire.send(post(api, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"))
    wire.send(chunks(body()))
    refused(wire)


@pytest.mark.parametrize("order", [1, -1])
def test_a_transfer_encoding_with_a_content_length_is_refused(api, wire, order):
    data = chunks(body())
    fields = ["Transfer-Encoding: chunked", f"Content-Length: {len(data)}"][::order]
    wire.send(post(api, *fields)).send(data)
    refused(wire)


def test_a_transfer_encoding_in_http_1_0_is_refused(api, wire):
    wire.send(lines(api, "Content-Type: application/json", "Transfer-Encoding: chunked",
                    method="POST", target="/api/v1/appointments/", version="HTTP/1.0"))
    wire.send(chunks(body()))
    refused(wire)


@pytest.mark.parametrize("lengths", [
    ["{n}", "{n}"], ["{n}", "0"], ["{n}, {n}"], ["{n},"], ["-1"], ["+{n}"], ["{n} 1"], ["0x{n}"],
    ["{n}.0"], ["abc"], ["\u00b2"], [""], ["99999999999999999999999999"]])
def test_a_content_length_is_given_once_and_is_a_number(api, wire, lengths):
    data = body()
    wire.send(post(api, *(f"Content-Length: {one.format(n=len(data))}" for one in lengths)))
    wire.send(data)
    refused(wire, *((400, 413) if lengths[0].startswith("99") else (400,)))


@pytest.mark.parametrize("hosts", [[], ["{h}", "{h}"], ["{h}", "other.example"]])
def test_host_is_given_exactly_once(api, wire, hosts):
    wire.send(lines(api, *(f"Host: {one.format(h=api.host)}" for one in hosts), host=False))
    refused(wire)


@pytest.mark.parametrize("field", [
    "X-Folded: one\r\n two", "X-Folded: one\r\n\ttwo", "X-Request-ID: one\r\n two",
    "Content-Length: 0\r\n 5"])
def test_a_folded_header_is_refused(api, wire, field):
    wire.send(lines(api, field))
    refused(wire)


@pytest.mark.parametrize("field", [
    "No-Colon", "Space-Before : x", ": no name", "Bad Name: x", "B\u00e4d: x", "Nul: a\0b",
    "Cr: a\rb", "(x): y"])
def test_a_malformed_header_is_refused(api, wire, field):
    wire.send(lines(api, field))
    refused(wire)


@pytest.mark.parametrize("line", [
    "nonsense", "GET", "GET /healthz", "GET  /healthz HTTP/1.1", "GET /healthz HTTP/9.9",
    "GET /healthz http/1.1", "GET /a b HTTP/1.1", "PRI * HTTP/2.0", "\x16\x03\x01\x02",
    "G\u00cbT /healthz HTTP/1.1"])
def test_a_malformed_request_line_is_refused(api, wire, line):
    wire.send(f"{line}\r\nHost: {api.host}\r\n\r\n")
    refused(wire, 400, 505)


@pytest.mark.parametrize("trailer", ["X-Trailer: x", "Content-Length: 5", "Authorization: Token x"])
def test_trailers_are_refused(api, wire, trailer):
    guest = unique()
    data = chunks(body(participants=[{"unique_id": guest, "role": "moderator"}]))
    wire.send(post(api, "Transfer-Encoding: chunked"))
    wire.send(data[:-2] + trailer.encode() + b"\r\n\r\n")
    refused(wire)
    assert api.ids(f"participant_unique_id={guest}") == []


@pytest.mark.parametrize("data", [
    b"zz\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"2\r\n{}x0\r\n\r\n",
    b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n", b"\r\n{}\r\n", b"2 2\r\n{}\r\n0\r\n\r\n",
    b"0x2\r\n{}\r\n0\r\n\r\n"])
def test_a_malformed_chunk_is_refused(api, wire, data):
    wire.send(post(api, "Transfer-Encoding: chunked")).send(data)
    refused(wire, 400, 413)


def test_endless_chunk_extensions_are_refused(api, wire):
    wire.send(post(api, "Transfer-Encoding: chunked")).send(b"2;" + b"x" * (8 * MIB))
    assert wire.read().status in (400, 413, 431)
    assert wire.closed()


@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
def test_a_chunked_body_is_taken_in_any_pieces(api, wire, size):
    wire.send(post(api, "Transfer-Encoding: chunked")).send(chunks(body(title="Pieces"), size))
    answer = wire.read()
    assert (answer.status, answer["title"]) == (201, "Pieces")
    wire.send(lines(api))
    assert wire.read().status == 200


def test_an_empty_chunked_body_is_an_empty_body(api, wire):
    wire.send(post(api, "Transfer-Encoding: chunked")).send(chunks(b""))
    assert wire.read()["title"] == ["This field is required."]


# ------------------------------------------------------------- connections and their requests

def test_pipelined_requests_are_answered_in_order(api, wire):
    made = [api.create() for _ in range(5)]
    requests = ""
    for number, item in enumerate(made):
        requests += lines(api, f"X-Request-ID: read-{number}",
                          target=f"/api/v1/appointments/{item['id']}/")
        data = body(title=f"Write {number}").decode()
        requests += post(api, f"X-Request-ID: write-{number}",
                         f"Content-Length: {len(data)}") + data
        requests += lines(api, f"X-Request-ID: health-{number}", target="/healthz")
    wire.send(requests)
    for number, item in enumerate(made):
        for kind in ("read", "write", "health"):
            answer = wire.read()
            assert answer.header("X-Request-ID") == f"{kind}-{number}"
            assert answer.status == (201 if kind == "write" else 200)
            if kind == "read":
                assert answer.body == item.body
            if kind == "write":
                assert answer["title"] == f"Write {number}"


def test_a_pipelined_read_sees_the_write_before_it(api, wire):
    made = api.create()
    target = f"/api/v1/appointments/{made['id']}/"
    requests = ""
    for number in range(20):
        data = json.dumps({"title": f"Title {number}"})
        requests += lines(api, "Content-Type: application/json", f"Content-Length: {len(data)}",
                          method="PATCH", target=target) + data + lines(api, target=target)
    wire.send(requests)
    for number in range(20):
        assert wire.read()["title"] == f"Title {number}"
        assert wire.read()["title"] == f"Title {number}"


def test_a_request_may_come_byte_by_byte(api, wire):
    data = body(title="Slow").decode()
    for one in post(api, f"Content-Length: {len(data)}") + data:
        wire.send(one)
    assert wire.read()["title"] == "Slow"


def test_an_answer_to_head_has_no_body_and_the_connection_goes_on(api, wire):
    wire.send(lines(api, method="HEAD") + lines(api) + lines(api, method="HEAD"))
    first, whole, last = wire.read("HEAD"), wire.read(), wire.read("HEAD")
    assert [one.status for one in (first, whole, last)] == [200] * 3
    assert first.header("Content-Length") in (None, str(len(whole.body)))
    wire.send(lines(api, method="HEAD", target="/api/v1/nope/") + lines(api))
    assert wire.read("HEAD").status == 404
    assert wire.read().status == 200


def test_connection_close_is_done_and_said(api, wire):
    wire.send(lines(api, "Connection: close"))
    answer = wire.read()
    assert answer.status == 200 and answer.header("Connection").lower() == "close"
    assert wire.closed()


def test_requests_after_close_are_not_carried_out(api, wire):
    made = api.create()
    target = f"/api/v1/appointments/{made['id']}/"
    wire.send(lines(api, "Connection: close") + lines(api, method="DELETE", target=target))
    assert wire.read().status == 200
    assert wire.closed()
    assert api.get(f"/appointments/{made['id']}/").status == 200


def test_http_1_0_is_answered_and_closed(api, wire):
    wire.send(lines(api, version="HTTP/1.0"))
    answer = wire.read()
    assert answer.status == 200 and answer.header("Transfer-Encoding") is None
    assert answer.header("Content-Length") == str(len(answer.body))
    assert wire.closed()


def test_http_1_0_may_post(api, wire):
    data = body(title="Old")
    wire.send(lines(api, "Content-Type: application/json", f"Content-Length: {len(data)}",
                    method="POST", target="/api/v1/appointments/", version="HTTP/1.0"))
    wire.send(data)
    answer = wire.read()
    assert (answer.status, answer["title"]) == (201, "Old")
    assert wire.closed()


@pytest.mark.parametrize("request_", ["GET /healthz HTTP/1.0\r\n\r\n",
                                      "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"])
def test_http_1_0_needs_no_host(wire, request_):
    assert wire.send(request_).read().status == 200
    assert wire.closed()


def test_without_a_host_links_name_the_address_that_was_asked(api, wire):
    made = api.create(participants=people(25))
    wire.send(lines(api, target=f"/api/v1/appointments/{made['id']}/participants/", host=False,
                    version="HTTP/1.0"))
    assert wire.read()["next"].startswith(f"http://{api.host}/api/v1/appointments/")


@pytest.mark.parametrize("hosts", [["Host: {h}", "Host: {h}"], ["Host: a b"], ["Host:"]])
def test_a_host_of_http_1_0_is_right_or_absent(api, wire, hosts):
    wire.send(lines(api, *(one.format(h=api.host) for one in hosts), host=False, version="HTTP/1.0"))
    refused(wire)


def test_a_client_that_only_listens_after_asking_is_answered(api, wire):
    wire.send(lines(api))
    wire.socket.shutdown(socket.SHUT_WR)
    assert wire.read().status == 200
    assert wire.closed()


def test_a_connection_serves_many_requests_and_ends_politely(api, wire):
    """At the limit of requests per connection the last answer is whole and says close."""
    served = 0
    while served < 20_000:
        batch = 50
        wire.send(lines(api, target="/healthz") * batch)
        for _ in range(batch):
            answer = wire.read()
            served += 1
            assert answer.status == 200
            if (answer.header("Connection") or "").lower() == "close":
                assert served >= 100
                return
    wire.send(lines(api, "Connection: close"))
    assert wire.read().status == 200 and wire.closed()


# --------------------------------------------------------------------------------- limits

@pytest.mark.parametrize("length, statuses", [(8000, (200,)), (8300, (414,)), (12_000, (414,))])
def test_a_target_over_8_kib_is_414(api, wire, length, statuses):
    target = "/api/v1/appointments/?participant_unique_id="
    wire.send(lines(api, target=target + "x" * (length - len(target))))
    answer = wire.read()
    assert answer.status in statuses, answer
    if answer.status != 200:
        assert isinstance(answer["detail"], str)
        assert wire.closed()


@pytest.mark.parametrize("count, size, status", [
    (10, 1000, 200), (90, 10, 200), (15, 1200, 431), (1, 17_000, 431), (110, 10, 431),
    (1000, 10, 431)])
def test_headers_over_16_kib_or_100_fields_are_431(api, wire, count, size, status):
    wire.send(lines(api, *(f"X-Many-{n}: {'x' * size}" for n in range(count))))
    answer = wire.read()
    assert answer.status == status, answer
    if status != 200:
        assert isinstance(answer["detail"], str)
        assert wire.closed()


def test_a_target_without_end_is_refused(api, wire):
    wire.send("GET /" + "x" * MIB)
    assert wire.read().status in (400, 414, 431)
    assert wire.closed()


def test_a_body_of_4_mib_is_taken(api, wire):
    made = api.create()
    data = b'{"title":"Padded"}' + b" " * (4 * MIB - 18)
    head = lines(api, "Content-Type: application/json", f"Content-Length: {len(data)}",
                 method="PATCH", target=f"/api/v1/appointments/{made['id']}/")
    wire.send(head).send(data)
    assert wire.read()["title"] == "Padded"
    wire.send(head.replace(f"Content-Length: {len(data)}", "Transfer-Encoding: chunked"))
    wire.send(chunks(data, 100_000))
    assert wire.read()["title"] == "Padded"


def test_a_body_that_is_declared_larger_is_413_before_it_is_sent(api, wire):
    wire.send(post(api, f"Content-Length: {4 * MIB + 1}"))
    assert refused(wire, 413).json == TOO_LARGE_BODY


def test_a_chunked_body_that_grows_larger_is_413(api, wire):
    wire.send(post(api, "Transfer-Encoding: chunked"))
    piece = b"%x\r\n%s\r\n" % (64 * 1024, b" " * 64 * 1024)
    for _ in range(160):
        wire.send(piece)
    assert refused(wire, 413).json == TOO_LARGE_BODY


def test_a_chunked_body_that_ended_one_byte_too_large_is_413(api, wire):
    wire.send(post(api, "Transfer-Encoding: chunked")).send(chunks(b" " * (4 * MIB + 1), 65_536))
    assert refused(wire, 413).json == TOO_LARGE_BODY


@pytest.mark.parametrize("length", ["Content-Length: 1000000", f"Content-Length: {5 * MIB}",
                                    "Transfer-Encoding: chunked"])
def test_401_comes_before_the_body_is_sent(anyone, server, length):
    for secret, error in ((None, NO_CREDENTIALS), ("abc", INVALID_TOKEN)):
        head = ["POST /api/v1/appointments/ HTTP/1.1", f"Host: {anyone.host}", length,
                "Content-Type: application/json"]
        head += [f"Authorization: Token {secret}"] if secret else []
        with Wire(server.port) as connection:
            connection.send("\r\n".join(head) + "\r\n\r\n")
            answer = connection.read()
            assert (answer.status, answer.json) == (401, error)


def test_404_of_an_unknown_path_comes_before_the_body_is_sent(api, wire):
    wire.send(post(api, "Content-Length: 1000000", target="/api/v1/nope/"))
    assert wire.read().status == 404


@pytest.mark.parametrize("credentials", [True, False])
def test_a_body_is_never_taken_for_a_request(api, anyone, wire, credentials):
    """However the body of a refused request is discarded, nothing in it is carried out."""
    made = api.create()
    hidden = lines(api, method="DELETE", target=f"/api/v1/appointments/{made['id']}/")
    head = post(api, f"Content-Length: {len(hidden)}")
    if not credentials:
        head = head.replace(f"Authorization: Token {api.token}\r\n", "")
    wire.send(head + hidden + lines(anyone.with_token("x"), "X-Request-ID: after"))
    first = wire.read()
    assert first.status == (400 if credentials else 401)
    with contextlib.suppress(EOFError):
        assert wire.read().header("X-Request-ID") == "after"
    assert api.get(f"/appointments/{made['id']}/").status == 200


# ---------------------------------------------------------------------- Expect: 100-continue

def test_a_client_that_asks_may_go_on(api, wire):
    data = body(title="Asked")
    wire.send(post(api, f"Content-Length: {len(data)}", "Expect: 100-continue"))
    assert wire.head()[0] == 100
    wire.send(data)
    answer = wire.read()
    assert (answer.status, answer["title"]) == (201, "Asked")


@pytest.mark.parametrize("why, status", [("no token", 401), ("size", 413), ("path", 404),
                                         ("method", 405), ("scope", 403)])
def test_a_client_that_asks_and_is_refused_gets_the_reason_at_once(api, reader, wire, why, status):
    length = 5 * MIB if why == "size" else 10
    who = reader if why == "scope" else api
    head = post(who, f"Content-Length: {length}", "Expect: 100-continue",
                target="/api/v1/nope/" if why == "path" else "/api/v1/appointments/")
    if why == "no token":
        head = head.replace(api.token, "x")
    if why == "method":
        head = head.replace("POST ", "PUT ")
    wire.send(head)
    assert wire.read().status == status


# --------------------------------------------------------------------------- hostile clients

def test_slow_clients_hurt_nobody_else(api, server):
    """Sixty clients send a byte now and then; other clients are answered as usual."""
    request = lines(api)
    crowd = [Wire(server.port) for _ in range(60)]
    stop = threading.Event()

    def drip():
        at = 0
        while not stop.wait(1) and at < len(request):
            for one in crowd:
                one.send(request[at])
            at += 1

    for one in crowd:
        one.send(request[:5])
    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        for _ in range(40):  # behind the others they would wait for a time-out
            assert api.create().status == 201
            assert api.get("/appointments/?page_size=1").status == 200
        assert dripping.is_alive(), "the others are still sending"
    finally:
        stop.set()
        dripping.join()
        for one in crowd:
            one.socket.close()


def test_clients_that_do_not_read_hurt_nobody_else(api, server):
    made = api.create(participants=people(1000))
    target = f"/api/v1/appointments/{made['id']}/"
    deaf = [Wire(server.port) for _ in range(20)]
    try:
        for one in deaf:
            one.socket.settimeout(0.2)
            with contextlib.suppress(TimeoutError):
                one.send(lines(api, target=target) * 100)
        for _ in range(20):  # behind the others they would wait for a time-out
            assert api.create().status == 201
    finally:
        for one in deaf:
            one.socket.close()


def test_clients_that_leave_in_the_middle_hurt_nobody(api, server):
    data = body().decode()
    whole = post(api, f"Content-Length: {len(data)}") + data
    for length in range(0, len(whole), 9):
        with Wire(server.port) as one:
            one.send(whole[:length])
    assert api.create().status == 201


@pytest.mark.parametrize("field", [
    "X-Request-ID: a\rX-Evil: 1", "X-Request-ID: a\nX-Evil: 1", "X-Request-ID: a%0d%0aX-Evil:%201",
    "X-Request-ID: a\u0085X-Evil: 1", "Idempotency-Key: a\nX-Evil: 1", "Accept: a\nX-Evil: 1",
    "If-None-Match: \"\n\"X-Evil: 1"])
def test_nothing_of_a_request_becomes_a_header_of_the_answer(api, wire, field):
    wire.send(lines(api, field))
    status, headers = wire.head()
    assert 200 <= status < 500
    assert headers.get("X-Evil") is None
    assert all(character not in value for _, value in headers for character in "\r\n\0")


@pytest.mark.parametrize("host", ["a\rb", "a\nX-Evil: 1", "a%0d%0aX-Evil:1", "a b", "\"><x>", "a/b",
                                  "user@host", "", "\u00e9"])
def test_no_host_breaks_an_answer(api, wire, host):
    data = body(participants=people(25))
    wire.send(lines(api, "Content-Type: application/json", f"Content-Length: {len(data)}",
                    method="POST", target="/api/v1/appointments/").replace(
        f"Host: {api.host}", f"Host: {host}"))
    wire.send(data)
    status, headers = wire.head()
    assert status in (201, 400)
    assert headers.get("X-Evil") is None
    assert all(character not in value for _, value in headers for character in "\r\n\0")


def test_a_link_encodes_what_the_query_said(api, wire):
    made = api.create(participants=people(25))
    wire.send(lines(api, target=f"/api/v1/appointments/{made['id']}/participants/"
                                "?x=%0d%0aX-Evil:%201%22%3C%00&page_size=20"))
    answer = wire.read()
    assert answer.header("X-Evil") is None
    assert "x=%0D%0AX-Evil%3A%201%22%3C%00" in answer["next"].replace("%0d%0a", "%0D%0A")


def test_many_connections_are_served_at_once(api, server):
    wires = [Wire(server.port) for _ in range(200)]
    try:
        for one in wires:
            one.send(lines(api))
        assert [one.read().status for one in wires] == [200] * 200
        for one in wires:
            one.send(lines(api))
        assert [one.read().status for one in wires] == [200] * 200
    finally:
        for one in wires:
            one.socket.close()
