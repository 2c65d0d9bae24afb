#!/usr/bin/env python3
"""The links between nodes and brokers: a process that relays what passes while a link lets it.

    links.py DESCRIPTOR,... PORT,...

The descriptors are the nodes' network namespaces. On 127.0.0.1 in each of them it listens on the
brokers' ports, and relays to the same ports here. It reads lines `NODE MODE` and answers each with
`done`:

    open      everything passes; what was held back is delivered first
    cut       nothing passes in either direction
    deaf      nothing reaches the node: its requests pass, the answers are held back
    closed    connections are reset, and new ones too
    slow      what reaches the node is late, on each connection by another time
"""

import asyncio
import os
import pathlib
import random
import socket
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import namespaces  # noqa: E402 — found by the line above
from process import Process  # noqa: E402

MOST_DELAY_S = 0.4


class Link:
    """One node's link to the brokers."""

    def __init__(self):
        self.mode = "open"
        self.ends = set()

    def holds(self, to_node):
        return self.mode == "cut" or (self.mode == "deaf" and to_node)

    def set(self, mode):
        self.mode = mode
        for end in list(self.ends):
            if mode == "closed":
                end.transport.abort()
            else:
                end.flush()


class End(asyncio.Protocol):
    """One end of a relayed connection; what it reads goes to the other end."""

    def __init__(self, link, from_broker):
        self.link = link
        self.from_broker = from_broker
        self.other = None
        self.transport = None
        self.held = []
        self.closed = False
        self.delay = random.uniform(0, MOST_DELAY_S)
        self.late = 0  # chunks under way

    def connection_made(self, transport):
        self.transport = transport
        self.link.ends.add(self)

    def data_received(self, data):
        self.held.append(data)
        self.flush()

    def connection_lost(self, _):
        self.closed = True
        self.flush()

    def flush(self):
        if self.other is None or self.link.holds(self.from_broker):
            return
        if self.link.mode == "slow" and self.from_broker or self.late:
            self.late += 1
            asyncio.get_running_loop().call_later(self.delay, self.arrive, self.held, self.closed)
            self.held = []
        else:
            self.deliver(self.held, self.closed)
            self.held = []

    def arrive(self, data, closed):
        self.late -= 1
        if self.link.holds(self.from_broker):
            self.held = data + self.held
        else:
            self.deliver(data, closed)

    def deliver(self, data, closed):
        if data and not self.other.transport.is_closing():
            self.other.transport.write(b"".join(data))
        if closed:
            self.other.transport.close()
            self.link.ends.discard(self)


async def relay(link, accepted, port):
    loop = asyncio.get_running_loop()
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if link.mode == "closed":
        accepted.close()
        return
    broker = End(link, True)
    try:
        await loop.create_connection(lambda: broker, "127.0.0.1", port)
    except OSError:
        accepted.close()  # as if the broker had refused it
        return
    node = End(link, False)
    node.other = broker
    await loop.connect_accepted_socket(lambda: node, accepted)
    broker.other = node
    broker.flush()
    node.flush()


async def serve(link, listener, port):
    loop = asyncio.get_running_loop()
    running = set()
    while True:
        accepted, _ = await loop.sock_accept(listener)
        task = loop.create_task(relay(link, accepted, port))
        running.add(task)
        task.add_done_callback(running.discard)


class Relay:
    """The running relay, as the cluster uses it."""

    def __init__(self, namespaces_of_nodes, ports):
        descriptors = [one.descriptor for one in namespaces_of_nodes]
        words = [",".join(map(str, values)) for values in (descriptors, ports)]
        self.process = Process(sys.executable, __file__, *words, talks=True, pass_fds=descriptors)
        self._await_answer()

    def _await_answer(self):
        answer = self.process.hear()
        assert answer == "done", answer

    def set(self, node, mode):
        self.process.say(f"{node} {mode}")
        self._await_answer()

    def stop(self):
        self.process.kill()


def listen_in(descriptor, port):
    namespaces.enter(descriptor)
    listener = socket.socket()
    namespaces.enter(namespaces.Namespace.home)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    listener.setblocking(False)
    return listener


async def main(descriptors, ports):
    loop = asyncio.get_running_loop()
    links = [Link() for _ in descriptors]
    for link, descriptor in zip(links, descriptors):
        for port in ports:
            loop.create_task(serve(link, listen_in(descriptor, port), port))
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print("done", flush=True)
    while line := await lines.readline():
        node, mode = line.decode().split()
        links[int(node)].set(mode)
        print("done", flush=True)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(*([int(word) for word in words.split(",")] for words in sys.argv[1:3])))
