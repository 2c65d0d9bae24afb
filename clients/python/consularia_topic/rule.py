"""The acceptance rule of docs/events.md: which records of a log count. Python's own library is all
that it needs, so that an auditor can read the whole of it."""
import hashlib
import json
import math
import re
from typing import Any, Dict, Iterable, Iterator, Mapping, Optional, Tuple

FIRST = (0, "0" * 64)  # the head, sequence and hash, of an organization without facts
FORMS = {
    "source": "/organizations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    "sequence": "([1-9][0-9]{0,19})",
    "prevhash": "([0-9a-f]{64})",
}


def finite(number: str) -> None:
    if not math.isfinite(float(number)):
        raise ValueError(number)


def read_chain_link(value: Optional[bytes]) -> Optional[Tuple[str, int, str]]:
    """(organization, sequence, prevhash) of a record's bytes, or None when it cannot be a fact."""
    if value is None:  # Kafka has records without one
        return None
    try:
        pairs: Any = json.loads(value.decode("utf-8"), object_pairs_hook=tuple,
                                parse_int=finite, parse_float=finite, parse_constant=finite)
        json.dumps(pairs, ensure_ascii=False).encode("utf-8")  # fails on a lone surrogate
    except ValueError:
        return None
    if not isinstance(pairs, tuple) or len(dict(pairs)) < len(pairs):
        return None
    attributes, found = dict(pairs), []
    for name, form in FORMS.items():
        text = attributes.get(name)
        match = re.fullmatch(form, text) if isinstance(text, str) else None
        if match is None:
            return None
        found.append(match[1])
    organization, sequence, prevhash = found
    return (organization, int(sequence), prevhash) if int(sequence) < 2**64 else None


def partition_of(organization: str, partitions: int) -> int:
    """Kafka's murmur2 of the id."""
    data, mask = organization.encode("ascii"), 0xFFFFFFFF
    result = 0x9747B28C ^ len(data)
    for at in range(0, len(data), 4):  # an id has 36 characters: no bytes are left over
        word = int.from_bytes(data[at:at + 4], "little") * 0x5BD1E995 & mask
        result = (result * 0x5BD1E995 & mask) ^ ((word ^ word >> 24) * 0x5BD1E995 & mask)
    result = (result ^ result >> 13) * 0x5BD1E995 & mask
    return ((result ^ result >> 15) & 0x7FFFFFFF) % partitions


def judge(value: Optional[bytes], heads: Mapping[str, Tuple[int, str]], partition: int = 0,
          partitions: int = 1) -> Optional[str]:
    """The organization whose next fact this record is, or None if it is void. Raises RecursionError
    for objects nested so deeply that Python gives up: stop there, for it cannot be called void."""
    organization, sequence, prevhash = read_chain_link(value) or ("", 0, "")
    head_sequence, head_hash = heads.get(organization, FIRST)
    if (sequence, prevhash) != (head_sequence + 1, head_hash):
        return None
    return organization if partition_of(organization, partitions) == partition else None


def facts(values: Iterable[Optional[bytes]], partition: int = 0, partitions: int = 1,
          heads: Optional[Dict[str, Tuple[int, str]]] = None) -> Iterator[bytes]:
    """Yields the values of the facts among all values of a partition in log order. To resume in the
    middle, pass the heads of everything before; each moves on before its fact is yielded."""
    heads = {} if heads is None else heads
    for value in values:
        organization = judge(value, heads, partition, partitions)
        if value is not None and organization is not None:
            sequence, _ = heads.get(organization, FIRST)
            heads[organization] = sequence + 1, hashlib.sha256(value).hexdigest()
            yield value
