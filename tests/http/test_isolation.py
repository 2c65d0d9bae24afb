"""One organization never sees, counts, changes or guesses what another has."""
import pytest

from client import NOT_HERE, NO_APPOINTMENT, person, unique, unknown_id


@pytest.fixture
def made(api):
    return api.create(title="Ours", participants=[person(unique("guest")), person()])


def requests(made):
    member = made["participants"][0]["id"]
    return [
        ("GET", "", None), ("HEAD", "", None), ("PATCH", "", {"title": "Theirs"}),
        ("PATCH", "", {"title": ""}), ("PATCH", "", {}), ("DELETE", "", None),
        ("POST", "start/", {}), ("POST", "complete/", {}), ("GET", "participants/", None),
        ("POST", "participants/add/", [person("intruder")]),
        ("POST", "participants/add/", []),
        ("POST", "participants/remove/", [{"id": member}]),
        ("GET", f"participants/{member}/", None),
        ("PATCH", f"participants/{member}/", {"display_name": "Theirs"}),
        ("DELETE", f"participants/{member}/", None)]


@pytest.mark.parametrize("number", range(15))
def test_a_foreign_appointment_is_an_unknown_one(api, other, made, number):
    method, tail, body = requests(made)[number]
    how = {} if body is None else {"json": body}
    for headers in ({}, {"If-Match": made.etag}, {"If-None-Match": made.etag},
                    {"Consistency": "any"}):
        foreign = other.request(method, f"/appointments/{made['id']}/{tail}", headers=headers,
                                **how)
        unknown = other.request(method, f"/appointments/{unknown_id()}/{tail}", headers=headers,
                                **how)
        assert (foreign.status, foreign.body) == (unknown.status, unknown.body)
        assert foreign.status == 404
        assert foreign.header("ETag") is None
        if method != "HEAD":
            assert foreign.json == NO_APPOINTMENT
    again = api.get(f"/appointments/{made['id']}/")
    assert (again.body, again.etag) == (made.body, made.etag)


def test_lists_and_counts_cover_only_the_own_organization(fresh, api, made):
    assert fresh.get("/appointments/")["count"] == 0
    mine = fresh.create(participants=[person(made["participants"][0]["unique_id"])])
    name = made["participants"][0]["unique_id"]
    for query in ("", f"participant_unique_id={name}", "start_date=0001-01-01",
                  "end_date=9999-12-31", "page_size=100&page=last"):
        assert fresh.ids(query) == [mine["id"]]
    assert api.ids(f"participant_unique_id={name}") == [made["id"]]
    assert fresh.get("/appointments/?page=2").status == 404


def test_participants_do_not_cross_over(api, other, made):
    theirs = other.create(participants=[person("x")])
    member = made["participants"][0]["id"]
    answer = other.post(f"/appointments/{theirs['id']}/participants/remove/", [{"id": member}])
    assert (answer.status, answer.json) == (400, [{"id": [NOT_HERE]}])
    for method in ("GET", "PATCH", "DELETE"):
        answer = other.request(method, f"/appointments/{theirs['id']}/participants/{member}/")
        assert (answer.status, answer.json) == (
            404, {"detail": "No Participant matches the given query."})
    assert api.get(f"/appointments/{made['id']}/").body == made.body


def test_the_same_unique_id_may_be_in_both(api, other):
    name = unique()
    assert api.create(participants=[person(name)]).status == 201
    assert other.create(participants=[person(name)]).status == 201


def test_a_token_of_one_organization_with_the_name_of_another_opens_nothing(api, other, anyone):
    mine, theirs = api.token.partition("."), other.token.partition(".")
    for mixed in (mine[0] + "." + theirs[2], theirs[0] + "." + mine[2]):
        assert anyone.with_token(mixed).get("/appointments/").status == 401
