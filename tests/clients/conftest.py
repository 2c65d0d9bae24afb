"""The clients in clients/, and what runs them."""
import subprocess

import pytest

from server import ROOT

INSTALLED_WITHIN_S = 240


@pytest.fixture(scope="session")
def node():
    """The path of a node that runs TypeScript, with the client's packages in place."""
    done = subprocess.run([ROOT / "tests" / "clients" / "install.sh"], stdout=subprocess.PIPE,
                          text=True, timeout=INSTALLED_WITHIN_S)
    assert done.returncode == 0
    return done.stdout.strip()
