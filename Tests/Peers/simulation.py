"""SIMULATION: OpenMM simulates a protein through NanoVer's own runner, on NanoVer's server and then in a town.

In the town it is one client among others, as with `nanover-server --remote`. On both a second client joins, which
begins to play, pulls an atom and lets it go. What it is sent first must be the same on both, key by key; the frames
must tell of the pull while it lasts, the atom must come to where it is pulled, and the town must know which it is.

    python simulation.py
"""
from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import openmm
import openmm.app
from nanover.app import NanoverImdApplication, OmniRunner
from nanover.imd import ParticleInteraction
from nanover.openmm import OpenMMSimulation
from nanover.trajectory import FrameData
from nanover.websocket.client.app_client import NanoverImdClient
from nanover.websocket.server import WebSocketServer
from openmm.unit import kelvin, picosecond

from town import town, wait_for

ATOM = "CA"  # the first of that name is pulled
FAR = np.array([0.5, 0, 0])  # nanometres
TOLD = ("energy.potential", "energy.kinetic", "energy.user.total", "forces.user.work_done")  # kJ/mol
CLOCK = "server.timestamp"  # all that may differ in what is sent first


def villin() -> OpenMMSimulation:
    """The protein alone, always from the same state; one processor is enough for it."""
    pdb = openmm.app.PDBFile(str(Path(openmm.app.__file__).parent / "data" / "test.pdb"))
    protein = openmm.app.Modeller(pdb.topology, pdb.positions)
    protein.delete([residue for residue in protein.topology.residues() if residue.name in ("HOH", "Cl")])
    system = openmm.app.ForceField("amber14-all.xml").createSystem(protein.topology, constraints=openmm.app.HBonds)
    integrator = openmm.LangevinMiddleIntegrator(300 * kelvin, 1 / picosecond, 0.002 * picosecond)
    integrator.setRandomNumberSeed(7)
    simulation = openmm.app.Simulation(
        protein.topology,
        system,
        integrator,
        openmm.Platform.getPlatformByName("CPU"),
        {"Threads": "1", "DeterministicForces": "true"},
    )
    simulation.context.setPositions(protein.positions)
    simulation.context.setVelocitiesToTemperature(300 * kelvin, 7)
    return OpenMMSimulation.from_simulation(simulation, name="villin")


@contextmanager
def nanover_server() -> Iterator[tuple[str, NanoverImdApplication]]:
    """NanoVer's server, on this machine alone."""
    app = NanoverImdApplication.null_server()
    with WebSocketServer(app) as server:
        port = server.serve(host="127.0.0.1", port=0).socket.getsockname()[1]
        yield f"ws://127.0.0.1:{port}", app


def begin(runner: OmniRunner, shown: Callable[[], FrameData | None]):
    """Has a simulation stand still at its first frame, once whoever joins is shown that."""
    runner.load(0)
    runner.pause()
    runner.reset()

    def is_reset() -> bool:
        frame = (shown() or FrameData()).frame_dict
        return frame.get("system.simulation.counter") == 1 and "particle.positions" in frame

    wait_for("the simulation stands still", is_reset)


def pull(url: str, knows: Callable[[str, int], bool] = lambda key, atom: True) -> FrameData:
    """What a client does and sees; returns what it is sent first."""
    with NanoverImdClient.from_url(url) as client:

        def shown(key: str):
            return client.current_frame.frame_dict.get(key)

        def place() -> np.ndarray:
            return np.reshape(shown("particle.positions"), (-1, 3))[atom]

        def pulled() -> list[int]:
            """The atoms that are pulled, if the energy says so too; before it moves there is no answer."""
            atoms = np.ravel(shown("forces.user.index")).tolist()
            return atoms if bool(atoms) == bool(shown("energy.user.total")) else [-1]

        wait_for("a client is sent a frame", lambda: bool(client.frames))
        first = client.frames[0]
        atom = first.particle_names.index(ATOM)
        client.run_command_blocking("playback/play")
        wait_for("it moves, and nobody pulls", lambda: pulled() == [])
        before = {name: shown(name) for name in TOLD}
        goal = place() + FAR
        key = client.start_interaction(ParticleInteraction(goal.tolist(), [atom], "spring", scale=500.0))
        wait_for("the frames tell who is pulled", lambda: pulled() == [atom])
        wait_for("the pull is known", lambda: knows(key, atom))
        wait_for("the atom comes", lambda: np.linalg.norm(place() - goal) < 0.2)
        during = {name: shown(name) for name in TOLD}
        client.stop_interaction(key)
        wait_for("nobody pulls any more", lambda: pulled() == [])
        for name in TOLD:
            print(f"    {name:22} {before[name]:9.1f}  pulled {during[name]:9.1f}  let go {shown(name):9.1f}")
        if not during["forces.user.work_done"] > 1:
            raise ValueError("the pull has done no work")
        return first


def differences(one: FrameData, other: FrameData) -> list[str]:
    """The keys of which two frames do not hold the same."""
    one, other = one.frame_dict, other.frame_dict
    return sorted(
        key for key in (one.keys() | other.keys()) - {CLOCK}
        if key not in one or key not in other or not np.array_equal(one[key], other[key])
    )


def main() -> int:
    simulation = villin()
    print("a protein on NanoVer's server")
    with nanover_server() as (url, app), OmniRunner.from_client(app, simulation) as runner:
        begin(runner, lambda: app.frame_publisher.current_frame)
        expected = pull(url)
    print("the same in a town")
    with town() as place, NanoverImdClient.from_url(place.url) as host:
        with OmniRunner.from_client(host, simulation) as runner:
            begin(runner, lambda: host.current_frame)
            seen = pull(place.url, lambda key, atom: place.atoms(f'interaction "{key.partition(".")[2]}"') == {atom})
    wrong = differences(expected, seen)
    print(f"sent first: {len(seen.frame_dict)} keys, {len(wrong)} differ {' '.join(wrong)}".strip())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
