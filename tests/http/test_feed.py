"""GET /events/: the facts of an organization, in sequence order."""
import json

import pytest

from client import EVENT_BATCH, FORBIDDEN, NOT_ACCEPTABLE, NOT_INTEGER, NOT_UUID, person, unknown_id
from server import run

FEED = "/events/"
HIDDEN = {"idempotencykey", "requesthash", "prevhash"}
CREATED, SCHEDULED, DELETED = (f"dev.consularia.{name}" for name in (
    "organization.created.v2", "appointment.scheduled.v1", "appointment.deleted.v1"))


def feed(api, query="", **how):
    answer = api.get(FEED + query, **how)
    assert answer.status == 200, answer
    assert answer.header("Content-Type") == EVENT_BATCH
    return answer


def sequences(answer):
    return [int(event["sequence"]) for event in answer.json]


@pytest.fixture
def made(fresh):
    """An organization with four facts: created, two appointments, the first one deleted."""
    first = fresh.create(title="First", headers={"Idempotency-Key": "once"})
    second = fresh.create(title="Second", participants=[person("ann")])
    assert fresh.delete(f"/appointments/{first['id']}/").status == 204
    return [first["id"], second["id"]]


def test_the_facts_are_readable_events_in_sequence_order(fresh, made):
    answer = feed(fresh)
    assert answer.position == 4
    assert sequences(answer) == [1, 2, 3, 4]
    assert [event["type"] for event in answer.json] == [CREATED, SCHEDULED, SCHEDULED, DELETED]
    for event in answer.json:
        assert event["specversion"] == "1.0"
        assert event["source"].startswith("/organizations/")
        assert event["datacontenttype"] == "application/json"
        assert not HIDDEN & set(event)
        assert {"id", "time", "subject", "actor", "data"} <= set(event)
    assert answer.json[1]["subject"] == f"appointments/{made[0]}"
    assert answer.json[1]["data"]["private"] == {"title": "First"}
    assert answer.json[2]["data"]["participants"][0]["person"]["unique_id"] == "ann"


def test_the_events_are_the_records_of_the_ledger(server, fresh, made):
    exported = run("ledger", "export", "--data-dir", server.data_dir).stdout.split("\n")[:-1]
    answer = feed(fresh)
    ids = {event["id"] for event in answer.json}
    records = [json.loads(line) for line in exported]
    secrets = [record["data"]["token"].pop("secret_sha256") for record in records
               if "secret_sha256" in record["data"].get("token", {})]
    assert answer.json == [{name: value for name, value in record.items() if name not in HIDDEN}
                           for record in records if record["id"] in ids]
    assert secrets and not any(secret in answer.body.decode() for secret in secrets)


def test_a_write_is_in_the_feed_as_soon_as_it_is_answered(fresh):
    for _ in range(20):
        written = fresh.create().position
        answer = feed(fresh, f"?after={written - 1}")
        assert sequences(answer) == [written] and answer.position == written


def test_the_position_leads_through_the_whole_feed_once(fresh, made):
    seen, after = [], 0
    while True:
        answer = feed(fresh, f"?after={after}&limit=1")
        if not answer.json:
            break
        seen += sequences(answer)
        assert answer.position == seen[-1] == after + 1
        after = answer.position
    assert seen == [1, 2, 3, 4]
    assert answer.position == 4


def test_types_and_appointment_select_and_the_position_moves_past_the_rest(fresh, made):
    first, second = made
    for query, expected in [
            (f"types={SCHEDULED}", [2, 3]), (f"types={DELETED},{CREATED}", [1, 4]),
            (f"types=%20{DELETED}%20,,", [4]), ("types=unknown", []), ("types=", [1, 2, 3, 4]),
            (f"appointment={first}", [2, 4]), (f"appointment={second.upper()}", [3]),
            (f"appointment={second.replace('-', '')}", [3]), ("appointment=", [1, 2, 3, 4]),
            (f"appointment={unknown_id()}", []),
            (f"appointment={first}&types={DELETED}", [4]),
            (f"appointment={first}&after=2", [4]), ("after=4", [])]:
        answer = feed(fresh, "?" + query)
        assert sequences(answer) == expected, query
        assert answer.position == 4, query
    limited = feed(fresh, f"?types={SCHEDULED}&limit=1")
    assert (sequences(limited), limited.position) == ([2], 2)


def test_a_cursor_ahead_of_the_head_is_refused_by_name(fresh, made):
    for after in ("5", "1200", str(2**63 - 1)):
        for headers in ({}, {"Consistency": "any"}):
            answer = fresh.get(f"{FEED}?after={after}", headers=headers)
            assert answer.status == 409
            assert answer.json == {"detail": f"The cursor {after} is ahead of the head 4."}
    assert feed(fresh, "?after=4").json == []


def test_numbers_are_read_like_those_of_a_page_and_refused_all_at_once(fresh, made):
    for query in ("after=+3", "after=%203%20", "after=1&after=3", "lastEventId=3",
                  "after=3&lastEventId=1", "after=0003"):
        assert sequences(feed(fresh, "?" + query)) == [4], query
    assert len(feed(fresh, "?limit=1000").json) == 4
    least, most = ("Ensure this value is greater than or equal to {}.",
                   "Ensure this value is less than or equal to {}.")
    for query, errors in [
            ("after=", {"after": [NOT_INTEGER]}), ("after=x", {"after": [NOT_INTEGER]}),
            ("after=1.5", {"after": [NOT_INTEGER]}), ("after=--1", {"after": [NOT_INTEGER]}),
            *[(f"after={far}", {"after": [most.format(2**63 - 1)]})
              for far in (2**63, 2**64 - 1, 10**26 - 1)],
            ("after=-1", {"after": [least.format(0)]}), ("limit=0", {"limit": [least.format(1)]}),
            ("limit=1001", {"limit": [most.format(1000)]}),
            ("lastEventId=last", {"lastEventId": [NOT_INTEGER]}),
            ("after=4&lastEventId=x", {"lastEventId": [NOT_INTEGER]}),
            ("appointment=7", {"appointment": [NOT_UUID]}),
            ("appointment=7&limit=a&after=b", {
                "after": [NOT_INTEGER], "limit": [NOT_INTEGER], "appointment": [NOT_UUID]})]:
        answer = fresh.get(f"{FEED}?{query}")
        assert (answer.status, answer.json) == (400, errors), query


def test_unknown_parameters_are_refused_on_request(fresh, made):
    known = "after=3&lastEventId=1&limit=9&wait=1&timeout=1&types=&appointment="
    unknown = ["Unknown parameter."]
    for prefer in ("handling=strict", "respond-async, Handling=Strict"):
        strict = {"Prefer": prefer}
        assert sequences(feed(fresh, "?" + known, headers=strict)) == [4]
        for query, errors in [
                ("type=x&type=y", {"type": unknown}), ("%ff=1", {"\ufffd": unknown}),
                ("page=2&%C3%BC=1", {"page": unknown, "ü": unknown}),
                ("After=3&limit=0", {"After": unknown, "limit": [
                    "Ensure this value is greater than or equal to 1."]})]:
            answer = fresh.get(f"{FEED}?{query}", headers=strict)
            assert (answer.status, answer.json) == (400, errors), query
    for headers in ({}, {"Prefer": "handling=lenient"}):
        assert sequences(feed(fresh, "?after=3&type=x", headers=headers)) == [4]


def test_one_of_two_scopes_opens_the_feed(server, organization, api):
    for scopes, status in [("read", 200), ("events", 200), ("read,events", 200), ("write", 403),
                           ("audit", 403), ("webhooks", 403), ("write,webhooks,audit", 403)]:
        answer = api.with_token(server.token(organization["id"], "x", scopes)).get(FEED)
        assert answer.status == status, scopes
        if status == 403:
            assert answer.json == FORBIDDEN


def test_only_the_organizations_own_facts_are_in_its_feed(fresh, made, other):
    other.create()
    sources = {event["source"] for client in (fresh, other) for event in feed(client).json}
    assert len(sources) == 2
    assert len({event["source"] for event in feed(fresh).json}) == 1


def test_nobody_else_reads_it(anyone, admin):
    assert anyone.get(FEED).status == 401
    assert anyone.with_token("wrong").get(FEED).status == 401
    assert admin.get(FEED).status == 403


def test_the_media_types(fresh, made):
    whole = feed(fresh)
    for accept in (EVENT_BATCH, "application/json", "*/*", "application/*", None,
                   "application/problem+json", "text/*",
                   "application/json, text/event-stream;q=0.1", f"text/html, {EVENT_BATCH};q=0.1"):
        assert feed(fresh, headers={"Accept": accept}).body == whole.body
    for accept in ("text/html", f"{EVENT_BATCH};q=0", "application/cloudevents+json"):
        answer = fresh.get(FEED, headers={"Accept": accept})
        assert (answer.status, answer.json) == (406, NOT_ACCEPTABLE)
    # The form is that of this resource only.
    assert fresh.get("/appointments/", headers={"Accept": EVENT_BATCH}).status == 406


def test_head_and_options(fresh, made):
    head = fresh.request("HEAD", f"{FEED}?limit=2")
    assert (head.status, head.position) == (200, 2)
    assert head.header("Content-Length") == str(len(feed(fresh, "?limit=2").body))
    options = fresh.request("OPTIONS", FEED)
    assert options.header("Allow") == "GET, HEAD, OPTIONS"
    assert EVENT_BATCH in options["renders"]
    assert fresh.post(FEED, {}).status == 405


def test_an_answer_ends_at_a_mebibyte_and_says_how_far_it_came(fresh):
    crowd = [person(f"{n:04}" + "x" * 251) for n in range(1000)]
    for _ in range(5):
        fresh.create(participants=crowd)
    seen, after, answers = [], 0, 0
    while after < 6:
        answer = feed(fresh, f"?after={after}")
        assert answer.json and len(answer.body) < 2 * 2**20
        seen += sequences(answer)
        after = answer.position
        answers += 1
    assert seen == [1, 2, 3, 4, 5, 6]
    assert answers > 1
