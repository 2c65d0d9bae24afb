"""GET with ?as_of=: an appointment, or the list, as it was at a moment of the past."""
import datetime
import json

import pytest

from client import FORBIDDEN, NO_APPOINTMENT, at_once, person

NOT_A_MOMENT = "Enter a valid date/time or sequence."


@pytest.fixture
def told(fresh):
    """A moved, renamed and deleted appointment, and the position after each change."""
    made = fresh.create(title="Visa", participants=[person("ann")])
    path = f"/appointments/{made['id']}/"
    moved = fresh.patch(path, {"start_date_time": "2031-06-01T10:00:00Z"})
    renamed = fresh.patch(path, {"title": "Passport"})
    gone = fresh.delete(path)
    fresh.create(title="Other", start_date_time="2031-05-01T00:00:00Z")
    return path, [made, moved, renamed], gone


def without_links(one):
    return {**one, "participants": [{**each, "access_link": None} for each in one["participants"]]}


def past_of(state):
    """The body that shows this state of an appointment later."""
    return json.dumps(without_links(state.json), separators=(",", ":"), ensure_ascii=False).encode()


def refused(client, path, moment):
    answer = client.get(f"{path}?as_of={moment}")
    assert answer.status == 400, answer
    return answer.json["as_of"][0]


def test_an_appointment_is_as_it_was_after_each_event(fresh, told):
    path, states, gone = told
    for state in states:
        then = fresh.get(f"{path}?as_of={state.position}")
        assert (then.status, then.body, then.etag) == (200, past_of(state), state.etag)
        assert then.position == state.position
    assert fresh.get(path).json == NO_APPOINTMENT
    for moment in (1, gone.position):
        answer = fresh.get(f"{path}?as_of={moment}")
        assert (answer.status, answer.json) == (404, NO_APPOINTMENT)


def test_a_moment_can_be_a_datetime(fresh, told):
    path, states, _ = told
    for state in states:
        moment = state["updated_at"]
        assert fresh.get(f"{path}?as_of={moment}").body == past_of(state)
        later = moment.replace("Z", "+00:00")
        assert fresh.get(f"{path}?as_of={later}").body == past_of(state)
    first, second = (datetime.datetime.fromisoformat(state["updated_at"]) for state in states[:2])
    between = first + (second - first) / 2
    moment = between.isoformat().replace("+00:00", "Z")
    assert fresh.get(f"{path}?as_of={moment}").body == past_of(states[0])


def test_moments_that_there_were_not_are_refused(fresh, told):
    path, _, _ = told
    for where in (path, "/appointments/"):
        assert refused(fresh, where, 0) == "The first event has sequence 1."
        assert refused(fresh, where, 7) == "The last event has sequence 6."
        assert refused(fresh, where, 10 ** 30) == "The last event has sequence 6."
        assert refused(fresh, where, "2031-01-01") == "This moment is still to come."
        assert refused(fresh, where, "2001-01-01") == "This moment lies before the first event."
        for nonsense in ("yesterday", "-1", "1.5"):
            assert refused(fresh, where, nonsense) == NOT_A_MOMENT


def test_the_present_is_a_moment_too(fresh, told):
    now = datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")
    made = fresh.create()
    path = f"/appointments/{made['id']}/"
    assert fresh.get(f"{path}?as_of={made.position}").body == fresh.get(path).body
    listed = fresh.get(f"/appointments/?as_of={now}")
    assert [one["title"] for one in listed["results"]] == ["Other"]


def test_the_past_has_no_access_links_even_if_it_is_the_present(fresh):
    """They would open the door today, to somebody who may only audit."""
    made = fresh.create(participants=[person("ann"), person("bob")])
    changed = fresh.patch(f"/appointments/{made['id']}/", {"title": "Later"})
    for moment in (made.position, changed.position):
        one = fresh.get(f"/appointments/{made['id']}/?as_of={moment}")
        listed = fresh.get(f"/appointments/?as_of={moment}")["results"]
        assert listed == [one.json]
        assert [each["access_link"] for each in one["participants"]] == [None, None]
    now = fresh.get(f"/appointments/{made['id']}/")
    assert fresh.get("/appointments/")["results"] == [now.json]
    assert all(each["access_link"].startswith("http") for each in now["participants"])


def test_an_empty_moment_is_none(fresh, reader, api):
    made = api.create()
    path = f"/appointments/{made['id']}/?as_of="
    assert reader.get(path).status == 200


def test_the_list_is_as_it_was_with_all_its_filters(fresh):
    people = [[person("ann")], [person("bob")], [person("ann"), person("bob")]]
    made = [fresh.create(title=f"{number}", participants=some,
                         start_date_time=f"2031-05-0{number + 1}T00:00:00Z")
            for number, some in enumerate(people)]
    queries = ["", "page_size=2", "page_size=2&page=2", "participant_unique_id=ann",
               "start_date=2031-05-02", "end_date=2031-05-02T00:00:00Z",
               "participant_unique_id=bob&start_date=2031-05-03&page_size=1"]
    before = [fresh.get(f"/appointments/?{query}") for query in queries]
    moment = made[-1].position
    fresh.delete(f"/appointments/{made[0]['id']}/")
    fresh.patch(f"/appointments/{made[1]['id']}/", {"start_date_time": "2035-01-01T00:00:00Z"})
    fresh.create()
    for query, then in zip(queries, before, strict=True):
        now = fresh.get(f"/appointments/?{query}&as_of={moment}")
        assert now.status == 200
        assert (now["count"], now["results"]) == (then["count"], list(map(without_links, then["results"])))
        assert now.position == moment
    page = fresh.get(f"/appointments/?page_size=2&as_of={moment}")
    assert fresh.get(page["next"].removeprefix(fresh.base))["results"] == list(
        map(without_links, before[2]["results"]))


def test_the_list_of_a_moment_has_a_tag(fresh, told):
    path = "/appointments/?as_of=3"
    answer = fresh.get(path)
    assert fresh.get(path, headers={"If-None-Match": answer.etag}).status == 304
    assert fresh.get("/appointments/?as_of=4").etag != answer.etag


def test_many_may_ask_for_one_moment_at_once(fresh, told):
    answers = at_once(8, lambda _: fresh.get("/appointments/?as_of=4"))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


def test_only_the_scope_audit_opens_the_past(api, reader, auditor):
    made = api.create()
    for path in (f"/appointments/{made['id']}/", "/appointments/"):
        then = f"{path}?as_of={made.position}"
        for client in (api, reader):
            answer = client.get(then)
            assert (answer.status, answer.json) == (403, FORBIDDEN)
        assert auditor.get(then).status == 200
        assert auditor.get(path).status == 403


def test_an_auditor_sees_no_past_of_another_organization(server, fresh, told):
    path, states, _ = told
    organization = server.organization("Spies")
    spy = fresh.with_token(server.token(organization["id"], "spy", "audit"))
    moment = states[0].position
    for _ in range(4):  # So many events that the moment exists for the spy, too.
        server.token(organization["id"], "other", "read")
    answer = spy.get(f"{path}?as_of={moment}")
    assert (answer.status, answer.json) == (404, NO_APPOINTMENT)
    assert spy.get(f"/appointments/?as_of={moment}")["count"] == 0
