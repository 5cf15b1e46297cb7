"""The real nanover-server on 127.0.0.1 alone, without discovery; tells its address when it is open.

It serves until its standard input ends or time is over.
"""
import os

from nanover.app import NanoverImdApplication
from nanover.websocket.server import WebSocketServer

from processes import wait_for_parent
from values import emit

# serve_websocket has no host argument and would listen on every network: the same code, bound to this machine.
WebSocketServer.serve.__kwdefaults__["host"] = "127.0.0.1"


def main():
    app = NanoverImdApplication.null_server()
    app.serve_websocket(insecure=True, port=0)
    emit({"url": f"ws://127.0.0.1:{app.service_hub.services['ws']}"})
    wait_for_parent(900)
    os._exit(0)  # the threads of its clients may never end


if __name__ == "__main__":
    main()
