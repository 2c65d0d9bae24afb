"""The checker reports each kind of violation, in histories of a few lines, and nothing else."""

import dataclasses
import hashlib
import json
import pathlib
import re

import pytest

from checker import Checker
from history import Attempt, Operation

ORGANIZATION = "01920a3c-0000-7000-8000-00000000000a"
APPOINTMENT = "01920a3c-0000-7000-8000-0000000000b1"
FIRST, SECOND = "01920a3c-0000-7000-8000-0000000000a1", "01920a3c-0000-7000-8000-0000000000a2"
PERSON = {
    "id": "01920a3c-0000-7000-8000-0000000000c1",
    "role": "participant",
    "person": {"unique_id": "ann", "display_name": None},
}
TIME = "2026-11-23T10:00:0{}Z"
START = "2031-05-06T09:00:00Z"


class Story:
    """A log of one partition, and the answers that clients got."""

    def __init__(self):
        self.log, self.attempts, self.prevhash, self.now = [], [], "0" * 64, 0

    def fact(self, kind, subject, data, requestid, actor=f"tokens/{FIRST}", **more):
        event = {
            "source": f"/organizations/{ORGANIZATION}",
            "type": f"dev.consularia.{kind}.v1",
            "subject": subject,
            "time": TIME.format(len(self.log)),
            "sequence": str(len(self.log) + 1),
            "prevhash": self.prevhash,
            "actor": actor,
            "requestid": requestid,
            "data": data,
            **more,
        }
        self.log.append(json.dumps(event).encode())
        self.prevhash = hashlib.sha256(self.log[-1]).hexdigest()

    def answered(
        self, request_id, operation, status, position, body=b"", etag=None, token=FIRST, **more
    ):
        self.now += 1
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        self.attempts.append(
            Attempt(
                request_id,
                0,
                ORGANIZATION,
                operation,
                self.now,
                self.now + 0.5,
                token=token,
                status=status,
                position=position,
                etag=etag,
                body=body,
                **more,
            )
        )
        return self.attempts[-1]

    def attempt(self, request_id):
        return next(one for one in self.attempts if one.request_id == request_id)

    def violations(self):
        return [one.kind for one in Checker([self.log], self.attempts).check()]


CREATE = Operation("create", given={"title": "Visa", "participants": [{"unique_id": "ann"}]})
PATCH = Operation("patch", APPOINTMENT, {"title": "Moved"})
GET = Operation("get", APPOINTMENT)
LIST = Operation("list", given={"page_size": 5})


def shown(title="Visa", updated=1, status="scheduled"):
    return {
        "id": APPOINTMENT,
        "title": title,
        "start_date_time": START,
        "duration_minutes": 15,
        "status": status,
        "config": {},
        "created_at": TIME.format(1),
        "updated_at": TIME.format(updated),
        "participants": [
            {
                "id": PERSON["id"],
                **PERSON["person"],
                "role": "participant",
                "access_link": "https://x/join/y",
            }
        ],
    }


def scheduled(story, request_id, appointment=APPOINTMENT, **more):
    story.fact(
        "appointment.scheduled",
        f"appointments/{appointment}",
        {
            "start_date_time": START,
            "duration_minutes": 15,
            "config": {},
            "private": {"title": "Visa"},
            "participants": [PERSON],
        },
        request_id,
        version="1",
        **more,
    )


def renamed(story, request_id, old="Visa", new="Moved", version=2, **more):
    story.fact(
        "appointment.updated",
        f"appointments/{APPOINTMENT}",
        {"old": {"private": {"title": old}}, "new": {"private": {"title": new}}},
        request_id,
        version=str(version),
        **more,
    )


@pytest.fixture
def story():
    """Founded, created under a key and repeated, changed, read: all is well."""
    story = Story()
    story.fact(
        "organization.created",
        f"organizations/{ORGANIZATION}",
        {"name": "E", "token": {"id": FIRST, "scopes": ["read", "write"]}},
        "found",
        actor="admin",
    )
    story.answered(
        "found",
        Operation("found", given={"name": "E"}),
        201,
        1,
        {"token": {"id": FIRST}},
        token=None,
    )
    scheduled(story, "create", idempotencykey="k")
    story.answered("create", CREATE, 201, 2, shown(), '"1"', key="k")
    story.answered("again", CREATE, 201, 2, shown(), '"1"', key="k", replayed=True)
    renamed(story, "patch")
    story.answered("patch", PATCH, 200, 3, shown("Moved", 2), '"2"')
    story.answered("same", PATCH, 200, 3, shown("Moved", 2), '"2"')
    story.answered("get", GET, 200, 3, shown("Moved", 2), '"2"')
    story.answered("list", LIST, 200, 3, {"count": 1, "results": [shown("Moved", 2)]})
    story.answered("old", GET, 200, 2, shown(), '"1"', any_consistency=True)
    story.answered("refused", dataclasses.replace(PATCH, if_match=1), 412, 3)
    return story


def issued(story):
    story.fact(
        "organization.token_issued",
        f"tokens/{SECOND}",
        {"token": {"id": SECOND, "scopes": ["read"]}},
        "issue",
        actor="admin",
    )
    story.answered("issue", Operation("issue", given={}), 201, 4, {"id": SECOND}, token=None)


def revoked(story):
    issued(story)
    story.fact(
        "organization.token_revoked",
        f"tokens/{SECOND}",
        {"token": {"id": SECOND}},
        "revoke",
        actor="admin",
    )
    story.answered("revoke", Operation("revoke", SECOND), 204, 5, token=None)


def test_a_right_history_is_accepted(story):
    revoked(story)
    story.answered("late", GET, 401, None, token=SECOND)
    story.answered("lost", PATCH, None, None)
    story.answered("unknown", PATCH, 503, 2, b"It is not known whether the request was carried out.")
    story.log.append(b"garbage")
    assert story.violations() == []


def test_what_was_lost_or_of_unknown_fate_may_have_been_done(story):
    renamed(story, "lost", "Moved", "Moved again", 3)
    renamed(story, "unknown", "Moved again", "Moved", 4)
    story.answered("lost", dataclasses.replace(PATCH, given={"title": "Moved again"}), None, None)
    story.answered("unknown", PATCH, 503, None, b"It is not known whether the request was carried out.")
    assert story.violations() == []


def done_twice_under_its_key(story):
    renamed(story, "b", "Moved", "Moved again", 3, idempotencykey="k")
    story.answered("b", dataclasses.replace(PATCH, given={"title": "Moved again"}), None, None, key="k")


def done_twice(story):
    scheduled(story, "create", APPOINTMENT.replace("b1", "b2"), idempotencykey="k2")


def two_answers_under_one_key(story):
    story.attempt("again").body = json.dumps(shown("Visa", 2)).encode()


def stale(story):
    story.answered("late", GET, 200, 2, shown(), '"1"')


def valid_token_refused(story):
    story.answered("late", GET, 401, None)


def refused_but_done(story):
    story.attempt("patch").status = 409


def reported_as_not_carried_out_but_done(story):
    patch = story.attempt("patch")
    patch.status, patch.position = 503, None
    patch.body = b'{"detail":"The request was not carried out. Repeat it later."}'


def frozen(story):
    story.answered(
        "late",
        GET,
        503,
        None,
        b"This organization has data that this version of the server cannot read.",
    )


def undocumented_answer(story):
    story.answered("late", GET, 500, None)


def answer_without_position(story):
    story.answered("late", GET, 200, None, shown("Moved", 2), '"2"')


def acknowledged_and_lost(story):
    del story.log[2:]
    del story.attempts[4:]


def acknowledged_without_a_fact(story):
    patch = dataclasses.replace(PATCH, given={"title": "Never"})
    story.answered("late", patch, 200, 3, shown("Never", 2), '"2"')


def replayed_without_a_fact(story):
    story.answered("late", PATCH, 200, 3, shown("Moved", 2), '"2"', key="nobody's", replayed=True)


def read_of_what_is_not_there(story):
    story.answered("late", GET, 200, 4, shown("Moved", 2), '"2"')


def fact_that_nobody_asked_for(story):
    story.attempts.remove(story.attempt("patch"))


def not_what_was_asked_for(story):
    story.attempt("patch").operation = dataclasses.replace(PATCH, given={"title": "Something else"})


def impossible_fact(story):
    renamed(story, "lost", "Never so", "Moved", 3)
    story.answered("lost", PATCH, None, None)


def revoked_token_accepted(story):
    revoked(story)
    story.answered("late", GET, 200, 5, shown("Moved", 2), '"2"', token=SECOND)


def read_is_not_the_state(story):
    story.attempt("get").body = json.dumps(shown("Visa", 2)).encode()


def read_has_another_tag(story):
    story.attempt("get").etag = '"1"'


def read_misses_what_is_there(story):
    story.answered("late", GET, 404, 3)


def list_is_not_the_state(story):
    story.attempt("list").body = b'{"count": 2, "results": []}'


def answer_does_not_match_its_fact(story):
    story.attempt("create").body = story.attempt("again").body = json.dumps(shown("Other")).encode()


def answer_has_the_position_of_another_fact(story):
    story.attempt("patch").position = 2
    story.attempts.remove(story.attempt("again"))
    story.attempts.insert(0, story.attempts.pop(story.attempts.index(story.attempt("patch"))))


def wrong_refusal(story):
    story.attempt("refused").status = 409


WRONG = {
    done_twice_under_its_key: "done twice under its key",
    done_twice: "done twice",
    two_answers_under_one_key: "two answers under one key",
    stale: "stale",
    valid_token_refused: "valid token refused",
    refused_but_done: "refused, but done",
    reported_as_not_carried_out_but_done: "reported as not carried out, but done",
    frozen: "frozen",
    undocumented_answer: "undocumented answer",
    answer_without_position: "answer without position",
    acknowledged_and_lost: "acknowledged and lost",
    acknowledged_without_a_fact: "acknowledged and lost",
    replayed_without_a_fact: "acknowledged and lost",
    read_of_what_is_not_there: "read of what is not there",
    fact_that_nobody_asked_for: "fact that nobody asked for",
    not_what_was_asked_for: "not what was asked for",
    impossible_fact: "impossible fact",
    revoked_token_accepted: "revoked token accepted",
    read_is_not_the_state: "read is not the state",
    read_has_another_tag: "read is not the state",
    read_misses_what_is_there: "read is not the state",
    list_is_not_the_state: "read is not the state",
    answer_does_not_match_its_fact: "answer does not match its fact",
    answer_has_the_position_of_another_fact: "answer does not match its fact",
    wrong_refusal: "wrong refusal",
}


@pytest.mark.parametrize("change", WRONG, ids=lambda change: change.__name__)
def test_the_checker_barks_at(story, change):
    change(story)
    assert WRONG[change] in story.violations()


def test_a_broken_chain_makes_what_follows_void(story):
    story.log[1] = story.log[1].replace(b"Visa", b"Vise")
    assert "acknowledged and lost" in story.violations()


def copies_of(story, *titles):
    pages = [(3, (json.dumps({"results": [shown(title, 2)]}),)) for title in titles]
    checker = Checker([story.log], story.attempts)
    assert checker.check() == []
    checker.check_copies({node: {ORGANIZATION: page} for node, page in enumerate(pages)})
    return [one.kind for one in checker.violations]


def test_equal_nodes_with_the_state_of_the_facts_are_accepted(story):
    assert copies_of(story, "Moved", "Moved") == []


def test_nodes_that_differ_are_found(story):
    assert copies_of(story, "Moved", "Visa") == ["nodes differ", "final state"]


def test_nodes_that_are_equally_wrong_are_found(story):
    assert copies_of(story, "Visa", "Visa") == ["final state", "final state"]


def test_every_kind_of_violation_is_tested():
    here = pathlib.Path(__file__).parent
    code = "".join((here / name).read_text() for name in ("checker.py", "ledger.py"))
    kinds = set(re.findall(r'(?:complain|Violation)\(\s*"([^"]+)"', code))
    assert len(kinds) > 15
    tested = set(WRONG.values()) | {"nodes differ", "final state"}
    assert kinds - tested == set()
