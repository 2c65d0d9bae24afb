"""What rows need, made when they ask for it and kept while others need it: data, servers, floors."""
import itertools
import pathlib
import shutil
import tempfile

import load
import sides

PROGRAM = sides.BUILT / "consularia"


class Workshop:
    """Everything is in a temporary directory. Leaving `with` ends all processes and removes it."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="consularia-bench-"))
        self._numbers = itertools.count()
        self._kept = {}
        self._of_row = []  # removed with the row
        self._broker = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_row()
        for each in self._kept.values():
            if isinstance(each, sides.Ours):
                each.kill()
        if self._broker:
            self._broker.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _keep(self, key, make):
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def scratch(self):
        """A path at which nothing is yet."""
        return self.directory / f"scratch-{next(self._numbers)}"

    def data(self, size):
        return self._keep(size, lambda: sides.Data(self.scratch(), *size))

    def export(self, size):
        """A file with all records, and the key of the head at its end."""
        def make():
            file = self.scratch()
            made = sides.finish("make_export", self.data(size).directory / "ledger", file)
            return file, made.printed.strip()
        return self._keep(("export", size), make)

    def broker(self):
        if not self._broker:
            directory = self.scratch()
            directory.mkdir()
            self._broker = sides.Broker(directory).start()
        return self._broker

    def server(self, size, program=PROGRAM, kafka=False, options=()):
        """For rows that only read."""
        return self._keep((size, program, kafka, options),
                          lambda: self._start(size, program, kafka, options))

    def fresh_server(self, size, program=PROGRAM, kafka=False, options=()):
        """For one row, which may write."""
        made = self._start(size, program, kafka, options)
        self._of_row.append(made)
        return made

    def keep_for_row(self, made):
        """Something else that is removed with the row."""
        self._of_row.append(made)
        return made

    def _start(self, size, program, kafka, options):
        broker = self.broker() if kafka else None
        return sides.Ours(self.data(size), self.scratch(), program, options, broker).start()

    def requests(self, size, make):
        """A file of them."""
        def write():
            file = self.scratch()
            file.write_text("".join(make(self.server(size))), encoding="utf-8")
            return file
        return self._keep((size, make), write)

    def half_rate(self, size, make, connections, fresh=False, seconds=2):
        """Half of what a server does at most of such a load for some seconds; asked once."""
        def measure():
            server = (self.fresh_server if fresh else self.server)(size)
            requests = self.requests(size, make)
            return load.closed_loop(server, requests, connections, seconds).per_s / 2
        return self._keep(("rate", size, make, seconds), measure)

    def beast(self, size, make):
        """A bare Beast server that gives the real server's answers to such a load."""
        answers = {}
        for line in self.requests(size, make).read_text(encoding="utf-8").splitlines():
            kind, method, path, token, body = line.split("\t")
            if kind in answers:
                continue
            # A create needs a server that may be written.
            server = self.fresh_server(size) if kind == "create" else self.server(size)
            how = {"raw": body, "headers": {"Content-Type": "application/json"}} if body else {}
            answers[kind] = server.client(token).request(method, path, prefix="", **how)
            assert answers[kind].status // 100 == 2, answers[kind]
        any_of_them = next(iter(answers.values()))
        made = sides.BeastFloor(self.scratch(), *(answers.get(kind, any_of_them)
                                                  for kind in ("get", "list", "create")))
        self._of_row.append(made)
        return made

    def end_row(self):
        for each in self._of_row:
            each.remove()
        self._of_row.clear()
