"""scripts/kafka.sh: real brokers that start, stop, and keep what they were given."""
import os
import signal
import ssl
import subprocess

import pytest

from kafka import Kafka, kafka_script
from kafka_wire import scram_accepts
from ports import is_free
from process import Process

def kcat(cluster, *words, server=None, **options):
    done = subprocess.run(["kcat", "-b", server or f"127.0.0.1:{cluster.port}", *words],
                          capture_output=True, text=True, timeout=30, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def cluster(tmp_path):
    """One broker, not started yet."""
    with Kafka(tmp_path / "kafka") as made:
        yield made


@pytest.mark.parametrize("words, sentence", [
    ([], "say start, stop, status, start-broker N, stop-broker N or pid N"),
    (["restart"], "unknown command: restart"),
    (["start", "--brokers", "2"], "--brokers takes 1 or 3, not 2"),
    (["start", "--brokers"], "--brokers takes a value"),
    (["start", "--port", "http"], "--port takes a port from 1024, not http"),
    (["start", "--port", "1023"], "--port takes a port from 1024"),
    (["start", "--port", "65000"], "--port takes a port from 1024 to"),
    (["start", "--fast"], "unknown option: --fast"),
    (["stop", "--port", "9092"], "stop takes no --port"),
    (["pid"], "pid takes the number of a broker, 1 to 3"),
    (["stop-broker", "4"], "stop-broker takes the number of a broker, 1 to 3"),
    (["start", "--kill"], "start takes no --kill"),
])
def test_wrong_usage_is_one_sentence_and_exit_code_2(tmp_path, words, sentence):
    done = kafka_script(*words, *(["--dir", tmp_path / "kafka"] if words else []))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"kafka.sh: {sentence}") and done.stderr.count("\n") == 1
    assert not (tmp_path / "kafka").exists()


def test_without_a_cluster_stop_does_nothing_and_status_says_so(tmp_path):
    stopped, status = (kafka_script(word, "--dir", tmp_path) for word in ("stop", "status"))
    assert (stopped.returncode, status.returncode) == (0, 1)
    assert stopped.stderr == status.stderr == f"There is no Kafka in {tmp_path}.\n"


def test_one_broker_starts_once_and_its_data_survives_stop_and_kill(cluster):
    address = f"127.0.0.1:{cluster.port}"
    assert cluster.script("start", "--port", cluster.port) == f"{address}\n"
    pid = cluster.run("pid", 1).stdout
    again = cluster.run("start")
    assert (again.returncode, again.stdout) == (0, f"{address}\n")
    assert "already runs" in again.stderr and cluster.run("pid", 1).stdout == pid
    status = cluster.run("status")
    assert (status.returncode, status.stdout) == (0, f"broker 1 runs on {address}, pid {pid}")

    assert "0 topics" in kcat(cluster, "-L")
    cluster.make_topic("kept")
    kcat(cluster, "-P", "-t", "kept", "-X", "acks=all", input="one\ntwo\n")
    other = cluster.run("start", "--brokers", 3)
    assert other.returncode == 2 and "holds a cluster with --brokers 1" in other.stderr

    assert cluster.run("stop").returncode == 0
    assert cluster.run("pid", 1).returncode == 1 and is_free(cluster.port)
    assert cluster.run("status").stdout == "broker 1 does not run\n"
    cluster.start()
    assert kcat(cluster, "-C", "-t", "kept", "-o", "beginning", "-e", "-q") == "one\ntwo\n"
    assert cluster.run("stop-broker", 1, "--kill").returncode == 0
    assert cluster.run("start-broker", 1).returncode == 0
    assert kcat(cluster, "-C", "-t", "kept", "-o", "beginning", "-e", "-q") == "one\ntwo\n"


def test_stop_ends_no_process_that_took_over_the_pid(cluster):
    cluster.start()
    cluster.run("stop")
    with Process("sleep", 60) as other:
        (cluster.directory / "broker-1" / "pid").write_text(f"{other.pid}\n")
        assert cluster.run("pid", 1).returncode == 1
        assert "does not run" in cluster.run("stop").stderr
        other.check_alive()


def test_three_secure_brokers_survive_the_loss_of_one(cluster):
    started = cluster.script("start", "--brokers", 3, "--secure", "--port", cluster.port)
    ports = [cluster.port + n for n in range(3)]
    assert started == ",".join(f"127.0.0.1:{port}" for port in ports) + "\n"
    ca = cluster.directory / "tls" / "ca.pem"

    for port in ports:
        for offset in (20, 30):
            handshake = subprocess.run(
                ["openssl", "s_client", "-connect", f"127.0.0.1:{port + offset}", "-CAfile", ca,
                 "-verify_return_error", "-verify_ip", "127.0.0.1"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
            assert handshake.returncode == 0, handshake.stderr
            assert "Verify return code: 0 (ok)" in handshake.stdout
    trust = ssl.create_default_context(cafile=ca)
    assert scram_accepts(ports[1] + 20, trust, "consularia", "consularia-secret")
    assert not scram_accepts(ports[1] + 20, trust, "consularia", "another")
    trusting = ("-X", f"ssl.ca.location={ca}")
    assert "3 brokers" in kcat(cluster, "-L", "-X", "security.protocol=ssl", *trusting,
                               server=f"127.0.0.1:{ports[0] + 30}")
    assert "3 brokers" in kcat(
        cluster, "-L", "-X", "security.protocol=sasl_ssl", "-X", "sasl.mechanisms=PLAIN",
        "-X", "sasl.username=consularia", "-X", "sasl.password=consularia-secret", *trusting,
        server=f"127.0.0.1:{ports[2] + 20}")

    pid = int(cluster.run("pid", 2).stdout)
    os.kill(pid, signal.SIGSTOP)
    assert cluster.run("stop-broker", 2).returncode == 0  # though it is paused
    status = cluster.run("status")
    assert status.returncode == 1 and "broker 2 does not run" in status.stdout
    assert cluster.run("start-broker", 2).returncode == 0
    assert int(cluster.run("pid", 2).stdout) != pid
    assert cluster.run("status").returncode == 0

