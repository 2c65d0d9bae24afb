"""Three brokers and three nodes, each node in a network namespace of its own."""

import http.client
import pathlib
import shutil
import socket
import subprocess

from cluster import Cluster, Node
from kafka import Kafka
from links import Relay
from namespaces import Namespace
from server import binary, run
from wait import until

TOPIC = "consularia.ledger"
PARTITIONS = 12
BROKERS = 3
NODES = 3
HTTP_PORT = 8080  # of every node
NODE_READY_WITHIN_S = 45
NODE_ENDS_WITHIN_S = 25
WHOLE_WITHIN_S = 90
COMMAND_WITHIN_S = 120


class IsolatedNode(Node):
    def __init__(self, cluster, name, data_dir, number, namespace):
        super().__init__(cluster, name, data_dir, before=namespace.command(), port=HTTP_PORT)
        self.process_options = {"pass_fds": [namespace.descriptor]}
        self.number = number
        self.namespace = namespace

    def connect(self, timeout):
        made = self.namespace.socket()
        made.settimeout(timeout)
        try:
            made.connect(("127.0.0.1", HTTP_PORT))
        except OSError:
            made.close()
            raise
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def ready(self):
        connection = http.client.HTTPConnection("node", timeout=2)
        try:
            connection.sock = self.connect(2)
            connection.request("GET", "/readyz")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def await_ready(self, within_s=NODE_READY_WITHIN_S):
        super().await_ready(within_s)

    def stop(self, within_s=NODE_ENDS_WITHIN_S):
        super().stop(within_s)

    def forget(self):
        shutil.rmtree(self.data_dir)

    def last_words(self):
        lines = self.log().splitlines()
        return "\n".join(
            line for line in lines if " request id=" not in line and " void record " not in line
        )[-2000:]


class IsolatedCluster(Cluster):
    node_type = IsolatedNode

    def __init__(self, directory, program=None):
        directory = pathlib.Path(directory)
        copy = directory / "consularia"
        until(
            lambda: copy_program(program or binary(), copy), "there is a binary that runs", 60, 1
        )
        kafka = Kafka(directory / "kafka", brokers=BROKERS)
        # The checker tells the attempts under one key apart by the request ids that it sends.
        options = ("--threads", "2", "--write-format", "1")
        super().__init__(kafka, directory, TOPIC, PARTITIONS, options, program=copy)
        self.namespaces, self.links = [], None

    def start_all(self):
        self.kafka.start()
        self.namespaces = [Namespace() for _ in range(NODES)]
        self.links = Relay(self.namespaces, self.kafka.ports)
        for number, namespace in enumerate(self.namespaces):
            self.node(f"node-{number}", number=number, namespace=namespace).launch()
        for node in self.nodes:
            node.await_ready()

    def wait_until_whole(self):
        until(
            lambda: self.kafka.is_whole(TOPIC, PARTITIONS),
            "the brokers are whole again",
            WHOLE_WITHIN_S,
            0.3,
        )

    def ledger(self, command, *words):
        """What `consularia ledger` prints, as bytes."""
        done = run(
            "ledger",
            command,
            *self.ledger_options,
            *words,
            program=self.program,
            timeout=COMMAND_WITHIN_S,
            text=False,
        )
        assert done.returncode == 0, (command, done.stderr)
        return done.stdout

    def stop(self):
        self.kill()
        if self.links:
            self.links.stop()
        self.kafka.stop()
        for namespace in self.namespaces:
            namespace.close()


def copy_program(source, target):
    """A build during the run does not disturb the copy; false while the linker writes."""
    try:
        shutil.copy(source, target)
        return subprocess.run([target, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False
