"""GET /appointments/{id}/history/: who did what to an appointment, when, and what it changed."""
import pytest

from client import (
    FORBIDDEN, INVALID_PAGE, NO_APPOINTMENT, NOT_FOUND, Client, not_a_choice, person, unknown_id)
from guest import appointment, guest_of

PREFIX = "dev.consularia.appointment."


def history(client, made, query=""):
    answer = client.get(f"/appointments/{made['id']}/history/{query}")
    assert answer.status == 200, answer
    return answer["results"]


def of(event, field):
    return {change["field"]: (change["old"], change["new"]) for change in event["changes"]}[field]


@pytest.fixture
def told(fresh):
    """An appointment that was created, moved, started and deleted."""
    made = fresh.create(title="Visa", participants=[person("ann", display_name="Ann")],
                        headers={"X-Request-ID": "mine"})
    path = f"/appointments/{made['id']}/"
    assert fresh.patch(path, {"start_date_time": "2031-06-01T10:00:00Z"}).status == 200
    assert fresh.post(path + "start/").status == 200
    assert fresh.delete(path).status == 204
    return made


def test_every_event_says_who_when_and_what_changed_oldest_first(fresh, told):
    created, moved, started, deleted = history(fresh, told)
    assert [event["type"] for event in (created, moved, started, deleted)] == [
        PREFIX + name for name in ("scheduled.v1", "updated.v1", "started.v1", "deleted.v1")]
    assert [event["sequence"] for event in (created, moved, started, deleted)] == [2, 3, 4, 5]
    assert list(created) == ["sequence", "time", "type", "actor", "request_id", "changes"]
    assert created["time"] == told["created_at"]
    assert created["actor"]["kind"] == "token" and created["actor"]["name"] == "first"
    assert len(created["request_id"]) == 36  # Our own: what a client sends is in no record.
    assert of(created, "title") == (None, "Visa")
    people = of(created, "participants")[1]
    assert people == [{key: told["participants"][0][key]
                       for key in ("id", "unique_id", "display_name", "role")}]
    assert moved["changes"] == [{
        "field": "start_date_time", "old": "2031-05-06T07:08:09Z", "new": "2031-06-01T10:00:00Z"}]
    assert started["changes"] == [{"field": "status", "old": "scheduled", "new": "active"}]
    assert of(deleted, "start_date_time") == ("2031-06-01T10:00:00Z", None)
    assert of(deleted, "status") == ("active", None)


def test_a_history_is_paged_from_both_ends(fresh, told):
    whole = history(fresh, told)
    path = f"/appointments/{told['id']}/history/"
    first = fresh.get(path + "?page_size=3")
    assert (first["count"], first["previous"], first["results"]) == (4, None, whole[:3])
    assert first["next"] == f"{fresh.base}{path}?page=2&page_size=3"
    assert history(fresh, told, "?page_size=3&page=2") == whole[3:]
    newest = whole[::-1]
    assert history(fresh, told, "?ordering=-sequence") == newest
    assert history(fresh, told, "?ordering=-sequence&page_size=3") == newest[:3]
    assert history(fresh, told, "?ordering=-sequence&page_size=3&page=last") == newest[3:]
    assert history(fresh, told, "?ordering=sequence") == whole
    assert fresh.get(path + "?page=2").json == INVALID_PAGE
    answer = fresh.get(path + "?ordering=time")
    assert (answer.status, answer.json) == (400, {"ordering": [not_a_choice("time")]})


def test_a_participant_is_named_as_they_were_when_they_joined(server, fresh):
    made = appointment(fresh, "open", person("ann", "moderator", display_name="Ann"),
                       person("bob"))
    for index in range(2):
        assert guest_of(server, made, index).join().status == 200
    ann, bob = made["participants"]
    path = f"/appointments/{made['id']}/participants/{ann['id']}/"
    assert fresh.patch(path, {"display_name": "Anna"}).status == 200
    assert fresh.delete(path).status == 204
    _, first, second, renamed, removed = history(fresh, made)
    assert first["actor"] == {"kind": "participant", "id": ann["id"], "name": "Ann"}
    assert first["changes"] == [{"field": "status", "old": "scheduled", "new": "active"}]
    assert second["actor"] == {"kind": "participant", "id": bob["id"], "name": "bob"}
    assert second["changes"] == []
    assert renamed["changes"] == [{"field": "participants",
                                   "old": [{"id": ann["id"], "display_name": "Ann"}],
                                   "new": [{"id": ann["id"], "display_name": "Anna"}]}]
    assert of(removed, "participants") == (
        [{"id": ann["id"], "unique_id": "ann", "display_name": "Anna", "role": "moderator"}], [])


def test_a_revoked_token_keeps_its_name(server, admin):
    organization = server.organization("Names")
    secret = server.token(organization["id"], "intern", "read,write,audit")
    api = Client(server.port, secret)
    made = api.create()
    tokens = admin.get(f"/organizations/{organization['id']}/tokens/")["results"]
    intern = next(token["id"] for token in tokens if token["name"] == "intern")
    path = f"/organizations/{organization['id']}/tokens/{intern}/"
    assert admin.delete(path).status == 204
    owner = api.with_token(organization["token"]["token"])
    assert history(owner, made)[0]["actor"] == {"kind": "token", "id": intern, "name": "intern"}


def test_only_the_scope_audit_opens_a_history(api, reader, writer, auditor, other):
    made = api.create()
    path = f"/appointments/{made['id']}/history/"
    for client in (api, reader, writer):
        answer = client.get(path)
        assert (answer.status, answer.json) == (403, FORBIDDEN)
    assert len(history(auditor, made)) == 1


def test_an_auditor_sees_no_other_organization(server, auditor, other):
    made = other.create()
    for path in (made["id"], unknown_id()):
        answer = auditor.get(f"/appointments/{path}/history/")
        assert (answer.status, answer.json) == (404, NO_APPOINTMENT)
    answer = auditor.get("/appointments/nonsense/history/")
    assert (answer.status, answer.json) == (404, NOT_FOUND)


def test_a_long_history_is_read_in_pages_of_the_same_cost(fresh):
    made = fresh.create()
    path = f"/appointments/{made['id']}/"
    for number in range(130):
        assert fresh.patch(path, {"title": f"Title {number}"}).status == 200
    last = history(fresh, made, "?page_size=1&page=last")
    assert of(last[0], "title") == ("Title 128", "Title 129")
    newest = history(fresh, made, "?ordering=-sequence&page_size=100&page=2")
    assert [event["sequence"] for event in newest] == list(range(32, 1, -1))
