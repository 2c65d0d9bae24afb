"""Access links as participants use them, and the ledger as auditors read it."""
import base64
import datetime
import json
import re

from client import Client, person
from server import run

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"

DEAD = {"detail": "This link is no longer valid."}
NOT_YET = {"detail": "This appointment cannot be joined yet."}
ENDED = {"detail": "This appointment has ended."}

# Minutes from now to the start of an appointment of 15 minutes that is in this state.
STARTS = {"early": 120, "open": 5, "ended": -20}


def from_now(minutes):
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)).isoformat()


def appointment(api, state, *people, **changes):
    """Ann, or these people, in an appointment whose links are in this state."""
    return api.create(start_date_time=from_now(STARTS[state]), duration_minutes=15, participants=(
        list(people) or [person("ann", "moderator", display_name="Ann")]), **changes)


def token_of(made, index=0):
    return made["participants"][index]["access_link"].rsplit("/", 1)[1]


class Guest:
    """Holds one access link, and nothing else."""

    def __init__(self, port, token):
        self.client = Client(port)
        self.token = token
        self.path = f"/join/{token}"

    def ask(self, method, accept=JSON, path=None, headers=None, **how):
        return self.client.request(method, path or self.path, prefix="",
                                   headers={"Accept": accept, **(headers or {})}, **how)

    def look(self, accept=JSON, **how):
        return self.ask("GET", accept, **how)

    def join(self, accept=JSON, **how):
        return self.ask("POST", accept, **how)


def guest_of(server, made, index=0):
    return Guest(server.port, token_of(made, index))


def bytes_of(token):
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def token_from(content):
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def without_nonce(answer):
    """A page's bytes without what is random in them."""
    nonce = re.search(r"'nonce-([^']+)'", answer.header("Content-Security-Policy"))[1]
    return answer.body.replace(nonce.encode(), b"")


def facts(server, organization_id, made=None):
    """The events of the organization, or of one appointment, as the ledger has them."""
    done = run("ledger", "export", "--data-dir", server.data_dir, "--facts",
               "--organization", organization_id)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [event for event in events
            if made is None or event.get("subject") == f"appointments/{made['id']}"]


def kind_of(event):
    """appointment.participant_joined, of dev.consularia.appointment.participant_joined.v1."""
    return ".".join(event["type"].split(".")[2:4])
