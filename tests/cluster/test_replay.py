"""`ledger replay` of a topic: a data directory with its facts up to a moment."""
import pathlib
import subprocess

from client import person
from cluster import PUBLIC_URL
from server import Server, binary, run


def replay(cluster, name, moment):
    place = cluster.directory / name
    done = run("ledger", "replay", *cluster.ledger_options, "--secrets-file", cluster.secrets_file,
               "--data-dir", place, "--as-of", moment, "--public-url", PUBLIC_URL, timeout=60)
    assert done.returncode == 0, done.stderr
    return place


def test_two_replays_of_a_topic_are_equal_and_show_the_moment(make_cluster):
    cluster = make_cluster("replay")
    one, other = cluster.start(2)
    secrets = [one.organization(f"Office {number}")["token"]["token"] for number in range(4)]
    for number in range(8):
        for secret in secrets:  # in several partitions, by two nodes
            (one if number % 2 else other).client(secret).create(
                title=f"{number}", participants=[person("ann")])
    lists = [one.client(secret).get("/appointments/")["results"] for secret in secrets]
    moment = max(item["updated_at"] for listed in lists for item in listed)
    cluster.kafka.put(cluster.topic, 0, b"noise")
    for secret in secrets:
        path = f"/appointments/{one.client(secret).create()['id']}/"
        assert one.client(secret).patch(path, {"title": "later"}).status == 200
    places = [replay(cluster, name, moment) for name in ("first", "second")]
    program = pathlib.Path(binary()).with_name("same_rows")
    done = subprocess.run([program, *(place / "read" for place in places)], capture_output=True, text=True)
    assert done.returncode == 0 and "appointments: 32" in done.stdout, done.stdout + done.stderr
    exports = {run("ledger", "export", "--data-dir", place, text=False).stdout for place in places}
    assert len(exports) == 1 and exports.pop().count(b"\n") == 4 * 9
    with Server(places[0], "--read-only", "--public-url", PUBLIC_URL).start() as past:
        assert [past.client(secret).get("/appointments/")["results"] for secret in secrets] == lists
    cluster.kill()
