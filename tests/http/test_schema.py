"""The server publishes docs/openapi.json and behaves as it says."""
import json
import re

import pytest

from client import NOT_FOUND, Client, person, unique, unknown_id
from server import ROOT

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text())
OPERATIONS = [(path, method, operation) for path, methods in DOCUMENT["paths"].items()
              for method, operation in methods.items()]
MEMBERS = tuple(f"/api/v1/{kind}/" for kind in ("appointments", "events", "webhooks", "audit"))
PUBLISHED = {
    "appointments_list": "GET /api/v1/appointments/",
    "appointments_create": "POST /api/v1/appointments/",
    "appointments_retrieve": "GET /api/v1/appointments/{id}/",
    "appointments_partial_update": "PATCH /api/v1/appointments/{id}/",
    "appointments_destroy": "DELETE /api/v1/appointments/{id}/",
    "appointments_participants_list": "GET /api/v1/appointments/{id}/participants/",
    "appointments_participants_retrieve":
        "GET /api/v1/appointments/{id}/participants/{participant_id}/",
    "appointments_participants_partial_update":
        "PATCH /api/v1/appointments/{id}/participants/{participant_id}/",
    "appointments_participants_destroy":
        "DELETE /api/v1/appointments/{id}/participants/{participant_id}/",
    "appointments_participants_add_create": "POST /api/v1/appointments/{id}/participants/add/",
    "appointments_participants_remove_create":
        "POST /api/v1/appointments/{id}/participants/remove/"}


def test_the_server_publishes_the_documents_to_everybody(anyone, api):
    for who in (anyone, api, anyone.with_token("wrong")):
        for path in ("/schema/", "/schema"):
            answer = who.get(path)
            assert answer.status == 200
            assert answer.header("Content-Type").startswith("application/json")
            assert answer.json == DOCUMENT
        answer = who.get("/schema/events/")
        assert answer.status == 200
        assert answer.json == json.loads((ROOT / "docs" / "events.schema.json").read_text())


def test_the_published_operations_keep_their_names_and_places():
    places = {operation["operationId"]: f"{method.upper()} {path}"
              for path, method, operation in OPERATIONS}
    assert PUBLISHED.items() <= places.items()
    assert len(places) == len(OPERATIONS)


def test_every_operation_has_an_example_and_its_errors():
    for path, method, operation in OPERATIONS:
        name = operation["operationId"]
        assert operation["summary"] and operation["tags"], name
        statuses = set(operation["responses"])
        assert {"400", "414", "431"} <= statuses, name
        if operation["security"]:
            assert {"401", "403", "406"} <= statuses, name
        if "{" in path:
            assert "404" in statuses, name
        if "requestBody" in operation:
            assert {"413", "415"} <= statuses, name


@pytest.fixture(scope="module")
def api(server, organization):
    """With every scope that there is."""
    scopes = DOCUMENT["components"]["schemas"]["Scopes"]["items"]["enum"]
    return Client(server.port, server.token(organization["id"], "schema", ",".join(scopes)))


@pytest.fixture(scope="module")
def here(api, organization):
    """Values for the templates of the document's paths."""
    made = api.create(participants=[person(unique())])
    return {"appointments": made["id"], "participant_id": made["participants"][0]["id"],
            "token": made["participants"][0]["access_link"].rsplit("/", 1)[1],
            "organizations": organization["id"], "token_id": organization["token"]["id"],
            "file": "page.js",
            **of_webhook(api.post("/webhooks/", {"url": "https://hooks.example.org/"})["id"])}


def of_webhook(webhook_id):
    return {"webhook_id": webhook_id, "delivery_id": f"{webhook_id}.1"}


def of_admin(path):
    return path.startswith("/api/v1/organizations/")


def filled(path, here):
    kind = "organizations" if of_admin(path) else "appointments"
    return re.sub(r"\{(\w+)\}", lambda name: here[kind if name[1] == "id" else name[1]], path)


def client_for(path, api, admin, anyone):
    if of_admin(path):
        return admin
    return api if path.startswith(MEMBERS) else anyone


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_every_path_allows_exactly_the_documented_methods(api, admin, anyone, here, path):
    documented = {method.upper() for method in DOCUMENT["paths"][path]}
    who = client_for(path, api, admin, anyone)
    for form in (filled(path, here), filled(path, here).rstrip("/")):
        answers = [who.request(method, form, prefix="") for method in ("OPTIONS", "PUT")]
        assert [answer.status for answer in answers] == [200, 405], form
        for answer in answers:
            allowed = {word.strip() for word in answer.header("Allow").split(",")}
            assert allowed - {"HEAD", "OPTIONS"} == documented
            assert ("HEAD" in allowed) == ("GET" in documented)


def candidates():
    """Paths that look as if they might be there: every beginning of a documented path, its
    neighbours, and what other servers serve."""
    found = set()
    for path in DOCUMENT["paths"]:
        parts = path.strip("/").split("/")
        for length in range(1, len(parts) + 1):
            start = "/" + "/".join(parts[:length]) + "/"
            found |= {start, start + "{participant_id}/"}
            found |= {start + word + "/" for word in (
                "add", "remove", "start", "complete", "cancel", "history", "events", "tokens",
                "participants", "audit", "organizations", "schema", "docs", "metrics")}
    known = {path.rstrip("/") for path in DOCUMENT["paths"]}
    found |= {"/metrics", "/docs/", "/openapi.json", "/admin/", "/api/v1/metrics", "/live"}
    return sorted(path for path in found if path.rstrip("/") not in known)


def shape(path):
    """A path with every template, and every segment that fits one, replaced: /x/add/ is
    /x/{id}/."""
    return re.sub(r"\{\w+\}", "{}", path.rstrip("/"))


@pytest.mark.parametrize("path", candidates())
def test_what_is_not_documented_is_not_there(api, admin, here, path):
    """Unless a template takes the word for an id, which OPTIONS shows."""
    templates = [re.sub(r"\{\w+\}", r"[^/]+", known.rstrip("/")) for known in DOCUMENT["paths"]]
    if any(re.fullmatch(template, shape(path)) for template in templates):
        answer = client_for(path, api, admin, api).request(
            "OPTIONS", filled(path, here), prefix="")
        allowed = {word.strip().lower() for word in answer.header("Allow").split(",")}
        assert allowed - {"head", "options"} in [
            set(methods) for methods in DOCUMENT["paths"].values()]
        return
    for who in (api, admin):
        for method in ("OPTIONS", "GET", "POST"):
            answer = who.request(method, filled(path, here), prefix="")
            assert (answer.status, answer.json) == (404, NOT_FOUND), method


SEND = {
    "appointments_create": {"json": {}},
    "appointments_participants_add_create": {"json": {}},
    "appointments_participants_remove_create": {"json": {}},
    "organizations_create": {"json": {}}, "tokens_create": {"json": {}},
    "webhooks_create": {"json": {}}, "webhooks_replay_create": {"json": {"after": 0}}}


@pytest.mark.parametrize("path, method, operation", OPERATIONS,
                         ids=[operation["operationId"] for *_, operation in OPERATIONS])
def test_every_operation_is_served(api, admin, anyone, here, path, method, operation):
    who = client_for(path, api, admin, anyone)
    unknown = {"participant_id": unknown_id(), "token_id": unknown_id(), **of_webhook(unknown_id())}
    target = filled(path, {**here, **unknown} if method == "delete" else here)
    if operation["operationId"] == "appointments_destroy":
        target = filled(path, {**here, "appointments": api.create()["id"]})
    answer = who.request(method.upper(), target, prefix="",
                         **SEND.get(operation["operationId"], {}))
    assert str(answer.status) in operation["responses"], answer
    assert answer.status not in (401, 403, 405, 500)
    assert answer.status != 404 or method == "delete"
