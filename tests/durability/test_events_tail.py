"""`consularia events tail` prints what happens, beside the server that writes it."""
import json
import shutil

import pytest

from client import person, valid
from process import Process
from server import Server, binary, run

TAIL = ("events", "tail", "--data-dir")


def tail(node, *options):
    done = run(*TAIL, node.data_dir, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def feed(api, after=0):
    return api.get(f"/events/?after={after}").json


def words_of(event, organization=False):
    words = [event[name] for name in ("time", "sequence", "type", "subject", "actor")]
    return " ".join(words + [event["source"].removeprefix("/organizations/")] * organization)


@pytest.fixture
def written(node):
    """A running server with two organizations, of which the first one has four events."""
    api = node.serve()
    made = api.post("/appointments/", valid(participants=[person("ann")]), headers={"Idempotency-Key": "private"})
    assert api.patch(f"/appointments/{made['id']}/", {"title": "Zoë\n"}).status == 200
    other = node.client(node.organization("Other")["token"]["token"])
    assert api.delete(f"/appointments/{made['id']}/").status == 204
    return node, api, other


def test_events_are_lines_in_log_order_and_the_feeds_events_as_json(written):
    node, api, other = written
    mine, others = feed(api), feed(other)
    assert [len(mine), len(others)] == [4, 1]
    in_log_order = [*mine[:3], *others, mine[3]]
    assert tail(node) == [words_of(event, organization=True) for event in in_log_order]
    assert [json.loads(line) for line in tail(node, "--json")] == in_log_order
    only = ("--organization", node.embassy["id"])
    assert tail(node, *only) == [words_of(event) for event in mine]
    assert tail(node, *only, "--after", 2) == [words_of(event) for event in mine[2:]]
    assert tail(node, "--after", 4) == []


def test_what_is_added_is_followed_also_through_the_end_of_the_server(written):
    node, api, _ = written
    words = (binary(), *TAIL, node.data_dir, "--follow", "--json", "--after", 3)
    with Process(*words, talks=True) as following:
        assert json.loads(following.hear()) == feed(api)[3]
        for _ in range(2):
            assert api.post("/appointments/", valid()).status == 201
            assert api.post("/appointments/", valid()).status == 201
            seen = [json.loads(following.hear()) for _ in range(2)]
            assert seen == feed(api, int(seen[0]["sequence"]) - 1)
            node.kill()
            api = node.serve()


def test_another_ledger_is_not_followed(written, tmp_path):
    node, api, _ = written
    with Server(tmp_path / "other") as other:
        other.start().organization()
        for _ in range(9):
            assert other.admin.post("/organizations/", {"name": "Embassy"}).status == 201
    words = (binary(), *TAIL, node.data_dir, "--follow", "--after", 3)
    with Process(*words, log=tmp_path / "tail.log", talks=True) as following:
        assert following.hear() == words_of(feed(api)[3], organization=True)
        node.stop()
        following.pause()
        shutil.move(node.data_dir / "ledger", tmp_path / "ledger")
        shutil.move(other.data_dir / "ledger", node.data_dir / "ledger")
        following.resume()
        assert following.exit_code() == 1
    assert "does not have the records any more" in following.log()


@pytest.mark.parametrize("options", [("--organization", "x"), ("--after", "-1"), ("--ledger", "paper")])
def test_wrong_usage_is_2(tmp_path, options):
    done = run(*TAIL, tmp_path, *options)
    assert (done.returncode, done.stdout) == (2, ""), done
    assert not list(tmp_path.iterdir())
