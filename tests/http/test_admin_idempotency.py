"""Idempotency-Key on requests with the admin key: the first answer again, secrets included."""
import datetime
import uuid

import pytest

from client import BAD_KEY, BLANK, KEY_REUSED, at_once, unique, unknown_id
from server import Server
from wait import until


def key(name=None):
    return {"Idempotency-Key": name or unique("key")}


def replayed(again, first):
    assert (again.status, again.body) == (first.status, first.body), (again, first)
    assert again.header("Idempotency-Replayed") == "true"
    assert first.header("Idempotency-Replayed") is None
    return True


def tokens(organization, tail=""):
    return f"/organizations/{organization['id']}/tokens/{tail}"


@pytest.fixture
def made(admin):
    return admin.post("/organizations/", {"name": unique("Embassy")})


def issue(admin, made, once, **changes):
    return admin.post(tokens(made), {"name": "desk", "scopes": ["read"], **changes}, headers=once)


def test_a_repeat_shows_the_same_organization_and_its_secret(admin):
    once, body = key(), {"name": "Twin"}
    first = admin.post("/organizations/", body, headers=once)
    assert first.status == 201
    for _ in range(2):
        assert replayed(admin.post("/organizations/", body, headers=once), first)
    assert uuid.UUID(first["id"]).version == 8
    assert admin.with_token(first["token"]["token"]).get("/appointments/")["count"] == 0
    other = admin.post("/organizations/", body, headers=key())
    assert other["id"] != first["id"] and other["token"]["token"] != first["token"]["token"]


def test_a_repeat_shows_the_same_token_and_its_secret(admin, made):
    once = key()
    first = issue(admin, made, once)
    assert first.status == 201
    assert replayed(issue(admin, made, once), first)
    assert admin.get(tokens(made))["count"] == 2
    assert admin.with_token(first["token"]).get("/appointments/").status == 200
    assert issue(admin, made, key())["token"] != first["token"]


def test_a_secret_is_its_tokens_own(admin, made):
    """Also with the same key, in another organization."""
    once, other = key(), admin.post("/organizations/", {"name": "Other"})
    one, two = issue(admin, made, once), issue(admin, other, once)
    assert (one.status, two.status) == (201, 201)
    assert one["token"].partition(".")[2] != two["token"].partition(".")[2]


def test_a_repeated_revocation_is_done(admin, made):
    token, once = issue(admin, made, key()), key()
    path = tokens(made, f"{token['id']}/")
    first = admin.delete(path, headers=once)
    assert first.status == 204
    assert replayed(admin.delete(path, headers=once), first)
    assert admin.delete(path, headers=key()).status == 404


def test_a_revoked_token_stays_revoked_when_its_making_is_repeated(admin, made):
    once = key()
    first = issue(admin, made, once)
    assert admin.delete(tokens(made, f"{first['id']}/")).status == 204
    assert replayed(issue(admin, made, once), first)
    assert admin.with_token(first["token"]).get("/appointments/").status == 401


def test_a_repeat_after_its_expiry_date_is_not_refused(admin, made):
    """The values in the body are checked after the key."""
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
    once = key()
    first = issue(admin, made, once, expires_at=end.isoformat())
    assert first.status == 201
    until(lambda: datetime.datetime.now(datetime.UTC) >= end, "the end comes")
    assert replayed(issue(admin, made, once, expires_at=end.isoformat()), first)


def test_a_key_stands_for_one_request(admin, made):
    once = key()
    first = admin.post("/organizations/", {"name": "One"}, headers=once)
    for body in ({"name": "Two"}, {"name": ""}, {}):
        answer = admin.post("/organizations/", body, headers=once)
        assert (answer.status, answer.json) == (422, KEY_REUSED)
    assert first.status == 201
    once = key()
    token = issue(admin, made, once)
    for answer in (issue(admin, made, once, name="other"), issue(admin, made, once, name=""),
                   admin.delete(tokens(made, f"{token['id']}/"), headers=once)):
        assert (answer.status, answer.json) == (422, KEY_REUSED)


def test_a_refused_request_leaves_its_key_unused(admin, made):
    once = key()
    assert admin.post("/organizations/", {"name": ""}, headers=once)["name"] == [BLANK]
    assert admin.post("/organizations/", {"name": "Now"}, headers=once).status == 201
    once = key()
    assert issue(admin, made, once, scopes=[]).status == 400
    assert issue(admin, {"id": unknown_id()}, once).status == 404
    assert issue(admin, made, once).status == 201


def test_the_admins_keys_are_apart_from_the_organizations_own(admin, made):
    once = key()
    api = admin.with_token(made["token"]["token"])
    appointment = api.create()
    assert api.patch(f"/appointments/{appointment['id']}/", {"title": "x"},
                     headers=once).status == 200
    first = issue(admin, made, once)
    assert first.status == 201
    assert api.patch(f"/appointments/{appointment['id']}/", {"title": "x"},
                     headers=once).header("Idempotency-Replayed") == "true"
    assert replayed(issue(admin, made, once), first)


@pytest.mark.parametrize("bad", ["", "x" * 256, "with blank", "ü"])
def test_a_bad_key_is_refused(admin, made, bad):
    for path in ("/organizations/", tokens(made)):
        answer = admin.post(path, {"name": "x", "scopes": ["read"]},
                            headers={"Idempotency-Key": bad})
        assert (answer.status, answer.json) == (400, BAD_KEY)


def test_many_at_once_make_one(admin, made):
    once = key()
    answers = at_once(8, lambda _: admin.post("/organizations/", {"name": "One"}, headers=once))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert [answer.header("Idempotency-Replayed") for answer in answers].count(None) == 1
    once = key()
    answers = at_once(8, lambda _: issue(admin, made, once))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert admin.get(tokens(made))["count"] == 2


def test_after_a_crash_and_after_the_window(tmp_path):
    """A key that is not remembered any more makes a new token, but never a second organization."""
    server = Server(tmp_path / "node").start()
    admin, of_organization, of_token = server.admin, key(), key()
    first = admin.post("/organizations/", {"name": "One"}, headers=of_organization)
    token = issue(admin, first, of_token)
    server.kill()

    admin = server.start().admin
    assert replayed(admin.post("/organizations/", {"name": "One"}, headers=of_organization), first)
    assert replayed(issue(admin, first, of_token), token)
    assert admin.delete(tokens(first, f"{token['id']}/")).status == 204
    server.kill()

    admin = server.start("--idempotency-ttl-s", "1").admin
    later = until(lambda: (later := issue(admin, first, of_token))
                  and not later.header("Idempotency-Replayed") and later, "the key is forgotten")
    assert later.status == 201
    assert later["id"] != token["id"] and later["token"] != token["token"]
    for name in ("One", "Two"):
        answer = admin.post("/organizations/", {"name": name}, headers=of_organization)
        assert (answer.status, answer.json) == (
            409, {"detail": f"This Idempotency-Key made the organization {first['id']}."})
    server.stop()
