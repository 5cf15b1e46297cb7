"""The houses of all benchmarks, and what their programs say to each other; TownhallBenchmarks makes the same houses.

Times are CLOCK_MONOTONIC nanoseconds, which on Linux can be compared between processes, in any language.
"""
from __future__ import annotations

import json

MAX_MESSAGE = 128 * 1024 * 1024
SENTINEL = "bench.sentinel"  # the last key that a load server sends
GO = "bench.go"  # a client says: begin
DONE = "bench.done"  # a client says: it holds the last key


def emit(fields: dict):
    """What a program of the benchmarks tells the one that started it: one line of JSON."""
    print(json.dumps(fields), flush=True)


def selection_value(number: int, version: int = 0) -> dict:
    """A small selection as programs write them: about 90 bytes packed."""
    base = (number * 37) % 60000
    return {
        "display_name": f"Selection {number:07d} r{version}",
        "particle_ids": [base + place * 3 for place in range(8)],
    }


def avatar_value(number: int, version: int = 0) -> dict:
    """An avatar, head and two hands: about 400 bytes packed."""
    place = (number % 977) * 0.013 + version * 0.001

    def part(name, shift):
        return {
            "name": name,
            "position": [place + shift, 1.5 + place * 0.1, -place + shift],
            "rotation": [0.1 + place * 0.01, 0.2, 0.3 + shift * 0.05, 0.9],
        }

    return {
        "playerid": f"{number:08d}",
        "name": f"Player {number}",
        "color": [(number % 255) / 255.0, 0.25, 0.75, 1.0],
        "components": [part("headset", 0.0), part("hand.left", 0.2), part("hand.right", 0.4)],
    }


def house(kind: str, number: int, version: int = 0) -> tuple[str, dict]:
    value = {"selection": selection_value, "avatar": avatar_value}[kind](number, version)
    return f"{kind}.{number:08d}", value


def selections(count: int) -> dict:
    return dict(house("selection", number) for number in range(count))
