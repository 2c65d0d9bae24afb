"""Brokers that authenticate their clients: TLS, and SASL over TLS, as `scripts/kafka.sh --secure`
offers them. SCRAM against Kafka 3.9: Debian's librdkafka gets a detail of it wrong that Kafka 4
insists on."""
import contextlib

import pytest

from cluster import Cluster, rows
from kafka import Kafka
from wait import until

SASL, TLS = 20, 30  # above the plain port
PASSWORD = "consularia-secret"
BODY = {"title": "Consultation", "start_date_time": "2031-05-06T07:08:09Z", "duration_minutes": 30,
        "participants": []}


def sasl(mechanism, password=PASSWORD):
    return {"security.protocol": "SASL_SSL", "sasl.mechanism": mechanism,
            "sasl.username": "consularia", "sasl.password": password}


class SecureKafka:
    """One of the secure listeners of a broker."""

    def __init__(self, kafka, offset, settings, trusted=True):
        self.ledger = f"kafka:127.0.0.1:{kafka.port + offset}"
        self.settings = dict(settings)
        if trusted:
            self.settings["ssl.ca.location"] = kafka.directory / "tls" / "ca.pem"


class SecureCluster(Cluster):
    @property
    def ledger_options(self):
        return [*super().ledger_options,
                *[f"--kafka-config={name}={value}" for name, value in self.kafka.settings.items()]]


@pytest.fixture(scope="module", params=["4.1.1", "3.9.1"])
def secure_broker(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("secure")
    with Kafka(directory, "--secure", "--kafka", request.param).start() as kafka:
        kafka.version = request.param
        yield kafka


@pytest.fixture
def make_secure_cluster(secure_broker, tmp_path_factory):
    with contextlib.ExitStack() as made:
        def make(*listener, **options):
            directory = tmp_path_factory.mktemp("nodes")
            return made.enter_context(
                SecureCluster(SecureKafka(secure_broker, *listener, **options), directory,
                              f"ledger.{directory.name}"))

        yield make


def ways_in(kafka):
    ways = {"TLS": (TLS, {"security.protocol": "SSL"}), "PLAIN": (SASL, sasl("PLAIN"))}
    if kafka.version.startswith("3."):
        ways["SCRAM"] = (SASL, sasl("SCRAM-SHA-512"))
    return ways


def test_two_nodes_and_the_commands_work_over_every_way_in(secure_broker, make_secure_cluster):
    for way, listener in ways_in(secure_broker).items():
        cluster = make_secure_cluster(*listener)
        one, two = cluster.start(2)
        secret = one.organization()["token"]["token"]
        for number in range(3):
            assert one.client(secret).post("/appointments/", BODY | {"title": f"{way} {number}"}).status == 201
        assert rows(one.client(secret)) == rows(two.client(secret))
        assert two.client(secret).get("/appointments/")["count"] == 3
        assert cluster.verify() == (4, 0)
        cluster.kill()


def test_the_settings_may_stand_in_a_file(secure_broker, make_secure_cluster, tmp_path):
    cluster = make_secure_cluster(SASL, sasl("PLAIN"))
    settings = ", ".join(f'"{name}={value}"' for name, value in cluster.kafka.settings.items())
    (tmp_path / "node.toml").write_text(f"[serve]\nkafka-config = [{settings}]\n")
    (tmp_path / "node.toml").chmod(0o600)
    cluster.kafka.settings = {}
    node, = cluster.start(1, "--config", tmp_path / "node.toml")
    assert node.organization()["token"]["token"]
    assert PASSWORD not in node.log()


@pytest.mark.parametrize("listener, options, complaint", [
    ((SASL, sasl("PLAIN", "another")), {}, "uthentication"),
    ((SASL, sasl("SCRAM-SHA-512", "another")), {}, "uthentication"),
    ((TLS, {"security.protocol": "SSL"}), {"trusted": False}, "certificate"),
], ids=["password of PLAIN", "password of SCRAM", "unknown authority"])
def test_a_node_that_is_not_let_in_says_why_and_waits(
        make_secure_cluster, listener, options, complaint):
    cluster = make_secure_cluster(*listener, **options)
    node = cluster.node().start(ready=False)
    until(lambda: complaint in node.log() and "waiting for" in node.log(), "it says why")
    assert node.ready() == 503
    assert "another" not in node.log()
    done = cluster.run_verify()
    assert (done.returncode, done.stdout) == (1, "") and complaint in done.stderr, done
