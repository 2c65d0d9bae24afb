"""Waiting for a condition, with a deadline, instead of sleeping."""
import time

EVERY_S = 0.02


def until(condition, what, within_s=30):
    """What `condition` returns once that is true; fails when it never is."""
    deadline = time.monotonic() + within_s
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(EVERY_S)
