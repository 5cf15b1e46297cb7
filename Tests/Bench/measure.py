"""One measurement each: starts what it needs, and returns what came of it by name. `cases.py` says which of them stand
beside which, and what is aimed at."""
from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import screens
import servers
from figures import percentile
from processes import BENCH, Child, cpu_seconds, resident, script, whole_run
from servers import TABLE, TOWNHALL
from values import selections

SMALL_TOWN = 100
PYTHON_VERBS = (sys.executable, BENCH / "verbs.py")

# ---------------------------------------------------------------- a client


def _follow(client: str, load: list, *options) -> dict:
    """A client on the load server until it holds the last key."""
    with script("load_server.py", *load) as server:
        url = server.answer(240)["url"]
        if client == "python":
            follower = script("ingest_client.py", "--url", url, *options)
        else:
            follower = Child([TABLE, "ingest", "--url", url, "--watch", "events", *options])
        with follower:
            return follower.answer(180)


def ingest(client: str, kind: str, keyspace: int, per_message: int, messages: int) -> dict:
    load = ["--kind", kind, "--keyspace", keyspace, "--per-message", per_message, "--messages", messages]
    return _follow(client, load)


def first_sync(client: str, houses: int) -> dict:
    return _follow(client, ["--snapshot", houses], "--snapshot")


# ---------------------------------------------------------------- a server


def latency(server, interval_ms: float, writes: int, query: str = "") -> dict:
    """From one client of the server to another, and what the server takes meanwhile."""
    with server() as running:
        pace = ["--url", running.url + query, "--writes", writes, "--interval-ms", interval_ms]
        pace += ["--unmeasured", max(20, int(1500 / interval_ms))]
        with script("latency.py", "listener", *pace) as listener, script("latency.py", "writer", *pace) as writer:
            listener.answer(30)
            writer.answer(30)
            writer.tell("go")
            writer.answer(120)
            time.sleep(0.5)
            listener.tell("stop")
            return listener.answer(30)


def echo(interval_ms: float, writes: int) -> dict:
    with servers.echo() as running:
        pace = ["--url", running.url, "--writes", writes, "--interval-ms", interval_ms]
        with script("latency.py", "echo", *pace) as client:
            return client.answer(120)


def fan_out(server, clients: int, ticks: int, hz: float = 30, keys: int = 100) -> dict:
    with server() as running:
        shape = ["--url", running.url, "--clients", clients, "--ticks", ticks, "--hz", hz, "--keys", keys]
        with script("fanout.py", "writer", *shape) as writer, script("fanout.py", "swarm", *shape) as swarm:
            # The writer first, so that it is let in where there is not room for all.
            writer.answer(30)
            swarm.tell("connect")
            ready = swarm.answer(60)
            time.sleep(1)
            before = cpu_seconds(running.pid)
            writer.tell("go")
            late = writer.answer(ticks / hz + 60)["latest_ms"]
            time.sleep(0.2)
            swarm.tell("stop")
            report = swarm.answer(90)
            cpu = cpu_seconds(running.pid) - before
            return {
                **report,
                # How long it took to be turned away is no merit.
                "connect_s": ready["connect_s"] if ready["connected"] == clients else None,
                "writer_latest_ms": late,
                "server_cpu_s": cpu,
                "per_cpu_s": report["deliveries"] / cpu if cpu else None,
                "server_rss": resident(running.pid),
            }


# ---------------------------------------------------------------- whole programs


def _milliseconds(argv, runs: int, **options) -> dict:
    times = [1000 * whole_run(argv, **options) for _ in range(runs)]
    return {"p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95), "runs_ms": times}


def _load(url: str, houses: int) -> float:
    with tempfile.TemporaryDirectory(prefix="bench-town-") as folder:
        file = Path(folder) / "town.json"
        file.write_text(json.dumps(selections(houses)))
        return whole_run([TOWNHALL, "load", file, "--town", url], timeout=180)


def version(runs: int) -> dict:
    return _milliseconds([TOWNHALL, "--version"], runs)


def verb(client: str, verb: str, runs: int, houses: int = SMALL_TOWN) -> dict:
    """`get` or `set` of one key, by ours and by NanoVer's client, of a town on our server."""
    value = ['{"display_name": "A", "particle_ids": [1, 2]}'] if verb == "set" else []
    with servers.townhall() as town:
        loaded = _load(town.url, houses)
        if client == "python":
            argv = [*PYTHON_VERBS, town.url, verb, "selection.00000007", *value]
        else:
            argv = [TOWNHALL, verb, "selection.00000007", *value, "--town", town.url]
        memory = resident(town.pid) / houses
        return {**_milliseconds(argv, runs), "load_s": loaded, "server_rss_per_key": memory}


def start(runs: int) -> dict:
    with servers.townhall() as town:
        _load(town.url, SMALL_TOWN)
        times = [1000 * screens.first_frame(town.url, b"selection") for _ in range(runs)]
        return {"p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95), "runs_ms": times}


def idle(seconds: float) -> dict:
    with servers.townhall() as town:
        _load(town.url, SMALL_TOWN)
        return screens.idle(town.url, b"selection", seconds)


# ---------------------------------------------------------------- one town, three sizes


def scale(runs: int) -> dict:
    """The rows of TownhallBenchmarks about towns of several sizes, in ms: `{"a frame, 1,000 houses": …}`."""
    with Child([TABLE, "--json", "--filter", "Scale: ", "--runs", runs]) as table:
        rows = {}
        while True:
            try:
                row = table.answer(180)
            except EOFError:
                return rows
            rows[row["name"].removeprefix("Scale: ")] = row["median_s"] * 1000
