"""The program itself: where it is, and what it prints."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from ._errors import error


@functools.cache
def _installed() -> str | None:
    """The program that was installed with this package, wherever the installer has put it."""
    try:
        files = importlib.metadata.files("townhall") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.name == "townhall" and file.parent.name == "bin":
            path = os.path.abspath(str(file.locate()))
            if os.access(path, os.X_OK):
                return path
    return None


def program() -> str:
    """Where the program is.

    It is the one that `TOWNHALL_PROGRAM` names, or else the one that was installed with this package, or else the
    first `townhall` on `PATH`.
    """
    found = os.environ.get("TOWNHALL_PROGRAM") or _installed() or shutil.which("townhall")
    if found is None:
        raise FileNotFoundError("there is no program townhall: TOWNHALL_PROGRAM may name it")
    return found


def version() -> str:
    """The version of this package; of the program, where it was not installed."""
    try:
        return importlib.metadata.version("townhall")
    except importlib.metadata.PackageNotFoundError:
        return run(["--version"]).removeprefix("townhall ").strip()


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **extra}


def run(
    arguments: Sequence[str],
    *,
    given: str | None = None,
    extra: Mapping[str, str] | None = None,
    fine: Sequence[int] = (0,),
) -> str:
    """Runs the program, and gives back what it prints.

    `given` is its standard input, `extra` what its environment holds beside this one's, `fine` the exit codes that are
    no error.
    """
    process = subprocess.run(
        [program(), *arguments],
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(extra or {}),
        encoding="utf-8",
    )
    if process.returncode not in fine:
        raise error(process.returncode, process.stderr)
    return process.stdout
