"""Accept: application/problem+json turns every error into RFC 9457, and changes no success."""
import pytest

from client import at_once, person, unique, unknown_id, valid

PROBLEM = {"Accept": "application/problem+json"}
DETAIL = {"type", "title", "status", "detail"}


def errors(api, anyone):
    """Every error as a request: (client, method, path, how to send it)."""
    made = api.in_state("completed", participants=[person("one")])
    here = f"/appointments/{made['id']}/"
    json = {"Content-Type": "application/json"}
    used = unique("key")
    assert api.patch(f"/appointments/{api.create()['id']}/", {"title": "x"},
                     headers={"Idempotency-Key": used}).status == 200
    return {
        "parse error": (api, "POST", "/appointments/", {"raw": "{", "headers": json}),
        "fields": (api, "POST", "/appointments/", {"json": {"participants": [{}, None]}}),
        "object": (api, "POST", "/appointments/", {"json": []}),
        "bulk": (api, "POST", here + "participants/add/", {"json": [{}, person("one")]}),
        "bulk null": (api, "POST", here + "participants/add/", {"json": [None]}),
        "list": (api, "POST", here + "participants/remove/", {"json": {}}),
        "filter": (api, "GET", "/appointments/?start_date=x", {}),
        "page": (api, "GET", "/appointments/?page=0", {}),
        "credentials": (anyone, "GET", here, {}),
        "scope": (api, "POST", "/organizations/", {"json": {"name": "x"}}),
        "path": (api, "GET", "/nope/", {}),
        "appointment": (api, "GET", f"/appointments/{unknown_id()}/", {}),
        "participant": (api, "DELETE", here + f"participants/{unknown_id()}/", {}),
        "method": (api, "PUT", here, {}),
        "state": (api, "PATCH", here, {"json": {"title": "x"}}),
        "version": (api, "PATCH", here, {"json": {"title": "x"}, "headers": {"If-Match": '"0"'}}),
        "media type": (api, "POST", "/appointments/", {"raw": "x", "headers": {
            "Content-Type": "text/plain"}}),
        "key": (api, "POST", "/appointments/", {"json": valid(),
                                                "headers": {"Idempotency-Key": "a b"}}),
        "key reused": (api, "POST", "/appointments/", {"json": valid(), "headers": {
            "Idempotency-Key": used}}),
        "size": (api, "POST", "/appointments/", {"raw": b" " * (4 * 1024 * 1024 + 1),
                                                 "headers": json})}


NAMES = ["parse error", "fields", "object", "bulk", "bulk null", "list", "filter", "page",
         "credentials", "scope", "path", "appointment", "participant", "method", "state", "version",
         "media type", "key", "key reused", "size"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("accept", [
    "application/problem+json", "application/json, application/problem+json;q=0.5",
    "Application/Problem+JSON"])
def test_every_error_becomes_a_problem_that_says_the_same(api, anyone, name, accept):
    who, method, path, how = errors(api, anyone)[name]
    plain = who.request(method, path, **how)
    how["headers"] = {**how.get("headers", {}), "Accept": accept}
    problem = who.request(method, path, **how)
    assert plain.header("Content-Type").startswith("application/json")
    assert problem.header("Content-Type").startswith("application/problem+json")
    assert problem.status == plain.status == problem["status"]
    assert isinstance(problem["type"], str) and problem["type"]
    assert isinstance(problem["title"], str) and problem["title"]
    assert isinstance(problem["detail"], str) and problem["detail"]
    if isinstance(plain.json, dict) and list(plain.json) == ["detail"]:
        assert set(problem.json) == DETAIL and problem["detail"] == plain["detail"]
    else:
        assert set(problem.json) == DETAIL | {"errors"} and problem["errors"] == plain.json
    for header in ("Allow", "WWW-Authenticate"):
        assert problem.header(header) == plain.header(header)


def test_successes_stay_as_they_are(api):
    made = api.create()
    for path in ("/appointments/", f"/appointments/{made['id']}/"):
        answer = api.get(path, headers=PROBLEM)
        assert answer.status == 200
        assert answer.header("Content-Type").startswith("application/json")
    assert api.get(f"/appointments/{made['id']}/", headers=PROBLEM).body == made.body
    answer = api.post("/appointments/", valid(), headers=PROBLEM)
    assert answer.status == 201 and answer.header("Content-Type").startswith("application/json")
    assert api.delete(f"/appointments/{made['id']}/", headers=PROBLEM).status == 204


def test_titles_and_types_belong_to_the_status(api):
    answers = at_once(4, lambda n: api.get(f"/appointments/{unknown_id()}/", headers=PROBLEM))
    assert len({(answer["type"], answer["title"]) for answer in answers}) == 1


def test_without_that_accept_header_errors_are_plain(api):
    for accept in (None, "*/*", "application/*", "application/json"):
        answer = api.get(f"/appointments/{unknown_id()}/", headers={"Accept": accept})
        assert answer.header("Content-Type").startswith("application/json")
        assert list(answer.json) == ["detail"]


@pytest.mark.parametrize("target, more, status", [
    ("/api/v1/appointments/?x=" + "y" * 8300, {}, 414),
    ("/api/v1/appointments/", {f"X-Field-{n}": "1" for n in range(120)}, 431)])
def test_refused_heads_are_problems_with_the_clients_request_id(anyone, target, more, status):
    headers = {"Accept": "application/problem+json", "X-Request-ID": "mine", **more}
    answer = anyone.get(target, prefix="", headers=headers)
    assert (answer.status, answer["status"]) == (status, status)
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.header("X-Request-ID") == "mine"
    answer = anyone.request("HEAD", target, prefix="", headers=headers)
    assert (answer.status, answer.body) == (status, b"")
