"""Verifies what /api/v1/appointments/{id}/proof/ answers: all records about one appointment up to a
signed head (docs/auditing.md)."""
import json
import re
from typing import Any, Dict, List, Sequence

from consularia_audit.histories import NONE, history_with, named_by, root_of_path
from consularia_audit.proofs import leaf_hash, read_hash, read_path, verify_consistency
from consularia_audit.verifier import (
    MAX_LINE, Altered, CannotTell, Head, Keys, open_head, read_record, sha256)

ORGANIZATION = re.compile(r"/organizations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z")


def read_last(line: bytes) -> Dict[str, Any]:
    """What the last line says, which has exactly this form. Raises ValueError."""
    if len(line) > MAX_LINE:
        raise ValueError("too long")
    text = line.decode("utf-8")
    event = json.loads(text)
    other, consistency = event["other"], event["consistency"]
    form = {
        "head": event["head"], "path": event["path"],
        "other": other and {"subject": other["subject"], "history": other["history"]},
        "consistency": consistency and {"from": consistency["from"], "path": consistency["path"]}}
    if json.dumps(form, ensure_ascii=False, separators=(",", ":")) != text:
        raise ValueError("another form")
    last = {"head": event["head"], "path": read_path(event["path"]), "other": None, "from": 0}
    if not isinstance(last["head"], str):
        raise ValueError("no head")
    if other is not None:
        last["other"] = read_hash(other["subject"]), read_hash(other["history"])
    if consistency is not None:
        last["from"], last["consistency"] = consistency["from"], read_path(consistency["path"])
        if type(last["from"]) is not int or not 0 < last["from"] < 10**15:
            raise ValueError("no size")
    return last


def compare(kept: Head, end: Head, last: Dict[str, Any]) -> None:
    """Whether the kept head is the beginning of the one at the end."""
    if kept.origin[-36:] != end.origin[-36:]:
        raise Altered(f"head {kept.label}: it is of {kept.origin}")
    if kept.size > end.size:
        raise Altered(f"head {kept.label} counts {kept.size} records, and the one at the end only "
                      f"{end.size}")
    if kept.size == end.size:
        same = (kept.root, kept.chain) == (end.root, end.chain)
        if not same or named_by(kept) not in (None, named_by(end)):
            raise Altered(f"head {kept.label}: it is not the one at the end")
    elif kept.size and last["from"] != kept.size:
        raise CannotTell(f"head {kept.label}: the proof does not say whether it is the beginning of "
                         f"the one at the end, one that was asked for with ?from={kept.size} does")
    elif kept.size and not verify_consistency(kept.size, end.size, last["consistency"], kept.root,
                                              end.root):
        raise Altered(f"head {kept.label}: it is not the beginning of the one at the end")


def verify_lines(lines: Sequence[bytes], appointment: str, keys: Any,
                 heads: Sequence[Head] = ()) -> str:
    """Returns what is intact."""
    subject, history, organization, sequences = f"appointments/{appointment}", NONE, "", [0]
    for number, line in enumerate(lines[:-1], 1):
        try:
            record, source, sequence, _, about = read_record(line)
        except (ValueError, RecursionError):
            raise Altered(f"line {number}: it is no record") from None
        organization = organization or source
        if about != subject or source != organization:
            raise Altered(f"line {number}: it is not about appointment {appointment}")
        if sequence <= sequences[-1]:
            raise Altered(f"line {number}: record {sequence} is not in its place")
        history = history_with(history, leaf_hash(record))
        sequences.append(sequence)
    if not lines or not lines[-1].startswith(b'{"head":'):
        raise Altered("the proof ends without a head")
    try:
        last = read_last(lines[-1])
        end = open_head(last["head"], keys, "at the end")
    except CannotTell as problem:
        raise Altered(problem) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Altered("the last line is none of a proof") from None
    if not (named := ORGANIZATION.search(end.origin)) or organization not in ("", named[1]):
        raise Altered(f"head at the end: it is of {end.origin}")
    if not (histories := named_by(end)):
        raise CannotTell("head at the end: it says nothing of histories")
    if sequences[-1] > end.size:
        raise Altered(f"record {sequences[-1]}: it is behind the head at the end")
    try:
        root = root_of_path(sha256(subject.encode()), history, last["path"],
                            last["other"])
    except ValueError:
        root = b""
    if root != histories:
        raise Altered(f"the head at the end has another history of appointment {appointment}")
    for kept in heads:
        compare(kept, end, last)
    which = f"up to record {end.size} of organization {named[1]}"
    if len(sequences) == 1:
        return f"appointment {appointment} has no record {which}"
    return (f"appointment {appointment} has {len(sequences) - 1} records, of which record "
            f"{sequences[-1]} is the last, {which}")


def verify_appointment(proof: str, appointment: str, keys: Keys, heads: Sequence[Head] = ()) -> str:
    """Verifies a file. Returns what is intact."""
    lines: List[bytes] = []
    with open(proof, "rb") as file:
        line = b"\n"
        while line.endswith(b"\n") and (line := file.readline(MAX_LINE + 1)):
            lines.append(line.removesuffix(b"\n"))
    return verify_lines(lines, appointment, keys, heads)
