#!/usr/bin/env python3
"""Measures consularia against floors on this machine: see scripts/bench.sh."""
import argparse
import pathlib
import shlex
import sys

import figures
import machine
import report
import rows
import workshop


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 appointments, short loads")
    parser.add_argument("--only", default="", help="keys of rows, separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, help="of one load (default 5, quick 1)")
    parser.add_argument("--compare", type=pathlib.Path, help="another binary of consularia")
    parser.add_argument("--json", type=pathlib.Path, help="also write the figures to this file")
    parser.add_argument("--list", action="store_true", help="print the keys of the rows")
    given = parser.parse_args()
    given.seconds = given.seconds or (1 if given.quick else 5)
    return given


def chosen_rows(given):
    keys = [key for key in given.only.split(",") if key]
    every = list(rows.rows())
    if unknown := set(keys) - {row.key for row in every}:
        sys.exit(f"bench.sh: no such rows: {', '.join(sorted(unknown))}")
    return [row for row in every
            if (row.key in keys if keys else row.quick or not given.quick)]


def measure(row, shop, given):
    """Runs the sides of a row in turn, round after round, and takes medians."""
    sides = {"ours": row.prepare(shop, row, workshop.PROGRAM),
             "floor": row.prepare_floor(shop, row)}
    if given.compare:
        sides[given.compare.name] = row.prepare(shop, row, given.compare)
    rounds = {name: [] for name in sides}
    for _ in range(given.rounds):
        for name, run in sides.items():
            rounds[name].append(run(given.seconds * row.seconds))
    merged = {name: figures.of_rounds(each) for name, each in rounds.items()}
    return report.measured(row, shop.data(row.size), merged)


def main():
    given = arguments()
    if given.list:
        for row in rows.rows():
            print(f"{row.key:24} {row.title}")
        return 0
    results = {"machine": machine.description() + "; server and load generator share them",
               "command": shlex.join(["scripts/bench.sh", *sys.argv[1:]]), "rows": []}
    with workshop.Workshop() as shop:
        for row in chosen_rows(given):
            print(f"measuring {row.key} …", file=sys.stderr)
            results["rows"].append(measure(row, shop, given))
            shop.end_row()
    print(report.text(results), end="")
    if given.json:
        report.save(results, given.json)
    invalid = [row["key"] for row in results["rows"]
               if any(each["invalid"] for each in row["sides"].values())]
    if invalid:
        print(f"invalid: {', '.join(invalid)}", file=sys.stderr)
    return 1 if invalid else 0


sys.exit(main())
