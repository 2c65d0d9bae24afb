#!/usr/bin/env python3
"""Proves that the chaos run finds faults: plants one and expects a violation.

    tests/chaos/planted.py [--seeds N] [--seconds S] [--build-only] [NAME...]

Each NAME is a patch in planted/; all of them if none is named. The sources are copied to
build/planted/NAME, and every seed from 1 on is tried until one finds the fault: as one of those
violations that the patch's first line says, no other.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCES = (
    "CMakeLists.txt",
    "cmake",
    "docs",
    "base",
    "domain",
    "ledger",
    "projections",
    "reactions",
    "infra",
    "api",
    "node",
    "cli",
)


def copy_sources(tree):
    """Rewrites only what differs, so that a second build compiles only that."""
    for name in SOURCES:
        source = ROOT / name
        files = [source] if source.is_file() else [f for f in source.rglob("*") if f.is_file()]
        for file in files:
            target = tree / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or target.read_bytes() != file.read_bytes():
                shutil.copyfile(file, target)
        for gone in [f for f in (tree / name).rglob("*") if f.is_file()]:
            if not (ROOT / gone.relative_to(tree)).exists():
                gone.unlink()


def build(patch):
    """The binary with the fault."""
    tree = ROOT / "build" / "planted" / patch.stem
    copy_sources(tree)
    subprocess.run(
        ["patch", "-p1", "--no-backup-if-mismatch", "-i", str(patch)], cwd=tree, check=True
    )
    # Relative paths let the trees share what the compiler cache holds.
    environment = {**os.environ, "CCACHE_BASEDIR": str(tree), "CCACHE_NOHASHDIR": "1"}
    configure = [
        "cmake",
        "-S",
        ".",
        "-B",
        "build",
        "-G",
        "Ninja",
        "-DCMAKE_BUILD_TYPE=Release",
        "-DBUILD_TESTING=OFF",
    ]
    subprocess.run(configure, cwd=tree, env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["nice", "-n", "15", "cmake", "--build", "build", "--target", "consularia"],
        cwd=tree,
        env=environment,
        check=True,
    )
    return tree / "build" / "consularia"


def found_as(patch):
    """The violations of which one must be found."""
    words, _, kinds = patch.read_text().splitlines()[0].partition(": ")
    assert words == "found as" and kinds, f"{patch} does not begin with what it is found as"
    return kinds.split("; ")


def finds(binary, kinds, seeds, seconds):
    """(seed, seconds until the report, first of these violations); None when no seed finds one."""
    for seed in range(1, seeds + 1):
        began = time.monotonic()
        words = [
            sys.executable,
            str(HERE / "run.py"),
            "--seed",
            str(seed),
            "--seconds",
            str(seconds),
            "--binary",
            str(binary),
        ]
        done = subprocess.run(words, capture_output=True, text=True)
        took = time.monotonic() - began
        report = [line for line in done.stdout.splitlines() if line.startswith("VIOLATION")]
        found = [line for line in report if any(f"VIOLATION {kind}" in line for kind in kinds)]
        print(
            f"  seed {seed}: exit code {done.returncode}, {len(report)} violations, {took:.0f} s",
            flush=True,
        )
        if done.returncode == 1 and found:
            return seed, took, found[0]
        if done.returncode != 0:
            print(done.stdout[-3000:], done.stderr[-3000:])
    return None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--build-only", action="store_true")
    arguments = parser.parse_args()
    patches = sorted((HERE / "planted").glob("*.patch"))
    if arguments.names:
        patches = [HERE / "planted" / f"{name}.patch" for name in arguments.names]
    missed = 0
    for patch in patches:
        binary = build(patch)
        if arguments.build_only:
            continue
        print(patch.stem, flush=True)
        found = finds(binary, found_as(patch), arguments.seeds, arguments.seconds)
        missed += found is None
        print(
            (
                "  not found"
                if found is None
                else f"  found by seed {found[0]} in {found[1]:.0f} s: {found[2]}"
            ),
            flush=True,
        )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
