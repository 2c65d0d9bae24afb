"""ETag and If-None-Match of lists, and lists that are answered again without being read."""
import re

import pytest

from client import INVALID_PAGE, PREFIX, Client, person, unknown_id

LIST = "/appointments/"


def unchanged(api, path, tag, **how):
    answer = api.get(path, headers={"If-None-Match": tag}, **how)
    assert answer.status in (200, 304), answer
    assert answer.etag and answer.position
    return answer.status == 304


@pytest.fixture
def made(fresh):
    return fresh.create(participants=[person("ann"), person("bob")])


def test_a_list_has_the_same_tag_and_body_until_something_happens(fresh, made):
    for path in (LIST, LIST + "?participant_unique_id=ann", f"{LIST}{made['id']}/participants/"):
        first, second = fresh.get(path), fresh.get(path)
        assert re.fullmatch(r'"\d+-[0-9a-f]{16}"', first.etag)
        assert first.etag.startswith(f'"{first.position}-')
        assert (first.etag, first.body, first.position) == (second.etag, second.body, second.position)
        head = fresh.request("HEAD", path)
        assert (head.etag, head.header("Content-Length")) == (first.etag, str(len(first.body)))


def test_every_kind_of_write_is_in_the_next_list(fresh, made):
    person_path = f"{LIST}{made['id']}/participants/"
    lists = (LIST, LIST + "?participant_unique_id=ann", person_path)
    seen = {path: [fresh.get(path)] for path in lists}
    for method, path, body in [
            ("PATCH", f"{LIST}{made['id']}/", {"title": "moved"}),
            ("POST", person_path + "add/", [person("eve")]),
            ("PATCH", person_path + made["participants"][0]["id"] + "/", {"display_name": "Ann"}),
            ("POST", person_path + "remove/", [{"id": made["participants"][1]["id"]}]),
            ("POST", f"{LIST}{made['id']}/start/", {}),
            ("POST", f"{LIST}{made['id']}/complete/", {}),
            ("POST", LIST, {"title": "another", "start_date_time": "2031-05-06", "duration_minutes": 30,
                            "participants": [person("ann")]})]:
        written = fresh.request(method, path, json=body)
        assert written.status in (200, 201, 204), written
        for listed, answers in seen.items():
            assert not unchanged(fresh, listed, answers[-1].etag)
            answers.append(fresh.get(listed))
            assert answers[-1].position == written.position
        assert seen[LIST][-1]["results"][-1] == fresh.get(
            f"{LIST}{seen[LIST][-1]['results'][-1]['id']}/").json
    assert len({one.body for one in seen[LIST]}) == len(seen[LIST])
    assert fresh.delete(f"{LIST}{made['id']}/").status == 204
    assert [one["title"] for one in fresh.get(LIST)["results"]] == ["another"]
    assert fresh.get(person_path).status == 404


def test_if_none_match_answers_304(fresh, made):
    listed = fresh.get(LIST)
    for tag in (listed.etag, f"W/{listed.etag}", f'"x", {listed.etag}', "*"):
        assert unchanged(fresh, LIST, tag), tag
    assert fresh.get(LIST, headers={"If-None-Match": listed.etag}).etag == listed.etag
    for tag in ('"x"', listed.etag.strip('"'), made.etag, '"1"', ""):
        assert not unchanged(fresh, LIST, tag), tag
    assert fresh.create().status == 201
    assert not unchanged(fresh, LIST, listed.etag)


def test_the_tag_of_one_url_is_not_good_for_another(fresh, made):
    tag = fresh.get(LIST).etag
    for path in (LIST + "?page=1", LIST + "?page_size=20", LIST + "?participant_unique_id=ann",
                 LIST[:-1], f"{LIST}{made['id']}/participants/"):
        assert not unchanged(fresh, path, tag), path


def test_links_lead_to_the_host_that_was_asked(fresh, made):
    assert fresh.create().status == 201
    path = LIST + "?page_size=1"
    here = fresh.get(path)
    there = fresh.get(path, headers={"Host": "other.example.org"})
    assert here["next"].startswith(fresh.base + "/")
    assert there["next"].startswith(f"http://other.example.org{PREFIX}/")
    assert here.etag != there.etag


def test_what_is_not_there_has_no_tag_and_is_not_unchanged(fresh, made):
    for path, body in ((LIST + "?page=2", INVALID_PAGE),
                       (f"{LIST}{unknown_id()}/participants/", None)):
        for tag in ("*", fresh.get(LIST).etag):
            answer = fresh.get(path, headers={"If-None-Match": tag})
            assert (answer.status, answer.header("ETag")) == (404, None)
            assert body is None or answer.json == body


def test_each_organization_sees_its_own_list_however_alike_they_are(server):
    clients = [Client(server.port, server.organization("Alike")["token"]["token"]) for _ in range(2)]
    made = [one.create(title="alike") for one in clients]
    for client, own in zip(clients, made):
        for _ in range(2):
            assert [one["id"] for one in client.get(LIST)["results"]] == [own["id"]]
    first, second = (one.get(LIST) for one in clients)
    assert first.position == second.position
    assert first.etag != second.etag


def test_a_revoked_token_and_one_without_the_scope_get_no_kept_list(server, admin):
    organization = server.organization("Revoked")
    path = f"/organizations/{organization['id']}/tokens/"
    reader = admin.post(path, {"name": "reader", "scopes": ["read"]})
    client = Client(server.port, reader["token"])
    first = client.get(LIST)
    assert client.get(LIST).body == first.body
    writer = Client(server.port, server.token(organization["id"], "writer", "write"))
    assert writer.get(LIST, headers={"If-None-Match": first.etag}).status == 403
    assert admin.delete(path + reader["id"] + "/").status == 204
    for tag in ('"x"', "*", first.etag):
        assert client.get(LIST, headers={"If-None-Match": tag}).status == 401
