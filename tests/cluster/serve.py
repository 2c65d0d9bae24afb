#!/usr/bin/env python3
"""A broker, nodes on one topic, and a proxy that sends each request to a random one of them.

    serve.py --dir DIR [--nodes 3] [--partitions 12]

Prints one line with the proxy's address when all are ready; DIR/secrets.toml holds the admin key.
SIGTERM stops everything. Exit code 0 if no node died, all stopped in order, and the ledger that they
leave behind is sound.
"""
import argparse
import pathlib
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("cluster", "support")]

from cluster import Cluster  # noqa: E402 — found by the line above
from kafka import Kafka  # noqa: E402
from ports import free_port  # noqa: E402
from spread import Spreader  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dir", required=True, type=pathlib.Path)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=12)
    options = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    options.dir.mkdir(parents=True, exist_ok=True)
    port, directory = free_port(), options.dir.resolve()
    with (Kafka(directory / "kafka").start() as kafka,
          Cluster(kafka, directory, "consularia.ledger", options.partitions,
                  public_url=f"http://127.0.0.1:{port}") as cluster):
        spreader = Spreader([node.url for node in cluster.start(options.nodes)], port=port)
        print(f"{options.nodes} nodes are ready on {spreader.url}", flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
        spreader.stop()
        for node in cluster.nodes:
            served = node.total("consularia_http_requests_total")
            node.stop()
            print(f"{node.name} answered {served:.0f} requests")
        print("{} facts, {} void".format(*cluster.verify()))


if __name__ == "__main__":
    main()
