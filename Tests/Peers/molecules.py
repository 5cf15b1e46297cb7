"""Molecules as NanoVer's frames, and each of them once more as MDAnalysis has it.

The frame is what a town is shown. MDAnalysis is given what stands in that same frame, so that no reader of files can
make a difference.
"""
from __future__ import annotations

import re
import shutil
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import MDAnalysis
import numpy as np
import openmm.app
from ase.data import atomic_numbers, chemical_symbols
from MDAnalysis.lib.mdamath import triclinic_box
from nanover.openmm import openmm_to_frame_data
from nanover.recording import NanoverRecordingReader
from nanover.trajectory import FrameData
from openmm.unit import nanometer

NANOMETRE = np.float32(10)  # in MDAnalysis's unit
# MDAnalysis says of each universe without a topology file that it makes up one.
warnings.filterwarnings("ignore", module="MDAnalysis")


def universe(frame: FrameData) -> MDAnalysis.Universe:
    """What stands in a frame, for MDAnalysis."""
    numbers = [re.fullmatch(r"(-?\d+)([A-Za-z]?)", text) for text in frame.residue_ids]
    made = MDAnalysis.Universe.empty(
        frame.particle_count,
        n_residues=frame.residue_count,
        n_segments=frame.chain_count,
        atom_resindex=frame.particle_residues,
        residue_segindex=frame.residue_chains,
        trajectory=True,
    )
    chains = np.asarray(frame.residue_chains)[np.asarray(frame.particle_residues)]
    attributes = {
        "names": frame.particle_names,
        "elements": [chemical_symbols[number] if number else "" for number in frame.particle_elements],
        "resnames": frame.residue_names,
        "resids": [int(number[1]) for number in numbers],
        "resnums": [int(number[1]) for number in numbers],
        "icodes": [number[2] for number in numbers],
        "segids": frame.chain_names,
        "chainIDs": [frame.chain_names[chain] for chain in chains],
        "bonds": [tuple(map(int, pair)) for pair in np.reshape(frame.bond_pairs, (-1, 2))],
    }
    for name, values in attributes.items():
        made.add_TopologyAttr(name, list(values))
    made.atoms.positions = np.reshape(frame.particle_positions, (-1, 3)).astype(np.float32) * NANOMETRE
    if "system.box.vectors" in frame.frame_dict:
        made.dimensions = triclinic_box(*np.reshape(frame.box_vectors, (3, 3)) * NANOMETRE)
    return made


def villin() -> FrameData:
    """A small protein in water with ions, which OpenMM brings with it, in chains A, W and ION: its file names none."""
    pdb = openmm.app.PDBFile(str(Path(openmm.app.__file__).parent / "data" / "test.pdb"))
    frame = openmm_to_frame_data(topology=pdb.topology)
    frame.particle_positions = pdb.getPositions(asNumpy=True).value_in_unit(nanometer).astype(np.float32)
    kinds = [{"HOH": 1, "Cl": 2}.get(name, 0) for name in frame.residue_names]
    frame.chain_count, frame.chain_names, frame.residue_chains = 3, ["A", "W", "ION"], np.array(kinds, np.uint32)
    frame.box_vectors = np.array(pdb.topology.getPeriodicBoxVectors().value_in_unit(nanometer), np.float32)
    return frame


Residue = tuple[str, str, int, list[str]]  # name, number, chain, and the names of its atoms


def sketch(residues: list[Residue], chains: list[str]) -> FrameData:
    """A molecule of residues that are written down; each atom is bound to the next in its residue.

    Positions are by chance. A residue of one atom that is called like it is an ion; else the first letter of its name
    says what an atom is.
    """
    atoms = [(residue, name, number) for number, residue in enumerate(residues) for name in residue[3]]
    frame = FrameData()
    frame.particle_count, frame.residue_count, frame.chain_count = len(atoms), len(residues), len(chains)
    frame.particle_names = [name for _, name, _ in atoms]
    symbols = [name.capitalize() if residue[3] == [residue[0]] else name[0].upper() for residue, name, _ in atoms]
    frame.particle_elements = np.array([atomic_numbers.get(symbol, 0) for symbol in symbols], np.uint8)
    frame.particle_residues = np.array([number for _, _, number in atoms], np.uint32)
    frame.residue_names, frame.residue_ids, frame.residue_chains, _ = (list(column) for column in zip(*residues))
    frame.residue_chains = np.array(frame.residue_chains, np.uint32)
    frame.chain_names = chains
    pairs = [(i, i + 1) for i in range(len(atoms) - 1) if atoms[i][2] == atoms[i + 1][2]]
    frame.bond_pairs = np.array(pairs, np.uint32)
    frame.particle_positions = np.random.default_rng(5).uniform(-2, 2, (len(atoms), 3)).astype(np.float32)
    return frame


def odd() -> FrameData:
    """What villin has not: nucleic acids, letters behind numbers, numbers below 0, and names like words of a query."""
    sugar, glycine = "P O5' C5' H5'' C1' C4* N9 C4 O3'".split(), "N CA HA1 C O OXT".split()
    bases: list[Residue] = [(name, str(i + 1), 0, sugar) for i, name in enumerate(["DA5", "DC", "DG", "DT3"])]
    numbers = "-2 -1 0 1 162 163 163A 163B 164".split()
    acids: list[Residue] = [("GLY", number, 1, glycine) for number in numbers]
    words: list[Residue] = [
        ("CA", "200", 2, ["CA"]), ("and", "201", 2, ["all"]), ("hoh", "202", 2, ["o", "h1"]), ("W-T", "203", 2, ["O+"]),
    ]
    return sketch(bases + acids + words, ["N", "P", "x y"])


def named(names: list[str]) -> FrameData:
    """One residue of each name, all with the same atoms."""
    atoms = "N CA C O OT1 OXT H".split()
    return sketch([(name, str(number + 1), 0, atoms) for number, name in enumerate(names)], ["A"])


@contextmanager
def readable(recording: Path) -> Iterator[Path]:
    """A copy of a recording that is packed, for as long as the `with` lasts.

    NanoVer stores its recordings without packing them, and going back in such a file ends in an EOFError with the
    zipfile of some releases of Python (3.12.1 and 3.13.0 are two).
    """
    if not zipfile.is_zipfile(recording):
        sys.exit(f"{recording} is no recording that NanoVer reads: those are .nanover.zip")
    with tempfile.TemporaryDirectory(prefix="recording-") as folder:
        copy = Path(folder) / recording.name
        with zipfile.ZipFile(recording) as stored, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in stored.namelist():
                with stored.open(name) as source, packed.open(name, "w") as target:
                    shutil.copyfileobj(source, target)
        yield copy


def first_frame(recording: Path) -> FrameData:
    """The first frame of a recording that is whole, by NanoVer's own reader."""
    with readable(recording) as copy, NanoverRecordingReader.from_path(copy) as reader:
        for _, frame in reader.iter_frames_full():
            if {"particle.count", "particle.positions", "bond.pairs"} <= frame.frame_dict.keys():
                return frame
    raise ValueError(f"{recording} holds no molecule")
