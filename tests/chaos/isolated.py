"""Three brokers and three nodes, and everything that can be done to them."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from namespaces import Namespace
from server import ROOT, binary, free_cluster_ports

HERE = pathlib.Path(__file__).resolve().parent
KAFKA = ROOT / "scripts" / "kafka.sh"
TOPIC = "consularia.ledger"
PARTITIONS = 12
BROKERS = (1, 2, 3)
NODES = 3
HTTP_PORT = 8080  # of every node, in a namespace of its own
PUBLIC_URL = "https://appointments.example.org"
STARTED_WITHIN_S = 240
NODE_READY_WITHIN_S = 45
NODE_ENDS_WITHIN_S = 25
WHOLE_WITHIN_S = 90


class ClusterFault(Exception):
    """Something that must work did not: a finding, not a history."""


def wait_until(condition, seconds, what, pause=0.1):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ClusterFault(f"not within {seconds} s: {what}")
        time.sleep(pause)


class Brokers:
    def __init__(self, directory):
        self.directory = directory
        self.port = free_cluster_ports()
        self.ports = [self.port + n for n in range(len(BROKERS))]
        self.addresses = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        self.paused = {}

    def script(self, *words, timeout=STARTED_WITHIN_S):
        done = subprocess.run(
            [str(KAFKA), *map(str, words), "--dir", str(self.directory)],
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if done.returncode != 0:
            raise ClusterFault(f"kafka.sh {words}: {done.stderr}")
        return done.stdout

    def start(self):
        self.script("start", "--brokers", len(BROKERS), "--port", self.port)

    def stop(self):
        for broker in list(self.paused):
            self.resume(broker)
        self.script("stop")

    def kill(self, broker):
        self.script("stop-broker", broker, "--kill")

    def end(self, broker):
        self.script("stop-broker", broker)

    def launch(self, broker):
        self.script("start-broker", broker, "--no-wait")

    def pause(self, broker):
        self.paused[broker] = int(self.script("pid", broker))
        os.kill(self.paused[broker], signal.SIGSTOP)

    def resume(self, broker):
        os.kill(self.paused.pop(broker), signal.SIGCONT)

    def whole(self):
        """Every broker is there, and in sync for every partition."""
        done = subprocess.run(
            ["kcat", "-b", self.addresses, "-L", "-J", "-t", TOPIC, "-m", "3"],
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            return False
        seen = json.loads(done.stdout)
        partitions = [one for topic in seen["topics"] for one in topic["partitions"]]
        return (
            len(seen["brokers"]) == len(BROKERS)
            and len(partitions) == PARTITIONS
            and all(len(one["isrs"]) == len(BROKERS) and one["leader"] > 0 for one in partitions)
        )

    def wait_until_whole(self):
        wait_until(self.whole, WHOLE_WITHIN_S, "the brokers are whole again", 0.3)


class Links:
    def __init__(self, namespaces, ports):
        descriptors = [one.descriptor for one in namespaces]
        words = [",".join(map(str, values)) for values in (descriptors, ports)]
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "links.py"), *words],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=descriptors,
        )
        self._await_answer()

    def _await_answer(self):
        if self.process.stdout.readline() != "done\n":
            raise RuntimeError("the relay between nodes and brokers has ended")

    def set(self, node, mode):
        self.process.stdin.write(f"{node} {mode}\n")
        self.process.stdin.flush()
        self._await_answer()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)


class Node:
    """A node's directory, and the process that runs on it at the moment."""

    def __init__(self, number, directory, program, brokers, secrets_file, namespace):
        self.number = number
        self.data_dir = directory / f"node-{number}"
        self.log_file = directory / f"node-{number}.log"
        self.namespace = namespace
        self.process = None
        self.words = [
            str(program),
            "serve",
            "--data-dir",
            str(self.data_dir),
            "--listen",
            f"127.0.0.1:{HTTP_PORT}",
            "--ledger",
            f"kafka:{brokers.addresses}",
            "--partitions",
            str(PARTITIONS),
            "--secrets-file",
            str(secrets_file),
            "--public-url",
            PUBLIC_URL,
            "--threads",
            "2",
        ]

    def start(self):
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                self.namespace.command(self.words),
                stdout=log,
                stderr=log,
                pass_fds=[self.namespace.descriptor],
            )

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
        if self.process.poll() is not None:
            raise ClusterFault(
                f"node {self.number} has ended by itself with {self.process.returncode}: "
                + self.last_words()
            )
        connection = http.client.HTTPConnection("node", timeout=2)
        try:
            connection.sock = self.connect(2)
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait_until_ready(self):
        wait_until(self.ready, NODE_READY_WITHIN_S, f"node {self.number} is ready")

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """SIGTERM: it finishes what it was given."""
        self.process.terminate()
        try:
            code = self.process.wait(NODE_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ClusterFault(
                f"node {self.number} did not end within {NODE_ENDS_WITHIN_S} s of SIGTERM"
            )
        if code != 0:
            raise ClusterFault(
                f"node {self.number} ended on SIGTERM with {code}: {self.last_words()}"
            )

    def forget(self):
        shutil.rmtree(self.data_dir)

    def last_words(self):
        lines = self.log_file.read_text(errors="replace").splitlines()
        return "\n".join(
            line for line in lines if " request id=" not in line and " void record " not in line
        )[-2000:]


class Cluster:
    def __init__(self, directory, program=None):
        self.directory = pathlib.Path(directory)
        self.program = self.directory / "consularia"
        wait_until(
            lambda: self.copy_program(program or binary()), 60, "there is a binary that runs", 1
        )
        self.secrets_file = self.directory / "secrets.toml"
        self.brokers = Brokers(self.directory / "kafka")
        self.namespaces, self.nodes, self.links = [], [], None

    def copy_program(self, program):
        """Whoever builds meanwhile does not disturb us; false while a linker is at it."""
        try:
            shutil.copy(program, self.program)
            return (
                subprocess.run([str(self.program), "--version"], capture_output=True).returncode
                == 0
            )
        except OSError:
            return False

    def start(self):
        self.run("secrets", "create", str(self.secrets_file))
        text = self.secrets_file.read_text()
        self.admin_key = re.search(r'^admin_key\s*=\s*"([^"]+)"', text, re.M)[1]
        self.brokers.start()
        self.namespaces = [Namespace() for _ in range(NODES)]
        self.links = Links(self.namespaces, self.brokers.ports)
        for number, namespace in enumerate(self.namespaces):
            self.nodes.append(
                Node(
                    number, self.directory, self.program, self.brokers, self.secrets_file, namespace
                )
            )
            self.nodes[-1].start()
        for node in self.nodes:
            node.wait_until_ready()

    def run(self, *words, timeout=120):
        done = subprocess.run([str(self.program), *words], capture_output=True, timeout=timeout)
        if done.returncode != 0:
            raise ClusterFault(f"consularia {' '.join(words)}: {done.stderr.decode()}")
        return done.stdout

    def ledger(self, command, *words):
        return self.run(
            "ledger",
            command,
            "--ledger",
            f"kafka:{self.brokers.addresses}",
            "--partitions",
            str(PARTITIONS),
            *words,
        )

    def read_topic(self):
        """The values of each partition in log order, as kcat reads them."""
        words = [
            "kcat",
            "-b",
            self.brokers.addresses,
            "-C",
            "-t",
            TOPIC,
            "-o",
            "beginning",
            "-e",
            "-q",
            "-X",
            "check.crcs=true",
            "-f",
            "%p %o %S\n%s\n",
        ]
        done = subprocess.run(words, capture_output=True, timeout=120)
        if done.returncode != 0:
            raise ClusterFault(f"kcat: {done.stderr.decode()}")
        return split_messages(done.stdout, PARTITIONS)

    def stop(self):
        for node in self.nodes:
            if node.process is not None and node.process.poll() is None:
                node.resume()
                node.kill()
        if self.links:
            self.links.stop()
        self.brokers.stop()
        for namespace in self.namespaces:
            namespace.close()


def split_messages(text, partitions):
    logs = [[] for _ in range(partitions)]
    at = 0
    while at < len(text):
        line_end = text.index(b"\n", at)
        partition, offset, size = map(int, text[at:line_end].split())
        size = max(size, 0)  # -1 is a null value
        if offset != len(logs[partition]):
            raise ClusterFault(f"partition {partition} has a gap before offset {offset}")
        logs[partition].append(text[line_end + 1 : line_end + 1 + size])
        at = line_end + 1 + size + 1
    return logs
