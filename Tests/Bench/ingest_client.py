"""NanoVer's own Python client on a load server, timed until it holds the last key.

With --snapshot the time counts from connecting, else from when the load server began. Prints one JSON line.
"""
from __future__ import annotations

import argparse
import ctypes
import gc
import os
import threading
import time

from nanover.websocket.client.app_client import NanoverImdClient

from processes import cpu_seconds, resident
from values import DONE, GO, SENTINEL, emit


def settled_memory() -> int:
    """The memory of this process after what is free has been given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return resident()


class TimedClient(NanoverImdClient):
    complete = threading.Event()
    complete_ns = 0

    def recv_state(self, message):
        super().recv_state(message)
        if SENTINEL in message["updates"]:
            TimedClient.complete_ns = time.monotonic_ns()
            TimedClient.complete.set()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--snapshot", action="store_true")
    parser.add_argument("--limit-s", type=float, default=180)
    options = parser.parse_args()
    before, start = settled_memory(), time.monotonic_ns()
    client = TimedClient.from_url(options.url)

    def put(key):
        client.send_message({"state": {"updates": {key: 1}, "removals": []}})

    if not options.snapshot:
        put(GO)
    if not TimedClient.complete.wait(options.limit_s):
        raise SystemExit("the last key did not come")
    put(DONE)
    cpu = cpu_seconds(os.getpid())
    state = client.copy_state()
    told, count = state[SENTINEL], len(state) - 1
    seconds = (TimedClient.complete_ns - (start if options.snapshot else told["t0_ns"])) / 1e9
    emit({
        "seconds": seconds,
        "keys_per_s": told["keys"] / seconds,
        "client_cpu_s": cpu,
        "state_keys": count,
        "rss_per_key": (settled_memory() - before) / max(1, count),
    })
    os._exit(0)


if __name__ == "__main__":
    main()
