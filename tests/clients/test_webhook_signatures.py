"""What is delivered is verified by the official libraries of Standard Webhooks, npm's and PyPI's."""
import json
import subprocess

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from receiver import Receiver
from server import ROOT, Server
from wait import until

OPTIONS = ("--webhook-allow", "127.0.0.1", "--webhook-allow-http")


@pytest.fixture
def verify(node):
    def run(secret, message, body=None):
        """The event, or None if the message is refused, by both."""
        body = message.body.decode() if body is None else body
        headers = {name.lower(): value for name, value in message.headers.items()}
        given = json.dumps({"secret": secret, "headers": headers, "body": body})
        done = subprocess.run([node, ROOT / "tests" / "clients" / "verify.ts"], input=given,
                              capture_output=True, text=True, timeout=60)
        by_npm = json.loads(done.stdout) if done.returncode == 0 else None
        assert by_npm or "WebhookVerificationError" in done.stderr, done.stderr
        try:
            by_pypi = Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            by_pypi = None
        assert by_npm == by_pypi
        return by_npm

    return run


def test_a_delivery_is_signed_with_the_secret_and_after_a_rotation_with_both(tmp_path, verify):
    with Receiver() as receiver, Server(tmp_path / "node", *OPTIONS) as server:
        server.start()
        api = server.client(server.organization()["token"]["token"])
        webhook = api.post("/webhooks/", {"url": receiver.url}).json

        def next_message(title):
            made = api.create(title=title)
            return until(lambda: next((one for one in receiver.accepted
                                       if one.event["subject"].endswith(made["id"])), None), title)

        message = next_message("Größe – 大")
        assert verify(webhook["secret"], message) == message.event
        assert verify(webhook["secret"], message, message.body.decode() + " ") is None
        rotated = api.post(f"/webhooks/{webhook['id']}/rotate/").json
        assert rotated["secret"] != webhook["secret"]
        message = next_message("after the rotation")
        for secret in (webhook["secret"], rotated["secret"]):
            assert verify(secret, message) == message.event
        assert verify("whsec_" + "A" * 43 + "=", message) is None
