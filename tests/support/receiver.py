"""A receiver of webhooks on this machine, which answers as a test says."""
import http.server
import json
import threading

from ports import free_port


class Message:
    """One post as it came."""

    def __init__(self, headers, body):
        self.headers = dict(headers)
        self.body = body
        self.id = self.headers.get("webhook-id")

    @property
    def sequence(self):
        return int(self.id.rpartition(".")[2])

    @property
    def event(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.id}>"


class Receiver:
    """`answer` is called with each message and returns a status, or a status with headers and a
    body; it may block. Messages are kept in the order in which they came, all and the accepted."""

    def __init__(self, answer=lambda message: 204, address="127.0.0.1", port=None):
        self.answer = answer
        self.messages = []
        self.accepted = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                message = Message(self.headers, body)
                receiver.messages.append(message)
                answer = receiver.answer(message)
                status, headers, content = answer if isinstance(answer, tuple) else (answer, {}, b"")
                if status < 300:
                    receiver.accepted.append(message)
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass  # the sender has gone

            def log_message(self, *_):
                pass

        self.port = port or free_port()
        self.url = f"http://{address}:{self.port}/hook"
        self.server = http.server.ThreadingHTTPServer((address, self.port), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def sequences(self):
        """Of the accepted ones, in the order in which they came."""
        return [message.sequence for message in self.accepted]

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
