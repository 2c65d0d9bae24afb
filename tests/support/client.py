"""A small HTTP client for the tests. Every answer is checked for what all answers share."""
import concurrent.futures
import http.client
import json as jsonlib
import re
import urllib.parse
import uuid

PREFIX = "/api/v1"
ABSENT = object()
EVENT_BATCH = "application/cloudevents-batch+json"
PAGES = ("text/html", "text/css", "text/javascript")
NOTE = "text/plain"
RECORD_LINES = "application/x-ndjson"

REQUIRED = "This field is required."
NULL = "This field may not be null."
BLANK = "This field may not be blank."
NOT_STRING = "Not a valid string."
NUL = "Null characters are not allowed."
LONG_60 = "Ensure this field has no more than 60 characters."
LONG_255 = "Ensure this field has no more than 255 characters."
NOT_INTEGER = "A valid integer is required."
TOO_SMALL = "Ensure this value is greater than or equal to 15."
TOO_LARGE = "Ensure this value is less than or equal to 720."
BAD_DATETIME = (
    "Datetime has wrong format. Use one of these formats instead: "
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].")
OUT_OF_RANGE = "Datetime value out of range."
NOT_UUID = "Must be a valid UUID."
NOT_BOOLEAN = "Must be a valid boolean."
DUPLICATE = "A participant with this unique_id already exists in this appointment."
NOT_HERE = "No participant with this id in this appointment."
TOO_MANY = "An appointment has at most 1000 participants."
BAD_FILTER = "Enter a valid date/time."
UNKNOWN_FIELD = "Unknown field."

NOT_FOUND = {"detail": "Not found."}
NO_APPOINTMENT = {"detail": "No Appointment matches the given query."}
NO_PARTICIPANT = {"detail": "No Participant matches the given query."}
INVALID_PAGE = {"detail": "Invalid page."}
NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}
INVALID_TOKEN = {"detail": "Invalid token."}
FORBIDDEN = {"detail": "You do not have permission to perform this action."}
NOT_ACCEPTABLE = {"detail": "Could not satisfy the request Accept header."}
CHANGED = {"detail": "The appointment has changed."}
KEY_REUSED = {"detail": "This Idempotency-Key was used with a different request."}
BAD_KEY = {"detail": "Idempotency-Key must be 1 to 255 visible ASCII characters."}
TOO_LARGE_BODY = {"detail": "Request body is too large."}

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.(?!000000)\d{6})?Z")
APPOINTMENT_KEYS = ["id", "title", "start_date_time", "duration_minutes", "status", "config",
                    "participants", "created_at", "updated_at"]
PARTICIPANT_KEYS = ["id", "unique_id", "display_name", "role", "access_link"]


def not_a_choice(value):
    return f'"{value}" is not a valid choice.'


def not_a_list(kind):
    return f'Expected a list of items but got type "{kind}".'


def not_an_object(kind):
    return f"Invalid data. Expected a dictionary, but got {kind}."


def not_a_dictionary(kind):
    return f'Expected a dictionary of items but got type "{kind}".'


def unique(stem="p"):
    """A name that no other test uses, so that tests can share an organization."""
    return f"{stem}-{uuid.uuid4().hex[:16]}"


def person(unique_id=None, role="participant", **more):
    return {"unique_id": unique_id or unique(), "role": role, **more}


def people(count):
    return [person(f"member-{n}") for n in range(count)]


def valid(**changes):
    """A body that creates an appointment; ABSENT takes a field away."""
    body = {"title": "Consultation", "start_date_time": "2031-05-06T07:08:09Z",
            "duration_minutes": 30, "participants": [], **changes}
    return {key: value for key, value in body.items() if value is not ABSENT}


def unknown_id():
    return str(uuid.uuid4())


class Answer:
    """Status, headers and body of one answer; answer["key"] reads its JSON."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return jsonlib.loads(self.body)

    @property
    def etag(self):
        return self.headers["ETag"]

    @property
    def position(self):
        return int(self.headers["Consularia-Position"])

    def header(self, name):
        return self.headers.get(name)

    def __getitem__(self, key):
        return self.json[key]

    def __repr__(self):
        return f"<{self.status} {self.body[:500]!r}>"


def check_every_answer(method, answer):
    """Checks what holds for every answer, whatever the request was."""
    assert answer.header("X-Request-ID"), answer
    assert answer.header("X-Content-Type-Options") == "nosniff", answer
    assert answer.header("Cache-Control") == "no-store", answer
    assert answer.header("Referrer-Policy") == "no-referrer", answer
    assert answer.header("Set-Cookie") is None, answer
    if answer.status in (204, 304) or method == "HEAD":
        assert answer.body == b"", answer
    if answer.status == 204:
        assert answer.header("Content-Length") in (None, "0"), answer
    if answer.body:
        kind = (answer.header("Content-Type") or "").partition(";")[0]
        if kind in (NOTE, RECORD_LINES):  # heads and records for auditors
            assert answer.status == 200 and answer.body.endswith(b"\n"), answer
        elif kind in PAGES:  # of access links, and the console
            assert answer.header("Content-Security-Policy").startswith("default-src 'none'; ")
        else:
            assert kind in ("application/json", "application/problem+json", EVENT_BATCH), answer
            jsonlib.loads(answer.body)
    if answer.status == 401:
        assert answer.header("WWW-Authenticate") == "Token", answer
    if answer.status == 405:
        assert answer.header("Allow"), answer
    if answer.status in (429, 503):
        assert answer.header("Retry-After"), answer


def multipart(pairs, boundary):
    parts = b""
    for name, value in pairs:
        parts += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
                  f"{value}\r\n").encode()
    return parts + f"--{boundary}--\r\n".encode()


class Client:
    """Sends requests to one server with one secret, each on a connection of its own."""

    def __init__(self, port, token=None, timeout=30):
        self.port = port
        self.token = token
        self.timeout = timeout

    def with_token(self, token):
        return Client(self.port, token, self.timeout)

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    @property
    def base(self):
        return f"http://{self.host}{PREFIX}"

    def request(self, method, path, json=ABSENT, form=None, parts=None, raw=None, headers=None,
                prefix=PREFIX):
        """Body: json (any value), form (pairs or text), parts (pairs, multipart), raw (bytes, no
        Content-Type of its own). A header that is None is left out, a list is sent as lines."""
        send = {"Host": self.host}
        if self.token:
            send["Authorization"] = f"Token {self.token}"
        body = None
        if json is not ABSENT:
            send["Content-Type"] = "application/json"
            body = jsonlib.dumps(json, ensure_ascii=False).encode()
        elif form is not None:
            send["Content-Type"] = "application/x-www-form-urlencoded"
            body = (form if isinstance(form, str) else urllib.parse.urlencode(form)).encode()
        elif parts is not None:
            send["Content-Type"] = "multipart/form-data; boundary=frontier"
            body = multipart(parts, "frontier")
        elif raw is not None:
            body = raw.encode() if isinstance(raw, str) else raw
        if body is not None or method in ("POST", "PATCH", "PUT"):
            send["Content-Length"] = str(len(body or b""))
        for name, value in (headers or {}).items():
            send = {key: kept for key, kept in send.items() if key.lower() != name.lower()}
            if value is not None:
                send[name] = value
        answer = self._exchange(method, prefix + path, send, body)
        check_every_answer(method, answer)
        return answer

    def _exchange(self, method, target, headers, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                for line in value if isinstance(value, list) else [value]:
                    connection.putheader(name, line)
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path, **how):
        return self.request("GET", path, **how)

    def post(self, path, json=ABSENT, **how):
        return self.request("POST", path, json=json, **how)

    def patch(self, path, json=ABSENT, **how):
        return self.request("PATCH", path, json=json, **how)

    def delete(self, path, **how):
        return self.request("DELETE", path, **how)

    def create(self, headers=None, **changes):
        """An appointment that exists."""
        answer = self.post("/appointments/", valid(**changes), headers=headers)
        assert answer.status == 201, answer
        return answer

    def refuse(self, **changes):
        """The field errors of a create that must be refused."""
        answer = self.post("/appointments/", valid(**changes))
        assert answer.status == 400, answer
        return answer.json

    def raw_create(self, fields):
        """Creates from JSON text, for values Python's json would not write that way."""
        known = {"title": '"raw"', "start_date_time": '"2031-05-06T07:08:09Z"',
                 "duration_minutes": "30", "participants": "[]", **fields}
        text = "{" + ",".join(f'"{name}":{value}' for name, value in known.items()) + "}"
        return self.post("/appointments/", raw=text, headers={"Content-Type": "application/json"})

    def in_state(self, state, **changes):
        """An appointment in the state scheduled, active or completed."""
        made = self.create(**changes)
        for command in {"scheduled": [], "active": ["start"],
                        "completed": ["start", "complete"]}[state]:
            made = self.post(f"/appointments/{made['id']}/{command}/")
            assert made.status == 200, made
        assert made["status"] == state
        return made

    def ids(self, query):
        answer = self.get(f"/appointments/?{query}")
        assert answer.status == 200, answer
        return [item["id"] for item in answer["results"]]


def at_once(count, call):
    """call(0) … call(count - 1), all at the same time."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))
