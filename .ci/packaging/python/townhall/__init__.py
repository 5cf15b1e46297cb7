"""The shared state of a NanoVer session, from Python.

Everything here is done by the program `townhall`, which comes with this package: a function runs it, and gives back
what it prints. So a town is read and written in the same way as from a shell, over every wire that the program speaks.

>>> import townhall
>>> with townhall.serve() as town:
...     town.set("selection.a", {"display_name": "Pair", "particle_ids": [1, 2]})
...     town.update("selection.a", display_name="Base")
...     town.get("selection.a")
{'display_name': 'Base', 'particle_ids': [1, 2]}

What goes wrong is raised as a `TownhallError`, one class for each exit code of the program.

A *town* is the whole shared state, a *house* one key with its value, a *street* all keys with one prefix.
"""

from ._errors import NoTownError, NotFoundError, RefusedError, TownhallError, UsageError
from ._program import program, version
from ._town import (
    Change,
    Command,
    Difference,
    Recording,
    Source,
    Town,
    diff,
    dump,
    join,
    record,
    restore,
    select,
    serve,
)
from ._values import Value, parse, text

__version__ = version()

__all__ = [
    "Change",
    "Command",
    "Difference",
    "NoTownError",
    "NotFoundError",
    "Recording",
    "RefusedError",
    "Source",
    "Town",
    "TownhallError",
    "UsageError",
    "Value",
    "diff",
    "dump",
    "join",
    "parse",
    "program",
    "record",
    "restore",
    "select",
    "serve",
    "text",
    "version",
]
