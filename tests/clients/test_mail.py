"""The example sends a mail for each change, and twice only around a crash."""
import email
import os
import socketserver
import sys
import threading

import pytest

from process import Process
from server import ROOT
from wait import until

ENOUGH_S = 60


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mails (SMTP, RFC 5321), and holds the answer to one of them back for ever."""

    daemon_threads = True

    def __init__(self, never_answered):
        super().__init__(("127.0.0.1", 0), Talk)
        self.never_answered = never_answered
        self.mails = []


class Talk(socketserver.StreamRequestHandler):
    def answer(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.answer("220 ready")
        while command := self.rfile.readline():
            verb = command[:4].upper()
            if verb == b"DATA":
                self.answer("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(email.message_from_bytes(b"".join(lines)))
                if len(self.server.mails) == self.server.never_answered:
                    self.rfile.read()
                    return
            self.answer("221 bye" if verb == b"QUIT" else "250 ok")


@pytest.fixture
def mail_server():
    with MailServer(never_answered=3) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


def test_a_mail_that_a_crash_left_unanswered_is_sent_again_with_its_id(cluster, mail_server, tmp_path):
    id, api = next(iter(cluster.apis.items()))
    made = api.create()
    assert api.post(f"/appointments/{made['id']}/start/").status == 200  # nobody hears of it
    assert api.delete(f"/appointments/{made['id']}/").status == 204

    def mailer(*options):
        return Process(
            sys.executable, ROOT / "examples" / "mail_on_change.py", cluster.kafka.servers,
            cluster.topic, tmp_path / "state", "us@example.org", "desk@example.org",
            "127.0.0.1:%d" % mail_server.server_address[1], *options, log=tmp_path / "log",
            env=os.environ | {"PYTHONPATH": ROOT / "clients" / "python"})

    with mailer():
        until(lambda: len(mail_server.mails) == 3, "it waits for an answer", ENOUGH_S)
    process = mailer("--until-end")
    assert process.exit_code(ENOUGH_S) == 0, process.log()

    ids = [mail["Message-ID"] for mail in mail_server.mails]
    assert ids.count(ids[2]) == 2 and len(set(ids)) == len(ids) - 1, "one was sent twice"
    about = [mail["Subject"] for mail in mail_server.mails if made["id"] in mail["Subject"]]
    assert list(dict.fromkeys(about)) == [
        f"appointments/{made['id']} is scheduled", f"appointments/{made['id']} was cancelled"]
    assert len(set(ids)) == 5 * len(cluster.apis) + 2
