"""The acceptance rule of docs/events.md: which records of a log count. Python's own library is all
that it needs, so that an auditor can read the whole of it."""
import hashlib
import json
import math
import re
from typing import Dict, Iterable, Iterator, Mapping, Optional, Tuple

FIRST = (0, "0" * 64)  # the head, sequence and hash, of an organization without facts
FORMS = {
    "source": "/organizations/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    "sequence": "([1-9][0-9]{0,19})",
    "prevhash": "([0-9a-f]{64})",
}
TOKEN = re.compile(r"""[ \t\n\r]*([{}\[\]:,] | true | false | null
    | -?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?
    | "[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")""", re.VERBOSE)
VALUE = '"0{['  # how tokens of a value begin, 0 being any other than a string


def read_attributes(text: str) -> Dict[str, str]:
    """The attributes of a JSON object, those that are no strings as "". Raises ValueError for all
    other text. Python's own parser gives up on objects that are nested very deeply."""
    attributes: Dict[str, str] = {}
    inside, expected, name, at = [""], "{", "", 0
    while match := TOKEN.match(text, at):
        token, at = match[1], match.end()
        kind = token[0] if token[0] in '{}[]:,"' else "0"
        if kind not in expected or token[-1].isdigit() and not math.isfinite(float(token)):
            raise ValueError(token)
        is_name = kind == '"' and "0" not in expected
        string = token[1:-1]
        if "\\" in token:
            string = json.loads(token)
            string.encode()  # fails on a lone surrogate
        if len(inside) == 2 and is_name:
            if string in attributes:
                raise ValueError(string)
            name, attributes[string] = string, ""
        elif len(inside) == 2 and kind == '"':
            attributes[name] = string
        if kind in "{[":
            inside.append(kind)
            expected = '"}' if kind == "{" else VALUE + "]"
        elif kind in ":,":
            expected = '"' if kind == "," and inside[-1] == "{" else VALUE
        else:
            if kind in "}]":
                inside.pop()
            expected = ":" if is_name else {"{": ",}", "[": ",]", "": ""}[inside[-1]]
    if expected or text[at:].strip(" \t\n\r"):
        raise ValueError(text[at:])
    return attributes


def read_chain_link(value: Optional[bytes]) -> Optional[Tuple[str, int, str]]:
    """(organization, sequence, prevhash) of a record's bytes, or None when it cannot be a fact."""
    if value is None:  # Kafka has records without one
        return None
    try:
        attributes = read_attributes(value.decode("utf-8"))
    except ValueError:
        return None
    found = [re.fullmatch(form, attributes.get(name, "")) for name, form in FORMS.items()]
    organization, sequence, prevhash = (match[1] if match else "" for match in found)
    if not (organization and sequence and prevhash) or int(sequence) >= 2**64:
        return None
    return organization, int(sequence), prevhash


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
    """The organization whose next fact this record is, or None if it is void."""
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
