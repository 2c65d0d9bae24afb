"""A flood in a process of its own, which `flood()` starts: `flood.py PORT CONNECTIONS`.

Standard input gives one request as a line of JSON (method, path, headers, body, in which {n} is the
number of the request). Each connection sends it again and again, one at a time, until another line
comes. Then it prints the statuses and times.
"""
import contextlib
import json
import resource
import selectors
import socket
import statistics
import sys
import time

from process import Process

FLOWS_WITHIN_S = 120


class Flood:
    def __init__(self, process):
        self.process = process
        self.result = None

    @contextlib.contextmanager
    def paused(self):
        """Nothing is sent meanwhile; what was sent before may still be answered."""
        self.process.pause()
        try:
            yield
        finally:
            self.process.resume()


@contextlib.contextmanager
def flood(client, connections, method, path, body):
    """`connections` send this request again and again. Enters when each was answered once; the
    result is set at the end."""
    request = {"method": method, "path": path, "body": json.dumps(body), "headers": {
        "Authorization": f"Token {client.token}", "Content-Type": "application/json"}}
    # It leaves the processor to the others, as if it ran on another machine.
    words = ["nice", "-n", "19", sys.executable, __file__, client.port, connections]
    with Process(*words, talks=True) as process:
        process.say(json.dumps(request))
        assert process.hear(FLOWS_WITHIN_S) == "flowing"
        seen = Flood(process)
        yield seen
        process.say("")
        seen.result = json.loads(process.hear())
        assert process.exit_code() == 0


class Connection:
    def __init__(self, port, selector):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.begun = 0.0
        selector.register(self.socket, selectors.EVENT_READ, self)

    def send(self, message):
        self.received = b""
        self.begun = time.monotonic()
        self.socket.sendall(message)

    def read(self):
        """The status of an answer that is complete, and the time that it took."""
        data = self.socket.recv(1 << 20)
        if not data:
            raise EOFError("The server ended the connection.")
        self.received += data
        head, blank, body = self.received.partition(b"\r\n\r\n")
        if not blank:
            return None
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        fields = {name.lower(): value for name, value in fields.items()}
        if len(body) < int(fields.get(b"content-length", 0)):
            return None
        return int(head.split()[1]), time.monotonic() - self.begun


def wire(request, number):
    body = request["body"].replace("{n}", str(number)).encode()
    headers = {"Host": "flood", "Content-Length": len(body), **request["headers"]}
    lines = [f"{request['method']} {request['path']} HTTP/1.1",
             *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def main():
    port, count = map(int, sys.argv[1:])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    request = json.loads(sys.stdin.readline())
    statuses, seconds, sent = {}, [], 0
    with selectors.DefaultSelector() as selector:
        for _ in range(count):
            Connection(port, selector).send(wire(request, sent))
            sent += 1
        selector.register(sys.stdin, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    print(json.dumps({"statuses": statuses, "count": len(seconds),
                                      "median": statistics.median(seconds) if seconds else None}))
                    return
                answer = key.data.read()
                if answer is None:
                    continue
                statuses[answer[0]] = statuses.get(answer[0], 0) + 1
                seconds.append(answer[1])
                if len(seconds) == count:
                    print("flowing", flush=True)
                key.data.send(wire(request, sent))
                sent += 1


if __name__ == "__main__":
    main()
