"""A disk that hangs, one on which a sync fails, and one that is full: every client is answered in
time, /readyz and the log give the reason, and the process can be stopped."""
import concurrent.futures
import shutil
import signal
import subprocess
import time

import pytest

from client import valid
from server import ROOT
from wait import until

COMMAND_DEADLINE_S = 1
DRAIN_TIMEOUT_S = 2
OPTIONS = ("--command-deadline-ms", str(COMMAND_DEADLINE_S * 1000), "--stalled-after-ms", "500",
           "--drain-timeout-ms", str(DRAIN_TIMEOUT_S * 1000))
THREADS = 2
HANGING_READS = 3
READ_OPTIONS = (*OPTIONS, "--threads", str(THREADS), "--max-hanging-reads", str(HANGING_READS))
# Allowed beyond a deadline; BUSY_S is for a busy machine. What hangs does so until it is healed.
SLACK_S = 1
BUSY_S = 8


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    made = tmp_path_factory.mktemp("sick") / "faulty_disk.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", made,
                    ROOT / "tests" / "support" / "faulty_disk.c", "-ldl"], check=True)
    return made


class Disk:
    """The disk under one directory."""

    def __init__(self, directory):
        self.directory = directory

    def flag(self, name):
        return self.directory.with_name(self.directory.name + name)

    def hang(self):
        self.flag(".hang").touch()

    def hang_reads(self):
        self.flag(".hang-reads").touch()

    def fail(self):
        self.flag(".fail").touch()

    def fill(self, flag=".full"):
        self.flag(flag).touch()

    def heal(self):
        for name in (".hang", ".hang-reads", ".fail", ".low", ".full"):
            self.flag(name).unlink(missing_ok=True)


@pytest.fixture
def disk_of(node, library, monkeypatch):
    """disk_of(NAME): the disk under this directory of the node, which is not started yet."""
    made = []

    def disk(name):
        made.append(Disk(node.data_dir / name if name else node.data_dir))
        monkeypatch.setenv("LD_PRELOAD", str(library))
        monkeypatch.setenv("CONSULARIA_SICK_DIRECTORY", str(made[0].directory))
        return made[0]

    yield disk
    for one in made:
        one.heal()


def timed(call):
    begin = time.monotonic()
    return call(), time.monotonic() - begin


def unready(node):
    """The reason; None while the node is ready."""
    answer = node.client().get("/readyz", prefix="")
    return answer["detail"] if answer.status == 503 else None


def is_ready(node):
    return unready(node) is None


def check_refused(answers):
    for answer, seconds in answers:
        assert answer.status == 503, answer
        assert seconds < COMMAND_DEADLINE_S + SLACK_S + BUSY_S, seconds


def test_while_the_disk_hangs_everybody_is_answered_in_time(node, disk_of):
    disk = disk_of(None)
    api = node.serve(*OPTIONS)
    made = api.post("/appointments/", valid())
    disk.hang()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        writes = [pool.submit(timed, lambda: node.client().post("/appointments/", valid()))
                  for _ in range(8)]
        reason = until(lambda: unready(node), "it says that it is not ready")
        assert "has not returned" in reason
        for _ in range(3):
            assert api.get("/healthz", prefix="").status == 200
            assert api.get(f"/appointments/{made['id']}/").body == made.body
        check_refused([write.result(30) for write in writes])
    check_refused([timed(lambda: api.post("/appointments/", valid()))])
    until(lambda: "append: failing: it has not returned" in node.log(), "so does the log")
    disk.heal()
    until(lambda: is_ready(node), "it is ready again")
    assert api.post("/appointments/", valid()).status == 201
    until(lambda: "append: fine again" in node.log(), "and the log says so")


def test_a_process_whose_disk_hangs_ends_within_its_limit_and_has_lost_nothing(node, disk_of):
    disk = disk_of(None)
    api = node.serve(*OPTIONS)
    made = api.post("/appointments/", valid())
    disk.hang()
    check_refused([timed(lambda: api.post("/appointments/", valid()))])
    node.process.signal(signal.SIGTERM)
    code, seconds = timed(lambda: node.process.exit_code())
    assert code == 1
    assert seconds < DRAIN_TIMEOUT_S + SLACK_S + BUSY_S
    assert "not stopped within" in node.log()
    disk.heal()
    api = node.serve(*OPTIONS)
    assert api.get(f"/appointments/{made['id']}/").body == made.body


@pytest.fixture
def cold(node, disk_of):
    """(disk, path): a node that has an appointment, and nothing of it in memory."""
    disk = disk_of("read")
    path = f"/appointments/{node.serve(*READ_OPTIONS).post('/appointments/', valid())['id']}/"
    node.stop()
    node.serve(*READ_OPTIONS)
    disk.hang_reads()
    return disk, path


def test_while_reads_hang_everybody_is_answered_in_time_and_what_needs_no_data_goes_on(node, cold):
    disk, path = cold
    many = 3 * (THREADS + HANGING_READS)
    with concurrent.futures.ThreadPoolExecutor(many) as pool:
        reads = [pool.submit(timed, lambda: node.client().get(path)) for _ in range(many)]
        reason = until(lambda: unready(node), "it says that it is not ready")
        assert "reads: failing" in reason and "not returned" in reason
        check_refused([read.result(30) for read in reads])
    for _ in range(3 * THREADS):
        answer, seconds = timed(lambda: node.client().get("/healthz", prefix=""))
        assert answer.status == 200 and seconds < COMMAND_DEADLINE_S
    check_refused([timed(lambda: node.client().get(path)) for _ in range(3)])
    check_refused([timed(lambda: node.client().post("/appointments/", valid()))])
    until(lambda: "reads: failing" in node.log(), "so does the log")
    assert "given up: a read has not returned" in node.log()
    disk.heal()
    until(lambda: is_ready(node), "it is ready again")
    assert node.client().get(path).status == 200
    assert node.client().post("/appointments/", valid()).status == 201
    until(lambda: "reads: fine again" in node.log(), "and the log says so")


def test_a_process_whose_reads_hang_ends_within_its_limit(node, cold):
    disk, path = cold
    check_refused([timed(lambda: node.client().get(path))])
    node.process.signal(signal.SIGTERM)
    code, seconds = timed(lambda: node.process.exit_code())
    assert code == 1
    assert seconds < DRAIN_TIMEOUT_S + SLACK_S + BUSY_S
    disk.heal()
    assert node.serve(*READ_OPTIONS).get(path).status == 200


def test_a_sync_of_the_ledger_that_failed_once_is_reported_until_the_restart(node, disk_of):
    disk = disk_of("ledger")
    api = node.serve(*OPTIONS)
    made = api.post("/appointments/", valid())
    disk.fail()
    assert api.post("/appointments/", valid()).status == 503
    disk.heal()
    reason, seconds = timed(lambda: until(lambda: unready(node), "it says that it is not ready"))
    assert seconds < 2 + BUSY_S
    assert "partition 0, append: failing" in reason and "writing to the ledger failed" in reason
    until(lambda: "append: failing: writing to the ledger failed" in node.log(), "it is logged")
    assert api.post("/appointments/", valid()).status == 503
    assert api.get(f"/appointments/{made['id']}/").body == made.body
    assert not is_ready(node)
    node.stop()
    api = node.serve(*OPTIONS)
    assert is_ready(node)
    assert api.post("/appointments/", valid()).status == 201


def test_a_read_store_that_is_not_made_durable_is_reported_and_continues_when_it_can_be(
        node, disk_of):
    disk = disk_of("read")
    api = node.serve(*OPTIONS)
    made = api.post("/appointments/", valid())
    disk.fail()
    reason = until(lambda: unready(node), "it says that it is not ready")
    assert "flush: failing" in reason
    assert api.get(f"/appointments/{made['id']}/").body == made.body
    disk.heal()
    body, once = valid(), {"Idempotency-Key": "once"}
    until(lambda: api.post("/appointments/", body, headers=once).status == 201, "it is written to")
    until(lambda: is_ready(node), "it is ready again")
    assert api.get("/appointments/")["count"] == 2
    until(lambda: "flush: fine again" in node.log(), "and the log says so")


NO_RESERVE = ("--min-free-bytes", "0")


def test_a_store_of_webhooks_that_is_not_made_durable_is_named_and_makes_no_node_unready(
        node, disk_of):
    disk = disk_of("webhooks")
    api = node.serve(*OPTIONS, "--webhook-retry-s", "1")
    # Attempts are remembered, also failed ones.
    assert api.post("/webhooks/", {"url": "https://hooks.invalid/"}).status == 201
    assert api.post("/appointments/", valid()).status == 201

    def degraded():
        answer = api.get("/readyz", prefix="")
        assert answer.status == 200, answer
        return " ".join(answer.json.get("degraded", []))

    disk.fail()
    until(lambda: "webhooks: failing" in degraded(), "it is named")
    assert node.value("consularia_node_health", part="webhooks") == 0
    assert api.post("/appointments/", valid()).status == 201
    disk.heal()
    until(lambda: not degraded(), "all is well again")


def test_a_full_disk_is_reported_until_there_is_space(node, disk_of):
    disk = disk_of(None)
    api = node.serve(*OPTIONS, *NO_RESERVE)
    made = api.post("/appointments/", valid())
    disk.fill()
    assert is_ready(node), "it keeps no reserve, and nothing was refused yet"
    assert api.post("/appointments/", valid()).status == 507
    reason, seconds = timed(lambda: until(lambda: unready(node), "it says that it is not ready"))
    assert seconds < 2 + BUSY_S
    assert "storage: failing" in reason and "out of storage" in reason
    assert api.get(f"/appointments/{made['id']}/").body == made.body
    until(lambda: node.log().count("storage: failing") > 1, "it is logged while it lasts", 30)
    assert not is_ready(node)
    disk.heal()
    until(lambda: is_ready(node), "it is ready again, although nobody has written")
    until(lambda: "storage: fine again" in node.log(), "and the log says so")
    assert api.post("/appointments/", valid()).status == 201


def waits_for_storage(node):
    """What it waits for: space for rows, or for any file."""
    reason = unready(node) or ""
    return any(lacking in reason for lacking in (
        "the read store in", "the journal in", "No space left on device"))


@pytest.mark.parametrize("flag, options", [(".low", ()), (".full", NO_RESERVE)])
@pytest.mark.parametrize("change", ["no read store", "no journal", "a damaged read store"])
def test_a_start_waits_for_storage_and_says_so(node, disk_of, flag, options, change):
    disk = disk_of(None)
    made = node.serve(*OPTIONS).post("/appointments/", valid())
    node.stop()
    if change == "a damaged read store":
        for path in (node.data_dir / "read").glob("MANIFEST-*"):
            path.write_bytes(b"damaged")
    else:
        shutil.rmtree(node.data_dir / {"no read store": "read", "no journal": "journal"}[change])
    disk.fill(flag)
    node.launch(*OPTIONS, *options)
    node.await_listening()
    until(lambda: waits_for_storage(node), "it says what it waits for")
    assert node.client().get("/healthz", prefix="").status == 200
    until(lambda: "out of storage" in node.log() or "No space" in node.log(), "so does the log")
    disk.heal()
    node.await_start()
    until(lambda: is_ready(node), "it is ready")
    assert node.client().get(f"/appointments/{made['id']}/").body == made.body


def test_old_rows_serve_while_there_is_no_space_to_rebuild_them(node, disk_of):
    disk = disk_of(None)
    api = node.serve(*OPTIONS)
    made = api.post("/appointments/", valid())
    node.stop()
    disk.fill(".low")
    api = node.serve(*OPTIONS, "--idempotency-ttl-s", "100000")
    until(lambda: "no space to rebuild the read store" in node.log(), "the log says why")
    assert api.get(f"/appointments/{made['id']}/").body == made.body
    disk.heal()
    until(lambda: "the rebuilt read store serves" in node.log(), "it is rebuilt", 30)


def test_a_rebuild_goes_on_after_the_journals_disk_failed(node, disk_of):
    """Its stores are reopened, while the metrics and the log look how far it is."""
    disk = disk_of("journal")
    api = node.serve(*OPTIONS)
    for n in range(1100):
        api.post("/appointments/", valid(title=f"{n}"))
    node.stop()
    api = node.serve(*OPTIONS, "--idempotency-ttl-s", "100000", "--rebuild-at-start-ms", "0",
                     "--rebuild-bytes-per-s", "100000")
    until(lambda: node.value("consularia_rebuild_applied_records"), "it is being rebuilt")
    disk.fail()
    until(lambda: unready(node), "the failure is noticed")
    for _ in range(100):
        node.metrics()
    disk.heal()
    until(lambda: node.metrics() and is_ready(node), "it is ready again")
    until(lambda: "the rebuilt read store serves" in node.log(), "it is rebuilt", 60)


def test_a_start_that_waits_for_storage_ends_at_once_on_sigterm(node, disk_of):
    disk = disk_of(None)
    node.serve(*OPTIONS)
    node.stop()
    shutil.rmtree(node.data_dir / "read")
    disk.fill(".low")
    node.launch(*OPTIONS)
    node.await_listening()
    until(lambda: waits_for_storage(node), "it says what it waits for")
    node.stop()


@pytest.mark.parametrize("stuck, written", [("ledger", False), ("journal", True), ("read", True)])
def test_a_kill_between_two_commits_of_a_batch_leaves_what_agrees_after_the_next_start(
        node, disk_of, stuck, written):
    """Ledger, journal and read store commit one after the other: the kill comes while one of them
    does, so what comes before it has the batch and what comes after it has not."""
    disk = disk_of(stuck)
    api = node.serve(*OPTIONS)
    before = [api.post("/appointments/", valid(title=f"{n}")).status for n in range(3)]
    disk.hang()
    request = dict(json=valid(title="at the kill"), headers={"Idempotency-Key": "at-the-kill"})
    assert api.post("/appointments/", **request).status == 503
    node.kill()
    disk.heal()
    api = node.serve(*OPTIONS)
    assert ("applied 1 records of the journal to the read store" in node.log()) == written
    again = api.post("/appointments/", **request)
    assert (again.status, again.header("Idempotency-Replayed") == "true") == (201, written), again
    assert api.get(f"/appointments/{again['id']}/").body == again.body
    assert api.get("/appointments/")["count"] == len(before) + 1
    assert api.post("/appointments/", valid()).status == 201
