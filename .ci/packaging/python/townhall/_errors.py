"""What goes wrong, by the program's exit codes."""

from __future__ import annotations


class TownhallError(Exception):
    """The program did not do what it was asked.

    `status` is its exit code, and the message what it said.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NotFoundError(TownhallError, LookupError):
    """There is no such house, field or atom, or what was waited for did not come (exit code 1)."""


class UsageError(TownhallError, ValueError):
    """The call, or a value in it, makes no sense (exit code 2)."""


class NoTownError(TownhallError, ConnectionError):
    """No town is there, or it was lost (exit code 3)."""


class RefusedError(TownhallError):
    """The town refused, or somebody else changed the same place just now (exit code 4)."""


_KINDS: dict[int, type[TownhallError]] = {
    1: NotFoundError,
    2: UsageError,
    3: NoTownError,
    4: RefusedError,
}


def error(status: int, said: str) -> TownhallError:
    """The exception for an exit code, with what the program said on standard error."""
    lines = [line.removeprefix("townhall: ") for line in said.strip().splitlines()]
    if status < 0:
        lines.append(f"townhall was ended by signal {-status}")
    message = "\n".join(lines) or f"townhall ended with {status}"
    return _KINDS.get(status, TownhallError)(message, status)
