"""A cluster on a topic of its own for each module."""
import pytest


@pytest.fixture(scope="module")
def cluster(make_cluster, request):
    """Three nodes; after the module's tests all of them still run."""
    made = make_cluster(request.module.__name__)
    made.start(3)
    yield made
    for node in made.nodes:
        node.process.check_alive()
    made.kill()
