"""The rows of the table: what is loaded, what it is compared with, and the target."""
import dataclasses
import typing

import load
import sides
import traffic
from figures import Figures


@dataclasses.dataclass
class Target:
    """A figure of ours, as a ratio to one of the floor's if `to` names it, must be in bounds."""

    of: str
    to: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    def ratio(self, ours, floor):
        value = getattr(ours, self.of)
        base = 1 if self.to is None else getattr(ours if self.to.startswith("own_") else floor,
                                                 self.to.removeprefix("own_"))
        return None if value is None or not base else value / base

    def met(self, ratio):
        return (self.at_least is None or ratio >= self.at_least) and (
            self.at_most is None or ratio <= self.at_most)


@dataclasses.dataclass
class Row:
    key: str
    title: str
    floor: str  # what the floor is, in words
    targets: list
    prepare: typing.Callable  # (workshop, program) -> a function of seconds that measures ours
    prepare_floor: typing.Callable
    size: tuple = (10_000, 1)  # appointments, organizations
    quick: bool = True
    seconds: int = 1  # times as long as other rows


def least(ratio):
    return Target("per_s", "per_s", at_least=ratio)


def of_http(make, connections, **how):
    """A load of wrk on the real server."""
    def prepare(shop, row, program):
        side = shop.server(row.size, program, **how)
        file = shop.requests(side, make)
        return lambda seconds: load.closed_loop(side, file, connections, seconds)
    return prepare


def of_beast(make, connections):
    """The same requests to a bare Beast server that sends the same bytes."""
    def prepare(shop, row):
        server = shop.server(row.size)
        side = shop.beast(server, make)
        file = shop.requests(server, make)
        return lambda seconds: load.closed_loop(side, file, connections, seconds)
    return prepare


def of_rocks(records):
    """Synced batches of the records of the same data."""
    def prepare(shop, row):
        ledger = shop.data(row.size).directory / "ledger"

        def measure(seconds):
            return Figures(**sides.rocks_floor("append", ledger, shop.scratch(), records, seconds))
        return measure
    return prepare


def rows():
    beast = "bare Beast, same bytes"
    sync = "RocksDB, synced batches of "
    yield Row("get", "GET one, 64 connections", beast, [least(0.75)],
              of_http(traffic.gets, 64), of_beast(traffic.gets, 64))
    yield Row("list", "list, 20 rows, first page, 64 connections", beast, [least(0.30)],
              of_http(traffic.first_pages, 64), of_beast(traffic.first_pages, 64))
    yield Row("create", "create, durable, 64 connections", sync + "64",
              [least(0.45), Target("cpu_s_per_1000", at_most=0.07, unit="s"),
               Target("p99_ms", "own_p50_ms", at_most=3),
               Target("longest_ms", at_most=50, unit="ms")],
              of_http(traffic.creates, 64, fresh=True), of_rocks(64), seconds=4)
