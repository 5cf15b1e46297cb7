"""Ours and the peers' servers, each on a free port of 127.0.0.1 for as long as a `with` lasts."""
from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import Child, free_port, script, wait_port

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".build-release" / "release"
TOWNHALL = PROGRAMS / "townhall"
TABLE = PROGRAMS / "TownhallBenchmarks"
# What .ci/bench has unpacked from Debian's packages.
DEBIAN = ROOT / ".build-bench" / "debian"
LIBRARIES = {"LD_LIBRARY_PATH": ":".join(map(str, sorted(DEBIAN.glob("usr/lib/*-linux-gnu*"))))}


class Missing(Exception):
    """A peer that is not on this machine."""


@dataclass
class Server:
    url: str
    pid: int


def program(name: str) -> str:
    """Where a peer's program is: an installed one, or else the one that was unpacked."""
    found = shutil.which(name) or next(map(str, DEBIAN.glob(f"usr/*bin/{name}")), None)
    if not found:
        raise Missing(f"{name} is missing")
    return found


def versions() -> dict[str, list]:
    """For each of these programs a command that says its version; it runs with LIBRARIES."""
    commands = {"townhall": [str(TOWNHALL), "--version"]}
    for name in ("nats-server", "redis-server"):
        try:
            commands[name] = [program(name), "--version"]
        except Missing:
            commands[name] = [name, "--version"]
    return commands


@contextmanager
def townhall():
    with Child([TOWNHALL, "serve", "--port", "0", "--quiet"]) as child:
        yield Server(child.line(20), child.pid)


@contextmanager
def _speaking(name: str, *arguments):
    """A server that is a script beside this file and tells its address."""
    with script(name, *arguments) as child:
        told = child.answer(120)
        if "missing" in told:
            raise Missing(told["missing"])
        yield Server(told["url"], child.pid)


def nanover():
    return _speaking("nanover_server.py")


def echo():
    """A WebSocket server that sends back what it is sent, and nothing else."""
    return _speaking("echo_server.py")


def ntcore():
    return _speaking("ntcore_server.py")


@contextmanager
def nats():
    port = free_port()
    with Child([program("nats-server"), "-a", "127.0.0.1", "-p", port], speaks=False) as child:
        wait_port(port, child)
        yield Server(f"nats://127.0.0.1:{port}", child.pid)


@contextmanager
def redis():
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-redis-") as folder:
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        argv = [program("redis-server"), "--port", port, *options]
        with Child(argv, env=LIBRARIES, speaks=False) as child:
            wait_port(port, child)
            yield Server(f"redis://127.0.0.1:{port}", child.pid)
