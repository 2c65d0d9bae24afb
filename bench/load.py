"""Loads on one server, and what they measure."""
import json
import os
import subprocess

import machine
from figures import Figures
from sides import ROOT

SCRIPT = ROOT / "bench" / "requests.lua"


def closed_loop(side, requests, connections, seconds):
    """wrk: each connection sends its next request when it has the answer to the last one.
    `requests` is a file; `side` has a port and a pid."""
    machine.forget_peak(side.pid)
    before = machine.cpu_seconds(side.pid)
    done = subprocess.run(
        ["wrk", f"-t{min(2, connections)}", f"-c{connections}", f"-d{seconds}", "-s", SCRIPT,
         f"http://127.0.0.1:{side.port}/"],
        env=os.environ | {"REQUESTS": str(requests)}, stdout=subprocess.PIPE, text=True, check=True)
    used = machine.cpu_seconds(side.pid) - before
    return _figures(json.loads(done.stdout.splitlines()[-1]), used, side)


def _figures(told, used, side):
    if told["refused"] or told["broken"] or not told["requests"]:
        return Figures(invalid=f"{told['refused']} answers were not 2xx, {told['broken']} broken, "
                               f"of {told['requests']}")
    return Figures(
        per_s=told["requests"] / told["seconds"], p50_ms=told["p50_ms"], p99_ms=told["p99_ms"],
        longest_ms=told["longest_ms"], cpu_s_per_1000=used * 1000 / told["requests"],
        peak_mb=machine.peak_mb(side.pid))
