"""The command: python -m consularia_audit EXPORT --key KEY [--head FILE …] [--after N] [--appointment ID]."""
import argparse
import sys

from consularia_audit import Altered, CannotTell, verify, verify_appointment

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
    if given.appointment:
        print("intact:", verify_appointment(given.export, given.appointment, given.key, given.head))
    else:
        print("intact:", verify(given.export, given.key, given.head, given.after, given.proof))
except Altered as found:
    print("altered:", found)
    sys.exit(1)
except (CannotTell, OSError, RecursionError) as reason:
    print("cannot tell:", reason)
    sys.exit(3)
