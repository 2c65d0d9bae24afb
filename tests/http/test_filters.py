"""start_date, end_date and participant_unique_id, alone and together."""
import urllib.parse

import pytest

from client import BAD_FILTER, person, unique


@pytest.fixture(scope="module")
def diary(api):
    """Ann has appointments at 8, 10 and 12, Bob joins at 10; all on 2051-02-03."""
    ann, bob = unique("Ann"), unique("bob +&é/")
    ids = {
        hour: api.create(start_date_time=f"2051-02-03T{hour:02}:00Z", participants=[
            person(ann), *([person(bob)] if hour == 10 else [])])["id"]
        for hour in (12, 8, 10)}
    return {"ann": ann, "bob": bob, **ids}


def found(api, diary, query):
    ids = api.ids(f"participant_unique_id={diary['ann']}&{query}")
    return [hour for one in ids for hour in (8, 10, 12) if diary[hour] == one]


@pytest.mark.parametrize("query, hours", [
    ("", [8, 10, 12]),
    ("start_date=2051-02-03T10:00:00Z", [10, 12]),
    ("end_date=2051-02-03T10:00:00Z", [8, 10]),
    ("start_date=2051-02-03T10:00:00.000001Z", [12]),
    ("end_date=2051-02-03T09:59:59.999999Z", [8]),
    ("start_date=2051-02-03T08:00&end_date=2051-02-03T12:00", [8, 10, 12]),
    ("start_date=2051-02-03T10:00&end_date=2051-02-03T10:00", [10]),
    ("start_date=2051-02-03T11:00&end_date=2051-02-03T09:00", []),
    ("start_date=2051-02-03", [8, 10, 12]), ("end_date=2051-02-03", []),
    ("start_date=2051-2-3&end_date=2051-2-4", [8, 10, 12]),
    ("start_date=0001-01-01&end_date=9999-12-31", [8, 10, 12]),
    ("start_date=2051-02-03T12:00:00%2B02:00", [10, 12]),
    ("start_date=2051-02-03T12:00:00+02:00", [10, 12]),
    ("start_date=2051-02-03T12:00:00+0200", [10, 12]),
    ("start_date=2051-02-03T12:00+02", [10, 12]),
    ("start_date=2051-02-03T12:00:00%2002:00", [10, 12]),
    ("start_date=2051-02-03+12:00:00+02:00", [10, 12]),
    ("start_date=2051-02-03%2012:00:00%20%2B02:00", [10, 12]),
    ("start_date=2051-02-03T12:00:00,5+02:00", [12]),
    ("end_date=2051-02-03T08:00:00-02", [8, 10]), ("end_date=2051-02-03T10:00:00+Z", [8, 10]),
    ("end_date=2051-02-03T10:00:00%20Z", [8, 10]),
    ("start_date=&end_date=", [8, 10, 12]), ("start_date=2051-02-03T11:00&end_date=", [12]),
    ("start_date=nonsense&start_date=2051-02-03T11:00", [12]),
    ("start_date=2051-02-03T11:00&start_date=", [8, 10, 12]),
    ("unknown=1&state=completed&title=x", [8, 10, 12])])
def test_bounds_are_inclusive_and_any_datetime(api, diary, query, hours):
    assert found(api, diary, query) == hours


@pytest.mark.parametrize("value", [
    "x", "2051-13-01", "2051-02-30", "2051-02-03T24:00", "2051-02-03T10:00:60", "20510203",
    "2051-02-03T10:00:00z", "%202051-02-03", "2051-02-03%20", "today", "1", "2051-02-03T10:00+1",
    "2051-02-03T10:00:00+99:00", "%00", "%F0%9F%A6%8A", "2051-02-03T10:00%00",
    "0001-01-01T00:00%2B01:00", "9999-12-31T23:59-01:00"])
def test_a_bad_bound_is_refused_on_its_field(api, value):
    for fields in (["start_date"], ["end_date"], ["start_date", "end_date"]):
        answer = api.get("/appointments/?" + "&".join(f"{name}={value}" for name in fields))
        assert (answer.status, answer.json) == (400, {name: [BAD_FILTER] for name in fields})


def test_one_bad_bound_does_not_hide_behind_a_bad_page(api):
    answer = api.get("/appointments/?start_date=x&page=0")
    assert (answer.status, answer.json) == (400, {"start_date": [BAD_FILTER]})


def test_a_participant_is_found_exactly(api, diary):
    def count(value):
        return len(api.ids("participant_unique_id=" + value))

    ann, bob = diary["ann"], diary["bob"]
    assert count(urllib.parse.quote(bob, safe="")) == 1
    assert count(urllib.parse.quote_plus(bob)) == 1
    assert count(ann) == 3
    for wrong in (ann.lower(), ann.upper(), ann[:-1], ann + "x", ann[1:], f"{ann}*", f"{ann}%25"):
        assert count(wrong) == 0, wrong


def test_filters_combine(api, diary):
    bob = urllib.parse.quote(diary["bob"], safe="")
    query = f"participant_unique_id={bob}&start_date=2051-02-03T09:00&end_date="
    assert api.ids(query + "2051-02-03T11:00") == [diary[10]]
    assert api.ids(query + "2051-02-03T09:30") == []
    answer = api.get(f"/appointments/?{query}2051-02-03T11:00&page_size=1")
    assert (answer["count"], answer["next"]) == (1, None)


def test_an_empty_name_filters_nothing(api, diary):
    window = "start_date=2051-02-03T08:00&end_date=2051-02-03T08:00"
    assert diary[8] in api.ids(f"participant_unique_id=&{window}")
    assert api.ids(f"participant_unique_id=nobody&participant_unique_id=&{window}") == api.ids(
        window)


def test_the_last_of_a_repeated_name_wins(api, diary):
    ann, nobody = diary["ann"], unique("nobody")
    assert len(api.ids(f"participant_unique_id={nobody}&participant_unique_id={ann}")) == 3
    assert api.ids(f"participant_unique_id={ann}&participant_unique_id={nobody}") == []


def test_a_name_is_counted_once_per_appointment_and_follows_its_owner(api):
    name = unique()
    made = api.create()
    members = f"/appointments/{made['id']}/participants/"
    assert api.ids(f"participant_unique_id={name}") == []
    joined = api.post(members + "add/", [person(name), person(name.upper())])
    assert api.ids(f"participant_unique_id={name}") == [made["id"]]
    first = joined["participants"][0]["id"]
    assert api.delete(f"{members}{first}/").status == 204
    assert api.ids(f"participant_unique_id={name}") == []
    assert api.ids(f"participant_unique_id={name.upper()}") == [made["id"]]
    assert api.post(members + "add/", [person(name)]).status == 200
    assert api.ids(f"participant_unique_id={name}") == [made["id"]]
    moved = api.patch(f"/appointments/{made['id']}/", {"start_date_time": "2052-01-01"})
    assert moved.status == 200
    assert api.ids(f"participant_unique_id={name}&start_date=2052-01-01") == [made["id"]]
    assert api.ids(f"participant_unique_id={name}&end_date=2051-12-31") == []


def test_a_name_with_a_separator_does_not_find_its_neighbours(api):
    name = unique()
    one, two = (api.create(participants=[person(text)]) for text in (name, f"{name}|2031"))
    assert api.ids(f"participant_unique_id={name}") == [one["id"]]
    assert api.ids(f"participant_unique_id={name}%7C2031") == [two["id"]]
    three = api.create(participants=[person(name + "\x01")])
    assert api.ids(f"participant_unique_id={name}%01") == [three["id"]]


def test_participants_lists_ignore_the_filters_of_appointments(api):
    made = api.create(participants=[person("a"), person("b")])
    answer = api.get(f"/appointments/{made['id']}/participants/?start_date=x&page_size=5")
    assert (answer.status, answer["count"]) == (200, 2)
