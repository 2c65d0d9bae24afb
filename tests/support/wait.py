"""Waiting for a condition, with a deadline, instead of sleeping."""
import time


def until(condition, what, within_s=30, every_s=0.02):
    """Returns what `condition` returns as soon as that is true; fails if it never is. `what` says
    what is awaited; as a function it is called at the deadline."""
    deadline = time.monotonic() + within_s
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {what() if callable(what) else what}")
        time.sleep(every_s)
    return found
