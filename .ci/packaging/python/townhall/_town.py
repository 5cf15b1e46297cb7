"""A town that is joined or opened, and what is done with it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeAlias, Union

from . import _program
from ._errors import NotFoundError, TownhallError, error
from ._values import Value, parse, text

#: Where a state is read from: a town, its address, a recording (`FILE@SECONDS`, `FILE@MARK`), a dump (`FILE.json`), or
#: what `dump` has given back.
Source: TypeAlias = Union["Town", str, "os.PathLike[str]", Mapping[str, Value]]

# What a value that was not given is called, since None is a value.
_ABSENT: Any = object()


@dataclass(frozen=True)
class Change:
    """One line of `Town.watch`: what became of a house.

    `change` is `"added"`, `"changed"` or `"removed"`; `value` is None after the last, `old` after the first.
    """

    time: str
    change: str
    key: str
    value: Any = None
    old: Any = None


@dataclass(frozen=True)
class Difference:
    """One place in which two states differ.

    `field` is the path of a field, or None where a whole house is there in one of them only. `had_old` and `has_value`
    say in which, for None is a value like any other.
    """

    key: str
    field: str | None = None
    old: Any = None
    value: Any = None
    had_old: bool = False
    has_value: bool = False


@dataclass(frozen=True)
class Command:
    """A command that a town offers, and its arguments as they are if nothing is said."""

    name: str
    arguments: Mapping[str, Any]
    label: str | None = None
    icon: str | None = None


class _Process:
    """A run of the program that lasts: what it says on standard error is kept for when it fails."""

    def __init__(self, arguments: Sequence[str], extra: Mapping[str, str]) -> None:
        self._said: IO[bytes] = tempfile.TemporaryFile()
        # In a session of its own: ^C in a notebook is for the notebook.
        self._process = subprocess.Popen(
            [_program.program(), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=_program.environment(extra),
            start_new_session=True,
            encoding="utf-8",
        )
        self._words: str | None = None
        self._end = weakref.finalize(self, _end, self._process, self._said)

    def line(self) -> str:
        """The next line, without its end; empty when there is none any more."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def end(self) -> None:
        """Asks it to end, if it has not, and waits until it has."""
        if self._end.alive:
            _stop(self._process)
            self._said.seek(0)
            self._words = self._said.read().decode("utf-8", "replace")
            self._end()

    def check(self) -> None:
        """Raises what went wrong, if anything did, once it has ended by itself."""
        if self._process.wait() not in (0, -signal.SIGTERM):
            raise self.failure()

    def failure(self) -> TownhallError:
        """What went wrong, once it has ended by itself."""
        self._process.wait()
        self.end()
        return error(self._process.returncode, self._words or "")


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end(process: subprocess.Popen[str], said: IO[bytes]) -> None:
    _stop(process)
    if process.stdout is not None:
        process.stdout.close()
    said.close()


def _globs(only: str | Iterable[str]) -> list[str]:
    patterns = [only] if isinstance(only, str) else list(only)
    return [word for pattern in patterns for word in ("--only", pattern)]


def _lines(printed: str) -> list[Any]:
    return [parse(line) for line in printed.splitlines()]


class Town:
    """A town: the shared state of one session, at an address.

    `serve` and `join` give one. Each method joins the town, does one thing and leaves, as the verb of the same name does
    in a shell, so nothing stays open in between.
    """

    def __init__(
        self,
        address: str,
        *,
        token: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        _server: _Process | None = None,
    ) -> None:
        self.address = address
        self._extra = {} if token is None else {"TOWNHALL_ACCESS_TOKEN": token}
        self._trust = [] if ca_file is None else ["--ca-file", os.fspath(ca_file)]
        self._server = _server

    def __repr__(self) -> str:
        return f"<Town {self.address}>"

    def __enter__(self) -> Town:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes a town that `serve` has opened; one that was joined stays as it is."""
        if self._server is not None:
            self._server.end()

    def _arguments(self, words: Sequence[str], behind: Sequence[str] = ()) -> list[str]:
        # What people choose stands behind --, for a key may begin like an option.
        tail = ["--", *behind] if behind else []
        return [*words, "--town", self.address, *self._trust, *tail]

    def _run(self, *words: str, behind: Sequence[str] = (), given: str | None = None) -> str:
        return _program.run(self._arguments(words, behind), given=given, extra=self._extra)

    # Looking.

    def keys(self, prefix: str = "") -> list[str]:
        """The keys that begin so, sorted.

        >>> town.keys("selection.")
        ['selection.a']
        """
        keys: list[str] = parse(self._run("keys", "--json", behind=[prefix]))
        return keys

    def get(self, key: str, field: str | None = None, *, default: Any = _ABSENT) -> Any:
        """The value of a house, or of one of its fields.

        Raises `NotFoundError` if there is none, unless a default is given.

        >>> town.get("avatar.U", "components[0].position")
        [0.0, 1.5, 0.0]
        """
        words = ["get"] if field is None else ["get", f"--field={field}"]
        try:
            return parse(self._run(*words, behind=[key]))
        except NotFoundError:
            if default is _ABSENT:
                raise
            return default

    def dump(self) -> dict[str, Any]:
        """All houses, by their keys.

        >>> town.dump()
        {'selection.a': {'display_name': 'Pair', 'particle_ids': [1, 2]}}
        """
        houses: dict[str, Any] = parse(self._run("dump"))
        return houses

    def atoms(self, query: str) -> list[int]:
        """The numbers of the atoms that a query means, where somebody simulates.

        >>> town.atoms("byres within 0.5 of (selection ligand)")
        [60, 61, 62, 63, 64]
        """
        numbers: list[int] = parse(self._run("atoms", "--json", behind=[query]))
        return numbers

    def diff(self, other: Source, *, only: str | Iterable[str] = ()) -> list[Difference]:
        """How another state differs from this town's; see `diff`."""
        return diff(self, other, only=only)

    def watch(
        self,
        prefix: str = "",
        *,
        count: int | None = None,
        timeout: float | None = None,
        initial: bool = False,
    ) -> Iterator[Change]:
        """Each change as it comes, until there were so many, or the time is up.

        Raises `NotFoundError` when the time is up before there were as many as `count`.

        >>> for change in town.watch("selection.", timeout=60):
        ...     print(change.key, change.value)
        """
        words = ["watch", *(["--initial"] if initial else [])]
        for option, number in [("--count", count), ("--timeout", timeout)]:
            if number is not None:
                words += [option, str(number)]
        process = _Process(self._arguments(words, [prefix]), self._extra)
        try:
            while line := process.line():
                told = parse(line)
                yield Change(
                    told["time"], told["change"], told["key"], told.get("value"), told.get("old")
                )
            process.check()
        finally:
            process.end()

    def wait(self, key: str, equals: Value = _ABSENT, *, timeout: float | None = None) -> Any:
        """Waits until a house is lived in, or holds a value, and gives back what it holds.

        Raises `NotFoundError` if the time is up before.

        >>> town.wait("puppeteer.task-status", "finished", timeout=60)
        'finished'
        """
        words = ["wait"]
        if equals is not _ABSENT:
            words.append(f"--equals={text(equals)}")
        if timeout is not None:
            words += ["--timeout", str(timeout)]
        return parse(self._run(*words, behind=[key]))

    # Changing.

    def set(self, key: str, value: Value) -> None:
        """Sets the value of a house, whether or not it is lived in."""
        self._run("set", behind=[key, "-"], given=text(value))

    def update(self, key: str, fields: Mapping[str, Value] = {}, /, **more: Value) -> None:
        """Sets some fields of a house, and leaves its others as they are.

        >>> town.update("selection.a", {"selected.particle_ids": [1, 2]}, hide=True)
        """
        changes = [f"{name}={text(value)}" for name, value in {**fields, **more}.items()]
        self._run("update", behind=[key, *changes])

    def add(self, street: str, value: Value) -> str:
        """Adds a house with a fresh random key to a street such as `"selection."`, and gives back the key."""
        return self._run("add", behind=[street, "-"], given=text(value)).rstrip("\n")

    def remove(self, *keys: str) -> None:
        """Removes houses: all those named, or none if one of them does not exist."""
        self._run("remove", behind=keys)

    def clear(self, street: str) -> None:
        """Removes all houses of a street such as `"selection."`."""
        self._run("clear", behind=[street])

    def load(self, houses: Mapping[str, Value], *, replace: bool = False) -> None:
        """Sets every house that a dump holds, and with `replace` removes all others."""
        words = ["load", *(["--replace"] if replace else [])]
        self._run(*words, behind=["-"], given=text(houses))

    def restore(self, source: Source, *, only: str | Iterable[str] = ()) -> None:
        """Makes this town as it was at a moment of a recording, or in a dump; see `restore`."""
        with _Readable(source) as name:
            self._run("restore", *_globs(only), behind=[name])

    def undo_restore(self) -> None:
        """Takes back what was restored last in this town, as far as nobody has changed it since."""
        self._run("restore", "--undo")

    def select(self, name: str, query: str | None = None) -> str:
        """Makes a selection of the atoms that a query means, and gives back its key; see `select`."""
        return self._run("select", behind=[name, *([] if query is None else [query])]).rstrip("\n")

    # Acting and keeping.

    def commands(self) -> list[Command]:
        """The commands that the town, or somebody who has joined it, offers."""
        offered: list[dict[str, Any]] = parse(self._run("commands", "--json"))
        return [
            Command(told["name"], told.get("arguments", {}), told.get("label"), told.get("icon"))
            for told in offered
        ]

    def run(
        self,
        command: str,
        arguments: Mapping[str, Value] = {},
        /,
        *,
        within: float = 60,
        **more: Value,
    ) -> Any:
        """Runs a command of the town, and gives back its result.

        >>> town.run("multiuser/radially-orient-origins", radius=0.5)
        """
        words = [f"{name}={text(value)}" for name, value in {**arguments, **more}.items()]
        return parse(self._run("run", "--within", str(within), behind=[command, *words]))

    def mark(self, words: str) -> str:
        """Marks this moment, for whoever records it, and gives back the key of the mark."""
        return self._run("mark", behind=[words]).rstrip("\n")

    def record(
        self,
        file: str | os.PathLike[str],
        *,
        only: str | Iterable[str] = (),
        frames: bool = True,
    ) -> Recording:
        """Records what happens here, until it is closed; see `record`."""
        words = ["record", "--quiet", *_globs(only), *([] if frames else ["--no-frames"])]
        return Recording(_Process(self._arguments(words, [os.fspath(file)]), self._extra))


class Recording:
    """A recording that is being made; as a context manager it ends with the block."""

    def __init__(self, process: _Process) -> None:
        self._process = process
        #: Where it is written to.
        self.path = process.line()
        if not self.path:
            raise process.failure()

    def __repr__(self) -> str:
        return f"<Recording {self.path}>"

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends it: the file is whole then."""
        self._process.end()
        self._process.check()


class _Readable:
    """A state under a name by which the program reads it."""

    def __init__(self, source: Source) -> None:
        self._file: IO[str] | None = None
        if isinstance(source, Town):
            self._name = source.address
        elif isinstance(source, Mapping):
            self._file = tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8")
            self._file.write(text(source))
            self._file.flush()
            self._name = self._file.name
        else:
            self._name = os.fspath(source)

    def __enter__(self) -> str:
        return self._name

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _town(town: Town | str | None) -> Town:
    if isinstance(town, Town):
        return town
    named = town or os.environ.get("TOWNHALL_TOWN")
    return Town(named or "ws://127.0.0.1:38801")


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    residents: bool = False,
    keep: str | os.PathLike[str] | None = None,
    replay: str | os.PathLike[str] | None = None,
    options: Sequence[str] = (),
) -> Town:
    """Opens a town, which closes with the block, or with this program.

    `residents` has some demo people live there, `keep` names a folder in which the town outlasts its process, `replay`
    a recording that is played in it; `options` are further words for `townhall serve`.

    >>> with serve() as town:
    ...     print(town.address)
    ws://127.0.0.1:41233
    """
    words = ["serve", "--quiet", "--host", host, "--port", str(port)]
    if residents:
        words.append("--residents")
    if keep is not None:
        words += ["--keep", os.fspath(keep)]
    if replay is not None:
        words += ["--replay", os.fspath(replay)]
    server = _Process([*words, *options], {})
    address = server.line()
    if not address:
        raise server.failure()
    return Town(address, _server=server)


def join(
    address: str | None = None,
    *,
    token: str | None = None,
    ca_file: str | os.PathLike[str] | None = None,
) -> Town:
    """A town that is there already, at an address such as `"ws://lab-3:38801"`.

    Without one it is the town that `TOWNHALL_TOWN` names, or else the one on this machine. `token` is what the town's
    owner has given out, `ca_file` a PEM file with certificates to trust. Raises `NoTownError` if nobody answers.

    >>> town = join("ws://lab-3:38801")
    """
    town = Town(_town(address).address, token=token, ca_file=ca_file)
    town.keys("townhall.")
    return town


def dump(source: Town | str | os.PathLike[str] | None = None) -> dict[str, Any]:
    """All houses of a town, or of a recording at a moment, by their keys.

    >>> dump("lab3.nanover.zip@5.2")["scene"]
    {'box': [2, 2, 2]}
    """
    if isinstance(source, os.PathLike):
        source = os.fspath(source)
    return _town(source).dump()


def diff(first: Source, second: Source, *, only: str | Iterable[str] = ()) -> list[Difference]:
    """How two states differ, house by house and field by field; an empty list if they are the same.

    >>> diff("monday.json", town, only="selection.*")
    [Difference(key='selection.a', field='display_name', old='A', value='B', had_old=True, has_value=True)]
    """
    with _Readable(first) as one, _Readable(second) as other:
        extra = {**_extra(first), **_extra(second)}
        words = ["diff", "--json", *_globs(only), *(_trust(first) or _trust(second))]
        # With 1 it ends when they differ.
        printed = _program.run([*words, "--", one, other], extra=extra, fine=(0, 1))
    return [
        Difference(
            line["key"],
            line.get("field"),
            line.get("old"),
            line.get("value"),
            "old" in line,
            "value" in line,
        )
        for line in _lines(printed)
    ]


def _extra(source: Source) -> Mapping[str, str]:
    return source._extra if isinstance(source, Town) else {}


def _trust(source: Source) -> Sequence[str]:
    return source._trust if isinstance(source, Town) else ()


def restore(
    source: Source, town: Town | str | None = None, *, only: str | Iterable[str] = ()
) -> None:
    """Makes a town as it was at a moment of a recording, or in a dump.

    It is one change, put on what is there by now field by field; where somebody else changes the same place at that
    moment, `RefusedError` is raised and nothing is written. `Town.undo_restore` takes it back.

    >>> restore("lab3.nanover.zip@ligand is in", "ws://lab-3", only="selection.*")
    """
    _town(town).restore(source, only=only)


def select(name: str, query: str | None = None, town: Town | str | None = None) -> str:
    """Makes a selection of the atoms that a query means, or chooses those of one anew, and gives back its key.

    `townhall help atoms` says what a query is made of. Without one, the query counts by which it was made.

    >>> select("water", "resname HOH", "ws://lab-3")
    'selection.water'
    """
    return _town(town).select(name, query)


def record(
    file: str | os.PathLike[str],
    town: Town | str | None = None,
    *,
    only: str | Iterable[str] = (),
    frames: bool = True,
) -> Recording:
    """Records what happens in a town, and what is simulated there, until the block ends.

    >>> with record("lab3", "ws://lab-3") as recording:
    ...     town.set("selection.a", {"display_name": "Pair"})
    >>> dump(recording.path)
    {'selection.a': {'display_name': 'Pair'}}
    """
    return _town(town).record(file, only=only, frames=frames)
