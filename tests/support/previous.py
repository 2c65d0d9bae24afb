"""The binary of the version that the present one replaces in a running cluster: the one that scripts/build_at.sh names,
or that of the commit CONSULARIA_UPGRADE_FROM."""
import functools
import os
import subprocess

from server import ROOT

SCRIPT = ROOT / "scripts" / "build_at.sh"


@functools.cache
def previous_binary():
    """Builds it if it is not there yet; scripts/test.sh has done so."""
    commit = os.environ.get("CONSULARIA_UPGRADE_FROM")
    done = subprocess.run([SCRIPT, commit] if commit else [SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout.strip()
