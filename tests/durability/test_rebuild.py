"""A read store is built again beside the one that serves: no request fails for it, a kill loses
nothing of what was built, and then it serves instead."""
import math
import re
import shutil
import threading

import pytest

from client import person, valid
from server import run
from test_recovery import everything
from wait import until

OTHER_URL = "https://other.example.org"
BESIDE = ("--rebuild-at-start-ms", "0")
#: A rebuild of the histories here takes long enough to be met midway.
SLOWLY = ("--rebuild-bytes-per-s", "100000")
APPOINTMENTS = 1500
THREADS = 4


def fill(api):
    """More records than one step of a rebuild applies."""
    def create(first):
        for n in range(first, APPOINTMENTS, THREADS):
            made = api.post("/appointments/", valid(title=f"number {n}", participants=[person(f"p{n % 7}")]))
            assert made.status == 201, made

    threads = [threading.Thread(target=create, args=(first,)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert api.get("/appointments/")["count"] == APPOINTMENTS


class Requests(threading.Thread):
    """Creates, changes and reads without a pause until it is stopped; every answer must be right."""

    def __init__(self, api):
        super().__init__()
        self.api, self.over, self.error, self.count = api, threading.Event(), None, 0

    def run(self):
        try:
            while not self.over.is_set():
                self.once()
                self.count += 1
        except BaseException as error:  # noqa: BLE001 — shown by the test
            self.error = error

    def once(self):
        made = self.api.post("/appointments/", valid(participants=[person("during")]))
        assert made.status == 201, made
        path = f"/appointments/{made['id']}/"
        assert self.api.patch(path, {"title": "during"}).status == 200
        read = self.api.get(path)
        assert (read.status, read["title"]) == (200, "during"), read
        assert self.api.get("/appointments/?participant_unique_id=during").status == 200

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()
        if self.error:
            raise self.error
        assert self.count > 0


def link_of(appointment):
    return appointment["participants"][0]["access_link"]


def rebuilding(node):
    return node.value("consularia_rebuild_records") > 0


def has_taken_over(node):
    return "the rebuilt read store serves" in node.log()


@pytest.fixture
def filled(node):
    api = node.serve()
    fill(api)
    return node, api


def test_no_request_fails_while_links_are_made_for_another_url(filled):
    node, api = filled
    made = api.post("/appointments/", valid(participants=[person("ann")]))
    node.stop()
    api = node.serve("--public-url", OTHER_URL, *BESIDE, *SLOWLY)
    path = f"/appointments/{made['id']}/"
    with Requests(node.client()) as requests:
        until(lambda: rebuilding(node), "the read store is being rebuilt")
        assert link_of(api.get(path)) == link_of(made)
        probe = node.probe("/readyz")
        assert probe.status == 200 and b"rebuilding the read store: " in probe.body, probe
        total = node.value("consularia_rebuild_records")
        assert 0 <= node.value("consularia_rebuild_applied_records") <= total >= APPOINTMENTS
        assert_metrics_say_what_readyz_says(node)
        before = requests.count
        until(lambda: has_taken_over(node), "the rebuilt read store serves", 60)
        until(lambda: requests.count > before + 5, "requests are answered afterwards")
        assert link_of(api.get(path)).startswith(OTHER_URL + "/join/")
    until(lambda: not rebuilding(node), "the rebuild is over")
    for name in ("progress_ratio", "records_per_second", "remaining_seconds"):
        assert node.value(f"consularia_rebuild_{name}") == 0
    assert b"rebuilding" not in node.probe("/readyz").body
    until(lambda: not (node.data_dir / "read").exists(), "the replaced read store is removed")
    assert_rows_are_those_of_a_rebuild(node, "--public-url", OTHER_URL)


def assert_metrics_say_what_readyz_says(node):
    said = until(lambda: re.search(r"(\d+) %, (\d+) (?:s|min) left at (\d+)/s", node.probe("/readyz").body.decode()),
                 "the rate is known")
    assert int(said[1]) / 100 <= node.value("consularia_rebuild_progress_ratio") <= 1
    assert node.value("consularia_rebuild_records_per_second") > 0
    assert 0 <= node.value("consularia_rebuild_remaining_seconds") < math.inf


def assert_rows_are_those_of_a_rebuild(node, *options):
    before = everything(node.client())
    node.stop()
    for place in ("read", "read.rebuilt"):
        shutil.rmtree(node.data_dir / place, ignore_errors=True)
    assert everything(node.serve(*options)) == before


def test_a_rebuild_goes_on_where_it_was_when_the_server_was_killed(filled):
    node, api = filled
    node.kill()
    options = ("--public-url", OTHER_URL, *BESIDE)
    node.serve(*options, *SLOWLY)
    applied = until(lambda: node.value("consularia_rebuild_applied_records"), "a part of it is built")
    node.kill()
    api = node.serve(*options, *SLOWLY)
    first = until(lambda: re.search(r"rebuilding the read store: (\d+) %", node.probe("/readyz").body.decode()),
                  "it is rebuilt again")
    assert int(first[1]) >= int(applied * 100 / (APPOINTMENTS + 10)), (first[0], applied)
    before = api.get("/appointments/")
    until(lambda: has_taken_over(node), "the rebuilt read store serves", 60)
    listed = api.get("/appointments/", headers={"If-None-Match": before.etag})
    assert (listed.status, listed.position) == (200, before.position)
    assert link_of(listed["results"][0]).startswith(OTHER_URL)


def test_kills_around_the_takeover_lose_nothing(node):
    api = node.serve()
    made = [api.post("/appointments/", valid(title=f"{n}", participants=[person("ann")])) for n in range(30)]
    for turn in range(12):
        url = f"https://{turn}.example.org"
        node.kill()
        api = node.serve("--public-url", url, *BESIDE)
        if turn % 3 == 1:
            until(lambda: has_taken_over(node), "the rebuilt read store serves")
        elif turn % 3 == 2:
            made.append(api.post("/appointments/", valid(participants=[person("ann")])))
        node.kill()
        api = node.serve("--public-url", url)  # with time to rebuild it before it serves
        assert api.get("/appointments/")["count"] == len(made)
        for one in made[-3:]:
            assert link_of(api.get(f"/appointments/{one['id']}/")).startswith(url)


def test_a_command_has_the_running_server_rebuild_its_read_store(filled):
    node, api = filled
    before = api.get("/appointments/?participant_unique_id=p1").body
    with Requests(node.client()):
        done = run("projections", "rebuild", "--data-dir", node.data_dir)
        assert (done.returncode, done.stdout) == (0, "rebuilt the read store\n"), done
    assert has_taken_over(node)
    assert api.get("/appointments/?participant_unique_id=p1").body == before
    done = run("projections", "rebuild", "--data-dir", node.data_dir)  # and back into the first place
    assert done.returncode == 0, done
    assert (node.data_dir / "read").exists() and not (node.data_dir / "read.rebuilt").exists()
    assert_rows_are_those_of_a_rebuild(node)


def test_the_command_says_that_the_server_has_ended_and_the_next_start_goes_on(filled):
    node, api = filled
    node.stop()
    node.serve(*SLOWLY)
    ended = threading.Thread(target=lambda: (until(lambda: rebuilding(node), "it began"), node.kill()))
    ended.start()
    done = run("projections", "rebuild", "--data-dir", node.data_dir)
    ended.join()
    assert done.returncode == 1 and "the server has ended" in done.stderr, done
    node.serve(*BESIDE)
    until(lambda: has_taken_over(node), "the rebuilt read store serves")


def test_what_else_lies_in_the_other_place_is_not_continued(node):
    api = node.serve()
    made = api.post("/appointments/", valid(participants=[person("ann")]))
    node.stop()
    foreign = node.data_dir.with_name("foreign")
    shutil.copytree(node.data_dir / "read", foreign)  # with the links of another URL
    node.serve("--public-url", OTHER_URL)
    assert (node.data_dir / "read.rebuilt").exists()
    foreign.rename(node.data_dir / "read")
    until(lambda: has_taken_over(node), "the rebuilt read store serves")
    assert link_of(api.get(f"/appointments/{made['id']}/")).startswith(OTHER_URL)
    until(lambda: not (node.data_dir / "read.rebuilt").exists(), "the replaced one is removed")
    junk = node.data_dir.with_name("junk")
    junk.mkdir()
    (junk / "CURRENT").write_text("nothing that a store contains")
    junk.rename(node.data_dir / "read.rebuilt")
    until(lambda: node.log().count("the rebuilt read store serves") == 2, "it serves again")
    assert link_of(api.get(f"/appointments/{made['id']}/")).startswith(OTHER_URL)


def test_where_nothing_was_kept_nothing_is_built(tmp_path):
    done = run("projections", "rebuild", "--data-dir", tmp_path)
    assert done.returncode == 1 and f"neither a ledger nor a journal in {tmp_path}" in done.stderr, done
    assert list(tmp_path.iterdir()) == []
