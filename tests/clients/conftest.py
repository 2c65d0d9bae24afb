"""The clients in clients/, what runs them, and what they read."""
import subprocess

import pytest

from consularia_topic.rule import partition_of
from server import ROOT

INSTALLED_WITHIN_S = 240
PARTITIONS = 2


@pytest.fixture(scope="session")
def node():
    """The path of a node that runs TypeScript, with the client's packages in place."""
    done = subprocess.run([ROOT / "tests" / "clients" / "install.sh"], stdout=subprocess.PIPE,
                          text=True, timeout=INSTALLED_WITHIN_S)
    assert done.returncode == 0
    return done.stdout.strip()


@pytest.fixture
def cluster(make_cluster):
    """One node, with organizations in both partitions; `apis` are their clients, by id."""
    made = make_cluster("topic", partitions=PARTITIONS)
    server, = made.start(1)
    made.apis = {}
    while {partition_of(id, PARTITIONS) for id in made.apis} != set(range(PARTITIONS)):
        organization = server.organization()
        made.apis[organization["id"]] = server.client(organization["token"]["token"])
    for api in made.apis.values():
        for n in range(5):
            api.create(title=f"number {n}")
    yield made
    made.kill()
