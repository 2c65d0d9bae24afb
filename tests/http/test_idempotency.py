"""Idempotency-Key: the first answer again, never a second effect."""
import pytest

from client import (
    BAD_KEY, BLANK, KEY_REUSED, NO_CREDENTIALS, NOT_INTEGER, at_once, person, unique, unknown_id,
    valid)


def key(name=None):
    return {"Idempotency-Key": name or unique("key")}


def path(made, tail=""):
    return f"/appointments/{made['id']}/{tail}"


def replayed(again, first):
    assert (again.status, again.body) == (first.status, first.body), (again, first)
    assert again.header("Idempotency-Replayed") == "true"
    for name in ("ETag", "Location", "Content-Type"):
        assert again.header(name) == first.header(name)
    return True


def test_a_repeated_create_is_the_first_answer_with_its_headers(api):
    guest, once = unique(), key()
    body = valid(participants=[person(guest)])
    first = api.post("/appointments/", body, headers=once)
    assert first.status == 201 and first.header("Idempotency-Replayed") is None
    assert first.header("Location") and first.etag
    for _ in range(3):
        assert replayed(api.post("/appointments/", body, headers=once), first)
    assert api.ids(f"participant_unique_id={guest}") == [first["id"]]


def writes(made):
    first, second = (one["id"] for one in made["participants"])
    return {
        "update": ("PATCH", "", {"title": "Once"}),
        "start": ("POST", "start/", {}),
        "add": ("POST", "participants/add/", [person("new")]),
        "remove": ("POST", "participants/remove/", [{"id": first}]),
        "participant": ("PATCH", f"participants/{second}/", {"display_name": "Once"}),
        "participant delete": ("DELETE", f"participants/{second}/", {}),
        "delete": ("DELETE", "", {})}


@pytest.mark.parametrize("what", ["update", "start", "add", "remove", "participant",
                                  "participant delete", "delete"])
def test_every_write_is_replayed_also_after_later_changes(api, what):
    made = api.create(participants=[person("one"), person("two")])
    method, tail, body = writes(made)[what]
    how = {} if method == "DELETE" else {"json": body}
    once = key()
    first = api.request(method, path(made, tail), headers=once, **how)
    assert first.status in (200, 204) and first.header("Idempotency-Replayed") is None
    assert replayed(api.request(method, path(made, tail), headers=once, **how), first)
    api.post(path(made, "participants/add/"), [person("later")])
    api.delete(path(made))
    assert replayed(api.request(method, path(made, tail), headers=once, **how), first)


def test_a_replay_of_complete_is_the_first_answer(api):
    made, once = api.in_state("active"), key()
    first = api.post(path(made, "complete/"), headers=once)
    assert first["status"] == "completed"
    assert replayed(api.post(path(made, "complete/"), headers=once), first)


def test_a_replay_changes_nothing_back(api):
    made, once = api.create(), key()
    first = api.patch(path(made), {"title": "One"}, headers=once)
    second = api.patch(path(made), {"title": "Two"})
    assert replayed(api.patch(path(made), {"title": "One"}, headers=once), first)
    again = api.get(path(made))
    assert (again.body, again.etag) == (second.body, second.etag)


def test_a_replay_does_not_look_at_if_match(api):
    """A client repeats a request after its own first attempt has changed the version."""
    made = api.create()
    headers = {**key(), "If-Match": made.etag}
    first = api.patch(path(made), {"title": "Guarded"}, headers=headers)
    assert first.status == 200
    assert replayed(api.patch(path(made), {"title": "Guarded"}, headers=headers), first)
    removal = {**key(), "If-Match": first.etag}
    gone = api.delete(path(made), headers=removal)
    assert gone.status == 204
    assert replayed(api.delete(path(made), headers=removal), gone)


def test_a_replay_does_not_look_at_the_state(api):
    made, once = api.create(), key()
    first = api.patch(path(made), {"title": "Early"}, headers=once)
    api.post(path(made, "start/"))
    assert replayed(api.patch(path(made), {"title": "Early"}, headers=once), first)


def test_a_replay_has_its_own_request_id_and_position(api):
    made, once = api.create(), key()
    first = api.patch(path(made), {"title": "One"}, headers={**once, "X-Request-ID": "first"})
    again = api.patch(path(made), {"title": "One"}, headers={**once, "X-Request-ID": "again"})
    assert replayed(again, first)
    assert again.header("X-Request-ID") == "again"
    assert again.position >= first.position


@pytest.mark.parametrize("text, same", [
    ('{"title":"A","duration_minutes":60}', True),
    (' { "duration_minutes" : 60 ,\n"title":"\\u0041" } ', True),
    ('{"title":"x","title":"A","duration_minutes":60}', True),
    ('{"title":"A","duration_minutes":61}', False),
    ('{"title":"A"}', False), ('{"title":"a","duration_minutes":60}', False),
    ('{"title":"A","duration_minutes":60,"unknown":1}', False)])
def test_bodies_are_compared_as_parsed(api, text, same):
    made, once = api.create(), key()
    first = api.patch(path(made), {"title": "A", "duration_minutes": 60}, headers=once)
    again = api.patch(path(made), raw=text, headers={**once, "Content-Type": "application/json"})
    if same:
        assert replayed(again, first)
    else:
        assert (again.status, again.json) == (422, KEY_REUSED)


def test_the_order_of_a_list_is_part_of_the_body(api):
    made, once = api.create(), key()
    guests = [person("x"), person("y")]
    assert api.post(path(made, "participants/add/"), guests, headers=once).status == 200
    answer = api.post(path(made, "participants/add/"), guests[::-1], headers=once)
    assert (answer.status, answer.json) == (422, KEY_REUSED)


def test_the_trailing_slash_is_not_part_of_the_path(api):
    made, once = api.create(), key()
    first = api.patch(path(made), {"title": "A"}, headers=once)
    assert replayed(api.patch(path(made).rstrip("/"), {"title": "A"}, headers=once), first)
    once = key()
    first = api.post("/appointments", valid(), headers=once)
    assert replayed(api.post("/appointments/", valid(), headers=once), first)


def test_another_method_path_or_body_is_422_and_changes_nothing(api):
    made, second, once = api.create(participants=[person()]), api.create(), key()
    first = api.patch(path(made), {"title": "A"}, headers=once)
    member = made["participants"][0]["id"]
    for method, where, body in [
            ("PATCH", path(made), {"title": "B"}), ("PATCH", path(second), {"title": "A"}),
            ("PATCH", path(made), {"title": ""}), ("PATCH", path(made), {}),
            ("POST", "/appointments/", valid()), ("POST", path(made, "start/"), {}),
            ("DELETE", path(made), None),
            ("PATCH", f"/appointments/{unknown_id()}/", {"title": "A"}),
            ("PATCH", path(made, f"participants/{member}/"), {"title": "A"}),
            ("POST", path(made, "participants/add/"), [person()])]:
        how = {} if body is None else {"json": body}
        answer = api.request(method, where, headers=once, **how)
        assert (answer.status, answer.json) == (422, KEY_REUSED), (method, where)
    again = api.get(path(made))
    assert (again.body, again.etag) == (first.body, first.etag)
    assert api.get(path(second)).body == second.body


def test_an_unreadable_body_is_reported_before_the_key(api):
    made, once = api.create(), key()
    assert api.patch(path(made), {"title": "A"}, headers=once).status == 200
    answer = api.patch(path(made), raw="{", headers={**once, "Content-Type": "application/json"})
    assert answer.status == 400 and answer["detail"].startswith("JSON parse error - ")
    answer = api.patch(path(made), raw="{}", headers={**once, "Content-Type": "text/plain"})
    assert answer.status == 415


def test_a_refusal_is_not_remembered(api):
    made = api.create(participants=[person("one")])
    member = made["participants"][0]["id"]

    once = key()
    answer = api.patch(path(made), {"title": ""}, headers=once)
    assert (answer.status, answer.json) == (400, {"title": [BLANK]})
    assert api.patch(path(made), {"title": "Fine"}, headers=once).status == 200

    once = key()
    assert api.post(path(made, "complete/"), headers=once).status == 409
    assert api.post(path(made, "start/")).status == 200
    answer = api.post(path(made, "complete/"), headers=once)
    assert (answer.status, answer.header("Idempotency-Replayed")) == (200, None)

    made, once = api.create(), key()
    assert api.patch(path(made), {"title": "Try"},
                     headers={**once, "If-Match": '"0"'}).status == 412
    answer = api.patch(path(made), {"title": "Try"}, headers={**once, "If-Match": made.etag})
    assert (answer.status, answer.header("Idempotency-Replayed")) == (200, None)

    once = key()
    assert api.delete(f"/appointments/{unknown_id()}/participants/{member}/",
                      headers=once).status == 404
    assert api.delete(path(made), headers=once).status == 204


def test_an_answer_that_changed_nothing_can_be_repeated(api):
    made, once = api.create(), key()
    first = api.patch(path(made), {}, headers=once)
    again = api.patch(path(made), {}, headers=once)
    assert (again.status, again.body) == (first.status, first.body) == (200, made.body)


@pytest.mark.parametrize("name", [
    "x", "~" * 255, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "0", "a,b", "\"quoted\""])
def test_a_key_is_any_visible_ascii(fresh, name):
    first = fresh.post("/appointments/", valid(), headers=key(name))
    assert first.status == 201
    assert replayed(fresh.post("/appointments/", valid(), headers=key(name)), first)
    longer = (name + "x")[-255:] if len(name) < 255 else "x" + name[1:]
    other = fresh.post("/appointments/", valid(), headers=key(longer))
    assert other.status == 201 and other["id"] != first["id"]


def test_keys_differ_by_case(fresh):
    made = [fresh.post("/appointments/", valid(), headers=key(name))["id"] for name in ("a", "A")]
    assert len(set(made)) == 2


@pytest.mark.parametrize("name", ["", "x" * 256, "x" * 5000, "two words", "tab\tbed", "caf\u00e9",
                                  b"\xff"])
def test_another_key_is_refused(api, name):
    made = api.create(participants=[person()])
    for method, tail, how in [
            ("PATCH", "", {"json": {"title": "x"}}), ("PATCH", "", {"json": {"title": ""}}),
            ("DELETE", "", {}), ("POST", "start/", {}),
            ("POST", "participants/add/", {"json": [person()]})]:
        answer = api.request(method, path(made, tail), headers={"Idempotency-Key": name}, **how)
        assert (answer.status, answer.json) == (400, BAD_KEY)
    answer = api.delete(f"/appointments/{unknown_id()}/", headers={"Idempotency-Key": name})
    assert (answer.status, answer.json) == (400, BAD_KEY)
    again = api.get(path(made), headers={"Idempotency-Key": name})
    assert (again.status, again.body) == (200, made.body)


def test_reads_take_no_notice_of_a_key(api):
    made, once = api.create(), key()
    assert api.patch(path(made), {"title": "A"}, headers=once).status == 200
    answer = api.get(path(made), headers=once)
    assert (answer.status, answer.header("Idempotency-Replayed")) == (200, None)


def test_organizations_do_not_share_keys_but_tokens_of_one_do(api, writer, other, anyone):
    once, body = key(), valid()
    first = api.post("/appointments/", body, headers=once)
    assert replayed(writer.post("/appointments/", body, headers=once), first)
    foreign = other.post("/appointments/", body, headers=once)
    assert foreign.status == 201 and foreign["id"] != first["id"]
    assert foreign.header("Idempotency-Replayed") is None
    answer = anyone.post("/appointments/", body, headers=once)
    assert (answer.status, answer.json) == (401, NO_CREDENTIALS)


def test_many_repeats_at_once_have_one_effect_and_one_answer(api):
    guest, once = unique(), key()
    body = valid(participants=[person(guest)])
    answers = at_once(16, lambda n: api.post("/appointments/", body, headers=once))
    assert {answer.status for answer in answers} == {201}
    assert len({(answer.body, answer.etag, answer.header("Location")) for answer in answers}) == 1
    assert sorted(answer.header("Idempotency-Replayed") or "" for answer in answers) == (
        [""] + ["true"] * 15)
    assert len(api.ids(f"participant_unique_id={guest}")) == 1


def test_of_different_requests_with_one_key_at_once_one_wins(api):
    guest, once = unique(), key()
    answers = at_once(12, lambda n: api.post(
        "/appointments/", valid(title=f"Racer {n}", participants=[person(guest)]), headers=once))
    assert sorted(answer.status for answer in answers) == [201] + [422] * 11
    assert len(api.ids(f"participant_unique_id={guest}")) == 1


def test_repeats_at_once_of_a_refusal_are_all_refused(api):
    once = key()
    answers = at_once(8, lambda n: api.post(
        "/appointments/", valid(duration_minutes="x"), headers=once))
    assert {answer.status for answer in answers} == {400}
    assert {str(answer.json) for answer in answers} == {str({"duration_minutes": [NOT_INTEGER]})}


@pytest.mark.parametrize("again", ["61.00", "6.1e1", "61", "610E-1"])
def test_the_same_number_written_otherwise_is_the_same_request(api, again):
    made = api.post("/appointments/", valid())
    once = {**key(), "Content-Type": "application/json"}
    path = f"/appointments/{made['id']}/"
    first = api.patch(path, raw='{"duration_minutes": 61.0}', headers=once)
    second = api.patch(path, raw=f'{{"duration_minutes": {again}}}', headers=once)
    assert (second.status, second.body) == (200, first.body)
    assert second.header("Idempotency-Replayed") == "true"


def test_the_same_path_written_otherwise_is_the_same_request(api):
    made = api.post("/appointments/", valid())
    once = key()
    first = api.patch(f"/appointments/{made['id']}/", {"title": "One"}, headers=once)
    for other in (made["id"].upper(), made["id"].replace("-", "")):
        again = api.patch(f"/appointments/{other}", {"title": "One"}, headers=once)
        assert (again.status, again.body) == (200, first.body)
