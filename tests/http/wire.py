"""Raw bytes over a socket, for requests an HTTP library would not send."""
import socket
import time

from client import Answer, check_every_answer


class Wire:
    """One connection. read() takes exactly one answer from it; closed() waits for its end."""

    def __init__(self, port, timeout=15):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends all, or as much as the other side takes before it closes."""
        try:
            self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return self

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        return bool(data)

    def _until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                raise EOFError(f"closed after {self.buffer[:300]!r}")
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def _exactly(self, count):
        while len(self.buffer) < count:
            if not self._more():
                raise EOFError(f"closed {count - len(self.buffer)} bytes before the end")
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def head(self):
        """Status and headers (a dictionary of lower-case names) of the next answer."""
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, *_ = lines[0].split(" ", 2)
        assert version in ("HTTP/1.1", "HTTP/1.0"), lines[0]
        headers = Headers()
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            assert colon and name and name == name.strip(), line
            headers.append((name, value.strip()))
        return int(status), headers

    def read(self, method="GET"):
        status, headers = self.head()
        body = b""
        if not (status < 200 or status in (204, 304) or method == "HEAD"):
            if headers.get("Transfer-Encoding") == "chunked":
                while size := int(self._until(b"\r\n").partition(b";")[0], 16):
                    body += self._exactly(size)
                    assert self._exactly(2) == b"\r\n"
                assert self._exactly(2) == b"\r\n"
            elif headers.get("Content-Length") is not None:
                body = self._exactly(int(headers.get("Content-Length")))
            else:
                while self._more():
                    pass
                body, self.buffer = self.buffer, b""
        answer = Answer(status, headers, body)
        if status >= 200:
            check_every_answer(method, answer)
        return answer

    def closed(self, within_s=15):
        """True when the other side ends the connection in time, without sending anything more."""
        deadline = time.monotonic() + within_s
        self.socket.settimeout(within_s)
        try:
            while time.monotonic() < deadline:
                if not self._more():
                    return self.buffer == b""
        except TimeoutError:
            pass
        return False


class Headers(list):
    """Header lines in order; looked up without regard to case."""

    def all(self, name):
        return [value for key, value in self if key.lower() == name.lower()]

    def get(self, name):
        found = self.all(name)
        assert len(found) <= 1, f"{name} came {len(found)} times"
        return found[0] if found else None

    def __getitem__(self, name):
        return self.get(name) if isinstance(name, str) else super().__getitem__(name)
