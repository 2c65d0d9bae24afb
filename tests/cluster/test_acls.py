"""The access rights that docs/operations.md prints, taken from that page, on a broker that checks
them: they suffice, and each of them is needed."""
import contextlib
import os
import re
import subprocess

import pytest

from cluster import Cluster, rows
from kafka import Kafka
from kafka_acls import CREATE, DESCRIBE_CONFIGS, GROUP, READ, TOPIC, WRITE, Acls, Right
from server import ROOT, binary, run
from wait import until

SASL = 20  # above the plain port, where everybody may do everything
PASSWORD = "consularia-secret"
LEDGER, WORK = "consularia.ledger", "consularia.ledger.work"
WEBHOOKS = "consularia.ledger.webhooks"
BODY = {"title": "Consultation", "start_date_time": "2031-05-06T07:08:09Z", "duration_minutes": 30,
        "participants": []}
TOPIC_DENIED = "Topic authorization failed"
GROUP_DENIED = "Group authorization failed"


def printed(beginning):
    """The block of the page's section that begins so."""
    page = (ROOT / "docs" / "operations.md").read_text()
    section = page.split("\n### Access rights\n")[1].split("\n### ")[0]
    block, = [block for block in re.findall(r"```\n(.*?)```", section, re.S)
              if block.startswith(beginning)]
    return block


class Operator:
    """Follows the page, with the names of this machine, in a directory of its own."""

    def __init__(self, kafka, directory):
        self.directory = directory
        self.ledger = f"kafka:127.0.0.1:{kafka.port + SASL}"
        self.acls = Acls(kafka.port)
        self.names = {
            "broker-1:9092,broker-2:9092,broker-3:9092": f"127.0.0.1:{kafka.port + SASL}",
            "broker-1:9092": f"127.0.0.1:{kafka.port + SASL}",
            "/etc/consularia/ca.pem": str(kafka.directory / "tls" / "ca.pem"),
            "admin-password": PASSWORD, "consularia-password": PASSWORD,
            "--replication-factor 3": "--replication-factor 1",
        }
        (directory / "bin").mkdir()
        (directory / "bin" / "consularia").symlink_to(os.path.abspath(binary()))
        (directory / "admin.properties").write_text(self.printed("security.protocol="))
        (directory / "kafka.env").write_text(self.printed("export CONSULARIA_LEDGER="))
        lines = self.bash(". ./kafka.env; env -0").decode().split("\0")
        self.variables = dict(line.split("=", 1) for line in lines if line)

    def printed(self, beginning):
        block = printed(beginning)
        for name, value in self.names.items():
            block = block.replace(name, value)
        return block

    def bash(self, script, variables=os.environ):
        path = f"{self.directory / 'bin'}:{ROOT / 'scripts' / 'kafka' / 'tools'}:{os.environ['PATH']}"
        done = subprocess.run(["bash", "-euc", script], cwd=self.directory, capture_output=True,
                              timeout=120, env={**variables, "PATH": path})
        assert done.returncode == 0, (script, done.stdout, done.stderr)
        return done.stdout

    def environment(self, user):
        """What kafka.env makes of ours, with this user in it."""
        return {name: value.replace("username=consularia", f"username={user}")
                for name, value in self.variables.items()}

    def command(self, user, *words):
        return run(*words, env=self.environment(user), cwd=self.directory)

    def kcat(self, user, *words, **options):
        """On the topic, with the login of this user."""
        settings = self.environment(user)["CONSULARIA_KAFKA_CONFIG"].splitlines()
        return subprocess.run(
            ["kcat", "-b", self.ledger.removeprefix("kafka:"), "-t", LEDGER,
             *[word for setting in settings for word in ("-X", setting)], *words],
            capture_output=True, timeout=60, **options)

    @contextlib.contextmanager
    def without(self, right):
        """Takes this right of the nodes away for a while."""
        self.acls.revoke("consularia", right)
        try:
            yield
        finally:
            self.acls.grant("consularia", right)

    def read(self, user):
        """The values of all records, by kcat."""
        done = self.kcat(user, "-C", "-o", "beginning", "-e", "-q", "-f", "%s\\n")
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def cannot_write(self, user):
        done = self.kcat(user, "-P", "-p", "0", input=b"a record")
        assert TOPIC_DENIED.encode() in done.stderr, done
        assert b"a record" not in self.read("consularia")


class GuardedCluster(Cluster):
    """Its nodes are given only the environment of kafka.env."""

    ledger_options = ()

    def __init__(self, operator, directory, user="consularia", options=()):
        super().__init__(None, directory, LEDGER, options=options)
        self.environment = operator.environment(user)

    def node(self, *words, **how):
        made = super().node(*words, **how)
        made.process_options = {"env": self.environment}
        return made


@pytest.fixture(scope="module")
def operator(tmp_path_factory):
    """All that the page says has been done."""
    with Kafka(tmp_path_factory.mktemp("guarded"), "--acls").start() as kafka:
        operator = Operator(kafka, tmp_path_factory.mktemp("operator"))
        operator.bash(operator.printed("consularia ledger init"), operator.environment("admin"))
        operator.bash(operator.printed("acl() {"))
        operator.settings = (kafka.directory / "broker-1" / "server.properties").read_text()
        yield operator


def organization(node):
    """Its token; a broker on a busy machine may need more than one attempt."""
    made = until(lambda: (answer := node.admin.post("/organizations/", {"name": "Embassy"})).status == 201
                 and answer, "it is created")
    return made["token"]["token"]


def create(node, secret):
    return node.client(secret).post("/appointments/", BODY).status


@pytest.fixture(scope="module")
def nodes(operator, tmp_path_factory):
    """A cluster of two that have created an organization with three appointments."""
    with GuardedCluster(operator, tmp_path_factory.mktemp("nodes")) as cluster:
        one, _ = cluster.start(2)
        cluster.secret = organization(one)
        for _ in range(3):
            until(lambda: create(one, cluster.secret) == 201, "it is created")
        yield cluster


def test_the_broker_has_the_settings_of_the_page(operator):
    wanted = operator.printed("authorizer.class.name=").replace("User:broker", "User:ANONYMOUS")
    assert set(wanted.splitlines()) <= set(operator.settings.splitlines())


def test_two_nodes_and_all_commands_work_with_the_printed_rights(operator, nodes):
    one, two = nodes.nodes
    assert rows(one.client(nodes.secret)) == rows(two.client(nodes.secret))
    assert two.client(nodes.secret).get("/appointments/")["count"] >= 3
    until(lambda: operator.acls.assigned_members(WORK) == 2, "both take part in the group")

    two.stop()
    for words in [("ledger", "init"), ("ledger", "verify"), ("ledger", "export"),
                  ("ledger", "copy", "--from", operator.ledger, "--to", "embedded:copy"),
                  ("ledger", "copy", "--from", "embedded:copy", "--to", operator.ledger)]:
        done = operator.command("consularia", *words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    two.start()
    assert rows(one.client(nodes.secret)) == rows(two.client(nodes.secret))
    until(lambda: create(two, nodes.secret) == 201, "the restarted one writes")
    for node in nodes.nodes:
        assert "authorization failed" not in node.log()


def test_an_auditor_reads_everything_and_changes_nothing(operator, nodes, tmp_path):
    as_node = operator.command("consularia", "ledger", "export").stdout
    for words in [("verify",), ("copy", "--from", operator.ledger, "--to", f"embedded:{tmp_path}/copy")]:
        done = operator.command("auditor", "ledger", *words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    assert operator.command("auditor", "ledger", "export").stdout == as_node
    assert len(as_node.splitlines()) == len(operator.read("auditor"))

    operator.cannot_write("auditor")
    done = operator.command("auditor", "ledger", "copy", "--from", f"embedded:{tmp_path}/copy",
                            "--to", operator.ledger)
    assert done.returncode == 1 and TOPIC_DENIED in done.stderr, done
    assert operator.command("consularia", "ledger", "export").stdout == as_node


def test_who_was_granted_nothing_neither_reads_nor_writes(operator, nodes, tmp_path):
    for words in [("init",), ("verify",), ("export",),
                  ("copy", "--from", operator.ledger, "--to", f"embedded:{tmp_path}/copy")]:
        done = operator.command("stranger", "ledger", *words)
        assert (done.returncode, done.stdout) == (1, "") and TOPIC_DENIED in done.stderr, (words, done)
    read = operator.kcat("stranger", "-C", "-o", "beginning", "-e", "-q")
    assert read.stdout == b"" and TOPIC_DENIED.encode() in read.stderr, read
    operator.cannot_write("stranger")
    with GuardedCluster(operator, tmp_path, user="stranger") as cluster:
        code, sentence = cluster.node().launch().exit_code()
        assert code == 1 and TOPIC_DENIED in sentence, sentence


def says(node, sentence):
    """/readyz refuses with these words."""
    answer = node.probe("/readyz")
    return answer.status == 503 and sentence in answer.body.decode()


def test_without_reading_a_node_is_not_ready(operator, nodes):
    node, _ = nodes.nodes
    with operator.without(Right(TOPIC, LEDGER, READ)):
        until(lambda: says(node, "tail: failing") and says(node, TOPIC_DENIED), "it says why")
    node.await_ready()


def test_without_writing_nothing_is_created(operator, nodes):
    node, _ = nodes.nodes
    with operator.without(Right(TOPIC, LEDGER, WRITE)):
        until(lambda: create(node, nodes.secret) == 503 and says(node, "append: failing"), "it says why")
    until(lambda: create(node, nodes.secret) == 201, "it writes again")
    node.await_ready()


def test_without_the_settings_no_node_starts(operator, nodes):
    sentence = f"the settings of the Kafka topic {LEDGER} cannot be read"
    _, node = nodes.nodes
    node.stop()
    with operator.without(Right(TOPIC, LEDGER, DESCRIBE_CONFIGS)):
        code, last = node.launch().exit_code()
        assert code == 1 and sentence in last and TOPIC_DENIED in last, last
    node.start()


@pytest.mark.parametrize("right, complaint", [
    (Right(TOPIC, WORK, READ), TOPIC_DENIED), (Right(GROUP, WORK, READ), GROUP_DENIED)])
def test_without_the_group_a_node_says_so_and_no_deadline_is_its_own(operator, nodes, right, complaint):
    _, node = nodes.nodes
    node.stop()
    with operator.without(right):
        node.start()
        until(lambda: WORK in node.log() and complaint in node.log(), "it says why")
        assert operator.acls.assigned_members(WORK) < 2
    until(lambda: operator.acls.assigned_members(WORK) == 2, "it takes part again")


def test_these_are_all_rights_that_the_page_grants(operator):
    assert operator.acls.rights_of("consularia") == {
        Right(TOPIC, LEDGER, READ), Right(TOPIC, LEDGER, WRITE),
        Right(TOPIC, LEDGER, DESCRIBE_CONFIGS), Right(TOPIC, WORK, READ), Right(GROUP, WORK, READ),
        Right(TOPIC, WEBHOOKS, READ), Right(TOPIC, WEBHOOKS, WRITE),
        Right(TOPIC, WEBHOOKS, DESCRIBE_CONFIGS)}
    assert operator.acls.rights_of("auditor") == {Right(TOPIC, LEDGER, READ)}


def test_nodes_create_both_topics_if_they_may(operator, tmp_path):
    topic, work = "fresh.ledger", "fresh.ledger.work"
    for right in operator.acls.rights_of("consularia"):
        operator.acls.grant("consularia", right._replace(name=right.name.replace(LEDGER, topic)))
    for name in (topic, work):
        operator.acls.grant("consularia", Right(TOPIC, name, CREATE))
    with GuardedCluster(operator, tmp_path, options=("--topic", topic, "--partitions", 3)) as cluster:
        node, = cluster.start(1)
        assert organization(node)
        until(lambda: operator.acls.assigned_members(work) == 1, "it takes part in the group")
