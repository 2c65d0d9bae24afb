"""Ten thousand appointments whose end comes at once, while the server is killed: each is ended by
exactly one event, in time, and requests are served at the same time."""
import collections
import concurrent.futures
import datetime
import json
import os

from client import valid
from server import run
from wait import until

DUE = int(os.environ.get("CONSULARIA_DUE", "10000"))
CREATORS = 32
KILLS = 4
DURATION_MIN = 15
BETWEEN = 50  # creates while the ends are acted upon


def ends_at(moment):
    start = moment - datetime.timedelta(minutes=DURATION_MIN)
    return valid(title="due", duration_minutes=DURATION_MIN, start_date_time=start.isoformat())


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def create_all(node, count, end):
    """Creates the appointments before their end, so that they wait for it."""
    body = ends_at(end)

    def some(number):
        api = node.client()
        for _ in range(number):
            answer = api.request("POST", "/appointments/", json=body)
            assert answer.status == 201, answer

    share, rest = divmod(count, CREATORS)
    with concurrent.futures.ThreadPoolExecutor(CREATORS) as pool:
        for done in [pool.submit(some, share + (n < rest)) for n in range(CREATORS)]:
            done.result()


def facts(node):
    exported = run("ledger", "export", "--facts", "--data-dir", node.data_dir, timeout=120)
    assert exported.returncode == 0, exported.stderr
    return [json.loads(line) for line in exported.stdout.splitlines()]


def missed(all_facts):
    return [fact for fact in all_facts if fact["type"].endswith("appointment.missed.v1")]


def applied(node):
    """How many records the running server has applied."""
    return node.value("consularia_applied_position")


def kill_in_the_midst(node):
    """Starts the server and kills it as soon as it has got further than when it started."""
    node.serve()
    before = applied(node)
    until(lambda: applied(node) > before, "something is done", 60, every_s=0)
    node.kill()


def await_missed(node, count, within_s):
    return until(lambda: len(found := missed(facts(node))) >= count and found,
                 f"{count} appointments are missed", within_s, every_s=0.2)


def test_ten_thousand_ends_come_once_each_through_kills(node, clock):
    """The ends come while no server runs: the test moves the clock, which the next start
    accepts."""
    node.serve()
    create_all(node, DUE, now() + datetime.timedelta(days=1))
    node.kill()
    clock.jump(2 * 24 * 3600)
    for _ in range(KILLS):
        kill_in_the_midst(node)
    ended = len(missed(facts(node)))
    assert 0 < ended < DUE, f"{ended} were ended before the last kill: nothing was tested"
    api = node.serve()
    made = [api.request("POST", "/appointments/", json=valid()) for _ in range(BETWEEN)]
    assert all(answer.status == 201 for answer in made)
    found = await_missed(node, DUE, 60)
    last = max(int(fact["sequence"]) for fact in found)
    between = sum(answer.position < last for answer in made)
    assert between >= BETWEEN // 5, f"{BETWEEN - between} requests waited behind all deadlines"
    per_appointment = collections.Counter(fact["subject"] for fact in found)
    assert len(per_appointment) == DUE
    assert set(per_appointment.values()) == {1}
    assert {fact["actor"] for fact in found} == {"system/deadlines"}
    page = api.get("/appointments/?page_size=1")
    assert page["results"][0]["status"] == "missed", page["results"][0]
    verified = run("ledger", "verify", "--data-dir", node.data_dir, timeout=120)
    assert verified.returncode == 0 and " 0 void" in verified.stdout, verified
    node.stop()


def test_an_end_is_acted_upon_within_a_second(node):
    api = node.serve()
    ends = [now() + datetime.timedelta(seconds=1 + 0.25 * n) for n in range(8)]
    made = [api.request("POST", "/appointments/", json=ends_at(end)).json["id"] for end in ends]
    by_subject = {f"appointments/{one}": end for one, end in zip(made, ends)}
    late = sorted(datetime.datetime.fromisoformat(fact["time"]) - by_subject[fact["subject"]]
                  for fact in await_missed(node, len(ends), 20))
    # A busy machine may hold up the others.
    assert datetime.timedelta(0) <= late[0], late
    assert late[len(late) // 2] < datetime.timedelta(seconds=1), late
    node.stop()


def test_rescheduling_moves_the_end(node):
    api = node.serve()
    soon = now() + datetime.timedelta(seconds=1.5)
    moved, stays = (api.request("POST", "/appointments/", json=ends_at(soon)).json["id"]
                    for _ in range(2))
    later = ends_at(soon + datetime.timedelta(hours=1))["start_date_time"]
    answer = api.request("PATCH", f"/appointments/{moved}/", json={"start_date_time": later})
    assert answer.status == 200
    found = await_missed(node, 1, 20)
    assert [fact["subject"] for fact in found] == [f"appointments/{stays}"]
    assert api.get(f"/appointments/{moved}/")["status"] == "scheduled"
    node.stop()
