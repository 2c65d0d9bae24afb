"""What records hold of the requests that caused them, and repeats after a change of the format."""
import uuid

import pytest

from client import KEY_REUSED, person, valid
from guest import facts
from records import stored_key
from server import run
from wait import until

KEY = "ann@private.example"
ID = "visit-of-ann"
ONCE = {"Idempotency-Key": KEY, "X-Request-ID": ID}
FORMATS = [1, 2, 3]


@pytest.mark.parametrize("second", FORMATS)
@pytest.mark.parametrize("first", FORMATS)
def test_a_repeat_is_recognized_whatever_format_was_and_is_written(node, first, second):
    body, token = valid(participants=[person("p1")]), {"name": "desk", "scopes": ["read"]}
    api = node.serve("--write-format", str(first))
    tokens = f"/organizations/{node.embassy['id']}/tokens/"
    made = api.post("/appointments/", body, headers=ONCE)
    issued = api.with_token(node.admin_key).post(tokens, token, headers=ONCE)
    assert (made.status, issued.status) == (201, 201)
    node.stop()
    api = node.serve("--write-format", str(second))
    admin = api.with_token(node.admin_key)
    for again, before in ((api.post("/appointments/", body, headers=ONCE), made),
                          (admin.post(tokens, token, headers=ONCE), issued)):
        assert (again.status, again.body) == (before.status, before.body)
        assert again.header("Idempotency-Replayed") == "true"
    for other in (api.post("/appointments/", valid(title="Other"), headers=ONCE),
                  admin.post(tokens, {**token, "name": "other"}, headers=ONCE),
                  admin.post(tokens, {"name": ""}, headers=ONCE)):
        assert (other.status, other.json) == (422, KEY_REUSED)
    assert len(facts(node, node.embassy["id"])) == 3


def test_an_embedded_ledger_gets_nothing_that_clients_put_into_their_headers(node):
    api = node.serve()
    made = api.post("/appointments/", valid(), headers=ONCE)
    assert (made.status, made.header("X-Request-ID")) == (201, ID)
    record, = facts(node, node.embassy["id"], made)
    assert record["idempotencykey"] == stored_key(
        node.secrets_file, node.embassy["id"], KEY)
    assert str(uuid.UUID(record["requestid"])) == record["requestid"]
    exported = run("ledger", "export", "--data-dir", node.data_dir).stdout
    assert KEY not in exported and ID not in exported
    until(lambda: f"request id={ID} uuid={record['requestid']} " in node.log(),
          "the log leads from one to the other")


def test_a_request_without_an_id_is_known_by_the_servers(node):
    api = node.serve()
    made = api.post("/appointments/", valid())
    record, = facts(node, node.embassy["id"], made)
    assert record["requestid"] == made.header("X-Request-ID")


def test_the_first_format_holds_what_the_client_sent(node):
    api = node.serve("--write-format", "1")
    made = api.post("/appointments/", valid(), headers=ONCE)
    record, = facts(node, node.embassy["id"], made)
    assert (record["idempotencykey"], record["requestid"]) == (KEY, ID)


@pytest.mark.parametrize("number", ["0", "4", "new"])
def test_an_unknown_format_is_wrong_usage(node, number):
    done = run("serve", "--data-dir", node.data_dir, "--write-format", number)
    assert done.returncode == 2 and "--write-format" in done.stderr


def test_webhooks_need_the_third_format(node):
    body = {"url": "https://hooks.example.org/"}
    for older in ("1", "2"):
        refused = node.serve("--write-format", older).post("/webhooks/", body)
        assert refused.status == 409 and "--write-format" in refused["detail"], refused
        node.stop()
    made = node.serve("--write-format", "3").post("/webhooks/", body)
    assert made.status == 201
    node.stop()
    api = node.serve("--write-format", "2")
    assert [one["id"] for one in api.get("/webhooks/")["results"]] == [made["id"]]
    assert api.patch(f"/webhooks/{made['id']}/", {"active": False}).status == 409
    assert api.patch(f"/webhooks/{made['id']}/", {"active": True}).status == 200, "nothing changes"
