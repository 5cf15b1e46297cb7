"""Measures Townhall beside its peers on this machine, and prints one table.

The sides of a case take turns (A B A B), each on servers of its own. A ratio is ours over the peer's in the same turn:
its median, and from the least to the most. An absolute figure is worth something only beside others of the same run.
"""
from __future__ import annotations

import argparse
import json
import signal
import sys
import time
import traceback
from pathlib import Path

import servers
from cases import OURS, Case, Row, Size, all_cases
from figures import median, number, spread
from machine import DISTURBED, Noise, describe, wait_until_quiet

HEADER = ["case", "ours", "peer", "ours / peer", "goal", "met"]


class Results:
    """All that was measured of one case: for each side what came of each turn, in order."""

    def __init__(self, case: Case):
        self.case = case
        self.turns: dict[str, list[dict]] = {side: [] for side in case.sides}

    def figures(self, side: str, figure: str) -> list:
        return [turn.get(figure) for turn in self.turns[side]]

    def trouble(self, side: str) -> str | None:
        """Why a side has no figures, if it never had any; all of it is in the JSON."""
        turns = self.turns[side]
        return turns[-1]["error"][:40] if turns and all("error" in turn for turn in turns) else None

    def remarks(self, sides: list[str]) -> str:
        """What is to be said of these sides behind whether a goal is met."""
        turns = [turn for side in sides for turn in self.turns[side]]
        failed = sum("error" in turn for turn in turns)
        is_partial = failed and not any(self.trouble(side) for side in sides)
        return (" ~" if any(turn["disturbed"] for turn in turns) else "") + (f" {failed} failed" if is_partial else "")

    def line(self, row: Row) -> list[str]:
        """The cells of the row."""
        ours = self.figures(OURS, row.figure)
        peers = self.figures(row.peer, row.peer_figure or row.figure) if row.peer else []
        ratios = [mine / theirs for mine, theirs in zip(ours, peers) if mine is not None and theirs]
        judged = ratios if row.goal and row.goal.of_ratio else [mine for mine in ours if mine is not None]
        met = "" if not row.goal else "–" if not judged else "yes" if row.goal.is_met(median(judged)) else "NO"
        return [
            row.name,
            self.cell(OURS, median(ours), row.unit) if row.peer else self.cell(OURS, spread(ours), row.unit),
            self.peer_cell(row, median(peers)),
            spread(ratios) if ratios else "–" if row.peer else "",
            (str(row.goal) + ("" if row.goal.of_ratio else f" {row.unit}").rstrip()) if row.goal else "",
            (met + self.remarks([OURS] + [row.peer] * bool(row.peer))).strip(),
        ]

    def cell(self, side: str, figure, unit: str) -> str:
        if trouble := self.trouble(side):
            return trouble
        text = figure if isinstance(figure, str) else number(figure)
        return text if text == "–" else f"{text} {unit}".replace(" /s", "/s").strip()

    def peer_cell(self, row: Row, figure) -> str:
        if not row.peer:
            return ""
        if trouble := self.trouble(row.peer):
            return trouble if row.peer.lower() in trouble.lower() else f"{row.peer}: {trouble}"
        return f"{self.cell(row.peer, figure, row.unit)}  {row.peer_name or row.peer}"


def run(case: Case, repeats: int, quiet_s: float, results: Results):
    for turn in range(repeats):
        for side, body in case.sides.items():
            wait_until_quiet(quiet_s)
            print(f"{time.strftime('%H:%M:%S')} {case.name}, {side}, {turn + 1} of {repeats}", file=sys.stderr)
            with Noise() as noise:
                outcome = attempt(body)
            outcome.update(others_cores=noise.others, steal_cores=noise.steal, disturbed=noise.disturbed)
            if "error" in outcome:
                print(f"         {outcome['error']}", file=sys.stderr)
            results.turns[side].append(outcome)


def attempt(body) -> dict:
    """One side of one turn; whatever goes wrong there is told in its row, and the others go on."""
    try:
        return body()
    except servers.Missing as missing:
        return {"error": str(missing)}
    except Exception as error:
        return {"error": str(error) or type(error).__name__, "trace": traceback.format_exc()}


def table(all_results: list[Results]) -> str:
    lines = [HEADER] + [results.line(row) for results in all_results for row in results.case.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    texts.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(texts)


def note(all_results: list[Results]) -> str:
    """How many measurements were disturbed, and by how much at most."""
    turns = [turn for results in all_results for side in results.turns.values() for turn in side]
    disturbed = [turn for turn in turns if turn["disturbed"]]
    if not disturbed:
        return f"None of {len(turns)} measurements was disturbed by more than {DISTURBED} of a core of others' work."
    worst = max(max(turn["others_cores"], turn["steal_cores"]) for turn in disturbed)
    return (
        f"~ disturbed: {len(disturbed)} of {len(turns)} measurements, in which others took more than {DISTURBED} of a"
        f" core, {worst} at most."
    )


def chosen(cases: list[Case], words: str | None) -> list[Case]:
    """The cases of these names; a word that is no name stands for all names that begin with it."""
    found = []
    for word in words.split(",") if words else [""]:
        named = [case for case in cases if case.name == word] or [case for case in cases if case.name.startswith(word)]
        if not named:
            raise SystemExit(f"no such case: {word}; there are {', '.join(case.name for case in cases)}")
        found += named
    return [case for case in cases if case in found]


def positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError
    return number


def options():
    names = ", ".join(case.name for case in all_cases(Size(quick=False)))
    parser = argparse.ArgumentParser(
        prog=".ci/bench",
        description=__doc__,
        epilog=f"cases: {names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="two turns and smaller towns: a look, no figures to quote")
    parser.add_argument("--cases", metavar="LIST", help="only those whose names begin so, with commas between")
    parser.add_argument("--repeats", metavar="N", type=positive, help="turns of each case, 3 or 5 unless said")
    parser.add_argument("--out", metavar="DIR", type=Path, default=servers.ROOT / ".build-bench" / "results",
                        help="where the JSON goes (.build-bench/results)")
    return parser.parse_args()


def end_by_signal(number, _):
    """As if it had been an error, so that every `with` ends what it has started."""
    raise SystemExit(128 + number)


def main():
    asked = options()
    cases = chosen(all_cases(Size(asked.quick)), asked.cases)
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, end_by_signal)
    machine = describe(servers.ROOT, servers.versions(), servers.LIBRARIES)
    asked.out.mkdir(parents=True, exist_ok=True)
    file = asked.out / time.strftime("bench-%Y%m%d-%H%M%S.json")
    all_results: list[Results] = []
    start = time.monotonic()
    try:
        for case in cases:
            all_results.append(Results(case))
            run(case, asked.repeats or (2 if asked.quick else case.repeats), 1 if asked.quick else 10, all_results[-1])
    except KeyboardInterrupt:
        print("stopped; this is what there is so far", file=sys.stderr)
    finally:
        measured = {results.case.name: results.turns for results in all_results}
        file.write_text(json.dumps({"machine": machine, "quick": asked.quick, "cases": measured}, indent=1) + "\n")
    print("\n".join(f"{name}: {value}" for name, value in machine.items()))
    if asked.quick:
        print("quick: few turns and smaller towns, so no figures to quote")
    print(f"\n{table(all_results)}\n\n{note(all_results)}")
    print(f"It took {(time.monotonic() - start) / 60:.0f} minutes. All of it is in {file}")


if __name__ == "__main__":
    main()
