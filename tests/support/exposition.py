"""Reads Prometheus' text format 0.0.4 strictly: a violation of the format fails the test."""
import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
HELP = re.compile(rf"# HELP ({NAME}) (.*)")
TYPE = re.compile(rf"# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)")
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)(?: (-?\d+))?")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)')


def read_labels(text):
    labels, at = {}, 0
    while at < len(text):
        match = LABEL.match(text, at)
        assert match, f"not labels: {text}"
        assert match[1] not in labels, text
        labels[match[1]] = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), match[2])
        at = match.end()
    return labels


class Exposition:
    """`types`: of each family; `samples`: (name, labels) -> value."""

    def __init__(self):
        self.types = {}
        self.helps = {}
        self.samples = {}

    def of(self, name, **labels):
        return {key: value for (found, key), value in self.samples.items()
                if found == name and labels.items() <= dict(key).items()}

    def total(self, name, **labels):
        return sum(self.of(name, **labels).values())

    def value(self, name, **labels):
        """The value of the only such sample."""
        found, = self.of(name, **labels).values()
        return found

    def label_values(self, label):
        return {dict(labels)[label] for _, labels in self.samples if label in dict(labels)}


def family_of(name, types):
    for suffix in ("_bucket", "_sum", "_count"):
        stem = name.removesuffix(suffix)
        if stem != name and types.get(stem) in ("histogram", "summary"):
            return stem
    return name


def parse(text):
    assert text.endswith("\n")
    found = Exposition()
    closed, current = set(), None
    for line in text.splitlines():
        if match := HELP.fullmatch(line):
            assert match[1] not in found.helps, line
            found.helps[match[1]] = match[2]
        elif match := TYPE.fullmatch(line):
            assert match[1] not in found.types, line
            found.types[match[1]] = match[2]
        else:
            match = SAMPLE.fullmatch(line)
            assert match, f"not a sample: {line}"
            family = family_of(match[1], found.types)
            if family != current:  # all lines of a family stand together
                assert family not in closed, line
                closed.add(family)
                current = family
            key = match[1], tuple(sorted(read_labels(match[2] or "").items()))
            assert key not in found.samples, line
            found.samples[key] = float(match[3])
    check_histograms(found)
    return found


def check_histograms(found):
    """Buckets ascend and end at +Inf, which equals the count."""
    buckets = {}
    for (name, labels), value in found.samples.items():
        family = name.removesuffix("_bucket")
        if family == name or found.types.get(family) != "histogram":
            continue
        rest = tuple(label for label in labels if label[0] != "le")
        buckets.setdefault((family, rest), []).append((float(dict(labels)["le"]), value))
    for (family, rest), series in buckets.items():
        series.sort()
        values = [value for _, value in series]
        assert values == sorted(values), (family, rest)
        assert series[-1][0] == math.inf, (family, rest)
        assert values[-1] == found.samples[f"{family}_count", rest], (family, rest)
        assert (f"{family}_sum", rest) in found.samples, (family, rest)
