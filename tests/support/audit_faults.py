"""Faults planted in exports, and the verdicts that every verifier must give."""
import base64
import dataclasses
import json
import re

from exports import (
    STRANGER, Signer, base64_of, head_line, line_of, link, make_record, make_records, note_of,
    root_of)

KEPT = "kept 1"
END = "at the end"


@dataclasses.dataclass
class Case:
    """The first `at` lines of an export, then `lines`, then the export's from the line `rest` on.
    `record` is the sequence of the first wrong record, None if it is a head that is wrong or
    nothing is."""
    what: str
    record: object
    lines: list
    at: int = 0
    rest: object = None
    heads: list = dataclasses.field(default_factory=list)
    keys: list = dataclasses.field(default_factory=list)
    after: int = 0
    verdict: str = ""  # how the verdict begins; without it, "altered: record {record}: "

    @property
    def expected(self):
        return self.verdict or f"altered: record {self.record}: "

    def to_json(self, keys):
        return json.dumps({
            "at": self.at, "lines": [base64_of(line) for line in self.lines], "rest": self.rest,
            "heads": self.heads, "keys": self.keys or keys, "after": self.after})

    def content(self, export):
        """The file."""
        lines = [*export[:self.at], *self.lines, *(export[self.rest:] if self.rest is not None else [])]
        return b"".join(line + b"\n" for line in lines)


def changed(line, dice, place=None):
    """With another byte at one place."""
    at = dice.randrange(len(line)) if place is None else place
    other = dice.choice([byte for byte in range(256) if byte != line[at]])
    return line[:at] + bytes([other]) + line[at + 1:]


def record_of(line):
    found = re.fullmatch(rb'\{"record_base64url":"(.*)"\}', line)
    return base64.urlsafe_b64decode(found[1] + b"==") if found else line


def with_attribute(line, name, value):
    """The record with another text in an attribute."""
    record = record_of(line)
    other = re.sub(rb'"%b":\s*"[^"]*"' % name.encode(), f'"{name}":"{value}"'.encode(), record, 1)
    assert other != record
    return line_of(other)


def split(line):
    """The parts between line feeds: a changed byte may be one."""
    return line.split(b"\n")


def change(export, n, k, dice):
    """Record k of n was changed: a byte, or one of the attributes that matter."""
    line = export[k - 1]
    for what, other in [
            ("a byte", changed(line, dice)),
            ("the first byte", changed(line, dice, 0)),
            ("the last byte", changed(line, dice, len(line) - 1)),
            ("data", with_attribute(line, "version", "3")),
            ("sequence", with_attribute(line, "sequence", n + 7)),
            ("prevhash", with_attribute(line, "prevhash", "ab" * 32)),
            ("a short prevhash", with_attribute(line, "prevhash", "ab")),
            ("source", with_attribute(line, "source", f"/organizations/{STRANGER}")),
            ("more", line_of(record_of(line)[:-1] + b',"x":1}')),
            ("a second sequence", line_of(record_of(line)[:-1] + b',"sequ\\u0065nce":"1"}')),
            ("a lone surrogate", line_of(record_of(line)[:-1] + b',"x":"\\ud800"}')),
            ("infinite", line_of(record_of(line)[:-1] + b',"x":1e999}')),
            ("not a number", line_of(record_of(line)[:-1] + b',"x":NaN}')),
            ("not UTF-8", line_of(record_of(line)[:-1] + b',"x":"\xff"}')),
            ("a mark of byte order", b"\xef\xbb\xbf" + line),
            ("an array", b"[" + line + b"]"),
            ("a blank", line + b" "),
            ("many brackets", b"[" * 100_000),
            ("empty", b"")]:
        yield Case(f"change {what} of {k}", k, split(other), k - 1, k)
    yield Case(f"join {k}", k, [line + export[k]], k - 1, k + 1)


def drop(export, n, k, dice):
    yield Case(f"drop {k}", k, [], k - 1, k)
    if k < n:
        yield Case(f"drop {k} and the next", k, [], k - 1, k + 1)


def insert(export, n, k, dice):
    """Behind record k."""
    forged = line_of(make_record(k + 1, link(record_of(export[k - 1])), dice))
    other = line_of(make_record(k + 1, link(record_of(export[k - 1])), dice, STRANGER))
    yield Case(f"insert {k} again", k + 1, [export[k - 1]], k, k)
    yield Case(f"insert the first behind {k}", k + 1, [export[0]], k, k)
    yield Case(f"insert a forged one behind {k}", k + 2 if k < n else k + 1, [forged], k, k)
    yield Case(f"insert a stranger's behind {k}", k + 1, [other], k, k)
    yield Case(f"insert nothing behind {k}", k + 1, [b""], k, k)
    yield Case(f"insert a head behind {k}", k + 1, [export[-1]], k, k)


def swap(export, n, k, dice):
    if k < n:
        yield Case(f"swap {k} and the next", k, [export[k], export[k - 1]], k - 1, k + 1)
    if k < n - 1:
        yield Case(f"swap {k} and the one after the next", k,
                   [export[k + 1], export[k], export[k - 1]], k - 1, k + 2)


def truncate(export, n, k, dice):
    """Behind record k."""
    yield Case(f"truncate behind {k}, without a head", k + 1, [], k)
    yield Case(f"truncate in {k}", k, [export[k - 1][:dice.randrange(len(export[k - 1]))]], k - 1)
    if k < n:
        yield Case(f"truncate behind {k}", k + 1, [export[-1]], k)


def head_faults(signer, records, export, k):
    """Heads of the first k records that are not what the operator signed, or are older."""
    n = len(records)
    root, chain = root_of(records[:k]), link(records[k - 1])
    real = note_of(signer, records[:k])
    thief = Signer("thief")
    bad = "altered: head kept 1: "
    forged = {
        "another root": real.replace(base64_of(root), base64_of(bytes(32))),
        "another chain": real.replace(chain, "ab" * 32),
        "other histories": re.sub("histories .*", f"histories {'ab' * 32}", real),
        "no histories": re.sub("histories .*\n", "", real),
        "another size": real.replace(f"\n{k}\n", f"\n{k + 1}\n"),
        "a signature of another text": real.rpartition("\n\n")[0] + "\n\n" + signer.signature("x\n"),
        "the thief's signature with the id of the key":
            (text := real.rpartition("\n\n")[0] + "\n") + "\n" + thief.signature(text, signer.id)}
    for what, note in forged.items():
        at_end = [*export[:k], head_line(note)]
        yield Case(f"forge the head of {k}: {what}", None, at_end,
                   verdict=f"altered: head {END}: its signature is wrong")
        yield Case(f"forge the kept head of {k}: {what}", None, export, heads=[note],
                   verdict=bad + "its signature is wrong")
    yield Case(f"sign another root of {k}", None, export,
               heads=[signer.note(k, bytes(32), chain)], verdict=bad + "its root")
    yield Case(f"sign other histories of {k}", None, export,
               heads=[signer.note(k, root, chain, histories=bytes(range(32)))],
               verdict=bad + "its histories are not those of its records")
    yield Case(f"sign no histories of {k}", None, export, heads=[signer.note(k, root, chain)],
               verdict="intact: ")
    yield Case(f"sign another chain of {k}", k, export, heads=[signer.note(k, root, "ab" * 32)])
    yield Case(f"sign the head of {k} of a stranger", None, export,
               heads=[signer.note(k, root, chain, STRANGER)], verdict=bad + "it is of")
    stolen = thief.note(k, root, chain)
    yield Case(f"a head of {k} by another key", None, [*export[:k], head_line(stolen)],
               verdict=f"altered: head {END}: it is not signed")
    yield Case(f"a kept head of {k} by another key", None, export, heads=[stolen],
               verdict="cannot tell: head kept 1: it is not signed")
    yield Case(f"the head of {k}, asked for with the wrong key", None, [*export[:k], head_line(real)],
               keys=[thief.verifier_key], verdict=f"altered: head {END}: it is not signed")
    if k < n:
        yield Case(f"replay the head of {k}", k + 1, [*export[:-1], head_line(real)])
        yield Case(f"replay the export of {k}", k + 1, [*export[:k], head_line(real)],
                   heads=[note_of(signer, records)])


def forks(signer, records, export, k):
    """History was rewritten from record k on, with every hash made anew."""
    n = len(records)
    other = make_records(n - k + 1, seed=k, before=records[:k - 1])
    lines = [*map(line_of, other)]
    new_head = head_line(note_of(signer, other))
    yield Case(f"fork at {k} with the old head", n, [*lines, export[-1]])
    for kept in {k, (k + n) // 2, n}:
        yield Case(f"fork at {k} with a new head, {kept} kept", kept, [*lines, new_head],
                   heads=[note_of(signer, records[:kept])])
    if 1 < k:  # an earlier head says nothing: this is what a head that left the house is for
        yield Case(f"fork at {k} with a new head, the one before kept", None, [*lines, new_head],
                   heads=[note_of(signer, records[:k - 1])], verdict="intact: ")


def intact(signer, records, export):
    n = len(records)
    heads = [note_of(signer, records[:k]) for k in range(n + 1)]
    yield Case("intact", None, export, verdict=f"intact: records 1 to {n} of organization")
    yield Case("intact with all heads", None, export, heads=heads, verdict="intact: ")
    for k in range(1, n + 1):
        yield Case(f"intact export of {k}", None, [*export[:k], head_line(heads[k])],
                   heads=heads[:k + 1], verdict=f"intact: records 1 to {k}")
        yield Case(f"intact behind {k}", None, export[k:], heads=[heads[k], heads[n]], after=k,
                   verdict=f"intact: records {k + 1} to {n}")
        yield Case(f"behind {k} without its head", None, export[k:], heads=[heads[k - 1]], after=k,
                   verdict="cannot tell: the oldest head given must be")
        if k < n:
            yield Case(f"behind {k} without the next", k + 1, export[k + 1:], heads=[heads[k]], after=k)
            yield Case(f"behind {k}, the next changed", k + 1,
                       [with_attribute(export[k], "prevhash", "ab" * 32), *export[k + 1:]],
                       heads=[heads[k]], after=k)
    other = Signer("another", "other.example.org")
    text = heads[n].rpartition("\n\n")[0] + "\n"
    both = f"{text}\n{other.signature(text)}{signer.signature(text)}"
    yield Case("signed twice", None, [*export[:-1], head_line(both)], verdict="intact: ")
    yield Case("one of several keys", None, export, keys=[other.verifier_key, signer.verifier_key],
               verdict="intact: ")


def malformed_heads(signer, records, export):
    """The last line is none that a server writes."""
    note = note_of(signer, records)
    text, _, signature = note.rpartition("\n\n")
    long = text + "\n" + "x" * (64 << 10) + "\n\n"
    bad = f"altered: head {END}: "
    for what, other in {
            "no text": "", "no signature": text + "\n", "no line feed": note[:-1],
            "another root": re.sub("\n(.{42}).=\n", "\n\\1B=\n", note), "a control": note + "\0\n",
            "not a name": note.replace("— ", "— +"), "short": note.replace(signature, "— x AAAA\n"),
            "no chain": re.sub("chain.*\n", "", note), "a long size": note.replace("\n12\n", "\n012\n"),
            "spaces": note.replace("— ", "—  "), "a hyphen": note.replace("— ", "- "),
            "stray bits": note.replace("=\n", "==\n"), "junk": note + "junk\n",
            "an empty signature": note + "— x AAAAAA==\n",
            "65 signatures": f"{text}\n\n" + "— x AAAAAAAA\n" * 64 + signature,
            "too long": long + signer.signature(long.rstrip("\n") + "\n"),
            "an empty line": note.replace("\n\n", "\n\n\n")}.items():
        assert other != note
        yield Case(f"malformed head: {what}", None, [*export[:-1], head_line(other)],
                   verdict=bad + "it is no signed note of a head")
    last = signature.rstrip("=\n")[-1]  # its last bits are not used
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    stray = signature.replace(last + "=", alphabet[alphabet.index(last) ^ 1] + "=")
    yield Case("malformed head: other base64", None, [*export[:-1], head_line(f"{text}\n\n{stray}")],
               verdict=bad + "it is no signed note of a head")
    yield Case("malformed head: one more line", None, [*export[:-1], head_line(f"{text}\nx\n\n{signature}")],
               verdict=bad + "its signature is wrong")
    for what, other in {
            "64 signatures": f"{text}\n\n" + "— x AAAAAAAA\n" * 63 + signature,
            "a strange name": note + "— \ufffd AAAAAAAA\n",
            "a strange line": f"{text}\n\ufffd\n\n" + signer.signature(f"{text}\n\ufffd\n")}.items():
        yield Case(f"unusual head: {what}", None, [*export[:-1], head_line(other)], verdict="intact: ")
    array = b'{"head":[' + export[-1].partition(b":")[2][:-1] + b"]}"
    for what, line in {"a number": b'{"head":7}', "null": b'{"head":null}', "an array": array}.items():
        yield Case(f"malformed head: {what}", None, [*export[:-1], line],
                   verdict=bad + "it is no signed note of a head")
    for what, line in {"twice": export[-1][:-1] + b',"head":""}', "cut": export[-1][:-9]}.items():
        yield Case(f"malformed head: {what}", None, [*export[:-1], line], verdict=bad + "it is no JSON")
    yield Case("two heads", len(records) + 1, [*export, export[-1]])
    yield Case("an empty line behind the head", len(records) + 1, [*export, b""])
    yield Case("an empty export", 1, [])


def small_cases(signer, records, export, dice):
    """Every fault at every position."""
    n = len(records)
    yield from intact(signer, records, export)
    yield from malformed_heads(signer, records, export)
    for k in range(1, n + 1):
        for fault in (change, drop, insert, swap, truncate):
            yield from fault(export, n, k, dice)
        yield from head_faults(signer, records, export, k)
        yield from forks(signer, records, export, k)
    for at in range(len(export[-1])):
        other = changed(export[-1], dice, at)
        yield Case(f"change byte {at} of the head", None, split(other), n, None, verdict="altered: ")
