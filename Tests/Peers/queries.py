"""QUERIES: `townhall atoms` against MDAnalysis, atom by atom, and what it says of queries that are none.

Each molecule is shown to a town, each query asked of it, and the atoms compared with those that select_atoms of
MDAnalysis takes of the same molecule. Where our language is another by definition, the same words must not mean the
same in MDAnalysis, and ours must mean what is written beside them, for the reason that is given.

    python queries.py [RECORDING.nanover.zip …] [--all]

It first proves itself: it must find faults that are planted in what is expected.
"""
from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

import MDAnalysis
from MDAnalysis.core import selection
from nanover.trajectory import FrameData

import molecules
from town import Town, town


@dataclass
class Query:
    """What is asked, in our words and in MDAnalysis's."""

    ours: str
    theirs: str = ""  # the same unless said otherwise
    because: str = ""  # why these words mean other atoms there; `theirs` then says in its words what ours mean
    words: str = ""  # the words that mean others; ours unless MDAnalysis lacks one of them

    def __post_init__(self):
        self.theirs, self.words = self.theirs or self.ours, self.words or self.ours


def within(nanometres: float, of: str) -> str:
    """Ours as MDAnalysis has it: its `around` is in ångström, and without the atoms that it is around of."""
    return f"((around {nanometres * 10:g} ({of})) or ({of}))"


def same(*queries: str) -> list[Query]:
    return [Query(query) for query in queries]


# ---------------------------------------------------------------- what is asked

LEFT = "and binds closer than or; MDAnalysis takes both from the left"
BOX = "distances do not go around through the sides of a box"
FORMS = "caps, ends and forms of force fields are counted that MDAnalysis has no names for"
SETS = "only * and ? stand for other characters; in MDAnalysis sets of them do too"

ANY = [
    *same("all", "index 0", "index 0 5:9", "index 3-6 20:9999", "index 5 to 9 1 : 2", "bynum 1 6:10", "byres index 4"),
    *same("name C*", "name *", "name ?1", "name H* C1", "element C", "resname *", "resid 1:1000"),
    *same("protein", "water", "nucleic"),
    Query("none", "not all"),
    Query("element 6 1", "element C H"),
    Query("hydrogen", "element H"),
    Query("chain *", "chainID *"),
    Query("not (index 0:10 or hydrogen)", "not (index 0:10 or element H)"),
    Query("bonded to index 4", "bonded index 4"),
    Query("bonded to all", "bonded all"),
    Query("bonded to hydrogen", "bonded element H"),
    Query("element C and bonded to hydrogen", "element C and bonded element H"),
    Query("within 0 of index 3", within(0, "index 3")),
    Query("within 0.3 of index 4", within(0.3, "index 4")),
    Query("element C and not within 0.6 of hydrogen", "element C and not " + within(0.6, "element H")),
]

VILLIN = [
    *same("index 10:20 8000", "index 8866 99999", "name CA CB CG*", "name ?A", "name H? HA*", "name *G1*", "name ca"),
    *same("element N O", "element *l", "resname ALA GLY", "resname HI* L??", "resname Cl"),
    *same("resid 5 7:9", "resid 5-8", "resid 5 to 8 12", "resid 5 - 9", "resid 1:10 20 30:33", "resnum 3:4", "resid 30:2000", "segid A W", "segid ION"),
    *same("backbone", "protein and not backbone", "not protein and not water", "not water or protein"),
    *same("(name CA or name CB) and resname LEU", "name CA and resname LEU or name CB", "not not name CA"),
    *same("water and name O", "protein and name O", "name CA and not resid 5:8 and not resname ALA"),
    *same("byres name SD", "byres name SD or name OH", "not byres name SD", "protein and byres element S"),
    Query("element 17", "element Cl"),
    Query("chain ?", "chainID ?"),
    Query("within 0.5 of protein", within(0.5, "protein")),
    Query("within 0.35 of (resname Cl)", within(0.35, "resname Cl")),
    Query("water and within 0.3 of protein", "water and " + within(0.3, "protein")),
    Query("within 2.5 of index 0", within(2.5, "index 0")),
    Query("within 100 of index 0", within(100, "index 0")),
    Query("within 0.5 of none", within(0.5, "not all")),
    Query("not within 1 of protein", "not " + within(1, "protein")),
    Query("within 0.8 of within 0.3 of resid 5", within(0.8, within(0.3, "resid 5"))),
    Query("within 0.4 of resid 5 and name CA", within(0.4, "resid 5 and name CA")),
    Query("within 0.4 of name CA or name CB", within(0.4, "name CA or name CB")),
    Query("(within 0.4 of name CA) or name CB", within(0.4, "name CA") + " or name CB"),
    Query("byres within 0.4 of resid 5", "byres " + within(0.4, "resid 5")),
    Query("byres water and within 0.3 of protein", "byres (water and %s)" % within(0.3, "protein")),
    Query("bonded to name SD", "bonded name SD"),
    Query("bonded to (element O and protein)", "bonded (element O and protein)"),
    Query("hydrogen and bonded to element N", "element H and bonded element N"),
    Query("bonded to bonded to index 0", "bonded bonded index 0"),
    Query("element C and not bonded to hydrogen", "element C and not bonded element H"),
    Query("(bonded to name SD) or name SD", "(bonded name SD) or name SD"),
    Query("name CA or name CB and resname LEU", "name CA or (name CB and resname LEU)", LEFT),
    Query("resname ALA or protein and not backbone", "resname ALA or (protein and not backbone)", LEFT),
    Query("within 0.5 of index 4000", within(0.5, "index 4000"), BOX, words=within(0.5, "index 4000")),
]

ODD = [
    *same("nucleic and name P", "name C5'", "name O5' C5'", "name C?'", "name H5''", "name *'", "name C4*", "name O+"),
    *same("resid -2:0", "resid -2--1", "resid -1", "resid -2 1", "resid 163", "resid 163A", "resid 163A 163B"),
    *same("resid 162:164", "resid 163A-163B", "resid 163A:164", "resid 1", "resnum 1", "index 5 and resid 1"),
    *same("element Ca", "element CA", "name CA and element Ca", "resname CA", "backbone", "name CA and not element C"),
    *same("resname hoh", "resname HOH", "resname W-T", "segid x?y", "segid N P and resid 1"),
    Query("name CA and element 20", "name CA and element Ca"),
    Query("name \"C5'\"", "name C5'"),
    Query("name 'C4*'", "name C4[*]"),
    Query("name 'all' or resname \"and\"", "name \\all or resname \\and"),
    Query("resid 163*", "resid 163 163A 163B"),
    Query("chain P and resid 1", "chainID P and resid 1"),
    Query("chain 'x y'", "segid x?y"),
    Query("within 1 of chain N", within(1, "chainID N")),
    Query("bonded to name O5' h1", "bonded name O5' h1"),
    Query("name C[45]", "not all", SETS),
]

NAMED = same("protein", "backbone", "nucleic", "water", "not protein and not nucleic and not water")
OURS = ["FOR NH2 NMA CHIS NASH", "A5 DU3 RAN T3", "SPC TIP5"]
OURS_ALONE = [Query(kind, f"resname {names}", FORMS) for kind, names in zip(("protein", "nucleic", "water"), OURS)]

# What is no query, and what the program then says behind "townhall: the query, ".
PART = "expected a part of a query, such as name CA, resname HOH or ("
NUMBER = "on, or a range such as 5:9, the smaller first, and found"
RESIDUE = "expected the number of a residue, or a range such as 5:9, the smaller first, and found"
MALFORMED = {
    "": f"column 1: {PART}; here the query ends",
    "resnam ALA": f"column 1: {PART}, and found “resnam”",
    "RESNAME ALA": f"column 1: {PART}, and found “RESNAME”",
    "name": "column 5: expected the name of an atom, such as CA; here the query ends",
    "name CA and": f"column 12: {PART}; here the query ends",
    "name CA && protein": "column 12: expected and, or, or the end, and found “protein”",
    "(name CA": "column 9: expected and, or, or ); here the query ends",
    "name CA)": "column 8: expected and, or, or the end, and found “)”",
    "name 'CA": "column 6: this quote is not closed",
    "index -1": f"column 7: expected a number from 0 {NUMBER} “-1”",
    "bynum 0": f"column 7: expected a number from 1 {NUMBER} “0”",
    "resid 9:5": f"column 7: {RESIDUE} “9:5”",
    "resid 5 -": f"column 9: {RESIDUE} “-”",
    "index 9 to 5": f"column 7: expected a number from 0 {NUMBER} “9:5”",
    "index 5 to": "column 9: expected and, or, or the end, and found “to”",
    "within 5A of protein": "column 8: expected a distance in nanometres, such as 0.5, and found “5A”",
    "within 0.5 protein": "column 12: expected of, and found “protein”",
    "bonded protein": "column 8: expected to, and found “protein”",
}


# ---------------------------------------------------------------- how it is compared


@dataclass
class Tally:
    equal: int = 0
    defined: list[Query] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def atoms(universe: MDAnalysis.Universe, query: str, **options) -> set[int]:
    return set(universe.select_atoms(query, **options).indices.tolist())


def fault(place: Town, universe: MDAnalysis.Universe, query: Query) -> str:
    """What is wrong with the answer to a query; nothing if it is right."""
    try:
        ours = place.atoms(query.ours)
    except ValueError as error:
        return f"it is refused: {error}"
    theirs = atoms(universe, query.theirs, periodic=False)
    told = [
        f"{len(more)} only {whose}, such as {', '.join(map(str, universe.atoms[sorted(more)[:3]]))}"
        for whose, more in (("ours", ours - theirs), ("theirs", theirs - ours)) if more
    ]
    if not told and query.because and ours == atoms(universe, query.words):
        return "MDAnalysis has these atoms too, though it should have others"
    return "; ".join(told)


def compare(place: Town, universe: MDAnalysis.Universe, queries: list[Query], tell: bool = False) -> Tally:
    tally = Tally()
    for query in queries:
        if wrong := fault(place, universe, query):
            tally.faults.append(f"{query.ours}  [{query.theirs}]  {wrong}")
        elif query.because:
            tally.defined.append(query)
        else:
            tally.equal += 1
        if tell:
            print(f"    {'FAILS' if wrong else 'other' if query.because else 'equal'}  {query.ours}")
    return tally


def misworded(place: Town, messages: dict[str, str]) -> list[str]:
    """The queries of which something else is said."""
    wrong = []
    for query, message in messages.items():
        run = place.ask(query)
        if (run.returncode, run.stdout, run.stderr) != (2, "", f"townhall: the query, {message}\n"):
            wrong.append(f"{query!r}: status {run.returncode}, {run.stdout}{run.stderr.strip()}\n      not {message}")
    return wrong


def proven(place: Town, frame: FrameData) -> bool:
    """Whether faults are found that are planted in a molecule for MDAnalysis alone, and in what is expected.

    The town has the frame.
    """
    planted = molecules.universe(frame)
    planted.atoms[1].name += "x"
    found = compare(place, planted, [*same("name O5'", "resid 1", "name ("), Query("all", because="none")])
    words = misworded(place, {"": MALFORMED[""], "name": MALFORMED["name"].replace("5", "6"), "all": "column 1"})
    return found.equal == 1 and len(found.faults) == 3 and len(words) == 2


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recordings", nargs="*", type=Path, metavar="RECORDING.nanover.zip")
    parser.add_argument("--all", action="store_true", help="print each query")
    options = parser.parse_args()
    # Every name that MDAnalysis knows, and some that are none of these.
    names = selection.ProteinSelection.prot_res | selection.NucleicSelection.nucl_res
    names |= selection.WaterSelection.water_res | {"LIG", "POPC", "NA", "CL"}
    asked = {path.name: (molecules.first_frame(path), ANY) for path in options.recordings}
    asked |= {
        "villin in water": (molecules.villin(), ANY + VILLIN),
        "odd names": (molecules.odd(), ODD),
        "a residue of each name": (molecules.named(sorted(names)), NAMED),
        "names of ours alone": (molecules.named(" ".join(OURS).split()), OURS_ALONE),
    }
    faults, count = [], 0
    with town() as place:
        frame = molecules.odd()
        place.show(frame)
        if not proven(place, frame):
            faults.append("a planted fault is not found")
        for title, (frame, queries) in asked.items():
            place.show(frame)
            tally = compare(place, molecules.universe(frame), queries, options.all)
            print(
                f"{title}: {frame.particle_count} atoms, {len(queries)} queries: {tally.equal} equal, "
                f"{len(tally.defined)} other by definition, {len(tally.faults)} fail"
            )
            for query in tally.defined:
                print(f"    other  {query.ours}: {query.because}")
            faults += [f"{title}: {line}" for line in tally.faults]
            count += len(queries)
        faults += misworded(place, MALFORMED)
    print(f"queries: {count}, and {len(MALFORMED)} malformed; faults: {len(faults)}", flush=True)
    for line in faults:
        print(f"  {line}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
