"""Copies the events of a topic into SQLite, each exactly once.

    copy_to_sqlite.py BOOTSTRAP_SERVERS TOPIC DATABASE [--until-end]

Each event and the position behind it are committed together. So this program can be killed at any
time and started again: it goes on behind the last event that is in the database.
"""
import json
import sqlite3
import sys

from consularia_topic import Head, facts

TABLES = """
CREATE TABLE IF NOT EXISTS event (
    organization TEXT, sequence INTEGER, type TEXT, subject TEXT, time TEXT, data TEXT,
    PRIMARY KEY (organization, sequence));
CREATE TABLE IF NOT EXISTS head (
    organization TEXT PRIMARY KEY, sequence INTEGER, hash TEXT, "partition" INTEGER,
    "offset" INTEGER);
"""


def main(servers, topic, path, *options):
    database = sqlite3.connect(path)
    database.executescript(TABLES)
    heads = [Head(*row) for row in database.execute("SELECT * FROM head")]
    for fact in facts({"bootstrap.servers": servers}, topic, heads,
                      until_end="--until-end" in options):
        event = fact.event
        with database:  # one transaction
            database.execute(
                "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)",
                [fact.head.organization, fact.head.sequence, event["type"], event["subject"],
                 event["time"], json.dumps(event["data"])])
            database.execute("REPLACE INTO head VALUES (?, ?, ?, ?, ?)", fact.head)


if __name__ == "__main__":
    main(*sys.argv[1:])
