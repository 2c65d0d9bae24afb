"""Loads on one side, which has a port and a pid, and what they measure. `requests` is a file."""
import json
import os
import subprocess

import machine
from figures import Figures
from sides import BUILT, ROOT

SCRIPT = ROOT / "bench" / "requests.lua"


def closed_loop(side, requests, connections, seconds):
    """wrk: each connection sends its next request when it has the answer to the last one."""
    return _measure(
        side, ["wrk", f"-t{min(2, connections)}", f"-c{connections}", f"-d{seconds}", "-s", SCRIPT,
               f"http://127.0.0.1:{side.port}/"], os.environ | {"REQUESTS": str(requests)})


def steady(side, requests, connections, per_s, seconds, kind=None):
    """bench/steady.cpp: requests at a fixed rate, whatever the answers; the times are those of one
    kind of requests, or of all."""
    return _measure(side, [BUILT / "steady", side.port, connections, per_s, seconds, requests],
                    kind=kind)


def _measure(side, words, environment=None, kind=None):
    machine.forget_peak(side.pid)
    before = machine.cpu_seconds(side.pid)
    done = subprocess.run([*map(str, words)], env=environment, stdout=subprocess.PIPE, text=True,
                          check=True)
    used = machine.cpu_seconds(side.pid) - before
    told = json.loads(done.stdout.splitlines()[-1])
    if told["refused"] or told["broken"] or not told["requests"]:
        return Figures(invalid=f"{told['refused']} answers were not 2xx, {told['broken']} requests "
                               f"broke, of {told['requests']}")
    times = told["kinds"][kind] if kind else told
    return Figures(
        per_s=told["requests"] / told["seconds"], p50_ms=times["p50_ms"], p99_ms=times["p99_ms"],
        longest_ms=times["longest_ms"], cpu_s_per_1000=used * 1000 / told["requests"],
        peak_mb=machine.peak_mb(side.pid))
