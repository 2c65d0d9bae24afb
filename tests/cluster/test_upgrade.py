"""A cluster is upgraded node by node from the version before, put back, and upgraded for good, while
clients write."""
import collections
import http.client
import itertools
import json
import random
import threading

from client import unique, valid
from guest import Guest, from_now, token_of
from previous import previous_binary
from reader import Log
from server import binary, run
from wait import until

MORE = 12  # answered requests
PAUSE_S = 0.2  # of each client: the ledger stays small enough to be replayed at every restart
SOON = dict(start_date_time=from_now(5), duration_minutes=600)


class Load:
    """Clients that write through all nodes at once. Only a node that is being restarted may fail to
    answer; the request is then repeated on another node."""

    def __init__(self, nodes, secrets):
        self.nodes = nodes
        self.restarting = None
        self.failures = []
        self.answered = collections.Counter()  # by node
        self.written = {}  # id -> (secret, title) of the appointments, all of them joined
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(node, secret), daemon=True)
                        for node, secret in itertools.product(nodes, secrets)]
        for thread in self.threads:
            thread.start()

    def _write(self, node, secret):
        try:
            for number in itertools.count():
                if self.stopping.wait(PAUSE_S):
                    return
                self._use_one_appointment(node, secret, f"{node.name} {number}")
        except Exception as failure:
            self.failures.append(repr(failure))
            raise

    def _use_one_appointment(self, node, secret, title):
        once, again = ({"Idempotency-Key": unique("key")} for _ in range(2))
        made = self._ask(node, 201, lambda on: on.client(secret).post(
            "/appointments/", valid(**SOON, participants=[{"unique_id": "ann", "role": "participant"}]),
            headers=once))
        path = f"/appointments/{made['id']}/"
        self._ask(node, 200, lambda on: on.client(secret).patch(path, {"title": title}, headers=again))
        self._ask(node, 200, lambda on: Guest(on.port, token_of(made)).join())
        self.written[made["id"]] = secret, title

    def _ask(self, node, status, request):
        while True:
            was = self.restarting
            try:
                answer = request(node)
            except (OSError, http.client.HTTPException) as error:  # the connection broke, or nobody listened
                answer = error
            if getattr(answer, "status", 503) == 503:
                if node not in (was, self.restarting):
                    self.failures.append((node.name, repr(answer)))
                node = random.choice([other for other in self.nodes if other is not node])
                continue
            assert answer.status == status, (node.name, answer)
            self.answered[node] += 1
            return answer

    def go_on(self, nodes):
        """Each of these nodes answers more requests."""
        goals = {node: self.answered[node] + MORE for node in nodes}
        until(lambda: self.failures or all(self.answered[node] >= goal
                                           for node, goal in goals.items()),
              lambda: f"{MORE} more answers of each of {[node.name for node in nodes]}", 60)
        assert not self.failures, self.failures[:5]

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "a client waits for ever"
        assert not self.failures, self.failures[:5]


def prepare(node):
    """What the present binary does beside a node of the version before."""
    done = run("projections", "prepare", "--data-dir", node.data_dir, "--secrets-file",
               node.secrets_file, *node.cluster.options_of_nodes)
    assert done.returncode == 0 and done.stdout.startswith("prepared"), done


def roll(load, program, *options, prepared=False):
    """Restarts one node after the other with this binary. Nothing freezes anywhere."""
    for node in load.nodes:
        if prepared:
            prepare(node)
        load.restarting = node
        node.stop()
        load.go_on([other for other in load.nodes if other is not node])
        node.program = program
        node.start(*options)
        load.restarting = None
        if prepared:
            assert "the prepared read store is used" in node.log(), node.log()
            assert "rebuilding" not in node.log()
        load.go_on(load.nodes)
        assert [each.total("consularia_frozen_records_total") for each in load.nodes] == [0, 0, 0]


def census(cluster, *options):
    """What `ledger formats` of the present binary says."""
    done = run("ledger", "formats", "--json", "--data-dir", cluster.directory / "nowhere",
               *cluster.ledger_options, *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def formats_in(found):
    return {one["format"] for one in found["formats"]} - {None}


def appointments(api):
    """Title and status of each, by id."""
    found = {}
    for page in itertools.count(1):
        answer = api.get(f"/appointments/?page_size=100&page={page}")
        assert answer.status == 200, answer
        found |= {one["id"]: (one["title"], one["status"]) for one in answer["results"]}
        if answer["next"] is None:
            assert len(found) == answer["count"]
            return found


def check_rows(load, secrets):
    """All that was acknowledged is there on every node, and nothing twice."""
    for node in load.nodes:
        for secret in secrets:
            expected = {key: (title, "active") for key, (of, title) in load.written.items()
                        if of == secret}
            assert appointments(node.client(secret)) == expected, node.name


def check_chains(cluster, organizations):
    log = Log(cluster.kafka, cluster.topic, cluster.partitions)
    assert cluster.verify() == (log.fact_count, log.void_count)
    for organization in organizations:
        facts = [json.loads(fact) for fact in log.facts_of(organization["id"])]
        assert [fact["sequence"] for fact in facts] == [str(n + 1) for n in range(len(facts))]
        keys = collections.Counter(fact.get("idempotencykey") for fact in facts)
        del keys[None]
        assert keys and max(keys.values()) == 1


def test_a_cluster_is_upgraded_put_back_and_upgraded_for_good_under_load(make_cluster):
    previous, present = previous_binary(), binary()
    cluster = make_cluster("upgrade", program=previous)
    nodes = cluster.start(3)
    organizations = [nodes[0].organization(name) for name in ("One", "Two")]
    secrets = [one["token"]["token"] for one in organizations]
    load = Load(nodes, secrets)
    try:
        load.go_on(nodes)
        # Early versions have no journal, which what is prepared is made of.
        roll(load, present, prepared=(nodes[0].data_dir / "journal").exists())
        roll(load, previous)
        roll(load, present)
        found = census(cluster)
        assert (found["reads"], found["writes"], formats_in(found)) == ([1, 2, 3], 1, {1})
        roll(load, present, "--write-format", "2")
    finally:
        load.stop()
    found = census(cluster, "--write-format", "2")
    assert (found["writes"], formats_in(found)) == (2, {1, 2})
    assert {one["reading"] for one in found["types"]} == {"known"}
    check_rows(load, secrets)
    cluster.program = present
    check_chains(cluster, organizations)
    cluster.kill()
