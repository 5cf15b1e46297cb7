"""RECORDINGS: what NanoVer's own reader finds in recorded sessions, and what townhall says while they are played.

NanoVer plays each of them as a client of a town, as `nanover-server --remote` does, and stops it at the first molecule.
Then `townhall atoms` must count as many atoms, residues, chains and bonds as there are in the first whole frame that
NanoVer reads, and call the first ten atoms the same.

    python recordings.py [RECORDING.nanover.zip …]

Without any it plays two that it writes itself, with NanoVer's own writer.
"""
from __future__ import annotations

import argparse
import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from nanover.app import OmniRunner
from nanover.recording import NanoverRecordingWriter, PlaybackSimulation
from nanover.recording.reading import MessageEvent
from nanover.trajectory import FrameData
from nanover.websocket.client.app_client import NanoverImdClient

import molecules
from town import Town, town, wait_for

FIRST = 10
LINE = re.compile(r"[\d -]+  (?P<names>.+?)(?: and \d+ more)? of (?P<residue>\S+ \S+) \((?P<chain>.+)\)")


@dataclass
class Group:
    """Atoms of which no two have a neighbour in common, and their neighbours."""

    atoms: list[int] = field(default_factory=list)
    neighbours: set[int] = field(default_factory=set)


def groups(frame: FrameData) -> list[Group]:
    """All atoms in such groups, each small enough for one query."""
    neighbours: list[set[int]] = [set() for _ in range(frame.particle_count)]
    for one, other in np.reshape(frame.bond_pairs, (-1, 2)).tolist():
        neighbours[one].add(other)
        neighbours[other].add(one)
    made: list[Group] = []
    for atom, near in enumerate(neighbours):
        group = next((group for group in made if len(group.atoms) < 1500 and not group.neighbours & near), None)
        if group is None:
            made.append(group := Group())
        group.atoms.append(atom)
        group.neighbours |= near
    return made


def bonds(place: Town, frame: FrameData) -> int | str:
    """How many bonds townhall has, or where they are others than in the frame.

    An answer does not tell by how many bonds an atom is reached, and in such a group it is by one.
    """
    ends = 0
    for group in groups(frame):
        found = place.atoms("bonded to index " + " ".join(map(str, group.atoms)))
        if found != group.neighbours:
            return f"others at the atoms {sorted(found ^ group.neighbours)[:5]}"
        ends += len(found)
    return ends // 2


def by_nanover(frame: FrameData) -> dict[str, object]:
    pairs = np.sort(np.reshape(frame.bond_pairs, (-1, 2)), axis=1)
    return {
        "atoms": frame.particle_count,
        "residues": frame.residue_count,
        "chains": frame.chain_count,
        "bonds": len(np.unique(pairs, axis=0)),
        "names": frame.particle_names[:FIRST],
    }


def by_townhall(place: Town, frame: FrameData) -> dict[str, object]:
    """The same from what it prints; the frame says only which bonds to ask for."""
    lines = [LINE.fullmatch(line) for line in place.ask("all").stdout.splitlines()]
    first = [LINE.fullmatch(line) for line in place.ask(f"index 0:{FIRST - 1}").stdout.splitlines()]
    return {
        "atoms": int(place.ask("all", "--count").stdout),
        "residues": len(lines),
        "chains": len({line["chain"] for line in lines}),
        "bonds": bonds(place, frame),
        "names": [name for line in first for name in line["names"].split()],
    }


def differences(recording: Path) -> int:
    """Plays a recording, and prints what both say of it."""
    frame = molecules.first_frame(recording)
    with town() as place, molecules.readable(recording) as copy, NanoverImdClient.from_url(place.url) as client:
        with OmniRunner.from_client(client, PlaybackSimulation.from_path(path=copy)) as runner:
            runner.load(0)
            wait_for("the town has the molecule", lambda: "particle.count" in client.current_frame.frame_dict)
            runner.pause()
            nanover, townhall = by_nanover(frame), by_townhall(place, frame)
    print(f"{recording.name}, by NanoVer and by townhall:")
    for what, value in nanover.items():
        mark = "" if value == townhall[what] else "  DIFFER"
        print(f"    {what:10}{show(value)}  {show(townhall[what])}{mark}")
    return sum(value != townhall[what] for what, value in nanover.items())


def show(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else f"{value:>6}"


def write(recording: Path, frame: FrameData) -> Path:
    """A recording of one molecule, which lasts an hour, so that it does not begin anew."""
    frame.frame_index = 0
    last = FrameData()
    last.frame_index = 1
    with NanoverRecordingWriter.from_path(recording) as writer:
        for seconds, shown in ((0, frame), (3600, last)):
            event = MessageEvent(timestamp=seconds * 1_000_000, message={"frame": shown.pack_to_dict()})
            writer.write_message_event(event)
    return recording


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recordings", nargs="*", type=Path, metavar="RECORDING.nanover.zip")
    recordings = parser.parse_args().recordings
    with tempfile.TemporaryDirectory(prefix="recordings-") as folder:
        if not recordings:
            made = {"villin": molecules.villin(), "odd": molecules.odd()}
            recordings = [write(Path(folder) / f"{name}.nanover.zip", frame) for name, frame in made.items()]
        faults = sum(map(differences, recordings))
    print(f"recordings: {len(recordings)}, faults: {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
