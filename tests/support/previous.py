"""The binary of the version that the present one replaces in a running cluster."""
import functools
import subprocess

from server import ROOT

SCRIPT = ROOT / "scripts" / "build_at.sh"


@functools.cache
def previous_binary():
    """Builds it if it is not there yet; scripts/test.sh has done so."""
    done = subprocess.run([SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout.strip()
