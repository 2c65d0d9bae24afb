"""The access rights of a broker with an authorizer, as it knows them."""
import struct
import typing

from kafka_wire import ask, connected, text

DESCRIBE_GROUPS, DESCRIBE_ACLS, CREATE_ACLS, DELETE_ACLS = 15, 29, 30, 31
TOPIC, GROUP = 2, 3
READ, WRITE, CREATE, DESCRIBE_CONFIGS = 3, 4, 5, 10
ANY, LITERAL, ALLOW = 1, 3, 3


class Right(typing.NamedTuple):
    """One operation on the one resource of this name, from any host."""
    kind: int
    name: str
    operation: int


class Answer:
    """The fields of an answer, one after the other."""

    def __init__(self, body):
        self.body = body
        self.at = 0

    def number(self, layout):
        value, = struct.unpack_from(layout, self.body, self.at)
        self.at += struct.calcsize(layout)
        return value

    def text(self):
        length = max(self.number(">h"), 0)
        self.at += length
        return self.body[self.at - length:self.at].decode()

    def bytes(self):
        self.at += max(self.number(">i"), 0)

    def items(self):
        return range(self.number(">i"))


class Acls:
    """Asks and changes as whoever comes in on this port, who must be a super user."""

    def __init__(self, port):
        self.port = port

    def _ask(self, api, version, body):
        with connected(self.port) as connection:
            return Answer(ask(connection, api, version, body))

    def rights_of(self, user):
        nothing = struct.pack(">h", -1)
        body = (struct.pack(">b", ANY) + nothing + struct.pack(">b", ANY) + text(f"User:{user}")
                + nothing + struct.pack(">bb", ANY, ANY))
        answer = self._ask(DESCRIBE_ACLS, 1, body)
        answer.number(">i")
        assert answer.number(">h") == 0, answer.text()
        answer.text()
        rights = set()
        for _ in answer.items():
            kind, name, pattern = answer.number(">b"), answer.text(), answer.number(">b")
            for _ in answer.items():
                assert (pattern, answer.text(), answer.text()) == (LITERAL, f"User:{user}", "*")
                rights.add(Right(kind, name, answer.number(">b")))
                assert answer.number(">b") == ALLOW
        return rights

    def _change(self, api, user, right):
        body = (struct.pack(">ib", 1, right.kind) + text(right.name) + struct.pack(">b", LITERAL)
                + text(f"User:{user}") + text("*") + struct.pack(">bb", right.operation, ALLOW))
        answer = self._ask(api, 1, body)
        answer.number(">i")
        assert (answer.number(">i"), answer.number(">h")) == (1, 0), answer.text()

    def grant(self, user, right):
        self._change(CREATE_ACLS, user, right)

    def revoke(self, user, right):
        self._change(DELETE_ACLS, user, right)

    def assigned_members(self, group):
        """How many members the group has shared its partitions out to."""
        answer = self._ask(DESCRIBE_GROUPS, 0, struct.pack(">i", 1) + text(group))
        assert (answer.number(">i"), answer.number(">h"), answer.text()) == (1, 0, group)
        state, _, _ = answer.text(), answer.text(), answer.text()
        return answer.number(">i") if state == "Stable" else 0
