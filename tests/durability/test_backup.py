"""`consularia backup`: a copy beside a running server that a start accepts, that grows with the
ledger, that survives kill -9, and that brings everything back."""
import json
import random
import re
import shutil
import threading

import pytest

from backup import back_up as run_backup, check, verify
from client import person, valid
from guest import Guest, appointment, token_of
from server import run

WRITERS = 4
PER_BACKUP = 25
KILLS = 8


def back_up_words(node, to):
    return "backup", "--data-dir", node.data_dir, "--to", to


def back_up(node, to):
    return run_backup(*back_up_words(node, to))


def restore(backup, node, *more):
    return run("backup", "restore", "--from", backup, "--data-dir", node.data_dir, *more)


def backed_up(node, tmp_path):
    """A stopped node with some data: its backup, and all that could be read of it."""
    fill(node.serve(), 3)
    backup = tmp_path / "backup"
    back_up(node, backup)
    before = everything(node.client())
    node.stop()
    return backup, before


def served(data_dir, like, *options):
    """A server on a directory that was made from another one's."""
    node = type(like)(data_dir)
    node.secret = like.secret
    node.start(*options)
    return node


def everything(api):
    pages = [api.get("/appointments/?page_size=100").body]
    pages += [api.get(f"/appointments/?participant_unique_id=p{n}").body for n in range(5)]
    return pages


def fill(api, count, stem="number"):
    return [api.create(title=f"{stem} {n}", participants=[person(f"p{n}")]).json["id"]
            for n in range(count)]


class Writer(threading.Thread):
    """Creates appointments until it is stopped; keeps the ids of those that were acknowledged."""

    def __init__(self, api):
        super().__init__()
        self.api = api
        self.made = []
        self.ending = threading.Event()

    def run(self):
        while not self.ending.is_set():
            answer = self.api.post("/appointments/", valid())
            if answer.status == 201:
                self.made.append(answer["id"])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.join()


def test_a_backup_under_load_has_all_that_was_acknowledged_and_a_start_accepts_it(node, tmp_path):
    api = node.serve()
    backup = tmp_path / "backup"
    writers = [Writer(api) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(4):
            before = [made for writer in writers for made in list(writer.made)]
            back_up(node, backup)
    finally:
        for writer in writers:
            writer.ending.set()
        for writer in writers:
            writer.join()
    assert before, "nothing was created: nothing was tested"
    assert "every chain intact" in check(backup)
    copy = tmp_path / "copy"
    shutil.copytree(backup, copy)
    with served(copy, node) as restored:
        for made in random.sample(before, min(len(before), 50)):
            assert restored.client().get(f"/appointments/{made}/").status == 200
    back_up(node, backup)
    with served(backup, node) as restored:
        assert everything(restored.client()) == everything(api)
        restored.client().create(title="it accepts writes too")
    node.stop()


def test_a_backup_again_adds_what_is_new(node, tmp_path):
    api = node.serve()
    backup = tmp_path / "backup"
    fill(api, 10)
    assert back_up(node, backup) == (11, 11)
    assert back_up(node, backup) == (11, 0)
    fill(api, 5)
    assert back_up(node, backup) == (16, 5)
    node.stop()
    assert back_up(node, backup) == (16, 0)
    printed = check(backup)
    assert "16 records, 16 facts, 0 void, 1 organizations, every chain intact" in printed
    newest = json.loads(run("ledger", "head", "--data-dir", node.data_dir).stdout)["time"]
    assert f"newest record of {newest}" in printed


def test_a_backup_is_as_private_as_the_data(node, tmp_path):
    node.serve()
    backup = tmp_path / "backup"
    back_up(node, backup)
    assert (backup / "secrets.toml").read_bytes() == node.secrets_file.read_bytes()
    for path in [backup, *backup.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    node.stop()


def test_what_is_no_backup_of_this_ledger_is_refused_and_left_alone(node, tmp_path):
    api = node.serve()
    other = type(node)(tmp_path / "other")
    other.serve()
    backup = tmp_path / "backup"
    back_up(other, backup)
    other.stop()
    fill(api, 1)
    done = run(*back_up_words(node, backup))
    assert done.returncode == 1 and "is a backup of the ledger" in done.stderr, done
    check(backup)
    pictures = tmp_path / "pictures"
    pictures.mkdir(mode=0o755)
    (pictures / "cat.jpg").touch()
    done = run(*back_up_words(node, pictures))
    assert done.returncode == 2 and "neither empty nor a backup" in done.stderr, done
    assert pictures.stat().st_mode & 0o777 == 0o755
    for inside in ("", "ledger", "backup", "new/backup"):
        done = run(*back_up_words(node, node.data_dir / inside))
        assert done.returncode == 2 and "leads into the data directory" in done.stderr, done
    assert not (node.data_dir / "backup").exists() and not (node.data_dir / "new").exists()
    assert verify(tmp_path / "nothing").returncode == 2
    node.stop()


def test_a_named_secrets_file_is_in_the_backup(node, tmp_path):
    node.serve()
    named = tmp_path / "elsewhere.toml"
    node.secrets_file.rename(named)
    backup = tmp_path / "backup"
    done = run(*back_up_words(node, backup))
    assert done.returncode == 2 and "--secrets-file" in done.stderr, done
    done = run(*back_up_words(node, backup), "--secrets-file", named)
    assert done.returncode == 0, done.stderr
    assert (backup / "secrets.toml").read_bytes() == named.read_bytes()
    check(backup)
    node.stop()


def test_a_damaged_byte_is_found_in_any_file(node, tmp_path):
    fill(node.serve(), 30)
    backup = tmp_path / "backup"
    back_up(node, backup)
    fill(node.client(), 30, "later")
    back_up(node, backup)
    node.stop()
    check(backup)
    tried = 0
    for folder, names in [("ledger", ("*.sst", "MANIFEST-*", "*.log")),
                          ("journal", ("*.sst", "MANIFEST-*", "*.log")), (".", ("secrets.toml",))]:
        for path in [path for name in names for path in sorted((backup / folder).glob(name))]:
            sound = path.read_bytes()
            if not sound:
                continue
            damaged = bytearray(sound)
            damaged[len(damaged) // 2] ^= 0x10
            path.write_bytes(damaged)
            done = verify(backup)
            assert done.returncode == 1 and done.stderr.count("\n") == 1, (path, done)
            path.write_bytes(sound)
            tried += 1
    assert tried >= 5, "hardly a file was damaged"
    check(backup)


@pytest.mark.parametrize("first_one", [True, False])
def test_a_backup_that_was_killed_is_the_old_one_or_goes_on(node, tmp_path, killer, first_one):
    api = node.serve()
    old, backup = tmp_path / "old", tmp_path / "backup"
    fill(api, PER_BACKUP)
    known, _ = back_up(node, old)
    fill(api, PER_BACKUP, "more")

    def make_room():
        shutil.rmtree(backup, ignore_errors=True)
        if not first_one:
            shutil.copytree(old, backup)

    make_room()
    words = back_up_words(node, backup)
    steps = killer.count_steps(*words)
    assert steps > 2 * KILLS, "it has hardly a step: nothing is tested"
    for step in sorted(random.sample(range(1, steps + 1), KILLS)):
        make_room()
        killer.kill_at(step, *words)
        if (backup / "ledger").exists():
            done = verify(backup)
            printed = re.search(r"(\d+) records, (\d+) facts, 0 void", done.stdout)
            assert printed and printed[1] == printed[2], (step, done)
            assert first_one or int(printed[1]) >= known, (step, done)
        assert back_up(node, backup)[0] == known + PER_BACKUP, step
        check(backup)
    node.stop()


def test_a_backup_of_other_secrets_that_was_killed_has_the_old_ones_or_the_new(node, tmp_path, killer):
    fill(node.serve(), 1)
    old, backup, others = (tmp_path / name for name in ("old", "backup", "others.toml"))
    back_up(node, old)
    assert run("secrets", "create", others).returncode == 0
    words = *back_up_words(node, backup), "--secrets-file", others
    shutil.copytree(old, backup)
    steps = killer.count_steps(*words)
    found = set()
    for step in range(max(1, steps - 20), steps + 1):  # they are the last that is written
        shutil.rmtree(backup)
        shutil.copytree(old, backup)
        killer.kill_at(step, *words)
        check(backup)
        found.add((backup / "secrets.toml").read_bytes())
    assert found == {others.read_bytes(), node.secrets_file.read_bytes()}


def test_the_drill_brings_back_data_tokens_and_links(node, tmp_path):
    api = node.serve()
    link = token_of(appointment(api, "open"))
    kept = fill(api, 3)
    older, newer = tmp_path / "older", tmp_path / "newer"
    back_up(node, older)
    before = everything(api)
    end, _ = back_up(node, older)
    lost = fill(api, 2, "lost")
    back_up(node, newer)
    done = restore(older, node, "--force")
    assert done.returncode == 1 and "in use" in done.stderr, done
    node.stop()

    # By hand: the journal knows better, and the start says so.
    by_hand = tmp_path / "by-hand"
    shutil.copytree(node.data_dir, by_hand)
    shutil.rmtree(by_hand / "ledger")
    shutil.copytree(older / "ledger", by_hand / "ledger")
    code, said = type(node)(by_hand).launch().exit_code()
    assert code == 1 and f"has read it up to position {end + 2}" in said, said

    done = restore(older, node)
    assert done.returncode == 2 and f"reaches to position {end + 2}" in done.stderr, done
    done = restore(older, node, "--force")
    assert done.returncode == 0, done.stderr
    assert f"ends at position {end}\n" in done.stdout and f"to position {end + 2}\n" in done.stdout
    api = node.serve()
    assert "the data was restored from a backup" in node.log()
    assert everything(api) == before
    for made in lost:
        assert api.get(f"/appointments/{made}/").status == 404
    assert api.get(f"/appointments/{kept[0]}/").status == 200
    assert Guest(node.port, link).client.get(f"/join/{link}", prefix="").status == 200
    assert node.admin.get("/organizations/").status == 200

    # What was replaced is there, and so is the record of that.
    line, = (node.data_dir / "restores.jsonl").read_text().splitlines()
    recorded = json.loads(line)
    assert (recorded["end"], recorded["replaced_end"]) == (end, end + 2)
    assert run("ledger", "verify", "--data-dir",
               node.data_dir / recorded["replaced"]).returncode == 0

    # The history goes on from there: the older backup takes it up, the newer one refuses it.
    fill(api, 3, "after")
    assert back_up(node, older) == (end + 3, 3)
    done = run(*back_up_words(node, newer))
    assert done.returncode == 1 and "another record at position" in done.stderr, done
    node.stop()


def test_a_backup_that_lost_its_end_replaces_nothing(node, tmp_path):
    api = node.serve()
    shorter, backup = tmp_path / "shorter", tmp_path / "backup"
    back_up(node, shorter)
    fill(api, 2)
    back_up(node, backup)
    node.stop()
    shutil.rmtree(backup / "ledger")
    shutil.copytree(shorter / "ledger", backup / "ledger")
    done = verify(backup)
    assert done.returncode == 1 and "records are missing" in done.stderr, done
    before = everything(node.serve())
    node.stop()
    done = restore(backup, node, "--force")
    assert done.returncode == 1 and "ends at position 1 of" in done.stderr, done
    assert everything(node.serve()) == before
    node.stop()


def test_a_lost_machine_is_restored_into_an_empty_directory(node, tmp_path):
    backup, before = backed_up(node, tmp_path)
    shutil.rmtree(node.data_dir)
    done = restore(backup, node)
    assert done.returncode == 0, done.stderr
    assert everything(node.serve()) == before
    node.stop()


def end_of(data_dir):
    done = run("ledger", "verify", "--data-dir", data_dir)
    return int(re.search(r"(\d+) records, ", done.stdout)[1])


def test_a_first_restore_that_was_killed_while_it_copied_is_not_served(node, tmp_path, killer):
    backup, before = backed_up(node, tmp_path)
    words = ("backup", "restore", "--from", backup, "--data-dir", node.data_dir)
    shutil.rmtree(node.data_dir)
    steps = killer.count_steps(*words)
    shutil.rmtree(node.data_dir)
    killer.kill_at(steps // 2, *words)
    assert not (node.data_dir / "ledger").exists(), "it was not killed while it copied"
    code, said = node.launch().exit_code()
    assert code == 1 and "was interrupted" in said, said
    assert restore(backup, node).returncode == 0
    assert everything(node.serve()) == before
    node.stop()


def test_a_restore_that_fails_changes_nothing(node, tmp_path):
    backup, before = backed_up(node, tmp_path)
    (backup / "secrets.toml").write_text("damaged")
    done = restore(backup, node, "--force")
    assert done.returncode != 0, done
    assert not (node.data_dir / "restored").exists()
    assert everything(node.serve()) == before
    node.stop()


def test_a_restore_that_was_killed_is_not_served_and_goes_on(node, tmp_path, killer):
    fill(node.serve(), 3)
    backup, live = tmp_path / "backup", tmp_path / "live"
    back_up(node, backup)
    restored = everything(node.client())
    fill(node.client(), 2, "lost")
    present = everything(node.client())
    node.stop()
    replaced_end = end_of(node.data_dir)
    shutil.copytree(node.data_dir, live)
    words = ("backup", "restore", "--from", backup, "--data-dir", node.data_dir, "--force")
    steps = killer.count_steps(*words)
    exchanging = 0
    # It copies at first, and exchanges names at last.
    for step in [steps // 2, *sorted(random.sample(range(steps - 30, steps), KILLS))]:
        shutil.rmtree(node.data_dir)
        shutil.copytree(live, node.data_dir)
        killer.kill_at(step, *words)
        if (node.data_dir / "restore.unfinished").exists():
            exchanging += 1
            code, said = node.launch().exit_code()
            assert code == 1 and "was interrupted" in said, (step, said)
            assert restore(backup, node, "--force").returncode == 0
            assert run("ledger", "verify", "--data-dir", node.data_dir).returncode == 0, step
            told = json.loads((node.data_dir / "restores.jsonl").read_text().splitlines()[-1])
            assert told["replaced_end"] == replaced_end, (step, told)
            assert (node.data_dir / told["replaced"] / "ledger").exists(), (step, told)
        else:
            assert everything(node.serve()) in (present, restored), step
            node.stop()
    assert exchanging > 0, "no kill came between the first exchange and the last"
    assert everything(node.serve()) in (present, restored)
    node.stop()
