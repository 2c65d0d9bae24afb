"""docs/api.md quotes sentences of errors: each is what the server says."""
import pathlib
import re

from client import person, valid
from server import Server

DOCUMENT = (pathlib.Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
QUOTED = re.compile(r'"detail": ?"([^"…]+)"|\["((?:[^"\\]|\\.)+\.)"\]')


def shape(sentence):
    """The sentence, with N for its numbers."""
    return re.sub(r"\d+", "N", " ".join(sentence.replace('\\"', '"').split()))


def quoted():
    return {shape(detail or of_field) for detail, of_field in QUOTED.findall(DOCUMENT)}


def sentences(value):
    """The sentences somewhere in the body of an error."""
    if isinstance(value, str):
        return {shape(value)}
    parts = value.values() if isinstance(value, dict) else value
    return {sentence for part in parts for sentence in sentences(part)}


def refusals(api):
    """An error for each sentence."""
    strict = {"Prefer": "handling=strict"}
    body = valid(title="", participants=[person(role="boss")], config={"chat_enabld": True})
    yield 400, api.post("/appointments/", body)
    yield 400, api.get("/appointments/?name=Ann", headers=strict)
    yield 404, api.get("/appointments/?cursor=damaged")
    yield 409, api.get("/events/?after=1200")
    yield 409, api.get("/audit/proof/?sequence=1&size=41")
    yield 400, api.post("/webhooks/", {"url": "https://10.1.2.3/in"})


def test_the_sentences_of_the_document_are_those_of_the_server(fresh, tmp_path):
    said = set()
    for status, answer in refusals(fresh):
        assert answer.status == status, answer
        said |= sentences(answer.json)
    with Server(tmp_path / "node", "--rate-per-token", "1").start() as limited:
        api = limited.client(limited.organization()["token"]["token"])
        throttled = [api.get("/appointments/") for _ in range(3)][-1]
        assert throttled.status == 429
        said |= sentences(throttled.json)
    assert len(quoted()) >= 8
    # A number of seconds may be one.
    assert quoted() <= said | {sentence.replace(" second.", " seconds.") for sentence in said}
