"""Heads, keys, proofs and the export for auditors, checked with hashlib and cryptography alone."""
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature

import merkle
from client import (FORBIDDEN, NOT_ACCEPTABLE, NOT_INTEGER, NOTE, RECORD_LINES, REQUIRED, Client,
                    person)
from merkle import Head
from server import Server, run

AUDIT = ["/audit/head/", "/audit/keys/", "/audit/proof/?sequence=1",
         "/audit/consistency/?from=1", "/audit/export/"]
LEAST, MOST, ORDER = (f"Ensure this value is {what}." for what in (
    "greater than or equal to {}", "less than or equal to {}", 'not greater than "{}"'))


@pytest.fixture(scope="module")
def audited(server):
    """An organization with 40 facts, and a client with the scope audit alone."""
    made = server.organization("Embassy of Auditors")
    writer = Client(server.port, made["token"]["token"])
    auditor = Client(server.port, server.token(made["id"], "auditor", "audit"))
    while writer.create(title="Hearing", participants=[person()]) and auditor.get(
            "/audit/head/").position < 40:
        pass
    return made["id"], writer, auditor


def key_of(auditor):
    return auditor.get("/audit/keys/")["keys"][-1]["verifier_key"]


def head_of(auditor):
    answer = auditor.get("/audit/head/")
    assert answer.status == 200, answer
    return Head(answer.body.decode(), key_of(auditor))


def export(auditor, after=0):
    """The records after this one, and the head."""
    answer = auditor.get(f"/audit/export/?after={after}")
    assert answer.status == 200, answer
    assert answer.header("Content-Type") == RECORD_LINES
    *records, last = answer.body.split(b"\n")[:-1]
    last = json.loads(last)
    assert list(last) == ["head"]
    return records, Head(last["head"], key_of(auditor))


def test_a_head_is_a_signed_note_over_the_records(server, audited):
    organization, _, auditor = audited
    answer = auditor.get("/audit/head/")
    assert answer.header("Content-Type") == "text/plain; charset=utf-8"
    head = Head(answer.body.decode(), key_of(auditor))
    assert head.origin == f"127.0.0.1:{server.port}/organizations/{organization}"
    records, exported = export(auditor)
    assert head.size == answer.position == len(records) == 40
    assert head.root == merkle.root([merkle.leaf(record) for record in records])
    assert head.chain == hashlib.sha256(records[-1]).hexdigest()
    assert exported.text == head.text


def test_a_head_as_json_says_the_same(audited):
    _, _, auditor = audited
    answer = auditor.get("/audit/head/", headers={"Accept": "application/json"})
    assert answer.header("Content-Type") == "application/json"
    assert list(answer.json) == ["sequence", "root", "chain", "histories", "time",
                                 "note"]
    head = Head(answer["note"], key_of(auditor))
    assert answer["sequence"] == answer.position == head.size
    assert answer["root"] == merkle.in_text([head.root])[0]
    assert answer["chain"] == head.chain
    records, _ = export(auditor)
    assert answer["time"] == json.loads(records[-1])["time"]


def test_what_a_client_accepts_decides_which_of_the_two_it_is(audited):
    _, _, auditor = audited
    for accept, note in [(None, True), ("*/*", True), ("text/plain", True), ("text/*", True),
                         ("application/json", False), ("application/json, */*", False),
                         ("application/json, text/plain", True),
                         ("application/json, text/plain;q=0.5", False),
                         ("application/json;q=0.5, text/plain", True),
                         ("application/problem+json", False)]:
        answer = auditor.get("/audit/head/", headers={"Accept": accept})
        assert answer.header("Content-Type").startswith(NOTE) == note, accept
    for path, accept in [("/audit/head/", "text/html"), ("/audit/keys/", "text/plain"),
                         ("/audit/export/", "text/plain"), ("/audit/proof/?sequence=1", NOTE)]:
        answer = auditor.get(path, headers={"Accept": accept})
        assert (answer.status, answer.json) == (406, NOT_ACCEPTABLE), path
    assert auditor.get("/audit/export/", headers={"Accept": RECORD_LINES}).status == 200


def test_the_keys_are_those_that_sign(audited):
    _, _, auditor = audited
    keys = auditor.get("/audit/keys/")["keys"]
    assert [list(key) for key in keys] == [["id", "verifier_key", "valid_from", "valid_to"]]
    assert keys[0]["id"] == 1 and keys[0]["valid_to"] is None
    head_of(auditor)
    forged = auditor.get("/audit/head/").body.decode().replace("\n40\n", "\n41\n")
    with pytest.raises(InvalidSignature):
        Head(forged, keys[0]["verifier_key"])


def test_the_export_is_the_bytes_of_the_ledger_and_can_be_resumed(server, audited):
    organization, _, auditor = audited
    exported = run("ledger", "export", "--data-dir", server.data_dir, text=False).stdout
    source = f"/organizations/{organization}"
    theirs = [line for line in exported.split(b"\n")[:-1] if json.loads(line)["source"] == source]
    records, head = export(auditor)
    assert records == theirs
    for after in (1, 17, 39, 40):
        rest, again = export(auditor, after)
        assert rest == records[after:]
        assert again.text == head.text


def test_every_fact_is_proven_for_every_size(audited):
    _, _, auditor = audited
    records, _ = export(auditor)
    leaves = [merkle.leaf(record) for record in records]
    key = key_of(auditor)
    for size in (1, 2, 16, 17, 33, 40):
        for sequence in {1, size // 2 or 1, size - 1 or 1, size}:
            answer = auditor.get(f"/audit/proof/?sequence={sequence}&size={size}")
            assert list(answer.json) == ["sequence", "size", "leaf", "path", "head"]
            assert (answer["sequence"], answer["size"]) == (sequence, size)
            assert answer["leaf"] == merkle.in_text([leaves[sequence - 1]])[0]
            path = merkle.inclusion(sequence - 1, leaves[:size])
            assert answer["path"] == merkle.in_text(path)
            head = Head(answer["head"], key)
            assert (head.size, head.root) == (size, merkle.root(leaves[:size]))
            assert head.chain == hashlib.sha256(records[size - 1]).hexdigest()
    assert auditor.get("/audit/proof/?sequence=3")["size"] == 40


def test_every_head_is_the_beginning_of_every_later_one(audited):
    _, _, auditor = audited
    leaves = [merkle.leaf(record) for record in export(auditor)[0]]
    for start, end in [(1, 1), (1, 2), (3, 7), (8, 16), (16, 40), (17, 40), (39, 40), (40, 40)]:
        answer = auditor.get(f"/audit/consistency/?from={start}&to={end}")
        path = merkle.consistency(start, leaves[:end])
        assert answer.json == {"from": start, "to": end, "path": merkle.in_text(path)}
    assert auditor.get("/audit/consistency/?from=3")["to"] == 40


def test_a_head_covers_what_was_just_written(server):
    made = server.organization("Embassy of the Present")
    client = Client(server.port, made["token"]["token"])
    before = head_of(client)
    for _ in range(20):
        written = client.create().position
        head = head_of(client)
        assert head.size == written == before.size + 1
        path = client.get(f"/audit/consistency/?from={before.size}").json["path"]
        leaves = [merkle.leaf(record) for record in export(client)[0]]
        assert path == merkle.in_text(merkle.consistency(before.size, leaves))
        before = head


def test_bad_numbers_are_refused_by_name(audited):
    _, _, auditor = audited
    for query, errors in [
            ("proof/", {"sequence": [REQUIRED]}),
            ("proof/?sequence=", {"sequence": [NOT_INTEGER]}),
            ("proof/?sequence=x&size=1.5", {"sequence": [NOT_INTEGER], "size": [NOT_INTEGER]}),
            ("proof/?sequence=0", {"sequence": [LEAST.format(1)]}),
            ("proof/?sequence=-3", {"sequence": [LEAST.format(1)]}),
            ("proof/?sequence=7&size=6", {"sequence": [ORDER.format("size")]}),
            ("proof/?sequence=1&size=0", {"size": [LEAST.format(1)]}),
            (f"proof/?sequence={2**63}", {"sequence": [MOST.format(2**63 - 1)]}),
            ("consistency/", {"from": [REQUIRED]}),
            ("consistency/?from=0", {"from": [LEAST.format(1)]}),
            ("consistency/?from=8&to=7", {"from": [ORDER.format("to")]}),
            ("consistency/?from=a&to=b", {"from": [NOT_INTEGER], "to": [NOT_INTEGER]}),
            ("export/?after=-1", {"after": [LEAST.format(0)]}),
            ("export/?after=head", {"after": [NOT_INTEGER]})]:
        answer = auditor.get("/audit/" + query)
        assert (answer.status, answer.json) == (400, errors), query


def test_what_is_ahead_of_the_head_is_refused(audited):
    _, _, auditor = audited
    for query, detail in [
            ("proof/?sequence=41", "The size 41 is ahead of the head 40."),
            ("proof/?sequence=1&size=99", "The size 99 is ahead of the head 40."),
            ("consistency/?from=41", "The to 41 is ahead of the head 40."),
            ("consistency/?from=1&to=41", "The to 41 is ahead of the head 40."),
            ("export/?after=41", "The position 41 is ahead of the head 40.")]:
        for headers in ({}, {"Consistency": "any"}):
            answer = auditor.get("/audit/" + query, headers=headers)
            assert (answer.status, answer.json) == (409, {"detail": detail}), query


def test_the_scope_audit_alone_opens_them_and_nothing_else(server, audited):
    organization, _, auditor = audited
    others = Client(server.port, server.token(organization, "all the rest",
                                              "read,write,events,webhooks"))
    for path in AUDIT:
        assert auditor.get(path).status == 200
        answer = others.get(path)
        assert (answer.status, answer.json) == (403, FORBIDDEN), path
        assert auditor.post(path.partition("?")[0], {}).status == 405
    for path in ("/appointments/", "/events/"):
        assert auditor.get(path).status == 403


def test_another_organization_sees_only_its_own(server, audited, auditor):
    organization, _, ours = audited
    records, head = export(auditor)
    assert head.origin.endswith(json.loads(records[0])["source"])
    assert organization not in head.origin
    assert not set(records) & set(export(ours)[0])
    with pytest.raises(InvalidSignature):
        Head(auditor.get("/audit/head/").body.decode(), key_of(ours))


def test_a_head_needs_no_body_for_head_requests(audited):
    _, _, auditor = audited
    for path in AUDIT:
        assert auditor.request("HEAD", path).status == 200


def test_a_large_export_is_written_in_pieces(tmp_path):
    with Server(tmp_path / "node", "--max-piece-bytes", "4096").start() as server:
        client = Client(server.port, server.organization()["token"]["token"])
        for _ in range(30):
            client.create(title="x" * 200)
        answer = client.get("/audit/export/")
        assert answer.header("Transfer-Encoding") == "chunked"
        records, head = export(client)
        assert head.size == len(records) == 31
        assert head.root == merkle.root([merkle.leaf(record) for record in records])
