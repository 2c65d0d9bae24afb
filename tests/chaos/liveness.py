"""How long clients could not write, and how a fault affected clients of healthy nodes."""

import collections

from comparison import Violation

# From the beginning of the fault to the next answer, for each organization on each healthy node.
BROKER_FAULT_COSTS_S = 15
NODE_FAULT_COSTS_OTHERS_S = 5  # nothing but the load of a busy machine
# A write syncs first and is decided then; each has the command deadline of 5 s.
ANSWERED_WITHIN_S = 10 + 3


def longest_gap(successes, begin, end, until):
    """The longest time without an answered write, up to `until`, of those that began between
    `begin` and `end`."""
    times = [begin, *(one for one in sorted(successes) if begin < one < until), until]
    return max(after - before for before, after in zip(times, times[1:]) if before <= end)


def check_liveness(faults, probers, attempts, until):
    """(violations, kind of fault -> longest outage of healthy nodes, the same of affected nodes
    after healing)"""
    violations, longest, recovery = [], collections.Counter(), collections.Counter()
    for number, fault in enumerate(faults):
        # A longer outage counts for the next fault too, from the beginning of that fault.
        next_one = faults[number + 1].begin if number + 1 < len(faults) else until
        bound = BROKER_FAULT_COSTS_S if fault.brokers else NODE_FAULT_COSTS_OTHERS_S
        for prober in probers:
            if prober.node in fault.nodes:
                back = min((one for one in prober.successes if one > fault.healed), default=until)
                recovery[fault.kind] = max(recovery[fault.kind], min(back, next_one) - fault.healed)
                continue
            gap = longest_gap(prober.successes, fault.begin, fault.end, next_one)
            longest[fault.kind] = max(longest[fault.kind], gap)
            if gap > bound:
                violations.append(
                    Violation(
                        "outage",
                        f"{gap:.1f} s without a write for organization {prober.organization.id} on "
                        "node "
                        f"{prober.node}, at most {bound} s allowed",
                        [fault],
                    )
                )
        if not fault.brokers:
            violations += check_others(fault, attempts)
    violations += check_hangs(faults, attempts)
    return violations, longest, recovery


def check_others(fault, attempts):
    for attempt in attempts:
        if attempt.node in fault.nodes or attempt.begin < fault.begin or attempt.end > fault.end:
            continue
        # A client that gave up after a second shows a slow machine rather than a faulty node.
        impatient = attempt.gave_up and attempt.end - attempt.begin <= NODE_FAULT_COSTS_OTHERS_S
        if attempt.status == 503 or attempt.status is None and not impatient:
            yield Violation(
                "a node's fault reached clients of another",
                attempt.why_lost or "503",
                [fault, attempt],
            )


def check_hangs(faults, attempts):
    paused = [fault for fault in faults if fault.paused]
    for attempt in attempts:
        if attempt.end - attempt.begin <= ANSWERED_WITHIN_S:
            continue
        if not any(
            attempt.node in one.nodes and attempt.begin < one.end and one.begin < attempt.end
            for one in paused
        ):
            yield Violation("hang", f"{attempt.end - attempt.begin:.1f} s", [attempt])
