"""Makes exports as /api/v1/audit/export/ gives them, signed with a key of the tests, so that faults
can be planted in them."""
import base64
import hashlib
import json
import random

from histories import histories_of, tree_of
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORGANIZATION = "01920a3c-0000-7000-8000-00000000000a"
STRANGER = "01920a3c-0000-7000-8000-00000000000b"
HOST = "appointments.example.org"
ORIGIN = f"{HOST}/organizations/{ORGANIZATION}"
ZEROS = "0" * 64
TITLES = ["Passport renewal: Müller, 東京 🛂", 'with "quotes" and \\ and \t', "Visa", "x" * 200]


def base64_of(data):
    return base64.b64encode(data).decode()


class Signer:
    """A key for heads. Its name is the origin of what it signs."""

    def __init__(self, seed, name=ORIGIN):
        self.private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        data = b"\1" + self.public
        self.name = name
        self.id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
        self.verifier_key = f"{name}+{self.id.hex()}+{base64_of(data)}"

    def signature(self, text, key_id=None):
        data = (key_id or self.id) + self.private.sign(text.encode())
        return f"— {self.name} {base64_of(data)}\n"

    def note(self, size, root, chain, organization=ORGANIZATION, histories=None):
        text = (f"{HOST}/organizations/{organization}\n{size}\n{base64_of(root)}\n"
                f"chain {chain}\n" + (f"histories {histories.hex()}\n" if histories else ""))
        return f"{text}\n{self.signature(text)}"


def link(record):
    return hashlib.sha256(record).hexdigest()


def root_of(records):
    """By the definition of RFC 6962, section 2.1, without any cleverness."""
    if not records:
        return hashlib.sha256().digest()
    if len(records) == 1:
        return hashlib.sha256(b"\0" + records[0]).digest()
    split = 1 << (len(records) - 1).bit_length() - 1
    left, right = root_of(records[:split]), root_of(records[split:])
    return hashlib.sha256(b"\1" + left + right).digest()


def make_record(sequence, prevhash, dice, organization=ORGANIZATION, strange=True, subjects=1 << 48):
    event = {
        "specversion": "1.0", "id": f"01920a3c-0000-7000-8000-{sequence:012x}",
        "source": f"/organizations/{organization}",
        "type": "dev.consularia.appointment.updated.v1",
        "subject": f"appointments/01920a3c-0000-7000-8000-{dice.randrange(subjects):012x}",
        "time": f"2026-11-23T10:17:00.{sequence % 10**6:06}Z", "datacontenttype": "application/json",
        "sequence": str(sequence), "prevhash": prevhash, "version": "2", "actor": "admin",
        "data": {"old": {"duration_minutes": 15}, "new": {
            "duration_minutes": 30, "private": {"title": dice.choice(TITLES)}}}}
    escaped = strange and sequence % 3 == 0
    text = json.dumps(event, ensure_ascii=escaped, separators=(",", ":"))
    if strange and sequence % 5 == 0:  # not a line: an export has it in base64
        text = text.replace('{"specversion"', '{\r\n"specversion"')
    return text.encode()


def line_of(record):
    if b"\n" in record or b"\r" in record:
        encoded = base64.urlsafe_b64encode(record).decode().rstrip("=")
        return f'{{"record_base64url":"{encoded}"}}'.encode()
    return record


def head_line(note):
    return json.dumps({"head": note}, ensure_ascii=False, separators=(",", ":")).encode()


def make_records(count, seed=15, before=(), strange=True, subjects=1 << 48):
    """As many that follow the ones before."""
    dice = random.Random(seed)
    records = list(before)
    for _ in range(count):
        prevhash = link(records[-1]) if records else ZEROS
        records.append(make_record(len(records) + 1, prevhash, dice, strange=strange,
                                   subjects=subjects))
    return records


def note_of(signer, records, histories=True):
    return signer.note(len(records), root_of(records), link(records[-1]) if records else ZEROS,
                       histories=tree_of(histories_of(records)) if histories else None)


def make_export(signer, records, histories=True):
    """The lines."""
    return [*map(line_of, records), head_line(note_of(signer, records, histories))]
