"""A town on a free port of 127.0.0.1, and what `townhall atoms` says of the molecule in it."""
from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from nanover.trajectory import FrameData
from nanover.websocket.client.app_client import NanoverImdClient

PROGRAM = os.environ.get("TOWNHALL") or str(Path(__file__).resolve().parents[2] / ".build" / "debug" / "townhall")


@dataclass
class Town:
    url: str

    def ask(self, query: str, *options: str) -> subprocess.CompletedProcess[str]:
        """One run of the program, which has ended."""
        words = [PROGRAM, "atoms", query, *options, "--town", self.url]
        return subprocess.run(words, capture_output=True, text=True, timeout=60)

    def atoms(self, query: str) -> set[int]:
        """The atoms that a query means; it exits with 1 where there are none."""
        run = self.ask(query, "--json")
        if run.returncode not in (0, 1) or not run.stdout.startswith("["):
            raise ValueError(f"{run.stderr.strip()} (status {run.returncode})")
        return set(json.loads(run.stdout))

    def show(self, frame: FrameData):
        """Publishes a molecule as NanoVer's own client does. It stays when that client has left."""
        # This number has it take the place of what was shown before, and by its name it is told from that.
        frame.frame_index, frame.simulation_name = 0, str(uuid4())
        with NanoverImdClient.from_url(self.url) as client:
            client.publish_frame(frame)

            def is_there() -> bool:
                """Who publishes is sent the frame too, once the town has it."""
                return client.current_frame.frame_dict.get("system.simulation.name") == frame.simulation_name

            wait_for("the town has the molecule", is_there)


@contextmanager
def town() -> Iterator[Town]:
    words = [PROGRAM, "serve", "--port", "0", "--quiet"]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield Town(server.stdout.readline().strip())
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                raise


def wait_for(what: str, holds: Callable[[], bool], limit: float = 30.0):
    end = time.monotonic() + limit
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {limit:.0f} s: {what}")
        time.sleep(0.02)
