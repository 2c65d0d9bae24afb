"""Creating an appointment: its fields, their limits, and what comes out."""
import pytest

from client import (
    ABSENT, APPOINTMENT_KEYS, DATETIME, DUPLICATE, LONG_255, NULL, PARTICIPANT_KEYS, REQUIRED,
    TOO_MANY, UNKNOWN_FIELD, UUID, not_a_choice, not_a_dictionary, not_a_list, not_an_object,
    people, person, unique)

SWITCHES = ["breakout_rooms_enabled", "whiteboard_enabled", "chat_enabled", "join_screen_enabled",
            "screenshare_enabled", "raise_hand_enabled"]


def test_the_answer_is_the_appointment_with_its_keys_in_order(api, server):
    made = api.create(
        title="Visa", start_date_time="2031-05-06T07:08:09.250+01:00", duration_minutes=45,
        participants=[person("zoe", "moderator", display_name="Zoë"), person("adam")],
        config={"chat_enabled": True})
    assert list(made.json) == APPOINTMENT_KEYS
    assert UUID.fullmatch(made["id"])
    assert (made["title"], made["duration_minutes"], made["status"]) == ("Visa", 45, "scheduled")
    assert made["start_date_time"] == "2031-05-06T06:08:09.250000Z"
    assert made["config"] == {"chat_enabled": True}
    assert DATETIME.fullmatch(made["created_at"]) and made["created_at"] == made["updated_at"]
    for one in made["participants"]:
        assert list(one) == PARTICIPANT_KEYS
        assert UUID.fullmatch(one["id"])
        assert one["access_link"].startswith(f"{server.url}/join/")
    assert [(one["unique_id"], one["display_name"], one["role"])
            for one in made["participants"]] == [
        ("zoe", "Zoë", "moderator"), ("adam", None, "participant")]
    assert len({one["access_link"] for one in made["participants"]}) == 2
    assert api.get(f"/appointments/{made['id']}/").body == made.body


@pytest.mark.parametrize("field", ["title", "start_date_time", "duration_minutes", "participants"])
@pytest.mark.parametrize("value, error", [(ABSENT, REQUIRED), (None, NULL)])
def test_the_required_fields(api, field, value, error):
    assert api.refuse(**{field: value}) == {field: [error]}


@pytest.mark.parametrize("field, value", [
    ("title", "x"), ("title", "x" * 255), ("duration_minutes", 15), ("duration_minutes", 720),
    ("start_date_time", "1970-01-01T00:00:00Z"), ("start_date_time", "0001-01-01T00:00:00Z"),
    ("start_date_time", "9999-12-31T23:59:59Z"), ("participants", [])])
def test_the_ends_of_each_range_are_taken(api, field, value):
    assert api.create(**{field: value})[field] == value


@pytest.mark.parametrize("value, kind", [
    ({}, "dict"), ({"0": person()}, "dict"), ("", "str"), ("[]", "str"), (5, "int"), (0.5, "float"),
    (True, "bool")])
def test_participants_are_a_list(api, value, kind):
    assert api.refuse(participants=value) == {
        "participants": {"non_field_errors": [not_a_list(kind)]}}


@pytest.mark.parametrize("value, kind", [
    ([], "list"), ("ann", "str"), (5, "int"), (0.5, "float"), (False, "bool")])
def test_a_participant_is_an_object(api, value, kind):
    assert api.refuse(participants=[person(), value]) == {
        "participants": [{}, {"non_field_errors": [not_an_object(kind)]}]}


def test_a_null_participant_is_reported_in_its_place(api):
    assert api.refuse(participants=[None, person(), None]) == {
        "participants": [[NULL], {}, [NULL]]}


@pytest.mark.parametrize("role, error", [
    (ABSENT, REQUIRED), (None, NULL), ("", not_a_choice("")), ("host", not_a_choice("host")),
    ("Participant", not_a_choice("Participant")), (5, not_a_choice("5")),
    (1.5, not_a_choice("1.5")), ('"', not_a_choice('"'))])
def test_a_role_is_one_of_two_words(api, role, error):
    guest = {key: value for key, value in person(role=role).items() if value is not ABSENT}
    assert api.refuse(participants=[guest, person()]) == {"participants": [{"role": [error]}, {}]}


@pytest.mark.parametrize("name, out", [
    (ABSENT, None), ("", ""), ("  ", ""), (" Ann ", "Ann"), ("x" * 60, "x" * 60), (7, "7")])
def test_a_display_name_is_optional_and_may_be_blank(api, name, out):
    guest = {key: value for key, value in person(display_name=name).items() if value is not ABSENT}
    assert api.create(participants=[guest])["participants"][0]["display_name"] == out


def test_a_display_name_of_a_new_participant_may_not_be_null(api):
    assert api.refuse(participants=[person(display_name=None)]) == {
        "participants": [{"display_name": [NULL]}]}


@pytest.mark.parametrize("sent, out", [
    (ABSENT, {}), (None, {}), ({}, {}), ({"chat_enabled": False}, {"chat_enabled": False}),
    ({name: True for name in SWITCHES}, {name: True for name in SWITCHES}),
    ({name: "off" for name in reversed(SWITCHES)}, {name: False for name in SWITCHES})])
def test_config_keeps_the_keys_that_were_given(api, sent, out):
    made = api.create(config=sent)
    assert made["config"] == out
    assert api.get(f"/appointments/{made['id']}/")["config"] == out


@pytest.mark.parametrize("name", ["chat_enabld", "", "CHAT_ENABLED", "chat", "id", "naïve"])
def test_an_unknown_config_key_is_refused(api, name):
    assert api.refuse(config={"chat_enabled": True, name: True}) == {
        "config": {name: [UNKNOWN_FIELD]}}


@pytest.mark.parametrize("value, kind", [
    ([], "list"), ("", "str"), ("{}", "str"), (0, "int"), (1.5, "float"), (False, "bool")])
def test_config_is_an_object(api, value, kind):
    assert api.refuse(config=value) == {"config": [not_a_dictionary(kind)]}


def test_every_wrong_switch_is_reported(api):
    errors = api.refuse(config={name: None for name in SWITCHES})
    assert errors == {"config": {name: [NULL] for name in SWITCHES}}


def test_a_unique_id_may_be_given_once(api):
    errors = api.refuse(participants=[
        person("a"), person("b"), person(" a "), person("A"), person("a"), person("b")])
    assert errors == {"participants": [
        {}, {}, {"unique_id": [DUPLICATE]}, {}, {"unique_id": [DUPLICATE]},
        {"unique_id": [DUPLICATE]}]}


def test_duplicates_and_other_faults_are_reported_together(api):
    errors = api.refuse(title="x" * 256, participants=[
        person("a"), person("a"), {"unique_id": "b"}, person("c", "guest"), person("a", "guest")])
    assert errors["title"] == [LONG_255]
    assert errors["participants"][:4] == [
        {}, {"unique_id": [DUPLICATE]}, {"role": [REQUIRED]}, {"role": [not_a_choice("guest")]}]
    assert errors["participants"][4]["role"] == [not_a_choice("guest")]


@pytest.mark.parametrize("first, second", [
    ("Ann", "ann"), ("é", "e\u0301"), ("x", "x\u200b"), ("ß", "ss"), ("1", "01"), ("a b", "a  b")],
    ids=ascii)
def test_unique_ids_match_exactly(api, first, second):
    made = api.create(participants=[person(first), person(second)])
    assert [one["unique_id"] for one in made["participants"]] == [first, second]


def test_a_thousand_participants_are_taken_and_no_more(api):
    made = api.create(participants=people(1000))
    assert [one["unique_id"] for one in made["participants"]] == [
        one["unique_id"] for one in people(1000)]
    assert api.get(f"/appointments/{made['id']}/participants/?page=last")["count"] == 1000
    assert api.refuse(participants=people(1001)) == {
        "participants": {"non_field_errors": [TOO_MANY]}}


def test_the_largest_appointment_comes_back_whole(api):
    made = api.create(title="字" * 255, participants=[
        person(f"{n:04}" + "字" * 251, display_name="🦊" * 60) for n in range(1000)])
    again = api.get(f"/appointments/{made['id']}/")
    assert again.body == made.body and len(again["participants"]) == 1000


def test_a_refused_create_leaves_nothing(api):
    guest = unique()
    for fault in ({"title": ""}, {"config": {"x": 1}}, {"duration_minutes": 721},
                  {"participants": [person(guest), person(guest)]}):
        api.refuse(**{"participants": [person(guest)], **fault})
    assert api.ids(f"participant_unique_id={guest}") == []


def test_equal_creates_are_different_appointments(api):
    assert len({api.create(title="Twin")["id"] for _ in range(5)}) == 5


def test_an_access_link_never_takes_its_host_from_the_request(api, server):
    made = api.create(participants=[person()], headers={"Host": "evil.example"})
    first = made["participants"][0]
    path = f"/appointments/{made['id']}/participants/{first['id']}/"
    again = api.get(path, headers={"Host": "other.example:1", "X-Forwarded-Host": "evil.example"})
    assert first["access_link"].startswith(f"{server.url}/join/")
    assert again["access_link"] == first["access_link"]
