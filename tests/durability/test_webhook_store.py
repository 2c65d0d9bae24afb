"""The store of webhooks: a backup does not have it."""
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
