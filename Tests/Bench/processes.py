"""Programs that are started, spoken to in lines of JSON, weighed, and ended by their own id on every way out."""
from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
_libc = ctypes.CDLL(None)


def _end_with_parent():
    """Run in the child: the kernel ends it if this process dies without having done so (PR_SET_PDEATHSIG)."""
    _libc.prctl(1, signal.SIGKILL)


class Child:
    """A program that prints lines of JSON and lives no longer than its `with`."""

    def __init__(self, argv, *, env: dict | None = None, speaks: bool = True):
        """speaks: whether its output is read; without it, it goes nowhere and can never block it."""
        self.complaints = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [str(word) for word in argv],
            stdin=subprocess.PIPE if speaks else subprocess.DEVNULL,
            stdout=subprocess.PIPE if speaks else subprocess.DEVNULL,
            stderr=self.complaints,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
            preexec_fn=_end_with_parent,
        )
        self.pid = self.process.pid
        self.unread = b""

    def line(self, timeout: float) -> str:
        """The next line of its output."""
        end = time.monotonic() + timeout
        while b"\n" not in self.unread:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"it said nothing for {timeout:.0f} s")
            if select.select([self.process.stdout], [], [], left)[0]:
                piece = os.read(self.process.stdout.fileno(), 1 << 16)
                if not piece:
                    raise EOFError(self.last_words())
                self.unread += piece
        line, self.unread = self.unread.split(b"\n", 1)
        return line.decode().strip()

    def last_words(self) -> str:
        """Why it ended, once it has."""
        status = self.process.wait(5)
        self.complaints.seek(0)
        said = self.complaints.read().decode(errors="replace").strip().splitlines()
        return f"{said[-1] if said else 'it said nothing'} (status {status})"

    def answer(self, timeout: float = 60.0) -> dict:
        """The next line of its output that is JSON."""
        end = time.monotonic() + timeout
        while True:
            line = self.line(max(0.0, end - time.monotonic()))
            if line.startswith("{"):
                return json.loads(line)

    def tell(self, text: str):
        try:
            self.process.stdin.write(text.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended, which the next answer tells

    def stop(self):
        """Closes its input, which ends ours; then asks, and then insists."""
        if self.process.stdin:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        for patience, sign in ((0.3, signal.SIGTERM), (3, signal.SIGKILL), (5, None)):
            try:
                self.process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                if sign:
                    self.process.send_signal(sign)
        if self.process.stdout:
            self.process.stdout.close()
        self.complaints.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def script(name: str, *arguments, **options) -> Child:
    """One of the programs beside this file, in this Python."""
    return Child([sys.executable, BENCH / name, *arguments], **options)


def wait_for_end(pid: int, timeout: float) -> int | None:
    """Waits for the end of a child and returns its status; ends it if it takes longer, and then returns nothing."""
    descriptor, ended = os.pidfd_open(pid), False
    try:
        ended = bool(select.select([descriptor], [], [], timeout)[0])
    finally:
        if not ended:
            os.kill(pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(descriptor)
    return status if ended else None


def whole_run(argv, *, timeout: float = 120.0, env: dict | None = None) -> float:
    """Seconds from starting a program to its end; it must succeed.

    Not by `subprocess`, whose fork of this process counts for some milliseconds.
    """
    argv = [str(word) for word in argv]
    said, into = os.pipe()
    actions = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1)]
    actions += [(os.POSIX_SPAWN_DUP2, into, 2)]
    start = time.monotonic()
    pid = os.posix_spawn(argv[0], argv, {**os.environ, **(env or {})}, file_actions=actions)
    os.close(into)
    try:
        status = wait_for_end(pid, timeout)
        took = time.monotonic() - start
    finally:
        with open(said, errors="replace") as file:
            words = file.read(10_000).strip()
    if status is None:
        raise TimeoutError(f"it took more than {timeout:.0f} s")
    if status:
        raise RuntimeError(f"{words.splitlines()[-1] if words else 'it said nothing'} (status {status})")
    return took


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_port(port: int, child: Child | None = None, limit: float = 15.0):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if child and child.process.poll() is not None:
            raise RuntimeError(child.last_words())
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")


def wait_for_parent(limit: float):
    """Returns when standard input ends, which is when the program that started this one is done, or time is over."""
    end = time.monotonic() + limit
    while (left := end - time.monotonic()) > 0:
        if select.select([sys.stdin], [], [], left)[0] and not sys.stdin.readline():
            return


def raise_file_limit():
    """Lets this process hold as many sockets as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def status_bytes(field: str, pid: int | str = "self") -> int:
    """A line of /proc/PID/status that is in kB: VmRSS is the memory now, VmHWM the most it has been."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    return 0


def resident(pid: int | str = "self") -> int:
    return status_bytes("VmRSS", pid)


def stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name, which may hold anything."""
    text = Path(f"/proc/{pid}/stat").read_text()
    return text[text.rindex(")") + 2 :].split()


def cpu_seconds(pid: int) -> float:
    return sum(map(int, stat_fields(pid)[11:13])) / TICKS
