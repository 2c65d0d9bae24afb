"""A short run with a seed of its own. The long one is run.py, which also repeats a seed."""

import os
import random

from chaos import run_chaos

SECONDS = float(os.environ.get("CONSULARIA_CHAOS_SECONDS", "38"))


def test_no_fault_shows_in_the_history(tmp_path):
    seed = int(os.environ.get("CONSULARIA_CHAOS_SEED", random.randrange(1 << 32)))
    result = run_chaos(seed, SECONDS, tmp_path, short=True)
    assert not result.violations, result.report()
    kinds = {fault.kind for fault in result.faults}
    assert len(kinds) >= 3 and any(fault.brokers for fault in result.faults), result.report()
    print(result.report())
