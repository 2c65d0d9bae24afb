"""What is read as a string, an integer or a boolean, and what is refused."""
import pytest

from client import (
    BLANK, LONG_255, LONG_60, NOT_BOOLEAN, NOT_INTEGER, NOT_STRING, NUL, NULL, TOO_LARGE, TOO_SMALL,
    person, unique)

# Unicode white space that a client may paste around a name.
SPACES = [" ", "\t", "\n", "\r\n", "\u000b", "\f", "\u0085", "\u00a0", "\u1680", "\u2000", "\u2009",
          "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"]


@pytest.mark.parametrize("text, out", [
    ("5", "5"), ("0", "0"), ("-7", "-7"), ("5.5", "5.5"), ("5.0", "5.0"), ("5.10", "5.1"),
    ("-0.25", "-0.25"), ("1e2", "100.0"), ("9007199254740993", "9007199254740993"),
    ("18446744073709551615", "18446744073709551615"), ("0.1", "0.1"), ("1e16", "1e+16")])
def test_a_number_is_taken_where_a_string_is_wanted(api, text, out):
    answer = api.raw_create({
        "title": text,
        "participants": f'[{{"unique_id":{text},"display_name":{text},"role":"moderator"}}]'})
    assert answer.status == 201, answer
    assert answer["title"] == out
    assert answer["participants"][0]["unique_id"] == out
    assert answer["participants"][0]["display_name"] == out


@pytest.mark.parametrize("value, error", [
    (True, NOT_STRING), (False, NOT_STRING), ([], NOT_STRING), (["a"], NOT_STRING),
    ({}, NOT_STRING), ({"a": 1}, NOT_STRING), (None, NULL), ("", BLANK), (" \t\r\n ", BLANK),
    ("\u3000\u00a0", BLANK), ("x" * 256, LONG_255), ("a\0b", NUL), ("\0", NUL),
    ("\0" + "x" * 256, LONG_255)])
def test_a_string_that_must_be_there_is_refused_for_its_first_fault(api, value, error):
    made = api.create()
    assert api.refuse(title=value) == {"title": [error]}
    answer = api.patch(f"/appointments/{made['id']}/", {"title": value})
    assert (answer.status, answer.json) == (400, {"title": [error]})
    errors = api.refuse(participants=[{"unique_id": value, "role": "moderator"}])
    assert errors == {"participants": [{"unique_id": [error]}]}


@pytest.mark.parametrize("value, error", [
    (True, NOT_STRING), ([], NOT_STRING), ({}, NOT_STRING), ("x" * 61, LONG_60), ("a\0", NUL)])
def test_a_display_name_is_refused_for_its_first_fault(api, value, error):
    made = api.create(participants=[person()])
    errors = api.refuse(participants=[person(display_name=value)])
    assert errors == {"participants": [{"display_name": [error]}]}
    first = made["participants"][0]["id"]
    answer = api.patch(f"/appointments/{made['id']}/participants/{first}/",
                       {"display_name": value})
    assert (answer.status, answer.json) == (400, {"display_name": [error]})


@pytest.mark.parametrize("space", SPACES, ids=ascii)
def test_strings_are_trimmed_of_unicode_white_space(api, space):
    made = api.create(title=f"{space}a{space}b{space}{space}",
                      participants=[person(f"{space}me", display_name=f"{space}{space}")])
    assert made["title"] == f"a{space}b"
    assert made["participants"][0]["unique_id"] == "me"
    assert made["participants"][0]["display_name"] == ""


@pytest.mark.parametrize("kept", ["\u200b", "\ufeff", "\u2060", "\u00ad", "\u0301", "\x7f"],
                         ids=ascii)
def test_what_is_not_white_space_is_kept(api, kept):
    assert api.create(title=kept)["title"] == kept
    assert api.create(title=f"{kept}a{kept}")["title"] == f"{kept}a{kept}"


@pytest.mark.parametrize("letter", ["x", "é", "字", "🦊"])
def test_lengths_count_code_points_after_trimming(api, letter):
    assert api.create(title=f" {letter * 255}\n")["title"] == letter * 255
    assert api.refuse(title=letter * 256) == {"title": [LONG_255]}
    made = api.create(participants=[
        person(f"  {letter * 255}", display_name=f"{letter * 60}  ")])
    assert made["participants"][0]["unique_id"] == letter * 255
    assert made["participants"][0]["display_name"] == letter * 60
    errors = api.refuse(participants=[person(letter * 256, display_name=letter * 61)])
    assert errors == {"participants": [{"unique_id": [LONG_255], "display_name": [LONG_60]}]}


@pytest.mark.parametrize("text", [
    "e\u0301 is not \u00e9", "👩‍👩‍👧 family", "שלום", "مرحبا", "a\u2028b", "<b>&amp;</b>", '"\\/',
    "\x01\x1b", "\U0010ffff", "\ufffd", "'; DROP TABLE x; --", "%00 %s {0}"], ids=ascii)
def test_text_comes_back_as_it_came(api, text):
    made = api.create(title=text, participants=[person(text, display_name=text)])
    again = api.get(f"/appointments/{made['id']}/")
    assert (again["title"], again.body) == (text, made.body)
    assert [again["participants"][0][key] for key in ("unique_id", "display_name")] == [text, text]


@pytest.mark.parametrize("text, out", [
    ("15", 15), ("720", 720), ('"15"', 15), ('"720"', 720), ('" 60 "', 60), ('"\\t60\\n"', 60),
    ('"+60"', 60), ('"60.0"', 60), ('"60.000"', 60), ('" +60.0 "', 60), ("60.0", 60), ("6e1", 60),
    ("1e2", 100), ("1.5e1", 15), ("600e-1", 60), ('"060"', 60), ("60.000000", 60)])
def test_an_integer_is_taken_as(api, text, out):
    answer = api.raw_create({"duration_minutes": text})
    assert answer.status == 201, answer
    assert answer["duration_minutes"] == out and isinstance(answer["duration_minutes"], int)
    made = api.create(duration_minutes=719)
    answer = api.patch(f"/appointments/{made['id']}/", raw=f'{{"duration_minutes":{text}}}',
                       headers={"Content-Type": "application/json"})
    assert answer["duration_minutes"] == out


@pytest.mark.parametrize("text, error", [
    ("14", TOO_SMALL), ("721", TOO_LARGE), ("0", TOO_SMALL), ("-60", TOO_SMALL),
    ("14.0", TOO_SMALL),
    ('"14"', TOO_SMALL), ('"-60"', TOO_SMALL), ('"721.0"', TOO_LARGE), ("-0", TOO_SMALL),
    ("721.0", TOO_LARGE), ("1e30", TOO_LARGE), ("-1e30", TOO_SMALL),
    ("9223372036854775808", TOO_LARGE), ("-9223372036854775809", TOO_SMALL),
    ("18446744073709551631", TOO_LARGE), ('"4294967356"', TOO_LARGE),
    ('"-99999999999999999999999999"', TOO_SMALL), ("1" + "0" * 300, TOO_LARGE),
    ('"99999999999999999999.0"', TOO_LARGE),
    ("60.5", NOT_INTEGER), ("15.000001", NOT_INTEGER), ("719.9999999", NOT_INTEGER),
    ("true", NOT_INTEGER), ("false", NOT_INTEGER), ('""', NOT_INTEGER), ('" "', NOT_INTEGER),
    ('"sixty"', NOT_INTEGER), ('"6_0"', NOT_INTEGER), ('"6 0"', NOT_INTEGER),
    ('"60.5"', NOT_INTEGER), ('"60.01"', NOT_INTEGER), ('"1e2"', NOT_INTEGER),
    ('"0x3c"', NOT_INTEGER), ('"60m"', NOT_INTEGER), ('"--60"', NOT_INTEGER),
    ('"+"', NOT_INTEGER), ('"+-60"', NOT_INTEGER), ('"60,0"', NOT_INTEGER), ('"NaN"', NOT_INTEGER),
    ('"6\\u00000"', NOT_INTEGER), ("[]", NOT_INTEGER), ("[60]", NOT_INTEGER), ("{}", NOT_INTEGER),
    ("null", NULL)])
def test_an_integer_is_refused_as(api, text, error):
    answer = api.raw_create({"duration_minutes": text})
    assert (answer.status, answer.json) == (400, {"duration_minutes": [error]})


TRUE = [True, 1, "1", "t", "T", "y", "Y", "yes", "YES", "Yes", "yEs", "true", "True", "TRUE", "on",
        "ON", "oN"]
FALSE = [False, 0, "0", "f", "F", "n", "N", "no", "NO", "nO", "false", "False", "FALSE", "off",
         "Off", "oFF"]


@pytest.mark.parametrize("value, out", [(v, True) for v in TRUE] + [(v, False) for v in FALSE])
def test_a_boolean_is_taken_as(api, value, out):
    made = api.create(config={"chat_enabled": value})
    assert made["config"]["chat_enabled"] is out


@pytest.mark.parametrize("value, error", [
    (2, NOT_BOOLEAN), (-1, NOT_BOOLEAN), (0.5, NOT_BOOLEAN), ("", NOT_BOOLEAN), ("2", NOT_BOOLEAN),
    ("maybe", NOT_BOOLEAN), (" true", NOT_BOOLEAN), ("true ", NOT_BOOLEAN), ("\ttrue", NOT_BOOLEAN),
    ("tru", NOT_BOOLEAN), ("enabled", NOT_BOOLEAN), ("null", NOT_BOOLEAN), ("yes\0", NOT_BOOLEAN),
    ([], NOT_BOOLEAN), ([True], NOT_BOOLEAN), ({}, NOT_BOOLEAN), (None, NULL)])
def test_a_boolean_is_refused_as(api, value, error):
    assert api.refuse(config={"chat_enabled": value, "raise_hand_enabled": True}) == {
        "config": {"chat_enabled": [error]}}


@pytest.mark.parametrize("value", [" moderator", "moderator ", "\nparticipant", "MODERATOR"])
def test_roles_are_not_trimmed(api, value):
    errors = api.refuse(participants=[person(role=value)])
    assert errors == {"participants": [{"role": [f'"{value}" is not a valid choice.']}]}


@pytest.mark.parametrize("blank", [" {}", "{} ", "\n{}", "{}\n"])
def test_datetimes_and_uuids_are_not_trimmed(api, blank):
    assert "start_date_time" in api.refuse(start_date_time=blank.format("2031-05-06T07:08:09Z"))
    made = api.create(participants=[person()])
    first = made["participants"][0]["id"]
    answer = api.post(f"/appointments/{made['id']}/participants/remove/",
                      [{"id": blank.format(first)}])
    assert (answer.status, answer.json) == (400, [{"id": ["Must be a valid UUID."]}])


def test_equal_after_trimming_and_coercion_is_equal(api):
    name = unique()
    made = api.create(participants=[person("5"), person(name)])
    path = f"/appointments/{made['id']}/participants/add/"
    for same in (5, " 5\t", "5", f"\u3000{name} "):
        answer = api.post(path, [{"unique_id": same, "role": "participant"}])
        assert answer.status == 400, same
    assert api.post(path, [person("5.0")]).status == 200
