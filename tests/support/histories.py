"""Histories and the sparse Merkle tree over them (docs/auditing.md), by definition and without any
cleverness: what the tests hold against the server and its verifiers."""
import base64
import hashlib
import json

NONE = bytes(32)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def key_of(subject):
    return sha256(subject.encode())


def bits_of(key):
    return "".join(f"{byte:08b}" for byte in key)


def histories_of(records):
    """By the bits of the key: key and history."""
    found = {}
    for record in records:
        if isinstance(subject := json.loads(record).get("subject"), str) and subject:
            key = key_of(subject)
            _, before = found.get(bits_of(key), (key, NONE))
            found[bits_of(key)] = (key, sha256(before, sha256(b"\0", record)))
    return found


def below(leaves, prefix):
    return {bits: leaf for bits, leaf in leaves.items() if bits.startswith(prefix)}


def tree_of(leaves, prefix=""):
    if not leaves:
        return NONE
    if len(leaves) == 1:
        [(key, history)] = leaves.values()
        return sha256(b"\2", key, history)
    return sha256(b"\3", *(tree_of(below(leaves, prefix + bit), prefix + bit) for bit in "01"))


def path_of(leaves, key):
    """The siblings from the end of the key's way to the root, and the leaf at the end, if any."""
    path, prefix, bits = [], "", bits_of(key)
    while len(leaves) > 1:
        way, other = (prefix + bit for bit in ("01" if bits[len(prefix)] == "0" else "10"))
        path.insert(0, tree_of(below(leaves, other), other))
        leaves, prefix = below(leaves, way), way
    return path, next(iter(leaves.values()), None)


def text_of(data):
    return base64.b64encode(data).decode()


def last_line(note, records, subject, start=0, consistency=()):
    """Of the proof of a subject: `records` are all of the organization."""
    path, end = path_of(histories_of(records), key_of(subject))
    other = None
    if end and end[0] != key_of(subject):
        other = {"subject": text_of(end[0]), "history": text_of(end[1])}
    return {"head": note, "path": [text_of(step) for step in path], "other": other,
            "consistency": {"from": start, "path": [text_of(step) for step in consistency]}
            if start else None}
