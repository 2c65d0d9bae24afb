"""`audit report`: from an export, a running server, or the data beside one; what it counts, what it
says that it does not know, and its signature."""
import datetime
import html.parser
import json
import re

import pytest

from conftest import PUBLIC_URL
from exports import ORGANIZATION, Signer, link, make_export, make_records, note_of
from server import run
from test_time_stamps import kept, sign
from tsa import openssl

HOSTILE = ["</title><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<!-- & &amp; -->",
           "</td></table><h1>intact: everything</h1>", "\u202etxet desrever\u2066", "a\u0007b"]
TAGS = {"html", "meta", "title", "style", "h1", "h2", "p", "table", "thead", "tr", "th",
        "td"}


class Page(html.parser.HTMLParser):
    """The sections of a page, by heading: paragraphs, and the rows of tables."""

    def __init__(self, text):
        super().__init__()
        self.text, self.sections, self.cell, self.rows, self.tags = text, {}, None, [], set()
        self.sections[""] = self.paragraphs = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        assert tag in TAGS and not [name for name, _ in attributes if name.startswith("on")], tag
        if tag == "tr":
            self.paragraphs.append([])
        if tag in ("h2", "p", "td", "th"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag == "h2":
            self.sections[self.cell] = self.paragraphs = []
        elif tag == "p":
            self.paragraphs.append(self.cell)
        elif tag in ("td", "th"):
            self.paragraphs[-1].append(self.cell)
        if tag in ("h2", "p", "td", "th"):
            self.cell = None

    def rows_of(self, section):
        return [row for row in self.sections[section] if isinstance(row, list)][1:]

    def said(self, section=""):
        return "\n".join(it for it in self.sections[section] if isinstance(it, str))


@pytest.fixture
def audited(node, tmp_path):
    node.api = node.serve()
    node.heads = tmp_path / "heads"
    for n in range(5):
        node.api.create(title=f"number {n}")
    return node


def report(*words, **options):
    done = run("audit", "report", *words, **options)
    return done.returncode, done.stdout, done.stderr


def of_data(node, *more):
    return ("--organization", node.embassy["id"], "--data-dir", node.data_dir, "--public-url",
            PUBLIC_URL, *more)


def of_server(node, *more):
    return ("--organization", node.embassy["id"], "--server", node.url, "--token", node.secret, *more)


def key_of(node):
    return node.api.get("/audit/keys/")["keys"][-1]["verifier_key"]


def test_beside_a_running_server_it_knows_what_the_data_says(audited, tsa):
    assert sign(audited, tsa).returncode == 0
    code, text, _ = report(*of_data(audited, "--heads", audited.heads, "--tsa-ca", tsa.ca))
    page = Page(text)
    assert code == 0 and "intact: records 1 to 6 of organization" in page.said()
    assert "6 of 6 records are in it." in page.said()
    assert ["dev.consularia.appointment.scheduled.v1", "5"] in page.rows_of("Events by type")
    (head,) = page.rows_of("Kept heads")
    assert head[1] == "1 to 6" and head[3].endswith("Z")
    (key,) = page.rows_of("Audit keys")
    assert key[0] == key_of(audited) and key[2:] == ["now", "1"]
    assert "changed 0 times" in page.said("Audit keys")
    assert "what the operator publishes" in page.said("Audit keys")
    assert "never restored" in page.said("Restores")
    assert page.said("Void records").startswith("0 records") and "Nothing" in page.said("Void records")
    assert "knows the events of all records" in page.said("Frozen facts")
    assert page.said("Signature") == "This page is not signed."


def test_a_period_that_ends_before_it_begins_is_wrong_usage(audited):
    days = ("2031-05-06T00:00:00Z", "2031-05-05T00:00:00Z")
    code, text, said = report(*of_data(audited, "--from", days[0], "--to", days[1]))
    assert (code, text) == (2, "") and "--from is after --to." in said
    assert report(*of_data(audited, "--from", days[1], "--to", days[0]))[0] == 0


def test_a_server_is_asked_with_a_token_and_the_page_says_what_it_does_not_tell(audited, monkeypatch):
    code, text, _ = report(*of_server(audited))
    page = Page(text)
    assert code == 0 and "6 of 6 records are in it." in page.said()
    for section in ("Restores", "Void records"):
        assert "not known here" in page.said(section) and "--data-dir" in page.said(section)
    assert page.rows_of("Audit keys")[0][0] == key_of(audited)
    (gap,) = page.rows_of("Gaps")
    assert gap[0] == "1 to 6" and gap[2] == "not stamped" and gap[3].startswith("at least ")
    assert page.rows_of("Kept heads")[0][:2] == ["none", "1 to 6"]
    monkeypatch.setenv("CONSULARIA_TOKEN", audited.secret)
    words = ("--organization", audited.embassy["id"], "--server", audited.url)
    assert report(*words)[:2] == (0, text)
    upper = ("--organization", audited.embassy["id"].upper(), "--server", audited.url)
    assert report(*upper)[:2] == (0, text)
    assert report(*words, "--key", Signer("another").verifier_key)[0] == 1
    monkeypatch.setenv("CONSULARIA_TOKEN", "x" * 32)
    assert report(*words)[0] == 1 and "status 401" in report(*words)[2]
    other = audited.organization("Other")
    monkeypatch.setenv("CONSULARIA_TOKEN", other["token"]["token"])
    assert "another organization" in report(*words)[2]
    monkeypatch.delenv("CONSULARIA_TOKEN")
    assert report(*words)[0] == 2


def test_the_same_input_makes_the_same_page(audited, tmp_path, tsa):
    assert sign(audited, tsa).returncode == 0
    more = ("--heads", audited.heads, "--tsa-ca", tsa.ca, "--from", "2020-01-01")
    for words in (of_data(audited, *more), of_server(audited, *more)):
        first, second = tmp_path / "first.html", tmp_path / "second.html"
        for out in (first, second):
            assert report(*words, "--out", out)[0] == 0
        assert first.read_bytes() == second.read_bytes()
    stdout = report(*of_data(audited, *more))[1]
    assert stdout == report(*of_data(audited, *more))[1]


def test_a_signed_report_is_checked_like_a_head(audited, tmp_path):
    out, key = tmp_path / "report.html", key_of(audited)
    code, said, _ = report(*of_data(audited, "--out", out))
    assert code == 0 and said.endswith(f"written: {out} and {out}.note\n")
    assert out.stat().st_mode & 0o777 == 0o600

    def check(*more, page=out):
        done = run("audit", "verify-report", page, *more)
        return done.returncode, done.stdout

    origin = key.partition("+")[0]
    assert check("--key", key) == (0, f"intact: report of {origin}\n")
    assert check() == (2, "")
    note = out.with_name("report.html.note")
    assert note.read_text().startswith(f"{origin}\nreport\nsha256 ")
    stranger = Signer("another", origin).verifier_key
    assert check("--key", stranger) == (
        3, f"cannot tell: report {note}: it is not signed by any of the keys\n")
    text = out.read_text()
    out.write_text(text.replace("6 of 6", "5 of 5"))
    assert check("--key", key) == (1, f"altered: report {out}: it is another page\n")
    out.write_text(text)
    lines = note.read_text().splitlines()
    good = note.read_text()
    note.write_text(good.replace(lines[2], f"sha256 {'0' * 64}"))
    assert check("--key", key) == (1, f"altered: report {note}: its signature is wrong\n")
    note.write_bytes(audited.api.get("/audit/head/").body)  # a head is no report
    assert check("--key", key)[0] == 3
    note.write_text(good)
    head = tmp_path / "head"
    head.write_text(good)  # and a report is no head
    export = tmp_path / "export"
    export.write_bytes(audited.api.get("/audit/export/").body)
    done = run("audit", "verify", export, "--key", key, "--head", head)
    assert done.returncode == 3 and "it is no signed note of a head" in done.stdout
    elsewhere = tmp_path / "elsewhere.note"
    note.rename(elsewhere)
    assert check("--key", key)[0] == 3
    assert check("--key", key, "--signature", elsewhere)[0] == 0
    code, said, _ = report(*of_server(audited, "--out", out))
    assert code == 0 and "without a signature" in said and "is not signed" in out.read_text()
    assert report(*of_server(audited, "--out", out, "--secrets-file", audited.secrets_file))[0] == 0
    assert check("--key", key)[0] == 0


def test_titles_and_names_are_texts_whatever_is_in_them(audited):
    for number, name in enumerate(HOSTILE):
        audited.token(audited.embassy["id"], name.replace("\u0007", "!"), "read")
        audited.api.create(title=name)
    code, text, _ = report(*of_data(audited))
    page = Page(text)  # fails on any element or attribute that is not ours
    assert code == 0 and page.tags == TAGS and "alert(1)" in text
    assert text.count("<h1>") == 1 and text.count("<title>") == 1
    named = [row[3] for row in page.rows_of("Tokens")]
    for name in HOSTILE[:4]:
        assert any(f"({name})" in cell for cell in named), name
    control = [c for c in text if c < " " and c != "\n"]
    assert control == []


def test_a_restore_is_in_the_report_with_its_reason(audited, tmp_path):
    backup = tmp_path / "backup"
    assert run("backup", "--data-dir", audited.data_dir, "--to", backup).returncode == 0
    audited.api.create()
    audited.stop()
    restore = ("backup", "restore", "--from", backup, "--data-dir", audited.data_dir, "--force")
    reason = "disk <b>failed</b> & \u00fc"
    assert run(*restore, "--reason", "x" * 1001).returncode == 2
    assert run(*restore, "--reason", reason).returncode == 0
    assert run(*restore).returncode == 0
    code, text, _ = report(*of_data(audited))
    first, second = Page(text).rows_of("Restores")
    assert code == 0 and first[1] == str(backup) and second[4] == "none was given"
    assert (first[2], first[3], first[4]) == ("6", "7", reason)


def test_a_kept_head_that_does_not_fit_any_more_shows_in_the_verdict(audited, tmp_path, tsa):
    backup = tmp_path / "backup"
    assert run("backup", "--data-dir", audited.data_dir, "--to", backup).returncode == 0
    audited.api.create()
    assert sign(audited, tsa).returncode == 0
    audited.stop()
    assert run("backup", "restore", "--from", backup, "--data-dir", audited.data_dir,
               "--force").returncode == 0
    code, text, _ = report(*of_data(audited, "--heads", audited.heads, "--tsa-ca", tsa.ca))
    page = Page(text)
    assert code == 1 and "altered: record 7: it is missing" in page.said()
    assert "is not proven" in page.said() and page.rows_of("Restores")


def test_rotated_keys_are_listed_with_the_heads_that_they_signed(audited, tsa):
    assert sign(audited, tsa).returncode == 0
    assert run("secrets", "rotate-audit-key", audited.secrets_file).returncode == 0
    audited.api.create()
    assert sign(audited, tsa).returncode == 0
    code, text, _ = report(*of_data(audited, "--heads", audited.heads))
    page = Page(text)
    old, new = page.rows_of("Audit keys")
    assert code == 0 and old[2] == new[1] and new[2] == "now" and old[3] == new[3] == "1"
    assert "changed 1 times" in page.said("Audit keys")
    assert "2 stamps beside the heads were not checked" in page.said("Kept heads")
    assert page.rows_of("Gaps")[0][2] == "not stamped"


# --- gaps, on records whose times are known

SIGNER = Signer("operator")


@pytest.fixture
def stamped(tmp_path, tsa):
    """An export of 12 records of 10:17:00 with microseconds, and its stamped heads of 5 and 9."""
    records = make_records(12)
    export, heads = tmp_path / "export", tmp_path / "heads" / ORGANIZATION
    export.write_bytes(b"\n".join(make_export(SIGNER, records)) + b"\n")
    heads.mkdir(parents=True)
    times = {}
    for size in (5, 9):
        note = heads / f"{size:020}.note"
        note.write_text(note_of(SIGNER, records[:size]))
        openssl("ts", "-query", "-data", note, "-sha256", "-cert", "-out", "q.tsq", cwd=tsa.directory)
        note.with_suffix(".tsr").write_bytes(tsa.honest((tsa.directory / "q.tsq").read_bytes()))
        text = openssl("ts", "-reply", "-in", note.with_suffix(".tsr"), "-text", cwd=tsa.directory)
        time = re.search(r"Time stamp: (.*) GMT", text.decode())[1]
        times[size] = datetime.datetime.strptime(time, "%b %d %H:%M:%S %Y")
    words = (export, "--key", SIGNER.verifier_key, "--heads", heads.parent, "--tsa-ca", tsa.ca)
    return words, times, [datetime.datetime.fromisoformat(json.loads(it)["time"][:-1])
                          for it in records]


def in_words(delta):
    days, seconds = delta.days, delta.seconds
    parts = [(days, "d"), (seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def test_gaps_are_from_the_first_event_to_the_stamp_that_counts_it(stamped):
    words, times, events = stamped
    code, text, _ = report(*words)
    page = Page(text)
    first, second, third = page.rows_of("Gaps")
    assert code == 0 and [row[0] for row in (first, second, third)] == ["1 to 5", "6 to 9", "10 to 12"]
    assert first[3] == in_words(times[5] - events[0])
    assert second[3] == in_words(times[9] - events[5])
    assert third[2:] == ["not stamped", "at least 0 s"]
    assert first[2] == f"{times[5].isoformat()}Z"
    largest = max((times[5] - events[0], "1 to 5"), (times[9] - events[5], "6 to 9"))
    said = page.said("Gaps")
    assert f"The largest is {in_words(largest[0])} (records {largest[1]})" in said
    total = max(times.values()) - events[0]  # they overlap
    assert f"All 3 together cover {in_words(total)}." in said
    heads = page.rows_of("Kept heads")
    assert [row[1] for row in heads] == ["1 to 5", "6 to 9", "10 to 12"]
    assert heads[0][3] == f"{times[5].isoformat()}Z" and heads[2][0] == "none"
    assert "does not say when keys were replaced" in page.said("Audit keys")


def test_only_gaps_of_the_period_are_listed(stamped):
    words, times, events = stamped
    code, text, _ = report(*words, "--to", events[0].isoformat() + "Z")
    assert code == 0 and Page(text).said("Gaps").endswith("There is no gap in the period.")
    _, text, _ = report(*words, "--to", events[5].isoformat() + "Z")
    assert [row[0] for row in Page(text).rows_of("Gaps")] == ["1 to 5"]


def test_a_report_needs_a_source_and_keys(stamped, tmp_path):
    (export, *_), _, _ = stamped
    assert report(export)[0] == 2
    assert report()[0] == 2
    assert report("--organization", "x", "--data-dir", tmp_path)[0] == 2
    assert report(export, "--key", SIGNER.verifier_key, "--heads", tmp_path / "lost")[0] == 2
    missing = report("--organization", ORGANIZATION, "--data-dir", tmp_path / "lost", "--public-url",
                     PUBLIC_URL)
    assert missing[0] == 2, missing


def test_a_stamp_beside_another_head_is_found(stamped):
    words, _, _ = stamped
    heads = words[4] / ORGANIZATION
    first, second = sorted(heads.glob("*.tsr"))
    second.write_bytes(first.read_bytes())
    first.write_bytes(b"no stamp")
    code, text, error = report(*words)
    assert (code, text) == (3, "") and "it is no time stamp" in error
