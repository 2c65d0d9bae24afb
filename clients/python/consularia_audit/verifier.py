"""Verifies an export: its chain, tree and signed heads (docs/auditing.md). Needs no other file."""
import base64
import hashlib
import json
import re
from functools import reduce
from typing import Any, Dict, List, Mapping, NamedTuple, Pattern, Sequence, Tuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_LINE, MAX_NOTE = 8 << 20, 64 << 10  # bytes; a record has at most half of a line
NAME, WORDS = r"([^\x00- +\x7f]+)", r"[^\x00-\x1f]+"
KEY = re.compile(rf"{NAME}\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]{{44}})")
SIGNATURE = rf"— {NAME} ([A-Za-z0-9+/]{{10,}}==|[A-Za-z0-9+/]{{7,}}=|[A-Za-z0-9+/]{{8,}})\n"
NOTE = re.compile(rf"(({WORDS})\n(0|[1-9][0-9]{{0,14}})\n([A-Za-z0-9+/]{{43}}=)\n"
                  rf"chain ([0-9a-f]{{64}})\n((?:{WORDS}\n)*))\n((?:{SIGNATURE}){{1,64}})")
ENCODED = re.compile(rb'\{"record_base64url":"([A-Za-z0-9_-]*)"\}')
PLACE = re.compile("/organizations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) "
                   "([1-9][0-9]{0,14}) ([0-9a-f]{64})")
Keys = Mapping[Tuple[str, bytes], Ed25519PublicKey]  # by name and id
Head = NamedTuple("Head", [("label", str), ("origin", str), ("size", int), ("root", bytes),
                           ("chain", str), ("more", str)])  # lines that say more


class Altered(Exception):
    """What is wrong with the export."""


class CannotTell(Exception):
    """Why nothing can be said about it."""


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def groups(form: Pattern[Any], text: Any) -> Sequence[Any]:
    """What a text of this form says. Raises ValueError for others."""
    if not (match := form.fullmatch(text)):
        raise ValueError(text)
    return match.groups()


def decode(text: str, last_digits: bytes = b"+/") -> bytes:
    data = base64.b64decode(text, last_digits, validate=True)
    if base64.b64encode(data, last_digits).decode() != text:  # bits that say nothing are zero
        raise ValueError(text)
    return data


def read_keys(texts: Sequence[str]) -> Keys:
    keys = {}
    for text in texts:
        try:
            name, id, encoded = groups(KEY, text)
            data = decode(encoded)
            if data[0] != 1 or sha256(f"{name}\n".encode(), data).hex()[:8] != id:
                raise ValueError(text)
        except ValueError:
            raise CannotTell(f"{text} is no verifier key") from None
        keys[name, bytes.fromhex(id)] = Ed25519PublicKey.from_public_bytes(data[1:])
    return keys


def open_head(note: str, keys: Keys, label: str) -> Head:
    """Raises Altered for a wrong signature, CannotTell if there is none by one of the keys."""
    try:
        text, origin, size, root, chain, more, signatures, *_ = groups(
            NOTE, note if len(note.encode()) <= MAX_NOTE else "")
        head = Head(label, origin, int(size), decode(root), chain, more)
        lines = [(name, decode(data)) for name, data in re.findall(SIGNATURE, signatures)]
        signed = [(keys[at], data[4:]) for name, data in lines if (at := (name, data[:4])) in keys]
        for key, signature in signed:
            key.verify(signature, text.encode())
    except ValueError:
        raise CannotTell(f"head {label}: it is no signed note of a head") from None
    except InvalidSignature:
        raise Altered(f"head {label}: its signature is wrong") from None
    if not signed:
        raise CannotTell(f"head {label}: it is not signed by any of the keys")
    return head


def read_object(line: bytes) -> Dict[str, Any]:
    """The attributes of a JSON object (RFC 8259), none of them twice. Raises ValueError."""
    pairs = json.loads(line.decode("utf-8"), object_pairs_hook=tuple, parse_int=float)
    json.dumps(pairs, ensure_ascii=False, allow_nan=False).encode()  # no infinity, no surrogates
    if len(line) > MAX_LINE or not isinstance(pairs, tuple) or len(dict(pairs)) != len(pairs):
        raise ValueError("too long, or no object without duplicate attributes")
    return dict(pairs)


def read_record(line: bytes) -> Tuple[bytes, str, int, str, Any]:
    """The record's bytes, its organization, sequence, prevhash and subject. Raises ValueError."""
    if line.startswith(b'{"record_base64url":'):
        encoded, = groups(ENCODED, line)
        line = decode(encoded.decode() + "=" * (-len(encoded) % 4), b"-_")
    event = read_object(line)
    organization, sequence, prevhash = groups(
        PLACE, " ".join(str(event.get(it)) for it in ("source", "sequence", "prevhash")))
    return line, organization, int(sequence), prevhash, event.get("subject")


def root_of(subtrees: Sequence[Tuple[int, bytes]]) -> bytes:
    nodes = [node for _, node in reversed(subtrees)] or [sha256()]
    return reduce(lambda right, left: sha256(b"\1", left, right), nodes)


class Verifier:
    """Takes the lines of an export one after another."""

    def __init__(self, keys: Keys, heads: Sequence[Head] = ()) -> None:
        self.keys, self.heads = keys, sorted(heads, key=lambda head: head.size)
        self.after, self.size, self.chain, self.organization = 0, 0, "0" * 64, ""
        self.subtrees: List[Tuple[int, bytes]] = []  # leaves and roots of complete ones
        self.confirmed, self.knows_tree = 0, True  # the size of the last head that agrees
        self.broken = False  # the last record does not follow the one before it

    def take(self, line: bytes) -> None:
        """A record. Raises Altered if it, or the one before it, is wrong."""
        number = self.size + 1
        try:
            record, organization, sequence, prevhash, subject = read_record(line)
        except (ValueError, RecursionError):
            self.settle("")
            raise Altered(f"record {number}: it is no record") from None
        self.settle(prevhash)
        if sequence != number:
            raise Altered(f"record {number}: record {sequence} stands in its place")
        self.organization = self.organization or organization
        self.broken = prevhash != self.chain
        if not self.broken:
            if organization != self.organization:
                raise Altered(f"record {number}: it is of organization {organization}")
            self.compare_due_heads()
        self.size, self.chain = number, sha256(record).hex()
        self.grow(sha256(b"\0", record), subject)

    def grow(self, node: bytes, subject: Any) -> None:  # FullVerifier needs the subject
        leaves = 1
        while self.subtrees and self.subtrees[-1][0] == leaves:
            node = sha256(b"\1", self.subtrees.pop()[1], node)
            leaves *= 2
        self.subtrees.append((leaves, node))

    def finish(self, line: bytes) -> str:
        """The last line. Returns what is intact."""
        if not line.startswith(b'{"head":'):
            self.take(line)
            self.settle("")
            raise Altered(f"record {self.size + 1}: the export ends before it, without a head")
        try:
            head = open_head(str(read_object(line)["head"]), self.keys, "at the end")
        except (ValueError, RecursionError, CannotTell) as problem:
            told = isinstance(problem, CannotTell)
            raise Altered(problem if told else "head at the end: it is no JSON") from None
        self.settle(head.chain if head.size == self.size else "")
        if head.size < self.size:
            raise Altered(f"record {head.size + 1}: it is behind the head at the end")
        self.heads = sorted([*self.heads, head], key=lambda it: it.size)
        self.compare_due_heads()
        for head in self.heads:
            raise Altered(f"record {self.size + 1}: it is missing, head {head.label} counts "
                          f"{head.size} records")
        return f"records {self.after + 1} to {self.size} of organization {self.organization}"

    def settle(self, next_prevhash: str) -> None:
        """Which of two records is wrong that do not fit together? The next one knows."""
        last = self.size
        if self.broken and next_prevhash == self.chain and last > self.after + 1:
            raise Altered(f"record {last - 1}: it is not the one that record {last} follows")
        if self.broken:
            raise Altered(f"record {last}: it does not follow record {last - 1}")

    def compare_due_heads(self) -> None:
        while self.heads and self.heads[0].size == self.size:
            self.compare(self.heads.pop(0))
            self.confirmed = self.size

    def compare(self, head: Head) -> None:
        if not head.origin.endswith(f"/organizations/{self.organization}"):
            raise Altered(f"head {head.label}: it is of {head.origin}")
        if head.chain != self.chain:
            raise Altered(f"record {self.size}: it is not that of head {head.label}, or "
                          f"another one behind record {self.confirmed} was changed")
        if self.knows_tree and root_of(self.subtrees) != head.root:
            raise Altered(f"head {head.label}: its root is not that of its records")


def verify(export: str, verifier: Verifier) -> str:
    """Verifies a file. Returns what is intact."""
    with open(export, "rb") as file:
        line = file.readline(MAX_LINE + 1)
        while line.endswith(b"\n") and (following := file.readline(MAX_LINE + 1)):
            verifier.take(line.removesuffix(b"\n"))
            line = following
    return verifier.finish(line.removesuffix(b"\n"))
