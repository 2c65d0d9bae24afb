"""Outages, hangs, and how far one node's fault may affect the clients of another."""

import dataclasses

import pytest

from faults import Fault
from history import Attempt, Operation
from liveness import check_liveness

ORGANIZATION = "01920a3c-0000-7000-8000-00000000000a"
GET = Operation("get", "01920a3c-0000-7000-8000-0000000000b1")


@dataclasses.dataclass
class Answered:
    """A prober's successes."""

    node: int
    successes: list
    organization = type("Organization", (), {"id": ORGANIZATION})


def fault(**more):
    return Fault("x", "x", begin=10, healed=20, end=30, **more)


@pytest.mark.parametrize(
    "brokers, successes, found",
    [
        (True, [9, 24.9, 29, 31], []),
        (True, [9, 25.1, 29, 31], ["outage"]),
        (True, [9, 10.5], ["outage"]),
        (False, [9, 14.9, 19, 23, 27, 31], []),
        (False, [9, 14.9, 20.1, 23, 27, 31], ["outage"]),
    ],
)
def test_outages_are_measured_from_the_fault_on(brokers, successes, found):
    one = fault(brokers=brokers, nodes=frozenset() if brokers else frozenset([1]))
    violations, _, _ = check_liveness([one], [Answered(0, successes)], [], 100)
    assert [violation.kind for violation in violations] == found


def test_a_nodes_fault_may_cost_its_own_clients_but_not_others():
    attempts = [Attempt("a", node, ORGANIZATION, GET, 11, 12, status=503) for node in (0, 1)]
    violations, _, _ = check_liveness([fault(nodes=frozenset([1]))], [], attempts, 100)
    assert [(one.kind, one.evidence[1].node) for one in violations] == [
        ("a node's fault reached clients of another", 0)
    ]


@pytest.mark.parametrize("gave_up, seconds, found", [(True, 1, 0), (True, 5.5, 1), (False, 1, 1)])
def test_impatience_is_not_a_fault_but_a_lost_connection_is(gave_up, seconds, found):
    attempt = Attempt("a", 0, ORGANIZATION, GET, 11, 11 + seconds, gave_up=gave_up, why_lost="x")
    violations, _, _ = check_liveness([fault(nodes=frozenset([1]))], [], [attempt], 100)
    assert len(violations) == found


@pytest.mark.parametrize("paused, found", [(False, ["hang"]), (True, [])])
def test_only_a_paused_node_may_keep_clients_waiting(paused, found):
    one = fault(nodes=frozenset([0]), paused=paused)
    attempt = Attempt("a", 0, ORGANIZATION, GET, 11, 25, status=503)
    violations, _, _ = check_liveness([one], [], [attempt], 100)
    assert [violation.kind for violation in violations] == found
