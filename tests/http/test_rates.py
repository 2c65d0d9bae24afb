"""Rates of access links, failed authentications and tokens, each on a server with its own
limits."""
import contextlib
import re
import time

import pytest

from client import Client, INVALID_TOKEN, valid
from guest import DEAD, HTML, PROBLEM, Guest, appointment, facts, guest_of, kind_of
from server import Server
from wire import Wire

SENTENCE = re.compile(r"Request was throttled\. Expected available in (\d+) seconds?\.")


class Limited:
    """A server, and an organization with a token."""

    def __init__(self, server):
        self.server = server
        self.port = server.port
        self.organization = server.organization("Limited")
        self.secret = self.organization["token"]["token"]
        self.api = server.client(self.secret)

    def throttled(self, limit):
        return self.server.value("consularia_throttled_requests_total", limit=limit)


@pytest.fixture
def limited(tmp_path):
    with contextlib.ExitStack() as started:
        yield lambda *options: Limited(started.enter_context(
            Server(tmp_path / "node", *options, metrics=True).start()))


def until_throttled(ask, most=200):
    """The answers before the first 429, and that one. The quota refills during the test, so more
    than the quota may be served."""
    served = []
    for _ in range(most):
        answer = ask()
        if answer.status == 429:
            return served, answer
        served.append(answer)
    raise AssertionError(f"{most} requests, and none was throttled")


def check_throttled(answer, policy, quota):
    wait = SENTENCE.fullmatch(answer["detail"])
    assert wait, answer
    assert answer.header("Retry-After") == wait[1]
    assert answer["detail"].endswith("second." if wait[1] == "1" else "seconds."), answer
    assert 1 <= int(wait[1]) <= 60 / quota + 1
    assert answer.header("RateLimit-Policy") == f'"{policy}";q={quota};w=60'
    assert re.fullmatch(rf'"{policy}";r=0;t=\d+', answer.header("RateLimit"))


def with_link(limited):
    made = appointment(limited.api, "open", {"unique_id": "ann", "role": "moderator"},
                       {"unique_id": "bob", "role": "participant"})
    return guest_of(limited, made), guest_of(limited, made, 1), made


def test_an_access_link_joins_thirty_times_a_minute(limited):
    one = limited()
    guest, other, made = with_link(one)
    served, refused = until_throttled(guest.join)
    assert len(served) >= 30
    assert {answer.status for answer in served} == {200}
    assert served[0].header("RateLimit-Policy") == '"link";q=30;w=60'
    assert served[0].header("RateLimit") == '"link";r=29;t=2'
    check_throttled(refused, "link", 30)
    joins = [event for event in facts(one.server, one.organization["id"], made)
             if kind_of(event) == "appointment.participant_joined"]
    assert len(joins) <= len(served), "what was throttled is not recorded"
    assert other.join().status == 200, "another participant's link"
    assert one.throttled("link") == 1
    assert one.api.get(f"/appointments/{made['id']}/").header("RateLimit") is None


def test_each_form_of_answer_says_that_a_link_joins_too_often(limited):
    guest, _, _ = with_link(limited("--rate-per-link", 2))
    assert guest.join().header("RateLimit") == '"link";r=1;t=30'
    assert guest.join(HTML).header("RateLimit").startswith('"link";r=0;t=')
    page = guest.join(HTML)
    assert page.status == 429 and page.header("Content-Type").startswith("text/html")
    assert SENTENCE.search(page.body.decode())
    assert int(page.header("Retry-After")) > 20
    problem = guest.join(PROBLEM)
    assert problem.header("Content-Type") == "application/problem+json"
    assert problem["status"] == 429 and problem["title"] == "Too Many Requests"
    assert SENTENCE.fullmatch(problem["detail"])
    looks = [guest.look() for _ in range(5)]
    assert {look.status for look in looks} == {200}, "looking is free"
    assert looks[0].header("RateLimit") is None


def test_a_connection_waits_longer_for_each_429_in_a_row(limited):
    delay_s = 0.2
    guest, _, _ = with_link(limited("--rate-per-link", 2, "--throttled-delay-ms", 200))
    with Wire(guest.client.port) as wire:
        def time_of(method):
            begin = time.monotonic()
            answer = wire.send(f"{method} {guest.path} HTTP/1.1\r\nHost: h\r\n\r\n").read()
            return answer.status, time.monotonic() - begin

        asked = ["POST"] * 8 + ["GET", "POST"]
        statuses, seconds = zip(*map(time_of, asked))
    assert statuses == (200, 200, *[429] * 6, 200, 429)
    throttled = [each / delay_s for status, each in zip(statuses, seconds) if status == 429]
    assert all(each >= n for each, n in zip(throttled, [1, 2, 4, 8, 16, 16, 1])), throttled
    assert throttled[-1] < 16, "it begins again after another answer"


def test_a_dead_link_that_we_signed_counts_as_a_link(limited):
    one = limited("--rate-per-link", 2)
    guest, _, made = with_link(one)
    assert one.api.delete(f"/appointments/{made['id']}/").status == 204
    dead = [guest.join() for _ in range(2)]
    assert [answer.json for answer in dead] == [DEAD, DEAD]
    assert dead[0].header("RateLimit") is None, "dead links look all the same"
    check_throttled(guest.join(), "link", 2)


def test_an_address_that_fails_to_authenticate_is_throttled_and_valid_tokens_from_it_are_not(limited):
    one = limited("--rate-failed-authentications", 5)
    wrong = one.secret[:-1] + ("a" if one.secret[-1] != "a" else "b")

    def ask(secret, address, path="/appointments/"):
        headers = {"X-Forwarded-For": address} if address else {}
        return Client(one.port, secret).get(path, headers=headers)

    address = "203.0.113.7"
    first = ask(wrong, address)
    assert first.status == 401 and first.json == INVALID_TOKEN
    assert first.header("RateLimit") == '"authentication";r=4;t=12'
    for secret in ("nothing.like.a.token", None, "admin", wrong):
        assert ask(secret, address).status == 401
    check_throttled(ask(wrong, address), "authentication", 5)
    check_throttled(ask(None, address), "authentication", 5)
    garbage = Guest(one.port, "garbage")
    check_throttled(garbage.look(headers={"X-Forwarded-For": address}), "authentication", 5)
    assert one.throttled("authentication") == 3

    valid_one = ask(one.secret, address)
    assert valid_one.status == 200 and valid_one.header("RateLimit") is None
    assert ask(wrong, "203.0.113.8").status == 401, "another address"
    assert Client(one.port).get("/nowhere/", headers={"X-Forwarded-For": address}).status == 404


def test_links_that_we_never_signed_are_failed_authentications(limited):
    one = limited("--rate-failed-authentications", 3)
    guests = [Guest(one.port, f"garbage-{n}") for n in range(4)]
    answers = [guest.join(headers={"X-Forwarded-For": "2001:db8:0:1::1"}) for guest in guests]
    assert [answer.status for answer in answers] == [404, 404, 404, 429]
    neighbour = guests[0].join(headers={"X-Forwarded-For": "2001:db8:0:1:ffff::2"})
    assert neighbour.status == 429, "an IPv6 host has a /64"
    assert guests[0].join(headers={"X-Forwarded-For": "2001:db8:0:2::1"}).status == 404


def test_loopback_is_excepted(limited):
    one = limited("--rate-failed-authentications", 1)
    for _ in range(3):
        answer = Client(one.port, "wrong").get("/appointments/")
        assert answer.status == 401 and answer.header("RateLimit") is None


def test_a_token_has_a_rate_when_one_is_configured(limited):
    one = limited("--rate-per-token", 3)
    made = one.api.create()
    assert made.header("RateLimit-Policy") == '"token";q=3;w=60'
    assert made.header("RateLimit") == '"token";r=2;t=20'
    refused = one.api.get("/appointments/unknown/")
    assert refused.status == 404 and refused.header("RateLimit").startswith('"token";r=1;')
    assert one.api.request("PUT", "/appointments/").status == 405
    throttled = one.api.post("/appointments/", valid(title=""))
    check_throttled(throttled, "token", 3)
    assert throttled.position >= 1
    second = one.server.token(one.organization["id"], "second", "read,write")
    assert Client(one.port, second).get("/appointments/").status == 200
    assert one.throttled("token") == 1


def test_zero_means_no_limit(limited):
    one = limited("--rate-per-link", 0, "--rate-failed-authentications", 0)
    guest, _, _ = with_link(one)
    answers = [guest.join() for _ in range(40)]
    assert {answer.status for answer in answers} == {200}
    assert answers[0].header("RateLimit") is None
    stranger = Client(one.port, "wrong").get(
        "/appointments/", headers={"X-Forwarded-For": "192.0.2.1"})
    assert stranger.status == 401 and stranger.header("RateLimit") is None
