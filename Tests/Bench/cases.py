"""The cases: who is measured beside whom, and what is aimed at. Each ratio is ours over the peer's."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import measure
import servers

OURS = "townhall"
PYTHON = "Python client"
NANOVER = "nanover-server"
NATS, REDIS, NTCORE = "NATS", "Redis", "ntcore"


@dataclass
class Goal:
    """What a figure should be at most or at least: our own, or the ratio."""

    sign: str
    limit: float
    of_ratio: bool = False

    def __str__(self):
        return f"{self.sign} {self.limit:,.4g}{' ×' if self.of_ratio else ''}"

    def is_met(self, figure: float) -> bool:
        return figure <= self.limit if self.sign == "≤" else figure >= self.limit


def ratio(sign: str, limit: float) -> Goal:
    return Goal(sign, limit, of_ratio=True)


@dataclass
class Row:
    """A line of the table: a figure of ours, and one that it is put beside."""

    name: str
    figure: str
    unit: str
    peer: str | None = None
    goal: Goal | None = None
    # Where it stands beside another figure of ours: which, and what that is called.
    peer_figure: str | None = None
    peer_name: str | None = None


@dataclass
class Case:
    """What is measured in turns: each side is run once for each repeat."""

    name: str
    sides: dict[str, Callable[[], dict]]
    rows: list[Row]
    repeats: int = 3


@dataclass
class Size:
    """How much is done; --quick does less of all that takes long, and says so in the names of the rows."""

    quick: bool
    houses: int = field(init=False)

    def __post_init__(self):
        self.houses = 100_000 if self.quick else 1_000_000

    def of(self, full: int, quick: int) -> int:
        return quick if self.quick else full

    def goal(self, goal: Goal) -> Goal | None:
        """A goal for the full size."""
        return None if self.quick else goal


def all_cases(size: Size) -> list[Case]:
    return [
        *ingest(size), first_sync(size), *latency(size), *fan_out(size), connect(size), *programs(size), scale(size),
    ]


def ingest(size: Size) -> list[Case]:
    return [
        _ingest(size, "ingest-10k", "selection", 10_000, 100, 3000),
        _ingest(size, "ingest-100k", "selection", 100_000, 100, 3000),
        _ingest(size, "ingest-avatars", "avatar", 10_000, 100, 1000),
        _ingest(size, "ingest-one", "selection", 10_000, 1, 30_000),
    ]


def _ingest(size: Size, name: str, kind: str, keyspace: int, per_message: int, messages: int) -> Case:
    messages = size.of(messages, messages // 3)
    sides = {
        side: lambda client=client: measure.ingest(client, kind, keyspace, per_message, messages)
        for side, client in ((OURS, "townhall"), (PYTHON, "python"))
    }
    each = "100 keys a message" if per_message == 100 else "one key a message"
    row = Row(f"ingest every event, {keyspace:,} {kind}s, {each}", "keys_per_s", "/s", PYTHON, ratio("≥", 10))
    return Case(name, sides, [row], repeats=5)


def first_sync(size: Size) -> Case:
    sides = {
        OURS: lambda: measure.first_sync("townhall", size.houses),
        PYTHON: lambda: measure.first_sync("python", size.houses),
    }
    name = f"first sync of {size.houses:,} selections"
    return Case("first-sync", sides, [
        Row(f"{name}, time", "seconds", "s", PYTHON, size.goal(ratio("≤", 0.2))),
        Row(f"{name}, memory for each", "rss_per_key", "B", PYTHON, size.goal(Goal("≤", 200))),
    ])


def latency(size: Size) -> list[Case]:
    def side(server, interval_ms, writes, query=""):
        return lambda: measure.latency(server, interval_ms, writes, query)

    peers = {NATS: servers.nats, REDIS: servers.redis, NTCORE: servers.ntcore}
    calm, busy = (50, size.of(400, 100)), (5, size.of(1000, 400))
    every = "a write every 50 ms"
    slow = Case("latency-50", {
        OURS: side(servers.townhall, *calm),
        NANOVER: side(servers.nanover, *calm),
        **{name: side(server, *calm) for name, server in peers.items()},
    }, [
        Row(f"{every}, p50", "p50_ms", "ms", NANOVER, ratio("≤", 1.2)),
        Row(f"{every}, p99", "p99_ms", "ms", NANOVER, Goal("≤", 2)),
        *(Row(f"{every}, p50", "p50_ms", "ms", name) for name in peers),
    ])
    every = "a write every 5 ms, interval=0"
    fast = Case("latency-5", {
        OURS: side(servers.townhall, *busy, "/?interval=0"),
        "ping-pong": lambda: measure.echo(*busy),
        NANOVER: side(servers.nanover, *busy),
        **{name: side(server, *busy) for name, server in peers.items()},
    }, [
        Row(f"{every}, p50", "p50_ms", "ms", "ping-pong", ratio("≤", 1.3)),
        Row(f"{every}, p99", "p99_ms", "ms", OURS, ratio("≤", 2), "p50_ms", "its p50"),
        *(Row(f"{every}, p50", "p50_ms", "ms", name) for name in (NANOVER, *peers)),
    ])
    return [slow, fast]


def fan_out(size: Size) -> list[Case]:
    return [_fan_out(clients, size.of(240, 90)) for clients in (10, 100, 300)]


def _fan_out(clients: int, ticks: int) -> Case:
    sides = {
        name: lambda server=server: measure.fan_out(server, clients, ticks)
        for name, server in ((OURS, servers.townhall), (NATS, servers.nats), (NANOVER, servers.nanover))
    }
    written = f"a writer at 30 Hz to {clients} clients"
    # At 300 nanover-server falls behind by seconds, and nothing is aimed at beside that.
    aim = ratio("≤", 1) if clients < 300 else None
    return Case(f"fan-out-{clients}", sides, [
        Row(f"{written}, p50", "p50_ms", "ms", NANOVER, aim),
        Row(f"{written}, p99", "p99_ms", "ms", NANOVER, aim),
        Row(f"{written}, p50", "p50_ms", "ms", NATS),
        Row(f"{written}, p99", "p99_ms", "ms", NATS),
        Row(f"keys told to {clients} clients per CPU second", "per_cpu_s", "", NATS, ratio("≥", 1)),
        Row(f"keys told to {clients} clients per CPU second", "per_cpu_s", "", NANOVER, ratio("≥", 10)),
        Row(f"of {clients} clients hold every last value", "hold_last", "", NATS, Goal("≥", clients)),
    ])


def connect(size: Size) -> Case:
    sides = {
        name: lambda server=server: measure.fan_out(server, 1000, ticks=10, hz=5)
        for name, server in ((OURS, servers.townhall), (NATS, servers.nats))
    }
    return Case("connect-1000", sides, [
        Row("1,000 clients connect, time", "connect_s", "s", NATS, Goal("≤", 2)),
        Row("of 1,000 clients are let in", "connected", "", NATS, Goal("≥", 1000)),
        Row("of 1,000 clients hold every last value", "hold_last", "", NATS, Goal("≥", 1000)),
    ])


def programs(size: Size) -> list[Case]:
    def verbs(name: str, **options) -> dict:
        return {
            OURS: lambda: measure.verb("townhall", name, size.of(20, 5), **options),
            PYTHON: lambda: measure.verb("python", name, size.of(5, 2), **options),
        }

    large = f"of {size.houses:,} houses"
    return [
        Case("load", {
            OURS: lambda: measure.verb("townhall", "get", 5, size.houses),
            PYTHON: lambda: measure.verb("python", "get", 1, size.houses),
        }, [
            Row(f"townhall load {large}", "load_s", "s", goal=size.goal(Goal("≤", 5))),
            Row(f"townhall get, {large}, whole process", "p50_ms", "ms", PYTHON, size.goal(Goal("≤", 30))),
            Row(f"our server's memory, {large}, for each", "server_rss_per_key", "B"),
        ]),
        Case("get", verbs("get"), [
            Row("townhall get, whole process", "p50_ms", "ms", PYTHON, Goal("≤", 12)),
        ]),
        Case("set", verbs("set"), [
            Row("townhall set, whole process", "p50_ms", "ms", PYTHON, Goal("≤", 12)),
        ]),
        Case("version", {OURS: lambda: measure.version(size.of(20, 5))}, [
            Row("townhall --version, whole process", "p50_ms", "ms"),
        ]),
        Case("start", {OURS: lambda: measure.start(size.of(20, 5))}, [
            Row("start to first frame, p50", "p50_ms", "ms"),
            Row("start to first frame, p95", "p95_ms", "ms", goal=Goal("≤", 21)),
        ]),
        Case("idle", {OURS: lambda: measure.idle(size.of(10, 4))}, [
            Row("idle, bytes drawn", "idle_bytes", "B", goal=Goal("≤", 0)),
            Row("idle, share of a core", "idle_cpu_pct", "%", goal=Goal("≤", 0.05)),
        ]),
    ]


def scale(size: Size) -> Case:
    """From TownhallBenchmarks, where one town of each size is shared by all rows."""
    flat = ratio("≤", 1.5)
    letter = "a letter of a search in keys and its frame"
    goals = {
        "a town arrives and its frame": None,
        "all streets opened and their frame": flat,
        "a frame": None,
        "a key and its frame": flat,
        "60 changes and their frame": flat,
        letter: flat,
        "a letter of a search in keys until all is found": None,
        "a snapshot and 60 changes after it": None,
        "the difference of two snapshots, 60 differ": None,
    }

    def row(name: str, goal: Goal | None) -> Row:
        here, there = f"{name}, 1,000,000 houses", f"{name}, 1,000 houses"
        return Row(here, here, "ms", OURS, goal, there, "1,000 houses")

    return Case("scale", {OURS: lambda: measure.scale(size.of(15, 5))}, [
        *(row(name, goal) for name, goal in goals.items()),
        Row(f"{letter}, 1,000,000 houses", f"{letter}, 1,000,000 houses", "ms", goal=Goal("≤", 16)),
    ])
