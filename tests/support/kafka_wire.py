"""The few requests of the Kafka protocol that kcat cannot send, or not in the form that Kafka 4
requires."""
import base64
import contextlib
import hashlib
import hmac
import os
import socket
import struct

SASL_HANDSHAKE, SASL_AUTHENTICATE = 17, 36


@contextlib.contextmanager
def connected(port, trust=None):
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        if trust:
            connection = trust.wrap_socket(connection, server_hostname="127.0.0.1")
        with connection:
            yield connection


def ask(connection, api, version, body):
    """Sends one request and returns the answer's body."""
    request = struct.pack(">hhih", api, version, 0, -1) + body
    connection.sendall(struct.pack(">i", len(request)) + request)
    with connection.makefile("rb") as stream:
        length, = struct.unpack(">i", stream.read(4))
        return stream.read(length)[4:]


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def scram_accepts(port, trust, user, password):
    """Does SCRAM-SHA-512 (RFC 5802) over TLS let this user in? librdkafka before 2.6.1 cannot ask."""
    with connected(port, trust) as connection:
        assert ask(connection, SASL_HANDSHAKE, 1, text("SCRAM-SHA-512"))[:2] == b"\0\0"

        def step(message):
            answer = ask(connection, SASL_AUTHENTICATE, 0,
                         struct.pack(">i", len(message)) + message.encode())
            error, reason_length = struct.unpack_from(">hh", answer)
            return None if error else answer[4 + max(reason_length, 0) + 4:].decode()

        first = f"n={user},r={base64.b64encode(os.urandom(18)).decode()}"
        challenge = step(f"n,,{first}")
        parts = dict(part.split("=", 1) for part in challenge.split(","))
        last = f"c=biws,r={parts['r']}"
        salted = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(parts["s"]),
                                     int(parts["i"]))
        key = hmac.digest(salted, b"Client Key", "sha512")
        signature = hmac.digest(hashlib.sha512(key).digest(),
                                f"{first},{challenge},{last}".encode(), "sha512")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature))).decode()
        return step(f"{last},p={proof}") is not None
