"""Violations, and what differs."""

import dataclasses


@dataclasses.dataclass
class Violation:
    kind: str
    sentence: str
    evidence: list

    def __str__(self):
        return "\n    ".join([f"VIOLATION {self.kind}: {self.sentence}", *map(str, self.evidence)])


def names_of(participants):
    return [one.get("unique_id") or one["person"]["unique_id"] for one in participants]


def without_links(appointment):
    people = [
        {name: value for name, value in one.items() if name != "access_link"}
        for one in appointment["participants"]
    ]
    return {**appointment, "participants": people}


def first_difference(found, wanted):
    for number, (one, other) in enumerate(zip(found, wanted)):
        if one != other:
            names = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
            return (
                f"item {number}, "
                + ", ".join(
                    f"{name}: {one.get(name)!r} instead of {other.get(name)!r}"
                    for name in sorted(names)
                )[:600]
            )
    return (
        f"{len(found)} items instead of {len(wanted)}"
        if len(found) != len(wanted)
        else "no item differs"
    )


def difference(copies):
    (node, one), *others = copies.items()
    for other, another in others:
        if one != another:
            at = next((n for n, (a, b) in enumerate(zip(one[1], another[1])) if a != b), -1)
            text = f"node {node} is at {one[0]}, node {other} at {another[0]}"
            return text + (
                f"; page {at}: {one[1][at][:300]!r} and {another[1][at][:300]!r}" if at >= 0 else ""
            )
    return ""
