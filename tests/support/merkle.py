"""RFC 6962 and C2SP notes, word by word: what the tests hold against what the server proves."""
import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def leaf(record):
    return hashlib.sha256(b"\0" + record).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(count):
    """The largest power of two below."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves):
    """Section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def inclusion(index, leaves):
    """Section 2.1.1: the path of the leaf."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(index, leaves[:k]) + [root(leaves[k:])]
    return inclusion(index - k, leaves[k:]) + [root(leaves[:k])]


def consistency(size, leaves, known=True):
    """Section 2.1.2: from the tree of the first `size` leaves to that of all."""
    if size == len(leaves):
        return [] if known else [root(leaves)]
    k = split(len(leaves))
    if size <= k:
        return consistency(size, leaves[:k], known) + [root(leaves[k:])]
    return consistency(size - k, leaves[k:], False) + [root(leaves[:k])]


def in_text(hashes):
    return [base64.b64encode(one).decode() for one in hashes]


class Head:
    """A note, opened with a verifier key. Raises if the key has not signed it."""

    def __init__(self, note, verifier_key):
        name, key_id, key = verifier_key.split("+", 2)
        key = base64.b64decode(key, validate=True)
        assert key[0] == 1 and len(key) == 33
        assert hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_id
        text, blank, signatures = note.rpartition("\n\n")
        assert blank
        self.text = text + "\n"
        self.signers = set()
        for line in signatures.splitlines():
            dash, signer, signature = line.split(" ")
            signature = base64.b64decode(signature, validate=True)
            assert dash == "—" and len(signature) == 68
            if (signer, signature[:4].hex()) == (name, key_id):
                public = Ed25519PublicKey.from_public_bytes(key[1:])
                public.verify(signature[4:], self.text.encode())
                self.signers.add(signer)
        if not self.signers:
            raise InvalidSignature(note)
        self.origin, size, root_text, chain, *more = self.text.splitlines()
        self.histories = more[0].removeprefix("histories ") if more else None
        self.size = int(size)
        self.root = base64.b64decode(root_text, validate=True)
        word, self.chain = chain.split(" ")
        assert word == "chain" and name == self.origin
