"""One server for all tests of this folder, and clients with the rights that tests need."""
import pytest

from client import Client
from server import Server


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    # No test takes that long: a participant who joins again is recorded once.
    with Server(tmp_path_factory.mktemp("data") / "node", "--join-repeat-s", "3600",
                "--rate-per-link", "0").start() as running:
        yield running
        running.process.check_alive()


@pytest.fixture(scope="session")
def organization(server):
    return server.organization("Embassy of Tests")


@pytest.fixture(scope="session")
def api(server, organization):
    """Reads and writes; its organization is shared by all tests."""
    return Client(server.port, server.token(organization["id"], "tests", "read,write,webhooks"))


@pytest.fixture(scope="session")
def reader(server, organization):
    return Client(server.port, server.token(organization["id"], "reader", "read"))


@pytest.fixture(scope="session")
def writer(server, organization):
    return Client(server.port, server.token(organization["id"], "writer", "write"))


@pytest.fixture(scope="session")
def auditor(server, organization):
    return Client(server.port, server.token(organization["id"], "auditor", "audit"))


@pytest.fixture(scope="session")
def other(server):
    """The same rights in another organization."""
    made = server.organization("Embassy of Others")
    return Client(server.port, server.token(made["id"], "others", "read,write"))


@pytest.fixture
def fresh(server):
    """An organization of the test's own, with the first token, which has every scope."""
    return Client(server.port, server.organization("Fresh")["token"]["token"])


@pytest.fixture(scope="session")
def admin(server):
    return Client(server.port, server.admin_key)


@pytest.fixture(scope="session")
def anyone(server):
    """Sends no credentials."""
    return Client(server.port)
