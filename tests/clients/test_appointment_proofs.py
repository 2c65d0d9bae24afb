"""The proof of one appointment: all verifiers accept what a server says, and refuse every planted
fault in the same words."""
import hashlib
import json

import pytest

from consularia_audit import Altered, CannotTell, open_head, read_keys
from consularia_audit.appointment import verify_lines
from exports import (
    HOST, ORGANIZATION, STRANGER, Signer, base64_of, head_line, line_of, link, make_export,
    make_records, note_of, root_of)
from histories import histories_of, last_line, tree_of
from merkle import consistency, leaf
from test_audit import run_all
from test_audit_server import auditor, server  # noqa: F401: fixtures

COUNT = 60
ABOUT, RARE, NOBODY = (f"01920a3c-0000-7000-8000-{number:012x}" for number in (0, 1, 99))
SIGNER = Signer("operator")
NONE_OF_A_PROOF = "altered: the last line is none of a proof"


@pytest.fixture(scope="module")
def records():
    return make_records(COUNT, subjects=8)


def of(records, appointment=ABOUT):
    return [record for record in records
            if json.loads(record)["subject"] == f"appointments/{appointment}"]


def proof(records, appointment=ABOUT, start=0, note=None):
    """Its lines."""
    path = consistency(start, [leaf(record) for record in records]) if start else ()
    last = last_line(note or note_of(SIGNER, records), records, f"appointments/{appointment}", start, path)
    return [*map(line_of, of(records, appointment)), head_line_of(last)]


def head_line_of(last):
    return json.dumps(last, ensure_ascii=False, separators=(",", ":")).encode()


def changed_last(lines, **members):
    return [*lines[:-1], head_line_of({**json.loads(lines[-1]), **members})]


def intact_text(records, appointment=ABOUT):
    mine = of(records, appointment)
    which = f"up to record {len(records)} of organization {ORGANIZATION}"
    if not mine:
        return f"appointment {appointment} has no record {which}"
    last = json.loads(mine[-1])["sequence"]
    return (f"appointment {appointment} has {len(mine)} records, of which record {last} is the "
            f"last, {which}")


@pytest.fixture
def judge(commands, tmp_path):
    """The verdict of all verifiers."""
    def judged(lines, appointment=ABOUT, heads=(), key=SIGNER.verifier_key):
        file = tmp_path / "proof.ndjson"
        file.write_bytes(b"".join(line + b"\n" for line in lines))
        words = [file, "--key", key, "--appointment", appointment]
        for number, note in enumerate(heads, 1):
            (tmp_path / f"kept {number}").write_text(note)
            words += ["--head", tmp_path / f"kept {number}"]
        code, printed = run_all(commands, *words)
        verdict, _, text = printed.strip().replace(f"{tmp_path}/", "").partition(": ")
        assert code == {"intact": 0, "altered": 1, "cannot tell": 3}[verdict]
        return f"{verdict}: {text}"
    return judged


def test_the_history_of_every_appointment_is_proven(judge, records):
    for number in range(8):
        one = f"01920a3c-0000-7000-8000-{number:012x}"
        assert judge(proof(records, one), one) == "intact: " + intact_text(records, one)
    assert judge(proof(records, NOBODY), NOBODY) == "intact: " + intact_text(records, NOBODY)
    assert judge(proof(records[:1], NOBODY), NOBODY) == "intact: " + intact_text(records[:1], NOBODY)
    assert judge(proof([], NOBODY), NOBODY) == "intact: " + intact_text([], NOBODY)


def test_an_older_head_that_was_kept_is_the_beginning(judge, records):
    for start in (1, 2, 31, 32, 33, COUNT - 1):
        kept = note_of(SIGNER, records[:start])
        assert judge(proof(records, start=start), heads=[kept]) == "intact: " + intact_text(records)
    for kept in (note_of(SIGNER, records), note_of(SIGNER, records, False), note_of(SIGNER, [])):
        assert judge(proof(records), heads=[kept]) == "intact: " + intact_text(records)


ANOTHER = f"altered: the head at the end has another history of appointment {ABOUT}"


def test_every_planted_fault_is_found(judge, records):
    lines = proof(records)
    mine = len(lines) - 1
    assert mine > 3
    for at in range(mine):  # the last one too
        assert judge([*lines[:at], *lines[at + 1:]]) == ANOTHER
    assert judge(lines[-1:]) == ANOTHER
    assert judge([lines[0], *lines]) == f"altered: line 2: record {json.loads(of(records)[0])['sequence']} " \
                                        "is not in its place"
    assert judge([lines[1], lines[0], *lines[2:]]).startswith("altered: line 2: record ")
    foreign = line_of(of(records, RARE)[0])
    assert judge([foreign, *lines[1:]]) == f"altered: line 1: it is not about appointment {ABOUT}"
    assert judge([b"nonsense", *lines[1:]]) == "altered: line 1: it is no record"
    forged = line_of(of(records)[1].replace(b"duration_minutes", b"duration_Minutes"))
    assert judge([lines[0], forged, *lines[2:]]) == ANOTHER
    assert judge(lines[:-1]) == "altered: the proof ends without a head"
    assert judge([]) == "altered: the proof ends without a head"


def test_a_false_way_is_found(judge, records):
    lines, other = proof(records), json.loads(proof(records, RARE)[-1])
    last = json.loads(lines[-1])
    zeros = "A" * 43 + "="
    assert judge(changed_last(lines, path=other["path"])) == ANOTHER
    assert judge(changed_last(lines, path=last["path"][1:])) == ANOTHER
    assert judge(changed_last(lines, path=[*last["path"], zeros])) == ANOTHER
    assert judge(changed_last(lines, path=[zeros] * 300)) == ANOTHER
    # Another appointment's leaf, or nothing, in place of its own: as if it had never existed.
    way = {"subject": zeros, "history": zeros}
    for member in (None, way):
        assert judge(changed_last(lines[-1:], other=member)) == ANOTHER
    absent = proof(records, NOBODY)
    assert judge(absent, ABOUT) == ANOTHER
    nested = [[step] for step in last["path"]]
    for bad in ({"path": None}, {"path": ["x"]}, {"path": [zeros[:-1]]}, {"path": nested}, {"path": {}},
                {"path": ""}, {"other": {}}, {"other": "x"}, {"other": [[*way.items()]]}, {"other": 0},
                {"consistency": {}}, {"consistency": {"from": "x", "path": []}},
                {"consistency": {"from": 1.5, "path": []}}, {"consistency": {"from": -1, "path": []}},
                {"consistency": {"from": 0, "path": []}}, {"consistency": {"from": True, "path": []}},
                {"consistency": {"from": 10**15, "path": []}}, {"consistency": {"from": 1, "path": ""}},
                {"consistency": [["from", 1], ["path", []]]}, {"more": 1}, {"head": 7},
                {"head": [last["head"]]}):
        assert judge(changed_last(lines, **bad)) == NONE_OF_A_PROOF, bad


def test_the_last_line_has_exactly_one_form(judge, records):
    lines, absent = proof(records, start=20), proof(records, NOBODY)
    for whole, old, new in [
            (lines, b'"from":20', b'"from":20.0'), (lines, b'"from":20', b'"from":2e1'),
            (lines, b'"from":20', b'"from":020'), (lines, b'"from":20', b'"from":19,"from":20'),
            (absent, b'{"subject"', b'{"subject":"x","subject"'), (lines, b'"path"', b' "path"'),
            (lines, b'"other"', b'"oth\\u0065r"'), (lines, b"}}", b"}} ")]:
        changed = whole[-1].replace(old, new, 1)
        assert changed != whole[-1]
        assert judge([*whole[:-1], changed], ABOUT if whole == lines else NOBODY) == NONE_OF_A_PROOF, new


def test_a_head_of_no_organization_says_nothing_of_absence(judge, records):
    tree = tree_of(histories_of(records))
    for name in ("x", ORGANIZATION.upper(), "ü" * 36):
        note = SIGNER.note(COUNT, root_of(records), link(records[-1]), name, tree)
        assert judge(proof(records, NOBODY, note=note), NOBODY) == \
            f"altered: head at the end: it is of {HOST}/organizations/{name}"


def test_a_way_that_is_none_does_not_lead_to_a_root_of_zeros(judge, records):
    false = SIGNER.note(COUNT, root_of(records), link(records[-1]), histories=bytes(32))
    lines = proof(records, note=false)
    zeros = "A" * 43 + "="
    assert judge(changed_last(lines, path=[zeros] * 257)) == ANOTHER
    own = base64_of(hashlib.sha256(f"appointments/{ABOUT}".encode()).digest())
    assert judge(changed_last(lines[-1:], path=[], other={"subject": own, "history": zeros})) == ANOTHER


def test_a_false_head_is_found(judge, records):
    note, thief = note_of(SIGNER, records), Signer("thief")
    root, chain = root_of(records), link(records[-1])
    tree = tree_of(histories_of([one for one in records if one != of(records)[-1]]))
    for forged in (note.replace("histories ", "histories 0")[:-1] + "\n",
                   note.replace(tree_of(histories_of(records)).hex(), tree.hex())):
        assert judge(proof(records, note=forged)).startswith("altered: head at the end: it")
    assert judge(proof(records, note=SIGNER.note(COUNT, root, chain, histories=tree))) == ANOTHER
    stolen = thief.note(COUNT, root, chain, histories=tree_of(histories_of(records)))
    assert judge(proof(records, note=stolen)) == \
        "altered: head at the end: it is not signed by any of the keys"
    assert judge(proof(records), key=thief.verifier_key) == \
        "altered: head at the end: it is not signed by any of the keys"
    assert judge(proof(records, note=note_of(SIGNER, records, False))) == \
        "cannot tell: head at the end: it says nothing of histories"
    strange = SIGNER.note(COUNT, root, chain, STRANGER, tree_of(histories_of(records)))
    assert judge(proof(records, note=strange)) == \
        f"altered: head at the end: it is of {HOST}/organizations/{STRANGER}"
    # An older head: what happened since is not shown.
    older = json.loads(of(records)[-1])["sequence"]
    early = records[:int(older) - 1]
    assert judge(proof(early)) == "intact: " + intact_text(early)
    assert judge(proof(early), heads=[note]) == \
        f"altered: head kept 1 counts {COUNT} records, and the one at the end only {len(early)}"
    assert judge([*proof(records)[:-1], proof(early)[-1]]) == \
        f"altered: record {older}: it is behind the head at the end"


def test_a_rewritten_history_does_not_fit_a_kept_head(judge, records):
    kept = note_of(SIGNER, records[:20])
    other = make_records(COUNT - 10, seed=4, before=records[:10], subjects=8)
    assert judge(proof(other, start=20), heads=[kept]) == \
        "altered: head kept 1: it is not the beginning of the one at the end"
    assert judge(proof(other), heads=[note_of(SIGNER, records)]) == \
        "altered: head kept 1: it is not the one at the end"
    false = SIGNER.note(COUNT, root_of(records), link(records[-1]), histories=bytes(range(32)))
    assert judge(proof(records), heads=[false]) == \
        "altered: head kept 1: it is not the one at the end"
    assert judge(proof(records), heads=[kept]) == (
        "cannot tell: head kept 1: the proof does not say whether it is the beginning of the one at "
        "the end, one that was asked for with ?from=20 does")
    stranger = SIGNER.note(20, root_of(records[:20]), link(records[19]), STRANGER)
    assert judge(proof(records, start=20), heads=[stranger]) == \
        f"altered: head kept 1: it is of {HOST}/organizations/{STRANGER}"


def test_a_false_root_of_histories_is_found_in_the_whole_export(commands, records, tmp_path):
    """What the owner of the key can do to one who sees one appointment shows to one who sees all."""
    hidden = of(records)[-1]
    lie = tree_of(histories_of([record for record in records if record != hidden]))
    note = SIGNER.note(COUNT, root_of(records), link(records[-1]), histories=lie)
    file, head = tmp_path / "export.ndjson", tmp_path / "head"
    file.write_bytes(b"\n".join(make_export(SIGNER, records)))
    head.write_text(note)
    assert run_all(commands, file, "--key", SIGNER.verifier_key, "--head", head) == (
        1, f"altered: head {head}: its histories are not those of its records\n")
    file.write_bytes(b"\n".join([*map(line_of, records), head_line(note)]))
    assert run_all(commands, file, "--key", SIGNER.verifier_key) == (
        1, "altered: head at the end: its histories are not those of its records\n")


def test_any_changed_byte_of_a_proof_is_refused(records):
    keys, lines = read_keys([SIGNER.verifier_key]), proof(records[:12])
    assert verify_lines(lines, ABOUT, keys)
    for number, line in enumerate(lines):
        for at in range(len(line)):
            bad = line[:at] + bytes([line[at] ^ 1]) + line[at + 1:]
            with pytest.raises((Altered, CannotTell)):
                verify_lines([*lines[:number], *bad.split(b"\n"), *lines[number + 1:]], ABOUT, keys,
                             [open_head(note_of(SIGNER, records[:12]), keys, "kept")])


def test_what_a_server_proves_is_accepted(auditor, commands):  # noqa: F811
    made = auditor.writer.create(title="Moved")
    path = f"/appointments/{made['id']}/"
    kept = auditor.fetch("head/", "kept")
    size = kept.read_text().splitlines()[1]
    auditor.writer.patch(path, {"start_date_time": "2031-06-01T10:00:00Z"})
    auditor.writer.delete(path)

    def verdict(appointment, query=""):
        file = auditor.fetch(f"../appointments/{appointment}/proof/{query}", "proof")
        return run_all(commands, file, "--key", auditor.key, "--appointment", appointment,
                       *(["--head", kept] if query else []))

    last = int(size) + 2
    organization = auditor.organization["id"]
    for query in ("", f"?from={size}"):
        assert verdict(made["id"], query) == (
            0, f"intact: appointment {made['id']} has 3 records, of which record {last} is the last, "
               f"up to record {last} of organization {organization}\n")
    assert verdict(NOBODY) == (0, f"intact: appointment {NOBODY} has no record up to record {last} of "
                                  f"organization {organization}\n")
