"""The rows of the table: the sides that are measured in turn, ours first, and the targets."""
import dataclasses
import typing

import commands
import followers
import load
import sides
import traffic


@dataclasses.dataclass
class Side:
    label: str
    prepare: typing.Callable  # (workshop, program) -> (seconds -> Figures)
    ours: bool = False  # another binary of consularia can be measured in its place


@dataclasses.dataclass
class Target:
    """Without a bound it only shows the value."""

    what: str
    value: typing.Callable  # of the sides' figures, in order
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    def met(self, value):
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most)


@dataclasses.dataclass
class Row:
    key: str
    title: str
    size: tuple  # appointments, organizations
    sides: list
    targets: list = dataclasses.field(default_factory=list)
    quick: bool = False
    kafka: bool = False
    # How much longer each load takes than those of other rows, unless --quick. Then the targets of
    # rows that need longer ones are not judged.
    longer: int = 1


SMALL = (10_000, 1)
MANY = (10_000, 100)  # organizations
LARGE = (1_000_000, 1)
SIZES = [(1_000, 1), SMALL, (100_000, 1), LARGE]


# --- targets

def rate(at_least, to=1, what="rate"):
    return Target(what, lambda of: of[0].per_s / of[to].per_s, at_least=at_least)


def p50(at_most):
    return Target("p50", lambda of: of[0].p50_ms / of[1].p50_ms, at_most=at_most)


def flat(at_most):
    """Between the sizes of the data."""
    return Target("dearest / cheapest", at_most=at_most,
                  value=lambda of: max(one.per_s for one in of) / min(one.per_s for one in of))


# --- sides

def ours(size, make, connections, label="consularia", fresh=False, kafka=False, options=()):
    def prepare(shop, program):
        side = (shop.fresh_server if fresh or options else shop.server)(
            size, program, kafka, options)
        return lambda seconds: load.closed_loop(side, shop.requests(size, make), connections,
                                                seconds)
    return Side(label, prepare, ours=not options)  # another binary may not know them


def ours_steady(size, make, connections, label="consularia", fresh=False, kind=None, rate_of=None):
    """At half the rate that the server can do of `rate_of`."""
    def prepare(shop, program):
        side = (shop.fresh_server if fresh else shop.server)(size, program)
        per_s = shop.half_rate(size, rate_of or make, connections, fresh)
        return lambda seconds: load.steady(side, shop.requests(size, make), connections, per_s,
                                           seconds, kind)
    return Side(label, prepare, ours=True)


def beast(size, make, connections):
    def prepare(shop, _):
        side = shop.beast(size, make)
        return lambda seconds: load.closed_loop(side, shop.requests(size, make), connections,
                                                seconds)
    return Side("bare Beast, same bytes", prepare)


def beast_steady(size, make, connections):
    def prepare(shop, _):
        side = shop.beast(size, make)
        per_s = shop.half_rate(size, make, connections)
        return lambda seconds: load.steady(side, shop.requests(size, make), connections, per_s,
                                           seconds)
    return Side("bare Beast, same bytes and rate", prepare)


def rocks(size, records):
    def prepare(shop, _):
        ledger = shop.data(size).directory / "ledger"
        return lambda seconds: sides.timed_floor(
            seconds, "rocks_floor", "append", ledger, shop.scratch(), records, seconds)
    of = "one record" if records == 1 else f"{records} records"
    return Side(f"RocksDB, synced batches of {of}", prepare)


def rocks_rows(size, records):
    """The records, synced, and the rows of a read store that belong to them."""
    def prepare(shop, program):
        ledger = shop.data(size).directory / "ledger"
        store = commands.read_store(shop, size, program)
        return lambda seconds: sides.timed_floor(
            seconds, "rocks_floor", "create", ledger, store, shop.scratch(), records, seconds)
    return Side(f"RocksDB, the same and the rows of {records} appointments", prepare)


def raw_kafka(size, in_flight, synced):
    def prepare(shop, _):
        ledger = shop.data(size).directory / "ledger"
        broker = shop.broker()
        never = {} if synced else {"flush.messages": str(2**63 - 1)}
        topic = broker.topic(**never)
        return lambda seconds: sides.timed_floor(
            seconds, "kafka_floor", broker.servers, topic, ledger, in_flight, seconds)
    how = "broker syncs each append" if synced else "broker does not sync"
    return Side(f"librdkafka, acks=all, {in_flight} in flight, {how}", prepare)


# --- rows

def of_http(key, title, size, make, target, quick=False):
    """A load that only reads, on 64 connections, next to bare Beast."""
    return Row(key, f"{title}, 64 connections", size,
               [ours(size, make, 64), beast(size, make, 64)], [rate(target)], quick)


def of_page(key, title, size, make, quick=False):
    return Row(key, f"{title}, 64 connections", size,
               [ours(size, make, 64), ours(size, traffic.first_pages, 64, "its first page")],
               [rate(0.85)], quick)


def of_create(key, size, with_rows, cpu, quick=False, longer=1):
    return Row(key, "create, durable, 64 connections", size,
               [ours(size, traffic.creates, 64, fresh=True), rocks(size, 64),
                rocks_rows(size, 64)],
               [rate(None), rate(with_rows, to=2, what="rate, with rows"),
                Target("CPU, with rows", at_most=cpu,
                       value=lambda of: of[0].cpu_s_per_1000 / of[2].cpu_s_per_1000),
                Target("p99 / p50", lambda of: of[0].p99_ms / of[0].p50_ms, at_most=3),
                Target("longest", lambda of: of[0].longest_ms, at_most=50, unit="ms")],
               quick, longer=longer)


def reading():
    yield of_http("get", "GET one", SMALL, traffic.gets, 0.40, quick=True)
    yield Row("get-1", "GET one, 1 connection", SMALL,
              [ours(SMALL, traffic.gets, 1), beast(SMALL, traffic.gets, 1)], quick=True)
    yield Row("get-steady", "GET one, 64 connections, at half the possible rate", SMALL,
              [ours_steady(SMALL, traffic.gets, 64), beast_steady(SMALL, traffic.gets, 64)],
              quick=True)
    yield of_http("list", "list, 20 rows, first page", SMALL, traffic.first_pages, 0.30, quick=True)
    yield Row("list-new", "list, 20 rows, first page, none kept, 64 connections", SMALL,
              [ours(SMALL, traffic.first_pages, 64, options=("--list-cache-bytes", 0)),
               beast(SMALL, traffic.first_pages, 64)], [rate(None)], quick=True)
    yield Row("list-1", "list, 20 rows, first page, 1 connection", SMALL,
              [ours(SMALL, traffic.first_pages, 1), beast(SMALL, traffic.first_pages, 1)])
    yield of_page("last", "list, last page", SMALL, traffic.last_pages, quick=True)
    yield of_page("middle", "list, page in the middle", LARGE, traffic.middle_pages)
    yield of_http("participant", "list by participant, 20 hits", SMALL, traffic.by_participant,
                  0.12, quick=True)
    yield of_http("participant-large", "list by participant, 20 hits", LARGE,
                  traffic.by_participant, 0.07)
    yield of_http("get-many", "GET one", MANY, traffic.gets, 0.40, quick=True)
    yield of_http("list-many", "list, 20 rows, first page", MANY, traffic.first_pages, 0.30)
    yield of_http("participant-many", "list by participant, 20 hits", MANY, traffic.by_participant,
                  0.35)


def mixed():
    make = traffic.mixed
    yield Row("mixed", "90 GETs, 5 lists, 5 creates, 64 connections", SMALL,
              [ours(SMALL, make, 64, fresh=True), beast(SMALL, make, 64)], [rate(0.25)], quick=True)
    yield Row("get-mixed", "GETs among lists and creates, 64 connections, half the possible rate",
              SMALL,
              [ours_steady(SMALL, make, 64, fresh=True, kind="get"),
               ours_steady(SMALL, traffic.mixed_without_writes, 64, "the same without creates",
                           fresh=True, kind="get", rate_of=make)],
              [Target("p99", lambda of: of[0].p99_ms / of[1].p99_ms, at_most=3)], quick=True)


def creating():
    yield of_create("create", SMALL, 0.55, 2.5, quick=True, longer=7)
    yield of_create("create-many", MANY, 0.40, 3.5)
    yield Row("create-1", "create, durable, 1 connection", SMALL,
              [ours(SMALL, traffic.creates, 1, fresh=True), rocks(SMALL, 1)], [p50(4.5)],
              quick=True)
    yield Row("create-steady", "create, durable, 64 connections, at half the possible rate", SMALL,
              [ours_steady(SMALL, traffic.creates, 64, fresh=True)])


def followed():
    options = followers.OPTIONS
    yield Row("followed", "create beside 10 webhooks and 100 open streams, 64 connections", SMALL,
              [Side("consularia", followers.followed_load(SMALL, traffic.creates, 64, 10, 100)),
               ours(SMALL, traffic.creates, 64, "without them", fresh=True, options=options)],
              [rate(0.8)], quick=True, longer=3)
    yield Row("idle-streams", "1,000 idle streams", SMALL,
              [Side("consularia", followers.idle_streams(SMALL, 1000))],
              [Target("KB each", lambda of: of[0].peak_mb * 1024 / 1000, at_most=16, unit="KB"),
               Target("of a processor", lambda of: of[0].cpu_s_per_1000 / 10, at_most=2,
                      unit="%")])


def on_kafka():
    yield Row("kafka-create", "create on Kafka, 64 connections", SMALL,
              [ours(SMALL, traffic.creates, 64, fresh=True, kafka=True),
               raw_kafka(SMALL, 64, synced=True), raw_kafka(SMALL, 64, synced=False)],
              [rate(0.12), rate(0.04, to=2, what="rate, not synced")], kafka=True)
    yield Row("kafka-create-1", "create on Kafka, 1 connection", SMALL,
              [ours(SMALL, traffic.creates, 1, fresh=True, kafka=True),
               raw_kafka(SMALL, 1, synced=True)], [p50(3.2)], kafka=True)
    yield Row("kafka-get", "GET one on Kafka, 64 connections", SMALL,
              [ours(SMALL, traffic.gets, 64, kafka=True), beast(SMALL, traffic.gets, 64)],
              [rate(0.20)], kafka=True)


def whole():
    """Work on all data at once."""
    size = (100_000, 1)
    yield Row("rebuild", "rebuild of the read store, records", size,
              [Side("consularia", commands.rebuild(size), ours=True),
               Side("RocksDB, bulk writes of the same rows", commands.bulk(size))], [rate(0.12)])
    yield Row("verify", "ledger verify, records", size,
              [Side("consularia", commands.verify(size), ours=True),
               Side("SHA-256 of the same bytes", commands.hashes(size))], [rate(0.15)], quick=True)
    yield Row("audit-verify", "audit verify, records", size,
              [Side("consularia", commands.audit_verify(size), ours=True),
               Side("SHA-256 of the same bytes", commands.hashes(size)),
               Side("openssl dgst -sha256 of the same file", commands.digest(size))],
              [rate(0.30), rate(0.40, to=2, what="rate, whole processes")], quick=True)
    yield Row("idle", "2,000 idle connections", SMALL,
              [Side("consularia", commands.idle_connections(SMALL, 2000), ours=True)],
              [Target("KB each", lambda of: of[0].peak_mb * 1024 / 2000, at_most=16, unit="KB")],
              quick=True)
    yield Row("memory", "GETs and lists, memory", LARGE,
              [ours(LARGE, traffic.gets, 64), ours(LARGE, traffic.middle_pages, 64, "lists")],
              [Target("peak, with 256 MB of block cache", at_most=406, unit="MB",
                      value=lambda of: max(one.peak_mb for one in of))])


def growing():
    """The same load on more and more appointments."""
    large = SIZES[1:]  # of fewer appointments all lists of participants are kept
    for key, title, make, sizes, bound in [
            ("get", "GET one", traffic.gets, SIZES, 1.6),
            ("list", "list, first page", traffic.first_pages, SIZES, 1.3),
            ("participant", "list by participant", traffic.by_participant, large, 2.2),
            ("create", "create", traffic.creates, SIZES, 1.3)]:
        yield Row(f"flat-{key}", f"{title}, on more and more appointments, 64 connections", LARGE,
                  [ours(size, make, 64, f"{size[0]:,} appointments") for size in reversed(sizes)],
                  [flat(bound)])


def rows():
    for group in (reading, mixed, creating, followed, on_kafka, whole, growing):
        yield from group()
