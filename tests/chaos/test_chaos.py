"""A short run with a seed of its own. The long one is run.py, which also repeats a seed."""

import os
import pathlib
import random
import subprocess

import pytest

from chaos import run_chaos

HERE = pathlib.Path(__file__).resolve().parent
PLANTED = sorted((HERE / "planted").glob("*.patch"))

SECONDS = float(os.environ.get("CONSULARIA_CHAOS_SECONDS", "38"))


@pytest.mark.parametrize("patch", PLANTED, ids=[patch.stem for patch in PLANTED])
def test_planted_faults_fit_the_sources(patch):
    """That each is found is for planted.py to show, which builds a server with it."""
    with open(patch) as stdin:
        done = subprocess.run(["patch", "-p1", "--dry-run", "--force"], cwd=HERE.parents[1],
                              stdin=stdin, capture_output=True, text=True)
    assert done.returncode == 0 and "fuzz" not in done.stdout, done.stdout


def test_no_fault_shows_in_the_history(tmp_path):
    seed = int(os.environ.get("CONSULARIA_CHAOS_SEED", random.randrange(1 << 32)))
    result = run_chaos(seed, SECONDS, tmp_path, short=True)
    assert not result.violations, result.report()
    kinds = {fault.kind for fault in result.faults}
    assert len(kinds) >= 3 and any(fault.brokers for fault in result.faults), result.report()
    print(result.report())
