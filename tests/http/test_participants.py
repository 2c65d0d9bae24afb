"""Participants: reading, adding, removing, changing; everything or nothing; the limit of 1,000."""
import pytest

from client import (
    DUPLICATE, LONG_60, NOT_HERE, NOT_UUID, NO_PARTICIPANT, NULL, PARTICIPANT_KEYS, REQUIRED,
    TOO_MANY, at_once, not_a_choice, not_an_object, people, person, unique, unknown_id)


@pytest.fixture
def made(api):
    return api.create(participants=[
        person("ann", "moderator", display_name="Ann"), person("bob"), person("cid")])


def here(made, tail=""):
    return f"/appointments/{made['id']}/participants/{tail}"


def ids(made):
    return [one["id"] for one in made["participants"]]


def names(answer):
    return [one["unique_id"] for one in answer["participants"]]


def unchanged(api, made):
    again = api.get(f"/appointments/{made['id']}/")
    return (again.body, again.etag) == (made.body, made.etag)


def test_the_list_is_a_page_in_the_order_of_joining(api, made):
    answer = api.get(here(made))
    assert list(answer.json) == ["count", "next", "previous", "results"]
    assert answer.json == {"count": 3, "next": None, "previous": None,
                           "results": made["participants"]}


def test_one_participant_is_as_it_is_in_the_appointment(api, made):
    for one in made["participants"]:
        answer = api.get(here(made, f"{one['id']}/"))
        assert answer.json == one and list(answer.json) == PARTICIPANT_KEYS


def test_added_participants_come_last_in_their_order(api, made):
    answer = api.post(here(made, "add/"), [person("zed", display_name="Z"), person("abe")])
    assert answer.status == 200
    assert names(answer) == ["ann", "bob", "cid", "zed", "abe"]
    assert answer["participants"][:3] == made["participants"]
    assert answer["updated_at"] > made["updated_at"]
    again = api.get(f"/appointments/{made['id']}/")
    assert (again.body, again.etag) == (answer.body, answer.etag)
    assert len({one["access_link"] for one in answer["participants"]}) == 5


@pytest.mark.parametrize("command", ["add", "remove"])
def test_an_empty_list_changes_nothing(api, made, command):
    answer = api.post(here(made, f"{command}/"), [])
    assert (answer.status, answer.body, answer.etag) == (200, made.body, made.etag)


@pytest.mark.parametrize("items, errors", [
    ([person("new"), person("ann")], [{}, {"unique_id": [DUPLICATE]}]),
    ([person(" bob ")], [{"unique_id": [DUPLICATE]}]),
    ([person("n"), person("n"), person("n")],
     [{}, {"unique_id": [DUPLICATE]}, {"unique_id": [DUPLICATE]}]),
    ([person("ann"), {"unique_id": "new"}], [{"unique_id": [DUPLICATE]}, {"role": [REQUIRED]}]),
    ([person("ann"), {}], [{"unique_id": [DUPLICATE]},
                           {"unique_id": [REQUIRED], "role": [REQUIRED]}]),
    ([person("new"), None], [{}, [NULL]]),
    ([None, person("ann"), 5], [[NULL], {"unique_id": [DUPLICATE]},
                                {"non_field_errors": [not_an_object("int")]}]),
    ([[person("new")]], [{"non_field_errors": [not_an_object("list")]}]),
    ([person("new", "guest"), person("newer", display_name="x" * 61)],
     [{"role": [not_a_choice("guest")]}, {"display_name": [LONG_60]}]),
    ([person("new", display_name=None)], [{"display_name": [NULL]}]),
    ([person("cid"), person("x", "y"), person("z"), person("z")],
     [{"unique_id": [DUPLICATE]}, {"role": [not_a_choice("y")]}, {}, {"unique_id": [DUPLICATE]}])])
def test_one_bad_item_refuses_the_whole_add(api, made, items, errors):
    answer = api.post(here(made, "add/"), items)
    assert (answer.status, answer.json) == (400, errors)
    assert unchanged(api, made)


def test_remove_answers_what_is_left(api, made):
    ann, bob, cid = ids(made)
    answer = api.post(here(made, "remove/"), [{"id": cid}, {"id": ann}])
    assert (answer.status, names(answer)) == (200, ["bob"])
    assert answer["updated_at"] > made["updated_at"]
    assert api.get(here(made, f"{ann}/")).json == NO_PARTICIPANT
    answer = api.post(here(made, "remove/"), [{"id": bob}])
    assert (answer.status, answer["participants"]) == (200, [])


@pytest.mark.parametrize("change", [str, str.upper, lambda one: one.replace("-", "")],
                         ids=["as printed", "upper", "bare"])
def test_remove_takes_ids_in_every_spelling_and_twice(api, made, change):
    ann, bob, _ = ids(made)
    answer = api.post(here(made, "remove/"), [
        {"id": change(ann)}, {"id": bob, "unique_id": "cid", "why": None}, {"id": ann}])
    assert (answer.status, names(answer)) == (200, ["cid"])


@pytest.mark.parametrize("items, errors", [
    ([{"id": "{ann}"}, {"id": "{unknown}"}], [{}, {"id": [NOT_HERE]}]),
    ([{"id": "{elsewhere}"}], [{"id": [NOT_HERE]}]),
    ([{}, {"id": "{ann}"}], [{"id": [REQUIRED]}, {}]),
    ([{"id": None}], [{"id": [NULL]}]), ([{"id": ""}], [{"id": [NOT_UUID]}]),
    ([{"id": "{ann}x"}], [{"id": [NOT_UUID]}]), ([{"id": "{{ann}}"}], [{"id": [NOT_UUID]}]),
    ([{"id": "urn:uuid:{ann}"}], [{"id": [NOT_UUID]}]), ([{"id": []}], [{"id": [NOT_UUID]}]),
    ([{"id": {"id": 1}}], [{"id": [NOT_UUID]}]),
    (["{ann}"], [{"non_field_errors": [not_an_object("str")]}]), ([None], [[NULL]]),
    ([{"id": "{unknown}"}, {"id": "x"}, {"id": "{ann}"}, 5, None],
     [{"id": [NOT_HERE]}, {"id": [NOT_UUID]}, {},
      {"non_field_errors": [not_an_object("int")]}, [NULL]]),
    ([{"id": "{unknown}"}, {"id": "{unknown}"}], [{"id": [NOT_HERE]}, {"id": [NOT_HERE]}])])
def test_one_bad_item_refuses_the_whole_remove(api, made, items, errors):
    words = {"ann": ids(made)[0], "unknown": unknown_id(),
             "elsewhere": ids(api.create(participants=[person()]))[0]}

    def filled(item):
        if isinstance(item, str):
            for word, value in words.items():
                item = item.replace("{" + word + "}", value)
            return item
        return {key: filled(value) for key, value in item.items()} if isinstance(item, dict) \
            else item

    answer = api.post(here(made, "remove/"), [filled(item) for item in items])
    assert (answer.status, answer.json) == (400, errors)
    assert unchanged(api, made)


@pytest.mark.parametrize("change, out", [
    ({"display_name": " Anna "}, ("Anna", "moderator")), ({"display_name": ""}, ("", "moderator")),
    ({"display_name": None}, (None, "moderator")), ({"display_name": 5}, ("5", "moderator")),
    ({"display_name": "x" * 60}, ("x" * 60, "moderator")),
    ({"role": "participant"}, ("Ann", "participant")),
    ({"role": "participant", "display_name": None}, (None, "participant"))])
def test_a_participant_changes(api, made, change, out):
    path = here(made, f"{ids(made)[0]}/")
    answer = api.patch(path, change)
    assert answer.status == 200 and list(answer.json) == PARTICIPANT_KEYS
    assert (answer["display_name"], answer["role"]) == out
    assert [answer[key] for key in ("id", "unique_id", "access_link")] == [
        made["participants"][0][key] for key in ("id", "unique_id", "access_link")]
    assert api.get(path).body == answer.body
    whole = api.get(f"/appointments/{made['id']}/")
    assert whole["participants"] == [answer.json] + made["participants"][1:]
    assert whole["updated_at"] > made["updated_at"]


@pytest.mark.parametrize("change", [
    {}, {"display_name": "Ann"}, {"display_name": " Ann "}, {"role": "moderator"},
    {"role": "moderator", "display_name": "Ann"},
    {"unique_id": "other", "id": "x", "access_link": None}, {"unique_id": ""}])
def test_what_changes_nothing_is_answered_and_leaves_no_trace(api, made, change):
    answer = api.patch(here(made, f"{ids(made)[0]}/"), change)
    assert (answer.status, answer.json) == (200, made["participants"][0])
    assert unchanged(api, made)


@pytest.mark.parametrize("change, errors", [
    ({"display_name": "x" * 61}, {"display_name": [LONG_60]}),
    ({"role": None}, {"role": [NULL]}), ({"role": ""}, {"role": [not_a_choice("")]}),
    ({"role": "boss", "display_name": "good"}, {"role": [not_a_choice("boss")]}),
    ({"role": 5, "display_name": "y" * 61},
     {"role": [not_a_choice("5")], "display_name": [LONG_60]})])
def test_a_bad_change_is_refused(api, made, change, errors):
    answer = api.patch(here(made, f"{ids(made)[0]}/"), change)
    assert (answer.status, answer.json) == (400, errors)
    assert unchanged(api, made)


def test_null_is_not_blank(api, made):
    path = here(made, f"{ids(made)[1]}/")
    assert api.get(path)["display_name"] is None
    blank = api.patch(path, {"display_name": ""})
    assert blank["display_name"] == ""
    null = api.patch(path, {"display_name": None})
    assert null["display_name"] is None and null.etag != blank.etag


def test_delete_takes_one_participant_away(api, made):
    path = here(made, f"{ids(made)[1]}/")
    answer = api.delete(path)
    assert (answer.status, answer.body) == (204, b"")
    for method in ("GET", "DELETE", "PATCH"):
        again = api.request(method, path)
        assert (again.status, again.json) == (404, NO_PARTICIPANT)
    assert names(api.get(f"/appointments/{made['id']}/")) == ["ann", "cid"]


def test_a_participant_who_is_added_again_is_new_and_last(api, made):
    assert api.delete(here(made, f"{ids(made)[0]}/")).status == 204
    answer = api.post(here(made, "add/"), [person("ann")])
    assert names(answer) == ["bob", "cid", "ann"]
    returned = answer["participants"][2]
    assert returned["id"] != ids(made)[0] and returned["display_name"] is None
    assert returned["access_link"] != made["participants"][0]["access_link"]


def test_the_limit_counts_present_participants(api):
    made = api.create(participants=people(998))
    add = here(made, "add/")
    answer = api.post(add, [person("x"), person("y"), person("z")])
    assert (answer.status, answer.json) == (400, {"non_field_errors": [TOO_MANY]})
    assert unchanged(api, made)
    full = api.post(add, [person("x"), person("y")])
    assert (full.status, len(full["participants"])) == (200, 1000)
    assert api.post(add, [person("z")]).json == {"non_field_errors": [TOO_MANY]}
    assert api.post(add, []).status == 200
    first = full["participants"][0]["id"]
    assert len(api.post(here(made, "remove/"), [{"id": first}])["participants"]) == 999
    assert len(api.post(add, [person("z")])["participants"]) == 1000


def test_a_list_longer_than_the_limit_is_refused_as_a_list(api):
    made = api.create()
    answer = api.post(here(made, "add/"), people(1001))
    assert (answer.status, answer.json) == (400, {"non_field_errors": [TOO_MANY]})


def test_a_thousand_are_removed_at_once(api):
    made = api.create(participants=people(1000))
    answer = api.post(here(made, "remove/"), [{"id": one} for one in ids(made)])
    assert (answer.status, answer["participants"]) == (200, [])


def test_adds_at_once_all_join_and_nobody_twice(api):
    made = api.create()
    answers = at_once(10, lambda n: api.post(here(made, "add/"), [
        person(f"pair-{n // 2}"), person(f"own-{n}")]))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [400] * 5
    for answer in answers:
        if answer.status == 400:
            assert answer.json == [{"unique_id": [DUPLICATE]}, {}]
    joined = names(api.get(f"/appointments/{made['id']}/"))
    assert len(joined) == len(set(joined)) == 10


def test_the_limit_holds_when_many_add_at_once(api):
    made = api.create(participants=people(995))
    answers = at_once(10, lambda n: api.post(here(made, "add/"), [person(unique())]))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [400] * 5
    assert len(api.get(f"/appointments/{made['id']}/")["participants"]) == 1000
