"""One partition read record by record: which records are facts, and where a reader must stop."""
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Dict, Iterable, NamedTuple, Optional, Tuple

from consularia_topic.rule import FIRST, judge, partition_of


class BrokenLog(Exception):
    """The log cannot be read on from here. Reading again ends at the same position."""

    def __init__(self, partition: int, offset: int, reason: str) -> None:
        super().__init__(f"partition {partition}, offset {offset}: {reason}")
        self.partition = partition
        self.offset = offset
        self.reason = reason


class Head(NamedTuple):
    """The last fact of an organization: the row that a consumer stores with the fact's effects."""

    organization: str
    sequence: int
    hash: str  # SHA-256 of the fact's bytes
    partition: int
    offset: int


@dataclass(frozen=True)
class Fact:
    head: Head  # as of this fact
    value: bytes  # the record's exact bytes

    @property
    def event(self) -> Dict[str, Any]:
        """The CloudEvent."""
        event: Dict[str, Any] = json.loads(self.value)
        return event


class Partition:
    """Reads on behind the last of the stored heads. The first record to read is that fact once
    more, as a witness: other bytes there mean another log."""

    def __init__(self, number: int, partitions: int, heads: Iterable[Head] = ()) -> None:
        self.number = number
        self.partitions = partitions
        self._heads: Dict[str, Tuple[int, str]] = {}
        self._witness: Optional[Head] = None
        for head in heads:
            if partition_of(head.organization, partitions) != head.partition:
                raise BrokenLog(head.partition, head.offset, f"the topic has {partitions} "
                                "partitions now: heads of another number do not fit")
            if head.partition == number:
                self._heads[head.organization] = head.sequence, head.hash
                if self._witness is None or head.offset > self._witness.offset:
                    self._witness = head
        self.offset = self._witness.offset if self._witness else 0  # of the next record to read

    def broken(self, reason: str) -> BrokenLog:
        return BrokenLog(self.number, self.offset, reason)

    def check_range(self, begin: int, end: int) -> None:
        """The log has the records from `begin` to before `end`."""
        if begin > self.offset:
            raise self.broken(f"the log begins at {begin}: records were deleted")
        if end < self.offset + (self._witness is not None):
            raise self.broken(f"the log ends at {end}: it was cut off, or is another one")

    def read(self, offset: int, value: Optional[bytes]) -> Optional[Fact]:
        """The fact that this record is, or None. Every record of the partition must be read."""
        self.check_reached(offset)
        if self._witness is not None:
            if hashlib.sha256(value or b"").hexdigest() != self._witness.hash:
                raise self.broken("another record than before: this is another log")
            self._witness = None
            self.offset += 1
            return None
        organization = judge(value, self._heads, self.number, self.partitions)
        self.offset += 1
        if value is None or organization is None:
            return None
        sequence, _ = self._heads.get(organization, FIRST)
        head = Head(organization, sequence + 1, hashlib.sha256(value).hexdigest(), self.number,
                    offset)
        self._heads[organization] = head.sequence, head.hash
        return Fact(head, value)

    def check_reached(self, offset: int) -> None:
        """The next record, or the end of the log, is at `offset`."""
        if offset != self.offset:
            raise self.broken(f"the log goes on at {offset}: a gap")
