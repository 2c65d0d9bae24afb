#!/usr/bin/env python3
"""Counts the instructions of the scenarios in bench/scenarios.cpp: a guard that noise cannot fool.

instructions.py            compares them with bench/instructions.json; exit code 1 if one differs by
                           more than 10 %, in either direction
instructions.py --update   builds the release and writes that file

The counts are those of valgrind's processor, which is the same everywhere. They depend on the
compiler, which the file names, and hardly on anything else.
"""
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ROOT / "bench" / "instructions.json"
SLACK = 0.10
UPDATE = "scripts/instructions.py --update"


def program():
    """Beside the binary that is tested."""
    usual = ROOT / "build" / "release" / "consularia"
    return pathlib.Path(os.environ.get("CONSULARIA_BINARY", usual)).resolve().with_name("scenarios")


def count():
    """What the counts depend on, and the instructions of each scenario, for one thing."""
    with tempfile.TemporaryDirectory(prefix="consularia-scenarios-") as directory:
        dumps = pathlib.Path(directory) / "counts"
        done = subprocess.run(
            ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={dumps}",
             "--collect-atstart=no", "--toggle-collect=measured", "--dump-after=measured",
             program(), pathlib.Path(directory) / "data"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"instructions.py: {program()} failed:\n{done.stdout}{done.stderr}")
        compiler, *scenarios = done.stdout.splitlines()
        counts = {}
        for number, line in enumerate(scenarios, 1):
            name, _, things = line.rpartition(" ")
            dump = pathlib.Path(f"{dumps}.{number}").read_text(encoding="utf-8")
            counts[name] = int(re.search(r"^totals: (\d+)$", dump, re.M)[1]) // int(things)
    return f"{compiler}, {platform.machine()}", counts


def compare(kept, made_with, counts):
    """Complaints."""
    if kept["made_with"] != made_with:
        yield (f"the counts in {KEPT.relative_to(ROOT)} were made with {kept['made_with']}, this "
               f"binary with {made_with}, so they cannot be compared. Update them on a commit that "
               f"is known to be good, with {UPDATE}, and then look at this one.")
        return
    for name in sorted(kept["instructions"].keys() | counts.keys()):
        was, now = kept["instructions"].get(name), counts.get(name)
        if was is None or now is None:
            yield f"{name}: {'new' if was is None else 'gone'}: {UPDATE}"
        elif now > was * (1 + SLACK):
            yield (f"{name}: {now / was - 1:+.1%}. If that is the price of something, keep it with "
                   f"{UPDATE}, and say in the commit what for.")
        elif now < was * (1 - SLACK):
            yield f"{name}: {now / was - 1:+.1%}. Well done: keep it with {UPDATE}."


def main():
    if not shutil.which("valgrind"):
        sys.exit("instructions.py needs valgrind, which scripts/install.sh installs")
    update = sys.argv[1:] == ["--update"]
    if sys.argv[1:] and not update:
        sys.exit(__doc__)
    if update:
        subprocess.run([ROOT / "scripts" / "build.sh", "release", "scenarios"], check=True)
    made_with, counts = count()
    if update:
        kept = {"made_with": made_with, "instructions": counts}
        KEPT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        return 0
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    for name, now in counts.items():
        was = kept["instructions"].get(name)
        change = f"{now / was - 1:+.1%}" if was else "new"
        print(f"{now:12,}  {change:>7}  {name}")
    complaints = list(compare(kept, made_with, counts))
    print(*complaints, sep="\n")
    return 1 if complaints else 0


sys.exit(main())
