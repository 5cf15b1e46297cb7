# %% [markdown]
# # A town from a notebook
#
# Each cell runs by itself, in Jupyter or in any editor that knows `# %%`. `TOWNHALL_TOWN` names the town; without it, one
# is opened for this notebook.

# %%
import os

import townhall

town = townhall.join() if "TOWNHALL_TOWN" in os.environ else townhall.serve()
print(town.address, "has", len(town.keys()), "houses")

# %% [markdown]
# Two atoms become a selection. `update` leaves the other fields as they are.

# %%
key = town.add("selection.", {"display_name": "Pair", "particle_ids": [0, 4]})
town.update(key, display_name="Base")
print(key, town.get(key))

# %% [markdown]
# What is there now is kept, something is changed, and the difference printed.

# %%
before = town.dump()
town.set(key, {"display_name": "Other", "particle_ids": [7]})
for difference in townhall.diff(before, town):
    print(difference.key, difference.field, difference.old, "->", difference.value)

# %% [markdown]
# All of it is put back as it was, as one change.

# %%
townhall.restore(before, town, only="selection.*")
assert town.get(key) == before[key]

# %% [markdown]
# A recording holds what happens in its block, and is read like a town.

# %%
import tempfile

with tempfile.TemporaryDirectory() as folder:
    with townhall.record(f"{folder}/session", town) as recording:
        town.set("scene.note", "recorded")
        town.wait("scene.note", "recorded", timeout=10)
    print(townhall.dump(recording.path)["scene.note"])

# %%
town.remove(key, "scene.note")
town.close()
