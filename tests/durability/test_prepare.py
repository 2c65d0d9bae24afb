"""The read store that a newer version needs is built beside the server of the older one, so that
the newer one serves at once."""
import re

import pytest

from client import person, valid
from previous import previous_binary
from process import Process
from server import binary, run
from test_rebuild import Requests, fill
from test_recovery import everything
from wait import until

SLOWLY = ("--rebuild-bytes-per-s", "100000")
PREPARED = "prepared the read store, which the next start of this version uses\n"


def words(node, *options):
    return ("projections", "prepare", "--data-dir", node.data_dir, *node.words[-2:], *options)


def begun_at(log):
    """How many records were applied, and how many there were, when it began."""
    return tuple(map(int, re.search(r"read store: (\d+) of (\d+) records", log).groups()))


@pytest.fixture
def older(node):
    """A server of the version before, whose rows have another form."""
    node.program = previous_binary()
    api = node.serve()
    fill(api)
    return node, api


def test_a_newer_version_serves_at_once_what_was_prepared_beside_the_older_one(older, tmp_path):
    node, api = older
    with Requests(node.client()) as requests:
        preparing = Process(binary(), *words(node, *SLOWLY), log=tmp_path / "prepare.log")
        written = lambda: sum(file.stat().st_size for file in (node.data_dir / "prepared" / "read").glob("*.log"))
        until(lambda: preparing.check_alive() or written() > 200_000, "a part of it is built")
        preparing.kill()
        done = run(*words(node))
        assert (done.returncode, done.stdout) == (0, PREPARED), done
        applied, total = begun_at(done.stderr)
        assert begun_at(preparing.log())[0] == 0 < applied < total, (applied, total)
        until(lambda before=requests.count: requests.count > before + 5, "requests are answered afterwards")
    done = run(*words(node))
    assert (done.returncode, done.stdout) == (0, PREPARED), done
    assert begun_at(done.stderr)[0] >= total
    before = everything(api)
    node.stop()
    node.program = binary()
    api = node.serve()
    assert everything(api) == before
    assert "the prepared read store is used" in node.log()
    assert "rebuilding" not in node.log() and "applying" not in node.log()
    assert not (node.data_dir / "prepared").exists()
    with Requests(node.client()):
        done = run(*words(node))
        assert (done.returncode, done.stdout) == (0, "there is nothing to prepare: the read store has "
                                                     "this version's form\n"), done
    assert api.post("/appointments/", valid(participants=[person("ann")])).status == 201


def test_the_older_version_starts_again_as_if_nothing_had_been_prepared(older):
    node, api = older
    before = everything(api)
    assert run(*words(node)).stdout == PREPARED
    node.kill()
    api = node.serve()
    assert everything(api) == before
    assert "rebuilding" not in node.log()
    assert (node.data_dir / "prepared" / "read").exists()


def test_there_must_be_a_journal(tmp_path):
    done = run("projections", "prepare", "--data-dir", tmp_path)
    assert done.returncode == 1 and f"there is no journal in {tmp_path}" in done.stderr, done
    assert not list(tmp_path.iterdir())
