"""Signed heads: C2SP checkpoints in signed notes (docs/auditing.md)."""
import base64
import hashlib
import re
from typing import Any, List, Mapping, NamedTuple, Optional, Pattern, Sequence, Tuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NAME, ROOT, TEXT_LINE = r"([^\x00- +\x7f]+)", "([A-Za-z0-9+/]{43}=)", r"[^\x00-\x1f\ufffd]+"
KEY = re.compile(rf"{NAME}\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]{{44}})")
SIGNATURE = re.compile(rf"— {NAME} ([A-Za-z0-9+/]{{5,}}={{1,2}}|[A-Za-z0-9+/]{{8,}})")
TEXT = re.compile(rf"({TEXT_LINE})\n(0|[1-9][0-9]{{0,14}})\n{ROOT}\nchain ([0-9a-f]{{64}})\n"
                  rf"(?:histories ([0-9a-f]{{64}})\n)?(?:{TEXT_LINE}\n)*")
Head = NamedTuple("Head", [
    ("label", str), ("origin", str), ("size", int), ("root", bytes), ("chain", str),
    ("histories", Optional[bytes])])
Keys = Mapping[Tuple[str, bytes], Ed25519PublicKey]  # by name and id


class Altered(Exception):
    """What is wrong with the export."""


class CannotTell(Exception):
    """Why nothing can be said about it."""


def groups(form: Pattern[Any], text: Any) -> Sequence[Any]:
    """What a text of this form says. Raises ValueError for others."""
    if not (match := form.fullmatch(text)):
        raise ValueError(text)
    return match.groups()


def decode(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:  # bits that say nothing are zero
        raise ValueError(text)
    return data


def read_keys(texts: Sequence[str]) -> Keys:
    keys = {}
    for text in texts:
        try:
            name, id, encoded = groups(KEY, text)
            data = decode(encoded)
            if data[0] != 1 or hashlib.sha256(f"{name}\n".encode() + data).hexdigest()[:8] != id:
                raise ValueError(text)
        except ValueError:
            raise CannotTell(f"{text} is no verifier key") from None
        keys[name, bytes.fromhex(id)] = Ed25519PublicKey.from_public_bytes(data[1:])
    return keys


def open_head(note: str, keys: Keys, label: str) -> Head:
    """Raises Altered for a wrong signature, CannotTell if there is none by one of the keys."""
    text, _, signatures = note.removesuffix("\n").rpartition("\n\n")
    try:
        origin, size, root, chain, tree = groups(TEXT, text + "\n" * note.endswith("\n"))
        head = Head(label, origin, int(size), decode(root), chain, tree and bytes.fromhex(tree))
        lines = [groups(SIGNATURE, line) for line in signatures.split("\n")]
        signed = [(name, decode(encoded)) for name, encoded in lines]
    except ValueError:
        raise CannotTell(f"head {label}: it is no signed note of a head") from None
    known = False
    for name, data in signed:
        if key := keys.get((name, data[:4])):
            known = True
            try:
                key.verify(data[4:], (text + "\n").encode())
            except InvalidSignature:
                raise Altered(f"head {label}: its signature is wrong") from None
    if not known:
        raise CannotTell(f"head {label}: it is not signed by any of the keys")
    return head


def read_heads(files: Sequence[str], keys: Keys) -> List[Head]:
    heads = []
    for name in files:
        with open(name, "rb") as file:
            heads.append(open_head(file.read(1 << 16).decode("utf-8", "replace"), keys, name))
    return heads
