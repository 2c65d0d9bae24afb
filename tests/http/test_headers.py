"""The headers of answers, and that every read sees every write."""
import pytest

from client import at_once, person, unique, unknown_id, valid


def kinds(api, anyone):
    """One request of every kind, as a call that sends it with more headers."""
    made = api.create(participants=[person()])
    here = f"/appointments/{made['id']}/"

    def call(who, method, path, **how):
        return lambda headers: who.request(
            method, path, headers={**how.get("headers", {}), **headers},
            **{name: value for name, value in how.items() if name != "headers"})

    return {
        200: call(api, "GET", here), 201: call(api, "POST", "/appointments/", json=valid()),
        204: call(api, "DELETE", f"/appointments/{api.create()['id']}/"),
        304: call(api, "GET", here, headers={"If-None-Match": "*"}),
        400: call(api, "POST", "/appointments/", json={}),
        401: call(anyone, "GET", here), 403: call(api, "POST", "/organizations/", json={}),
        404: call(api, "GET", f"/appointments/{unknown_id()}/"),
        405: call(api, "PUT", here), 406: call(api, "GET", here, headers={"Accept": "text/html"}),
        409: call(api, "POST", here + "complete/"),
        412: call(api, "PATCH", here, json={"title": "x"}, headers={"If-Match": '"0"'}),
        415: call(api, "POST", "/appointments/", raw="x", headers={"Content-Type": "text/plain"})}


STATUSES = [200, 201, 204, 304, 400, 401, 403, 404, 405, 406, 409, 412, 415]
ANONYMOUS = {"health": "/healthz", "ready": "/readyz", "schema": "/api/v1/schema/",
             "nothing": "/nope"}


@pytest.mark.parametrize("status", STATUSES)
def test_every_answer_repeats_the_request_id_and_hides_from_caches(api, anyone, status):
    mine = unique("request")
    answer = kinds(api, anyone)[status]({"X-Request-ID": mine})
    assert answer.status == status
    assert answer.header("X-Request-ID") == mine
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Cache-Control") == "no-store"


@pytest.mark.parametrize("path", ANONYMOUS.values())
def test_answers_to_nobody_repeat_it_too(anyone, path):
    mine = unique("request")
    answer = anyone.get(path, prefix="", headers={"X-Request-ID": mine})
    assert answer.header("X-Request-ID") == mine


@pytest.mark.parametrize("mine", ["a", "0", "A.b_c-9", "x" * 128, "...", "-"])
def test_a_request_id_of_the_client_is_kept(api, mine):
    answer = api.get("/appointments/?page_size=1", headers={"X-Request-ID": mine})
    assert answer.header("X-Request-ID") == mine


@pytest.mark.parametrize("mine", [
    None, "", "x" * 129, "two words", "a/b", "a:b", "caf\u00e9", "<script>", "a,b", '"a"', "%0d%0a",
    "x" * 2000])
def test_another_request_id_is_replaced_by_a_new_one(api, mine):
    made = {api.get("/appointments/?page_size=1", headers={"X-Request-ID": mine})
            .header("X-Request-ID") for _ in range(3)}
    assert len(made) == 3 and mine not in made
    for one in made:
        assert one.isascii() and 0 < len(one) <= 128


@pytest.mark.parametrize("status", [one for one in STATUSES if one not in (401, 403)])
def test_every_authenticated_answer_says_which_position_it_reflects(api, anyone, status):
    answer = kinds(api, anyone)[status]({})
    assert answer.status == status and answer.position >= 1


def test_the_position_counts_the_events_of_the_organization(fresh):
    def now():
        return fresh.get("/appointments/").position

    start = now()
    made = fresh.create(participants=[person("one"), person("two")])
    here = f"/appointments/{made['id']}/"
    first = made["participants"][0]["id"]
    assert made.position == now() == start + 1
    for count, (method, path, body) in enumerate([
            ("PATCH", here, {"title": "x", "duration_minutes": 60}),
            ("POST", here + "participants/add/", [person("three"), person("four")]),
            ("PATCH", f"{here}participants/{first}/", {"role": "moderator"}),
            ("POST", here + "participants/remove/", [{"id": first}]),
            ("POST", here + "start/", {}), ("POST", here + "complete/", {}),
            ("DELETE", here, {})], start + 2):
        assert fresh.request(method, path, json=body).position == count
        assert now() == count


def test_what_changes_nothing_moves_no_position(fresh):
    made = fresh.create(participants=[person("one")])
    here = f"/appointments/{made['id']}/"
    before = fresh.get(here).position
    for method, path, body, status in [
            ("PATCH", here, {"title": made["title"]}, 200), ("PATCH", here, {"title": ""}, 400),
            ("POST", here + "participants/add/", [], 200),
            ("POST", here + "participants/add/", [person("one")], 400),
            ("POST", here + "complete/", {}, 409),
            ("DELETE", f"/appointments/{unknown_id()}/", {}, 404)]:
        answer = fresh.request(method, path, json=body)
        assert (answer.status, answer.position) == (status, before)
    assert fresh.get(here).position == before


def test_positions_of_organizations_are_their_own(fresh, other):
    before = fresh.get("/appointments/").position
    other.create()
    assert fresh.get("/appointments/").position == before


@pytest.mark.parametrize("wish", ["any", None, "strong", ""])
def test_a_read_says_what_it_reflects_whatever_consistency_was_asked(fresh, wish):
    made = fresh.create()
    for path in ("/appointments/", f"/appointments/{made['id']}/",
                 f"/appointments/{made['id']}/participants/"):
        answer = fresh.get(path, headers={"Consistency": wish})
        assert answer.status == 200 and answer.position >= 1


def test_every_read_sees_every_write_of_everybody(api, reader):
    guest = unique()
    query = f"/appointments/?participant_unique_id={guest}"
    for turn in range(20):
        made = api.create(participants=[person(guest)])
        here = f"/appointments/{made['id']}/"
        assert reader.get(here).body == made.body
        changed = api.patch(here, {"title": f"Turn {turn}"})
        assert reader.get(query)["results"] == [changed.json]
        first = made["participants"][0]["id"]
        renamed = api.patch(f"{here}participants/{first}/", {"display_name": f"Turn {turn}"})
        assert reader.get(f"{here}participants/{first}/").json == renamed.json
        assert api.delete(here).status == 204
        assert reader.get(query)["count"] == 0


def test_reads_see_writes_while_many_write(api, reader):
    def work(n):
        made = api.create(title=f"Worker {n}")
        here = f"/appointments/{made['id']}/"
        for turn in range(10):
            changed = api.patch(here, {"title": f"Worker {n} turn {turn}"})
            again = reader.get(here)
            assert again.body == changed.body and again.position >= changed.position
        return True

    assert all(at_once(8, work))


def test_created_at_stays_and_updated_at_rises_strictly(api):
    made = api.create()
    times = [made["updated_at"]]
    for turn in range(10):
        answer = api.patch(f"/appointments/{made['id']}/", {"title": f"Turn {turn}"})
        assert answer["created_at"] == made["created_at"]
        times.append(answer["updated_at"])
    assert times == sorted(set(times))


def test_answers_have_a_length_and_set_no_cookies(api):
    for answer in (api.get("/appointments/?page_size=1"), api.create()):
        assert answer.header("Content-Length") == str(len(answer.body))
        assert answer.header("Set-Cookie") is None
