"""Small HTTP servers instead of two nodes, and nginx with the real configuration in front of
them."""
import contextlib
import pathlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ports import free_port
from process import Process
from server import ROOT
from wait import until


class Node:
    """Records each request and answers 200 with its name, unless the test changes that."""

    def __init__(self, name):
        self.name = name
        self.port = free_port()
        self.status = 200
        self.drops_requests = False
        self.refuses_bodies = False
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.requests = []
        self.connections = []
        self.http = self._start()

    def _start(self):
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 65536  # one segment per answer: two would wait for each other's ACK

            def answer(self):
                wanted = 0 if node.refuses_bodies else int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(wanted)
                node.requests.append((self.command, self.path, self.headers, len(body)))
                node.may_answer.wait()
                self.close_connection = node.drops_requests or node.refuses_bodies
                if not node.drops_requests:
                    self.send_response(node.status)
                    self.send_header("Content-Length", str(len(node.name)))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(node.name.encode())

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        class Http(ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self):
                connection, address = super().get_request()
                node.connections.append(connection)
                return connection, address

            def handle_error(self, *_):
                pass

        http = Http(("127.0.0.1", self.port), Handler)
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        return http

    def stop(self):
        """From now on the port refuses connections, and the connections that nginx keeps open are
        closed."""
        self.http.shutdown()
        self.http.server_close()
        for connection in self.connections:
            with contextlib.suppress(OSError):  # already closed
                connection.shutdown(socket.SHUT_RDWR)


class Nginx:
    """Debian's nginx in the foreground, with deploy/nginx.conf on ports and files of the test."""

    def __init__(self, directory, nodes, changes=None):
        """`changes`: words of the configuration and their replacements."""
        self.port = free_port()
        self.access_log = directory / "access.log"
        self.error_log = directory / "error.log"
        configuration = directory / "nginx.conf"
        configuration.write_text(self._rewritten(directory, nodes, changes or {}))
        self.process = Process("nginx", "-e", self.error_log, "-c", configuration,
                               "-g", "daemon off;", log=directory / "output.log")
        until(self._listens, "nginx listens")

    def _rewritten(self, directory, nodes, changes):
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        folders = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"\n    {kind}_temp_path {directory}/{kind};" for kind in folders)
        replacements = {
            "http {": f"http {{{temporary}",
            "worker_processes auto;": "worker_processes 1;",
            "pid /run/nginx.pid;": f"pid {directory}/nginx.pid;",
            "error_log /dev/stderr crit": f"error_log {self.error_log} crit",
            "access_log /dev/stdout": f"access_log {self.access_log}",
            "listen 8080;": f"listen 127.0.0.1:{self.port};",
            "server consularia-1:8080": f"server 127.0.0.1:{nodes[0].port}",
            "server consularia-2:8080": f"server 127.0.0.1:{nodes[1].port}",
            **changes,
        }
        for old, new in replacements.items():
            assert old in text, f"deploy/nginx.conf has no `{old}`"
            text = text.replace(old, new)
        return text

    def _listens(self):
        self.process.check_alive()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """Ends it, so that its logs are complete, and returns them."""
        self.process.stop()
        return "".join(pathlib.Path(log).read_text() for log in (self.access_log, self.error_log))
