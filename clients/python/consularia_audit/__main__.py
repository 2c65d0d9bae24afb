"""The command: python -m consularia_audit EXPORT --key KEY [--head FILE …] [--after N [--proof FILE]], or
[--appointment ID] for the proof of one."""
import argparse
import sys

from consularia_audit import (
    Altered, FullVerifier, open_head, read_keys, verify, verify_appointment)
from consularia_audit.verifier import MAX_NOTE


def read(name: str) -> bytes:
    """A head or a proof. What is behind its limit makes it none."""
    with open(name, "rb") as file:
        return file.read(MAX_NOTE + 1)


def text_of(note: bytes) -> str:
    try:
        return note.decode("utf-8")
    except ValueError:
        return ""  # no note


def sequence(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise ValueError(text)
    return int(text)


def judge(given: argparse.Namespace) -> str:
    keys = read_keys(given.key)
    heads = [open_head(text_of(read(name)), keys, name) for name in given.head]
    if given.appointment:
        return verify_appointment(given.export, given.appointment, keys, heads)
    verifier = FullVerifier(keys, heads, given.after)
    if given.proof:
        verifier.go_on_from(read(given.proof), given.proof)
    return verify(given.export, verifier)


parser = argparse.ArgumentParser("consularia_audit", allow_abbrev=False, description="Verifies an "
                                 "export. Exit codes: 0 intact, 1 altered, 2 wrong usage, 3 cannot tell.")
parser.add_argument("export", help="what /api/v1/audit/export/ answered, in a file")
parser.add_argument("--key", action="append", required=True, help="NAME+ID+KEY; may be repeated")
parser.add_argument("--head", action="append", default=[], help="a kept head, in a file")
parser.add_argument("--after", type=sequence, default=0, help="the export begins behind this record")
parser.add_argument("--proof", default="", help="what .../audit/proof/ answered for that record")
parser.add_argument("--appointment", help="the file is what .../appointments/ID/proof/ answered")
given = parser.parse_args()
if given.proof and not given.after:
    parser.error("--proof is for an export with --after")
sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
try:
    code, verdict = 0, f"intact: {judge(given)}"
except Altered as found:
    code, verdict = 1, f"altered: {found}"
except Exception as reason:  # whatever fails says nothing about the export
    code, verdict = 3, f"cannot tell: {reason}"
try:
    print(verdict, flush=True)
except OSError as reason:  # nobody has seen the verdict
    print(reason, file=sys.stderr)
    code = code or 3
sys.exit(code)
