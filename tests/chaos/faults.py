"""The faults, one after another, in an order that depends on a seed."""

import dataclasses
import random
import time

LINK_MODES = ("cut", "deaf", "closed", "slow")
NODE_FAULTS = (
    "node killed",
    "node paused",
    "node ended",
    "node cut off",
    "node forgets",
    "node on a bad link",
)
BROKER_FAULTS = ("broker killed", "broker paused", "broker restarted")
LONG_PAUSE = "node paused for long"
ROLLING = "rolling restart of everything"
# A node's fault on top of a broker's: bounds are those of the broker's.
BOTH = "broker paused, node killed"
ALL = NODE_FAULTS + BROKER_FAULTS


@dataclasses.dataclass
class Fault:
    kind: str
    what: str
    begin: float
    nodes: frozenset = frozenset()  # the affected ones
    paused: bool = False  # whether their processes are stopped
    brokers: bool = False  # whether brokers are affected
    healed: float = 0.0
    end: float = 0.0  # everything is whole again

    def __str__(self):
        return f"{self.begin:8.3f} {self.what}; healed {self.healed:.3f}, whole {self.end:.3f}"


class Nemesis:
    """Causes faults and ends them. Everything is healthy again before the next fault begins."""

    def __init__(self, cluster, history, seed, say=print):
        self.cluster, self.history, self.say = cluster, history, say
        self.random = random.Random(f"{seed} nemesis")
        self.faults = []

    def run(self, seconds, short):
        until = time.monotonic() + seconds
        kinds = self.plan(short)
        while time.monotonic() < until:
            self.one(next(kinds))
            time.sleep(self.random.uniform(0.2, 1.0))

    def plan(self, short):
        """The faults that find most come first, one broker fault among them."""
        first = [
            "node killed",
            "node cut off",
            "node paused",
            self.random.choice(BROKER_FAULTS[:2]),
        ]
        rest = ["node ended", "node forgets", "node on a bad link"]
        self.random.shuffle(first)
        self.random.shuffle(rest)
        yield from first + rest
        while True:
            kinds = list(ALL) + ([] if short else [LONG_PAUSE, ROLLING, BOTH])
            self.random.shuffle(kinds)
            yield from kinds

    def roll(self):
        """Restarts everything, one after the other."""
        self.say(f"{self.history.now():8.3f} {ROLLING}")
        for number in range(len(self.cluster.nodes)):
            self.one("node ended", number)
        for broker in (1, 2, 3):
            self.one("broker restarted", broker)

    def one(self, kind, which=None):
        if kind == ROLLING:
            self.roll()
            return
        number = self.random.randrange(len(self.cluster.nodes)) if which is None else which
        broker = self.random.choice((1, 2, 3)) if which is None else which
        about = f"node {number}" if kind.startswith("node") else f"broker {broker}"
        fault = Fault(kind, f"{kind} ({about})", self.history.now())
        self.faults.append(fault)
        action = {
            "node killed": self.kill_node,
            "node paused": lambda *who: self.pause_node(*who, 3, 8),
            LONG_PAUSE: lambda *who: self.pause_node(*who, 20, 25),
            "node ended": self.end_node,
            "node cut off": self.cut_node,
            "node forgets": self.make_node_forget,
            "node on a bad link": self.slow_node,
            "broker killed": self.kill_broker,
            "broker paused": self.pause_broker,
            "broker restarted": self.restart_broker,
            BOTH: self.pause_broker_and_kill_node,
        }[kind]
        if kind.startswith("node"):
            fault.nodes = frozenset([number])
            action(fault, self.cluster.nodes[number])
            fault.healed = fault.healed or self.history.now()
            self.cluster.nodes[number].await_ready()
        else:
            fault.brokers = True
            action(fault, broker)
            fault.healed = fault.healed or self.history.now()
            self.cluster.wait_until_whole()
            for node in self.cluster.nodes:
                node.await_ready()
        fault.end = self.history.now()
        self.say(str(fault))

    def wait(self, least, most):
        seconds = self.random.uniform(least, most)
        time.sleep(seconds)
        return seconds

    # Nodes.

    def kill_node(self, _, node):
        node.kill()
        self.wait(0, 2)
        node.launch()

    def end_node(self, _, node):
        node.stop()
        self.wait(0, 1)
        node.launch()

    def pause_node(self, fault, node, least, most):
        fault.paused = True
        node.process.pause()
        fault.what += f", for {self.wait(least, most):.1f} s"
        node.process.resume()

    def make_node_forget(self, _, node):
        self.random.choice((node.kill, node.stop))()
        node.forget()
        node.launch()

    def cut_node(self, fault, node):
        mode = self.random.choice(("cut", "deaf", "deaf", "closed"))
        fault.what += f", {mode}"
        self.change_link(fault, node, mode, 2.5, 6)

    def slow_node(self, fault, node):
        self.change_link(fault, node, "slow", 3, 5)

    def change_link(self, fault, node, mode, least, most):
        self.cluster.links.set(node.number, mode)
        fault.what += f", for {self.wait(least, most):.1f} s"
        self.cluster.links.set(node.number, "open")

    # Brokers.

    def kill_broker(self, fault, broker):
        self.cluster.kafka.kill(broker)
        fault.what += f", for {self.wait(4, 10):.1f} s"
        self.cluster.kafka.start_broker(broker, "--no-wait")

    def restart_broker(self, _, broker):
        self.cluster.kafka.stop_broker(broker)
        self.cluster.kafka.start_broker(broker, "--no-wait")

    def pause_broker(self, fault, broker):
        self.cluster.kafka.pause(broker)
        fault.what += f", for {self.wait(6, 13):.1f} s"
        self.cluster.kafka.resume(broker)

    def pause_broker_and_kill_node(self, fault, broker):
        node = self.random.choice(self.cluster.nodes)
        fault.nodes = frozenset([node.number])
        fault.what += f", node {node.number}"
        self.cluster.kafka.pause(broker)
        self.wait(0, 8)
        node.kill()
        node.launch()
        self.wait(2, 8)
        self.cluster.kafka.resume(broker)
