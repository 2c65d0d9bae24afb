"""Verifies exports of consularia's ledger, and proofs, for those who trust neither its authors nor
its operator (docs/auditing.md). Needs only `cryptography` beside Python's own library."""
from consularia_audit.appointment import verify_appointment
from consularia_audit.full import FullVerifier
from consularia_audit.proofs import leaf_hash, verify_consistency, verify_inclusion
from consularia_audit.verifier import (
    Altered, CannotTell, Head, Verifier, open_head, read_keys, verify)

__all__ = ["Altered", "CannotTell", "FullVerifier", "Head", "Verifier", "leaf_hash", "open_head",
           "read_keys", "verify", "verify_appointment", "verify_consistency", "verify_inclusion"]
