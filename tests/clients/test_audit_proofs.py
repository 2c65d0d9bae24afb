"""The Python client checks proofs as RFC 9162 says: a published corpus, which the product reads too
(merkle_corpus_test.cpp), and every proof of small trees by the definition of RFC 6962."""
import json

import pytest

from consularia_audit import leaf_hash, verify_consistency, verify_inclusion
from exports import root_of
from server import ROOT

CORPUS = [json.loads(line) for line in
          (ROOT / "tests" / "unit" / "ledger" / "rfc6962_proofs.ndjson").read_text().splitlines()]
LARGEST = 20


@pytest.mark.parametrize("given", CORPUS, ids=lambda given: given["case"])
def test_exactly_the_valid_proofs_of_the_corpus_are_accepted(given):
    read = {name: bytes.fromhex(value) for name, value in given.items()
            if name in ("leaf", "root", "from_root", "to_root")}
    path = [bytes.fromhex(step) for step in given["path"]]
    if given["proof"] == "inclusion":
        valid = verify_inclusion(read["leaf"], given["index"], given["size"], path, read["root"])
    else:
        valid = verify_consistency(given["from"], given["to"], path, read["from_root"],
                                   read["to_root"])
    assert valid == given["valid"]


def split(records):
    """The largest power of two that is smaller than their number."""
    return 1 << (len(records) - 1).bit_length() - 1


def inclusion_path(index, records):
    if len(records) == 1:
        return []
    left, right = records[:split(records)], records[split(records):]
    if index < len(left):
        return [*inclusion_path(index, left), root_of(right)]
    return [*inclusion_path(index - len(left), right), root_of(left)]


def consistency_path(size, records, is_whole=True):
    if size == len(records):
        return [] if is_whole else [root_of(records)]
    left, right = records[:split(records)], records[split(records):]
    if size <= len(left):
        return [*consistency_path(size, left, is_whole), root_of(right)]
    return [*consistency_path(size - len(left), right, False), root_of(left)]


def damaged(path):
    """The same with one hash changed, missing or too many."""
    for at in range(len(path)):
        yield [*path[:at], bytes(32), *path[at + 1:]]
        yield [*path[:at], *path[at + 1:]]
    yield [*path, bytes(32)]


def test_every_proof_of_small_trees_is_accepted_and_no_damaged_one():
    records = [f"record {n}".encode() for n in range(LARGEST)]
    for size in range(1, LARGEST + 1):
        root = root_of(records[:size])
        for index in range(size):
            path, leaf = inclusion_path(index, records[:size]), leaf_hash(records[index])
            assert verify_inclusion(leaf, index, size, path, root)
            assert not verify_inclusion(leaf, index, size, path, bytes(32))
            assert not verify_inclusion(bytes(32), index, size, path, root)
            assert not any(verify_inclusion(leaf, index, size, bad, root) for bad in damaged(path))
        for old in range(1, size + 1):
            path, older = consistency_path(old, records[:size]), root_of(records[:old])
            assert verify_consistency(old, size, path, older, root)
            assert not verify_consistency(old, size, path, bytes(32), root)
            assert not verify_consistency(old, size, path, older, bytes(32))
            assert not any(verify_consistency(old, size, bad, older, root) for bad in damaged(path))
