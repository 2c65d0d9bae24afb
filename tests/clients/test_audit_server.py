"""What a server gives auditors is verified with all verifiers, and the drill of docs/auditing.md does
what it says."""
import base64
import json
import os
import re
import subprocess
import sys

import pytest

from consularia_audit import Verifier, leaf_hash, open_head, read_keys
from consularia_audit import verify_consistency, verify_inclusion
from server import ROOT, Server, binary, run
from tsa import Tsa
from test_audit import run_all

FACTS = 30


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path / "node") as running:
        yield running.start()


class Auditor:
    """Speaks to the server with curl alone, as docs/auditing.md does."""

    def __init__(self, server, directory):
        self.organization = server.organization()
        self.writer = server.client(self.organization["token"]["token"])
        self.token = server.token(self.organization["id"], "auditor", "audit")
        self.directory, self.url = directory, f"{server.url}/api/v1/audit"
        self.key = json.loads(self.fetch("keys/", "keys.json").read_text())["keys"][-1]["verifier_key"]

    def fetch(self, path, name):
        file = self.directory / name
        subprocess.run(["curl", "-sf", f"{self.url}/{path}", "-o", file,
                        "-H", f"Authorization: Token {self.token}"], check=True)
        return file

    def json(self, path):
        return json.loads(self.fetch(path, "answer.json").read_text())

    def write(self, count):
        for number in range(count):
            self.writer.create(title=f"Hearing {number}: Müller, 東京 \"🛂\"")


@pytest.fixture
def auditor(server, tmp_path):
    made = Auditor(server, tmp_path)
    made.write(FACTS)
    return made


def test_exports_of_a_server_are_intact_and_a_changed_one_is_not(auditor, commands, tmp_path):
    early = auditor.fetch("head/", "early")
    auditor.write(3)
    export, late = auditor.fetch("export/", "export"), auditor.fetch("head/", "late")
    last = FACTS + 5  # the organization, the auditor's token
    words = ("--key", auditor.key, "--head", early)
    intact = f"intact: records 1 to {last} of organization {auditor.organization['id']}\n"
    assert run_all(commands, export, *words, "--head", late) == (0, intact)

    auditor.write(1)
    part = auditor.fetch(f"export/?after={last}", "part")
    assert run_all(commands, part, "--key", auditor.key, "--head", late, "--after", last) == (
        0, intact.replace(f"1 to {last}", f"{last + 1} to {last + 1}"))
    proof = auditor.fetch(f"proof/?sequence={last}&size={last}", "proof")
    assert run_all(commands, part, "--key", auditor.key, "--head", late, "--after", last,
                   "--proof", proof)[0] == 0
    whole = tmp_path / "whole"  # an export that is continued, without the head in the middle
    whole.write_bytes(b"".join(export.read_bytes().splitlines(keepends=True)[:-1])
                      + part.read_bytes())
    assert run_all(commands, whole, *words, "--head", late)[0] == 0

    changed = export.read_bytes().replace(b"Hearing 7:", b"Hearing 8:")
    export.write_bytes(changed)
    code, printed = run_all(commands, export, *words)
    assert code == 1 and re.match("altered: record 10: it is not the one that", printed), printed


def test_a_restored_or_rewritten_ledger_does_not_fit_a_head_that_was_kept(
        server, auditor, commands, tmp_path):
    """The same operator, with the same keys, and another history."""
    other = Auditor(server, tmp_path)
    other.write(FACTS)
    kept = auditor.fetch("head/", "kept")
    code, printed = run_all(commands, other.fetch("export/", "export"), "--key", other.key,
                            "--key", auditor.key, "--head", kept)
    assert (code, printed) == (1, f"altered: head {kept}: it is of 127.0.0.1:{server.port}"
                                  f"/organizations/{auditor.organization['id']}\n")


def test_every_proof_of_a_server_holds(auditor):
    keys = read_keys([auditor.key])
    records = auditor.fetch("export/", "export").read_bytes().splitlines()[:-1]
    roots, growing = {}, Verifier(keys)
    for record in records:
        growing.take(record)
        proof = auditor.json(f"proof/?sequence=1&size={growing.size}")
        roots[growing.size] = open_head(proof["head"], keys, "proof").root
    size = len(records)
    for sequence, record in enumerate(records, 1):
        proof = auditor.json(f"proof/?sequence={sequence}")
        head = open_head(proof["head"], keys, "proof")
        assert (head.size, head.root) == (size, roots[size])
        path = [base64.b64decode(step) for step in proof["path"]]
        assert base64.b64decode(proof["leaf"]) == leaf_hash(record)
        assert verify_inclusion(leaf_hash(record), sequence - 1, size, path, head.root)
        assert not verify_inclusion(leaf_hash(record + b" "), sequence - 1, size, path, head.root)

        steps = auditor.json(f"consistency/?from={sequence}&to={size}")["path"]
        path = [base64.b64decode(step) for step in steps]
        assert verify_consistency(sequence, size, path, roots[sequence], roots[size])
        if sequence < size:
            assert not verify_consistency(sequence, size, path, roots[size], roots[sequence])


def test_a_report_says_who_did_what_and_what_the_verification_found(server, auditor):
    auditor.writer.create(title="<b>a title is in no report</b>")
    server.token(auditor.organization["id"], "<i>a name & more</i>", "read")
    kept, export = auditor.fetch("head/", "kept"), auditor.fetch("export/", "export")
    records = [json.loads(line) for line in export.read_bytes().splitlines()[:-1]]
    last = len(records)

    def report(*options):
        done = run("audit", "report", export, "--key", auditor.key, "--head", kept, *options)
        return done.returncode, done.stdout

    code, page = report()
    assert code == 0
    assert f"intact: records 1 to {last} of organization {auditor.organization['id']}" in page
    assert f"{last} of {last} records are in it." in page
    assert f"<td>1 to {last}</td><td>{records[0]['time']} to {records[-1]['time']}</td>" in page
    assert f"<td>dev.consularia.appointment.scheduled.v1</td><td>{FACTS + 1}</td>" in page
    assert re.search(rf"<td>tokens/[-0-9a-f]+</td><td>[^<]*</td><td>{FACTS + 1}</td>", page)
    assert f"<tr><td>2</td><td>{records[1]['time']}</td><td>token_issued" in page
    assert "(&lt;i>a name &amp; more&lt;/i>)" in page and "<i>" not in page and "a title" not in page

    code, page = report("--from", records[4]["time"], "--to", records[9]["time"])
    assert code == 0 and f"5 of {last} records are in it." in page
    assert report("--from", "yesterday") == (2, "")
    export.write_bytes(export.read_bytes().replace(b"Hearing 7:", b"Hearing 8:"))
    code, page = report()
    assert code == 1 and "altered: record 10: " in page and "is not proven" in page
    export.unlink()
    assert report() == (3, "")


def test_the_drill_of_the_documentation_barks(server, auditor, tmp_path):
    page = (ROOT / "docs" / "auditing.md").read_text()
    script = "set -euo pipefail\n" + "".join(re.findall("^```sh\n(.*?)^```$", page, re.M | re.S))
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "consularia").symlink_to(binary())
    (tools / "python3").symlink_to(sys.executable)
    (tmp_path / "clients").symlink_to(ROOT / "clients")
    with Tsa(tmp_path / "tsa") as tsa:
        done = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True,
            env=os.environ | {"SERVER": server.url, "TOKEN": auditor.token, "TSA": tsa.url,
                              "TSA_CA": str(tsa.ca), "PATH": f"{tools}:{os.environ['PATH']}"})
    assert done.returncode == 0, (done.stdout, done.stderr)
    verdicts = re.findall("^(?:intact|altered|cannot tell): .*$", done.stdout, re.M)
    last = FACTS + 2
    intact = f"intact: records 1 to {last} of organization {auditor.organization['id']}"
    proven = f"^stamp kept-head.tsr: records 1 to {last} existed on 2.*Z$"
    assert re.search(proven, done.stdout, re.M), done.stdout
    assert verdicts == [
        intact, intact,
        "altered: record 3: it is not the one that record 4 follows",
        "altered: record 2: record 3 stands in its place",
        f"altered: record {last}: the export ends before it, without a head",
        f"intact: appointment 01920a3c-0000-7000-8000-000000000abc has no record up to record {last} "
        f"of organization {auditor.organization['id']}",
        intact]
