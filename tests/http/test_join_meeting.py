"""Where a join leads when a meeting service is configured."""
import base64
import datetime
import hashlib
import hmac
import json
import re
import time
import urllib.parse

import pytest

from client import Client, person
from guest import DEAD, ENDED, HTML, JSON, appointment, facts, from_now, guest_of
from server import Server, run

SECRET = "a-secret-that-the-meeting-service-has-too"
TEMPLATE = "https://meet.example:8443/c/{room}?role={role}&jwt={jwt}#name={display_name}"
FEATURES = {"breakout_rooms_enabled": "breakout-rooms", "whiteboard_enabled": "whiteboard",
            "chat_enabled": "send-groupchat", "join_screen_enabled": "join-screen",
            "screenshare_enabled": "screen-sharing", "raise_hand_enabled": "raise-hand"}


def make_secrets(data_dir, *lines):
    """A secrets file with these lines before everything else."""
    data_dir.mkdir()
    file = data_dir / "secrets.toml"
    assert run("secrets", "create", file).returncode == 0
    file.write_text("\n".join([*lines, file.read_text()]))
    return file


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("meeting") / "node"
    make_secrets(data_dir, f'meeting_jwt_secret = "{SECRET}"')
    with Server(data_dir, "--meeting-url", TEMPLATE, "--meeting-jwt-audience", "the-aud",
                "--meeting-jwt-issuer", "the-iss", "--meeting-jwt-subject", "meet.example",
                "--log-level", "debug").start() as running:
        yield running


@pytest.fixture(scope="module")
def embassy(node):
    return node.organization("Embassy of Meetings")


@pytest.fixture(scope="module")
def api(node, embassy):
    return Client(node.port, embassy["token"]["token"])


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def claims_of(token):
    """The claims of a JWT, after checking its form and signature without our code."""
    head, claims, signature = token.split(".")
    assert json.loads(decode(head)) == {"alg": "HS256", "typ": "JWT"}
    expected = hmac.digest(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256)
    assert decode(signature) == expected and "=" not in token
    return json.loads(decode(claims))


def parts_of(url):
    """Room, role, JWT and name of a URL made from the template."""
    found = re.fullmatch(
        r"https://meet\.example:8443/c/([0-9a-f]{32})\?role=([a-z]+)"
        r"&jwt=([A-Za-z0-9_.-]+)#name=([A-Za-z0-9%._~-]*)", url)
    assert found, url
    return found.groups()


def seconds(text):
    return datetime.datetime.fromisoformat(text).timestamp()


def test_a_browser_is_led_to_the_meeting_with_303(node, api):
    guest = guest_of(node, appointment(api, "open"))
    answer = guest.join(HTML, form=[])
    assert (answer.status, answer.body) == (303, b"")
    room, role, jwt, name = parts_of(answer.header("Location"))
    assert (role, name) == ("moderator", "Ann")
    assert claims_of(jwt)["room"] == room
    assert answer.header("Consularia-Position") is None


def test_json_names_the_meeting_in_its_body(node, api):
    guest = guest_of(node, appointment(api, "open"))
    seen = guest.look()
    assert "meeting_url" not in seen.json, "only who joins gets it"
    answer = guest.join()
    assert answer.status == 200 and answer.header("Location") is None
    parts_of(answer["meeting_url"])
    assert answer.json == {**seen.json, "state": "joined", "meeting_url": answer["meeting_url"]}


@pytest.mark.parametrize("role, moderator", [("moderator", "true"), ("participant", "false")])
def test_the_token_says_what_jitsi_expects(node, api, role, moderator):
    config = {key: n % 2 == 0 for n, key in enumerate(FEATURES)}
    made = appointment(api, "open", person("ann", role, display_name="Änn \"A\""), config=config)
    answer = guest_of(node, made).join()
    room, _, jwt, name = parts_of(answer["meeting_url"])
    assert urllib.parse.unquote(name) == "Änn \"A\""
    assert claims_of(jwt) == {
        "aud": "the-aud", "iss": "the-iss", "sub": "meet.example", "room": room,
        "nbf": int(seconds(answer["opens_at"])), "exp": int(seconds(answer["ends_at"])),
        "context": {
            "user": {"id": made["participants"][0]["id"], "name": "Änn \"A\"",
                     "moderator": moderator},
            "features": {FEATURES[key]: str(on).lower() for key, on in config.items()}}}
    assert claims_of(jwt)["nbf"] <= time.time() < claims_of(jwt)["exp"]


def test_a_participant_without_a_name_has_none_in_the_meeting(node, api):
    _, role, jwt, name = parts_of(
        guest_of(node, appointment(api, "open", person("x"))).join()["meeting_url"])
    assert (role, name) == ("participant", "")
    assert "name" not in claims_of(jwt)["context"]["user"]


def test_the_room_is_one_for_all_participants_and_another_for_each_appointment(node, api):
    made = appointment(api, "open", person("a", "moderator"), person("b"), person("c"))
    rooms = [parts_of(guest_of(node, made, n).join()["meeting_url"])[0] for n in (0, 1, 2, 0)]
    assert len(set(rooms)) == 1
    others = {parts_of(guest_of(node, appointment(api, "open")).join()["meeting_url"])[0]
              for _ in range(5)}
    assert len(others | {rooms[0]}) == 6
    ids = [made["id"], *(one["id"] for one in made["participants"])]
    for known in (one.replace("-", "") for one in ids):
        assert rooms[0] != known and hashlib.sha256(known.encode()).hexdigest()[:32] != rooms[0]


def test_a_new_role_leads_to_the_same_room_with_other_rights(node, api):
    made = appointment(api, "open", person("ann", "participant"))
    guest = guest_of(node, made)
    room, role, jwt, _ = parts_of(guest.join()["meeting_url"])
    assert (role, claims_of(jwt)["context"]["user"]["moderator"]) == ("participant", "false")
    member = f"/appointments/{made['id']}/participants/{made['participants'][0]['id']}/"
    assert api.patch(member, {"role": "moderator"}).status == 200
    again, role, jwt, _ = parts_of(guest.join()["meeting_url"])
    assert (again, role) == (room, "moderator")
    assert claims_of(jwt)["context"]["user"]["moderator"] == "true"


def test_nobody_is_led_anywhere_who_does_not_join(node, api):
    made = appointment(api, "open")
    guest = guest_of(node, made)
    assert api.post(f"/appointments/{made['id']}/start/").status == 200
    assert api.post(f"/appointments/{made['id']}/complete/").status == 200
    for accept in (HTML, JSON):
        answer = guest.join(accept)
        assert answer.status == 409 and answer.header("Location") is None
        assert b"meet.example" not in answer.body
    assert guest.join().json == ENDED
    assert api.delete(f"/appointments/{made['id']}/").status == 204
    assert guest.join().json == DEAD


def test_the_page_may_lead_its_form_to_the_meeting_and_nowhere_else(node, api):
    page = guest_of(node, appointment(api, "open")).look(HTML)
    policy = dict(one.split(" ", 1) for one in page.header("Content-Security-Policy").split("; "))
    assert policy["form-action"] == "'self' https://meet.example:8443"
    assert policy["default-src"] == "'none'"
    assert b"meet.example" not in page.body


def test_neither_the_token_nor_the_room_is_kept(node, api, embassy):
    made = appointment(api, "open")
    room, _, jwt, _ = parts_of(guest_of(node, made).join(HTML).header("Location"))
    kept = str(facts(node, embassy["id"])) + node.log()
    assert made["id"] in kept
    for secret in (room, jwt, jwt.rsplit(".", 1)[1], SECRET, "meet.example"):
        assert secret not in kept


def test_rooms_stay_when_the_server_starts_again_with_other_options(tmp_path):
    data_dir = tmp_path / "node"
    make_secrets(data_dir)
    rooms = []
    server = Server(data_dir, "--public-url", "https://p.example")
    for template in ("https://a.example/{room}", "https://b.example/x?{room}&{display_name}"):
        with server.start("--meeting-url", template):
            if not rooms:
                api = server.client(server.organization("Rooms")["token"]["token"])
                made = api.create(start_date_time=from_now(0), duration_minutes=720, participants=[
                    person("ann", display_name="A&B #1/ü")])
            rooms.append(guest_of(server, made).join()["meeting_url"])
    room = rooms[0].removeprefix("https://a.example/")
    assert rooms[1] == f"https://b.example/x?{room}&A%26B%20%231%2F%C3%BC"


@pytest.mark.parametrize("template, words", [
    ("meet.example/{room}", "must start with http:// or https://"),
    ("https://{room}.example", "must name a host"),
    ("https://meet.example/{rom}", "has the unknown placeholder {rom}"),
    ("https://meet.example/{room", "has a brace without its partner"),
    ("https://meet.example/ {room}", "must be visible ASCII"),
    ("https://meet.example/{room}?jwt={jwt}", "has no meeting_jwt_secret")])
def test_a_template_that_cannot_work_is_refused_at_the_start(tmp_path, template, words):
    done = run("serve", "--data-dir", tmp_path / "d", "--listen", "127.0.0.1:0",
               "--meeting-url", template)
    assert done.returncode == 2, done
    assert done.stderr.startswith("consularia: --meeting-url ") and words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("line", ['meeting_jwt_secret = "short"', "meeting_jwt_secret = 5",
                                  f'meeting_jwt_secret = "{"ä" * 40}"'])
def test_a_meeting_secret_that_cannot_be_is_refused_without_showing_it(tmp_path, line):
    make_secrets(tmp_path / "d", line)
    done = run("serve", "--data-dir", tmp_path / "d", "--listen", "127.0.0.1:0")
    assert done.returncode == 1 and "meeting_jwt_secret" in done.stderr
    assert "short" not in done.stderr and "ä" not in done.stderr


@pytest.mark.parametrize("value", ["-1", "31536001", "soon"])
def test_a_window_that_cannot_be_is_refused(tmp_path, value):
    done = run("serve", "--data-dir", tmp_path / "d", "--join-opens-before-s", value)
    assert done.returncode == 2 and "join-opens-before-s" in done.stderr
