"""Clients: threads that send commands and reads to random nodes."""

import itertools
import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from history import Operation

LONGEST_PATIENCE_S = 14
PATIENCES_S = (1, 2, 5, LONGEST_PATIENCE_S)
ANSWERED_WITHIN_S = 60  # a command that is repeated until it is answered
KEYED = 0.75  # of the commands
REPEATED = 0.1  # of the answered commands with a key
AGAIN = (None, 503)


class Caller:
    """Carries out commands as a careful client does."""

    def __init__(self, world, name, seed):
        self.world = world
        self.name = name
        self.random = random.Random(f"{seed} {name}")
        self.numbers = itertools.count()

    def request_id(self):
        return f"{self.name}-{next(self.numbers)}"

    def another_node(self, than=None):
        return self.random.choice([n for n in range(len(self.world.nodes)) if n != than])

    def do(
        self,
        organization,
        operation,
        node=None,
        keyed=None,
        token=None,
        same_node=False,
        patience=None,
        admin=False,
    ):
        """Sends a command until it is answered, if that is safe; returns the last attempt."""
        keyed = not admin and (self.random.random() < KEYED if keyed is None else keyed)
        key = f"key-{self.request_id()}" if keyed else None
        identity, secret = (None, self.world.admin_key) if admin else token or organization.token
        node = self.another_node() if node is None else node
        began = time.monotonic()
        while True:
            waits = patience or self.random.choice(PATIENCES_S)
            attempt = self.world.send(
                operation, node, organization.id, self.request_id(), key, identity, secret, waits
            )
            if attempt.status not in AGAIN or not keyed:
                break
            if time.monotonic() - began > ANSWERED_WITHIN_S and not same_node:
                self.world.errors.append(f"not answered within {ANSWERED_WITHIN_S} s: {attempt}")
                break
            if same_node and self.world.stopping.is_set():
                break
            time.sleep(self.random.uniform(0.02, 0.2))
            node = node if same_node else self.another_node(than=node)
        if attempt.succeeded and keyed and not same_node and self.random.random() < REPEATED:
            self.world.send(
                operation,
                self.another_node(),
                organization.id,
                self.request_id(),
                key,
                identity,
                secret,
            )
        if attempt.status in (200, 201) and not admin and not same_node:
            organization.learn(json.loads(attempt.body), attempt.etag)
        return attempt

    def read(self, organization, operation, token=None, node=None, any_consistency=None):
        if any_consistency is None:
            any_consistency = self.random.random() < 0.25
        identity, secret = token or organization.token
        node = self.another_node() if node is None else node
        attempt = self.world.send(
            operation,
            node,
            organization.id,
            self.request_id(),
            None,
            identity,
            secret,
            self.random.choice(PATIENCES_S),
            any_consistency,
        )
        if attempt.status == 200 and operation.kind == "get":
            organization.learn(json.loads(attempt.body), attempt.etag)
        return attempt


class Client(threading.Thread):
    """Sends a random mix of requests, one at a time."""

    def __init__(self, world, number, seed):
        super().__init__(name=f"client-{number}", daemon=True)
        self.world = world
        self.caller = Caller(world, f"c{number}", seed)
        self.random = self.caller.random

    def run(self):
        try:
            while not self.world.stopping.is_set():
                # The first organization gets half of everything: its writers meet.
                organizations = self.world.organizations
                organization = (
                    organizations[0]
                    if self.random.random() < 0.4
                    else self.random.choice(organizations)
                )
                self.step(organization)
                time.sleep(self.random.uniform(0, 0.1))
        except Exception as error:  # shown by the run
            self.world.errors.append(f"{self.name}: {error!r}")
            raise

    def step(self, organization):
        choice = self.random.random()
        if choice < 0.22 or not organization.appointments:
            self.create(organization)
        elif choice < 0.3:
            self.tokens(organization)
        elif choice < 0.55:
            self.read(organization)
        else:
            operation = self.change(organization)
            done = self.caller.do(organization, operation)
            if self.random.random() < 0.5 and done.succeeded:  # read my own write, on any node
                self.caller.read(
                    organization, Operation("get", operation.target), any_consistency=False
                )

    def create(self, organization):
        name = self.caller.request_id()
        start = f"2031-05-{self.random.randint(1, 28):02}T{self.random.randint(0, 23):02}:00:00Z"
        if self.random.random() < 0.1:  # its end comes while we watch
            start = time.strftime(
                "%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 15 * 60 + self.random.randint(2, 9))
            )
        people = [
            {"unique_id": f"{name}-{n}", "role": "participant"}
            for n in range(self.random.randint(0, 3))
        ]
        done = self.caller.do(
            organization,
            Operation(
                "create",
                given={
                    "title": name,
                    "start_date_time": start,
                    "duration_minutes": 15,
                    "participants": people,
                },
            ),
        )
        if done.succeeded and people and self.random.random() < 0.5:
            self.caller.read(
                organization,
                Operation(
                    "list", given={"participant_unique_id": people[0]["unique_id"], "page_size": 5}
                ),
                any_consistency=False,
            )

    def change(self, organization):
        target = self.random.choice(organization.appointments[-12:])
        name = self.caller.request_id()
        if_match = organization.etags[target] if self.random.random() < 0.3 else None
        people = organization.people[target]
        kind = self.random.choices(
            ["patch", "add", "remove", "start", "complete", "delete"],
            [40, 20, 12 if people else 0, 8, 8, 12],
        )[0]
        given = {
            "patch": {"title": name},
            "add": [{"unique_id": name, "role": "moderator"}],
            "remove": [{"id": one} for one in people[-1:]],
        }.get(kind)
        return Operation(kind, target, given, if_match)

    def read(self, organization):
        if self.random.random() < 0.3:
            return self.caller.read(organization, Operation("list", given={"page_size": 5}))
        return self.caller.read(
            organization, Operation("get", self.random.choice(organization.appointments[-12:]))
        )

    def tokens(self, organization):
        """A token's life."""
        caller = self.caller
        issued = caller.do(
            organization,
            Operation("issue", given={"name": caller.request_id(), "scopes": ["read", "write"]}),
            admin=True,
        )
        if not issued.succeeded:
            return
        made = json.loads(issued.body)
        token = (made["id"], made["token"])
        appointment = self.random.choice(organization.appointments)
        caller.read(organization, Operation("get", appointment), token)
        caller.do(
            organization,
            Operation("patch", appointment, {"title": caller.request_id()}),
            token=token,
        )
        caller.do(organization, Operation("revoke", made["id"]), admin=True)
        caller.read(organization, Operation("get", appointment), token)
        caller.do(
            organization,
            Operation("patch", appointment, {"title": caller.request_id()}),
            token=token,
        )


class Prober(threading.Thread):
    """Writes to one organization through one node all the time, to measure outages."""

    PAUSE_S = 0.5

    def __init__(self, world, node, organization, seed):
        super().__init__(name=f"prober-{node}-{organization.id}", daemon=True)
        self.world, self.node, self.organization = world, node, organization
        self.caller = Caller(world, f"p{node}-{organization.id[-4:]}", seed)
        self.successes = []  # times

    def run(self):
        caller = self.caller
        made = self.do(
            Operation(
                "create",
                given={
                    "title": caller.name,
                    "start_date_time": "2032-01-01T10:00:00Z",
                    "duration_minutes": 30,
                    "participants": [],
                },
            )
        )
        while not self.world.stopping.is_set():
            self.do(Operation("patch", json.loads(made.body)["id"], {"title": caller.request_id()}))
            self.world.stopping.wait(self.PAUSE_S)

    def do(self, operation):
        done = self.caller.do(
            self.organization,
            operation,
            self.node,
            keyed=True,
            same_node=True,
            patience=LONGEST_PATIENCE_S,
        )
        if done.succeeded:
            self.successes.append(done.end)
        return done


class Bursts(threading.Thread):
    """Many commands for one organization at once, through all nodes: they have to race."""

    EVERY_S = 1.5
    AT_ONCE = 12

    def __init__(self, world, seed):
        super().__init__(name="bursts", daemon=True)
        self.world = world
        self.callers = [Caller(world, f"b{n}", seed) for n in range(self.AT_ONCE)]

    def run(self):
        with ThreadPoolExecutor(self.AT_ONCE) as pool:
            while not self.world.stopping.wait(self.EVERY_S):
                list(pool.map(self.create, range(self.AT_ONCE)))

    def create(self, number):
        caller = self.callers[number]
        try:
            caller.do(
                self.world.organizations[0],
                Operation(
                    "create",
                    given={
                        "title": caller.request_id(),
                        "start_date_time": "2031-06-01T10:00:00Z",
                        "duration_minutes": 15,
                        "participants": [],
                    },
                ),
                node=number % len(self.world.nodes),
            )
        except Exception as error:  # shown by the run
            self.world.errors.append(f"{self.name}: {error!r}")
            raise
