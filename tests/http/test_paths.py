"""Paths, methods, ids in paths, and the order in which a request is judged."""
import pytest

from client import (
    ABSENT, BAD_KEY, BLANK, CHANGED, FORBIDDEN, KEY_REUSED, NO_APPOINTMENT, NO_CREDENTIALS,
    NO_PARTICIPANT, NOT_ACCEPTABLE, NOT_FOUND, UUID, person, unique, unknown_id, valid)

LIST = {"GET", "POST", "HEAD", "OPTIONS"}
ITEM = {"GET", "PATCH", "DELETE", "HEAD", "OPTIONS"}
READ = {"GET", "HEAD", "OPTIONS"}
COMMAND = {"POST", "OPTIONS"}
ROUTES = {
    "/appointments/": LIST,
    "/appointments/{a}/": ITEM,
    "/appointments/{a}/start/": COMMAND,
    "/appointments/{a}/complete/": COMMAND,
    "/appointments/{a}/participants/": READ,
    "/appointments/{a}/participants/add/": COMMAND,
    "/appointments/{a}/participants/remove/": COMMAND,
    "/appointments/{a}/participants/{p}/": ITEM,
}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE"]


def slashes(path):
    return [path, path.rstrip("/")]


@pytest.fixture
def made(api):
    return api.create(participants=[person(role="moderator"), person()])


def filled(path, made):
    return path.format(a=made["id"], p=made["participants"][0]["id"])


def allowed(answer):
    return {word.strip() for word in answer.header("Allow").split(",")}


@pytest.mark.parametrize("path", ROUTES)
def test_every_path_answers_with_and_without_its_slash(api, made, path):
    for form in slashes(filled(path, made)):
        answer = api.request("OPTIONS", form)
        assert answer.status == 200
        assert answer.header("Location") is None
        assert allowed(answer) == ROUTES[path]


@pytest.mark.parametrize("path", ROUTES)
def test_options_describes_what_is_rendered_and_parsed(api, made, path):
    answer = api.request("OPTIONS", filled(path, made))
    assert set(answer.json) == {"name", "description", "renders", "parses"}
    assert answer["name"] and isinstance(answer["description"], str)
    assert answer["renders"][0] == "application/json"
    assert answer["parses"] == [
        "application/json", "application/x-www-form-urlencoded", "multipart/form-data"]


@pytest.mark.parametrize("path, method", [
    (path, method) for path in ROUTES for method in METHODS if method not in ROUTES[path]])
def test_a_method_that_is_not_allowed_is_405_with_the_allowed_ones(api, made, path, method):
    for form in slashes(filled(path, made)):
        answer = api.request(method, form)
        assert (answer.status, answer.json) == (
            405, {"detail": f'Method "{method}" not allowed.'})
        assert allowed(answer) == ROUTES[path]
    assert api.get(f"/appointments/{made['id']}/").body == made.body


@pytest.mark.parametrize("path", [p for p, methods in ROUTES.items() if "GET" not in methods])
def test_head_of_a_command_is_405(api, made, path):
    answer = api.request("HEAD", filled(path, made))
    assert (answer.status, allowed(answer)) == (405, COMMAND)


@pytest.mark.parametrize("path", [p for p, methods in ROUTES.items() if "GET" in methods])
def test_head_is_get_without_a_body(api, made, path):
    got = api.get(filled(path, made))
    head = api.request("HEAD", filled(path, made))
    assert (head.status, got.status) == (200, 200)
    assert head.header("Content-Type") == got.header("Content-Type")
    assert head.header("ETag") == got.header("ETag")
    assert head.header("Content-Length") in (None, str(len(got.body)))


@pytest.mark.parametrize("path", [
    "/", "", "/nope/", "/appointment/", "/appointments.json", "/appointments/{a}/nope/",
    "/appointments/{a}/start/now/", "/appointments/{a}/participants/add/more/",
    "/appointments/{a}/participants/{p}/start/", "/Appointments/", "/organizations/{a}/nope/",
    "/../v1/nope/", "/schema/nope/"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_an_unknown_path_is_not_found_for_everybody(api, anyone, made, method, path):
    for who in (api, anyone):
        answer = who.request(method, filled(path, made))
        assert (answer.status, answer.json) == (404, NOT_FOUND)


@pytest.mark.parametrize("path", ["/", "/nope", "/api", "/api/v1", "/api/v2/appointments/",
                                  "/appointments/", "/favicon.ico", "/healthz/nope"])
def test_outside_the_base_path_nothing_is_found(api, path):
    answer = api.get(path, prefix="")
    assert (answer.status, answer.json) == (404, NOT_FOUND)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_token_and_no_base_path(anyone, path):
    for form in (path, path + "/"):
        assert anyone.get(form, prefix="").status == 200
    assert anyone.request("HEAD", path, prefix="").status == 200
    answer = anyone.post(path, prefix="")
    assert answer.status == 405 and "GET" in allowed(answer)


def wrong_ids(good):
    bare = good.replace("-", "")
    return ["xyz", good + "0", good[:-1], good[:-1] + "g", bare + "f", bare[:-1], "{" + good + "}",
            "urn:uuid:" + good, "%00", "0", "-" * 36, "1e9", "%F0%9F%98%80", good + "%20"]


@pytest.mark.parametrize("number", range(14))
def test_a_malformed_id_is_not_found(api, made, number):
    bad = wrong_ids(made["id"])[number]
    bad_participant = wrong_ids(made["participants"][0]["id"])[number]
    for method, path, how in [
            ("GET", f"/appointments/{bad}/", {}),
            ("DELETE", f"/appointments/{bad}/", {}),
            ("PATCH", f"/appointments/{bad}/", {"json": {"title": ""}}),
            ("POST", f"/appointments/{bad}/start/", {}),
            ("GET", f"/appointments/{bad}/participants/", {}),
            ("GET", f"/appointments/{made['id']}/participants/{bad_participant}/", {}),
            ("PATCH", f"/appointments/{made['id']}/participants/{bad_participant}/",
             {"json": {"role": "none"}}),
            ("DELETE", f"/appointments/{made['id']}/participants/{bad_participant}/", {})]:
        answer = api.request(method, path, **how)
        assert (answer.status, answer.json) == (404, NOT_FOUND), (method, path)
    assert api.get(f"/appointments/{made['id']}/").body == made.body


@pytest.mark.parametrize("method, tail, body", [
    ("GET", "", ABSENT), ("PATCH", "", {"title": ""}), ("PATCH", "", {}), ("DELETE", "", ABSENT),
    ("POST", "start/", ABSENT), ("POST", "complete/", ABSENT), ("GET", "participants/", ABSENT),
    ("GET", "participants/?page=77", ABSENT), ("POST", "participants/add/", [5]),
    ("POST", "participants/add/", {}), ("POST", "participants/remove/", [{"id": "x"}]),
    ("GET", "participants/{p}/", ABSENT), ("PATCH", "participants/{p}/", {"role": ""}),
    ("DELETE", "participants/{p}/", ABSENT)])
def test_unknown_deleted_and_foreign_appointments_are_the_same(api, other, made, method, tail,
                                                               body):
    tail = tail.format(p=made["participants"][0]["id"])
    unknown = api.request(method, f"/appointments/{unknown_id()}/{tail}", json=body)
    foreign = other.request(method, f"/appointments/{made['id']}/{tail}", json=body)
    assert api.delete(f"/appointments/{made['id']}/").status == 204
    deleted = api.request(method, f"/appointments/{made['id']}/{tail}", json=body)
    assert (unknown.status, unknown.json) == (404, NO_APPOINTMENT)
    assert {unknown.body} == {foreign.body, deleted.body}
    assert {foreign.status, deleted.status} == {404}


@pytest.mark.parametrize("method, body", [
    ("GET", ABSENT), ("PATCH", {"display_name": "x"}), ("PATCH", {"role": ""}), ("DELETE", ABSENT)])
def test_unknown_deleted_and_moved_participants_are_the_same(api, made, method, body):
    here = f"/appointments/{made['id']}/participants/"
    gone = made["participants"][0]["id"]
    elsewhere = api.create(participants=[person()])["participants"][0]["id"]
    assert api.delete(f"{here}{gone}/").status == 204
    answers = [api.request(method, f"{here}{one}/", json=body)
               for one in (unknown_id(), gone, elsewhere)]
    assert [answer.status for answer in answers] == [404] * 3
    assert answers[0].json == NO_PARTICIPANT
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize("change", [
    str.upper, lambda one: one.replace("-", ""), lambda one: one.replace("-", "").upper()],
    ids=["upper", "bare", "bare and upper"])
def test_ids_are_taken_in_other_spellings_and_printed_in_one(api, made, change):
    first = made["participants"][0]["id"]
    path = f"/appointments/{change(made['id'])}/participants/{change(first)}/"
    assert api.get(path)["id"] == first
    assert api.patch(path, {"display_name": "Again"})["id"] == first
    answer = api.post(f"/appointments/{change(made['id'])}/start/")
    assert answer["id"] == made["id"] and UUID.fullmatch(answer["id"])


def test_location_is_the_path_of_what_was_created(api):
    made = api.create()
    location = made.header("Location")
    assert location.endswith(f"/api/v1/appointments/{made['id']}/")
    assert api.get(location[location.index("/api/v1"):], prefix="").body == made.body


def test_every_mistake_hides_the_later_ones(api, reader, anyone):
    """Corrects the mistakes of a request one by one and expects each to be reported in turn."""
    made = api.create()
    old = made.etag
    assert api.post(f"/appointments/{made['id']}/start/").status == 200
    used = unique("key")
    assert api.delete(f"/appointments/{api.create()['id']}/",
                      headers={"Idempotency-Key": used}).status == 204
    here, away = f"/appointments/{made['id']}/", f"/appointments/{unknown_id()}/"
    html, text = {"Accept": "text/html"}, {"Content-Type": "text/plain"}
    as_json = {"Content-Type": "application/json"}
    key, bad_key, stale = {"Idempotency-Key": used}, {"Idempotency-Key": ""}, {"If-Match": old}
    broken, wrong, good = '{"title":', '{"title":""}', '{"title":"New"}'
    ladder = [
        (anyone, "PUT", away + "nope/", {**html, **text, **bad_key, **stale}, broken, 404,
         NOT_FOUND),
        (anyone, "PUT", away, {**html, **text, **bad_key, **stale}, broken, 401, NO_CREDENTIALS),
        (reader, "PUT", away, {**html, **text, **bad_key, **stale}, broken, 405,
         {"detail": 'Method "PUT" not allowed.'}),
        (reader, "PATCH", away, {**html, **text, **bad_key, **stale}, broken, 406, NOT_ACCEPTABLE),
        (reader, "PATCH", away, {**text, **bad_key, **stale}, broken, 403, FORBIDDEN),
        (api, "PATCH", away, {**text, **bad_key, **stale}, broken, 415,
         {"detail": 'Unsupported media type "text/plain" in request.'}),
        (api, "PATCH", away, {**as_json, **bad_key, **stale}, broken, 400, "JSON parse error - "),
        (api, "PATCH", away, {**as_json, **bad_key, **stale}, wrong, 400, BAD_KEY),
        (api, "PATCH", away, {**as_json, **key, **stale}, wrong, 422, KEY_REUSED),
        (api, "PATCH", away, {**as_json, **stale}, wrong, 404, NO_APPOINTMENT),
        (api, "PATCH", here, {**as_json, **stale}, wrong, 400, {"title": [BLANK]}),
        (api, "PATCH", here, {**as_json, **stale}, good, 412, CHANGED),
        (api, "PATCH", here, as_json, good, 409,
         {"detail": "Active appointments cannot be updated."})]
    for step, (who, method, path, headers, body, status, error) in enumerate(ladder):
        answer = who.request(method, path, raw=body, headers=headers)
        assert answer.status == status, (step, answer)
        if isinstance(error, str):
            assert answer["detail"].startswith(error), (step, answer)
        else:
            assert answer.json == error, (step, answer)


def test_a_read_token_is_refused_before_its_body_is_read(reader):
    answer = reader.post("/appointments/", valid(), headers={"Content-Type": "application/xml"})
    assert (answer.status, answer.json) == (403, FORBIDDEN)
