"""Requests run against a node throughout a rebuild of its read store. None fails, no write is lost, and the rebuilt
rows are, byte for byte, those that were written request by request.

CONSULARIA_REBUILD_EVENTS says how many events there are (tests/README.md); `pytest -s` shows what was seen."""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import threading
import time

from client import person, unique, valid
from flood import flood
from process import Process
from server import Server, binary
from wait import until

EVENTS = int(os.environ.get("CONSULARIA_REBUILD_EVENTS", 2000))
#: No machine builds it at once: few events take seconds, many a minute.
BYTES_PER_S = max(500_000, EVENTS * 16)
WITHIN_S = 120 + EVENTS // 100
CLIENTS = 4
CONNECTIONS = 64
KINDS = ("create", "update", "participant", "retrieve", "list")


class Requests:
    """Clients that write and read without a pause. Every answer must be right; `expected` is what they have written,
    by id, as it was answered last."""

    def __init__(self, node):
        self.node = node
        self.answered = collections.Counter()
        self.slowest_s = collections.Counter()
        self.expected = {}
        self.failures = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(number,)) for number in range(CLIENTS)]

    def _run(self, number):
        try:
            api = self.node.client()
            while not self.over.is_set():
                self._use_one_appointment(api, f"client-{number}")
        except Exception as failure:  # shown by the test
            self.failures.append(repr(failure))

    def _use_one_appointment(self, api, who):
        made = self._ask("create", 201, lambda: api.post(
            "/appointments/", valid(participants=[person(who)]), headers={"Idempotency-Key": unique("key")}))
        path = f"/appointments/{made['id']}/"
        self.expected[made["id"]] = made.body
        self._ask("update", 200, lambda: api.patch(path, {"title": "updated"}))
        one, = made["participants"]
        changed = self._ask("participant", 200,
                            lambda: api.patch(f"{path}participants/{one['id']}/", {"display_name": "Ann"}))
        read = self._ask("retrieve", 200, lambda: api.get(path))
        assert (read["title"], read["participants"]) == ("updated", [changed.json]), read
        self.expected[made["id"]] = read.body
        listed = self._ask("list", 200, lambda: api.get(f"/appointments/?participant_unique_id={who}&page_size=1"))
        assert listed["results"], listed

    def _ask(self, kind, status, request):
        begun = time.monotonic()
        answer = request()
        assert answer.status == status, (kind, answer)
        self.slowest_s[kind] = max(self.slowest_s[kind], time.monotonic() - begun)
        self.answered[kind] += 1
        return answer

    def go_on(self):
        """Every kind of request is answered once more, having begun after this did."""
        goals = {kind: self.answered[kind] + CLIENTS + 1 for kind in KINDS}
        until(lambda: self.failures or all(self.answered[kind] >= goal for kind, goal in goals.items()),
              "requests are answered", 60)
        assert not self.failures, self.failures

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()
        assert not self.failures, self.failures

    def check(self, api):
        """Everything that was written is there."""
        for appointment, body in self.expected.items():
            assert api.get(f"/appointments/{appointment}/").body == body


def fill(node, api):
    """The events of many clients, and among them some of each kind."""
    body = valid(title="number {n}", participants=[person("guest-{n}"), person("ann", "moderator")])
    with Requests(node) as requests, flood(api, CONNECTIONS, "POST", "/api/v1/appointments/", body) as seen:
        until(lambda: requests.failures or api.get("/appointments/?page_size=1").position >= EVENTS,
              f"{EVENTS} events are written", WITHIN_S, every_s=0.2)
    assert set(seen.result["statuses"]) == {"201"}, seen.result
    requests.check(api)


def rebuild_beside(node):
    """Has the running server rebuild its read store; returns the requests that ran throughout."""
    words = ("projections", "rebuild", "--data-dir", node.data_dir)
    with Requests(node) as requests:
        requests.go_on()
        with Process(binary(), *words, log=node.data_dir.with_name("rebuild.log")) as command:
            until(lambda: node.value("consularia_rebuild_applied_records"), "a part of it is built", WITHIN_S)
            while command.alive():
                requests.go_on()
            assert command.exit_code() == 0, command.log()
        assert "the rebuilt read store serves" in node.log()
        requests.go_on()
    return requests


def read_store_of(data_dir):
    found, = (data_dir / name for name in ("read", "read.rebuilt") if (data_dir / name).exists())
    return found


def with_rows_written_by_requests(node, rows):
    """The same ledger and journal with these rows: the facts that they lack are applied as if they had just come."""
    other = Server(node.data_dir.with_name("never-rebuilt"), *node.words[-2:])
    other.data_dir.mkdir()
    for name in ("ledger", "journal", "secrets.toml"):
        shutil.move(node.data_dir / name, other.data_dir / name)
    shutil.move(rows, other.data_dir / "read")
    with other.start():
        assert "rebuilding" not in other.log()
    return other.data_dir / "read"


def test_requests_run_throughout_a_rebuild(node, tmp_path):
    api = node.serve("--rebuild-bytes-per-s", BYTES_PER_S)
    begun = time.monotonic()
    fill(node, api)
    filled = time.monotonic()
    node.stop()
    written = shutil.copytree(node.data_dir / "read", tmp_path / "written")

    api = node.serve("--rebuild-bytes-per-s", BYTES_PER_S)
    rebuilding = time.monotonic()
    requests = rebuild_beside(node)
    rebuilt = time.monotonic()
    requests.check(api)
    node.stop()

    rows = with_rows_written_by_requests(node, written)
    same = subprocess.run([pathlib.Path(binary()).with_name("same_rows"), rows, read_store_of(node.data_dir)],
                          capture_output=True, text=True)
    assert same.returncode == 0, same.stdout + same.stderr
    counts = {name: int(count) for name, count in re.findall(r"(\w+): (\d+)", same.stdout)}
    assert counts["appointments"] >= len(requests.expected)
    slowest = ", ".join(f"{kind} {requests.answered[kind]} (slowest {requests.slowest_s[kind] * 1000:.0f} ms)"
                        for kind in KINDS)
    print(f"\nwritten in {filled - begun:.0f} s, rebuilt in {rebuilt - rebuilding:.0f} s beside {slowest}; "
          f"the same rows: {counts}")
