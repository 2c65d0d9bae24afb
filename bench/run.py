#!/usr/bin/env python3
"""Measures consularia against floors on this machine: see scripts/bench.sh."""
import argparse
import datetime
import pathlib
import shlex
import subprocess
import sys
import time

import figures
import machine
import report
import rows
import sides
import soaking
import workshop


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rows, short loads")
    parser.add_argument("--only", default="", help="keys of rows, separated by commas")
    parser.add_argument("--kafka", action="store_true",
                        help="also rows that need a broker (always, without --quick)")
    parser.add_argument("--rounds", type=int, default=3, help="medians are of these")
    parser.add_argument("--seconds", type=int, help="of one load (default 3, quick 1)")
    parser.add_argument("--compare", type=pathlib.Path, help="another binary of consularia")
    parser.add_argument("--soak", type=int, metavar="MINUTES",
                        help="instead: a mixed load at half the possible rate")
    parser.add_argument("--json", type=pathlib.Path, default=sides.ROOT / "build" / "bench.json")
    parser.add_argument("--write-docs", action="store_true", help="into docs/performance.md")
    parser.add_argument("--list", action="store_true", help="print the keys of all rows")
    given = parser.parse_args()
    given.seconds = given.seconds or (1 if given.quick else 3)
    given.kafka = given.kafka or not given.quick
    if given.compare:
        given.compare = given.compare.resolve(strict=True)
    return given


def chosen_rows(given):
    every = {row.key: row for row in rows.rows()}
    if given.only:
        keys = given.only.split(",")
        if unknown := [key for key in keys if key not in every]:
            sys.exit(f"bench.sh: no such rows: {', '.join(unknown)}; --list shows them")
        return [every[key] for key in keys]
    return [row for row in every.values()
            if (row.quick or not given.quick) and (given.kafka or not row.kafka)]


def measure(row, shop, given):
    """Runs the sides of a row in turn, round after round, and takes medians."""
    ready = {side.label: side.prepare(shop, workshop.PROGRAM) for side in row.sides}
    if given.compare:
        ready |= {f"{side.label}, {given.compare.name}": side.prepare(shop, given.compare)
                  for side in row.sides if side.ours}
    rounds = {label: [] for label in ready}
    for _ in range(given.rounds):
        for label, run in ready.items():
            rounds[label].append(run(given.seconds * (1 if given.quick else row.longer)))
    merged = {label: figures.of_rounds(each) for label, each in rounds.items()}
    long_enough = row.longer == 1 or not given.quick
    return report.measured(row, str(shop.data(row.size)), merged, judged=long_enough)


def soak(given, results):
    with workshop.Workshop() as shop:
        results["soak"] = soaking.run(shop, given.soak)
    report.save(results, given.json)
    if given.write_docs:
        report.write_soak(results, sides.ROOT / "docs")
    return 0


def commit():
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=sides.ROOT, text=True,
                          stdout=subprocess.PIPE)
    return done.stdout.strip() or "unknown"


def main():
    given = arguments()
    if given.list:
        for row in rows.rows():
            print(f"{row.key:20} {row.title}, {row.size[0]:,} appointments")
        return 0
    results = {"machine": machine.description(), "date": f"{datetime.date.today()}",
               "commit": commit(), "command": shlex.join(["scripts/bench.sh", *sys.argv[1:]]),
               "rows": []}
    if given.soak:
        return soak(given, results)
    begin = time.monotonic()
    with workshop.Workshop() as shop:
        for row in chosen_rows(given):
            print(f"{time.monotonic() - begin:5.0f} s  {row.key}", file=sys.stderr)
            results["rows"].append(measure(row, shop, given))
            shop.end_row()
    print(report.text(results), end="")
    report.save(results, given.json)
    if given.write_docs:
        report.write_docs(results, sides.ROOT / "docs")
    invalid = [row["key"] for row in results["rows"]
               if any(each["invalid"] for each in row["sides"].values())]
    if invalid:
        print(f"invalid: {', '.join(invalid)}", file=sys.stderr)
    return 1 if invalid else 0


sys.exit(main())
