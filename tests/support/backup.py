"""`consularia backup`, as the tests of both ledgers call it."""
import re

from server import run

WITHIN_S = 60


def back_up(*words):
    """Records in the backup, and how many of them are new."""
    done = run(*words, timeout=WITHIN_S)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return tuple(map(int, re.match(r"(\d+) records are in the backup, (\d+) of them new",
                                   done.stdout).groups()))


def verify(backup):
    return run("backup", "verify", "--from", backup)


def check(backup):
    done = verify(backup)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout
