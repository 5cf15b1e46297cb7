"""nanover_town.py PROGRAM ARGUMENT…: runs a program with TOWNHALL_TOWN naming a real nanover-server, with a water molecule in it."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
from nanover.app import NanoverImdApplication
from nanover.trajectory import FrameData
from nanover.websocket.server import WebSocketServer

app = NanoverImdApplication.null_server()
with WebSocketServer(app) as server:
    port = server.serve(host="127.0.0.1", port=0).socket.getsockname()[1]
    app.frame_publisher.send_frame(
        FrameData(
            {
                "particle.count": 3,
                "particle.names": ["O", "H1", "H2"],
                "particle.elements": np.array([8, 1, 1], dtype=np.uint8),
                "particle.residues": np.zeros(3, dtype=np.uint32),
                "particle.positions": np.zeros((3, 3), dtype=np.float32),
                "residue.count": 1,
                "residue.names": ["HOH"],
                "residue.ids": ["1"],
                "residue.chains": np.array([0], dtype=np.uint32),
                "chain.count": 1,
                "chain.names": ["A"],
                "bond.pairs": np.array([[0, 1], [0, 2]], dtype=np.uint32),
                "system.simulation.name": "water",
            }
        )
    )
    status = subprocess.run(sys.argv[1:], env={**os.environ, "TOWNHALL_TOWN": f"ws://127.0.0.1:{port}"}).returncode
# Its threads would keep this one waiting.
sys.stdout.flush()
os._exit(status)
