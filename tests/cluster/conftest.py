"""One broker for all tests of a run, and a cluster on a topic of its own for each module."""
import pytest

from cluster import Cluster
from kafka import Kafka


@pytest.fixture(scope="session")
def kafka(tmp_path_factory):
    running = Kafka(tmp_path_factory.mktemp("kafka"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def make_cluster(kafka, tmp_path_factory):
    made = []

    def make(name, **options):
        """On a topic of its own; no node runs yet."""
        directory = tmp_path_factory.mktemp(name)
        made.append(Cluster(kafka, directory, f"ledger.{directory.name}", **options))
        return made[-1]

    yield make
    for cluster in made:
        cluster.kill()


@pytest.fixture(scope="module")
def cluster(make_cluster, request):
    """Three nodes; after the module's tests all of them still run."""
    made = make_cluster(request.module.__name__)
    made.start(3)
    yield made
    for node in made.nodes:
        assert node.process.poll() is None, node.log()
    made.kill()
