"""The example that copies the appointments over HTTP alone misses nothing while others write."""
import json
import os
import random
import sqlite3
import sys
import threading

import jsonschema_rs

from process import Process
from server import ROOT, Server
from test_documents import SCHEMA
from wait import until

ENOUGH_S = 60
APPOINTMENTS = 250  # more than two pages


def change_at_random(api, ids, dice):
    """Creates, moves to another start, or deletes."""
    id = ids.pop(dice.randrange(len(ids)))
    if dice.random() < 0.5:
        assert api.delete(f"/appointments/{id}/").status == 204
        id = api.create(start_date_time=some_start(dice))["id"]
    else:
        moved = api.patch(f"/appointments/{id}/", {"start_date_time": some_start(dice)})
        assert moved.status == 200, moved
    ids.append(id)


def some_start(dice):
    """Many of them are the same, more than there are on a page."""
    return f"2031-05-0{dice.choice([1, 1, 1, 2, 3])}T{dice.choice([0, 0, 0, 5]):02}:00:00Z"


def test_a_copy_is_complete_though_others_write_and_it_is_killed(tmp_path):
    dice = random.Random(14)
    with Server(tmp_path / "node") as server:
        token = server.start().organization()["token"]["token"]
        api = server.client(token)
        ids = [api.create(start_date_time=some_start(dice))["id"] for _ in range(APPOINTMENTS)]
        database = tmp_path / "copy.db"

        def bootstrap(*options):
            return Process(
                sys.executable, ROOT / "examples" / "bootstrap.py", f"{server.url}/api/v1", database,
                *options, log=tmp_path / "log", env=os.environ | {"CONSULARIA_TOKEN": token})

        def position():
            try:
                with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as copy:
                    return (copy.execute("SELECT after FROM position").fetchone() or [0])[0]
            except sqlite3.OperationalError:  # it is not there yet
                return 0

        def write():
            while not over.is_set():
                change_at_random(api, ids, dice)

        over = threading.Event()
        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(3):
                before = position()
                with bootstrap() as process:
                    def moved():
                        process.check_alive()
                        return position() > before

                    until(moved, "it goes on", ENOUGH_S)  # and is killed
        finally:
            over.set()
            writer.join()
        last = bootstrap("--until-end")
        assert last.exit_code(ENOUGH_S) == 0, last.log()

        with sqlite3.connect(database) as copy:
            copied = {id: json.loads(body) for id, body in copy.execute("SELECT * FROM appointment")}
        assert copied == {id: api.get(f"/appointments/{id}/").json for id in ids}
        assert position() == api.get("/appointments/").position
        schema = jsonschema_rs.Draft202012Validator(SCHEMA)
        for event in api.get("/events/?limit=1000").json:
            schema.validate(event)
