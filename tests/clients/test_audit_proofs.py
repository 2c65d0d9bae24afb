"""The clients check proofs as RFC 9162 says: a published corpus, which the product reads too
(merkle_corpus_test.cpp), and every proof of small trees by the definition of RFC 6962."""
import json
import subprocess

import pytest

from consularia_audit import leaf_hash, verify_consistency, verify_inclusion
from consularia_audit.proofs import subtrees_of
from consularia_audit.verifier import root_of as root_of_subtrees
from exports import root_of
from server import ROOT

FILE = ROOT / "tests" / "unit" / "ledger" / "rfc6962_proofs.ndjson"
CORPUS = [json.loads(line) for line in FILE.read_text().splitlines()]
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


def judge_in_javascript(node, file):
    script = ROOT / "tests" / "clients" / "proofs.js"
    done = subprocess.run([node, script, file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [line == "true" for line in done.stdout.splitlines()]


def test_javascript_accepts_the_same(node, tmp_path):
    assert judge_in_javascript(node, FILE) == [given["valid"] for given in CORPUS]
    cases, expected = tmp_path / "cases.ndjson", []
    with cases.open("w") as lines:
        for valid, given in small_proofs():
            lines.write(json.dumps(given) + "\n")
            expected.append(valid)
    assert judge_in_javascript(node, cases) == expected and len(expected) > 1000


def small_proofs():
    """Valid ones of small trees and damaged ones, in the form of the corpus."""
    records = [f"record {n}".encode() for n in range(LARGEST)]
    for size in range(1, LARGEST + 1):
        root = root_of(records[:size]).hex()
        for at in range(size):
            leaf, older = leaf_hash(records[at]).hex(), root_of(records[:at + 1]).hex()
            included = inclusion_path(at, records[:size])
            consistent = consistency_path(at + 1, records[:size])
            for proof, path, given in [
                    ("inclusion", included, {"leaf": leaf, "index": at, "size": size, "root": root}),
                    ("consistency", consistent, {"from": at + 1, "to": size, "from_root": older,
                                                 "to_root": root})]:
                for number, steps in enumerate([path, *damaged(path)]):
                    yield number == 0, given | {"proof": proof, "path": [it.hex() for it in steps]}


def test_nothing_is_consistent_with_an_empty_tree(node, tmp_path):
    """It is the beginning of every tree: a proof that begins there proves nothing, and is refused,
    with or without a path. tests/unit/ledger/merkle_test.cpp says the same of the product."""
    empty, root = root_of([]), root_of([b"a", b"b"])
    given = [(2, [], root), (2, [root], root), (0, [], empty)]
    for size, path, newer in given:
        assert not verify_consistency(0, size, path, empty, newer)
    cases = tmp_path / "cases.ndjson"
    cases.write_text("".join(json.dumps({
        "proof": "consistency", "from": 0, "to": size, "from_root": empty.hex(),
        "to_root": newer.hex(), "path": [it.hex() for it in path]}) + "\n"
        for size, path, newer in given))
    assert judge_in_javascript(node, cases) == [False, False, False]


def test_the_proof_of_the_last_record_has_the_whole_tree():
    records = [f"record {n}".encode() for n in range(LARGEST)]
    for size in range(1, LARGEST + 1):
        path, leaf = inclusion_path(size - 1, records[:size]), leaf_hash(records[size - 1])
        subtrees = subtrees_of(size, leaf, path)
        assert sum(leaves for leaves, _ in subtrees) == size
        assert root_of_subtrees(subtrees) == root_of(records[:size])
        for bad in damaged(path):
            if len(bad) == len(path):
                assert root_of_subtrees(subtrees_of(size, leaf, bad)) != root_of(records[:size])
                continue
            with pytest.raises(ValueError):
                subtrees_of(size, leaf, bad)


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
