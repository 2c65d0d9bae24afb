"""Checks of the proofs that /api/v1/audit/proof/ and /api/v1/audit/consistency/ give (RFC 9162,
sections 2.1.3 and 2.1.4)."""
from typing import Any, List, Sequence, Tuple

from consularia_audit.verifier import decode, sha256

SIZE = 32  # bytes of a hash


def read_hash(text: Any) -> bytes:
    """From a proof in JSON. Raises ValueError."""
    if not isinstance(text, str) or len(data := decode(text)) != SIZE:
        raise ValueError("no hash")
    return data


def read_path(path: Any) -> List[bytes]:
    """The same for the array that a proof calls path."""
    if not isinstance(path, list):
        raise ValueError("no path")
    return [read_hash(step) for step in path]


def leaf_hash(record: bytes) -> bytes:
    return sha256(b"\0", record)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1", left, right)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes],
                     root: bytes) -> bool:
    """Whether the path leads from the leaf with this index (the sequence - 1) to the root."""
    if not 0 <= index < size or len(leaf) != SIZE:
        return False
    last, result = size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            result = node_hash(step, result)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            result = node_hash(result, step)
        index, last = index >> 1, last >> 1
    return last == 0 and result == root


def subtrees_of(size: int, leaf: bytes, path: Sequence[bytes]) -> List[Tuple[int, bytes]]:
    """The leaves and roots of the complete subtrees of a tree of this size, the largest first, from
    the inclusion path of its last leaf. Raises ValueError if the path has another length."""
    sizes = [1 << bit for bit in range(size.bit_length()) if size >> bit & 1]
    merged = sizes[0].bit_length() - 1 if sizes else 0
    if not sizes or len(path) != merged + len(sizes) - 1:
        raise ValueError(size)
    for sibling in path[:merged]:
        leaf = node_hash(sibling, leaf)
    return [*zip(sizes, [leaf, *path[merged:]])][::-1]


def verify_consistency(old_size: int, new_size: int, path: Sequence[bytes], old_root: bytes,
                       new_root: bytes) -> bool:
    """Whether the records of the old root are the first ones of those of the new root. False for a
    size of 0, whatever the path: an empty tree is the beginning of every tree."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    steps: List[bytes] = [*([old_root] if old_size & (old_size - 1) == 0 else []), *path]
    if not steps:
        return False
    old, new = old_size - 1, new_size - 1
    while old & 1:
        old, new = old >> 1, new >> 1
    old_result = new_result = steps[0]
    for step in steps[1:]:
        if new == 0:
            return False
        if old & 1 or old == new:
            old_result, new_result = node_hash(step, old_result), node_hash(step, new_result)
            while not old & 1 and old:
                old, new = old >> 1, new >> 1
        else:
            new_result = node_hash(new_result, step)
        old, new = old >> 1, new >> 1
    return new == 0 and (old_result, new_result) == (old_root, new_root)
