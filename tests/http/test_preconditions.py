"""ETag, If-Match and If-None-Match."""
import re

import pytest

from client import CHANGED, NO_APPOINTMENT, at_once, person, unknown_id

STALE = ['"0"', '"nope"', '"0", "7777"', 'W/"0"', '""']


def path(made, tail=""):
    return f"/appointments/{made['id']}/{tail}"


@pytest.fixture
def made(api):
    return api.create(participants=[person("one"), person("two")])


def member(made, number=0):
    return path(made, f"participants/{made['participants'][number]['id']}/")


def test_an_appointment_has_a_strong_tag_everywhere_the_same(api, made):
    assert re.fullmatch(r'"[^"]+"', made.etag)
    assert api.get(path(made)).etag == made.etag
    assert api.request("HEAD", path(made)).etag == made.etag
    assert api.patch(path(made), {}).etag == made.etag
    assert api.post(path(made, "participants/add/"), []).etag == made.etag


def test_every_change_makes_a_new_tag(api, made):
    tags = [made.etag]
    for method, where, body in [
            ("PATCH", path(made), {"title": "x"}),
            ("POST", path(made, "participants/add/"), [person("three")]),
            ("PATCH", member(made), {"display_name": "x"}), ("DELETE", member(made), {}),
            ("POST", path(made, "participants/remove/"),
             [{"id": made["participants"][1]["id"]}]),
            ("POST", path(made, "start/"), {}), ("POST", path(made, "complete/"), {})]:
        assert api.request(method, where, json=body).status in (200, 204)
        tags.append(api.get(path(made)).etag)
    assert len(set(tags)) == len(tags) == 8


def test_a_participant_has_the_tag_of_its_own_last_change(api, made):
    first, second = api.get(member(made)).etag, api.get(member(made, 1)).etag
    assert first == second == made.etag
    assert api.patch(path(made), {"title": "x"}).status == 200
    assert api.get(member(made)).etag == first
    changed = api.patch(member(made), {"display_name": "x"})
    assert changed.etag == api.get(path(made)).etag != first
    assert api.get(member(made)).etag == changed.etag
    assert api.get(member(made, 1)).etag == second
    joined = api.post(path(made, "participants/add/"), [person("three")])
    assert api.get(member(joined, 2)).etag == joined.etag
    assert api.patch(member(made), {"display_name": "x"}).etag == changed.etag


def guarded(made):
    return {
        "update": ("PATCH", path(made), {"title": "New"}),
        "nothing": ("PATCH", path(made), {}),
        "start": ("POST", path(made, "start/"), {}),
        "add": ("POST", path(made, "participants/add/"), [person("three")]),
        "remove": ("POST", path(made, "participants/remove/"),
                   [{"id": made["participants"][0]["id"]}]),
        "participant": ("PATCH", member(made), {"display_name": "New"}),
        "participant delete": ("DELETE", member(made), None),
        "delete": ("DELETE", path(made), None)}


@pytest.mark.parametrize("what", list(guarded({"id": "", "participants": [{"id": ""}]})))
def test_if_match_guards_every_write(api, made, what):
    method, where, body = guarded(made)[what]
    how = {} if body is None else {"json": body}
    for stale in STALE:
        answer = api.request(method, where, headers={"If-Match": stale}, **how)
        assert (answer.status, answer.json) == (412, CHANGED), stale
    assert api.get(path(made)).etag == made.etag
    answer = api.request(method, where, headers={"If-Match": made.etag}, **how)
    assert answer.status in (200, 204)


def test_if_match_guards_complete(api):
    made = api.in_state("active")
    assert api.post(path(made, "complete/"), headers={"If-Match": '"1"'}).status == 412
    assert api.post(path(made, "complete/"), headers={"If-Match": made.etag}).status == 200


@pytest.mark.parametrize("form, status", [
    ("{}", 200), ("*", 200), ('"other", {}', 200), ('{}, "other"', 200), ('"a","b" ,\t{}', 200),
    ("W/{}", 200), ('W/{}, "other"', 200), ('W/"x",W/{}', 200), ("w/{}", 412), ("W/W/{}", 412), ('W/"x", {}', 200), ('"a,b", {}', 200),
    ('"{}"', 412)])
def test_the_forms_of_if_match(api, made, form, status):
    answer = api.patch(path(made), {"title": form},
                       headers={"If-Match": form.format(made.etag)})
    assert answer.status == status


def test_if_match_may_be_given_on_several_lines(api, made):
    answer = api.patch(path(made), {"title": "Lines"},
                       headers={"If-Match": ['"other"', made.etag]})
    assert answer.status == 200


def test_if_match_star_on_nothing_is_404(api):
    answer = api.patch(f"/appointments/{unknown_id()}/", {"title": "x"},
                       headers={"If-Match": "*"})
    assert (answer.status, answer.json) == (404, NO_APPOINTMENT)


def test_if_match_on_a_participant_means_the_participant(api, made):
    later = api.patch(path(made), {"title": "Later"})
    answer = api.patch(member(made), {"role": "moderator"}, headers={"If-Match": later.etag})
    assert (answer.status, answer.json) == (412, CHANGED)
    answer = api.patch(member(made), {"role": "moderator"}, headers={"If-Match": made.etag})
    assert answer.status == 200
    assert api.delete(member(made), headers={"If-Match": made.etag}).status == 412
    assert api.delete(member(made), headers={"If-Match": answer.etag}).status == 204


@pytest.mark.parametrize("form, status", [
    ("{}", 304), ("W/{}", 304), ("*", 304), ('"a", {}', 304), ('{}, "a"', 304),
    ('W/"a",W/{}', 304), ('"a"', 200), ('W/"a", "b"', 200)])
def test_the_forms_of_if_none_match(api, made, form, status):
    headers = {"If-None-Match": form.format(made.etag)}
    for method in ("GET", "HEAD"):
        for where in (path(made), member(made)):
            answer = api.request(method, where, headers=headers)
            assert answer.status == status, (method, where)
            assert answer.etag == made.etag
            assert answer.header("Consularia-Position")
    assert api.get(f"/appointments/{unknown_id()}/", headers=headers).status == 404


def test_a_changed_resource_is_sent_again(api, made):
    headers = {"If-None-Match": made.etag}
    assert api.get(path(made), headers=headers).status == 304
    changed = api.patch(member(made), {"display_name": "New"})
    assert api.get(path(made), headers=headers).status == 200
    assert api.get(member(made), headers=headers).status == 200
    assert api.get(member(made, 1), headers=headers).status == 304
    assert api.get(path(made), headers={"If-None-Match": changed.etag}).status == 304


def test_a_304_has_no_body_and_no_length_of_one(api, made):
    answer = api.get(path(made), headers={"If-None-Match": "*"})
    assert (answer.status, answer.body) == (304, b"")
    assert answer.header("Content-Length") in (None, "0", str(len(made.body)))


def test_of_many_writers_with_one_tag_one_wins(api, made):
    answers = at_once(10, lambda n: api.patch(
        path(made), {"title": f"Writer {n}"}, headers={"If-Match": made.etag}))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 9
    winner = next(answer for answer in answers if answer.status == 200)
    assert api.get(path(made)).body == winner.body


def test_no_update_is_lost_when_all_writers_send_the_tag(api):
    made = api.create(duration_minutes=100)

    def count_up(_):
        while True:
            seen = api.get(path(made))
            answer = api.patch(path(made), {"duration_minutes": seen["duration_minutes"] + 1},
                               headers={"If-Match": seen.etag})
            if answer.status == 200:
                return
            assert answer.status == 412

    at_once(6, count_up)
    assert api.get(path(made))["duration_minutes"] == 106
