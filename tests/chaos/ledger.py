"""The answers to the clients of one organization, compared with its facts."""

import bisect
import collections
import json

import model
from comparison import Violation, first_difference, names_of, without_links

DOCUMENTED = {
    "found": {201},
    "issue": {201, 404},
    "revoke": {204, 404},
    "create": {201},
    "patch": {200, 404, 409, 412},
    "add": {200, 400, 404, 409, 412},
    "remove": {200, 400, 404, 409, 412},
    "start": {200, 404, 409, 412},
    "complete": {200, 404, 409, 412},
    "delete": {204, 404, 412},
    "get": {200, 404},
    "list": {200},
}
TYPES = {
    "found": "organization.created",
    "issue": "organization.token_issued",
    "revoke": "organization.token_revoked",
    "create": "appointment.scheduled",
    "patch": "appointment.updated",
    "add": "appointment.participants_added",
    "remove": "appointment.participants_removed",
    "start": "appointment.started",
    "complete": "appointment.completed",
    "delete": "appointment.deleted",
}
NOT_DONE = b"was not carried out. Repeat it later."
FROZEN = b"cannot read"
SUCCESS = (200, 201, 204)


class Ledger:
    """One organization."""

    def __init__(self, events, attempts):
        self.events = events
        self.attempts = sorted(attempts, key=lambda attempt: attempt.end)
        self.by_id = {attempt.request_id: attempt for attempt in attempts}
        self.violations = []
        self.state = model.State()
        self.made_by = collections.defaultdict(list)  # request id -> sequences
        self.keyed = collections.defaultdict(list)  # key -> sequences
        self.revoked = {}  # token -> when somebody may have begun to
        self.after = {}  # sequence of a fact -> (its appointment after it, version)
        for sequence, event in enumerate(events, 1):
            self.made_by[event.get("requestid")].append(sequence)
            if "idempotencykey" in event:
                self.keyed[event["idempotencykey"]].append(sequence)

    def complain(self, kind, sentence, *attempts, around=()):
        facts = [
            f"fact {n}: {json.dumps(self.events[n - 1], ensure_ascii=False)[:700]}"
            for n in around
            if 0 < n <= len(self.events)
        ]
        self.violations.append(Violation(kind, sentence, [*attempts, *facts]))

    def check(self):
        self.check_done_once()
        self.check_answers_of_keys()
        self.check_recency()
        self.check_refused_tokens()
        at = collections.defaultdict(list)
        for attempt in self.attempts:
            if self.check_outcome(attempt):
                at[attempt.position].append(attempt)
        self.look(at[0])
        for sequence, event in enumerate(self.events, 1):
            self.check_fact(sequence, event)
            try:
                tokens = dict(self.state.tokens)
                self.state.apply(event)
            except (model.Impossible, KeyError) as why:
                self.complain(
                    "impossible fact", f"fact {sequence} cannot follow: {why!r}", around=[sequence]
                )
                return
            target = event["subject"].partition("/")[2]
            self.after[sequence] = (
                self.state.appointments.get(target),
                self.state.versions.get(target),
            )
            self.look(at[sequence], tokens)

    # What needs no state.

    def check_done_once(self):
        for key, sequences in self.keyed.items():
            if len(sequences) > 1:
                self.complain("done twice under its key", key, *self.of_key(key), around=sequences)
        for request_id, sequences in self.made_by.items():
            if request_id is not None and len(sequences) > 1:
                self.complain(
                    "done twice",
                    f"request {request_id}",
                    self.by_id.get(request_id),
                    around=sequences,
                )

    def of_key(self, key):
        return [attempt for attempt in self.attempts if attempt.key == key]

    def check_answers_of_keys(self):
        first = {}
        for attempt in self.attempts:
            if (
                attempt.key is None
                or not attempt.succeeded
                or not (attempt.replayed or self.fact_of(attempt))
            ):
                continue  # what changed nothing is not remembered
            answer = (attempt.status, attempt.body, attempt.etag, attempt.location)
            one, before = first.setdefault(attempt.key, (attempt, answer))
            if answer != before:
                self.complain("two answers under one key", attempt.key, one, attempt)

    def check_recency(self):
        """An answer is never older than any answer that any client had before the request was
        sent, unless it is that the node cannot ask for what is newer."""
        ends, highest = [], []
        for attempt in self.attempts:
            if attempt.position is None:
                continue
            if not attempt.any_consistency and attempt.status != 503:
                count = bisect.bisect_left(ends, attempt.begin)
                floor, witness = highest[count - 1] if count else (0, None)
                if attempt.position < floor:
                    self.complain(
                        "stale",
                        f"position {attempt.position}, but {floor} had been reported before",
                        witness,
                        attempt,
                        around=[floor],
                    )
            ends.append(attempt.end)
            before = highest[-1] if highest else (0, None)
            highest.append(before if before[0] >= attempt.position else (attempt.position, attempt))

    def check_refused_tokens(self):
        for sequence, event in enumerate(self.events, 1):
            if model.kind_of(event) == "organization.token_revoked":
                by = self.by_id.get(event.get("requestid"))
                self.revoked[event["subject"].partition("/")[2]] = by.begin if by else 0
        for attempt in self.attempts:
            if attempt.status != 401 or attempt.any_consistency:
                continue
            if self.revoked.get(attempt.token, float("inf")) > attempt.end:
                self.complain("valid token refused", attempt.token or "admin key", attempt)

    def fact_of(self, attempt):
        found = self.made_by.get(attempt.request_id)
        return found[0] if found else None

    def check_outcome(self, attempt):
        """Checks the answer by itself; returns whether the state at its position is to be checked
        too."""
        status, done = attempt.status, self.fact_of(attempt)
        if status is None or status == 401 and attempt.token is not None:
            if status == 401 and done:
                self.complain("refused, but done", "401", attempt, around=[done])
            return False
        if status == 503:
            if done and NOT_DONE in attempt.body:
                self.complain(
                    "reported as not carried out, but done",
                    f"fact {done}",
                    attempt,
                    around=[done],
                )
            if FROZEN in attempt.body:
                self.complain(
                    "frozen", "the node does not understand its own organization", attempt
                )
            return False
        if status not in DOCUMENTED[attempt.operation.kind]:
            self.complain("undocumented answer", str(status), attempt)
            return False
        if status not in SUCCESS and done:
            self.complain(
                "refused, but done", f"{status}, but there is fact {done}", attempt, around=[done]
            )
            return False
        if attempt.position is None:
            self.complain("answer without position", str(status), attempt)
            return False
        if attempt.position > len(self.events):
            self.complain(
                "acknowledged and lost" if not attempt.is_read else "read of what is not there",
                f"position {attempt.position}, but there are {len(self.events)} facts",
                attempt,
                around=[len(self.events)],
            )
            return False
        return True

    def check_fact(self, sequence, event):
        """Every fact was requested."""
        if event["actor"].startswith("system/"):
            return
        asked = self.by_id.get(event.get("requestid"))
        if asked is None:
            self.complain("fact that nobody asked for", f"fact {sequence}", around=[sequence])
            return
        operation, data = asked.operation, event["data"]
        right = (
            model.kind_of(event) == TYPES[operation.kind]
            and event.get("idempotencykey") == (asked.key if asked.token else None)
            and event["actor"] == (f"tokens/{asked.token}" if asked.token else "admin")
            and (operation.target is None or event["subject"].endswith(operation.target))
        )
        if operation.kind == "create":
            right = (
                right
                and data["private"]["title"] == operation.given["title"]
                and names_of(data["participants"]) == names_of(operation.given["participants"])
            )
        elif operation.kind == "add":
            right = right and names_of(data["participants"]) == names_of(operation.given)
        elif operation.kind == "patch":
            right = (
                right
                and model.plain(data["new"]).items()
                <= {"status": "scheduled", **operation.given}.items()
            )
        if not right:
            self.complain("not what was asked for", f"fact {sequence}", asked, around=[sequence])

    # An answer must match the state at the position that it names.

    def look(self, attempts, tokens_before=None):
        for attempt in attempts:
            acted_on = (
                tokens_before if self.fact_of(attempt) == self.state.sequence else self.state.tokens
            )
            if attempt.token is not None and attempt.token not in acted_on:
                self.complain(
                    "revoked token accepted",
                    f"at position {attempt.position}",
                    attempt,
                    around=[attempt.position],
                )
            if attempt.is_read:
                self.look_at_read(attempt)
            else:
                self.look_at_write(attempt)

    def look_at_read(self, attempt):
        operation = attempt.operation
        if operation.kind == "get":
            wanted = self.state.appointments.get(operation.target)
            self.compare(attempt, wanted, self.state.versions.get(operation.target))
            return
        found = json.loads(attempt.body)
        order = [one for _, one in self.state.order]
        name = operation.given.get("participant_unique_id")
        if name is not None:
            order = [
                one
                for one in order
                if any(p["unique_id"] == name for p in self.state.appointments[one]["participants"])
            ]
        wanted = [self.state.appointments[one] for one in order[: operation.given["page_size"]]]
        results = [without_links(one) for one in found["results"]]
        if found["count"] != len(order) or results != wanted:
            self.complain(
                "read is not the state",
                f"at position {attempt.position}: count {found['count']}, the "
                f"facts say {len(order)}; {first_difference(results, wanted)}",
                attempt,
            )

    def look_at_write(self, attempt):
        done = self.fact_of(attempt)
        if attempt.replayed:
            first = self.keyed.get(attempt.key)
            if not first or first[0] > attempt.position:
                self.complain("acknowledged and lost", "replayed, but no fact has its key", attempt)
                return
            self.compare_write(attempt, *self.after[first[0]])
            return
        if done:
            if done != attempt.position:
                self.complain(
                    "answer does not match its fact",
                    f"position {attempt.position}, but it is fact {done}",
                    attempt,
                    around=[attempt.position, done],
                )
                return
            self.compare_write(attempt, *self.after.get(done, (None, None)))
            return
        wanted = model.decide(self.state, attempt.operation)
        if attempt.succeeded and wanted != model.SAME:
            self.complain(
                "acknowledged and lost",
                f"{attempt.status}, but no fact is its",
                attempt,
                around=[attempt.position],
            )
        elif attempt.succeeded:
            target = attempt.operation.target
            self.compare(
                attempt, self.state.appointments.get(target), self.state.versions.get(target)
            )
        elif attempt.status != wanted:
            self.complain(
                "wrong refusal",
                f"{attempt.status} at position {attempt.position}, where {wanted} is right",
                attempt,
                around=[attempt.position],
            )

    def compare_write(self, attempt, appointment, version):
        kind = attempt.operation.kind
        if kind in ("found", "issue"):
            sent = json.loads(attempt.body)
            issued = sent["token"]["id"] if kind == "found" else sent["id"]
            event = self.events[attempt.position - 1]
            if issued != event["data"]["token"]["id"]:
                self.complain(
                    "answer does not match its fact",
                    "another token",
                    attempt,
                    around=[attempt.position],
                )
        elif kind == "revoke":
            return
        elif kind == "delete":
            if attempt.status != 204 or appointment is not None:
                self.complain(
                    "answer does not match its fact",
                    "not deleted",
                    attempt,
                    around=[attempt.position],
                )
        else:
            self.compare(attempt, appointment, version)

    def compare(self, attempt, appointment, version):
        if appointment is None or attempt.status == 404:
            if appointment is not None or attempt.status != 404:
                self.complain(
                    "read is not the state",
                    f"{attempt.status} at position {attempt.position}, where it is "
                    f"{'absent' if appointment is None else 'present'}",
                    attempt,
                    around=[attempt.position],
                )
            return
        found = without_links(json.loads(attempt.body))
        if found != appointment or attempt.etag != f'"{version}"':
            self.complain(
                (
                    "answer does not match its fact"
                    if not attempt.is_read
                    else "read is not the state"
                ),
                f"at position {attempt.position} the facts say version {version}; "
                f"{first_difference([found], [appointment])}",
                attempt,
                around=[attempt.position],
            )
