"""The console is one page of this server, which nothing can turn against the person who looks."""
import json
import re

import pytest

from client import NOT_FOUND, unique
from server import ROOT, Server

HTML = "text/html; charset=utf-8"
ACCEPT_OF_BROWSERS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
    "connect-src": "'self'", "worker-src": "'self'", "base-uri": "'none'", "form-action": "'none'",
    "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
    "trusted-types": "console"}


def policy_of(answer):
    parts = answer.header("Content-Security-Policy").split("; ")
    return dict(part.split(" ", 1) for part in parts)


def page(anyone, path="/console/"):
    answer = anyone.get(path, prefix="", headers=ACCEPT_OF_BROWSERS)
    assert answer.status == 200 and answer.header("Content-Type") == HTML, answer
    return answer


def sources():
    """Every file of the page, by its name."""
    return {path.name: path for path in (ROOT / "api" / "console").iterdir()
            if path.suffix in (".js", ".css")}


def test_the_page_needs_no_token_and_shows_everybody_the_same(api, anyone):
    seen = page(anyone)
    assert page(api).body == seen.body == page(anyone.with_token("wrong")).body
    assert anyone.get("/console/", prefix="").body == seen.body
    assert seen.header("Consularia-Position") is None


@pytest.mark.parametrize("path", ["/console/", "/console", "/console/page.js"])
def test_every_file_says_what_the_browser_may_do(anyone, path):
    assert policy_of(anyone.get(path, prefix="")) == POLICY


def test_nothing_in_the_page_needs_an_exception_of_its_policy(anyone):
    text = page(anyone).body.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?:|//", text)
    assert re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL) == [""]


@pytest.mark.parametrize("path, here", [("/console/", ""), ("/console", "console/")])
def test_it_finds_its_files_with_and_without_the_slash(anyone, path, here):
    text = page(anyone, path).body.decode()
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', text)) == {f"{here}page.js", f"{here}page.css"}


def test_all_files_are_served_as_they_are(anyone):
    kinds = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
    assert len(sources()) > 5
    for name, path in sources().items():
        answer = anyone.get(f"/console/{name}", prefix="", headers={"Accept": "*/*"})
        assert answer.status == 200, name
        assert answer.header("Content-Type") == kinds[path.suffix]
        assert answer.body == path.read_bytes()


def test_the_list_can_be_filtered_by_each_status(anyone):
    schema = json.loads((ROOT / "docs" / "openapi.json").read_text())["components"]["schemas"]
    known = schema["Appointment"]["properties"]["status"]["enum"]
    offered = re.findall(r"<option[^>]*>(\w+)</option>", page(anyone).body.decode())
    assert offered == ["any", *known]


def test_what_a_file_imports_is_there(anyone):
    imported = set()
    for path in sources().values():
        imported |= set(re.findall(r'"\./([\w.-]+)"', path.read_text()))
    assert "requests.js" in imported
    for name in imported:
        assert anyone.get(f"/console/{name}", prefix="").status == 200, name


@pytest.mark.parametrize("name", [
    "page.html", "files.cpp", "..%2Fpage.js", "x/page.js", "x", "page.js.map"])
def test_nothing_else_is_served(anyone, name):
    answer = anyone.get(f"/console/{name}", prefix="")
    assert (answer.status, answer.json) == (404, NOT_FOUND)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_can_only_be_read(anyone, method):
    for path in ("/console/", "/console/page.js"):
        answer = anyone.request(method, path, prefix="")
        assert answer.status == 405 and answer.header("Allow") == "GET, HEAD, OPTIONS"


def test_it_names_the_api_where_it_is(tmp_path):
    prefix = f"/{unique('api')}/v2"
    with Server(tmp_path / "node", "--prefix", prefix).start() as node:
        text = page(node.client(None)).body.decode()
    assert f'<meta name="api" content="{prefix}">' in text
