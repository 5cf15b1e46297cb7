"""The dashboard on a pseudo-terminal: how long until its first picture, and what it does while nothing happens."""
from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import tempfile
import termios
import time
from contextlib import contextmanager

from processes import cpu_seconds, wait_for_end
from servers import TOWNHALL

ROWS, COLUMNS = 60, 200


class Screen:
    """A program on a terminal of its own, with settings of its own."""

    def __init__(self, pid: int, terminal: int, started: float):
        self.pid, self.terminal, self.started = pid, terminal, started

    def read(self, limit: float, until: bytes | None = None) -> bytes:
        """What it draws in that time, or until it has drawn something."""
        end, drawn = time.monotonic() + limit, b""
        while (left := end - time.monotonic()) > 0 and not (until and until in drawn):
            if select.select([self.terminal], [], [], left)[0]:
                try:
                    drawn += os.read(self.terminal, 1 << 16)
                except OSError:
                    break  # it has ended
        return drawn


@contextmanager
def dashboard(url: str):
    with tempfile.TemporaryDirectory(prefix="bench-home-") as home:
        terminal, own = pty.openpty()
        fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        env = {**kept, "HOME": home, "TERM": "xterm-256color"}
        actions = [(os.POSIX_SPAWN_DUP2, own, fd) for fd in (0, 1, 2)]
        started = time.monotonic()
        pid = os.posix_spawn(str(TOWNHALL), [str(TOWNHALL), url], env, file_actions=actions, setsid=True)
        os.close(own)
        screen = Screen(pid, terminal, started)
        try:
            yield screen
        finally:
            os.write(terminal, b"q")
            screen.read(2)  # it must be read to end
            wait_for_end(pid, 2)
            os.close(terminal)


def first_frame(url: str, mark: bytes) -> float:
    """Seconds from starting it until `mark` is on the screen."""
    with dashboard(url) as screen:
        if mark not in screen.read(20, until=mark):
            raise TimeoutError("the first picture did not come")
        return time.monotonic() - screen.started


def idle(url: str, mark: bytes, seconds: float) -> dict:
    """What it draws and how much of a core it takes, once it stands."""
    with dashboard(url) as screen:
        screen.read(20, until=mark)
        screen.read(3)
        before = cpu_seconds(screen.pid)
        drawn = screen.read(seconds)
        return {"idle_bytes": len(drawn), "idle_cpu_pct": 100 * (cpu_seconds(screen.pid) - before) / seconds}
