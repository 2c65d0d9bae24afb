"""The clients in clients/, what runs them, and what they read."""
import os
import re
import sqlite3
import subprocess
import sys

import pytest

from consularia_topic.rule import partition_of
from process import Process
from server import ROOT, binary
from wait import until

INSTALLED_WITHIN_S = 240
ENOUGH_S = 60
PARTITIONS = 2
LANGUAGES = ["python", "javascript"]


@pytest.fixture(scope="session")
def node():
    """The path of a node that runs TypeScript, with the client's packages in place."""
    done = subprocess.run([ROOT / "tests" / "clients" / "install.sh"], stdout=subprocess.PIPE,
                          text=True, timeout=INSTALLED_WITHIN_S)
    assert done.returncode == 0
    return done.stdout.strip()


@pytest.fixture
def cluster(make_cluster):
    """One node, with organizations in both partitions; `apis` are their clients, by id."""
    made = make_cluster("topic", partitions=PARTITIONS)
    server, = made.start(1)
    made.apis = {}
    while {partition_of(id, PARTITIONS) for id in made.apis} != set(range(PARTITIONS)):
        organization = server.organization()
        made.apis[organization["id"]] = server.client(organization["token"]["token"])
    for api in made.apis.values():
        for n in range(5):
            api.create(title=f"number {n}")
    yield made
    made.kill()


class Copier:
    """The example in one language, and its database."""

    def __init__(self, language, node, kafka, directory):
        self.program = {"python": [sys.executable, ROOT / "examples" / "copy_to_sqlite.py"],
                        "javascript": [node, ROOT / "examples" / "copy-to-sqlite.ts"]}[language]
        directory.mkdir(exist_ok=True)
        self.kafka = kafka
        self.database = directory / "copy.db"
        self.log_file = directory / "copy.log"

    def start(self, topic, *options):
        """Runs until it is killed."""
        return Process(*self.program, self.kafka.servers, topic, self.database, *options,
                       log=self.log_file, env=os.environ | {"PYTHONPATH": ROOT / "clients" / "python"})

    def copy(self, topic):
        """All that is there."""
        process = self.start(topic, "--until-end")
        assert process.exit_code(ENOUGH_S) == 0, process.log()

    def stopped(self, process):
        """(partition, offset, reason) of the error with which it ends."""
        assert process.exit_code(ENOUGH_S) == 1
        found, = set(re.findall(r"BrokenLog: partition (\d+), offset (\d+): (.*)", process.log()))
        return int(found[0]), int(found[1]), found[2]

    def stop(self, topic):
        return self.stopped(self.start(topic, "--until-end"))

    def rows(self, query):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30) as database:
            return database.execute(query).fetchall()

    def count(self):
        try:
            return self.rows("SELECT count(*) FROM event")[0][0]
        except sqlite3.OperationalError:  # it is not there yet
            return 0

    def await_count(self, count, process):
        def reached():
            process.check_alive()
            return self.count() >= count

        until(reached, f"{count} events are copied", ENOUGH_S)


@pytest.fixture(params=LANGUAGES)
def copier(request, node, kafka, tmp_path):
    return Copier(request.param, node, kafka, tmp_path)


@pytest.fixture
def copiers(node, kafka, tmp_path):
    return [Copier(language, node, kafka, tmp_path / language) for language in LANGUAGES]


@pytest.fixture
def commands(node):
    """How each verifier is called, by language, and its environment."""
    script = ROOT / "clients" / "javascript" / "src" / "audit-command.js"
    return {"c++": [binary(), "audit", "verify"], "javascript": [node, script],
            "python": [sys.executable, "-m", "consularia_audit"]}
