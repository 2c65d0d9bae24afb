"""The drill of docs/operations.md, in its order: a backup is restored on another machine, and proves to be the ledger."""
import json

from backup import back_up, check
from client import person
from cluster import rows
from guest import Guest, appointment, token_of
from server import run


def heads_of(node):
    done = run("ledger", "head", "--data-dir", node.data_dir)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_backup_brings_the_ledger_its_tokens_and_links_to_another_machine(node, tmp_path):
    api = node.serve()
    link = token_of(appointment(api, "open"))
    kept = tmp_path / "heads.jsonl"
    kept.write_text(heads_of(node))
    for n in range(5):
        api.create(title=f"number {n}", participants=[person("ann")])
    backup = tmp_path / "backup"
    back_up("backup", "--data-dir", node.data_dir, "--to", backup)
    before = rows(api)
    newest = json.loads(heads_of(node))["time"]
    node.stop()

    assert f"newest record of {newest}" in check(backup)
    elsewhere = type(node)(tmp_path / "elsewhere")
    elsewhere.secret = node.secret
    done = run("backup", "restore", "--from", backup, "--data-dir", elsewhere.data_dir)
    assert done.returncode == 0, done.stderr
    with elsewhere:
        assert rows(elsewhere.serve()) == before
        assert Guest(elsewhere.port, link).join().status == 200
        assert elsewhere.admin.get("/organizations/").status == 200
        done = run("ledger", "verify", "--heads", kept, "--data-dir", elsewhere.data_dir)
        assert done.returncode == 0, done.stderr
        assert "1 kept heads are part of their chains" in done.stdout
