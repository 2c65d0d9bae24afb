"""Webhooks: who may have which, what they look like, and what changes them."""
import base64
import re

import pytest

from client import (
    ABSENT, BLANK, FORBIDDEN, INVALID_PAGE, KEY_REUSED, LONG_255, NOT_BOOLEAN, NOT_FOUND, NOT_INTEGER,
    NOT_STRING, NULL, REQUIRED, Client, at_once, not_a_choice, not_a_list, unique, unknown_id)

HOOKS = "/webhooks/"
KEYS = ["id", "url", "types", "description", "payload", "active", "state", "created_at", "position",
        "lag"]
NO_WEBHOOK = {"detail": "No Webhook matches the given query."}
CHANGED = {"detail": "The webhook has changed."}
SCHEDULED = "dev.consularia.appointment.scheduled.v1"
DELETED = "dev.consularia.appointment.deleted.v1"
LIMIT = 20


def body(**changes):
    made = {"url": "https://hooks.example.org/in", **changes}
    return {key: value for key, value in made.items() if value is not ABSENT}


def path(made, tail=""):
    return f"{HOOKS}{made['id']}/{tail}"


def once():
    return {"Idempotency-Key": unique("key")}


def without_progress(answer):
    """What stays the same while events happen, and are delivered or not."""
    return {key: value for key, value in answer.json.items() if key not in ("position", "lag", "state")}


def events(api):
    return [event["type"].removeprefix("dev.consularia.") for event in api.get("/events/").json]


@pytest.fixture
def made(fresh):
    answer = fresh.post(HOOKS, body())
    assert answer.status == 201, answer
    return answer


def test_a_webhook_is_created_with_defaults_and_shows_its_secret_once(fresh):
    answer = fresh.post(HOOKS, body())
    assert answer.status == 201
    assert list(answer.json) == [*KEYS, "secret"]
    assert answer.header("Location") == f"/api/v1/webhooks/{answer['id']}/"
    assert answer.etag == '"1"'
    expected = {"url": "https://hooks.example.org/in", "types": [], "description": "",
                "payload": "full", "active": True, "state": "ok"}
    assert {key: answer[key] for key in expected} == expected
    prefix, secret = answer["secret"].split("_")
    assert prefix == "whsec" and len(base64.b64decode(secret, validate=True)) == 32
    assert (answer["position"], answer["lag"]) == (2, 0), "what comes after it is delivered"
    found = fresh.get(path(answer))
    assert (found.status, list(found.json), found.etag) == (200, KEYS, '"1"')
    assert without_progress(found) == {key: value for key, value in without_progress(answer).items()
                                       if key != "secret"}
    assert fresh.request("HEAD", path(answer)).etag == '"1"'
    assert events(fresh) == ["organization.created.v2", "webhook.registered.v1"]


def test_a_webhook_is_created_as_given(fresh):
    given = body(types=[DELETED, SCHEDULED, DELETED], description=" Für Rechnungen ", payload="thin",
                 active="off")
    answer = fresh.post(HOOKS, given)
    assert answer.status == 201
    assert answer["types"] == [DELETED, SCHEDULED]
    assert (answer["description"], answer["payload"], answer["active"]) == (
        "Für Rechnungen", "thin", False)


def test_a_form_creates_a_webhook_too(fresh):
    answer = fresh.post(HOOKS, form=[("url", "https://hooks.example.org/in"), ("types", SCHEDULED),
                                     ("types", DELETED), ("active", "yes")])
    assert answer.status == 201 and answer["types"] == [SCHEDULED, DELETED] and answer["active"]


@pytest.mark.parametrize("changes, errors", [
    (dict(url=ABSENT), {"url": [REQUIRED]}),
    (dict(url=None), {"url": [NULL]}),
    (dict(url=" "), {"url": [BLANK]}),
    (dict(url=[]), {"url": [NOT_STRING]}),
    (dict(url="hooks.example.org"), {"url": ["Enter a valid URL."]}),
    (dict(url="ftp://example.org/"), {"url": ["Enter a valid URL."]}),
    (dict(url="https://ann:secret@example.org/"), {"url": ["Enter a valid URL."]}),
    (dict(url="https://example.org/#x"), {"url": ["Enter a valid URL."]}),
    (dict(url="https://example.org/" + "x" * 2029),
     {"url": ["Ensure this field has no more than 2048 characters."]}),
    (dict(url="http://example.org/"), {"url": ["Only https URLs are allowed."]}),
    (dict(types=None), {"types": [NULL]}),
    (dict(types=SCHEDULED), {"types": [not_a_list("str")]}),
    (dict(types=[SCHEDULED, "x"]), {"types": [not_a_choice("x")]}),
    (dict(types=["dev.consularia.appointment.scheduled.v9"]),
     {"types": [not_a_choice("dev.consularia.appointment.scheduled.v9")]}),
    (dict(description=None), {"description": [NULL]}),
    (dict(description="x" * 256), {"description": [LONG_255]}),
    (dict(payload="Full"), {"payload": [not_a_choice("Full")]}),
    (dict(payload=None), {"payload": [NULL]}),
    (dict(active="perhaps"), {"active": [NOT_BOOLEAN]}),
    (dict(active=None), {"active": [NULL]}),
    (dict(url="x", payload="y", active=2), {
        "url": ["Enter a valid URL."], "payload": [not_a_choice("y")], "active": [NOT_BOOLEAN]})])
def test_bad_fields_are_refused_on_create_and_update(fresh, made, changes, errors):
    answer = fresh.post(HOOKS, body(**changes))
    assert (answer.status, answer.json) == (400, errors)
    if changes.get("url") is ABSENT:
        return
    answer = fresh.patch(path(made), changes)
    assert (answer.status, answer.json) == (400, errors)
    assert fresh.patch(HOOKS + unknown_id() + "/", changes).json == NO_WEBHOOK
    assert fresh.get(path(made)).etag == '"1"'


@pytest.mark.parametrize("host", [
    "127.0.0.1", "127.1", "0x7f.1", "2130706433", "10.1.2.3", "169.254.169.254", "0.0.0.0", "[::1]",
    "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fd00:ec2::254]", "localhost", "db.internal", "intranet"])
def test_addresses_that_may_not_be_called_are_refused(fresh, made, host):
    for answer in (fresh.post(HOOKS, body(url=f"https://{host}/x")),
                   fresh.patch(path(made), {"url": f"https://{host}:8443/x"})):
        assert (answer.status, answer.json) == (400, {"url": ["This address is not allowed."]})


def test_an_organization_has_at_most_twenty_also_when_they_come_at_once(fresh):
    answers = at_once(LIMIT + 5, lambda number: fresh.post(HOOKS, body(description=str(number))))
    assert sorted(answer.status for answer in answers) == [201] * LIMIT + [400] * 5
    refused = [answer.json for answer in answers if answer.status == 400]
    assert refused == [{"non_field_errors": ["An organization has at most 20 webhooks."]}] * 5
    one = next(answer for answer in answers if answer.status == 201)
    assert fresh.delete(path(one)).status == 204
    assert fresh.post(HOOKS, body()).status == 201


def test_the_list_has_pages_in_the_order_of_registration(fresh):
    made = [fresh.post(HOOKS, body(description=str(number)))["id"] for number in range(5)]
    pages = [fresh.get(f"{HOOKS}?page_size=2&page={page}") for page in (1, 2, 3)]
    assert [one["id"] for page in pages for one in page["results"]] == made
    assert pages[0]["count"] == 5 and pages[0]["previous"] is None and pages[2]["next"] is None
    assert all("secret" not in one for one in fresh.get(HOOKS)["results"])
    answer = fresh.get(f"{HOOKS}?page=4&page_size=2")
    assert (answer.status, answer.json) == (404, INVALID_PAGE)


def test_an_update_changes_what_is_given_and_counts_versions(fresh, made):
    answer = fresh.patch(path(made), {"url": "https://other.example/", "types": [DELETED],
                                      "payload": "thin", "description": "x", "active": False})
    assert (answer.status, answer.etag, list(answer.json)) == (200, '"2"', KEYS)
    assert (answer["url"], answer["types"], answer["payload"], answer["description"],
            answer["active"]) == ("https://other.example/", [DELETED], "thin", "x", False)
    assert answer["created_at"] == made["created_at"]
    for same in ({}, {"active": "no"}, {"description": "x", "id": unknown_id(), "state": "failing"}):
        again = fresh.patch(path(made), same)
        assert (again.status, again.etag, without_progress(again)) == (
            200, '"2"', without_progress(answer))
    assert fresh.patch(path(made), {"active": True, "types": []}).etag == '"3"'
    assert events(fresh)[1:] == ["webhook.registered.v1", "webhook.updated.v1", "webhook.updated.v1"]


def test_only_the_expected_version_is_changed(fresh, made):
    for method, tail, json in (("PATCH", "", {"active": False}), ("POST", "rotate/", {}),
                               ("POST", "replay/", {"after": 0}), ("DELETE", "", {})):
        answer = fresh.request(method, path(made, tail), json=json, headers={"If-Match": '"7"'})
        assert (answer.status, answer.json) == (412, CHANGED), (method, tail)
    tag = made.etag
    for method, tail, json in (("PATCH", "", {"active": False}), ("POST", "rotate/", {}),
                               ("POST", "replay/", {"after": 0}), ("DELETE", "", {})):
        answer = fresh.request(method, path(made, tail), json=json, headers={"If-Match": tag})
        assert answer.status in (200, 204), (method, tail)
        tag = answer.header("ETag")


def test_a_deleted_webhook_is_gone(fresh, made):
    assert (fresh.delete(path(made)).status, fresh.get(HOOKS)["count"]) == (204, 0)
    for method, tail in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "rotate/"),
                         ("POST", "test/"), ("GET", "deliveries/")):
        answer = fresh.request(method, path(made, tail), json={} if method != "GET" else ABSENT)
        assert (answer.status, answer.json) == (404, NO_WEBHOOK), (method, tail)
    answer = fresh.post(path(made, "replay/"), {"after": 0})
    assert (answer.status, answer.json) == (404, NO_WEBHOOK)


def test_a_rotation_makes_another_secret_which_a_repeat_shows_again(fresh, made):
    headers = once()
    first = fresh.post(path(made, "rotate/"), {}, headers=headers)
    assert (first.status, list(first.json), first.etag) == (200, [*KEYS, "secret"], '"2"')
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", first["secret"])
    assert first["secret"] != made["secret"]
    second = fresh.post(path(made, "rotate/"), {})
    assert len({made["secret"], first["secret"], second["secret"]}) == 3
    again = fresh.post(path(made, "rotate/"), {}, headers=headers)
    assert again.header("Idempotency-Replayed") == "true"
    assert again["secret"] == first["secret"] and again.etag == first.etag


def test_a_repeated_create_is_the_first_answer_also_after_changes(fresh):
    headers = once()
    first = fresh.post(HOOKS, body(description="x"), headers=headers)
    assert fresh.patch(path(first), {"description": "y"}).status == 200
    fresh.post(path(first, "rotate/"), {})
    for _ in range(2):
        again = fresh.post(HOOKS, body(description="x"), headers=headers)
        assert (again.status, again.etag, again.header("Location")) == (
            201, first.etag, first.header("Location"))
        assert again.header("Idempotency-Replayed") == "true"
        assert without_progress(again) == without_progress(first)
        assert fresh.delete(path(first)).status in (204, 404)
    other = fresh.post(HOOKS, body(description="z"), headers=headers)
    assert (other.status, other.json) == (422, KEY_REUSED)
    assert fresh.get(HOOKS)["count"] == 0


def test_a_repeated_update_and_delete_are_the_first_answers(fresh, made):
    change, removal = once(), once()
    first = fresh.patch(path(made), {"description": "x"}, headers=change)
    assert fresh.patch(path(made), {"description": "y"}).status == 200
    again = fresh.patch(path(made), {"description": "x"}, headers=change)
    assert (again.status, again.etag, again["description"]) == (200, first.etag, "x")
    assert fresh.get(path(made))["description"] == "y"
    for _ in range(2):
        assert fresh.delete(path(made), headers=removal).status == 204


def test_a_replay_sets_the_position_back(fresh, made):
    answer = fresh.post(path(made, "replay/"), {"after": 1})
    assert (answer.status, list(answer.json), answer.etag) == (200, KEYS, '"2"')
    assert (answer["position"], answer["lag"]) == (1, 2)
    assert fresh.get(path(made))["position"] == 1
    answer = fresh.post(path(made, "replay/"), {"after": "0"})
    assert (answer["position"], answer["lag"]) == (0, 4)


def test_a_replay_from_ahead_of_the_head_is_a_conflict(fresh, made):
    answer = fresh.post(path(made, "replay/"), {"after": 3})
    assert (answer.status, answer.json) == (
        409, {"detail": "The cursor 3 is ahead of the head 2."})
    assert fresh.get(path(made)).etag == '"1"'
    assert fresh.post(path(made, "replay/"), {"after": 2}).status == 200


@pytest.mark.parametrize("given, errors", [
    ({}, [REQUIRED]), ({"after": None}, [NULL]), ({"after": "x"}, [NOT_INTEGER]),
    ({"after": 1.5}, [NOT_INTEGER]),
    ({"after": -1}, ["Ensure this value is greater than or equal to 0."])])
def test_a_replay_needs_a_sequence(fresh, made, given, errors):
    answer = fresh.post(path(made, "replay/"), given)
    assert (answer.status, answer.json) == (400, {"after": errors})
    assert fresh.post(HOOKS + unknown_id() + "/replay/", given).json == NO_WEBHOOK


def test_only_the_scope_webhooks_opens_webhooks(server, organization):
    def client(name, scopes):
        return Client(server.port, server.token(organization["id"], name, scopes))

    hooks, others = client("hooks", "webhooks"), client("others", "read,write,events,audit")
    made = hooks.post(HOOKS, body())
    assert (made.status, hooks.get(path(made)).status) == (201, 200)
    for method, where in (("GET", HOOKS), ("POST", HOOKS), ("GET", path(made)), ("PATCH", path(made)),
                          ("DELETE", path(made)), ("POST", path(made, "rotate/")),
                          ("POST", path(made, "replay/")), ("POST", path(made, "test/")),
                          ("GET", path(made, "deliveries/")),
                          ("POST", path(made, f"deliveries/{made['id']}.1/redeliver/"))):
        answer = others.request(method, where, json=ABSENT if method == "GET" else {})
        assert (answer.status, answer.json) == (403, FORBIDDEN), (method, where)
    assert hooks.get("/appointments/").status == 403
    assert hooks.delete(path(made)).status == 204


def test_another_organizations_webhook_is_not_found(server, made):
    stranger = Client(server.port, server.organization("Strangers")["token"]["token"])
    for method, where in (("GET", path(made)), ("PATCH", path(made)), ("DELETE", path(made)),
                          ("POST", path(made, "rotate/")), ("POST", path(made, "test/")),
                          ("GET", path(made, "deliveries/")),
                          ("POST", path(made, f"deliveries/{made['id']}.1/redeliver/"))):
        answer = stranger.request(method, where, json=ABSENT if method == "GET" else {})
        assert (answer.status, answer.json) == (404, NO_WEBHOOK), (method, where)
    answer = stranger.post(path(made, "replay/"), {"after": 0})
    assert (answer.status, answer.json) == (404, NO_WEBHOOK)
    assert stranger.get(HOOKS)["count"] == 0
    assert stranger.get(HOOKS + "x/").json == NOT_FOUND


def test_what_an_organization_does_with_webhooks_is_in_its_feed(fresh, made):
    fresh.post(path(made, "rotate/"), {})
    found = fresh.get("/events/?types=dev.consularia.webhook.secret_rotated.v1").json
    assert [event["subject"] for event in found] == [f"webhooks/{made['id']}"]
    assert found[0]["skippable"] is True and found[0]["data"]["generation"] == "2"
    assert made["secret"] not in fresh.get("/events/").body.decode()
