"""A reader of the topic that is independent of the product: kcat, and the Python client's rule."""
from consularia_topic.rule import facts, partition_of


class Log:
    """All records of a topic as they are now; facts as the rule of docs/events.md finds them."""

    def __init__(self, kafka, topic, partitions):
        self.partitions = partitions
        found = kafka.values(topic, partitions)
        self.facts = [list(facts(values, n, partitions)) for n, values in enumerate(found)]
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
