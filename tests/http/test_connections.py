"""Many connections, few file descriptors, and how serving ends."""
import contextlib
import os
import resource
import signal
import socket

import pytest

from client import Client
from server import Server
from wait import until
from wire import Wire

GET = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"


@pytest.fixture
def start(tmp_path):
    with contextlib.ExitStack() as started:
        yield lambda *options, **how: started.enter_context(
            Server(tmp_path / "node", *options, **how).start())


def descriptors(server):
    return [int(name) for name in os.listdir(f"/proc/{server.process.pid}/fd")]


def ask(server, text=GET, timeout=15):
    with Wire(server.port, timeout) as wire:
        return wire.send(text).read()


@contextlib.contextmanager
def silent(server, count):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 15))
               for _ in range(count)]


def test_silent_connections_take_no_descriptor_from_others(start):
    limit = 256
    server = start(before=["prlimit", f"--nofile={limit}:{limit}", "--"])
    api = Client(server.port, server.organization("Crowded")["token"]["token"])
    assert "--max-connections is " in server.log()
    with silent(server, limit + 50):
        for _ in range(3):
            assert ask(server).status == 200
        assert api.create().status == 201
        # Each of up to four databases may still open its 20 table files and what else it needs.
        assert len(descriptors(server)) < limit - 4 * 20
    assert api.create().status == 201
    assert "file descriptor; 0 could" not in server.log()


def test_the_soft_limit_of_open_files_is_raised(start):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    server = start(before=["prlimit", f"--nofile=100:{hard}", "--"])
    assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE) == (hard, hard)


def test_fewer_connections_may_be_reserved_for(start):
    server = start("--reserved-files", "4000", before=["prlimit", "--nofile=8192:8192", "--"])
    connections = 8192 - 4000 - 4 * (512 + 20)
    assert f"--max-connections is {connections} and not 10000" in server.log()


def test_without_a_descriptor_a_client_gets_503_and_the_log_is_not_flooded(start):
    server = start("--check-bytes-per-s", "0")  # which would open and close files
    used = set(descriptors(server))  # nobody has connected yet
    lowest_free = next(number for number in range(len(used) + 1) if number not in used)
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (lowest_free, hard))
    for _ in range(200):
        answer = ask(server)
        assert (answer.status, answer["detail"]) == (503, "The server has too many clients.")
        assert answer.header("Retry-After") and answer.header("Connection") == "close"
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (hard, hard))
    assert ask(server).status == 200
    logged = "for lack of a file descriptor"
    until(lambda: logged in server.log(), "the log says so")
    assert server.log().count(logged) <= 3, server.log()
    assert "failed" not in server.log()


def test_connections_that_are_refused_are_counted(start):
    server = start("--max-connections", "2", metrics=True)

    def refused(reason):
        return server.value("consularia_refused_connections_total", reason=reason)

    assert refused("limit") == 0
    with Wire(server.port) as one, Wire(server.port) as two:
        for each in (one, two):
            assert each.send(GET).read().status == 200
        assert ask(server).status == 503
        until(lambda: refused("limit") == 1, "it is counted")
    assert refused("address") == refused("descriptor") == refused("failed") == 0


def test_a_crowd_that_stays_makes_nobody_wait_for_a_refusal(start):
    """Some were to make room as silent ones, but their requests came just then."""
    server = start("--max-connections", "24")
    for _ in range(8):
        with contextlib.ExitStack() as crowd:
            for _ in range(300):
                one = crowd.enter_context(socket.create_connection(("127.0.0.1", server.port), 15))
                with contextlib.suppress(OSError):  # refused before
                    one.sendall(GET.encode())
            assert ask(server, timeout=10).status == 503
        until(lambda: ask(server).status == 200, "they are gone")


def test_a_connection_that_says_nothing_takes_next_to_no_memory(start):
    server = start()
    count = 600
    with silent(server, 50), contextlib.ExitStack() as idle:
        for _ in range(50):
            idle.enter_context(Wire(server.port)).send(GET).read()
        before = server.memory("VmRSS")
        with silent(server, count):
            assert ask(server).status == 200  # after these in the queue
            grown = server.memory("VmRSS") - before
    assert grown < 10 * 1024 * count, f"{grown / count:.0f} bytes each"


def test_what_a_connection_may_wait_is_configurable(start):
    server = start("--first-byte-timeout-ms", "300", "--idle-timeout-ms", "86400000")
    with Wire(server.port) as never, Wire(server.port) as idle:
        assert idle.send(GET).read().status == 200
        assert never.closed()
        assert idle.send(GET).read().status == 200


def test_a_node_that_stops_says_so_first_and_serves_on_for_a_while(start):
    server = start("--drain-delay-ms", "1500")
    api = Client(server.port, server.organization("Leaving")["token"]["token"])
    with Wire(server.port) as kept:
        assert kept.send(GET).read().header("Connection") is None
        server.process.signal(signal.SIGTERM)
        until(lambda: server.ready() == 503, "it is not ready")
        answer = Client(server.port).get("/readyz", prefix="")
        assert answer["detail"] == "The server is stopping."
        assert api.create().status == 201
        answer = kept.send(GET).read()
        assert (answer.status, answer.header("Connection")) == (200, "close")
        server.process.check_alive()
    assert server.process.exit_code() == 0
    with pytest.raises(ConnectionRefusedError):
        Wire(server.port)


def test_no_connection_is_lost_when_a_node_stops(start):
    """Every connection is served until the node refuses connections."""
    server = start("--drain-delay-ms", "300")
    server.process.signal(signal.SIGTERM)
    served = 0
    while True:
        try:
            wire = Wire(server.port)
        except ConnectionRefusedError:
            break
        with wire:
            assert wire.send(GET).read().status == 200
            served += 1
    assert served > 0
    assert server.process.exit_code() == 0
