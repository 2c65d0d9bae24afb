"""Reads a stream of events as the HTML standard says (server-sent events)."""
import http.client

from client import PREFIX


class Message:
    def __init__(self, id, event, data):
        self.id, self.event, self.data = id, event, data

    @property
    def sequence(self):
        return int(self.id)

    def __repr__(self):
        return f"<{self.id} {self.event}>"


class Listener:
    """One connection. The id of the last message is kept for the next one, as browsers do."""

    def __init__(self, port, token=None, query="", last_id=None, timeout=30, method="GET", **headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        send = {"Accept": "text/event-stream", **headers}
        if token:
            send["Authorization"] = f"Token {token}"
        if last_id is not None:
            send["Last-Event-ID"] = str(last_id)
        self.connection.request(method, f"{PREFIX}/events/{query}", headers=send)
        self.response = self.connection.getresponse()
        self.last_id = last_id
        self.retry = None
        self.comments = 0

    @property
    def status(self):
        return self.response.status

    def header(self, name):
        return self.response.headers.get(name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.response.close()
        self.connection.close()

    def next(self):
        """The next message; None at the end of the stream."""
        event, data = "message", []
        while line := self.response.readline():
            assert line.endswith(b"\n"), line
            name, _, value = line[:-1].decode().partition(":")
            value = value.removeprefix(" ")
            if line == b"\n" and data:
                return Message(self.last_id, event, "\n".join(data))
            if line == b"\n":
                event = "message"
            elif name == "":
                self.comments += 1
            elif name == "id":
                self.last_id = value
            elif name == "event":
                event = value
            elif name == "data":
                data.append(value)
            elif name == "retry":
                self.retry = int(value)
            else:
                raise AssertionError(line)
        return None

    def take(self, count):
        messages = [self.next() for _ in range(count)]
        assert None not in messages, messages
        return messages
