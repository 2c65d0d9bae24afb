"""Compares the answers that clients got with the log, fact by fact."""

import collections
import json

import model
from comparison import Violation, difference, first_difference, without_links
from ledger import Ledger


class Checker:
    """Facts and attempts of all organizations; `violations` are the contradictions."""

    def __init__(self, logs, attempts):
        self.events, self.facts = model.facts_of(logs)
        self.records = sum(map(len, logs))
        self.attempts = attempts
        self.states = {}
        self.violations = []

    def check(self):
        by_organization = collections.defaultdict(list)
        for attempt in self.attempts:
            by_organization[attempt.organization].append(attempt)
        for organization in by_organization.keys() | self.events.keys():
            ledger = Ledger(self.events.get(organization, []), by_organization[organization])
            ledger.check()
            self.violations += ledger.violations
            self.states[organization] = ledger.state
        return self.violations

    def check_copies(self, copies):
        """copies: node -> organization -> (position, the pages of its list)."""
        for organization, state in self.states.items():
            of_nodes = {node: copy[organization] for node, copy in copies.items()}
            if len(set(of_nodes.values())) > 1:
                self.violations.append(
                    Violation(
                        "nodes differ", f"in organization {organization}", [difference(of_nodes)]
                    )
                )
            for node, (position, pages) in of_nodes.items():
                found = [
                    without_links(one) for page in pages for one in json.loads(page)["results"]
                ]
                wanted = [state.appointments[one] for _, one in state.order]
                if position != state.sequence or found != wanted:
                    self.violations.append(
                        Violation(
                            "final state",
                            f"node {node} at position {position} does not have the state of the "
                            "facts, "
                            f"which end at {state.sequence}, in organization {organization}",
                            [first_difference(found, wanted)],
                        )
                    )
