"""While a server starts, it answers health checks; all other requests wait for a moment, then get
503 with the progress of the start."""
import os
import signal
import threading
import time

import pytest

from client import person, valid
from listener import Listener
from ports import free_port
from server import run
from test_recovery import damage_a_table, everything, fill
from wait import until

QUIET_START_S = 2


class Hold:
    """Holds a start where it reads the write-ahead logs of a RocksDB: one of them is a pipe without
    a writer. This changes no data."""

    def __init__(self, directory):
        self.pipe = directory / "999999.log"
        os.mkfifo(self.pipe)

    def is_reached(self):
        try:
            self.writer = os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK)
            return True
        except OSError:  # the server does not read it yet
            return False

    def end(self):
        self.pipe.unlink()
        os.close(self.writer)


def answers(api):
    try:
        return api.get("/healthz", prefix="").status == 200
    except OSError:
        return False


@pytest.fixture
def held(node):
    """A node with one appointment whose next start is held."""
    api = node.serve()
    made = api.post("/appointments/", valid(participants=[person("ann")]))
    node.stop()
    hold = Hold(node.data_dir / "ledger")
    node.launch()
    until(lambda: answers(api), "health is answered")
    until(hold.is_reached, "the start reads the ledger")
    return node, api, made, hold


def test_health_is_answered_while_the_ledger_is_checked_and_nothing_else(held):
    node, api, made, hold = held
    assert answers(api)
    ready = api.get("/readyz", prefix="")
    assert (ready.status, ready.json) == (503, {"detail": "The server is starting: checking the ledger."})
    assert api.get("/schema/").status == 200
    link = made["participants"][0]["access_link"].rpartition("/join/")[2]
    for answer in (api.get("/appointments/"), api.post("/appointments/", valid()),
                   api.get("/appointments/", headers={"Consistency": "any"}),
                   node.client().with_token(node.admin_key).post("/organizations/", {"name": "x"}),
                   api.get(f"/join/{link}", prefix="", headers={"Accept": "application/json"})):
        assert (answer.status, answer.json) == (503, ready.json)
    hold.end()
    node.await_start()
    assert api.get(f"/appointments/{made['id']}/").body == made.body
    assert api.get("/readyz", prefix="").status == 200


def test_a_request_during_a_start_is_answered_when_the_start_is_over(node):
    api = node.serve()
    made = api.post("/appointments/", valid())
    node.stop()
    hold = Hold(node.data_dir / "ledger")
    node.launch("--command-deadline-ms", "600000")
    begin = time.monotonic()
    until(lambda: answers(api), "health is answered")
    found = []
    early = threading.Thread(target=lambda: found.append(api.get(f"/appointments/{made['id']}/")))
    early.start()
    until(hold.is_reached, "the start reads the ledger")
    late = time.monotonic() - begin
    hold.end()
    early.join()
    # 503 is right only on a machine that was too slow to get here in time.
    assert found[0].status == 200 or late > QUIET_START_S / 2, (found, late)


def test_a_stream_during_a_start_is_over_at_once_so_that_its_client_comes_again(held):
    node, api, _, hold = held
    with Listener(api.port, api.token) as stream:
        # A browser gives up for good on any other status.
        assert stream.status == 200
        assert stream.next() is None and stream.retry == 2000
    hold.end()
    node.await_start()
    with Listener(api.port, api.token) as stream:
        assert stream.next().sequence == 1


def test_a_start_that_is_held_ends_at_once_on_sigterm(held):
    node, _, _, hold = held
    node.process.signal(signal.SIGTERM)
    hold.end()
    assert node.process.exit_code() == 0


def test_a_node_that_finds_no_broker_says_so_and_lives(node, tmp_path):
    secrets = tmp_path / "secrets.toml"
    assert run("secrets", "create", secrets).returncode == 0
    node.launch("--ledger", f"kafka:127.0.0.1:{free_port()}", "--secrets-file", secrets)
    api = node.client()
    until(lambda: answers(api), "health is answered")

    def waits():
        ready = api.get("/readyz", prefix="")
        return ready.status == 503 and "waiting for the brokers" in ready["detail"]

    until(waits, "it says that it waits")
    assert answers(api)


def test_a_rebuild_with_the_servers_own_options_is_not_done_twice(node):
    ttl = ("--idempotency-ttl-s", "1000000")
    node.serve(*ttl).post("/appointments/", valid())
    node.stop()
    url = ("--public-url", "https://appointments.example.org")
    done = run("projections", "rebuild", "--data-dir", node.data_dir, *url, *ttl)
    assert done.returncode == 0, done.stderr

    def rebuilds():
        return node.log().count("was made from other options")

    node.serve(*ttl)
    assert rebuilds() == 0
    node.stop()
    node.serve()
    assert rebuilds() == 1


def files(node, store, state):
    found = node.metrics().of("consularia_table_files", store=store, state=state)
    return next(iter(found.values()), None)


# Options for a start that checks nothing before it serves.
UNCHECKED = ("--check-at-start-bytes", "0")


def with_tables(node, count=40):
    """Some history, all of it in tables."""
    fill(node.serve(), count)
    node.kill()
    before = everything(node.serve())  # moves what is in the write-ahead logs into tables
    node.kill()
    return before


def test_damage_of_the_ledger_found_while_serving_ends_writing_and_is_reported(node):
    before = with_tables(node)
    damage_a_table(node.data_dir / "ledger")
    api = node.serve(*UNCHECKED)
    until(lambda: files(node, "ledger", "damaged") == 1, "the damage is found")
    assert files(node, "ledger", "unchecked") is not None
    ready = api.get("/readyz", prefix="")
    assert ready.status == 503 and ".sst is damaged" in ready["detail"]
    assert ready["detail"].startswith("tables: failing for ")
    until(lambda: "tables: failing: the ledger is damaged: " in node.log(), "it is logged")
    assert api.post("/appointments/", valid()).status == 503
    assert everything(api) == before
    node.stop()
    done = run("serve", "--data-dir", node.data_dir, "--listen", "127.0.0.1:0", *UNCHECKED)
    assert done.returncode == 1 and "cannot be read" in done.stderr


def test_damage_of_the_read_store_found_while_serving_is_reported_and_repaired_by_a_start(node):
    before = with_tables(node)
    damage_a_table(node.data_dir / "read")
    api = node.serve(*UNCHECKED)
    until(lambda: files(node, "read", "damaged") == 1, "the damage is found")
    assert api.get("/readyz", prefix="").status == 200
    until(lambda: ".sst is damaged" in node.log(), "it is logged")
    node.stop()
    assert everything(node.serve(*UNCHECKED)) == before


def test_what_was_checked_while_serving_is_known_to_the_next_start(node):
    with_tables(node)
    node.serve(*UNCHECKED)
    for store in ("ledger", "read"):
        until(lambda: files(node, store, "unchecked") == 0, "all is checked")
        assert files(node, store, "damaged") == 0
    node.stop()
    for store in ("ledger", "read"):
        lines = (node.data_dir / f"{store}.checked").read_text().splitlines()
        tables = {path.name for path in (node.data_dir / store).glob("*.sst")}
        assert lines and all(line.startswith("sound ") for line in lines)
        assert {line.split()[1] for line in lines} & tables  # a compaction may have come since
