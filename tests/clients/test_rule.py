"""The clients judge records alike. That Python's judges as the product does is tested in
tests/unit/ledger/events_doc_test.cpp."""
import base64
import json
import random
import subprocess
import sys

import pytest

from consularia_topic import BrokenLog, Head
from consularia_topic.partition import Partition
from consularia_topic.rule import judge
from server import ROOT

GOLDEN = [path.read_bytes().rstrip(b"\n")
          for path in sorted((ROOT / "tests" / "unit" / "ledger" / "golden").glob("*.json"))]
DEEP = 100_000
MEMBERS = [
    "NaN", "-Infinity", "1e999", "-1e999", "1e308", "1e-999", "-0", "01", "1.", ".5", "1E+2", "tru",
    "[1,]", "[]]", "[[[]]]", '{"a":1,"a":2}', '{"source":1}', r'"\ud800"', r'"\udc00\ud800"',
    r'"\ud83d\ude00"', r'"\ud83dx"', r'"\u0000"', r'"\/"', r'"\'"', '"\t"', '"\x7f"', "[\xa0]",
    "[" * DEEP + "]" * DEEP, "[" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "9" * 400, "9" * 5000,
    '"' + "x" * (4 << 20) + '"', '"' + r"\\" * (1 << 20) + '"']
FRAGMENTS = [b'"', b"\\", b",", b"{", b"}", b"[", b"]", b":", b" ", b"0", b"\0", b"\xff",
             b"\xef\xbb\xbf", b'"id":1,', b"\\u0069", b"null"]
MUTATIONS = 3000


def strange_forms(value):
    """What may be a fact in this value's place, or nearly."""
    yield value
    for member in MEMBERS:
        yield value[:-1] + b',"x":' + member.encode() + b"}"
    yield value[:-1] + b',"x":"\xed\xa0\x80"}'  # a surrogate in UTF-8
    yield value[:-1] + b',"\\u0069d":1}'  # a second `id`
    yield value.replace(b'"source"', b'"sourc\\u0065"')
    yield value.replace(b'"sequence":"', b'"sequence":"0')
    yield value.replace(b'"sequence":"', b'"sequence":')
    yield from [
        b"[" + value + b"]", b" \n" + value + b"\t ", b"\xef\xbb\xbf" + value, value + b"\0",
        value + b"\x0b", value + value, b"", b"7", b"null", b'"x"', b"{}", b"{}" + value]


def mutated(value, dice):
    """With one place changed: more bytes, fewer, or others."""
    at = dice.randrange(len(value))
    end = at + dice.choice([0, 0, 1, 1, 1, 5, 40])
    return value[:at] + dice.choice([b"", *FRAGMENTS, value[at:end] * 2]) + value[end:]


def test_the_clients_find_the_same_facts_among_damaged_records(node):
    dice = random.Random(14)
    partition, heads, cases = Partition(0, 1), {}, []
    for offset, value in enumerate(GOLDEN):
        values = list(strange_forms(value)) if offset < 2 else [value]
        values += [mutated(value, dice) for _ in range(MUTATIONS // len(GOLDEN))]
        cases += [(each, dict(heads)) for each in values]
        head = partition.read(offset, value).head
        heads[head.organization] = head.sequence, head.hash
    expected = [judge(value, heads) or "" for value, heads in cases]
    assert "" in expected and len(set(expected)) > 2, "some are facts, of several organizations"

    lines = [json.dumps({"value": base64.b64encode(value).decode(), "heads": {
        organization: {"sequence": sequence, "hash": hash}
        for organization, (sequence, hash) in heads.items()}}) for value, heads in cases]
    done = subprocess.run([node, ROOT / "tests" / "clients" / "judge.ts"], input="\n".join(lines),
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = done.stdout.split("\n")[:-1]
    assert len(found) == len(cases)
    for (value, _), ours, theirs in zip(cases, expected, found):
        assert theirs == ours, value[:3000]


def test_heads_of_another_number_of_partitions_are_refused():
    head = Partition(0, 1).read(0, GOLDEN[0]).head
    assert head == Head(head.organization, 1, head.hash, 0, 0)
    with pytest.raises(BrokenLog, match="the topic has 7 partitions now"):
        Partition(0, 7, [head])


def test_the_clients_keep_to_their_types(node):
    for words in (
            [sys.executable, "-m", "mypy", "--cache-dir", "build/mypy", "--config-file",
             "clients/python/pyproject.toml", "clients/python/consularia_topic",
             "clients/python/consularia_audit"],
            [node, "clients/javascript/node_modules/typescript/bin/tsc", "--noEmit", "-p",
             "clients/javascript"],
            [node, "clients/javascript/node_modules/typescript/bin/tsc", "-p", "examples"]):
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
