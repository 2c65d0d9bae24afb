"""The nodes as a client sees them: one request, one answer, written down."""

import http.client
import json
import threading

from history import Attempt, Operation

PREFIX = "/api/v1"


class Organization:
    """What clients know of an organization: enough for a sensible request, and often stale."""

    def __init__(self, created):
        self.id = created["id"]
        self.token = (created["token"]["id"], created["token"]["token"])
        self.appointments = []
        self.etags = {}
        self.people = {}

    def learn(self, appointment, etag):
        one = appointment["id"]
        if one not in self.etags:
            self.appointments.append(one)
            del self.appointments[:-40]
        self.etags[one] = int(etag.strip('"'))
        self.people[one] = [p["id"] for p in appointment["participants"]]


class World:
    """The nodes, what is known of the organizations, and the history."""

    def __init__(self, nodes, admin_key, history):
        self.nodes = nodes
        self.admin_key = admin_key
        self.history = history
        self.organizations = []
        self.stopping = threading.Event()
        self.errors = []

    def found(self, name, node, request_id):
        """Makes an organization, on healthy nodes."""
        answer = self.send(
            Operation("found", given={"name": name}), node, None, request_id, secret=self.admin_key
        )
        assert answer.status == 201, answer
        created = json.loads(answer.body)
        answer.organization = created["id"]
        self.organizations.append(Organization(created))

    def send(
        self,
        operation,
        node,
        organization,
        request_id,
        key=None,
        token=None,
        secret=None,
        patience=5,
        any_consistency=False,
    ):
        """Sends one request, once."""
        method, path, body, headers = describe(operation, organization)
        headers.update(
            {"Host": "node", "Authorization": f"Token {secret}", "X-Request-ID": request_id}
        )
        if key:
            headers["Idempotency-Key"] = key
        if any_consistency:
            headers["Consistency"] = "any"
        attempt = Attempt(
            request_id,
            node,
            organization,
            operation,
            self.history.now(),
            key=key,
            token=token,
            any_consistency=any_consistency,
        )
        connection = http.client.HTTPConnection("node", timeout=patience)
        try:
            connection.sock = self.nodes[node].connect(patience)
            connection.request(method, PREFIX + path, body, headers)
            response = connection.getresponse()
            attempt.body = response.read()
            attempt.status = response.status
            position = response.headers.get("Consularia-Position")
            attempt.position = None if position is None else int(position)
            attempt.etag = response.headers.get("ETag")
            attempt.location = response.headers.get("Location")
            attempt.replayed = response.headers.get("Idempotency-Replayed") == "true"
        except TimeoutError:
            attempt.status, attempt.why_lost, attempt.gave_up = (
                None,
                f"nothing in {patience} s",
                True,
            )
        except (OSError, http.client.HTTPException) as error:
            attempt.status, attempt.why_lost = None, type(error).__name__
        finally:
            connection.close()
        attempt.end = self.history.now()
        self.history.add(attempt)
        return attempt


def describe(operation, organization):
    """(method, path, body, headers)"""
    kind, target, given = operation.kind, operation.target, operation.given
    headers = {} if operation.if_match is None else {"If-Match": f'"{operation.if_match}"'}
    body = None
    if kind in ("found", "issue", "create", "patch", "add", "remove"):
        headers["Content-Type"] = "application/json"
        body = json.dumps(given)
    if kind in ("found", "issue", "revoke"):
        path = "/organizations/" + ("" if kind == "found" else f"{organization}/tokens/")
        return (
            ("DELETE", f"{path}{target}/", None, headers)
            if kind == "revoke"
            else ("POST", path, body, headers)
        )
    if kind == "list":
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return "GET", f"/appointments/?{query}", None, headers
    if kind == "create":
        return "POST", "/appointments/", body, headers
    path = f"/appointments/{target}/"
    if kind in ("add", "remove"):
        return "POST", f"{path}participants/{kind}/", body, headers
    if kind in ("start", "complete"):
        return "POST", f"{path}{kind}/", None, headers
    return {"patch": "PATCH", "delete": "DELETE", "get": "GET"}[kind], path, body, headers
