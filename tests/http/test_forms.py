"""Forms, url-encoded and multipart: nested names, coercions, errors, and equality with JSON."""
import pytest

from client import (
    BAD_DATETIME, BLANK, NOT_BOOLEAN, NOT_INTEGER, REQUIRED, TOO_MANY, UNKNOWN_FIELD, not_a_choice,
    not_a_list, person, unique)

BASIC = [("title", "By form"), ("start_date_time", "2031-05-06 07:08"), ("duration_minutes", "45")]


@pytest.fixture(params=["form", "parts"])
def send(request, api):
    """Sends pairs, once url-encoded and once as multipart."""
    def call(method, path, pairs, **more):
        return api.request(method, path, **{request.param: pairs}, **more)
    return call


def add_path(made, command="add"):
    return f"/appointments/{made['id']}/participants/{command}/"


def test_a_form_creates_with_nested_names(api, send):
    answer = send("POST", "/appointments/", BASIC + [
        ("participants[0]unique_id", "ann@example.org"), ("participants[0]role", "moderator"),
        ("participants[0]display_name", "Ann Ångström & Söhne 🦊"),
        ("participants[1]role", "participant"), ("participants[1]unique_id", " bob "),
        ("config.chat_enabled", "yes"), ("config.whiteboard_enabled", "0")])
    assert answer.status == 201, answer
    assert (answer["title"], answer["duration_minutes"]) == ("By form", 45)
    assert answer["start_date_time"] == "2031-05-06T07:08:00Z"
    assert answer["config"] == {"chat_enabled": True, "whiteboard_enabled": False}
    assert [(one["unique_id"], one["display_name"], one["role"])
            for one in answer["participants"]] == [
        ("ann@example.org", "Ann Ångström & Söhne 🦊", "moderator"), ("bob", None, "participant")]
    assert api.get(f"/appointments/{answer['id']}/").body == answer.body


def test_indexes_order_the_items_and_gaps_vanish(send):
    pairs = list(BASIC)
    for index in (10, 9, 2):
        pairs += [(f"participants[{index}]unique_id", f"number {index}"),
                  (f"participants[{index}]role", "participant")]
    answer = send("POST", "/appointments/", pairs)
    assert [one["unique_id"] for one in answer["participants"]] == [
        "number 2", "number 9", "number 10"]


def test_a_form_says_what_is_missing(send):
    answer = send("POST", "/appointments/", [("color", "red")])
    assert (answer.status, answer.json) == (400, {name: [REQUIRED] for name in (
        "title", "start_date_time", "duration_minutes", "participants")})


def test_a_form_is_refused_like_json(send):
    answer = send("POST", "/appointments/", [
        ("title", "  "), ("start_date_time", "today"), ("duration_minutes", ""),
        ("participants[0]unique_id", "a"), ("participants[0]role", "moderator"),
        ("participants[1]role", "Moderator"), ("config.chat_enabled", "maybe"),
        ("config.chat_enabld", "1")])
    assert (answer.status, answer.json) == (400, {
        "title": [BLANK], "start_date_time": [BAD_DATETIME], "duration_minutes": [NOT_INTEGER],
        "participants": [{}, {"unique_id": [REQUIRED], "role": [not_a_choice("Moderator")]}],
        "config": {"chat_enabled": [NOT_BOOLEAN], "chat_enabld": [UNKNOWN_FIELD]}})


def test_a_form_updates_what_it_names(api, send):
    made = api.create(config={"chat_enabled": True}, participants=[person("a")])
    answer = send("PATCH", f"/appointments/{made['id']}/", [("duration_minutes", " 75 ")])
    assert answer.status == 200
    assert answer["duration_minutes"] == 75
    assert (answer["title"], answer["config"]) == (made["title"], {"chat_enabled": True})
    answer = send("PATCH", f"/appointments/{made['id']}/", [("config.raise_hand_enabled", "on")])
    assert answer["config"] == {"raise_hand_enabled": True}


def test_a_form_updates_a_participant(api, send):
    made = api.create(participants=[person(display_name="Old")])
    path = f"/appointments/{made['id']}/participants/{made['participants'][0]['id']}/"
    assert send("PATCH", path, [("display_name", "N\u00e9w")])["display_name"] == "Néw"
    assert send("PATCH", path, [("role", "moderator")])["role"] == "moderator"
    assert send("PATCH", path, [("display_name", "")])["display_name"] == ""
    assert send("PATCH", path, [("unique_id", "x")])["unique_id"] != "x"


def test_a_form_adds_and_removes_with_bare_indexes(api, send):
    made = api.create(participants=[person("there")])
    answer = send("POST", add_path(made), [
        ("[0]unique_id", "x"), ("[0]role", "participant"), ("[1]unique_id", "y"),
        ("[1]role", "moderator"), ("[1]display_name", "Why")])
    assert [one["unique_id"] for one in answer["participants"]] == ["there", "x", "y"]
    doomed = [one["id"] for one in answer["participants"][:2]]
    answer = send("POST", add_path(made, "remove"), [("[0]id", doomed[0]), ("[1]id", doomed[1])])
    assert [one["unique_id"] for one in answer["participants"]] == ["y"]


def test_bulk_errors_of_a_form_are_the_bare_array(api, send):
    made = api.create()
    answer = send("POST", add_path(made), [("[0]unique_id", "x"), ("[0]role", "participant"),
                                           ("[1]unique_id", "")])
    assert (answer.status, answer.json) == (
        400, [{}, {"unique_id": [BLANK], "role": [REQUIRED]}])


def test_an_empty_form_is_not_a_list(api):
    made = api.create()
    answer = api.post(add_path(made), form="")
    assert (answer.status, answer.json) == (400, {"non_field_errors": [not_a_list("dict")]})


def test_a_form_without_indexes_is_an_empty_list(api, send):
    made = api.create(participants=[person()])
    for command in ("add", "remove"):
        answer = send("POST", add_path(made, command), [("unique_id", "x"), ("id", "y")])
        assert (answer.status, answer.body) == (200, made.body)


def test_a_form_may_hold_a_thousand_participants(api, send):
    made = api.create(participants=[person("there")])
    pairs = [pair for n in range(1000)
             for pair in ((f"[{n}]unique_id", f"p{n}"), (f"[{n}]role", "participant"))]
    answer = send("POST", add_path(made), pairs)
    assert (answer.status, answer.json) == (400, {"non_field_errors": [TOO_MANY]})
    answer = send("POST", add_path(made), pairs[:-2])
    assert (answer.status, len(answer["participants"])) == (200, 1000)


@pytest.mark.parametrize("text, title", [
    ("title=a+b%2Bc", "a b+c"), ("title=%F0%9F%A6%8A+%c3%a9", "🦊 é"), ("title=a=b", "a=b"),
    ("title=1&title=2", "2"), ("&&title=x&", "x"), ("title=a%26b%3Dc", "a&b=c"),
    ("t%69tle=coded", "coded"), ("title=100%25", "100%")])
def test_url_encoding(api, text, title):
    made = api.create()
    answer = api.patch(f"/appointments/{made['id']}/", form=text)
    assert answer.status == 200 and answer["title"] == title


def test_the_media_type_of_a_form_has_any_case_and_parameters(api):
    made = api.create()
    answer = api.patch(
        f"/appointments/{made['id']}/", raw="title=Shout",
        headers={"Content-Type": "Application/X-WWW-Form-URLencoded; charset=UTF-8"})
    assert answer.status == 200 and answer["title"] == "Shout"


@pytest.mark.parametrize("boundary, header", [
    ("simple", "multipart/form-data; boundary=simple"),
    ("quoted one", 'multipart/form-data; boundary="quoted one"'),
    ("x" * 70, "Multipart/Form-Data; charset=utf-8; boundary=" + "x" * 70),
    ("--dashes--", "multipart/form-data; boundary=--dashes--")])
def test_multipart_boundaries(api, boundary, header):
    made = api.create()
    body = (f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n'
            f"Content-Type: text/plain; charset=utf-8\r\n\r\ntwo\r\nlines -- {boundary[:3]}\r\n"
            f"--{boundary}--\r\n")
    answer = api.patch(f"/appointments/{made['id']}/", raw=body, headers={"Content-Type": header})
    assert answer.status == 200, answer
    assert answer["title"] == f"two\r\nlines -- {boundary[:3]}"


@pytest.mark.parametrize("header, body", [
    ("multipart/form-data", "--x\r\n"), ("multipart/form-data; boundary=", "--\r\n"),
    ("multipart/form-data; boundary=" + "x" * 300, "--" + "x" * 300)])
def test_multipart_without_a_usable_boundary_is_unreadable(api, header, body):
    guest = unique()
    answer = api.post("/appointments/", raw=body + guest, headers={"Content-Type": header})
    assert answer.status == 400 and isinstance(answer["detail"], str)


def test_a_key_replays_across_the_three_forms_of_one_body(api):
    made = api.create()
    path, key = f"/appointments/{made['id']}/", {"Idempotency-Key": unique("forms")}
    first = api.patch(path, {"title": "Same"}, headers=key)
    for how in ({"form": [("title", "Same")]}, {"parts": [("title", "Same")]}):
        again = api.request("PATCH", path, headers=key, **how)
        assert (again.status, again.body) == (200, first.body)
        assert again.header("Idempotency-Replayed") == "true"
    assert api.request("PATCH", path, headers=key, form=[("title", "Other")]).status == 422


def test_nested_values_of_a_form_are_the_same_request_as_json(api):
    made = api.create()
    key = {"Idempotency-Key": unique("forms")}
    first = api.post(add_path(made), [person("n", display_name="N")], headers=key)
    again = api.post(add_path(made), headers=key, form=[
        ("[0]unique_id", "n"), ("[0]role", "participant"), ("[0]display_name", "N")])
    assert (again.status, again.body) == (200, first.body)
