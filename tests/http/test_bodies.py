"""Media types, JSON as text, what a body may be, and how errors of whole bodies look."""
import pytest

from client import (
    ABSENT, BLANK, NOT_ACCEPTABLE, NULL, REQUIRED, TOO_SMALL, BAD_DATETIME, not_a_choice,
    not_a_dictionary, not_a_list, not_an_object, person, unique, valid)

EVERYTHING_MISSING = {name: [REQUIRED] for name in
                      ("title", "start_date_time", "duration_minutes", "participants")}
GOOD = ('{"title":"Text","start_date_time":"2031-05-06T07:08:09Z","duration_minutes":30,'
        '"participants":[]%s}')
JSON = {"Content-Type": "application/json"}


def post(api, text, headers=None):
    return api.post("/appointments/", raw=text, headers=JSON if headers is None else headers)


@pytest.mark.parametrize("sent", [
    "text/plain", "text/plain; charset=utf-8", "application/xml", "Text/HTML", "application/jsonx",
    "application/vnd.api+json", "application", "json", "application/octet-stream"])
def test_another_media_type_is_415_with_the_header_as_sent(api, sent):
    for method, path in [("POST", "/appointments/"),
                         ("PATCH", f"/appointments/{api.create()['id']}/")]:
        answer = api.request(method, path, raw=GOOD % "", headers={"Content-Type": sent})
        assert (answer.status, answer.json) == (
            415, {"detail": f'Unsupported media type "{sent}" in request.'})


def test_a_body_without_a_media_type_is_415(api):
    answer = post(api, GOOD % "", {"Content-Type": None})
    assert (answer.status, answer.json) == (
        415, {"detail": 'Unsupported media type "" in request.'})


@pytest.mark.parametrize("sent", ["gzip", "br", "x-gzip", "identity, gzip", "gzip, chunked", "\u00e9"])
def test_a_compressed_body_is_415(api, sent):
    made = api.create()
    for method, path in [("POST", "/appointments/"), ("PATCH", f"/appointments/{made['id']}/"),
                         ("DELETE", f"/appointments/{made['id']}/")]:
        answer = api.request(method, path, raw=GOOD % "", headers={**JSON, "Content-Encoding": sent})
        assert answer.status == 415, answer
        assert answer.json["detail"].startswith('Unsupported content encoding "')
        assert sent == "\u00e9" or f'"{sent}"' in answer.json["detail"]
        assert answer.header("Accept-Encoding") == "identity"
    assert api.get(f"/appointments/{made['id']}/").body == made.body


@pytest.mark.parametrize("sent", ["identity", "Identity", "identity, identity", ""])
def test_a_body_may_be_declared_as_not_encoded(api, sent):
    assert post(api, GOOD % "", {**JSON, "Content-Encoding": sent}).status == 201


def test_a_compressed_body_is_reported_after_401_406_403_and_before_its_content(
        api, anyone, reader, admin):
    def ask(who, path="/appointments/", **headers):
        return who.post(path, raw="{", headers={**JSON, "Content-Encoding": "gzip", **headers}).status

    assert ask(anyone) == 401
    assert ask(api, "/nowhere/") == 404
    assert ask(api, Accept="text/html") == 406
    assert ask(reader) == 403
    assert ask(api, **{"Idempotency-Key": ""}) == 415
    assert ask(api, "/appointments/no-uuid/start/") == 415
    assert ask(admin, "/organizations/") == 415


def test_without_a_body_there_is_nothing_compressed(api):
    made = api.create()
    compressed = {"Content-Encoding": "gzip"}
    assert api.post(f"/appointments/{made['id']}/start/", headers=compressed).status == 200
    assert api.get(f"/appointments/{made['id']}/", headers=compressed).status == 200
    assert api.delete(f"/appointments/{made['id']}/", headers=compressed).status == 204


@pytest.mark.parametrize("sent", [
    "application/json", "Application/JSON", "APPLICATION/JSON; CHARSET=UTF-8",
    "application/json;charset=utf-8", "application/json ; charset=us-ascii",
    'application/json; charset="utf-16"', "application/json; profile=x"])
def test_json_is_taken_with_any_parameter_and_case(api, sent):
    assert post(api, GOOD % "", {"Content-Type": sent}).status == 201


@pytest.mark.parametrize("sent", ["text/plain", "nonsense", "", None, "application/json"])
def test_an_empty_body_is_an_empty_object_whatever_its_type(api, sent):
    made = api.create()
    answer = api.post("/appointments/", raw="", headers={"Content-Type": sent})
    assert (answer.status, answer.json) == (400, EVERYTHING_MISSING)
    answer = api.patch(f"/appointments/{made['id']}/", raw="", headers={"Content-Type": sent})
    assert (answer.status, answer.body) == (200, made.body)


@pytest.mark.parametrize("accept", [
    "*/*", "application/json", "APPLICATION/JSON", "application/*", "application/json;q=0.1",
    "text/html, application/json", "text/html,*/*;q=0.01", "application/json; indent=4",
    "application/problem+json", "application/problem+json, application/json", None])
def test_an_accept_that_allows_json_gets_json(api, accept):
    made = api.create()
    answer = api.get(f"/appointments/{made['id']}/", headers={"Accept": accept})
    assert (answer.status, answer.body) == (200, made.body)
    assert answer.header("Content-Type").startswith("application/json")


@pytest.mark.parametrize("accept", [
    "text/html", "application/xml", "text/*", "image/png, text/html;q=0.9", "application/jsonx",
    "application/vnd.api+json"])
def test_an_accept_without_json_is_406_and_writes_nothing(api, accept):
    answer = api.get("/appointments/", headers={"Accept": accept})
    assert (answer.status, answer.json) == (406, NOT_ACCEPTABLE)
    guest = unique()
    answer = api.post("/appointments/", valid(participants=[person(guest)]),
                      headers={"Accept": accept})
    assert (answer.status, answer.json) == (406, NOT_ACCEPTABLE)
    assert api.ids(f"participant_unique_id={guest}") == []


@pytest.mark.parametrize("text, line", [
    ("{", 1), ("[", 1), ("nope", 1), ("{}{}", 1), ("{} ,", 1), ('{"a" 1}', 1), ('{"a":1,}', 1),
    ("[1,]", 1), ("{'a':1}", 1), ("{a:1}", 1), ('{"a":01}', 1), ('{"a":+1}', 1), ('{"a":.5}', 1),
    ('{"a":1.}', 1), ('{"a":tru}', 1), ('{"a":True}', 1), ('"unended', 1), ('{"a":"\t"}', 1),
    ('{"a":"\\x"}', 1), ('{"a":"\\u12"}', 1), ("// no\n{}", 1), ("{}\n\n]", 3), ("\n\n\n{,", 4),
    ('{\r\n "a": 1,\r\n "b" }', 3), ("   ", 1)])
def test_what_is_not_json_is_a_parse_error_with_its_place(api, text, line):
    answer = post(api, text)
    assert answer.status == 400
    assert list(answer.json) == ["detail"]
    assert answer["detail"].startswith("JSON parse error - ")
    assert f"line {line}" in answer["detail"] and "column" in answer["detail"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "nan"])
def test_numbers_that_are_not_json_are_refused(api, value):
    answer = api.raw_create({"duration_minutes": value})
    assert answer.status == 400 and answer["detail"].startswith("JSON parse error - ")


@pytest.mark.parametrize("data", [
    b'{"title":"\xff"}', b'{"title":"\xc3("}', b'{"title":"\xed\xa0\x80"}', b'{"\x80":1}',
    b'{"title":"\xc0\xaf"}', b'{"title":"\xf4\x90\x80\x80"}', b'{"title":"\xe2\x82',
    b'{"title":"\\ud800"}', b'{"title":"\\udc00\\ud800"}', b'{"title":"\\ud83dx"}',
    b'{"title":"\\udfff"}', b'{"\\ud800":1}'])
def test_text_that_is_not_unicode_is_a_parse_error(api, data):
    for answer in (post(api, data), api.patch(f"/appointments/{api.create()['id']}/", raw=data,
                                              headers=JSON)):
        assert answer.status == 400
        assert answer["detail"].startswith("JSON parse error - ")




@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth, status", [(1, 201), (31, 201), (32, 400), (33, 400), (5000, 400)])
def test_json_may_nest_32_deep_counting_the_outermost(api, opening, closing, depth, status):
    inner = opening * depth + ("1" if ":" in opening else "") + closing * depth
    answer = post(api, GOOD % f',"zzz":{inner}')
    assert answer.status == status
    if status == 400:
        assert answer["detail"].startswith("JSON parse error - ")


def test_brackets_in_strings_do_not_nest(api):
    assert api.create(title="[{" * 100)["title"] == "[{" * 100


@pytest.mark.parametrize("text, kind", [
    ("[]", "list"), ("[{}]", "list"), ('"x"', "str"), ('""', "str"), ("0", "int"), ("-5", "int"),
    ("1.5", "float"), ("1e3", "float"), ("true", "bool"), ("false", "bool")])
def test_an_object_is_wanted(api, text, kind):
    made = api.create(participants=[person()])
    first = made["participants"][0]["id"]
    for method, path in [("POST", "/appointments/"), ("PATCH", f"/appointments/{made['id']}/"),
                         ("PATCH", f"/appointments/{made['id']}/participants/{first}/")]:
        answer = api.request(method, path, raw=text, headers=JSON)
        assert (answer.status, answer.json) == (400, {"non_field_errors": [not_an_object(kind)]})


@pytest.mark.parametrize("text, kind", [
    ("{}", "dict"), ('{"0":{}}', "dict"), ('"x"', "str"), ("5", "int"), ("-0.5", "float"),
    ("true", "bool")])
@pytest.mark.parametrize("command", ["add", "remove"])
def test_a_list_is_wanted(api, command, text, kind):
    made = api.create()
    path = f"/appointments/{made['id']}/participants/{command}/"
    answer = api.post(path, raw=text, headers=JSON)
    assert (answer.status, answer.json) == (400, {"non_field_errors": [not_a_list(kind)]})
    assert api.get(f"/appointments/{made['id']}/").body == made.body


def test_the_body_null_is_no_data(api):
    made = api.create(participants=[person()])
    here = f"/appointments/{made['id']}/"
    first = made["participants"][0]["id"]
    for method, path in [("POST", "/appointments/"), ("PATCH", here),
                         ("PATCH", f"{here}participants/{first}/"),
                         ("POST", here + "participants/add/"),
                         ("POST", here + "participants/remove/")]:
        answer = api.request(method, path, json=None)
        assert (answer.status, answer.json) == (400, {"non_field_errors": ["No data provided"]})


def test_all_fields_are_reported_together(api):
    errors = api.refuse(
        title="\t", start_date_time="then", duration_minutes=14, config=[1],
        participants=[person(), {"role": "x"}, None, 7, {"unique_id": "", "display_name": None}])
    assert errors == {
        "title": [BLANK], "start_date_time": [BAD_DATETIME], "duration_minutes": [TOO_SMALL],
        "config": [not_a_dictionary("list")],
        "participants": [
            {}, {"unique_id": [REQUIRED], "role": [not_a_choice("x")]}, [NULL],
            {"non_field_errors": [not_an_object("int")]},
            {"unique_id": [BLANK], "display_name": [NULL], "role": [REQUIRED]}]}


def test_each_type_of_list_error_is_in_its_place(api):
    errors = api.refuse(title=ABSENT, participants="people", config={"chat_enabled": 7, "x": 1})
    assert errors == {
        "title": [REQUIRED], "participants": {"non_field_errors": [not_a_list("str")]},
        "config": {"chat_enabled": ["Must be a valid boolean."], "x": ["Unknown field."]}}


def test_of_duplicate_keys_the_last_wins(api):
    assert api.raw_create({'title":"first","title': '"last"'})["title"] == "last"
    answer = api.raw_create({'config":{"chat_enabled":true},"config': '{"chat_enabled":false}'})
    assert answer["config"] == {"chat_enabled": False}
    answer = api.raw_create({"config": '{"chat_enabled":"x","chat_enabled":true}'})
    assert answer["config"] == {"chat_enabled": True}
    answer = api.raw_create({'title":"fine","title': "null"})
    assert (answer.status, answer.json) == (400, {"title": [NULL]})


def test_unknown_and_read_only_keys_are_ignored(api):
    forged = {"id": "x", "status": "completed", "created_at": None, "updated_at": 0,
              "access_link": [], "": {}, "Title": "no", "organization": {"id": 1}}
    made = api.create(**forged, participants=[{**person("ann"), **forged, "zzz": [[]]}])
    assert (made["title"], made["status"]) == ("Consultation", "scheduled")
    assert made["id"] != "x" and "organization" not in made.json
    assert made["participants"][0]["access_link"].startswith("http")


def test_white_space_around_json_is_ignored(api):
    assert post(api, "\r\n\t " + GOOD % "" + " \n\t\r").status == 201


def test_escapes_and_the_characters_they_mean_are_the_same(api):
    answer = api.raw_create({"title": r'"\u00e9 \ud83e\udd8a \" \\ \/ \n z"'})
    assert answer["title"] == "é 🦊 \" \\ / \n z"


def test_a_media_type_that_is_not_utf_8_is_415_in_valid_json(api):
    answer = api.post("/appointments/", raw="x", headers={"Content-Type": "text/\xff"})
    assert (answer.status, answer["detail"]) == (
        415, 'Unsupported media type "text/\ufffd" in request.')


def test_a_body_that_is_too_large_is_answered_with_the_position(api):
    answer = api.post("/appointments/", raw=b" " * (4 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert answer.position > 0


@pytest.mark.parametrize("kind", ["json", "form"])
def test_a_body_of_too_many_values_is_400_whatever_they_are_for(api, kind):
    if kind == "json":
        assert post(api, GOOD % (',"x":[' + "0," * 99_990 + "0]")).status == 201
        answer = post(api, GOOD % (',"x":[' + "0," * 100_000 + "0]"))
    else:
        answer = api.post("/appointments/", form="a&" * 100_001)
    assert (answer.status, answer.json) == (
        400, {"detail": "Request body has more than 100000 values."})
