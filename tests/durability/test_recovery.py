"""What a start does with files that are missing, damaged or of another ledger."""
import hashlib
import os
import shutil
import signal

import pytest

from backup import back_up
from client import person, valid
from server import run


def fingerprint_of(directory):
    """Names and bytes of every file, and when each was last written."""
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(directory))] = (content, path.stat().st_mtime_ns)
    return found


def fill(api, count=40):
    """Some history: created, renamed, moved, deleted, people added and removed."""
    for n in range(count):
        made = api.post("/appointments/", valid(title=f"number {n}", participants=[person(f"p{n}")]))
        assert made.status == 201
        path = f"/appointments/{made['id']}/"
        if n % 3 == 0:
            assert api.patch(path, {"title": f"renamed {n}"}).status == 200
        if n % 4 == 0:
            assert api.post(path + "participants/add/", [person(f"late{n}")]).status == 200
        if n % 5 == 0:
            assert api.post(path + "start/").status == 200
        if n % 7 == 0:
            assert api.delete(path).status == 204


def everything(api):
    """All that can be read: every page of the list, and one filter."""
    pages = [api.get("/appointments/?page_size=100").body]
    pages += [api.get(f"/appointments/?participant_unique_id=p{n}").body for n in range(5)]
    return pages


def refused_start(node):
    """Tries to start; returns the complaint, and checks that no file was changed."""
    before = fingerprint_of(node.data_dir)
    done = run("serve", "--data-dir", node.data_dir, "--listen", "127.0.0.1:0", "--log-level", "off")
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "ready" not in done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    assert fingerprint_of(node.data_dir) == before
    return done.stderr


def damage_a_table(directory):
    """Flips a bit in the middle of the largest table file."""
    tables = sorted(directory.glob("*.sst"), key=lambda path: path.stat().st_size)
    assert tables, f"{directory} has no table file to damage"
    content = bytearray(tables[-1].read_bytes())
    content[len(content) // 4] ^= 0x10
    tables[-1].write_bytes(content)


def ledger_wal(node):
    logs = sorted((node.data_dir / "ledger").glob("*.log"), key=lambda path: path.stat().st_size)
    assert logs and logs[-1].stat().st_size > 0, "the ledger has no write-ahead log to damage"
    return logs[-1]


def test_a_read_store_that_was_deleted_is_rebuilt_to_the_same_answers(node):
    api = node.serve()
    fill(api)
    before = everything(api)
    node.stop()
    shutil.rmtree(node.data_dir / "read")
    assert everything(node.serve()) == before


def test_projections_rebuild_leads_to_the_same_answers(node):
    api = node.serve()
    fill(api)
    before = everything(api)
    node.stop()
    done = run("projections", "rebuild", "--data-dir", node.data_dir,
               "--public-url", "https://appointments.example.org")
    assert done.returncode == 0, done.stderr
    assert everything(node.serve()) == before


def test_another_public_url_rebuilds_and_shows_in_links(node):
    api = node.serve()
    made = api.post("/appointments/", valid(participants=[person("ann")]))
    assert made["participants"][0]["access_link"].startswith("https://appointments.example.org/join/")
    node.stop()
    api = node.serve("--public-url", "https://other.example.org")
    again = api.get(f"/appointments/{made['id']}/")
    assert again["participants"][0]["access_link"].startswith("https://other.example.org/join/")


def test_a_damaged_read_store_is_rebuilt(node):
    api = node.serve()
    fill(api)
    before = everything(api)
    node.stop()
    for path in (node.data_dir / "read").glob("MANIFEST-*"):
        path.write_bytes(b"garbage")
    assert everything(node.serve()) == before


def test_a_truncated_ledger_is_refused(node):
    fill(node.serve())
    node.kill()
    wal = ledger_wal(node)
    os.truncate(wal, wal.stat().st_size // 2)
    assert "missing" in refused_start(node)


def test_a_flipped_bit_in_the_ledger_is_refused(node):
    fill(node.serve())
    node.kill()
    wal = ledger_wal(node)
    content = bytearray(wal.read_bytes())
    content[len(content) // 2] ^= 0x10
    wal.write_bytes(content)
    refused_start(node)


def test_a_flipped_bit_in_a_table_of_the_ledger_is_refused(node):
    fill(node.serve())
    node.kill()
    node.serve()  # moves what is in the write-ahead log into a table
    node.kill()
    damage_a_table(node.data_dir / "ledger")
    refused_start(node)
    # Also when the read store is to be rebuilt, or is gone.
    before = fingerprint_of(node.data_dir / "ledger")
    shutil.rmtree(node.data_dir / "read")
    done = run("serve", "--data-dir", node.data_dir, "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    assert fingerprint_of(node.data_dir / "ledger") == before


@pytest.mark.parametrize("store, name", [("read", "the read store"), ("journal", "the journal")])
def test_a_flipped_bit_in_a_table_of_what_was_made_has_it_made_again(node, store, name):
    api = node.serve()
    fill(api)
    before = everything(api)
    node.kill()
    node.serve()
    node.kill()
    damage_a_table(node.data_dir / store)
    assert everything(node.serve()) == before
    assert f"{name} is damaged" in node.log()


def test_missing_secrets_are_not_replaced_where_there_is_data(node):
    fill(node.serve(), count=1)
    node.stop()
    (node.data_dir / "secrets.toml").unlink()
    assert "secrets.toml" in refused_start(node)


@pytest.mark.parametrize("lost", [["journal"], ["read"], ["journal", "read"]], ids="-".join)
def test_what_was_made_from_the_ledger_is_made_again(node, lost):
    api = node.serve()
    fill(api)
    repeated = dict(json=valid(title="once"),
                    headers={"Idempotency-Key": "once"})
    made = api.post("/appointments/", **repeated)
    before = everything(api)
    node.kill()
    for name in lost:
        shutil.rmtree(node.data_dir / name)
    api = node.serve()
    assert everything(api) == before
    again = api.post("/appointments/", **repeated)
    assert again.header("Idempotency-Replayed") == "true" and again.body == made.body
    fill(api)


def test_the_journal_alone_is_a_witness(node):
    fill(node.serve())
    node.kill()
    wal = ledger_wal(node)
    os.truncate(wal, wal.stat().st_size // 2)
    shutil.rmtree(node.data_dir / "read")
    assert "records" in refused_start(node)


def test_verify_reports_a_lost_end_if_there_is_a_witness(node):
    fill(node.serve())
    node.kill()
    wal = ledger_wal(node)
    os.truncate(wal, wal.stat().st_size // 2)
    for command in ("verify", "head"):
        done = run("ledger", command, "--data-dir", node.data_dir)
        assert done.returncode == 1 and "missing" in done.stderr, (done.stdout, done.stderr)
    shutil.rmtree(node.data_dir / "read")
    done = run("ledger", "verify", "--data-dir", node.data_dir)
    assert done.returncode == 1 and "missing" in done.stderr, (done.stdout, done.stderr)
    shutil.rmtree(node.data_dir / "journal")
    done = run("ledger", "verify", "--data-dir", node.data_dir)
    assert done.returncode == 0 and "no journal and no read store" in done.stdout, (done.stdout, done.stderr)


def test_a_deleted_write_ahead_log_is_refused(node):
    fill(node.serve())
    node.kill()
    ledger_wal(node).unlink()
    refused_start(node)


def test_a_deleted_ledger_is_refused(node):
    fill(node.serve())
    node.kill()
    shutil.rmtree(node.data_dir / "ledger")
    refused_start(node)


def test_another_ledgers_files_are_refused(node, tmp_path):
    fill(node.serve())
    node.stop()
    other = type(node)(tmp_path / "other")
    fill(other.serve(), count=60)
    other.stop()
    shutil.rmtree(node.data_dir / "ledger")
    shutil.copytree(other.data_dir / "ledger", node.data_dir / "ledger")
    refused_start(node)


@pytest.mark.parametrize("part", ["journal", "read"])
def test_what_has_read_another_ledger_is_refused_however_little_it_is(node, tmp_path, part):
    fill(node.serve())
    node.stop()
    other = type(node)(tmp_path / "other")
    fill(other.serve(), count=5)
    other.stop()
    shutil.rmtree(node.data_dir / part)
    shutil.copytree(other.data_dir / part, node.data_dir / part)
    assert "this node has read the ledger" in refused_start(node)


def test_the_journal_of_a_history_that_was_given_up_is_refused(node, tmp_path):
    backup, given_up = tmp_path / "backup", tmp_path / "given-up"
    fill(node.serve(), count=3)
    back_up("backup", "--data-dir", node.data_dir, "--to", backup)
    fill(node.client(), count=1)
    node.stop()
    shutil.copytree(node.data_dir / "journal", given_up)
    done = run("backup", "restore", "--from", backup, "--data-dir", node.data_dir, "--force")
    assert done.returncode == 0, done.stderr
    fill(node.serve(), count=9)
    node.stop()
    shutil.rmtree(node.data_dir / "journal")
    given_up.rename(node.data_dir / "journal")
    assert "another record at position" in refused_start(node)


def test_a_torn_tail_that_was_never_acknowledged_does_not_stop_a_start(node):
    api = node.serve()
    fill(api, count=5)
    before = everything(api)
    node.kill()
    wal = ledger_wal(node)
    with open(wal, "ab") as stream:  # the head of a record whose rest never reached the disk
        stream.write(b"\x12\x34\x56\x78\xff\x01\x01" + b"half of a record" + b"\0" * 200)
    api = node.serve()
    assert everything(api) == before
    assert api.post("/appointments/", valid()).status == 201


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(node, number):
    node.serve()
    node.process.signal(number)
    assert node.process.exit_code() == 0
    node.serve()
