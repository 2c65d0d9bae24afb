"""The memory that bodies and answers share."""
import contextlib

import pytest

from client import people, unique
from server import Server
from wait import until
from wire import Wire

LIMIT = 1 << 20
SHARE = LIMIT // 4
PATH = "/api/v1/appointments/"


class Node(Server):
    def __init__(self, data_dir, *options):
        super().__init__(data_dir, "--max-in-flight-bytes", str(LIMIT), "--max-piece-bytes",
                         str(64 << 20), *options, metrics=True)

    def start(self):
        super().start()
        self.api = self.client_of("Full")
        return self

    def client_of(self, name):
        """A client of a new organization."""
        return self.client(self.organization(name)["token"]["token"])

    def in_flight(self):
        return self.value("consularia_http_in_flight_bytes")

    def post(self, *framing, token=None):
        """A connection on which the head of a create was sent."""
        head = [f"POST {PATH} HTTP/1.1", "Host: h", "Content-Type: application/json",
                f"Authorization: Token {token or self.api.token}", *framing]
        return Wire(self.port).send("\r\n".join(head) + "\r\n\r\n")

    def await_in_flight(self, wanted):
        until(lambda: self.in_flight() == wanted, f"{wanted} bytes are in flight", 120)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with Node(tmp_path_factory.mktemp("full") / "data",
              "--max-in-flight-bytes-per-organization", str(LIMIT)).start() as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A node on which each organization may use a quarter of the memory."""
    with Node(tmp_path_factory.mktemp("shared") / "data").start() as running:
        running.other = running.client_of("Other")
        yield running


@pytest.fixture
def holder(node):
    """Reserves most of the memory for a body that never arrives."""
    with node.post(f"Content-Length: {LIMIT - 1000}") as wire:
        node.await_in_flight(LIMIT - 1000)
        yield wire
    node.await_in_flight(0)


def refused(answer):
    return answer.status == 503 and int(answer.header("Retry-After")) > 0 and \
        answer["detail"] == "The server has no memory left for this request at the moment."


def test_a_body_that_does_not_fit_is_refused_before_it_is_read(node, holder):
    with node.post("Content-Length: 1001") as wire:
        assert refused(wire.read())
        assert wire.closed()
    with node.post("Content-Length: 1001", "Expect: 100-continue") as wire:
        assert refused(wire.read())


def test_a_body_that_just_fits_is_taken(node, holder):
    body = b'{"title":"t"}'.ljust(1000)
    with node.post("Content-Length: 1000") as wire:
        assert wire.send(body).read().status == 400


def test_a_chunked_body_takes_memory_as_it_grows(node, holder):
    with node.post("Transfer-Encoding: chunked") as wire:
        wire.send("200\r\n" + "x" * 512 + "\r\n")
        node.await_in_flight(LIMIT - 1000 + 512)
        wire.send("200\r\n" + "x" * 512 + "\r\n")
        assert refused(wire.read())


def test_small_answers_are_given_all_the_same(node, holder):
    assert node.api.get("/appointments/").status == 200
    assert node.probe("/healthz").status == 200


def test_nothing_is_taken_for_strangers(node):
    with node.post(f"Content-Length: {LIMIT}", token="x") as wire:
        assert wire.read().status == 401
        assert node.in_flight() < 1000  # of the answer


def test_what_was_taken_is_given_back(node):
    for _ in range(3):
        with node.post(f"Content-Length: {LIMIT}"):
            node.await_in_flight(LIMIT)
        node.await_in_flight(0)
    assert node.api.create(participants=people(100)).status == 201
    node.await_in_flight(0)


def test_an_answer_that_does_not_fit_is_refused_and_the_command_can_be_repeated(node):
    """Its body fits, and with links its answer does not."""
    key = {"Idempotency-Key": unique("key")}
    body = {"title": "t", "start_date_time": "2031-05-06T07:08:09Z", "duration_minutes": 30,
            "participants": [{"unique_id": f"{n:03}" + "\u00e9" * 200, "role": "participant"}
                             for n in range(1000)]}
    late = node.api.post("/appointments/", body, headers=key)
    assert late.status == 201, late
    held = node.post(f"Content-Length: {LIMIT - 100_000}")
    node.await_in_flight(LIMIT - 100_000)
    answer = node.api.get(f"/appointments/{late['id']}/")
    assert (answer.status, answer["detail"]) == (
        503, "The server has no memory left for the answer at the moment.")
    answer = node.api.post(f"/appointments/{late['id']}/participants/remove/", [])
    assert answer.status == 503 and "Idempotency-Key" in answer["detail"]
    held.socket.close()
    node.await_in_flight(0)
    again = node.api.post("/appointments/", body, headers=key)
    assert (again.status, again.header("Idempotency-Replayed")) == (201, "true")


CROWD = {"title": "t", "start_date_time": "2031-05-06T07:08:09Z", "duration_minutes": 30,
         "participants": people(200)}  # its answer, with links, is more than 20 KB


def test_slow_bodies_of_one_organization_leave_the_others_theirs(shared):
    large = shared.other.post("/appointments/", CROWD)
    with contextlib.ExitStack() as slow:
        for _ in range(4):
            slow.enter_context(shared.post(f"Content-Length: {SHARE // 4}"))
        shared.await_in_flight(SHARE)
        for _ in range(4):  # The rest of the memory is not available to them.
            with shared.post("Content-Length: 1") as wire:
                assert refused(wire.read())
        with shared.post(f"Content-Length: {SHARE}", token=shared.other.token) as wire:
            shared.await_in_flight(2 * SHARE)
        shared.await_in_flight(SHARE)
        assert shared.other.post("/appointments/", CROWD).status == 201
        assert shared.other.get(f"/appointments/{large['id']}/").status == 200
    shared.await_in_flight(0)


def test_the_answers_of_an_organization_count_for_its_share(shared):
    large = shared.api.post("/appointments/", CROWD)
    path = f"/appointments/{large['id']}/"
    assert len(large.body) > 20_000
    shared.await_in_flight(0)  # A client may have an answer before the server has let go of it.
    with shared.post(f"Content-Length: {SHARE - 20_000}"):
        shared.await_in_flight(SHARE - 20_000)
        answer = shared.api.get(path)
        assert (answer.status, answer["detail"]) == (
            503, "The server has no memory left for the answer at the moment.")
        assert int(answer.header("Retry-After")) > 0
        assert shared.api.get("/appointments/?page_size=1&start_date=2100-01-01").status == 200
    shared.await_in_flight(0)
    assert shared.api.get(path).status == 200


def test_what_is_larger_than_a_share_is_taken_alone(shared):
    with shared.post(f"Content-Length: {2 * SHARE}"):
        shared.await_in_flight(2 * SHARE)
        with shared.post("Content-Length: 1") as wire:
            assert refused(wire.read())
    shared.await_in_flight(0)
