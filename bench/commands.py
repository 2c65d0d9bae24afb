"""What is measured without a load: commands that work on all data, and memory."""
import shutil
import socket

import machine
import sides
from figures import Figures


def _figures(ended, records):
    return Figures(per_s=records / ended.seconds, peak_mb=ended.peak_mb,
                   cpu_s_per_1000=ended.cpu_seconds * 1000 / records)


def _stopped(shop, size, program):
    """The data directory of a server that has made its journal and its read store."""
    server = shop.fresh_server(size, program)
    server.stop()
    return server.data_dir


def read_store(shop, size, program):
    return _stopped(shop, size, program) / "read"


def rebuild(size):
    def prepare(shop, program):
        directory = _stopped(shop, size, program)
        return lambda _: _figures(
            sides.finish(program, "projections", "rebuild", "--data-dir", directory), size[0])
    return prepare


def bulk(size):
    """RocksDB writes the rows of the read store that `rebuild` makes."""
    def prepare(shop, program):
        store = read_store(shop, size, program)

        def measure(_):
            scratch = shop.scratch()
            done = sides.floor("rocks_floor", "bulk", store, scratch)
            shutil.rmtree(scratch)
            return Figures(per_s=size[0] / done["seconds"])
        return measure
    return prepare


def verify(size):
    def prepare(shop, program):
        directory = shop.data(size).directory
        return lambda _: _figures(
            sides.finish(program, "ledger", "verify", "--data-dir", directory), size[0])
    return prepare


def audit_verify(size):
    def prepare(shop, program):
        export, key = shop.export(size)
        return lambda _: _figures(
            sides.finish(program, "audit", "verify", export, "--key", key), size[0])
    return prepare


def digest(size):
    """What hashes the same export once, as one text: a process that also starts and reads it."""
    def prepare(shop, _):
        export, _ = shop.export(size)
        return lambda _: _figures(
            sides.finish("/usr/bin/openssl", "dgst", "-sha256", export), size[0])
    return prepare


def hashes(size):
    def prepare(shop, _):
        ledger = shop.data(size).directory / "ledger"

        def measure(_):
            done = sides.floor("hash_floor", ledger)
            return Figures(per_s=done["records"] / done["seconds"])
        return measure
    return prepare


def idle_connections(size, count):
    """How much more memory a server has with so many connections, each of which was answered."""
    def prepare(shop, program):
        def measure(_):
            server = shop.fresh_server(size, program)
            token = server.data.tokens[0]
            request = (f"GET /api/v1/appointments/?page_size=1 HTTP/1.1\r\nHost: {server.url[7:]}"
                       f"\r\nAuthorization: Token {token}\r\n\r\n").encode()
            _ask(_connect(server), request)
            before = machine.resident_mb(server.pid)
            connections = [_connect(server) for _ in range(count)]
            for each in connections:
                _ask(each, request)
            return Figures(peak_mb=machine.resident_mb(server.pid) - before)
        return measure
    return prepare


def _connect(server):
    return socket.create_connection(("127.0.0.1", server.port), 30)


def _ask(connection, request):
    connection.sendall(request)
    answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200"), answer
