"""The facts of a consularia topic, in order and each once (docs/consuming.md)."""
from consularia_topic.partition import BrokenLog, Fact, Head
from consularia_topic.topic import facts

__all__ = ["BrokenLog", "Fact", "Head", "facts"]
