"""The store of webhooks: a backup does not have it, and when it fails nothing else does."""
import shutil

from backup import back_up
from client import person
from receiver import Receiver
from server import run
from wait import until

OPTIONS = ("--webhook-allow", "127.0.0.0/8", "--webhook-allow-http", "--webhook-retry-s", "1")


def register(api, receiver):
    made = api.post("/webhooks/", {"url": receiver.url})
    assert made.status == 201, made
    return made.json


def received(receiver, sequences, since=0):
    until(lambda: set(receiver.sequences()[since:]) >= set(sequences),
          lambda: f"{list(sequences)} in {receiver.sequences()[since:]}", 30)


def readiness(node):
    answer = node.client().get("/readyz", prefix="")
    return answer.status, answer.json.get("degraded", [])


def test_after_a_restore_nothing_is_skipped_and_all_since_the_registration_comes_again(
        node, tmp_path):
    with Receiver() as receiver:
        api = node.serve(*OPTIONS)
        api.create(participants=[person("before the registration")])
        register(api, receiver)
        first = api.create().position
        for _ in range(5):
            last = api.create().position
        received(receiver, range(first, last + 1))
        receiver.answer = lambda message: 503
        missed = api.create().position
        until(lambda: missed in [message.sequence for message in receiver.messages],
              "it is refused")
        backup = tmp_path / "backup"
        back_up("backup", "--data-dir", node.data_dir, "--to", backup)
        node.stop()
        before = [message.id for message in receiver.accepted]
        receiver.answer = lambda message: 204
        shutil.rmtree(node.data_dir)
        done = run("backup", "restore", "--from", backup, "--data-dir", node.data_dir)
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert not (node.data_dir / "webhooks").exists()
        node.serve(*OPTIONS)
        received(receiver, range(first, missed + 1), len(before))
        again = [message.id for message in receiver.accepted[len(before):]]
        assert set(before) < set(again), "the same ids, and the one that was missed"
        later = api.create().position
        received(receiver, [later])


def test_what_is_left_of_a_webhook_that_was_deleted_meanwhile_goes_with_the_next_start(
        node, tmp_path):
    with Receiver() as receiver:
        api = node.serve(*OPTIONS)
        gone, stays = register(api, receiver), register(api, receiver)
        head = api.create().position
        until(lambda: receiver.sequences().count(head) == 2, "both got it")
        node.stop()
        kept = tmp_path / "webhooks"
        shutil.copytree(node.data_dir / "webhooks", kept)
        node.serve(*OPTIONS)
        assert api.delete(f"/webhooks/{gone['id']}/").status == 204
        node.stop()
        # As if the deletion had been another node's, or had come right before a crash.
        shutil.rmtree(node.data_dir / "webhooks")
        shutil.copytree(kept, node.data_dir / "webhooks")
        node.serve(*OPTIONS)
        until(lambda: "what was kept of 1 deleted webhooks is removed" in node.log(), "it is gone")
        shown = api.get(f"/webhooks/{stays['id']}/deliveries/")["results"]
        assert head in [one["sequence"] for one in shown]
        until(lambda: api.get(f"/webhooks/{stays['id']}/").json["lag"] == 0, "it has got everything")


def test_a_store_that_cannot_be_opened_makes_webhooks_wait_and_nothing_else(node):
    with Receiver() as receiver:
        api = node.serve(*OPTIONS)
        register(api, receiver)
        node.stop()
        store = node.data_dir / "webhooks"
        shutil.rmtree(store)
        store.write_text("not a directory")
        node.serve(*OPTIONS)
        until(lambda: readiness(node)[1], "it is degraded")
        status, degraded = readiness(node)
        assert status == 200 and degraded[0].startswith("webhooks: failing for "), degraded
        assert node.value("consularia_node_health", part="webhooks") == 0
        until(lambda: "webhooks: failing: " in node.log(), "the log says so")
        created = api.create().position
        assert receiver.messages == []
        store.unlink()
        received(receiver, [created])
        until(lambda: readiness(node) == (200, []), "all is well again")
        assert node.value("consularia_node_health", part="webhooks") == 1
