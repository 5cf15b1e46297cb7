"""LATENCY: one client writes a key, another sees it; each is a process of its own.

The value carries the writer's clock, which the listener takes from its own when it has the value decoded. Writes come
every --interval-ms on average, half more or less, so that they do not lock on to a server's beat; keys go over 64 names.
As `echo` one client writes to a server that sends it back, and hears that: the floor for what Python and a wire cost.
"""
from __future__ import annotations

import argparse
import os
import random
import sys
import threading
import time

import msgpack

from figures import latencies
from values import emit, selection_value
from wires import listener, state_message, websocket, writer


def value(number: int) -> dict:
    """Numbers below zero are not counted."""
    return {**selection_value(number), "seq": number, "t": time.monotonic_ns()}


def paced(options, write):
    """Calls `write(number)` at its time; those before 0 use up what a server has in hand for a client that was still."""
    chance = random.Random(1)
    due = time.monotonic()
    end = due + options.limit_s
    for number in range(-options.unmeasured, options.writes):
        due = max(due + options.interval_ms / 1e3 * chance.uniform(0.5, 1.5), time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))
        write(number)
        if time.monotonic() > end:
            break


def be_writer(options):
    write = writer(options.url)
    emit({"event": "ready"})
    sys.stdin.readline()
    paced(options, lambda number: write(f"lat.{number % 64}", value(number)))
    emit({"event": "written"})


def be_listener(options):
    delays: dict[int, int] = {}
    over = threading.Event()

    def hear(value):
        now = time.monotonic_ns()
        if isinstance(value, dict) and value.get("seq", -1) >= 0 and value["seq"] not in delays:
            delays[value["seq"]] = now - value["t"]
            if len(delays) == options.writes:
                over.set()

    kept = listener(options.url, hear)
    emit({"event": "ready"})

    def stop():
        sys.stdin.readline()
        over.set()

    threading.Thread(target=stop, daemon=True).start()
    over.wait(options.limit_s + 20)
    emit({**latencies(delays.values()), "late_or_lost": options.writes - len(delays)})
    del kept


def be_echo(options):
    wire = websocket(options.url)
    delays = []

    def write(number):
        wire.send(state_message({f"lat.{number % 64}": value(number)}))
        (heard,) = msgpack.unpackb(wire.recv(10))["state"]["updates"].values()
        if heard["seq"] >= 0:
            delays.append(time.monotonic_ns() - heard["t"])

    paced(options, write)
    emit(latencies(delays))


def main():
    roles = {"writer": be_writer, "listener": be_listener, "echo": be_echo}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=roles)
    parser.add_argument("--url", required=True)
    parser.add_argument("--writes", type=int, default=500)
    parser.add_argument("--unmeasured", type=int, default=20, help="writes before those that count")
    parser.add_argument("--interval-ms", type=float, default=50)
    parser.add_argument("--limit-s", type=float, default=120)
    options = parser.parse_args()
    roles[options.role](options)
    sys.stdout.flush()
    os._exit(0)  # the wires' threads would keep the process


if __name__ == "__main__":
    main()
