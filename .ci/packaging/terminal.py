#!/usr/bin/env python3
"""terminal.py [--first] TERM WORDS PROGRAM…: starts a program on a pseudo-terminal of that type, and waits until it shows these words.

Then it presses q until the program ends, and checks the exit status and that the terminal has the modes from before. For a terminal
of the type `dumb` it expects one line that says why there is no screen, and the status 2. It needs nothing but Python, and says how
long the words took; what is not as it should be is its last line, and its exit status 1.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import fcntl
import termios
import time

COLUMNS, ROWS = 100, 30
PATIENCE = float(os.environ.get("PATIENCE", "60"))

# A screen writes words where they belong: what moves the cursor on within a line stands for blanks.
FORWARD = re.compile(rb"\x1b\[(\d*)C")
REPEATED = re.compile(rb"(.)\x1b\[(\d+)b", re.S)
CONTROL = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]|[\x00-\x08\x0e-\x1f]")


def plain(output: bytes) -> str:
    """What was written, without what only moves and colours it."""
    output = REPEATED.sub(lambda found: found[1] * (1 + int(found[2])), output)
    output = FORWARD.sub(lambda found: b" " * int(found[1] or b"1"), output)
    # Delays for old terminals are sent as nulls; a jump elsewhere parts words.
    return re.sub(r"\s+", " ", CONTROL.sub(b" ", output.replace(b"\0", b"")).decode("utf-8", "replace"))


def holds(text: str, words: str) -> bool:
    return words.replace(" ", "") in text.replace(" ", "")


def modes(terminal: int) -> list[object]:
    return list(termios.tcgetattr(terminal))


def main() -> str:
    first = sys.argv[1:2] == ["--first"]
    kind, words, *program = sys.argv[2 if first else 1 :]
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    before = modes(slave)
    begin = time.monotonic()
    process = subprocess.Popen(
        program, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env={**os.environ, "TERM": kind}
    )
    output, shown, pressed = b"", 0.0, 0.0
    while process.poll() is None:
        now = time.monotonic()
        if now - begin > PATIENCE:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            what = "it did not end" if shown else f"the words {words!r} never came"
            return f"{what}; it showed: {plain(output)[-400:]}"
        if select.select([master], [], [], 0.02)[0]:
            output += os.read(master, 65536)
        if not shown and holds(plain(output), words):
            shown = now
            if first:
                print(f"{shown - begin:.2f} s until the words")
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return ""
        # Whoever is asked whether to leave says yes by the same key, or by y.
        if shown and now - max(shown, pressed) > 0.4:
            os.write(master, b"y" if pressed else b"q")
            pressed = now
    while select.select([master], [], [], 0.1)[0]:
        output += os.read(master, 65536)
    status = process.returncode
    if modes(slave) != before:
        return "the terminal has other modes than before"
    if kind == "dumb":
        lines = output.split()
        if status != 2 or b"\x1b" in output or output.count(b"\n") != 1 or not lines:
            return f"status {status}, and it said {output[:300]!r}"
        print("it said so in one line:", output.decode().strip())
        return ""
    if not shown:
        return f"it ended with {status} before the words came: {plain(output)[-400:]}"
    if status != 0:
        return f"it ended with {status}: {plain(output)[-400:]}"
    if b"\x1b[?1049h" in output and output.rfind(b"\x1b[?1049l") < output.rfind(b"\x1b[?1049h"):
        return "the other screen was left up"
    print(f"{shown - begin:.2f} s until the words, in {len(output)} bytes")
    return ""


if __name__ == "__main__":
    fault = main()
    if fault:
        print(fault)
        sys.exit(1)
