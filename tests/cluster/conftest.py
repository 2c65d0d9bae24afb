"""One broker for all tests of a run, and a cluster on a topic of its own for each module."""
import contextlib

import pytest

from cluster import Cluster
from kafka import Kafka


@pytest.fixture(scope="session")
def kafka(tmp_path_factory):
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


@pytest.fixture(scope="module")
def cluster(make_cluster, request):
    """Three nodes; after the module's tests all of them still run."""
    made = make_cluster(request.module.__name__)
    made.start(3)
    yield made
    for node in made.nodes:
        node.process.check_alive()
    made.kill()
