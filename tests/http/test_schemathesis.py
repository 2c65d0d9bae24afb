"""Schemathesis tries the published document against the server and must find nothing."""
import os
import pathlib
import subprocess
import sys

from test_schema import OPERATIONS

HERE = pathlib.Path(__file__).resolve().parent
WITHIN_S = 600


def test_schemathesis_finds_nothing(server, tmp_path):
    """All phases and default checks, with a throw-away organization and, for its operations,
    the admin key."""
    made = server.organization("Schemathesis")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"),
        "run", f"{server.url}/api/v1/schema/", "--no-color"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=WITHIN_S,
        env={**os.environ, "CONSULARIA_TOKEN": made["token"]["token"],
             "CONSULARIA_ADMIN_KEY": server.admin_key, "PYTHONPATH": str(HERE),
             "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    all_of_them = f"{len(OPERATIONS)} selected / {len(OPERATIONS)} total"
    assert all_of_them in done.stdout and " generated, " in done.stdout
