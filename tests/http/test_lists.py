"""Pages: counting, links, page sizes, order."""
import urllib.parse

import pytest

from client import INVALID_PAGE, people, person, unique


@pytest.fixture(scope="module")
def crowd(api):
    """The path of a list of 101 participants."""
    return f"/appointments/{api.create(participants=people(101))['id']}/participants/"


@pytest.fixture(scope="module")
def guest(api):
    """A participant of seven appointments, one a day from 2041-01-01."""
    name = unique("guest")
    for day in (4, 1, 7, 2, 6, 3, 5):
        api.create(start_date_time=f"2041-01-0{day}", participants=[person(name)])
    return name


def days(answer):
    return [item["start_date_time"][8:10] for item in answer["results"]]


def names(answer):
    return [one["unique_id"] for one in answer["results"]]


def test_a_page_has_its_keys_in_order_and_whole_appointments(api, guest):
    answer = api.get(f"/appointments/?participant_unique_id={guest}")
    assert list(answer.json) == ["count", "next", "previous", "results"]
    assert (answer["count"], answer["next"], answer["previous"]) == (7, None, None)
    for item in answer["results"]:
        assert item == api.get(f"/appointments/{item['id']}/").json
        assert list(item) == list(api.get(f"/appointments/{item['id']}/").json)


def test_links_lead_through_all_pages_and_back(api, crowd):
    seen, pages, path = [], [], crowd
    while path:
        answer = api.get(path)
        pages.append(path)
        seen += names(answer)
        assert answer["count"] == 101
        following = answer["next"]
        path = following and following.removeprefix(api.base)
    assert seen == [one["unique_id"] for one in people(101)]
    assert len(pages) == 6
    for before, here in zip(pages, pages[1:]):
        assert api.get(here)["previous"] == api.base + before
    assert pages[1] == crowd + "?page=2"


@pytest.mark.parametrize("size, length", [
    ("1", 1), ("2", 2), ("20", 20), ("99", 99), ("100", 100), ("101", 100), ("1000", 100),
    ("99999999999999999999999", 100), ("0", 20), ("-1", 20), ("", 20), ("ten", 20), ("1.5", 20),
    ("1e2", 20), ("0x10", 20), ("null", 20), ("%00", 20), ("5;", 20), ("5,", 20)])
def test_page_size(api, crowd, size, length):
    answer = api.get(f"{crowd}?page_size={size}")
    assert (answer.status, answer["count"], len(answer["results"])) == (200, 101, length)


@pytest.mark.parametrize("query, first, length", [
    ("", 0, 20), ("page=1", 0, 20), ("page=2", 20, 20), ("page=6", 100, 1), ("page=last", 100, 1),
    ("page=", 0, 20), ("page=11&page_size=10", 100, 1), ("page=last&page_size=10", 100, 1),
    ("page=last&page_size=100", 100, 1), ("page=2&page_size=100", 100, 1),
    ("page=101&page_size=1", 100, 1), ("page=9&page=2", 20, 20), ("page_size=1&page_size=5", 0, 5),
    ("page=2&page=", 0, 20), ("page=2&unknown=x&page_size=3", 3, 3)])
def test_pages(api, crowd, query, first, length):
    answer = api.get(f"{crowd}?{query}")
    assert answer.status == 200
    assert names(answer) == [one["unique_id"] for one in people(101)][first:first + length]


@pytest.mark.parametrize("page", [
    "0", "-1", "7", "1.5", "1e0", "first", "LAST", "Last", "last%00", "null", "0x1", "%00", "1,2",
    "99999999999999999999999999", "-99999999999999999999", "2147483648", "9223372036854775807",
    "18446744073709551617", "1%202", "%F0%9F%A6%8A"])
def test_a_page_that_is_not_there_is_404(api, crowd, page):
    answer = api.get(f"{crowd}?page={page}")
    assert (answer.status, answer.json) == (404, INVALID_PAGE)


def test_a_page_after_the_last_is_404_for_every_size(api, crowd):
    for size, pages in (("1", 101), ("100", 2), ("7", 15)):
        assert api.get(f"{crowd}?page_size={size}&page={pages}").status == 200
        answer = api.get(f"{crowd}?page_size={size}&page={pages + 1}")
        assert (answer.status, answer.json) == (404, INVALID_PAGE)


@pytest.mark.parametrize("query", ["", "&page=1", "&page=last", "&page=", "&page_size=1"])
def test_an_empty_list_has_one_empty_page(api, query):
    answer = api.get(f"/appointments/?participant_unique_id={unique('nobody')}{query}")
    assert answer.json == {"count": 0, "next": None, "previous": None, "results": []}


def test_an_empty_list_has_no_second_page(api):
    answer = api.get(f"/appointments/?participant_unique_id={unique('nobody')}&page=2")
    assert (answer.status, answer.json) == (404, INVALID_PAGE)


def test_links_keep_the_other_parameters_sorted_and_encoded(api, guest):
    answer = api.get("/appointments/?zeta=%26%3D%2B+%C3%A9/&page=2&alpha=a%20b"
                     "&start_date=2040-12-31T22:00:00-02:00"
                     f"&participant_unique_id={guest}&page_size=2&empty=")
    kept = {"alpha": "a b", "empty": "", "page_size": "2", "participant_unique_id": guest,
            "start_date": "2040-12-31T22:00:00-02:00", "zeta": "&=+ é/"}
    for link, page in ((answer["next"], "3"), (answer["previous"], None)):
        url = urllib.parse.urlsplit(link)
        assert link.startswith(f"{api.base}/appointments/?")
        assert url.query.isascii() and " " not in url.query
        pairs = urllib.parse.parse_qsl(url.query, keep_blank_values=True, strict_parsing=True)
        assert [name for name, _ in pairs] == sorted(name for name, _ in pairs)
        assert dict(pairs) == ({**kept, "page": page} if page else kept)
        assert "start_date=2040-12-31T22%3A00%3A00-02%3A00" in url.query
        assert api.get(link.removeprefix(api.base)).status == 200


def test_the_links_are_exactly_these(api, guest):
    base = f"{api.base}/appointments/?"
    answer = api.get(f"/appointments/?participant_unique_id={guest}&page_size=3&page=2")
    assert answer["next"] == f"{base}page=3&page_size=3&participant_unique_id={guest}"
    assert answer["previous"] == f"{base}page_size=3&participant_unique_id={guest}"
    last = api.get(f"/appointments/?page=last&page_size=3&participant_unique_id={guest}")
    assert (last["next"], last["previous"]) == (
        None, f"{base}page=2&page_size=3&participant_unique_id={guest}")


def test_links_without_a_slash_or_parameters_work_too(api, crowd):
    answer = api.get(crowd.rstrip("/"))
    assert api.get(answer["next"].removeprefix(api.base))["previous"].endswith(
        (crowd, crowd.rstrip("/")))


@pytest.mark.parametrize("host", ["api.example.org", "api.example.org:8443", "[::1]:80", "LOCAL"])
def test_links_name_the_host_of_the_request(api, crowd, host):
    answer = api.get(crowd, headers={"Host": host})
    assert answer["next"].lower() == f"http://{host}/api/v1{crowd}?page=2".lower()


def test_appointments_are_ordered_by_start_then_id(api, guest):
    assert days(api.get(f"/appointments/?participant_unique_id={guest}")) == [
        "01", "02", "03", "04", "05", "06", "07"]
    name = unique()
    made = [api.create(start_date_time=when, participants=[person(name)])["id"]
            for when in ("2042-01-01T00:00:00.000001", "2042-01-01", "2042-01-01T01:00+01:00",
                         "0001-01-01", "9999-12-31", "1969-12-31T23:59:59.999999", "2042-1-1",
                         "1970-01-01")]
    assert api.ids(f"participant_unique_id={name}") == [
        made[3], made[5], made[7], *sorted([made[1], made[2], made[6]]), made[0], made[4]]


def test_the_list_follows_every_change(api):
    name = unique()
    query = f"/appointments/?participant_unique_id={name}"
    first, second = (api.create(start_date_time=f"2043-01-0{n}", participants=[person(name)])
                     for n in (1, 2))
    moved = api.patch(f"/appointments/{first['id']}/",
                      {"start_date_time": "2043-01-03", "title": "Later"})
    assert api.get(query)["results"] == [second.json, moved.json]
    started = api.post(f"/appointments/{second['id']}/start/")
    assert api.get(query)["results"] == [started.json, moved.json]
    renamed = api.patch(
        f"/appointments/{second['id']}/participants/{second['participants'][0]['id']}/",
        {"display_name": "Renamed"})
    assert api.get(query)["results"][0]["participants"] == [renamed.json]
    assert api.delete(f"/appointments/{second['id']}/").status == 204
    assert api.get(query)["results"] == [moved.json]
    assert api.get(query)["count"] == 1


def test_every_page_of_many_is_whole_and_counted(fresh):
    made = [fresh.create(start_date_time=f"2044-01-{1 + n % 28:02}T{n % 24:02}:00")
            for n in range(130)]
    expected = [item["id"] for item in sorted(
        made, key=lambda item: (item["start_date_time"], item["id"]))]
    for size in (1, 7, 64, 100):
        pages = -(-130 // size)
        found = []
        for page in range(1, pages + 1):
            answer = fresh.get(f"/appointments/?page={page}&page_size={size}")
            assert answer["count"] == 130
            found += [item["id"] for item in answer["results"]]
        assert found == expected
    for item in made[::2]:
        assert fresh.delete(f"/appointments/{item['id']}/").status == 204
    gone = {item["id"] for item in made[::2]}
    left = [one for one in expected if one not in gone]
    assert fresh.get("/appointments/")["count"] == 65
    assert fresh.ids("page=2&page_size=50") == left[50:]
