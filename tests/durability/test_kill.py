"""kill -9 at random moments under concurrent writers: nothing acknowledged is lost, nothing that is
repeated with its Idempotency-Key is done twice, and the chain holds."""
import json
import os
import random
import shutil
import threading
import time

from client import person, valid
from kill_at import Killer
from server import run
from wait import until

ROUNDS = int(os.environ.get("CONSULARIA_KILL_ROUNDS", "200"))
WRITERS = 6
LONGEST_LIFE_S = 0.12
FIRST_STARTS = 12


class Writer(threading.Thread):
    """Creates and renames appointments, one request at a time, until its server is gone. It keeps a
    request without an answer, which is repeated after the next start."""

    def __init__(self, api, name, unanswered, acknowledged):
        super().__init__()
        self.api, self.stem = api, name
        self.unanswered = unanswered
        self.acknowledged = acknowledged
        self.error = None

    def run(self):
        count = 0
        try:
            while True:
                if self.unanswered is None:
                    self.unanswered = self.next_request(f"{self.stem}-{count}")
                    count += 1
                key, method, path, body = self.unanswered
                answer = self.api.request(method, path, json=body, headers={"Idempotency-Key": key})
                assert answer.status in (200, 201), answer
                self.acknowledged.append((key, method, path, body, answer.status, answer.body))
                self.unanswered = None
        except OSError:
            pass  # killed during the request, whose fate is unknown
        except Exception as error:  # noqa: BLE001 — shown by the test
            self.error = error

    def next_request(self, key):
        created = [done for done in self.acknowledged[-5:] if done[1] == "POST"]
        if created and random.random() < 0.4:
            target = json.loads(random.choice(created)[5])["id"]
            return key, "PATCH", f"/appointments/{target}/", {"title": f"renamed by {key}"}
        return key, "POST", "/appointments/", valid(title=key, participants=[person(key)])


def test_a_first_start_that_was_killed_is_followed_by_a_start(node, tmp_path):
    killer = Killer(tmp_path)
    node.process_options = {"env": killer.environment()}
    node.start()
    node.stop()
    steps = killer.steps()
    for step in sorted(random.sample(range(1, steps), FIRST_STARTS)):
        shutil.rmtree(node.data_dir)
        node.process_options = {"env": killer.environment(CONSULARIA_KILL_AT=str(step))}
        node.launch()
        until(lambda: not node.process.alive() or " is ready on " in node.log(), "it is over")
        node.kill()
        node.process_options = {}
        node.start()
        node.stop()


def test_what_is_acknowledged_survives_kill_and_is_done_once(node):
    seed = random.randrange(1 << 32)
    random.seed(seed)
    print(f"seed {seed}, {ROUNDS} rounds")
    unanswered = [None] * WRITERS
    acknowledged = [[] for _ in range(WRITERS)]
    for turn in range(ROUNDS):
        api = node.serve()
        for done in acknowledged:
            for key, method, path, body, status, first in done[-2:]:
                again = api.request(method, path, json=body, headers={"Idempotency-Key": key})
                assert (again.status, again.body) == (status, first), (seed, turn, key)
                assert again.header("Idempotency-Replayed") == "true", (seed, turn, key)
        writers = [Writer(api, f"r{turn}w{n}", unanswered[n], acknowledged[n])
                   for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(random.uniform(0, LONGEST_LIFE_S))  # the random moment is the point
        node.kill()
        for n, writer in enumerate(writers):
            writer.join()
            assert writer.error is None, (seed, turn, writer.error)
            unanswered[n] = writer.unanswered

    api = node.serve()
    total = sum(len(done) for done in acknowledged)
    assert total > ROUNDS, "the writers got nothing done: nothing was tested"
    for done in acknowledged:
        for key, method, _, _, _, first in done:
            if method != "POST":
                continue
            page = api.get(f"/appointments/?participant_unique_id={key}")
            assert page["count"] == 1, (seed, key, page)
    made = api.get("/appointments/?page_size=1")["count"]
    posts = sum(1 for done in acknowledged for one in done if one[1] == "POST")
    open_posts = sum(1 for one in unanswered if one is not None and one[1] == "POST")
    assert posts <= made <= posts + open_posts, (seed, posts, open_posts, made)
    verified = run("ledger", "verify", "--data-dir", node.data_dir)
    assert verified.returncode == 0, verified.stderr
    assert " 0 void" in verified.stdout
    node.stop()
