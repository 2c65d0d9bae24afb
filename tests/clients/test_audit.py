"""The verifiers of exports give the same verdict on every planted fault, and the right one: each
runs as a program that is told many variants of one export (audit_faults.Case). So do verifier.py and
audit.js alone, to which histories say nothing."""
import base64
import json
import os
import pathlib
import random
import subprocess
import sys

import pytest

from audit_faults import Case, change, changed, drop, insert, small_cases, swap, truncate
from consularia_audit import Altered, CannotTell, FullVerifier, Verifier, open_head, read_keys
from exports import (
    HOST, ORGANIZATION, TITLES, ZEROS, Signer, base64_of, head_line, line_of, link, make_export,
    make_record, make_records, note_of, root_of)
from server import ROOT, Server, binary, run

SMALL = 12
LARGE = 100_000
FAULTS = 1_000
LONGEST = 8 << 20  # of a line, without its line feed
SIGNER = Signer("operator")
KEYS = [SIGNER.verifier_key]


def judge_in_python(export, cases):
    """Two verdicts on each, as audit_cases.js prints; the cases are in the order of their `at`."""
    prefix, verdicts = FullVerifier(read_keys(KEYS)), []
    for case in cases:
        while prefix.size < case.at:
            prefix.take(export[prefix.size])
        verdicts.append(judge_one(export, case, prefix, FullVerifier))
        verdicts.append(judge_one(export, case, prefix, FullVerifier if case.after else Verifier))
    return verdicts


def judge_one(export, case, prefix, kind):
    try:
        keys = read_keys(case.keys or KEYS)
        heads = [open_head(note, keys, f"kept {n}") for n, note in enumerate(case.heads, 1)]
        verifier = kind(keys, heads, *([case.after] if case.after else []))
        if case.at:
            verifier.size, verifier.chain = prefix.size, prefix.chain
            verifier.organization = prefix.organization
            verifier.subtrees = list(prefix.subtrees)
            if kind is FullVerifier:
                verifier.histories.of = dict(prefix.histories.of)
        rest = [] if case.rest is None else export[case.rest:]
        *lines, last = [*case.lines, *rest] or [b""]
        for line in lines:
            verifier.take(line)
        return f"intact: {verifier.finish(last)}"
    except Altered as found:
        return f"altered: {found}"
    except CannotTell as reason:
        return f"cannot tell: {reason}"


def judge_outside(program, file, cases):
    lines = [json.dumps({"file": str(file), "keys": KEYS}), *(case.to_json(KEYS) for case in cases)]
    done = subprocess.run(program, input="\n".join(lines) + "\n", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def check(node, tmp_path):
    """Compares the verdicts of all verifiers."""
    def checked(export, cases):
        cases.sort(key=lambda case: case.at)
        file = tmp_path / "export.ndjson"
        file.write_bytes(b"".join(line + b"\n" for line in export))
        script = ROOT / "tests" / "clients" / "audit_cases.js"
        python = judge_in_python(export, cases)
        javascript = judge_outside([node, script], file, cases)
        cpp = judge_outside([pathlib.Path(binary()).with_name("audit_cases")], file, cases)
        assert len(python) == len(javascript) == 2 * len(cpp) == 2 * len(cases)
        for case, *found in zip(cases, python[::2], javascript[::2], cpp):
            assert found[0].startswith(case.expected), (case.what, case.expected, found)
            assert len(set(found)) == 1, (case.what, found)
        for case, *alone in zip(cases, python[1::2], javascript[1::2]):
            expected = "intact: " if "its histories" in case.expected else case.expected
            assert alone[0].startswith(expected), (case.what, expected, alone)
            assert len(set(alone)) == 1, (case.what, alone)
    return checked


def test_every_fault_at_every_position_of_a_small_export_is_found(check):
    records = make_records(SMALL)
    export = make_export(SIGNER, records)
    cases = list(small_cases(SIGNER, records, export, random.Random(1)))
    assert len(cases) > 800
    check(export, cases)


def large_cases(export, dice):
    """A fault of each kind at random positions. Forks are found by a head that was kept soon after;
    the first and the last positions are among them."""
    for number in range(FAULTS):
        k = {0: 1, 1: LARGE, 2: LARGE - 1}.get(number, dice.randrange(1, LARGE + 1))
        kinds = [change, drop, insert, swap, truncate, fork]
        yield dice.choice(list(kinds[number % len(kinds)](export, LARGE, k, dice))
                          or list(drop(export, LARGE, k, dice)))


def fork(export, n, k, dice):
    """Record k and some behind it are others, with all hashes made anew; one of them was kept."""
    length = min(n - k + 1, dice.randrange(1, 20))
    prevhash, lines = json.loads(export[k - 1])["prevhash"], []
    for sequence in range(k, k + length):
        lines.append(make_record(sequence, prevhash, dice, strange=False))
        prevhash = link(lines[-1])
    kept = k + length - 1
    head = SIGNER.note(kept, bytes(32), link(export[kept - 1]))
    yield Case(f"fork at {k}, {kept} kept", kept, [*lines, head_line(SIGNER.note(kept, bytes(32), prevhash))],
               k - 1, None, heads=[head])


def test_a_thousand_faults_at_random_positions_of_a_large_export_are_found(check):
    records = make_records(LARGE, strange=False)
    export = make_export(SIGNER, records)
    cases = [*large_cases(export, random.Random(2)),
             Case("intact", None, [export[-1]], LARGE, verdict=f"intact: records 1 to {LARGE} ")]
    check(export, cases)


def run_all(commands, *words):
    """The exit code and what is printed, which are the same for all of them."""
    done = {language: subprocess.run(
        [*command, *map(str, words)], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "clients" / "python")})
        for language, command in commands.items()}
    results = {(each.returncode, each.stdout) for each in done.values()}
    assert len(results) == 1, {language: (each.returncode, each.stdout, each.stderr)
                               for language, each in done.items()}
    return results.pop()


def test_the_commands_print_the_verdict_and_exit_with_it(commands, tmp_path):
    records = make_records(SMALL)
    export = make_export(SIGNER, records)
    file, head, lost = tmp_path / "export.ndjson", tmp_path / "head-5", tmp_path / "lost"
    head.write_text(note_of(SIGNER, records[:5]))
    file.write_bytes(b"\n".join(export))  # the last line feed may be missing
    words = (file, "--key", SIGNER.verifier_key)
    intact = f"intact: records 1 to {SMALL} of organization {ORGANIZATION}\n"
    assert run_all(commands, *words) == (0, intact)
    assert run_all(commands, *words, "--head", head, "--head", head) == (0, intact)
    assert run_all(commands, *words, "--key", Signer("second").verifier_key) == (0, intact)

    file.write_bytes(b"\n".join([*export[:3], export[4], *export[4:]]) + b"\n")
    assert run_all(commands, *words) == (1, "altered: record 4: record 5 stands in its place\n")
    file.write_bytes(b"\n".join(export[5:]) + b"\n")
    assert run_all(commands, *words)[0] == 1
    part = run_all(commands, *words, "--after", "5", "--head", head)
    assert part == (0, intact.replace("records 1", "records 6"))

    for bad in ([], [file], ["--key", SIGNER.verifier_key], [*words, file], [*words, "--after", "x"],
                [*words, "--after", "-3"], [*words, "--after", 10**15], [*words, "--no-such-option"]):
        assert run_all(commands, *bad) == (2, ""), bad
    strange, long = tmp_path / "strange", tmp_path / "long"
    strange.write_bytes(head.read_bytes() + "— ".encode() + b"\xff AAAAAAAA\n")
    long.write_bytes(head.read_bytes() + "— x AAAAAAAA\n".encode() * 5000)
    upper = SIGNER.verifier_key.split("+")
    upper[1] = upper[1].upper()
    for unknown in ([lost, "--key", SIGNER.verifier_key], [tmp_path, "--key", SIGNER.verifier_key],
                    [*words, "--head", lost], [*words, "--head", file], [file, "--key", "x+00+x"],
                    [*words, "--head", strange], [*words, "--head", long],
                    [file, "--key", "+".join(upper)], [*words, "--after", "5"]):
        for language, command in commands.items():  # the system's words differ
            code, printed = run_all({language: command}, *unknown)
            assert code == 3 and printed.startswith("cannot tell: "), (language, unknown)


def proof_of_last(records):
    """What /api/v1/audit/proof/ answers for the last of these, without what verifiers ignore."""
    path, rest = [], records
    while len(rest) > 1:
        split = 1 << (len(rest) - 1).bit_length() - 1
        path.insert(0, base64_of(root_of(rest[:split])))
        rest = rest[split:]
    return json.dumps({"leaf": base64_of(root_of(records[-1:])), "path": path})


def test_with_a_proof_of_its_beginning_a_part_is_held_against_the_root(commands, tmp_path):
    """Who has the key can sign a head with the right chain and another tree: without the tree of
    the records before, that is not seen."""
    records = make_records(SMALL)
    file, head, proof = tmp_path / "part.ndjson", tmp_path / "head", tmp_path / "proof.json"
    for after in range(1, SMALL):
        rest = [line_of(record) for record in records[after:]]
        words = (file, "--key", SIGNER.verifier_key, "--after", after, "--head", head)
        head.write_text(note_of(SIGNER, records[:after]))
        file.write_bytes(b"\n".join([*rest, head_line(note_of(SIGNER, records))]) + b"\n")
        proof.write_text(proof_of_last(records[:after]))
        intact = f"intact: records {after + 1} to {SMALL} of organization {ORGANIZATION}\n"
        assert run_all(commands, *words, "--proof", proof) == (0, intact)

        other_tree = SIGNER.note(SMALL, bytes(32), link(records[-1]))
        file.write_bytes(b"\n".join([*rest, head_line(other_tree)]) + b"\n")
        assert run_all(commands, *words) == (0, intact)
        assert run_all(commands, *words, "--proof", proof) == (
            1, "altered: head at the end: its root is not that of its records\n")
        if after in (3, 8):
            check_bad_proofs(commands, words, proof, head, records, after)


def shifted(proof):
    """With the first byte of the path at the end of the leaf: together they are the same."""
    given = json.loads(proof)
    leaf, first = base64.b64decode(given["leaf"]), base64.b64decode(given["path"][0])
    return json.dumps({"leaf": base64_of(leaf + first[:1]),
                       "path": [base64_of(first[1:]), *given["path"][1:]]})


def check_bad_proofs(commands, words, proof, head, records, after):
    good = proof.read_text()
    wrong = f"cannot tell: proof {proof}: it does not lead to the root of head {head}\n"
    for bad in (proof_of_last(records[:after - 1]), proof_of_last(records[:after + 1]), "", "[]",
                good.replace("path", "paths"), good.replace('"leaf"', '"life"'), good[:-1],
                json.dumps({"leaf": None, "path": []}), json.dumps({"leaf": "x", "path": "x"}),
                json.dumps(json.loads(good) | {"path": [base64_of(bytes(32))]}), shifted(good),
                json.dumps(json.loads(good) | {"path": {}}), good[:-1] + ',"leaf":""}',
                good[:-1] + ',"x":NaN}', good[:-1] + ',"x":1e999}', good[:-1] + ',"x":"\udcff"}',
                "\ufeff" + good):
        proof.write_bytes(bad.encode("utf-8", "surrogateescape"))
        assert run_all(commands, *words, "--proof", proof) == (3, wrong), bad
    for language, command in commands.items():  # the system's words differ
        code, printed = run_all({language: command}, *words, "--proof", proof.with_name("lost"))
        assert code == 3 and printed.startswith("cannot tell: "), language
    assert run_all(commands, *words[:3], "--proof", proof) == (2, "")


def test_records_of_a_server_are_verified_and_one_that_was_changed_is_found(commands, tmp_path):
    """As `ledger export` prints them, with a head of our own."""
    with Server(tmp_path / "node") as server:
        made = server.start().organization()
        api = server.client(made["token"]["token"])
        for number in range(20):
            id = api.create(title=f"{TITLES[number % len(TITLES)]} {number}")["id"]
            api.patch(f"/appointments/{id}/", {"title": "another"})
        done = run("ledger", "export", "--facts", "--organization", made["id"],
                   "--data-dir", server.data_dir, text=False)
    records = done.stdout.splitlines()
    assert done.returncode == 0 and len(records) == 41
    signer = Signer("operator", f"{HOST}/organizations/{made['id']}")
    head = signer.note(len(records), root_of(records), link(records[-1]), made["id"])
    file = tmp_path / "export.ndjson"
    words = (file, "--key", signer.verifier_key)
    file.write_bytes(b"\n".join([*records, head_line(head)]))
    assert run_all(commands, *words) == (
        0, f"intact: records 1 to 41 of organization {made['id']}\n")
    dice = random.Random(4)
    for number in range(0, len(records), 8):
        damaged = [*records, head_line(head)]
        damaged[number] = changed(damaged[number], dice)
        file.write_bytes(b"\n".join(damaged))
        code, printed = run_all(commands, *words)
        assert code == 1 and printed.startswith(f"altered: record {number + 1}: "), printed


def test_long_lines_are_read_up_to_their_limit(commands, tmp_path):
    """Of any length up to 8 MiB, wherever they fall in what is read at once."""
    dice, records = random.Random(3), []
    for size in (4 << 20, 1, 1 << 20, (1 << 20) - 1, 600, 3 << 19, LONGEST, 100):
        prevhash = link(records[-1]) if records else ZEROS
        record = make_record(len(records) + 1, prevhash, dice, strange=False)
        padding = b"x" * max(0, size - len(record) - 7)
        records.append(record[:-1] + b',"x":"' + padding + b'"}')
    assert len(records[6]) == LONGEST
    file = tmp_path / "export.ndjson"
    words = (file, "--key", SIGNER.verifier_key)
    file.write_bytes(b"\n".join(make_export(SIGNER, records)) + b"\n")
    assert run_all(commands, *words)[0] == 0
    records[6] = records[6][:-1] + b" }"
    file.write_bytes(b"\n".join(make_export(SIGNER, records)) + b"\n")
    assert run_all(commands, *words) == (1, "altered: record 7: it is no record\n")
    *lines, last = make_export(SIGNER, records[:6])
    file.write_bytes(b"\n".join([*lines, last + b" " * LONGEST, b'{"more":1}', b""]))
    assert run_all(commands, *words) == (1, "altered: head at the end: it is no JSON\n")
    file.write_bytes(b"x" * (30 << 20))
    assert run_all(commands, *words) == (1, "altered: record 1: it is no record\n")


def code_of(file):
    """Without empty lines and comments."""
    lines = [line.strip() for line in file.read_text().splitlines()]
    return [line for line in lines if line and not line.startswith(("//", "/*", "*", "#"))]


def test_an_export_is_verified_by_less_than_200_lines_alone(node, tmp_path):
    """verifier.py, and audit.js with bytes.js, which has what Python's own library has."""
    python, javascript, lines = tmp_path / "verifier.py", tmp_path / "audit.js", tmp_path / "bytes.js"
    for file, folder in ((python, "python/consularia_audit"), (javascript, "javascript/src"),
                         (lines, "javascript/src")):
        file.write_bytes((ROOT / "clients" / folder / file.name).read_bytes())
    assert len(python.read_text().splitlines()) < 200
    assert len(javascript.read_text().splitlines()) < 200
    assert len(code_of(javascript)) + len(code_of(lines)) < 200
    (tmp_path / "package.json").write_text('{"type": "module"}')

    records = make_records(SMALL)
    (tmp_path / "export").write_bytes(b"\n".join(make_export(SIGNER, records)))
    (tmp_path / "head").write_text(note_of(SIGNER, records[:5]))
    commands = {
        "python": [sys.executable, "-c", """if True:
            import sys, verifier
            keys = verifier.read_keys(sys.argv[1:])
            head = verifier.open_head(open("head").read(), keys, "kept")
            print(verifier.verify("export", verifier.Verifier(keys, [head])))"""],
        "javascript": [node, "--input-type=module", "-e", """
            import { readFileSync } from 'node:fs'
            import { Verifier, openHead, readKeys, verify } from './audit.js'
            const keys = await readKeys(process.argv.slice(1))
            const head = await openHead(readFileSync('head', 'utf8'), keys, 'kept')
            const stream = new Blob([readFileSync('export')]).stream()
            console.log(await verify(stream, new Verifier(keys, [head])))"""]}
    for language, command in commands.items():
        done = subprocess.run([*command, SIGNER.verifier_key], cwd=tmp_path, capture_output=True, text=True)
        assert done.stdout == f"records 1 to {SMALL} of organization {ORGANIZATION}\n", (language, done)
