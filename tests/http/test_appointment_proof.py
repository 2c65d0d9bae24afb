"""GET /appointments/{id}/proof/: all records about one appointment, and that there are no others."""
import json

import merkle
from client import FORBIDDEN, NOT_FOUND, NOT_INTEGER, RECORD_LINES, at_once, person, unknown_id
from histories import histories_of, key_of, last_line, path_of, tree_of
from merkle import Head
from server import Server


def proof(client, id, query=""):
    """The records and what the last line says."""
    answer = client.get(f"/appointments/{id}/proof/{query}")
    assert answer.status == 200, answer
    assert answer.header("Content-Type") == RECORD_LINES
    *records, last = answer.body.split(b"\n")[:-1]
    return records, json.loads(last), answer.position


def export(client):
    *records, last = client.get("/audit/export/").body.split(b"\n")[:-1]
    return records, json.loads(last)["head"]


def about(records, id):
    return [one for one in records if json.loads(one)["subject"] == f"appointments/{id}"]


def expect_proof(client, id):
    """That it is what the definitions say."""
    shown, last, position = proof(client, id)
    records, note = export(client)
    assert shown == about(records, id)
    assert last == last_line(last["head"], records, f"appointments/{id}")
    key = client.get("/audit/keys/")["keys"][-1]["verifier_key"]
    head, exported = Head(last["head"], key), Head(note, key)
    assert head.text == exported.text
    assert head.size == position == len(records)
    assert head.histories == tree_of(histories_of(records)).hex()
    return shown


def test_all_records_of_an_appointment_are_proven_and_that_there_are_no_others(fresh):
    made = [fresh.create(title=f"{number}", participants=[person("ann")]) for number in range(5)]
    one = f"/appointments/{made[0]['id']}/"
    for change in (lambda: fresh.patch(one, {"title": "Moved"}), lambda: fresh.post(one + "start/"),
                   lambda: fresh.delete(f"/appointments/{made[1]['id']}/"), lambda: fresh.delete(one)):
        assert change().status < 300
        assert {len(expect_proof(fresh, each["id"])) for each in made[2:]} == {1}
        expect_proof(fresh, made[0]["id"])
    assert len(expect_proof(fresh, made[0]["id"])) == 4
    assert len(expect_proof(fresh, made[1]["id"])) == 2


def test_an_appointment_that_never_was_is_proven_to_be_none(fresh):
    for count in range(12):
        fresh.create()
        for _ in range(3):
            assert expect_proof(fresh, unknown_id()) == []


def test_the_way_of_every_subject_has_the_root_of_a_head(fresh):
    """Of the tokens and the organization too: by the definition, of hundreds."""
    at_once(4, lambda number: [fresh.create(title=f"{number}") for _ in range(60)])
    records, note = export(fresh)
    leaves = histories_of(records)
    head = Head(note, fresh.get("/audit/keys/")["keys"][-1]["verifier_key"])
    assert (len(leaves), head.histories) == (241, tree_of(leaves).hex())
    for record in records[::40]:
        id = json.loads(record)["subject"].rpartition("/")[2]
        if "appointments" in json.loads(record)["subject"]:
            path, end = path_of(leaves, key_of(f"appointments/{id}"))
            assert proof(fresh, id)[1]["path"] == merkle.in_text(path)
            assert end[0] == key_of(f"appointments/{id}")


def test_a_proof_says_that_an_older_head_is_the_beginning_if_it_is_asked(fresh):
    made = fresh.create()
    for _ in range(20):
        fresh.create()
    leaves = [merkle.leaf(record) for record in export(fresh)[0]]
    for start in (1, 2, 7, 16, 21, 22):
        last = proof(fresh, made["id"], f"?from={start}")[1]
        assert last["consistency"] == {
            "from": start, "path": merkle.in_text(merkle.consistency(start, leaves))}
    assert proof(fresh, made["id"], "?from=0")[1]["consistency"] is None


def test_wrong_questions_are_refused(fresh, api, reader, auditor, other):
    made = fresh.create()
    path = f"/appointments/{made['id']}/proof/"
    for query, status, detail in [
            ("?from=x", 400, {"from": [NOT_INTEGER]}),
            ("?from=-1", 400, {"from": ["Ensure this value is greater than or equal to 0."]}),
            ("?from=99", 409, {"detail": "The from 99 is ahead of the head 2."})]:
        answer = fresh.get(path + query)
        assert (answer.status, answer.json) == (status, detail), query
    answer = fresh.get("/appointments/1/proof/")
    assert (answer.status, answer.json) == (404, NOT_FOUND)
    assert fresh.post(path, {}).status == 405
    assert fresh.get(path, headers={"Accept": "text/html"}).status == 406
    for client in (api, reader, other):
        answer = client.get(path)
        assert (answer.status, answer.json) == (403, FORBIDDEN)
    # An auditor of another organization is told that there is none: of their own.
    records, last, _ = proof(auditor, made["id"])
    assert records == []
    assert last["head"] == auditor.get("/audit/head/").body.decode()


def test_a_proof_covers_what_was_just_written_while_others_write(fresh):
    def write_and_prove(number):
        made = fresh.create(title=f"{number}")
        for change in range(10):
            written = fresh.patch(f"/appointments/{made['id']}/", {"title": f"{number} {change}"})
            records, _, position = proof(fresh, made["id"])
            assert len(records) == change + 2
            assert position >= written.position
    at_once(4, write_and_prove)


def test_heads_have_the_root_of_histories_in_both_forms(fresh):
    fresh.create()
    shown = fresh.get("/audit/head/", headers={"Accept": "application/json"})
    head = Head(shown["note"], fresh.get("/audit/keys/")["keys"][-1]["verifier_key"])
    assert shown["histories"] == head.histories == tree_of(histories_of(export(fresh)[0])).hex()


def test_without_its_store_there_is_no_proof_and_heads_are_as_before(tmp_path):
    with Server(tmp_path / "node").start() as server:
        client = server.client(server.organization()["token"]["token"])
        made = client.create()
        (server.data_dir / "histories").write_text("in the way")
        answer = client.get(f"/appointments/{made['id']}/proof/")
        assert (answer.status, answer.header("Retry-After")) == (503, "2")
        assert answer.json == {"detail": "The histories of this organization are being brought up to its "
                                         "last event."}
        head = client.get("/audit/head/", headers={"Accept": "application/json"})
        assert (head.status, head["histories"]) == (200, None)
        assert "histories" not in head["note"]
        (server.data_dir / "histories").unlink()
        assert client.get(f"/appointments/{made['id']}/proof/").status == 200
