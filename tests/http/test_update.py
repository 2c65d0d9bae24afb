"""Updating and deleting an appointment."""
import pytest

from client import (
    APPOINTMENT_KEYS, BAD_DATETIME, BLANK, NO_APPOINTMENT, NULL, TOO_LARGE, UNKNOWN_FIELD, at_once,
    not_a_dictionary, person, unique)


@pytest.fixture
def made(api):
    return api.create(config={"chat_enabled": True, "whiteboard_enabled": False},
                      participants=[person(display_name="A"), person()])


def path(made):
    return f"/appointments/{made['id']}/"


@pytest.mark.parametrize("change, out", [
    ({"title": " New "}, {"title": "New"}), ({"title": 5}, {"title": "5"}),
    ({"start_date_time": "2031-6-7"}, {"start_date_time": "2031-06-07T00:00:00Z"}),
    ({"duration_minutes": " 90.0 "}, {"duration_minutes": 90}),
    ({"config": {}}, {"config": {}}), ({"config": None}, {"config": {}}),
    ({"config": {"chat_enabled": "no"}}, {"config": {"chat_enabled": False}}),
    ({"config": {"raise_hand_enabled": 1}}, {"config": {"raise_hand_enabled": True}}),
    ({"title": "All", "start_date_time": "2040-01-01", "duration_minutes": 720, "config": None},
     {"title": "All", "start_date_time": "2040-01-01T00:00:00Z", "duration_minutes": 720,
      "config": {}})])
def test_an_update_changes_what_it_names_and_nothing_else(api, made, change, out):
    answer = api.patch(path(made), change)
    assert answer.status == 200 and list(answer.json) == APPOINTMENT_KEYS
    assert answer.json == {**made.json, **out, "updated_at": answer["updated_at"]}
    assert answer["updated_at"] > made["updated_at"]
    again = api.get(path(made))
    assert (again.body, again.etag) == (answer.body, answer.etag)


@pytest.mark.parametrize("change", [
    {}, {"title": "Consultation"}, {"title": " Consultation "}, {"duration_minutes": "30"},
    {"start_date_time": "2031-05-06 07:08:09"}, {"unknown": "x"},
    {"config": {"whiteboard_enabled": "off", "chat_enabled": 1}},
    {"id": "x", "status": "completed", "participants": [], "created_at": "2000-01-01",
     "updated_at": None},
    {"participants": 5}])
def test_what_changes_nothing_is_answered_and_leaves_no_trace(api, made, change):
    answer = api.patch(path(made), change)
    assert (answer.status, answer.body, answer.etag) == (200, made.body, made.etag)
    again = api.get(path(made))
    assert (again.body, again.etag) == (made.body, made.etag)


@pytest.mark.parametrize("change, errors", [
    ({"title": None}, {"title": [NULL]}), ({"title": "\n"}, {"title": [BLANK]}),
    ({"start_date_time": None}, {"start_date_time": [NULL]}),
    ({"duration_minutes": None}, {"duration_minutes": [NULL]}),
    ({"title": "Fine", "duration_minutes": 721}, {"duration_minutes": [TOO_LARGE]}),
    ({"config": {"x": 1}}, {"config": {"x": [UNKNOWN_FIELD]}}),
    ({"config": [], "title": ""}, {"config": [not_a_dictionary("list")], "title": [BLANK]}),
    ({"start_date_time": "x", "config": {"chat_enabled": None}},
     {"start_date_time": [BAD_DATETIME], "config": {"chat_enabled": [NULL]}})])
def test_a_bad_update_is_refused_whole(api, made, change, errors):
    answer = api.patch(path(made), change)
    assert (answer.status, answer.json) == (400, errors)
    again = api.get(path(made))
    assert (again.body, again.etag) == (made.body, made.etag)


def test_there_and_back_is_two_changes(api, made):
    there = api.patch(path(made), {"title": "There"})
    back = api.patch(path(made), {"title": "Consultation"})
    assert back.json == {**made.json, "updated_at": back["updated_at"]}
    assert made["updated_at"] < there["updated_at"] < back["updated_at"]
    assert len({made.etag, there.etag, back.etag}) == 3


def test_concurrent_updates_are_all_carried_out(api, made):
    answers = at_once(12, lambda n: api.patch(path(made), {"title": f"Title {n}"}))
    assert {answer.status for answer in answers} == {200}
    assert [answer["title"] for answer in answers] == [f"Title {n}" for n in range(12)]
    assert len({answer.etag for answer in answers}) == 12
    last = max(answers, key=lambda answer: answer["updated_at"])
    assert api.get(path(made)).body == last.body


def test_delete_is_204_and_then_404(api):
    guest = unique()
    made = api.create(participants=[person(guest)])
    answer = api.delete(path(made))
    assert (answer.status, answer.body) == (204, b"")
    for method in ("DELETE", "GET", "PATCH"):
        again = api.request(method, path(made))
        assert (again.status, again.json) == (404, NO_APPOINTMENT)
    assert api.ids(f"participant_unique_id={guest}") == []


def test_of_many_deletes_one_wins(api, made):
    answers = at_once(8, lambda n: api.delete(path(made)))
    assert sorted(answer.status for answer in answers) == [204] + [404] * 7
