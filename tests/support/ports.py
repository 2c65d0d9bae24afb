"""Ports of 127.0.0.1 for servers of the tests.

All are below those of outgoing connections, of which any could be taken at any time. They come in
blocks, which test runs claim from each other by locks: what runs at the same time does not clash.
"""
import fcntl
import os
import pathlib
import random
import socket
import tempfile

BLOCKS = range(12000, 30000, 100)
BLOCK = 100
CLUSTER = 33  # ports that a cluster of scripts/kafka.sh uses, from its own on

_locks = []  # open as long as this process runs
_mine = []  # of these blocks free_port() takes one port after another


def is_free(port):
    """Nobody listens there. Connections that have ended do not count, as they do not for a server."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def claim_block():
    directory = pathlib.Path(tempfile.gettempdir()) / f"consularia-test-ports-{os.getuid()}"
    directory.mkdir(exist_ok=True)
    for first in random.sample(BLOCKS, len(BLOCKS)):
        lock = open(directory / str(first), "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # another run has it
            lock.close()
            continue
        _locks.append(lock)
        return first
    raise AssertionError("no ports are left")


def free_port():
    if not _mine:
        first = claim_block()
        _mine.extend(range(first, first + BLOCK))
    for _ in _mine:
        port = _mine.pop(0)
        _mine.append(port)
        if is_free(port):
            return port
    raise AssertionError("all ports of this run are in use")


def free_cluster_ports():
    """A port that is free with all that a cluster of scripts/kafka.sh uses above it."""
    while True:
        first = claim_block()
        if all(is_free(first + n) for n in range(CLUSTER)):
            return first
