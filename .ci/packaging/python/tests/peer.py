"""What is done here against nanover-server, whose address is in TOWNHALL_TOWN: the example, and atoms by a query."""

from __future__ import annotations

import runpy
from pathlib import Path

import townhall

runpy.run_path(str(Path(__file__).parents[1] / "example.py"))
town = townhall.join()
assert town.atoms("element H") == [1, 2]
key = townhall.select("hydrogens", "element H")
assert key == "selection.hydrogens", key
assert town.get(key, "selected.particle_ids", default=town.get(key).get("particle_ids")) == [1, 2], town.get(key)
print("the example and a selection by a query, on", town.address)
