"""Tokens of access links: altered, spliced, signed with other keys, and where they must never
appear."""
import random
import re
import shutil
import urllib.parse

import pytest

from client import NOT_FOUND, Client, person
from guest import (
    DEAD, HTML, JSON, PROBLEM, Guest, appointment, bytes_of, facts, guest_of, token_from, token_of,
    without_nonce)
from server import Server, run

PUBLIC_URL = "https://appointments.example.org"
UNKNOWN = token_from(bytes(66))


@pytest.fixture(scope="module")
def api(server):
    return Client(server.port, server.organization("Embassy of Tokens")["token"]["token"])


def is_dead(server, token):
    """Whether the answer is, byte for byte, the answer to a token that never existed, and does not
    contain it."""
    guest, unknown = Guest(server.port, token), Guest(server.port, UNKNOWN)
    for method in ("GET", "POST"):
        for accept in (JSON, PROBLEM):
            answer, other = guest.ask(method, accept), unknown.ask(method, accept)
            assert other.status == 404 and other["detail"] == DEAD["detail"]
            if (answer.status, answer.body) != (404, other.body):
                return False
            assert headers_of(answer) == headers_of(other)
    return True


def headers_of(answer):
    return [(name, value) for name, value in answer.headers.items()
            if name not in ("Date", "X-Request-ID")]


def test_a_token_is_as_short_as_its_ids_allow(api):
    made = appointment(api, "open")
    content = bytes_of(token_of(made))
    assert len(content) == 66 and token_from(content) == token_of(made)
    ids = (made["id"] + made["participants"][0]["id"]).replace("-", "")
    assert content[18:50].hex() == ids


def test_each_altered_byte_makes_it_an_unknown_link(server, api):
    made = appointment(api, "open")
    content = bytes_of(token_of(made))
    for at in range(len(content)):
        bit = 1 << random.randrange(8)
        altered = content[:at] + bytes([content[at] ^ bit]) + content[at + 1:]
        assert is_dead(server, token_from(altered)), (at, bit)
    assert guest_of(server, made).look()["state"] == "open"
    assert api.get(f"/appointments/{made['id']}/").etag == made.etag


def test_a_dead_link_has_one_page_whatever_killed_it(server, api):
    removed = appointment(api, "open", person("ann"), person("bob"))
    deleted = appointment(api, "open")
    assert api.delete(f"/appointments/{deleted['id']}/").status == 204
    gone = removed["participants"][0]["id"]
    assert api.delete(f"/appointments/{removed['id']}/participants/{gone}/").status == 204
    pages = set()
    for token in (UNKNOWN, "x", token_of(removed), token_of(deleted)):
        for method in ("GET", "POST"):
            page = Guest(server.port, token).ask(method, HTML)
            assert page.status == 404
            assert b"<h1>This link is no longer valid.</h1>" in page.body
            pages.add(without_nonce(page))
        assert is_dead(server, token)
    assert len(pages) == 1


def test_parts_of_different_tokens_make_no_token(server, api):
    one, other = appointment(api, "open", person("a"), person("b")), appointment(api, "open")
    a, b, c = (bytes_of(token) for token in (token_of(one), token_of(one, 1), token_of(other)))
    assert guest_of(server, one).look().status == 200
    for spliced in (
            a[:34] + b[34:50] + a[50:],  # another participant
            a[:18] + c[18:34] + a[34:],  # another appointment
            a[:18] + c[18:50] + a[50:],  # both, with the wrong signature
            a[:50] + c[50:],             # another's signature
            a[:2] + bytes(16) + a[18:]):  # no organization
        assert is_dead(server, token_from(spliced)), spliced.hex()


def test_a_participant_of_another_organization_is_not_there(server, api):
    """A whole, genuine token opens what it names and nothing else."""
    other = Client(server.port, server.organization("Others")["token"]["token"])
    mine, theirs = appointment(api, "open"), appointment(other, "open", title="Theirs")
    assert guest_of(server, theirs).look()["title"] == "Theirs"
    a, b = bytes_of(token_of(mine)), bytes_of(token_of(theirs))
    assert is_dead(server, token_from(a[:2] + b[2:18] + a[18:]))


def test_other_lengths_and_alphabets_are_dead(server, api):
    good = token_of(appointment(api, "open"))
    for size in range(1, len(good)):
        assert Guest(server.port, good[:size]).look().json == DEAD
    for wrong in (good + "A", good + "AAAA", good * 2, good + "=", good + "==", "A" * 5000,
                  good.swapcase(), good[::-1], "..", "%00", good + "%00", good + "%0A",
                  "%20" + good, good + "%20", good + "%2F", "%ff%fe", "%", good + "%", "%zz"):
        assert is_dead(server, wrong), wrong


def test_spellings_of_a_url_that_mean_the_same_token_open_it(server, api):
    """Mail programs encode what they like."""
    good = token_of(appointment(api, "early"))
    for same in (good + "/", "".join(f"%{ord(c):02x}" for c in good), good + "?utm_source=mail",
                 urllib.parse.quote(good, safe="").replace("_", "%5F"), f"%{ord(good[0]):02X}" + good[1:]):
        assert Guest(server.port, same).look().status == 200, same


def test_what_is_around_a_token_is_no_path(server, api):
    good = token_of(appointment(api, "open"))
    for target in ("/join", "/join/", f"/join//{good}", f"/join/{good}/x", f"/api/v1/join/{good}",
                   f"/JOIN/{good}", f"//join/{good}"):
        for accept in (JSON, HTML):
            answer = Guest(server.port, good).look(accept, path=target)
            assert (answer.status, answer.json) == (404, NOT_FOUND), target
            assert good.encode() not in answer.body


# Keys of the secrets file, and servers that start again.

@pytest.fixture
def node(tmp_path):
    """Not started yet."""
    with Server(tmp_path / "node", "--public-url", PUBLIC_URL) as server:
        yield server


def link_key(number, digit):
    return f'\n[[link_keys]]\nid = {number}\nkey = "{digit * 64}"\n'


def test_keys_rotate_without_breaking_links(node):
    node.start()
    api = node.client(node.organization("Rotation")["token"]["token"])
    made = appointment(api, "open")
    old = token_of(made)
    assert bytes_of(old)[1] == 1

    def start_with(secrets):
        node.stop()
        node.secrets_file.write_text(secrets)
        node.start()

    first = node.secrets_file.read_text()
    start_with(first + link_key(2, "b"))
    assert Guest(node.port, old).look()["state"] == "open"
    assert Guest(node.port, old).join().status == 200
    new = token_of(api.get(f"/appointments/{made['id']}/"))
    assert bytes_of(new)[1] == 2 and bytes_of(new)[2:50] == bytes_of(old)[2:50]
    assert Guest(node.port, new).look()["state"] == "open"

    text = node.secrets_file.read_text()
    start_with(text[:text.index("[[link_keys]]")] + link_key(2, "b"))
    assert is_dead(node, old)
    assert Guest(node.port, new).join().status == 200

    start_with(first + link_key(2, "c"))
    assert is_dead(node, new), "another key with the same number is another key"
    assert Guest(node.port, old).look().status == 200


def test_a_signed_link_to_an_organization_that_is_not_there_is_dead(node, tmp_path):
    node.start()
    genuine = token_of(appointment(node.client(node.organization("Gone")["token"]["token"]), "open"))
    elsewhere = Server(tmp_path / "elsewhere", "--public-url", PUBLIC_URL)
    elsewhere.data_dir.mkdir()
    shutil.copy(node.secrets_file, elsewhere.secrets_file)
    with elsewhere.start():
        assert is_dead(elsewhere, genuine)
        assert Guest(elsewhere.port, genuine).look(HTML).status == 404
    assert Guest(node.port, genuine).look().status == 200


def pieces(token):
    """Parts of a token that nothing else contains: the signature among them."""
    return [token[at:at + 20] for at in range(0, len(token) - 20, 4)] + [token[-20:]]


def test_no_token_reaches_a_log_an_event_or_an_error(node):
    node.start("--log-level", "debug", "--max-body-bytes", "1000")
    embassy = node.organization("Silence")
    api = node.client(embassy["token"]["token"])
    tokens, errors = [], []
    for state in ("early", "open", "ended"):
        made = appointment(api, state)
        guest = guest_of(node, made)
        altered = guest.token[:-1] + ("A" if guest.token[-1] != "A" else "Q")
        tokens += [guest.token, altered]
        for accept in (JSON, PROBLEM, HTML, "image/png"):
            for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS"):
                errors += [guest.ask(method, accept), Guest(node.port, altered).ask(method, accept)]
        errors += [guest.look(path=f"/join/{guest.token}/{altered}"), guest.join(raw=b"x" * 1001)]
        assert api.delete(f"/appointments/{made['id']}/").status == 204
        errors += [guest.look(HTML), guest.join()]
    exported = str(facts(node, embassy["id"])) + run(
        "ledger", "export", "--data-dir", node.data_dir).stdout
    assert "participant_joined" in exported
    node.stop()
    log = node.log()
    assert "route=/join/{token}" in log or "/join/{token}" in log, log[-2000:]
    answered = b"".join(answer.body + str(answer.headers).encode() for answer in errors).decode()
    statuses = {answer.status for answer in errors}
    assert {200, 404, 405, 406, 409} <= statuses, statuses
    for token in tokens:
        for piece in pieces(token):
            assert piece not in log and piece not in exported and piece not in answered
    assert re.search(r"participants/[0-9a-f-]{36}", exported)
