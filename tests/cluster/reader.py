"""A reader of the topic that is independent of the product: kcat, and the program of docs/events.md."""
import re

from server import ROOT


def program():
    """The program that docs/events.md prints as the whole rule, unchanged."""
    page = (ROOT / "docs" / "events.md").read_text()
    source = re.search(r"```python\n(.*?)```", page, re.S)[1]
    names = {}
    exec(compile(source, "docs/events.md", "exec"), names)
    return names


RULE = program()
partition_of = RULE["partition_of"]


class Log:
    """All records of a topic as they are now; facts as the rule of docs/events.md finds them."""

    def __init__(self, kafka, topic, partitions):
        self.partitions = partitions
        found = kafka.values(topic, partitions)
        self.facts = [list(RULE["facts"](values, n, partitions)) for n, values in enumerate(found)]
        self.values = [[value or b"" for value in values] for values in found]

    @property
    def fact_count(self):
        return sum(map(len, self.facts))

    @property
    def void_count(self):
        return sum(map(len, self.values)) - self.fact_count

    def facts_of(self, organization):
        wanted = f'"source":"/organizations/{organization}"'.encode()
        return [fact for fact in self.facts[partition_of(organization, self.partitions)]
                if wanted in fact]

    def voids_of(self, organization):
        """Records that look like the organization's, but are none of its facts."""
        wanted = f'"source":"/organizations/{organization}"'.encode()
        values = self.values[partition_of(organization, self.partitions)]
        return sum(wanted in value for value in values) - len(self.facts_of(organization))
