"""Histories: the records about one subject, and the sparse Merkle tree over all subjects of an
organization, whose root a head may have (docs/auditing.md)."""
import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

from consularia_audit.verifier import Head, sha256

LINE = re.compile("histories ([0-9a-f]{64})\n")
NONE = bytes(32)  # the hash of a subtree without leaves, and of a history without records
Leaf = Tuple[bytes, bytes]  # the hash of a subject, and its history


def named_by(head: Head) -> Optional[bytes]:
    """The root of histories, if the head has it."""
    line = LINE.match(head.more)
    return bytes.fromhex(line[1]) if line else None


def history_with(history: bytes, leaf: bytes) -> bytes:
    """With one more record, whose leaf hash this is."""
    return sha256(history, leaf)


def leaf_of(leaf: Leaf) -> bytes:
    return sha256(b"\2", *leaf)


def node_of(left: bytes, right: bytes) -> bytes:
    return sha256(b"\3", left, right)


def bit_of(key: bytes, bit: int) -> int:
    return key[bit // 8] >> (7 - bit % 8) & 1


def tree_of(leaves: Sequence[Leaf], depth: int = 0) -> bytes:
    """The root of a subtree whose leaves are sorted, and share as many bits of their keys."""
    if len(leaves) < 2:
        return leaf_of(leaves[0]) if leaves else NONE
    low, high = 0, len(leaves)
    while low < high:  # the first leaf with a one there
        middle = (low + high) // 2
        if bit_of(leaves[middle][0], depth):
            high = middle
        else:
            low = middle + 1
    return node_of(tree_of(leaves[:low], depth + 1), tree_of(leaves[low:], depth + 1))


class Histories:
    """Of all records that were taken, in their order."""

    def __init__(self) -> None:
        self.of: Dict[bytes, bytes] = {}

    def take(self, subject: Any, leaf: bytes) -> None:
        if isinstance(subject, str) and subject:
            key = sha256(subject.encode())
            self.of[key] = history_with(self.of.get(key, NONE), leaf)

    def root(self) -> bytes:
        return tree_of(sorted(self.of.items()))


def root_of_path(key: bytes, history: bytes, path: Sequence[bytes],
                 other: Optional[Leaf]) -> bytes:
    """The root of a tree in which the subject with this hash has this history, or none: then its
    way ends at the leaf of another subject, or at nothing. Raises ValueError if it cannot."""
    if len(path) > 256:
        raise ValueError("too long")
    node = NONE
    if history != NONE:
        node = leaf_of((key, history))
    elif other:
        same: List[bool] = [bit_of(key, bit) == bit_of(other[0], bit) for bit in range(len(path))]
        if other[0] == key or not all(same):
            raise ValueError("not on the way")
        node = leaf_of(other)
    for depth, sibling in zip(range(len(path) - 1, -1, -1), path):
        node = node_of(sibling, node) if bit_of(key, depth) else node_of(node, sibling)
    return node
