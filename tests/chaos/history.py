"""The requests of the clients and the answers to them, with the times of both."""

import dataclasses
import threading
import time
from typing import Any, Optional

READS = ("get", "list")
ADMINISTRATION = ("found", "issue", "revoke")


@dataclasses.dataclass(frozen=True)
class Operation:
    """kind: found (an organization), issue and revoke (tokens), create, patch, add, remove, start,
    complete, delete, get, list."""

    kind: str
    target: Optional[str] = None  # an appointment's or a token's id
    given: Any = None  # the body; the filter of a list
    if_match: Optional[int] = None


@dataclasses.dataclass
class Attempt:
    """One request, sent once to one node. Without an answer its status is None."""

    request_id: str
    node: int
    organization: Optional[str]
    operation: Operation
    begin: float
    end: float = 0.0
    key: Optional[str] = None
    token: Optional[str] = None  # its id; None for the admin key
    any_consistency: bool = False
    status: Optional[int] = None
    position: Optional[int] = None
    etag: Optional[str] = None
    location: Optional[str] = None
    replayed: bool = False
    body: bytes = b""
    why_lost: str = ""
    gave_up: bool = False  # the client stopped waiting

    @property
    def is_read(self):
        return self.operation.kind in READS

    @property
    def succeeded(self):
        return self.status in (200, 201, 204)

    def __str__(self):
        op = self.operation
        how = [
            f"key={self.key}" if self.key else "",
            "any" if self.any_consistency else "",
            f'If-Match="{op.if_match}"' if op.if_match is not None else "",
        ]
        answer = (
            f"lost ({self.why_lost})"
            if self.status is None
            else f"{self.status} position={self.position} ETag={self.etag}"
            + (" replayed" if self.replayed else "")
        )
        return (
            f"{self.begin:8.3f}-{self.end:8.3f} node {self.node} {self.request_id} {op.kind} "
            f"{op.target or ''} {op.given or ''} {' '.join(filter(None, how))} -> {answer} "
            f"{self.body[:300].decode(errors='replace')}"
        )


class History:
    """All attempts, and the time since it began."""

    def __init__(self):
        self.began = time.monotonic()
        self.attempts = []
        self._lock = threading.Lock()

    def now(self):
        return time.monotonic() - self.began

    def add(self, attempt):
        with self._lock:
            self.attempts.append(attempt)
