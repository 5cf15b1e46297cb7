"""What machine this is, and what else went on there while something was measured."""
from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import time
from pathlib import Path

from processes import TICKS, stat_fields

# Above this many cores' worth of other programs' work, or of the host's (steal), a measurement counts as disturbed.
DISTURBED = 0.25


def _cpu() -> tuple[float, float]:
    """Seconds that all cores have worked for programs so far, and those that the host took for others.

    The kernel's own work for the network (softirq) belongs to no program, and is mostly what is measured.
    """
    with open("/proc/stat") as file:
        user, nice, system, _, _, _, _, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system) / TICKS, steal / TICKS


def _own_cpu() -> float:
    """Seconds that this process and all that it has started have taken, those that have ended among them."""
    stats = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = stat_fields(int(name))
            except OSError:
                continue  # it has ended meanwhile
            stats[int(name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    children: dict[int, list[int]] = {}
    for pid, (parent, _) in stats.items():
        children.setdefault(parent, []).append(pid)
    todo, ticks = [os.getpid()], 0
    while todo:
        pid = todo.pop()
        ticks += stats[pid][1] if pid in stats else 0
        todo += children.get(pid, [])
    return ticks / TICKS


class Noise:
    """How many cores' worth of work was others' between `with` and its end."""

    def __enter__(self):
        self.start, self.before, self.own_before = time.monotonic(), _cpu(), _own_cpu()
        return self

    def __exit__(self, *_):
        seconds = max(time.monotonic() - self.start, 1e-6)
        busy, steal = (after - before for before, after in zip(self.before, _cpu()))
        own = _own_cpu() - self.own_before
        self.others = round(max(0.0, busy - own) / seconds, 2)
        self.steal = round(steal / seconds, 2)

    @property
    def disturbed(self) -> bool:
        return self.others > DISTURBED or self.steal > DISTURBED


def wait_until_quiet(limit: float):
    """Waits, so long at most, until others use little of the machine."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        with Noise() as noise:
            time.sleep(0.5)
        if not noise.disturbed:
            return


def _said_by(*argv, env: dict | None = None) -> str:
    """The first line that a program says, or that it is not there."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=20, env=env)
    except (OSError, subprocess.TimeoutExpired):
        return "missing"
    return (done.stdout.strip() or done.stderr.strip() or "?").splitlines()[0]


def _package(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _memory() -> str:
    kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
    return f"{kilobytes / 1e6:.0f} GB"


def describe(root: Path, programs: dict[str, list], env: dict) -> dict:
    """The machine, the versions of all that is measured, and of `programs`, each a command that says its own."""
    commit = _said_by("git", "-C", str(root), "rev-parse", "HEAD")
    changed = subprocess.run(
        ["git", "-C", str(root), "status", "--porcelain"], capture_output=True, text=True
    ).stdout.strip()
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "commit": commit[:12] + (" with changes" if changed else ""),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": _memory(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "?"),
        "kernel": platform.release(),
        "load before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "Swift": _said_by("swift", "--version"),
        "Python": platform.python_version(),
        **{name: _package(name) for name in ("nanover-server", "websockets", "msgpack", "pyntcore")},
        **{name: _said_by(*command, env={**os.environ, **env}) for name, command in programs.items()},
    }
