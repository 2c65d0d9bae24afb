"""One run: a cluster, clients, faults, and the checker's verdict."""

import collections
import dataclasses
import http.client
import json
import re
import time

from checker import Checker
from comparison import Violation
from faults import Nemesis
from history import History
from isolated import IsolatedCluster
from liveness import check_liveness
from workload import Bursts, Client, Prober
from world import PREFIX, World

ORGANIZATIONS = 4
CLIENTS = 6
FINISHED_WITHIN_S = 90
EQUAL_WITHIN_S = 30
SHOWN = 8  # violations


class Result:
    def __init__(self, seed):
        self.seed = seed
        self.violations = []
        self.faults = []
        self.summary = []

    def report(self):
        kinds = collections.Counter(one.kind for one in self.violations)
        lines = [f"seed {self.seed}", *self.summary, "faults:", *map(str, self.faults)]
        seen = collections.Counter()
        for one in self.violations:  # some of each kind
            seen[one.kind] += 1
            if seen[one.kind] <= max(1, SHOWN // len(kinds)):
                lines.append(str(one))
        lines.append(
            ", ".join(
                [f"{len(self.violations)} violations", *(f"{n} × {k}" for k, n in kinds.items())]
            )
        )
        return "\n".join(lines)


def read_copy(node, organization, timeout=10):
    """(position, the pages of all appointments as bytes); the pages are of one state."""
    while True:
        pages, positions = [], set()
        number = 1
        while True:
            connection = http.client.HTTPConnection("node", timeout=timeout)
            connection.sock = node.connect(timeout)
            connection.request(
                "GET",
                f"{PREFIX}/appointments/?page_size=100&page={number}",
                headers={"Host": "node", "Authorization": f"Token {organization.token[1]}"},
            )
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            if answer.status == 404 and number > 1:
                break  # the list has become shorter
            assert answer.status == 200, f"at the end {node.name} answers {answer.status}: {body!r}"
            pages.append(body)
            positions.add(int(answer.headers["Consularia-Position"]))
            if json.loads(body)["next"] is None:
                break
            number += 1
        if len(positions) == 1:
            return positions.pop(), tuple(pages)


def read_copies(cluster, organizations):
    """The copies of all nodes, at equal positions if the nodes ever reach them: deadlines may still
    be due."""
    deadline = time.monotonic() + EQUAL_WITHIN_S
    while True:
        copies = {
            node.number: {one.id: read_copy(node, one) for one in organizations}
            for node in cluster.nodes
        }
        positions = {tuple(copy[one.id][0] for one in organizations) for copy in copies.values()}
        if len(positions) == 1 or time.monotonic() > deadline:
            return copies


def finish(threads, world):
    world.stopping.set()
    deadline = time.monotonic() + FINISHED_WITHIN_S
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
        if thread.is_alive():
            world.errors.append(f"{thread.name} does not end: its commands are not answered")


def write_down(history, file):
    file.write_text("\n".join(map(str, sorted(history.attempts, key=lambda one: one.begin))) + "\n")


@dataclasses.dataclass
class Ending:
    """The state after all clients have ended. All parts are of the same moment: nothing was
    appended in between."""

    logs: list
    copies: dict  # of the nodes; empty if one of them does not answer
    export: bytes
    verify: str
    complaint: str = ""


def logs_of(cluster):
    return [[value or b"" for value in values] for values in cluster.values()]


def look_at_the_end(cluster, organizations):
    for _ in range(20):
        ending = Ending(logs_of(cluster), {}, b"", "")
        try:
            ending.copies = read_copies(cluster, organizations)
            ending.export = cluster.ledger("export", "--facts")
            ending.verify = cluster.ledger("verify").decode()
        except AssertionError as why:
            ending.complaint = str(why)
        if sum(map(len, logs_of(cluster))) == sum(map(len, ending.logs)):
            return ending
    raise AssertionError("the topic keeps growing after the clients have ended")


def check_ending(checker, ending):
    """Nodes are equal, and `consularia ledger` sees the facts that the independent reader sees."""
    if ending.complaint:
        return [Violation("end", ending.complaint, [])]
    checker.check_copies(ending.copies)
    violations = []
    exported = sorted(ending.export.splitlines())
    if exported != sorted(checker.facts):
        violations.append(
            Violation(
                "verifiers differ",
                f"ledger export has {len(exported)} facts, the independent "
                f"reader {len(checker.facts)}",
                [],
            )
        )
    numbers = list(map(int, re.findall(r"\d+", ending.verify)))
    for wanted in (len(checker.facts), checker.records - len(checker.facts)):
        if wanted not in numbers:
            violations.append(
                Violation(
                    "verifiers differ", f"ledger verify does not say {wanted}", [ending.verify]
                )
            )
    return violations


def run_chaos(seed, seconds, directory, program=None, short=False, say=print):
    """Returns the Result; the cluster has ended."""
    result = Result(seed)
    began = time.monotonic()
    cluster = IsolatedCluster(directory, program)
    history = History()
    try:
        cluster.start_all()
        say(f"seed {seed}: the cluster runs after {time.monotonic() - began:.0f} s")
        history.began = time.monotonic()
        world = World(cluster.nodes, cluster.admin_key, history)
        for number in range(ORGANIZATIONS):
            world.found(f"Embassy {number}", number % len(cluster.nodes), f"found-{number}")
        probers = [
            Prober(world, node.number, one, seed)
            for node in cluster.nodes
            for one in world.organizations
        ]
        threads = [
            *probers,
            *(Client(world, number, seed) for number in range(CLIENTS)),
            Bursts(world, seed),
        ]
        for thread in threads:
            thread.start()
        nemesis = Nemesis(cluster, history, seed, say)
        result.faults = nemesis.faults
        try:
            nemesis.run(seconds, short)
        finally:
            until = history.now()
            finish(threads, world)
            write_down(history, cluster.directory / "history.txt")
        ending = look_at_the_end(cluster, world.organizations)
        checker = Checker(ending.logs, list(history.attempts))
        checker.check()
        result.violations += check_ending(checker, ending)
        result.violations[:0] = checker.violations
        bad, longest, recovery = check_liveness(nemesis.faults, probers, history.attempts, until)
        result.violations += bad
        result.violations += [Violation("client", error, []) for error in world.errors]
        result.summary = summarize(history, checker, longest, recovery, time.monotonic() - began)
    except AssertionError as why:  # something that must work did not
        result.violations.append(
            Violation(
                "cluster",
                str(why),
                [
                    f"{node.name}: {node.last_words()}"
                    for node in cluster.nodes
                    if node.process is not None
                ],
            )
        )
    finally:
        cluster.stop()
    return result


def summarize(history, checker, longest, recovery, took):
    attempts = history.attempts
    statuses = collections.Counter(
        "lost" if one.status is None else str(one.status) for one in attempts
    )
    slowest = max((one.end - one.begin for one in attempts if one.status is not None), default=0)
    lines = [
        f"{took:.0f} s, {len(attempts)} requests "
        f"({', '.join(f'{k}: {n}' for k, n in sorted(statuses.items()))}), "
        f"{sum(one.replayed for one in attempts)} replayed, {len(checker.facts)} facts, "
        f"{checker.records - len(checker.facts)} voids, slowest answer {slowest:.1f} s",
        "longest time without a write on a node that is well, from the fault's begin:",
        *(f"    {seconds:5.1f} s  {kind}" for kind, seconds in longest.items()),
        "longest time to the first write on the node itself, after healing:",
        *(f"    {seconds:5.1f} s  {kind}" for kind, seconds in recovery.items()),
    ]
    return lines
