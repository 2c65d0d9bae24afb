"""Verifies an export: the chain, the tree of RFC 6962, and signed heads (docs/auditing.md)."""
import base64
import hashlib
import json
import math
import re
from typing import Any, Dict, List, Sequence, Tuple

from consularia_audit.heads import (
    Altered, CannotTell, Head, Keys, decode, groups, open_head, read_heads, read_keys)
from consularia_audit.histories import Histories
from consularia_audit.proofs import leaf_hash, node_hash, subtrees_of

MAX_LINE = 8 << 20  # bytes without line feed; a record has at most half of that
ENCODED = re.compile(rb'\{"record_base64url":"([A-Za-z0-9_-]*)"\}')
PLACE = re.compile("/organizations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) "
                   "([1-9][0-9]{0,14}) ([0-9a-f]{64})")


def finite(number: str) -> float:
    if not math.isfinite(value := float(number)):
        raise ValueError(number)
    return value


def read_object(line: bytes) -> Dict[str, Any]:
    """The attributes of a JSON object (RFC 8259), none of them twice. Raises ValueError."""
    text = line.decode("utf-8")
    pairs = json.loads(text, object_pairs_hook=tuple, parse_float=finite, parse_int=finite,
                       parse_constant=finite)
    if re.search(r"\\u[dD][89a-fA-F]", text):
        json.dumps(pairs, ensure_ascii=False).encode()  # fails on a lone surrogate
    if not isinstance(pairs, tuple) or len(dict(pairs)) != len(pairs):
        raise ValueError("no object without duplicate attributes")
    return dict(pairs)


def read_record(line: bytes) -> Tuple[bytes, str, int, str, str]:
    """The record's bytes, its organization, sequence, prevhash and subject. Raises ValueError."""
    if len(line) > MAX_LINE:
        raise ValueError("too long")
    if line.startswith(b'{"record_base64url":'):
        encoded, = groups(ENCODED, line)
        line = base64.urlsafe_b64decode(encoded + b"==")
        if base64.urlsafe_b64encode(line).rstrip(b"=") != encoded:
            raise ValueError("not base64url")
    event = read_object(line)
    organization, sequence, prevhash = groups(
        PLACE, " ".join(str(event.get(it)) for it in ("source", "sequence", "prevhash")))
    subject = event.get("subject")
    about = subject if isinstance(subject, str) else ""
    return line, organization, int(sequence), prevhash, about


def root_of(subtrees: Sequence[Tuple[int, bytes]]) -> bytes:
    root = subtrees[-1][1] if subtrees else hashlib.sha256().digest()
    for _, left in subtrees[-2::-1]:
        root = node_hash(left, root)
    return root


class Verifier:
    def __init__(self, keys: Keys, heads: Sequence[Head] = (), after: int = 0) -> None:
        self.keys, self.heads = keys, sorted(heads, key=lambda head: head.size)
        self.after, self.size, self.chain, self.organization = after, after, "0" * 64, ""
        self.subtrees: List[Tuple[int, bytes]] = []  # leaves and roots of complete ones
        self.knows_tree = not after
        self.histories = Histories()
        self.confirmed = after  # the size of the last head that agrees
        self.broken = False  # the last record does not follow the one before it
        if after:
            if not self.heads or self.heads[0].size != after:
                raise CannotTell(f"the oldest head given must be that of record {after}")
            self.chain, self.organization = self.heads[0].chain, self.heads[0].origin[-36:]

    def go_on_from(self, proof: bytes, label: str) -> None:
        """The tree of the head of `after`, by the proof that its last record is in it."""
        head, root = self.heads[0], b""
        try:
            given = json.loads(proof)
            leaf, *path = [decode(it) for it in [given["leaf"], *given["path"]]]
            self.subtrees, self.knows_tree = subtrees_of(head.size, leaf, path), True
            root = root_of(self.subtrees)
        except (ValueError, TypeError, KeyError):
            pass
        if root != head.root:
            raise CannotTell(f"proof {label}: it does not lead to the root of head {head.label}")

    def take(self, line: bytes) -> None:
        """A record. Raises Altered if it, or the one before it, is wrong."""
        number = self.size + 1
        try:
            record, organization, sequence, prevhash, subject = read_record(line)
        except ValueError:
            self._settle("")
            raise Altered(f"record {number}: it is no record") from None
        self._settle(prevhash)
        if sequence != number:
            raise Altered(f"record {number}: record {sequence} stands in its place")
        self.organization = self.organization or organization
        self.broken = prevhash != self.chain
        if not self.broken:
            if organization != self.organization:
                raise Altered(f"record {number}: it is of organization {organization}")
            self._check_heads()
        self.size, self.chain = number, hashlib.sha256(record).hexdigest()
        leaves, node = 1, leaf_hash(record)
        while self.subtrees and self.subtrees[-1][0] == leaves:
            node = node_hash(self.subtrees.pop()[1], node)
            leaves *= 2
        self.subtrees.append((leaves, node))
        self.histories.take(record, subject)

    def finish(self, line: bytes) -> str:
        """The last line. Returns what is intact."""
        if not line.startswith(b'{"head":'):
            self.take(line)
            self._settle("")
            raise Altered(f"record {self.size + 1}: the export ends before it, without a head")
        try:
            head = open_head(str(read_object(line)["head"]), self.keys, "at the end")
        except (ValueError, CannotTell) as problem:
            told = isinstance(problem, CannotTell)
            raise Altered(problem if told else "head at the end: it is no JSON") from None
        self._settle(head.chain if head.size == self.size else "")
        if head.size < self.size:
            raise Altered(f"record {head.size + 1}: it is behind the head at the end")
        self.heads = sorted([*self.heads, head], key=lambda it: it.size)
        self._check_heads()
        for head in self.heads:
            raise Altered(f"record {self.size + 1}: it is missing, head {head.label} counts "
                          f"{head.size} records")
        return f"records {self.after + 1} to {self.size} of organization {self.organization}"

    def _settle(self, next_prevhash: str) -> None:
        """Which of two records is wrong that do not fit together? The next one knows."""
        last = self.size
        if self.broken and next_prevhash == self.chain and last > self.after + 1:
            raise Altered(f"record {last - 1}: it is not the one that record {last} follows")
        if self.broken:
            raise Altered(f"record {last}: it does not follow record {last - 1}")

    def _check_heads(self) -> None:
        """Those of the present size."""
        while self.heads and self.heads[0].size == self.size:
            head = self.heads.pop(0)
            if not head.origin.endswith(f"/organizations/{self.organization}"):
                raise Altered(f"head {head.label}: it is of {head.origin}")
            if head.chain != self.chain:
                raise Altered(f"record {self.size}: it is not that of head {head.label}, or "
                              f"another one behind record {self.confirmed} was changed")
            if self.knows_tree and root_of(self.subtrees) != head.root:
                raise Altered(f"head {head.label}: its root is not that of its records")
            if not self.after and head.histories not in (None, self.histories.root()):
                raise Altered(f"head {head.label}: its histories are not those of its records")
            self.confirmed = self.size


def verify(export: str, keys: Sequence[str], heads: Sequence[str] = (), after: int = 0,
           proof: str = "") -> str:
    """Verifies a file; `heads` and `proof` are names of files. Returns what is intact."""
    known = read_keys(keys)
    verifier = Verifier(known, read_heads(heads, known), after)
    if proof:
        with open(proof, "rb") as file:
            verifier.go_on_from(file.read(1 << 16), proof)
    with open(export, "rb") as file:
        line = file.readline(MAX_LINE + 1)
        while following := file.readline(MAX_LINE + 1):
            verifier.take(line.removesuffix(b"\n"))
            line = following
    return verifier.finish(line.removesuffix(b"\n"))
