"""Medians, percentiles, and how numbers are written in the table."""
from __future__ import annotations

import statistics


def percentile(values, share: float):
    """Nearest rank; share in 0..1."""
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))] if ordered else None


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def latencies(nanoseconds) -> dict:
    """What is told of a list of delays."""
    ms = [delay / 1e6 for delay in nanoseconds]
    if not ms:
        return {"n": 0}
    shares = {"p50_ms": 0.5, "p90_ms": 0.9, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1}
    return {"n": len(ms), **{name: round(percentile(ms, share), 4) for name, share in shares.items()}}


def number(value: float | None) -> str:
    """About three digits, with k and M where that is shorter."""
    if value is None:
        return "–"
    for scale, unit in ((1e6, " M"), (1e4, " k")):
        if abs(value) >= scale:
            return number(value / (1e3 if unit == " k" else scale)) + unit
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    return f"{value:.{digits}f}"


def spread(values, write=number) -> str:
    """The median, and from the least to the most if there are several."""
    values = [value for value in values if value is not None]
    if not values:
        return "–"
    text = write(median(values))
    low, high = write(min(values)), write(max(values))
    return text if low == high else f"{text} ({low}–{high})"
