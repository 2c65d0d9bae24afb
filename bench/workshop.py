"""What rows need, made when they ask for it and kept while others need it: data, servers, floors."""
import itertools
import os
import pathlib
import shutil
import tempfile

import sides
import traffic

PROGRAM = sides.BUILT / "consularia"


class Workshop:
    """Everything is in a temporary directory. Leaving `with` ends all processes and removes it."""

    def __init__(self, parent=None):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="consularia-bench-", dir=parent))
        self._numbers = itertools.count()
        self._data = {}
        self._servers = {}
        self._requests = {}
        self._for_row = []  # ends with it

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_row()
        for server in self._servers.values():
            server.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def scratch(self):
        """A path at which nothing is yet."""
        return self.directory / f"scratch-{next(self._numbers)}"

    def data(self, size):
        if size not in self._data:
            self._data[size] = sides.Data(self.scratch(), *size)
        return self._data[size]

    def server(self, size, program=PROGRAM, fresh=False):
        """A fresh one is for writing: only the row that asks for it has it."""
        key = (size, program)
        if fresh:
            made = sides.Ours(self.data(size), self.scratch(), program).start()
            self._for_row.append(made)
            return made
        if key not in self._servers:
            self._servers[key] = sides.Ours(self.data(size), self.scratch(), program).start()
        return self._servers[key]

    def requests(self, server, make):
        """A file of them."""
        key = (server.data.directory, make)
        if key not in self._requests:
            self._requests[key] = self.scratch()
            self._requests[key].write_text("".join(make(server)), encoding="utf-8")
        return self._requests[key]

    def beast(self, server, make):
        """A floor that gives the server's answers to this kind of load."""
        answers = {}
        for words in (each.rstrip("\n").split("\t") for each in make(server)):
            method, path, token, body = words
            kind = "create" if method == "POST" else "get" if path.endswith("/") and len(
                path) > len(traffic.PATH) else "list"
            if kind in answers:
                continue
            client = server.client(token)
            how = {"raw": body, "headers": {"Content-Type": "application/json"}} if body else {}
            answers[kind] = client.request(method, path, prefix="", **how)
            assert answers[kind].status // 100 == 2, answers[kind]
        spare = next(iter(answers.values()))
        made = sides.BeastFloor(self.scratch(), os.cpu_count(),
                                *(answers.get(kind, spare) for kind in ("get", "list", "create")))
        self._for_row.append(made)
        return made

    def end_row(self):
        for each in self._for_row:
            each.kill()
            if hasattr(each, "data_dir"):
                shutil.rmtree(each.data_dir, ignore_errors=True)
        self._for_row.clear()
