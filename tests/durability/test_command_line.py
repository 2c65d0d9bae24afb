"""The command line: exit codes, one clear sentence, and commands beside a running server."""
import http.server
import json
import os
import socket
import ssl
import subprocess
import threading

import pytest

from client import person, valid
from server import binary, run


def one_sentence(done):
    assert done.stderr.startswith("consularia: ") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("words", [
    [], ["nonsense"], ["serve", "--nonsense"], ["serve", "--threads", "many"],
    ["serve", "--listen", "8080"], ["serve", "--ledger", "paper"], ["serve", "--prefix", "api"],
    ["serve", "--public-url", "example.org"], ["serve", "--listen", "localhost:8080"],
    ["serve", "--min-free-bytes", "-1"], ["serve", "--max-body-bytes", "0"],
    *(["serve", f"--{name}", number] for number in ("-1", str(2 ** 64), "1.5", "") for name in (
        "cache-bytes", "list-cache-bytes", "as-of-events", "as-of-bytes", "as-of-kept-s",
        "reserved-files", "check-at-start-bytes", "max-connections-per-address")),
    *(["serve", "--prefix", prefix] for prefix in (
        "/a b", "/{x}", "/a//b", "/a/../b", "/join", "/join/api", "/console/", "/healthz",
        "/readyz", "/\u00e4", "/%41")),
    *(["serve", "--public-url", f"https://example.org{rest}"] for rest in (
        "?a=b", "#a", '"', "/<b>", "/a b", "/\x7f", "/\u00e4", "+")),
    *(["serve", "--metrics-listen", wrong] for wrong in ("9464", "example.org:9464", ":9464")),
    ["events", "tail", "--after", "-1"], ["events", "tail", "--after", "x"],
    ["organization", "create", "x", "--idempotency-key", ""],
    ["backup", "restore", "--from", "nowhere", "--data-dir", "d"],
    ["organization"], ["organization", "create"], ["ledger", "verify", "--ledger", "x"],
    ["ledger", "export", "--organization", "x"]])
def test_wrong_usage_is_2(words, tmp_path):
    done = run(*words, cwd=tmp_path)
    assert done.returncode == 2, (done.stdout, done.stderr)
    one_sentence(done)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["ledger", "verify", "--help"]])
def test_help_is_0(words):
    done = run(*words)
    assert done.returncode == 0
    assert "consularia" in done.stdout or "Usage" in done.stdout


def test_formats_are_printed_beside_a_running_server(node):
    api = node.serve("--write-format", "1")
    api.post("/appointments/", valid(), headers={"X-Request-ID": "visit"})
    node.stop()
    api = node.serve()
    api.post("/appointments/", valid(), headers={"Idempotency-Key": "booking"})
    done = run("ledger", "formats", "--data-dir", node.data_dir)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[1] == "writes format 3, the default", done
    scheduled = "dev.consularia.appointment.scheduled.v1"
    for begin in ("reads formats 1 to 3, ", "format 1 facts 1 from ", "format 2 facts 1 from ",
                  "the same in all formats facts 1 from ", f"type {scheduled} known facts 2 from "):
        assert sum(line.startswith(begin) for line in lines) == 1, (begin, lines)
    assert lines[-1] == "3 facts can be read, 0 are skipped, 0 freeze their organizations"
    done = run("ledger", "formats", "--data-dir", node.data_dir, "--json", "--write-format", "1")
    found = json.loads(done.stdout)
    assert (found["reads"], found["writes"], found["writes_by_default"]) == ([1, 2, 3], 1, 3)
    assert [(one["format"], one["facts"]) for one in found["formats"]] == [(None, 1), (1, 1), (2, 1)]
    of = {one["type"]: one for one in found["types"]}[scheduled]
    assert (of["reading"], of["facts"]) == ("known", 2) and of["from"] < of["to"]


def test_a_busy_port_is_reported(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--data-dir", tmp_path / "d", "--listen", f"127.0.0.1:{port}")
    assert not (tmp_path / "d").exists()
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in one_sentence(done)


def test_a_directory_that_cannot_be_made_is_reported(tmp_path):
    (tmp_path / "file").write_text("")
    done = run("serve", "--data-dir", tmp_path / "file" / "d", "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    assert str(tmp_path / "file" / "d") in one_sentence(done)


def test_a_second_server_on_the_same_data_is_refused(node):
    node.serve()
    done = run("serve", "--data-dir", node.data_dir, "--listen", "127.0.0.1:0")
    assert done.returncode == 1
    assert str(node.data_dir) in one_sentence(done)


def test_a_secrets_file_that_is_named_must_exist(tmp_path):
    done = run("serve", "--data-dir", tmp_path / "d", "--listen", "127.0.0.1:0",
               "--secrets-file", tmp_path / "none.toml")
    assert done.returncode == 1
    assert "none.toml" in one_sentence(done)


def test_secrets_are_made_for_their_owner_only_and_never_overwritten(tmp_path):
    file = tmp_path / "secrets.toml"
    assert run("secrets", "create", file).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    first = file.read_bytes()
    again = run("secrets", "create", file)
    assert again.returncode == 1
    one_sentence(again)
    assert file.read_bytes() == first


def test_options_come_from_the_environment_and_from_a_file(tmp_path, node):
    config = tmp_path / "consularia.toml"
    config.write_text('[serve]\npublic-url = "https://from-file.example.org"\nlog-level = "loud"\n')
    done = run("--config", config, "serve", "--data-dir", tmp_path / "d")
    assert done.returncode == 2 and "log-level" in done.stderr, done.stderr
    done = run("serve", "--data-dir", tmp_path / "d",
               env={**os.environ, "CONSULARIA_LEDGER": "paper"})
    assert done.returncode == 2 and "paper" in done.stderr, done.stderr
    done = run("serve", "--data-dir", tmp_path / "d",
               env={**os.environ, "CONSULARIA_HEADER_TIMEOUT_MS": "soon"})
    assert done.returncode == 2 and "header-timeout-ms" in done.stderr, done.stderr


def test_a_number_out_of_range_is_named_with_its_range(tmp_path):
    done = run("events", "tail", "--data-dir", tmp_path, "--after", "-1")
    assert "Value -1 not in range 0 to" in one_sentence(done) and len(done.stderr) < 200, done.stderr


def test_what_a_client_command_cannot_print_is_not_taken_for_done(node):
    """It has made a secret that nobody has seen."""
    node.serve()
    client = ["--server", node.url, "--secrets-file", node.secrets_file]
    made = json.loads(run("organization", "create", "Seen", *client).stdout)
    for words in (["organization", "create", "Unseen"], ["token", "create", made["id"], "unseen"],
                  ["organization", "list"], ["token", "list", made["id"]]):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([binary(), *words, *map(str, client)], stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=30)
        assert done.returncode == 1, words
        assert one_sentence(done) == "consularia: The output could not be written.\n"


def test_metrics_that_cannot_be_served_are_reported(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run("serve", "--data-dir", tmp_path / "d", "--listen", "127.0.0.1:0",
                   "--metrics-listen", where)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last == f"consularia: cannot serve metrics on {where}: the port is taken, or the address " \
        "is none of this machine's"


@pytest.mark.parametrize("text", ['[serve]\ndata_dir = "elsewhere"\n', "[serve\nxx\n", "bogus = 1\n"])
def test_a_configuration_file_with_unknown_options_is_refused(tmp_path, text):
    config = tmp_path / "consularia.toml"
    config.write_text(text)
    done = run("--config", config, "serve", "--listen", "127.0.0.1:0", cwd=tmp_path)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert "the configuration file has something that is no option" in one_sentence(done)


def test_tokens_are_issued_listed_and_revoked(node):
    api = node.serve()
    client = ["--server", node.url, "--secrets-file", str(node.secrets_file)]
    organization = node.embassy["id"]
    made = json.loads(run("token", "create", organization, "portal", "--scopes", "read",
                          *client).stdout)
    assert made["scopes"] == ["read"]
    listed = json.loads(run("token", "list", organization, *client).stdout)
    assert [one["name"] for one in listed["results"]] == ["first", "portal"]
    assert made["token"] not in json.dumps(listed)
    assert api.with_token(made["token"]).get("/appointments/").status == 200
    done = run("token", "revoke", organization, made["id"], *client)
    assert (done.returncode, done.stdout) == (0, "")
    assert api.with_token(made["token"]).get("/appointments/").status == 401
    again = run("token", "revoke", organization, made["id"], *client)
    assert again.returncode == 1
    one_sentence(again)


def test_an_unreachable_server_is_reported(node):
    node.serve()
    done = run("organization", "create", "X", "--server", "http://127.0.0.1:1",
               "--secrets-file", node.secrets_file)
    assert done.returncode == 1
    assert "http://127.0.0.1:1" in one_sentence(done)


def test_verify_and_export_work_beside_a_running_server(node):
    api = node.serve()
    for n in range(3):
        assert api.post("/appointments/", valid(participants=[person(f"p{n}")])).status == 201
    other = node.organization("Other")
    verified = run("ledger", "verify", "--data-dir", node.data_dir)
    assert verified.returncode == 0, verified.stderr
    assert "5 records, 5 facts, 0 void, 2 organizations" in verified.stdout
    lines = run("ledger", "export", "--data-dir", node.data_dir).stdout.splitlines()
    assert len(lines) == 5
    assert [json.loads(line)["type"].split(".")[2:4] for line in lines[:2]] == [
        ["organization", "created"], ["appointment", "scheduled"]]
    only = run("ledger", "export", "--data-dir", node.data_dir, "--facts",
               "--organization", other["id"]).stdout.splitlines()
    assert len(only) == 1 and json.loads(only[0])["source"] == f"/organizations/{other['id']}"
    assert api.post("/appointments/", valid()).status == 201


def test_nothing_secret_or_personal_is_logged_or_stored_in_the_log(node):
    api = node.serve("--log-level", "debug")
    body = valid(title="Very Private Title", participants=[person("ann@private.example")])
    made = api.post("/appointments/", body)
    api.get("/appointments/?participant_unique_id=ann@private.example")
    api.get("/appointments/", headers={"Authorization": "Token not-a-real-secret"})
    link = made["participants"][0]["access_link"]
    node.stop()  # Only then all of the log is written.
    log = node.log()
    exported = run("ledger", "export", "--data-dir", node.data_dir).stdout
    assert made.header("X-Request-ID") in log and "status=201" in log
    for private in ("Very Private Title", "ann@private.example", "not-a-real-secret", link):
        assert private not in log
    for secret in (node.secret, node.admin_key, link, link.rsplit("/", 1)[1]):
        assert secret not in log and secret not in exported


@pytest.fixture
def mute():
    """A listener whose connections the test answers, or not."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


def ask_mute(mute, tmp_path, *words):
    secrets = tmp_path / "secrets.toml"
    assert run("secrets", "create", secrets).returncode == 0
    return run("organization", "list", "--server", f"http://127.0.0.1:{mute.getsockname()[1]}",
               "--secrets-file", secrets, *words, timeout=60)


def test_a_server_that_says_nothing_is_given_up(mute, tmp_path):
    done = ask_mute(mute, tmp_path, "--timeout-s", "1")
    assert done.returncode == 1
    assert "did not answer within 1 s" in one_sentence(done)
    peer, _ = mute.accept()
    with peer:
        assert peer.recv(1000).startswith(b"GET /api/v1/organizations/")


def test_a_server_that_trickles_is_given_up(mute, tmp_path):
    """The limit covers the whole answer, however often a byte of it arrives."""
    stopped = threading.Event()

    def trickle():
        peer, _ = mute.accept()
        with peer:
            peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not stopped.wait(0.05):
                try:
                    peer.sendall(b"x")
                except OSError:
                    return

    trickler = threading.Thread(target=trickle)
    trickler.start()
    try:
        done = ask_mute(mute, tmp_path, "--timeout-s", "2")
    finally:
        stopped.set()
        trickler.join()
    assert done.returncode == 1
    assert "did not answer within 2 s" in one_sentence(done)


def test_a_server_that_does_not_even_accept_is_given_up(tmp_path):
    """The connections before ours are never accepted, so that ours is never established."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(listener.getsockname())
            done = ask_mute(listener, tmp_path, "--timeout-s", "1")
        finally:
            for one in waiting:
                one.close()
    assert done.returncode == 1
    assert "did not answer within 1 s" in one_sentence(done)


@pytest.fixture
def https(tmp_path):
    """Answers with an empty list over TLS. Its certificate, for 127.0.0.1, is in ca.pem."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", "ca.key", "-out", "ca.pem"], cwd=tmp_path, check=True, capture_output=True)

    class EmptyList(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b'{"next":null,"results":[]}'
            self.send_response(200 if self.path.startswith("/api/v1/organizations/?") else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "ca.pem", tmp_path / "ca.key")
    with http.server.HTTPServer(("127.0.0.1", 0), EmptyList) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_https_is_spoken_with_a_server_that_proves_who_it_is(https, tmp_path):
    secrets = tmp_path / "secrets.toml"
    assert run("secrets", "create", secrets).returncode == 0
    words = ("organization", "list", "--secrets-file", secrets,
             "--server", f"https://127.0.0.1:{https.server_port}")
    done = run(*words, env={**os.environ, "SSL_CERT_FILE": str(tmp_path / "ca.pem")})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = run(*words)
    assert done.returncode == 1
    assert "does not prove who it is" in one_sentence(done)


def test_a_bad_time_out_is_refused(tmp_path):
    for bad in ("0", "86401", "soon"):
        assert run("organization", "list", "--timeout-s", bad).returncode == 2
    assert "=30 " in run("organization", "list", "--help").stdout
