"""Fixtures of several tiers."""
import contextlib

import pytest

from cluster import Cluster
from kafka import Kafka
from kill_at import Killer


@pytest.fixture(scope="module")
def killer(tmp_path_factory):
    return Killer(tmp_path_factory.mktemp("kill"))


@pytest.fixture(scope="session")
def kafka(tmp_path_factory):
    """One broker for all tests of a run."""
    with Kafka(tmp_path_factory.mktemp("kafka")).start() as running:
        yield running


@pytest.fixture(scope="session")
def make_cluster(kafka, tmp_path_factory):
    with contextlib.ExitStack() as made:
        def make(name, **options):
            """On a topic of its own; no node runs yet."""
            directory = tmp_path_factory.mktemp(name)
            return made.enter_context(
                Cluster(kafka, directory, f"ledger.{directory.name}", **options))

        yield make
