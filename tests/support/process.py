"""How tests start and end processes."""
import os
import pathlib
import select
import signal
import subprocess
import threading

ANSWERS_WITHIN_S = 30
ENDS_WITHIN_S = 30
SHOWN = 2000  # characters of output in a failure
# The kernel kills the process when the thread that started it ends, however that happens.
ENDS_WITH_US = ("setpriv", "--pdeathsig", "KILL", "--")


class Process:
    """A running process. What it prints is appended to the file `log`. With `talks` it reads lines
    that say() writes, and hear() returns those of its standard output. Leaving `with` kills it."""

    def __init__(self, *words, log=os.devnull, talks=False, **options):
        assert threading.current_thread() is threading.main_thread(), "it would end with the thread"
        self.log_file = pathlib.Path(log)
        with open(log, "ab") as output:
            self._log_begin = output.tell()
            streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
            if talks:  # unbuffered: select() sees every line that hear() has not returned
                streams |= {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
            self.popen = subprocess.Popen(  # in a group of its own, which kill() ends
                [*ENDS_WITH_US, *map(str, words)], start_new_session=True, **streams | options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def pid(self):
        return self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def log(self):
        """What this process has printed, without what others have added to the file before."""
        with open(self.log_file, "rb") as stream:
            stream.seek(self._log_begin)
            return stream.read().decode(errors="replace")

    def complaint(self, what):
        return AssertionError(f"{self.log_file.name}: {what}: {self.log()[-SHOWN:]}")

    def check_alive(self):
        if not self.alive():
            raise self.complaint(f"it has ended with {self.popen.returncode}")

    def say(self, line):
        self.popen.stdin.write(f"{line}\n".encode())

    def hear(self, within_s=ANSWERS_WITHIN_S):
        """The next line, without its end."""
        stream = self.popen.stdout
        line = stream.readline() if select.select([stream], [], [], within_s)[0] else b""
        if not line:
            raise self.complaint(f"it has said nothing for {within_s} s, or has ended")
        return line.decode().rstrip("\n")

    def signal(self, number):
        self.popen.send_signal(number)

    def pause(self):
        self.signal(signal.SIGSTOP)

    def resume(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """SIGKILL, also for what the process has started. Does nothing if it has ended."""
        if self.alive():
            os.killpg(self.pid, signal.SIGKILL)
            self.popen.wait()

    def exit_code(self, within_s=ENDS_WITHIN_S):
        """Waits for the end. A process that does not come to it is killed and fails the test."""
        try:
            return self.popen.wait(within_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise self.complaint(f"it has not ended within {within_s} s") from None

    def stop(self, within_s=ENDS_WITHIN_S):
        """SIGTERM, on which it ends with 0."""
        self.signal(signal.SIGTERM)
        code = self.exit_code(within_s)
        if code != 0:
            raise self.complaint(f"it has ended with {code}")
