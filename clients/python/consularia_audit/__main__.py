"""The command: python -m consularia_audit EXPORT --key KEY [--head FILE …] [--after N] [--appointment ID]."""
import argparse
import sys

from consularia_audit import (
    Altered, CannotTell, FullVerifier, open_head, read_keys, verify, verify_appointment)


def read(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read(1 << 16)


parser = argparse.ArgumentParser("consularia_audit", description="Verifies an export. Exit codes: "
                                 "0 intact, 1 altered, 2 wrong usage, 3 cannot tell.")
parser.add_argument("export", help="what /api/v1/audit/export/ answered, in a file")
parser.add_argument("--key", action="append", required=True, help="NAME+ID+KEY; may be repeated")
parser.add_argument("--head", action="append", default=[], help="a kept head, in a file")
parser.add_argument("--after", type=int, default=0, help="the export begins behind this record")
parser.add_argument("--proof", default="", help="what .../audit/proof/ answered for that record")
parser.add_argument("--appointment", help="the file is what .../appointments/ID/proof/ answered")
given = parser.parse_args()
if given.proof and not given.after:
    parser.error("--proof is for an export with --after")
try:
    keys = read_keys(given.key)
    heads = [open_head(read(name).decode("utf-8", "replace"), keys, name) for name in given.head]
    if given.appointment:
        intact = verify_appointment(given.export, given.appointment, keys, heads)
    else:
        verifier = FullVerifier(keys, heads, given.after)
        if given.proof:
            verifier.go_on_from(read(given.proof), given.proof)
        intact = verify(given.export, verifier)
    print("intact:", intact)
except Altered as found:
    print("altered:", found)
    sys.exit(1)
except (CannotTell, OSError, RecursionError) as reason:
    print("cannot tell:", reason)
    sys.exit(3)
