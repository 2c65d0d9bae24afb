"""GET /audit/events/: what happened in the whole organization, searched by an auditor."""
import pytest

from client import FORBIDDEN, NOT_INTEGER, NOT_UUID, Client, not_a_choice, person
from guest import appointment, guest_of

EVENTS = "/audit/events/"
SCHEDULED = "dev.consularia.appointment.scheduled.v1"
UPDATED = "dev.consularia.appointment.updated.v1"
JOINED = "dev.consularia.appointment.participant_joined.v1"


def found(client, query=""):
    answer = client.get(EVENTS + query)
    assert answer.status == 200, answer
    return answer


def sequences(answer):
    return [event["sequence"] for event in answer["results"]]


@pytest.fixture
def told(server, fresh):
    """1: created, 2 and 3: two appointments, 4: Ann joins the first, 5: the second is renamed, 6:
    Ann is removed from the first."""
    first = appointment(fresh, "open", person("ann", "moderator", display_name="Ann"))
    second = fresh.create()
    assert guest_of(server, first).join().status == 200
    assert fresh.patch(f"/appointments/{second['id']}/", {"title": "New"}).status == 200
    ann = first["participants"][0]["id"]
    path = f"/appointments/{first['id']}/participants/{ann}/"
    assert fresh.delete(path).status == 204
    return first, second


def test_every_event_of_the_organization_is_there_with_its_appointment(fresh, told):
    first, second = told
    answer = found(fresh)
    assert (answer["count"], answer["next"], answer["previous"]) == (6, None, None)
    assert sequences(answer) == [1, 2, 3, 4, 5, 6]
    assert [event["appointment"] for event in answer["results"]] == [
        None, *(made["id"] for made in (first, second, first, second, first))]
    created = answer["results"][0]
    assert list(created) == ["sequence", "time", "type", "appointment", "actor", "request_id",
                             "changes"]
    assert created["actor"] == {"kind": "admin", "id": None, "name": None}
    name, tokens = created["changes"]
    assert name == {"field": "name", "old": None, "new": "Fresh"}
    assert [token["name"] for token in tokens["new"]] == ["first"]
    assert b"secret" not in answer.body and fresh.token.encode() not in answer.body
    history = fresh.get(f"/appointments/{first['id']}/history/")["results"]
    mine = [event for event in answer["results"] if event["appointment"] == first["id"]]
    assert [{name: value for name, value in event.items() if name != "appointment"}
            for event in mine] == history


def test_filters_combine(fresh, told):
    first, second = told
    ann = first["participants"][0]["id"]
    whole = found(fresh)["results"]
    token = whole[1]["actor"]["id"]
    for query, expected in {
        f"appointment={first['id']}": [2, 4, 6],
        f"appointment={second['id']}&ordering=-sequence": [5, 3],
        f"participant={ann}": [2, 4, 6],
        f"participant={ann}&actor=token": [2, 6],
        f"type={SCHEDULED}": [2, 3],
        f"type={SCHEDULED},{UPDATED}": [2, 3, 5],
        "type=unknown": [],
        "actor=admin": [1],
        "actor=participant": [4],
        "actor=system": [],
        f"actor={ann}": [4],
        f"actor={token}": [2, 3, 5, 6],
        f"actor={token.upper()}&from=3&to=5": [3, 5],
        "from=3": [3, 4, 5, 6],
        "to=3": [1, 2, 3],
        "to=300": [1, 2, 3, 4, 5, 6],
        "from=300": [],
        "from=5&to=2": [],
        f"from={whole[3]['time']}": [4, 5, 6],
        f"to={whole[3]['time']}": [1, 2, 3, 4],
        f"from={whole[1]['time']}&to={whole[4]['time']}&appointment={first['id']}": [2, 4],
        "from=2001-01-01&to=2031-01-01": [1, 2, 3, 4, 5, 6],
        "actor=&type=&appointment=&participant=&from=&to=&ordering=": [1, 2, 3, 4, 5, 6],
    }.items():
        assert sequences(found(fresh, f"?{query}")) == expected, query


def test_the_count_is_given_where_nothing_has_to_be_read_for_it(fresh, told):
    first, _ = told
    for query, count in {"": 6, "from=3&to=4": 2, f"appointment={first['id']}": 3,
                         f"appointment={first['id']}&from=3": 2, "actor=admin": None,
                         f"type={SCHEDULED}": None}.items():
        assert found(fresh, f"?{query}")["count"] == count, query


@pytest.mark.parametrize("ordering", ["sequence", "-sequence"])
@pytest.mark.parametrize("query", ["", "&actor=token", "&from=2&to=5"])
def test_pages_follow_each_other_whatever_is_written_meanwhile(fresh, told, ordering, query):
    whole = found(fresh, f"?ordering={ordering}{query}")["results"]
    pages = []
    url = f"{EVENTS}?page_size=2&ordering={ordering}{query}&to=6"
    if "to=" in query:
        url = url.removesuffix("&to=6")
    while url:
        answer = found(fresh, url.removeprefix(EVENTS))
        assert len(answer["results"]) <= 2
        pages += answer["results"]
        fresh.create()
        url = answer["next"] and answer["next"].removeprefix(fresh.base)
    assert pages == whole


def test_a_page_that_selects_nothing_says_where_to_go_on(fresh):
    path = f"/appointments/{fresh.create()['id']}/"
    for number in range(2100):
        assert fresh.patch(path, {"title": f"{number}"}).status == 200
    first = found(fresh, f"?type={SCHEDULED}&from=3")
    assert first["results"] == []
    second = fresh.get(first["next"].removeprefix(fresh.base))
    assert (second["results"], second["next"]) == ([], None)


def test_bad_values_are_refused_together(fresh):
    answer = fresh.get(EVENTS + "?actor=me&appointment=1&participant=x&from=soon&to=-1&cursor=a"
                       "&ordering=time")
    assert answer.status == 400
    moment = "Enter a valid date/time or sequence."
    assert answer.json == {
        "actor": [not_a_choice("me")], "appointment": [NOT_UUID], "participant": [NOT_UUID],
        "from": [moment], "to": [moment], "cursor": [NOT_INTEGER],
        "ordering": [not_a_choice("time")]}


def test_only_the_scope_audit_opens_it_and_only_the_own_organization(api, reader, auditor, fresh,
                                                                     told):
    for client in (api, reader):
        answer = client.get(EVENTS)
        assert (answer.status, answer.json) == (403, FORBIDDEN)
    first, _ = told
    assert found(auditor, f"?appointment={first['id']}")["results"] == []
    assert first["id"].encode() not in found(auditor, "?page_size=100").body


def test_an_expired_token_opens_nothing(server, admin):
    organization = server.organization("Expiring")
    path = f"/organizations/{organization['id']}/tokens/"
    soon = "2999-01-01T00:00:00Z"
    made = admin.post(path, {"name": "auditor", "scopes": ["audit"], "expires_at": soon})
    assert made.status == 201
    assert found(Client(server.port, made["token"]))["count"] == 2
