"""Authentication: the four ways to send a secret, the sentences of a 401, scopes, the admin key."""
import pytest

from client import FORBIDDEN, INVALID_TOKEN, NO_CREDENTIALS, person, unique, unknown_id, valid

WAYS = [("Authorization", "Token {}"), ("Authorization", "Bearer {}"),
        ("Authorization", "Api-Key {}"), ("Authorization", "token {}"),
        ("Authorization", "BEARER {}"), ("Authorization", "aPI-kEY {}"),
        ("X-API-Key", "{}"), ("x-api-key", "{}")]
NO_SECRET = {"detail": "Invalid token header. No credentials provided."}
SPACES = {"detail": "Invalid token header. Token string should not contain spaces."}
CHARACTERS = {"detail": "Invalid token header. Token string should not contain invalid characters."}


@pytest.mark.parametrize("header, form", WAYS)
def test_a_secret_is_taken_in_each_way(api, anyone, header, form):
    sent = {header: form.format(api.token)}
    assert anyone.get("/appointments/?page_size=1", headers=sent).status == 200
    made = anyone.post("/appointments/", valid(), headers=sent)
    assert made.status == 201
    assert api.get(f"/appointments/{made['id']}/").status == 200


@pytest.mark.parametrize("headers, error", [
    ({}, NO_CREDENTIALS),
    ({"Authorization": ""}, NO_CREDENTIALS),
    ({"Authorization": "Basic dTpw"}, NO_CREDENTIALS),
    ({"Authorization": "Digest username=x"}, NO_CREDENTIALS),
    ({"Authorization": "Tokens abc"}, NO_CREDENTIALS),
    ({"Authorization": "Basic"}, NO_CREDENTIALS),
    ({"Authorization": "Token"}, NO_SECRET),
    ({"Authorization": "bearer"}, NO_SECRET),
    ({"Authorization": "Api-Key "}, NO_SECRET),
    ({"Authorization": "Token one two"}, SPACES),
    ({"Authorization": "Bearer one two three"}, SPACES),
    ({"Authorization": "Api-Key one two"}, SPACES),
    ({"Authorization": "Token caf\u00e9"}, CHARACTERS),
    ({"Authorization": b"Bearer \xff\xfe"}, CHARACTERS),
    ({"Authorization": "Token abc"}, INVALID_TOKEN),
    ({"Authorization": "Bearer 0." + "x" * 40}, INVALID_TOKEN),
    ({"Authorization": "Api-Key ."}, INVALID_TOKEN),
    ({"Authorization": "Token " + "a" * 3000}, INVALID_TOKEN),
    ({"Authorization": "Token " + "0" * 32 + "." + "A" * 43}, INVALID_TOKEN),
    ({"X-API-Key": "abc"}, INVALID_TOKEN)])
def test_without_a_good_secret_it_is_401_and_says_why(anyone, headers, error):
    for method, path in [("GET", "/appointments/"), ("DELETE", f"/appointments/{unknown_id()}/"),
                         ("PUT", "/appointments/"), ("OPTIONS", "/appointments/"),
                         ("GET", "/appointments/xyz/"), ("POST", "/organizations/")]:
        answer = anyone.request(method, path, headers=headers)
        assert (answer.status, answer.json) == (401, error), (method, path)
        assert answer.header("WWW-Authenticate") == "Token"


def damages(secret):
    organization, _, rest = secret.partition(".")
    return {
        "one character changed": secret[:-1] + ("a" if secret[-1] != "a" else "b"),
        "one character more": secret + "a",
        "one character less": secret[:-1],
        "no random part": organization + ".",
        "only the organization": organization,
        "only the random part": rest,
        "another organization": "f" * 32 + "." + rest,
        "the parts swapped": rest + "." + organization}


@pytest.mark.parametrize("how", damages("a" * 32 + ".b"))
def test_a_damaged_secret_is_an_invalid_token(api, anyone, how):
    answer = anyone.with_token(damages(api.token)[how]).get("/appointments/")
    assert (answer.status, answer.json) == (401, INVALID_TOKEN)


def test_a_secret_names_its_organization_and_has_160_bits_more(organization):
    prefix, _, rest = organization["token"]["token"].partition(".")
    assert prefix == organization["id"].replace("-", "")
    assert len(rest) * 6 >= 160


def test_401_comes_before_anything_about_the_body(anyone):
    for body in ('{"title":', "x" * 100_000):
        answer = anyone.post("/appointments/", raw=body, headers={"Content-Type": "text/plain"})
        assert (answer.status, answer.json) == (401, NO_CREDENTIALS)


READS = [("GET", "/appointments/"), ("GET", "/appointments/{a}/"), ("HEAD", "/appointments/{a}/"),
         ("GET", "/appointments/{a}/participants/"),
         ("GET", "/appointments/{a}/participants/{p}/")]
WRITES = [("POST", "/appointments/"), ("PATCH", "/appointments/{a}/"),
          ("POST", "/appointments/{a}/start/"), ("POST", "/appointments/{a}/complete/"),
          ("POST", "/appointments/{a}/participants/add/"),
          ("POST", "/appointments/{a}/participants/remove/"),
          ("PATCH", "/appointments/{a}/participants/{p}/"),
          ("DELETE", "/appointments/{a}/participants/{p}/"), ("DELETE", "/appointments/{a}/")]


def refused(answer, method):
    return answer.status == 403 and (method == "HEAD" or answer.json == FORBIDDEN)


@pytest.mark.parametrize("method, path", READS + WRITES)
def test_too_little_scope_is_403_and_changes_nothing(api, reader, writer, auditor, method, path):
    made = api.create(participants=[person()])
    path = path.format(a=made["id"], p=made["participants"][0]["id"])
    unfit = [auditor, writer if method in ("GET", "HEAD") else reader]
    for who in unfit:
        assert refused(who.request(method, path), method)
        assert refused(who.request(method, path.replace(made["id"], unknown_id())), method)
    assert api.get(f"/appointments/{made['id']}/").body == made.body


@pytest.mark.parametrize("method, path", READS)
def test_the_read_scope_reads(api, reader, method, path):
    made = api.create(participants=[person()])
    path = path.format(a=made["id"], p=made["participants"][0]["id"])
    assert reader.request(method, path).status == 200


def test_the_write_scope_writes(api, writer):
    made = writer.create(participants=[person(), person()])
    here = f"/appointments/{made['id']}/"
    assert writer.patch(here, {"title": "Written"})["title"] == "Written"
    assert writer.post(here + "participants/add/", [person()]).status == 200
    assert writer.post(here + "start/")["status"] == "active"
    assert api.get(here)["status"] == "active"
    assert writer.delete(here).status == 204


@pytest.mark.parametrize("header, form", WAYS)
def test_the_admin_key_is_sent_in_the_same_ways(admin, anyone, header, form):
    sent = {header: form.format(admin.token)}
    assert anyone.post("/organizations/", {"name": unique()}, headers=sent).status == 201


@pytest.mark.parametrize("method, path", READS + WRITES)
def test_the_admin_key_is_403_where_a_token_belongs(admin, api, method, path):
    made = api.create(participants=[person()])
    path = path.format(a=made["id"], p=made["participants"][0]["id"])
    assert refused(admin.request(method, path), method)
    assert api.get(f"/appointments/{made['id']}/").body == made.body


@pytest.mark.parametrize("method, path", [
    ("POST", "/organizations/"), ("GET", "/organizations/{o}/tokens/"),
    ("POST", "/organizations/{o}/tokens/"), ("DELETE", "/organizations/{o}/tokens/{t}/")])
def test_a_token_is_403_where_the_admin_key_belongs(fresh, organization, anyone, method, path):
    path = path.format(o=organization["id"], t=organization["token"]["id"])
    answer = fresh.request(method, path)
    assert (answer.status, answer.json) == (403, FORBIDDEN)
    own = anyone.with_token(organization["token"]["token"])
    answer = own.request(method, path)
    assert (answer.status, answer.json) == (403, FORBIDDEN)
    assert own.get("/appointments/?page_size=1").status == 200
