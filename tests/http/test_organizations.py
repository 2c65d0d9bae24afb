"""What the admin key may do: organizations and their tokens."""
import datetime
import json

import pytest

from client import (
    ABSENT, BLANK, DATETIME, INVALID_TOKEN, LONG_255, NOT_FOUND, NOT_STRING, NULL, REQUIRED, UUID,
    unique, unknown_id, valid)
from server import run
from wait import until

SCOPES = ["read", "write", "events", "webhooks", "audit"]
IN_PAST = "Ensure this value lies in the future."


@pytest.fixture
def made(admin):
    """An organization of the test's own."""
    answer = admin.post("/organizations/", {"name": unique("Embassy")})
    assert answer.status == 201
    return answer


def tokens(made, tail=""):
    return f"/organizations/{made['id']}/tokens/{tail}"


def issue(admin, made, scopes, **more):
    answer = admin.post(tokens(made), {"name": unique("token"), "scopes": scopes, **more})
    assert answer.status == 201, answer
    return answer


def works(admin, secret):
    return admin.with_token(secret).get("/appointments/?page_size=1")


def test_an_organization_comes_with_a_token_of_every_scope(admin):
    answer = admin.post("/organizations/", {"name": "  Embassy of Ünïcode  "})
    assert answer.status == 201
    assert list(answer.json) == ["id", "name", "created_at", "token"]
    assert list(answer["token"]) == ["id", "name", "scopes", "token"]
    assert answer["name"] == "Embassy of Ünïcode"
    assert UUID.fullmatch(answer["id"]) and UUID.fullmatch(answer["token"]["id"])
    assert DATETIME.fullmatch(answer["created_at"])
    assert answer["token"]["scopes"] == SCOPES
    owner = admin.with_token(answer["token"]["token"])
    assert owner.get("/appointments/").json == {
        "count": 0, "next": None, "previous": None, "results": []}
    assert owner.create()["status"] == "scheduled"


@pytest.mark.parametrize("name, out", [("x", "x"), ("é" * 255, "é" * 255), (5, "5")])
def test_a_name_is_taken(admin, name, out):
    assert admin.post("/organizations/", {"name": name})["name"] == out


@pytest.mark.parametrize("name, error", [
    (ABSENT, REQUIRED), (None, NULL), ("", BLANK), (" ", BLANK), ("x" * 256, LONG_255),
    (True, NOT_STRING), ([], NOT_STRING)])
def test_a_name_is_refused(admin, name, error):
    answer = admin.post("/organizations/", {} if name is ABSENT else {"name": name})
    assert (answer.status, answer.json) == (400, {"name": [error]})


def test_a_form_makes_an_organization_too(admin):
    assert admin.post("/organizations/", form=[("name", "By form")])["name"] == "By form"


def test_an_organization_is_shown(admin, made):
    answer = admin.get(f"/organizations/{made['id'].upper()}/")
    assert answer.status == 200
    assert answer.json == {key: made[key] for key in ("id", "name", "created_at")}
    assert list(answer.json) == ["id", "name", "created_at"]
    assert answer.position == 1
    unknown = admin.get(f"/organizations/{unknown_id()}/")
    assert unknown.json == {"detail": "No Organization matches the given query."}
    head = admin.request("HEAD", f"/organizations/{made['id']}/")
    assert (head.status, head.body) == (200, b"")


def test_all_organizations_are_listed_in_the_order_of_creation(admin):
    made = [admin.post("/organizations/", {"name": unique("Listed")}) for _ in range(5)]
    count = admin.get("/organizations/")["count"]
    assert count >= 5
    listed, url = [], "/organizations/?page_size=2"
    while url:
        page = admin.get(url)
        assert list(page.json) == ["count", "next", "previous", "results"]
        assert page["count"] == count
        listed += page["results"]
        url = page["next"] and page["next"].removeprefix(admin.base)
    assert len(listed) == count
    assert [(one["created_at"], one["id"]) for one in listed] == sorted(
        (one["created_at"], one["id"]) for one in listed)
    assert listed[-5:] == [{key: one[key] for key in ("id", "name", "created_at")}
                           for one in made]
    last = admin.get("/organizations/?page=last&page_size=2")
    assert last["next"] is None and last["previous"]
    assert admin.get(f"/organizations/?page={count + 1}").json == {"detail": "Invalid page."}


def test_only_the_admin_sees_organizations(api, admin, anyone, made):
    for path in ("/organizations/", f"/organizations/{made['id']}/"):
        assert api.get(path).status == 403
        assert anyone.get(path).status == 401


def test_the_command_line_lists_organizations_page_by_page(server, admin):
    while admin.get("/organizations/?page_size=1")["count"] <= 100:
        admin.post("/organizations/", {"name": 'With "quotes" and Ünïcode'})
    done = run("organization", "list", "--server", server.url,
               "--secrets-file", server.secrets_file)
    assert done.returncode == 0, done.stderr
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    page = admin.get("/organizations/?page_size=100")
    assert len(printed) == page["count"] > 100
    assert printed[:100] == page["results"]
    assert printed[-1] == admin.get("/organizations/?page=last&page_size=1")["results"][0]


def test_equal_names_are_different_organizations(admin):
    first, second = (admin.post("/organizations/", {"name": "Twin"}) for _ in range(2))
    assert first["id"] != second["id"]


@pytest.mark.parametrize("scopes", [["read"], ["write"], ["audit"], ["events"], ["webhooks"],
                                    ["read", "write"], SCOPES])
def test_a_token_has_the_scopes_it_was_given(admin, made, scopes):
    answer = admin.post(tokens(made), {"name": "reception", "scopes": scopes})
    assert answer.status == 201
    assert list(answer.json) == ["id", "name", "scopes", "token"]
    assert (answer["name"], set(answer["scopes"])) == ("reception", set(scopes))
    who = admin.with_token(answer["token"])
    assert who.get("/appointments/").status == (200 if "read" in scopes else 403)
    assert who.post("/appointments/", valid()).status == (201 if "write" in scopes else 403)


@pytest.mark.parametrize("field, value", [
    ("name", ABSENT), ("name", None), ("name", ""), ("name", "x" * 256), ("name", []),
    ("scopes", ABSENT), ("scopes", None), ("scopes", []), ("scopes", "read"), ("scopes", {}),
    ("scopes", ["read", "admin"]), ("scopes", ["Read"]), ("scopes", [""]), ("scopes", [None]),
    ("scopes", [1]), ("scopes", [["read"]]), ("expires_at", "soon"), ("expires_at", ""),
    ("expires_at", 5), ("expires_at", "0001-01-01T00:00+01:00")])
def test_a_bad_token_is_refused_on_its_field(admin, made, field, value):
    body = {"name": "reception", "scopes": ["read"], field: value}
    answer = admin.post(tokens(made), {k: v for k, v in body.items() if v is not ABSENT})
    assert (answer.status, list(answer.json)) == (400, [field])
    if value is ABSENT:
        assert answer.json == {field: [REQUIRED]}
    if value is None:
        assert answer.json == {field: [NULL]}
    assert admin.get(tokens(made))["count"] == 1


def test_tokens_are_listed_without_their_secrets(admin, made):
    second = issue(admin, made, ["read"])
    third = issue(admin, made, ["audit"], expires_at="2999-01-01")
    answer = admin.get(tokens(made))
    assert list(answer.json) == ["count", "next", "previous", "results"]
    listed = {item["id"]: item for item in answer["results"]}
    assert set(listed) == {made["token"]["id"], second["id"], third["id"]}
    for item in listed.values():
        assert set(item) - {"expires_at"} == {"id", "name", "scopes", "created_at"}
        assert DATETIME.fullmatch(item["created_at"])
    assert listed[third["id"]]["expires_at"] == "2999-01-01T00:00:00Z"
    assert "expires_at" not in listed[second["id"]]
    for secret in (made["token"]["token"], second["token"], third["token"]):
        assert secret.encode() not in answer.body
        assert secret.partition(".")[2].encode() not in answer.body


def test_tokens_are_paged(admin, made):
    for _ in range(4):
        issue(admin, made, ["read"])
    pages = [admin.get(tokens(made, f"?page_size=2&page={page}")) for page in (1, 2, 3)]
    assert [page["count"] for page in pages] == [5] * 3
    assert len({item["id"] for page in pages for item in page["results"]}) == 5
    assert pages[0]["next"] == f"{admin.base}{tokens(made)}?page=2&page_size=2"
    assert pages[2]["next"] is None
    assert admin.get(tokens(made, "?page=9")).status == 404


def test_a_revoked_token_is_refused_at_once_and_the_others_are_not(admin, made):
    doomed, kept = issue(admin, made, ["read"]), issue(admin, made, ["read"])
    assert works(admin, doomed["token"]).status == 200
    answer = admin.delete(tokens(made, f"{doomed['id']}/"))
    assert (answer.status, answer.body) == (204, b"")
    refused = works(admin, doomed["token"])
    assert (refused.status, refused.json) == (401, INVALID_TOKEN)
    assert works(admin, kept["token"]).status == 200
    assert doomed["id"] not in {item["id"] for item in admin.get(tokens(made))["results"]}
    assert admin.delete(tokens(made, f"{doomed['id']}/")).status == 404


def test_the_first_token_can_be_revoked_like_any_other(admin, made):
    assert admin.delete(tokens(made, f"{made['token']['id']}/")).status == 204
    assert works(admin, made["token"]["token"]).json == INVALID_TOKEN
    assert works(admin, issue(admin, made, ["read"])["token"]).status == 200


def test_a_token_is_not_revoked_through_another_organization(admin, made):
    token = issue(admin, made, ["read"])
    stranger = admin.post("/organizations/", {"name": "Stranger"})
    assert admin.delete(tokens(stranger, f"{token['id']}/")).status == 404
    assert works(admin, token["token"]).status == 200


def test_a_token_works_until_it_expires(admin, made):
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=3)
    token = issue(admin, made, ["read"], expires_at=end.isoformat())
    assert token["expires_at"] == end.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert works(admin, token["token"]).status == 200
    answer = until(lambda: (answer := works(admin, token["token"])).status != 200 and answer,
                   "the token expires", 10)
    assert (answer.status, answer.json) == (401, INVALID_TOKEN)
    assert datetime.datetime.now(datetime.UTC) >= end


@pytest.mark.parametrize("end", ["2026-01-01", "0001-01-01T00:00:00Z"])
def test_a_token_that_would_have_expired_is_refused(admin, made, end):
    body = {"name": "late", "scopes": ["read"], "expires_at": end}
    answer = admin.post(tokens(made), body)
    assert (answer.status, answer.json) == (400, {"expires_at": [IN_PAST]})
    answer = admin.post(tokens(made), {**body, "name": ""})
    assert (answer.status, answer.json) == (400, {"name": [BLANK], "expires_at": [IN_PAST]})
    answer = admin.post(f"/organizations/{unknown_id()}/tokens/", body)
    assert answer.status == 404
    assert admin.get(tokens(made))["count"] == 1


def test_expired_tokens_do_not_count_towards_the_hundred(admin, made):
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
    short = issue(admin, made, ["read"], expires_at=end.isoformat())
    while admin.get(tokens(made))["count"] < 100:
        issue(admin, made, ["read"])
    one_more = {"name": "one more", "scopes": ["read"]}

    def is_issued():
        answer = admin.post(tokens(made), one_more)
        if answer.status == 400:
            assert answer.json == {"non_field_errors": ["An organization has at most 100 tokens."]}
            return False
        return answer

    assert until(is_issued, "the expired token does not count").status == 201
    listed = admin.get(tokens(made, "?page_size=100"))
    assert listed["count"] == 100
    assert short["id"] not in {item["id"] for item in listed["results"]}
    assert admin.post(tokens(made), one_more).status == 400


def test_no_end_is_no_end(admin, made):
    token = issue(admin, made, ["read"], expires_at=None)
    assert "expires_at" not in token.json
    assert works(admin, token["token"]).status == 200


def test_in_a_form_an_empty_end_is_no_end(admin, made):
    token = admin.request("POST", tokens(made), form="name=reception&scopes=read&expires_at=")
    assert token.status == 201
    assert "expires_at" not in token.json


def test_organizations_and_tokens_that_are_not_there_are_404(admin, made):
    for method, path in [("GET", f"/organizations/{unknown_id()}/"),
                         ("GET", f"/organizations/{unknown_id()}/tokens/"),
                         ("POST", f"/organizations/{unknown_id()}/tokens/"),
                         ("DELETE", tokens(made, f"{unknown_id()}/"))]:
        body = {"json": {"name": "t", "scopes": ["read"]}} if method == "POST" else {}
        answer = admin.request(method, path, **body)
        assert answer.status == 404 and list(answer.json) == ["detail"]
    for path in ("/organizations/xyz/", "/organizations/xyz/tokens/", tokens(made, "xyz/")):
        method = "DELETE" if path.startswith("/organizations/" + made["id"]) else "GET"
        answer = admin.request(method, path)
        assert (answer.status, answer.json) == (404, NOT_FOUND)


def test_methods_of_admin_paths(admin, made):
    for path, allow in [("/organizations/", {"GET", "HEAD", "POST", "OPTIONS"}),
                        (f"/organizations/{made['id']}/", {"GET", "HEAD", "OPTIONS"}),
                        (tokens(made), {"GET", "HEAD", "POST", "OPTIONS"}),
                        (tokens(made, f"{made['token']['id']}/"), {"DELETE", "OPTIONS"})]:
        for form in (path, path.rstrip("/")):
            answer = admin.request("PUT", form)
            assert (answer.status, answer.json) == (405, {"detail": 'Method "PUT" not allowed.'})
            assert {word.strip() for word in answer.header("Allow").split(",")} == allow


def test_a_wrong_admin_key_is_an_invalid_token(admin):
    for wrong in (admin.token[:-1], admin.token + "x", admin.token.swapcase() + "x"):
        answer = admin.with_token(wrong).post("/organizations/", {"name": "x"})
        assert (answer.status, answer.json) == (401, INVALID_TOKEN)


def test_the_command_line_lists_and_revokes(server, admin, made):
    token = issue(admin, made, ["read"])
    listed = server.command("token", "list", made["id"])
    assert token["id"] in json.dumps(listed)
    assert token["token"] not in json.dumps(listed)


def test_secrets_are_not_on_the_disk_of_the_server(server, admin, made):
    """Only hashes are kept: no file of the data directory holds the secret."""
    secret = issue(admin, made, ["read"])["token"].partition(".")[2].encode()
    files = [one for one in server.data_dir.rglob("*") if one.is_file()]
    assert files
    for file in files:
        assert secret not in file.read_bytes(), file


def test_refusals_of_the_admin_carry_the_position_of_a_known_organization(admin, made):
    assert admin.post(f"/organizations/{made['id']}/tokens/", {"name": ""}).position == 1
    assert admin.get(f"/organizations/{made['id']}/tokens/?page=9").position == 1
