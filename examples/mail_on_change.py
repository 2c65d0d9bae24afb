"""Sends a mail for each change of an appointment; prints it when no mail server is named.

    mail_on_change.py BOOTSTRAP_SERVERS TOPIC STATE_FILE FROM TO [SMTP_HOST:PORT] [--until-end]

A mail cannot be taken back: no transaction holds it and the position together. So it is sent first
and the position is stored after that. A crash between the two sends it once more: at least once.
How to come to once: the Message-ID is made of the event's id, which stays the same, so a receiver or
a mail service that knows which ids it has had drops the second one. The other order, position first,
would lose mails instead.
"""
import email.message
import smtplib
import sqlite3
import sys

from consularia_topic import Head, facts

CHANGES = {
    "scheduled": "is scheduled",
    "updated": "was changed",
    "participants_added": "has more participants",
    "participants_removed": "has fewer participants",
    "missed": "was missed",
    "deleted": "was cancelled",
}


def mail_about(event, sender, receiver):
    """None if nobody wants to hear of it; so are types that this program does not know."""
    change = CHANGES.get(event["type"].removeprefix("dev.consularia.appointment.").split(".")[0])
    if change is None:
        return None
    mail = email.message.EmailMessage()
    mail["Message-ID"] = f"<{event['id']}@consularia>"
    mail["From"], mail["To"] = sender, receiver
    mail["Subject"] = f"{event['subject']} {change}"
    mail.set_content(f"By {event['actor']} at {event['time']}.")
    return mail


def send(mail, server):
    if server is None:
        print(mail["Message-ID"], mail["Subject"], flush=True)
        return
    with smtplib.SMTP(server) as connection:
        connection.send_message(mail)


def main(servers, topic, path, sender, receiver, *rest):
    state = sqlite3.connect(path)
    state.execute('CREATE TABLE IF NOT EXISTS head (organization TEXT PRIMARY KEY,'
                  ' sequence INTEGER, hash TEXT, "partition" INTEGER, "offset" INTEGER)')
    heads = [Head(*row) for row in state.execute("SELECT * FROM head")]
    server = next((word for word in rest if not word.startswith("--")), None)
    for fact in facts({"bootstrap.servers": servers}, topic, heads, until_end="--until-end" in rest):
        if mail := mail_about(fact.event, sender, receiver):
            send(mail, server)
        with state:
            state.execute("REPLACE INTO head VALUES (?, ?, ?, ?, ?)", fact.head)


if __name__ == "__main__":
    main(*sys.argv[1:])
