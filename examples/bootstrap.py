"""Keeps a copy of an organization's appointments: the list first, then what changes, over HTTP alone.

    CONSULARIA_TOKEN=... bootstrap.py URL DATABASE [--until-end]      URL: http://127.0.0.1:8080/api/v1

The first answer of the list names the position that it reflects. From there on the feed says which
appointments have changed, and each of them is read again, so that no event has to be understood.
Reading one twice does no harm, so it does not matter that the list may show some changes already.
"""
import json
import os
import sqlite3
import sys
import urllib.error
import urllib.parse
import urllib.request

def get(url, path, **query):
    """(the answer's body, its position); the body is None if there is no such thing."""
    request = urllib.request.Request(f"{url}{path}?{urllib.parse.urlencode(query)}", headers={
        "Authorization": f"Bearer {os.environ['CONSULARIA_TOKEN']}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer), int(answer.headers["Consularia-Position"])
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise  # 409: this copy is of another organization, or of what a restore has undone
        return None, None


def read_list(url):
    """Goes on by start and not by page: pages move when others write. Only appointments with the
    same start are read by page, and once more if somebody wrote between two pages."""
    begin, page, before = "0001-01-01T00:00:00Z", 1, None
    while True:
        answer, position = get(url, "/appointments/", start_date=begin, page=page, page_size=100)
        if page > 1 and position != before:
            page = 1
            continue
        yield from answer["results"]
        if answer["next"] is None:
            return
        last = answer["results"][-1]["start_date_time"]
        begin, page, before = (begin, page + 1, position) if last == begin else (last, 1, None)


def main(url, path, *options):
    until_end = "--until-end" in options
    wait_s = 0 if until_end else 30  # for the next event
    copy = sqlite3.connect(path)
    copy.execute("CREATE TABLE IF NOT EXISTS appointment (id TEXT PRIMARY KEY, body TEXT)")
    copy.execute("CREATE TABLE IF NOT EXISTS position (after INTEGER)")
    if not copy.execute("SELECT after FROM position").fetchone():
        _, after = get(url, "/appointments/", page_size=1)
        with copy:  # the whole list and its position, or nothing
            copy.executemany("REPLACE INTO appointment VALUES (?, ?)", (
                (appointment["id"], json.dumps(appointment)) for appointment in read_list(url)))
            copy.execute("INSERT INTO position VALUES (?)", [after])
    after, = copy.execute("SELECT after FROM position").fetchone()
    while True:
        events, position = get(url, "/events/", after=after, limit=1000, wait=wait_s)
        subjects = {tuple(event["subject"].split("/")) for event in events}
        with copy:
            for id in (id for kind, id in subjects if kind == "appointments"):
                appointment, _ = get(url, f"/appointments/{id}/")
                copy.execute("DELETE FROM appointment WHERE id = ?", [id])
                if appointment:
                    copy.execute("INSERT INTO appointment VALUES (?, ?)", [id, json.dumps(appointment)])
            copy.execute("UPDATE position SET after = ?", [position])
        if position == after and until_end:
            return
        after = position


if __name__ == "__main__":
    main(*sys.argv[1:])
