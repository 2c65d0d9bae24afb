"""kill -9 of a command at a chosen step of its work on the disk, whatever the machine's speed."""
import os
import signal
import subprocess

from server import ROOT, run


class Killer:
    """`folder` is its own."""

    def __init__(self, folder):
        self.library = folder / "kill_at.so"
        self.steps_file = folder / "steps"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", self.library,
                        ROOT / "tests" / "support" / "kill_at.c", "-ldl"], check=True)

    def environment(self, **variables):
        """Of a process that counts its steps, or is killed at one: CONSULARIA_KILL_AT."""
        return {**os.environ, "LD_PRELOAD": str(self.library),
                "CONSULARIA_STEPS": str(self.steps_file), **variables}

    def steps(self):
        """Those of the last process that ended by itself."""
        return int(self.steps_file.read_text())

    def count_steps(self, *words):
        """Those of a whole run, which it makes."""
        done = run(*words, env=self.environment(), timeout=60)
        assert done.returncode == 0, done.stderr
        return self.steps()

    def kill_at(self, step, *words):
        done = run(*words, env=self.environment(CONSULARIA_KILL_AT=str(step)), timeout=60)
        assert done.returncode in (0, -signal.SIGKILL), (step, done.stderr)
