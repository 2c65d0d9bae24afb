"""The trees that heads are made of: through kill -9, restarts, a lost journal, backups, and beside
the server, from which `consularia audit sign` keeps heads."""
import shutil

import merkle
from backup import back_up
from client import Client, person
from conftest import PUBLIC_URL
from merkle import Head
from server import run

HOST = PUBLIC_URL.removeprefix("https://")


def fill(api, count=20):
    for n in range(count):
        api.create(title=f"number {n}", participants=[person()])


def key_of(api):
    return api.get("/audit/keys/")["keys"][-1]["verifier_key"]


def checked_head(api):
    """The head, which is that of the records."""
    head = Head(api.get("/audit/head/").body.decode(), key_of(api))
    *records, _ = api.get("/audit/export/").body.split(b"\n")[:-1]
    assert head.size == len(records)
    assert head.root == merkle.root([merkle.leaf(record) for record in records])
    return head


def test_a_head_holds_after_kill_9_and_grows_from_there(node):
    api = node.serve()
    for _ in range(3):
        fill(api)
        before = checked_head(api)
        assert before.origin == f"{HOST}/organizations/{node.embassy['id']}"
        node.kill()
        node.start()
        assert checked_head(api).text == before.text
    node.stop()
    node.start()
    assert checked_head(api).text == before.text
    fill(api, 1)
    assert checked_head(api).size == before.size + 1


def test_a_journal_that_was_lost_gets_the_same_tree(node):
    api = node.serve()
    fill(api, 30)
    before = checked_head(api)
    node.stop()
    shutil.rmtree(node.data_dir / "journal")
    node.start()
    assert checked_head(api).text == before.text


def test_a_backup_has_the_tree_and_the_keys(node, tmp_path):
    api = node.serve()
    fill(api)
    backup = tmp_path / "backup"
    back_up("backup", "--data-dir", node.data_dir, "--to", backup)
    fill(api, 5)
    back_up("backup", "--data-dir", node.data_dir, "--to", backup)
    before, key = checked_head(api), key_of(api)
    node.stop()
    restored = type(node)(backup)
    restored.secret = node.secret
    restored.start()
    try:
        assert checked_head(restored.client()).text == before.text
        assert key_of(restored.client()) == key
    finally:
        restored.kill()


def test_another_key_signs_after_a_rotation_and_the_older_one_stays(node):
    api = node.serve()
    fill(api, 3)
    before, old_key = checked_head(api), key_of(api)
    node.stop()
    done = run("secrets", "rotate-audit-key", node.secrets_file)
    assert done.returncode == 0 and "audit key 2 signs from now on" in done.stdout, done
    node.start()
    keys = api.get("/audit/keys/")["keys"]
    assert [key["id"] for key in keys] == [1, 2]
    assert keys[0]["verifier_key"] == old_key
    assert keys[0]["valid_to"] == keys[1]["valid_from"] and keys[1]["valid_to"] is None
    after = checked_head(api)
    assert after.text == before.text
    assert key_of(api) != old_key


def test_a_named_secrets_file_without_a_key_is_left_alone_and_says_what_to_run(node, tmp_path):
    named = tmp_path / "named.toml"
    assert run("secrets", "create", named).returncode == 0
    older = named.read_text().partition("[[audit_keys]]")[0]
    named.write_text(older)
    node.secrets_file = named
    node.words += ["--secrets-file", named]
    api = node.serve()
    for path in ("/audit/head/", "/audit/export/", "/audit/proof/?sequence=1"):
        answer = api.get(path)
        assert answer.status == 409
        assert "consularia secrets rotate-audit-key" in answer["detail"]
    assert api.get("/audit/keys/").json == {"keys": []}
    assert api.get("/audit/consistency/?from=1").status == 200
    assert named.read_text() == older
    node.stop()
    assert run("secrets", "rotate-audit-key", named).returncode == 0
    node.start()
    checked_head(api)


def sign(node, to, *more):
    return run("audit", "sign", "--data-dir", node.data_dir, "--public-url", PUBLIC_URL,
               "--directory", to, *more)


def without_histories(note):
    """The text of a head without the line that only a server knows."""
    lines = note.partition("\n\n")[0].splitlines()
    return "\n".join(line for line in lines if not line.startswith("histories"))


def test_heads_are_kept_beside_a_running_server(node, tmp_path):
    api = node.serve()
    other = node.organization("Other")
    other = Client(node.port, other["token"]["token"])
    fill(api, 5)
    heads = tmp_path / "heads"
    done = sign(node, heads)
    assert done.stdout == f"2 heads are kept in {heads}, 2 of them new\n", done
    for client in (api, other):
        wanted = client.get("/audit/head/")
        organization = wanted.body.decode().splitlines()[0].rpartition("/")[2]
        (kept,) = (heads / organization).iterdir()
        assert kept.name == f"{wanted.position:020}.note"
        assert kept.read_text().partition("\n\n")[0] == without_histories(wanted.body.decode())
        assert kept.stat().st_mode & 0o777 == 0o600
    assert sign(node, heads).stdout.endswith(" 0 of them new\n")
    fill(api, 1)
    assert sign(node, heads).stdout.endswith(" 1 of them new\n")
    names = sorted(file.name for file in (heads / node.embassy["id"]).iterdir())
    assert names == [f"{6:020}.note", f"{7:020}.note"]


def test_a_head_that_another_ledger_contradicts_is_never_replaced(node, tmp_path):
    api = node.serve()
    fill(api, 3)
    heads = tmp_path / "heads"
    assert sign(node, heads).returncode == 0
    (kept,) = (heads / node.embassy["id"]).iterdir()
    note = kept.read_text()
    kept.write_text(note.replace("chain ", "chain f", 1))
    done = sign(node, heads)
    assert done.returncode == 1 and f"The head in {kept} was signed before" in done.stderr
    kept.write_text(note)
    ahead = kept.with_name(f"{9:020}.note")
    ahead.write_text(note)
    done = sign(node, heads)
    assert done.returncode == 1 and f"The head in {ahead} was signed before" in done.stderr


def test_signing_needs_to_know_what_and_where(node, tmp_path):
    node.serve()
    for words, what in [((), "--directory"), (("--directory", tmp_path / "heads"), "--public-url")]:
        done = run("audit", "sign", "--data-dir", node.data_dir, *words)
        assert done.returncode == 2 and what in done.stderr, done
    done = run("audit", "sign", "--data-dir", tmp_path / "nothing", "--directory", tmp_path / "h",
               "--public-url", PUBLIC_URL)
    assert done.returncode == 2 and "nothing" in done.stderr, done
