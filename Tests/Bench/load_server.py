"""Speaks NanoVer's WebSocket wire and sends state messages as fast as a client takes them, a sentinel key last.

On connection it sends one message with --snapshot keys; if there are to be more --messages, it sends those when the
client writes the key "bench.go", or --auto-go seconds later. The sentinel's value tells when that began ("t0_ns") and how many
"keys" there were. A client that holds it may write "bench.done".

All frames are made before the client is let in and are written in large pieces, so that the server is not what is
measured. Prints one JSON line when it listens; serves one client.
"""
from __future__ import annotations

import argparse
import asyncio
import random
import struct
import time
from contextlib import suppress

import msgpack
from websockets.asyncio.server import serve

from values import DONE, GO, MAX_MESSAGE, SENTINEL, emit, house
from wires import state_message

PIECE = 1 << 18


def frame(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x82, size)
    elif size < 65536:
        head = struct.pack("!BBH", 0x82, 126, size)
    else:
        head = struct.pack("!BBQ", 0x82, 127, size)
    return head + payload


def snapshot(options) -> bytes:
    """The frame of the first message; nothing if there is none."""
    if not options.snapshot:
        return b""
    updates = dict(house(options.kind, number) for number in range(options.snapshot))
    if not options.messages:
        updates[SENTINEL] = {"keys": options.snapshot}
    return frame(state_message(updates))


def blast(options) -> list[bytes]:
    """The frames of all other messages, in pieces: each key changes once before any changes again, in any order."""
    chance = random.Random(12345)
    order: list[int] = []
    version = -1
    pieces, piece = [], bytearray()
    for _ in range(options.messages):
        updates = {}
        while len(updates) < options.per_message:
            if not order:
                order = list(range(options.keyspace))
                chance.shuffle(order)
                version += 1
            key, value = house(options.kind, order.pop(), version)
            updates[key] = value
        piece += frame(state_message(updates))
        if len(piece) >= PIECE:
            pieces.append(bytes(piece))
            piece.clear()
    return pieces + [bytes(piece)] if piece else pieces


async def serve_one(options):
    first, pieces = snapshot(options), blast(options)
    over = asyncio.Event()

    async def client(socket):
        go, done = asyncio.Event(), asyncio.Event()

        async def read():
            async for message in socket:
                if DONE.encode() in message:
                    done.set()
                elif GO.encode() in message:
                    go.set()
                elif b"commands/list" in message:
                    request = msgpack.unpackb(message)["command"]["request"]
                    answer = {"request": request, "response": {"list": {}, "commands": []}}
                    await socket.send(msgpack.packb({"command": answer}))

        async def write(data):
            socket.transport.write(data)
            await socket.drain()

        reader = asyncio.create_task(read())
        try:
            for start in range(0, len(first), PIECE):
                await write(first[start : start + PIECE])
            if pieces:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(go.wait(), options.auto_go)
                begun = {"t0_ns": time.monotonic_ns(), "keys": options.messages * options.per_message}
                for piece in pieces:
                    await write(piece)
                await write(frame(state_message({SENTINEL: begun})))
            await asyncio.wait_for(done.wait(), options.limit_s)
        finally:
            reader.cancel()
            over.set()

    wire = {"compression": None, "max_size": MAX_MESSAGE, "ping_interval": None, "close_timeout": 1}
    async with serve(client, "127.0.0.1", 0, **wire) as server:
        emit({"url": f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"})
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(over.wait(), options.limit_s)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=["selection", "avatar"], default="selection")
    parser.add_argument("--snapshot", type=int, default=0, help="keys in the first message")
    parser.add_argument("--messages", type=int, default=0)
    parser.add_argument("--per-message", type=int, default=100, help="keys in each of them")
    parser.add_argument("--keyspace", type=int, default=10000, help="different keys among them")
    parser.add_argument("--auto-go", type=float, default=2, help="seconds after which it begins by itself")
    parser.add_argument("--limit-s", type=float, default=240)
    asyncio.run(serve_one(parser.parse_args()))


if __name__ == "__main__":
    main()
