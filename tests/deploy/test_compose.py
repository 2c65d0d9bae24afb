"""docker-compose.yml: what it must say, as docker-compose understands it. Nothing is started."""
import ipaddress
import os
import re
import subprocess

import pytest
import yaml

from server import ROOT, binary, run

MIB = 1024 * 1024
NODES = ("consularia-1", "consularia-2")
BROKERS = ("kafka-1", "kafka-2", "kafka-3")


@pytest.fixture(scope="module")
def compose():
    done = subprocess.run(["docker-compose", "--file", str(ROOT / "docker-compose.yml"), "config"],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def brokers(services):
    """The settings of each broker by the names that Kafka has for them."""
    def kafka_name(variable):
        return variable.removeprefix("KAFKA_").lower().replace("_", ".")

    return [{kafka_name(variable): str(value)
             for variable, value in services[name]["environment"].items()} for name in BROKERS]


def test_there_are_three_brokers_two_nodes_and_one_entrance(services):
    assert set(services) == {*BROKERS, *NODES, "secrets", "nginx"}


def test_brokers_form_one_cluster(services, brokers):
    assert [broker["node.id"] for broker in brokers] == ["1", "2", "3"]
    for name, broker in zip(BROKERS, brokers):
        assert broker["process.roles"] == "broker,controller"
        assert broker["controller.quorum.voters"] == "1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093"
        assert broker["advertised.listeners"] == f"PLAINTEXT://{name}:9092"
        assert services[name]["image"] == "apache/kafka:4.1.1"
    [cluster_id] = {broker["cluster.id"] for broker in brokers}
    assert re.fullmatch(r"[A-Za-z0-9_-]{21}[AQgw]", cluster_id)  # 128 bits


def test_brokers_keep_what_the_ledger_demands(brokers):
    for broker in brokers:
        assert broker["default.replication.factor"] == "3"
        assert broker["min.insync.replicas"] == "2"
        assert broker["unclean.leader.election.enable"] == "false"
        assert broker["auto.create.topics.enable"] == "false"
        assert int(broker["message.max.bytes"]) >= 8 * MIB
        assert int(broker["replica.fetch.max.bytes"]) >= 8 * MIB
        assert broker["offsets.topic.replication.factor"] == "3"
        assert broker["transaction.state.log.replication.factor"] == "3"
        assert broker["transaction.state.log.min.isr"] == "2"


def test_brokers_have_the_settings_of_the_script(brokers):
    script = (ROOT / "scripts" / "kafka" / "files.sh").read_text()
    of_a_script = dict(re.findall(r"^([a-z]+(?:\.[a-z]+)+)=([a-z0-9]+)$", script, re.M))
    for_tests = {"offsets.topic.num.partitions", "log.cleaner.dedupe.buffer.size",
                 "allow.everyone.if.no.acl.found"}
    shared = {key: value for key, value in of_a_script.items() if key not in for_tests}
    assert {"message.max.bytes", "broker.session.timeout.ms"} <= set(shared)
    for broker in brokers:
        assert {key: broker.get(key) for key in shared} == shared


def test_every_service_that_stays_has_a_health_check(services):
    for name in {*services} - {"secrets"}:
        assert services[name]["healthcheck"]["test"][0] == "CMD", name
        assert services[name]["restart"] == "unless-stopped"


def test_nothing_starts_before_what_it_needs(services):
    for name in NODES:
        needs = {needed: how["condition"] for needed, how in services[name]["depends_on"].items()}
        assert needs == {**dict.fromkeys(BROKERS, "service_healthy"),
                         "secrets": "service_completed_successfully"}
    needs = services["nginx"]["depends_on"].items()
    assert {needed: how["condition"] for needed, how in needs} == dict.fromkeys(
        NODES, "service_healthy")


def test_data_outlives_the_containers_and_nobody_shares_it(compose, services):
    kept = [services[name]["volumes"][0] for name in (*BROKERS, *NODES)]
    sources = [volume.split(":")[0] for volume in kept]
    assert len(set(sources)) == len(sources)
    assert {*sources, "secrets"} == set(compose["volumes"])
    for name, volume in zip(BROKERS, kept):
        directory = volume.split(":")[1]
        assert services[name]["environment"]["KAFKA_LOG_DIRS"] == directory


def test_only_the_entrance_is_published_and_only_to_this_machine(services):
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"nginx": ["127.0.0.1:8080:8080/tcp"]}


def test_only_nodes_reach_the_brokers(compose, services):
    """A program that can write to the topic can write history."""
    networks = {name: set(service.get("networks") or ()) for name, service in services.items()}
    ledger = networks["kafka-1"]
    assert [compose["networks"][name]["internal"] for name in ledger] == [True]
    assert {name for name in services if networks[name] & ledger} == {*BROKERS, *NODES}
    assert all(networks[name] == ledger for name in BROKERS)
    assert services["secrets"]["network_mode"] == "none"
    for name in NODES:
        [entrance] = networks[name] & networks["nginx"]
        assert not compose["networks"][entrance].get("internal"), "ports are published from it"


def options(service):
    command, *words = service["command"]
    assert command == "serve"
    return dict(word.split("=", 1) for word in words)


def test_nodes_are_equal_and_share_brokers_and_secrets(services):
    one, two = (options(services[name]) for name in NODES)
    assert one == two
    assert one["--ledger"] == "kafka:" + ",".join(f"{name}:9092" for name in BROKERS)
    assert one["--public-url"] == "http://localhost:8080"
    directory = one["--secrets-file"].rpartition("/")[0]
    for name in NODES:
        assert f"secrets:{directory}:ro" in services[name]["volumes"]
        assert services[name]["volumes"][0].split(":")[1] == one["--data-dir"]
    assert one["--secrets-file"] in " ".join(services["secrets"]["command"])


def test_nodes_that_stop_serve_on_and_are_given_the_time_for_it(services):
    for name in NODES:
        drain_s = int(options(services[name])["--drain-delay-ms"]) / 1000
        grace = services[name]["stop_grace_period"]
        assert 5 <= drain_s < int(re.fullmatch(r"(\d+)s", grace)[1]) - 10


def test_nodes_believe_what_nginx_says_of_clients(services):
    networks = options(services["consularia-1"])["--trusted-proxy"].split(",")
    assert all(ipaddress.ip_network(network).is_private for network in networks)


@pytest.mark.parametrize("name", NODES)
def test_nodes_take_only_options_that_the_binary_has(services, name):
    help_text = run("serve", "--help").stdout
    known = set(re.findall(r"--[a-z-]+", help_text))
    assert {option for option in options(services[name])} - known == set()
    assert "kafka" in re.search(r"--ledger .*?(?=\n  --)", help_text, re.S)[0]


def test_the_shell_line_makes_the_secrets_once(services, tmp_path):
    """As the container runs it, on another file and with the built binary under its name."""
    (tmp_path / "consularia").symlink_to(binary())
    secrets = tmp_path / "secrets.toml"
    [line] = services["secrets"]["command"]
    line = line.replace("/run/secrets/consularia", str(secrets))
    assert services["secrets"]["entrypoint"] == ["sh", "-c"]

    def start():
        path = f"{tmp_path}:{os.environ['PATH']}"
        subprocess.run(["sh", "-c", line], check=True, env={**os.environ, "PATH": path}, timeout=30)
        return secrets.read_bytes(), secrets.stat().st_mode & 0o777

    made = start()
    assert made[1] == 0o600
    assert start() == made
