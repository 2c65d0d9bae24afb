#!/usr/bin/env python3
"""probe.py CLUSTER BROKERS PORT...: exit code 0 if every broker on these ports of 127.0.0.1 serves.

That is: it answers a metadata request with the id CLUSTER (another program's broker may be on that
port), with itself and at least BROKERS brokers in all, and it hands out a producer id, which a broker refuses for a moment after its start. A client in Java would need a
second to begin; these two requests of the Kafka protocol take milliseconds.
"""
import socket
import struct
import sys

METADATA, INIT_PRODUCER_ID = 3, 22
TIMEOUT_S = 2


def read(stream, layout):
    return struct.unpack(layout, stream.read(struct.calcsize(layout)))


def ask(connection, stream, api, version, body):
    """Sends one request and reads up to the answer's body."""
    request = struct.pack(">hhih", api, version, 0, -1) + body
    connection.sendall(struct.pack(">i", len(request)) + request)
    read(stream, ">ii")


def read_text(stream):
    return stream.read(max(read(stream, ">h")[0], 0)).decode()


def read_metadata(stream):
    """Returns the ports of the brokers and the id of their cluster."""
    ports = set()
    for _ in range(read(stream, ">i")[0]):
        read(stream, ">i")
        read_text(stream)
        ports.update(read(stream, ">i"))
        read_text(stream)
    return ports, read_text(stream)


def serves(port, cluster, brokers):
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as connection:
        with connection.makefile("rb") as stream:
            ask(connection, stream, METADATA, 2, struct.pack(">i", 0))
            known, answering = read_metadata(stream)
            if answering != cluster or port not in known or len(known) < brokers:
                return False
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as connection:
        with connection.makefile("rb") as stream:
            ask(connection, stream, INIT_PRODUCER_ID, 0, struct.pack(">hi", -1, 60000))
            _, error = read(stream, ">ih")
            return error == 0


def main():
    cluster, brokers, *ports = sys.argv[1:]
    try:
        return 0 if all(serves(int(port), cluster, int(brokers)) for port in ports) else 1
    except (OSError, struct.error):
        return 1


if __name__ == "__main__":
    sys.exit(main())
