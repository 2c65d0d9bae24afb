#!/usr/bin/env python3
"""Runs a cluster under faults and checks its history.

    tests/chaos/run.py [--minutes M | --seconds S] [--seed N] [--runs R] [--binary FILE] [--keep]

Exit code 0: no contradiction. 1: a violation, printed with seed and faults; the directory with all
logs is kept. The same seed gives the same faults and the same client requests.
"""

import argparse
import pathlib
import random
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support"), str(HERE.parents[1] / "clients/python")]

from chaos import run_chaos  # noqa: E402 — found by the line above


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--runs", type=int, default=1, help="with this seed, the next, ...")
    parser.add_argument("--binary")
    parser.add_argument("--keep", action="store_true", help="keep the directory in any case")
    arguments = parser.parse_args()
    seconds = arguments.seconds or arguments.minutes * 60
    for seed in range(arguments.seed, arguments.seed + arguments.runs):
        directory = tempfile.mkdtemp(prefix="chaos-")
        result = run_chaos(
            seed, seconds, directory, arguments.binary, say=lambda text: print(text, flush=True)
        )
        print(result.report(), flush=True)
        if result.violations or arguments.keep:
            print(f"everything is in {directory}")
        else:
            shutil.rmtree(directory)
        if result.violations:
            sys.exit(1)


if __name__ == "__main__":
    main()
