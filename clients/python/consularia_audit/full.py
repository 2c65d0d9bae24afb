"""Verifies all that a head says of an export, also behind an earlier head (docs/auditing.md)."""
from typing import Any, Sequence

from consularia_audit.histories import Histories, named_by
from consularia_audit.proofs import read_hash, read_path, subtrees_of
from consularia_audit.verifier import (
    Altered, CannotTell, Head, Keys, Verifier, read_object, root_of)


class FullVerifier(Verifier):
    """With the root of histories in heads that name it. An export that begins behind a record is
    compared with the oldest head given, which must count as many."""

    def __init__(self, keys: Keys, heads: Sequence[Head] = (), after: int = 0) -> None:
        super().__init__(keys, heads)
        self.histories = Histories()
        if after:
            if not self.heads or self.heads[0].size != after:
                raise CannotTell(f"the oldest head given must be that of record {after}")
            self.after = self.size = self.confirmed = after
            self.chain, self.organization = self.heads[0].chain, self.heads[0].origin[-36:]
            self.knows_tree = False

    def go_on_from(self, proof: bytes, label: str) -> None:
        """The tree of the head of `after`, by the proof that its last record is in it."""
        head, root = self.heads[0], b""
        try:
            given = read_object(proof)
            leaf, path = read_hash(given["leaf"]), read_path(given["path"])
            self.subtrees, self.knows_tree = subtrees_of(head.size, leaf, path), True
            root = root_of(self.subtrees)
        except (ValueError, KeyError, RecursionError):
            pass
        if root != head.root:
            raise CannotTell(f"proof {label}: it does not lead to the root of head {head.label}")

    def grow(self, node: bytes, subject: Any) -> None:
        super().grow(node, subject)
        self.histories.take(subject, node)

    def compare(self, head: Head) -> None:
        super().compare(head)
        root = None if self.after else named_by(head)
        if root and root != self.histories.root():
            raise Altered(f"head {head.label}: its histories are not those of its records")
