"""Every use of an auditor's token is recorded on the disk before it is answered."""
import hashlib
import json
import re

import pytest

from client import at_once
from server import Server, run
from wait import until

FIELDS = ["n", "prev", "time", "organization", "token", "method", "path", "query", "status",
          "request_id"]


def lines_of(server, organization=None):
    """The lines as the command prints them, which has checked them."""
    which = ["--organization", organization] if organization else []
    done = run("audit", "access-log", "--data-dir", server.data_dir, *which)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def uses(server, organization):
    return [(one["method"], one["path"], one["query"], one["status"])
            for one in lines_of(server, organization)]


@pytest.fixture
def watched(server):
    """An organization of the test's own: its first token, and one that only audits."""
    made = server.organization("Watched")
    owner = server.client(made["token"]["token"])
    return made["id"], owner, owner.with_token(server.token(made["id"], "auditor", "audit"))


def test_each_use_is_a_line_with_what_was_asked_and_answered(server, watched):
    organization, owner, auditor = watched
    made = owner.create()
    path = f"/appointments/{made['id']}/"
    auditor.get(path + "history/?page_size=5", headers={"X-Request-ID": "mine"})
    auditor.get("/audit/events/?from=never")
    auditor.get(path + f"?as_of={made.position}")
    owner.get(f"/appointments/?as_of={made.position}")
    base = "/api/v1"
    assert uses(server, organization) == [
        ("GET", f"{base}{path}history/", "page_size=5", 200),
        ("GET", f"{base}/audit/events/", "from=never", 400),
        ("GET", base + path, f"as_of={made.position}", 200),
        ("GET", f"{base}/appointments/", f"as_of={made.position}", 200)]
    first = lines_of(server, organization)[0]
    assert list(first) == FIELDS
    assert first["organization"] == organization
    assert len(first["request_id"]) == 36


def test_what_a_mere_auditor_is_refused_is_recorded_and_what_others_do_is_not(server, watched):
    organization, owner, auditor = watched
    other = owner.with_token(server.token(organization, "other", "read,write,events,webhooks"))
    made = other.create()
    for path in ("/appointments/", f"/appointments/{made['id']}/", "/events/", "/audit/head/"):
        other.get(path)
    assert auditor.get("/appointments/").status == 403
    assert auditor.post("/appointments/", {}).status == 403
    assert auditor.delete("/audit/events/").status == 405
    assert uses(server, organization) == [
        ("GET", "/api/v1/appointments/", "", 403), ("POST", "/api/v1/appointments/", "", 403),
        ("DELETE", "/api/v1/audit/events/", "", 405)]


def test_ordinary_reads_of_an_auditor_are_recorded(server, watched):
    organization, owner, _ = watched
    auditor = owner.with_token(server.token(organization, "reader", "audit,read,events"))
    path = f"/appointments/{owner.create()['id']}/"
    assert auditor.get(path).status == 200
    assert auditor.request("HEAD", "/appointments/?page=9").status == 404
    assert auditor.get("/events/?limit=1").status == 200
    assert auditor.get(path, headers={"Accept": "text/html"}).status == 406
    assert auditor.delete(path).status == 403
    base = "/api/v1"
    expected = [("GET", base + path, "", 200), ("HEAD", f"{base}/appointments/", "page=9", 404),
                ("GET", f"{base}/events/", "limit=1", 200), ("GET", base + path, "", 406)]
    until(lambda: uses(server, organization) == expected, "they are written")


def test_of_a_token_that_may_write_only_the_use_of_audit_is_recorded(server, watched):
    """It is the organization's own; the ledger has what it wrote."""
    organization, owner, _ = watched
    path = f"/appointments/{owner.create()['id']}/"
    assert owner.get(path).status == 200
    assert owner.delete(path).status == 204
    assert owner.get("/audit/events/").status == 200
    assert uses(server, organization) == [("GET", "/api/v1/audit/events/", "", 200)]


def reader_in(server):
    """A token that may audit and read, of an organization of its own."""
    made = server.organization()
    return server.token(made["id"], "reader", "audit,read")


def test_ordinary_reads_of_the_last_second_are_written_when_the_server_ends(own):
    api = own.client(reader_in(own))
    for number in range(20):
        api.get(f"/appointments/?page={number}")
    own.stop()
    assert [one["query"] for one in lines_of(own)] == [f"page={number}" for number in range(20)]


def test_the_line_is_there_when_the_answer_comes(server, watched):
    organization, _, auditor = watched
    for number in range(1, 4):
        assert auditor.get("/audit/events/").status == 200
        assert len(uses(server, organization)) == number


def test_simultaneous_uses_make_one_chain(server, watched):
    organization, _, auditor = watched
    at_once(8, lambda _: [auditor.get("/audit/events/") for _ in range(5)])
    assert len(uses(server, organization)) == 40
    everything = lines_of(server)
    assert [one["n"] for one in everything] == list(range(1, len(everything) + 1))


@pytest.fixture
def own(tmp_path):
    with Server(tmp_path / "node").start() as running:
        yield running


def use(server, times):
    auditor = server.client(server.organization()["token"]["token"])
    for _ in range(times):
        assert auditor.get("/audit/events/").status == 200


def file_of(server):
    [file] = (server.data_dir / "audit-access").iterdir()
    return file


def fault_in(server):
    done = run("audit", "access-log", "--data-dir", server.data_dir)
    assert done.returncode == 1
    return done.stderr.strip()


def test_the_chain_is_what_the_documentation_says(own):
    use(own, 3)
    lines = file_of(own).read_bytes().split(b"\n")[:-1]
    before = b""
    for number, line in enumerate(lines, 1):
        expected = hashlib.sha256(before).hexdigest() if before else "0" * 64
        assert (json.loads(line)["n"], json.loads(line)["prev"]) == (number, expected)
        before = line


def test_the_chain_goes_on_after_a_crash_and_without_what_that_has_torn(own):
    use(own, 2)
    own.kill()
    with file_of(own).open("ab") as file:
        file.write(b'{"n":3,"prev":"')
    own.start()
    use(own, 2)
    assert [one["n"] for one in lines_of(own)] == [1, 2, 3, 4]


@pytest.mark.parametrize("fault, sentence", [
    (lambda lines: [lines[0], lines[1].replace(b"GET", b"PUT"), *lines[2:]],
     "line 3: it does not follow the line before: one of them was changed."),
    (lambda lines: [lines[0], *lines[2:]], "line 2: its number is 3, and the one before is 1."),
    (lambda lines: [lines[1], lines[0], *lines[2:]], "line 2: its number is 1"),
    (lambda lines: [b"nonsense", *lines], "line 1: this is no line of an access log."),
    (lambda lines: [lines[0].replace(b'"prev":"0', b'"prev":"1'), *lines[1:]],
     "line 1: it does not follow"),
])
def test_a_line_that_was_changed_dropped_or_moved_is_named(own, fault, sentence):
    use(own, 4)
    own.stop()
    file = file_of(own)
    lines = file.read_bytes().split(b"\n")[:-1]
    file.write_bytes(b"".join(line + b"\n" for line in fault(lines)))
    assert sentence in fault_in(own)


def test_without_space_for_the_line_there_is_no_answer(tmp_path):
    with Server(tmp_path / "node").start() as server:
        secret = reader_in(server)
        server.stop()
        server.start("--min-free-bytes", str(1 << 61))
        answer = server.client(secret).get("/audit/events/")
        assert (answer.status, answer.json) == (507, {
            "detail": "The server is out of storage: the use of an auditor's token cannot be "
                      "recorded."})
        for _ in range(3):
            assert server.client(secret).get("/appointments/").status == 200
        assert lines_of(server) == []


def test_a_log_that_cannot_be_written_refuses_the_auditor_and_nobody_else(own):
    (own.data_dir / "audit-access").write_text("in the way")
    assert own.client(own.organization()["token"]["token"]).create().status == 201
    api = own.client(reader_in(own))
    answer = api.get("/audit/events/")
    assert (answer.status, answer.json) == (503, {
        "detail": "The use of an auditor's token cannot be recorded."})
    for _ in range(3):  # what the token may do without the scope is answered, and counted
        assert api.get("/appointments/").status == 200
    tried = lambda: sum(map(int, re.findall("(\\d+) reads are not in the access log", own.log())))
    until(lambda: tried() == 3, "it was tried to write them")
    (own.data_dir / "audit-access").unlink()
    assert api.get("/audit/events/").status == 200
    assert api.get("/audit/events/").status == 200
    first, second = lines_of(own)
    assert list(first) == [*FIELDS, "missed"] and first["missed"] == 3
    assert list(second) == FIELDS


def test_a_node_without_auditors_has_nothing_to_show(own):
    done = run("audit", "access-log", "--data-dir", own.data_dir)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no auditor's token has been used" in done.stderr
