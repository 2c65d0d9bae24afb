"""Hours of ordinary work in short: does anything grow that should not?"""
import sys
import time

import load
import machine
import traffic

SIZE = (1_000_000, 1)  # more than the block cache holds, so that it is full from the beginning
CONNECTIONS = 64
STEP_S = 10
RATE_S = 60  # with flushes and compactions, which a few seconds leave to those after them


def run(shop, minutes):
    """A mixed load at half the possible rate; what each ten seconds were like."""
    server = shop.fresh_server(SIZE)
    per_s = shop.half_rate(SIZE, traffic.mixed, CONNECTIONS, fresh=True, seconds=RATE_S)
    requests = shop.requests(SIZE, traffic.mixed)
    samples = []
    begin = time.monotonic()
    while time.monotonic() < begin + minutes * 60:
        figures = load.steady(server, requests, CONNECTIONS, per_s, STEP_S)
        if figures.invalid:
            sys.exit(f"bench.sh: {figures.invalid}")
        samples.append({
            "minute": (time.monotonic() - begin) / 60, "p50_ms": figures.p50_ms,
            "p99_ms": figures.p99_ms, "longest_ms": figures.longest_ms,
            "resident_mb": machine.resident_mb(server.pid)})
        print("{minute:6.1f} min  p50 {p50_ms:.2f} ms  p99 {p99_ms:.1f} ms  longest "
              "{longest_ms:.0f} ms  {resident_mb:.0f} MB".format(**samples[-1]), file=sys.stderr)
    count = server.client(server.data.tokens[0]).get("/appointments/")["count"]
    return {"per_s": per_s, "appointments": count, "samples": samples}
