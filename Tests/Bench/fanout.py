"""FAN-OUT: one server, many clients that watch, one that writes --keys keys at each tick.

The swarm holds all sockets in one process and decodes nothing: each value carries a mark with its tick and the writer's
clock, which is found in the bytes. So it is known for each client which ticks came, how old the newest was on arrival,
and whether all keys reached their last value. A server may leave a tick out if newer values come instead; the last tick
must reach everybody.

`swarm` connects when told to, says when all are in, and says what came of it when told to stop; `writer` begins when
told to.
"""
from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from urllib.parse import urlsplit

from figures import latencies, percentile
from processes import raise_file_limit
from values import emit, selection_value
from wires import NATS_CONNECT, Lines, in_background, nats_publication, state_message, websocket

MARK = b"@T"
AT_ONCE = 50  # clients that are connecting at one time


def tick_message(keys: int, tick: int) -> bytes:
    stamp = f"@T{tick:010d}{time.monotonic_ns():016x}@"
    return state_message({
        f"selection.{number:08d}": {**selection_value(number), "display_name": stamp} for number in range(keys)
    })


# ---------------------------------------------------------------- the writer


def sender(url: str):
    if url.startswith("ws"):
        wire = websocket(url)
        in_background(lambda: [None for _ in wire])
        return wire.send
    lines = Lines(url)
    lines.line()
    lines.send(NATS_CONNECT)
    return lambda message: lines.send(nats_publication("state.all", message))


def be_writer(options):
    send = sender(options.url)
    emit({"event": "ready"})
    sys.stdin.readline()
    start, late = time.monotonic(), 0.0
    for tick in range(1, options.ticks + 1):
        wait = start + tick / options.hz - time.monotonic()
        late = max(late, -wait)
        time.sleep(max(0.0, wait))
        send(tick_message(options.keys, tick))
    emit({"event": "written", "latest_ms": late * 1e3})
    # Until its own input ends: a server may pass on late what it has heard.
    sys.stdin.readline()


# ---------------------------------------------------------------- the swarm


class Watcher(asyncio.Protocol):
    """One client. `unread` begins with what has not come to its end yet."""

    def __init__(self, swarm: Swarm):
        self.swarm = swarm
        self.unread = bytearray()
        self.is_open = self.is_lost = self.has_last = False
        self.ticks: set[int] = set()
        self.delays: list[int] = []
        self.keys = self.last_tick = self.last_keys = 0

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _):
        self.is_lost = True
        self.swarm.settled(self)

    def data_received(self, data):
        now = time.monotonic_ns()
        self.unread += data
        if not self.is_open:
            if not self.welcome():
                return
            self.is_open = True
            self.swarm.settled(self)
        used = 0
        while (step := self.step(used)) is not None:
            message, used = step
            if message:
                self.take(message, now)
        del self.unread[:used]

    def take(self, message: bytes, now: int):
        count, place = message.count(MARK), message.rfind(MARK)
        if not count:
            return
        tick = int(message[place + 2 : place + 12])
        self.delays.append(now - int(message[place + 12 : place + 28], 16))
        self.keys += count
        self.ticks.add(tick)
        if tick > self.last_tick:
            self.last_tick, self.last_keys = tick, 0
        self.last_keys += message.count(message[place : place + 12])
        if tick == self.swarm.options.ticks and self.last_keys >= self.swarm.options.keys:
            self.has_last = True
            self.swarm.finished()


class WebSocketWatcher(Watcher):
    """Looks at the heads of frames only."""

    def connection_made(self, transport):
        super().connection_made(transport)
        address = urlsplit(self.swarm.options.url)
        transport.write(
            f"GET / HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def welcome(self) -> bool:
        end = self.unread.find(b"\r\n\r\n")
        if end < 0:
            return False
        if b" 101 " not in self.unread[: self.unread.find(b"\r\n")]:
            self.transport.abort()
            return False
        del self.unread[: end + 4]
        return True

    def step(self, start: int):
        """The message of the frame there and where it ends; nothing if it has not all come."""
        data = self.unread
        if len(data) - start < 2:
            return None
        size, head = data[start + 1] & 0x7F, 2
        if size >= 126:
            extra = 2 if size == 126 else 8
            if len(data) - start < 2 + extra:
                return None
            size, head = int.from_bytes(data[start + 2 : start + 2 + extra], "big"), 2 + extra
        end = start + head + size
        if len(data) < end:
            return None
        payload, kind = bytes(data[start + head : end]), data[start] & 0x0F
        if kind == 9:  # a ping, answered with a mask of zeros
            self.transport.write(bytes([0x8A, 0x80 | size, 0, 0, 0, 0]) + payload)
        elif kind == 8:
            self.transport.close()
        return (payload if kind <= 2 else None), end


class NATSWatcher(Watcher):
    def welcome(self) -> bool:
        if b"\r\n" not in self.unread:
            return False
        self.unread.clear()
        self.transport.write(NATS_CONNECT + b"SUB state.> 1\r\nPING\r\n")
        return True

    def step(self, start: int):
        """The message there and where it ends; nothing if it has not all come."""
        data = self.unread
        end = data.find(b"\r\n", start)
        if end < 0:
            return None
        if data[start : start + 4] == b"MSG ":
            size = int(data[data.rfind(b" ", start, end) + 1 : end])
            if len(data) < end + 2 + size + 2:
                return None
            return bytes(data[end + 2 : end + 2 + size]), end + 2 + size + 2
        if data[start:end] == b"PING":
            self.transport.write(b"PONG\r\n")
        return None, end + 2


class Swarm:
    def __init__(self, options):
        self.options = options
        self.watchers: list[Watcher] = []
        self.has_settled: set[Watcher] = set()
        self.places = asyncio.Semaphore(AT_ONCE)
        self.all_settled, self.all_done = asyncio.Event(), asyncio.Event()

    def settled(self, watcher: Watcher):
        """It is in, or has been turned away."""
        if watcher in self.has_settled:
            return
        self.has_settled.add(watcher)
        self.places.release()
        if len(self.has_settled) == self.options.clients:
            self.all_settled.set()

    def finished(self):
        if all(watcher.has_last for watcher in self.watchers if not watcher.is_lost):
            self.all_done.set()

    async def connect(self):
        loop = asyncio.get_running_loop()
        address = urlsplit(self.options.url)
        make = WebSocketWatcher if address.scheme == "ws" else NATSWatcher

        async def one(watcher):
            try:
                await loop.create_connection(lambda: watcher, address.hostname, address.port)
            except OSError:
                watcher.is_lost = True
                self.settled(watcher)

        tasks = []
        for _ in range(self.options.clients):
            await self.places.acquire()
            self.watchers.append(make(self))
            tasks.append(asyncio.create_task(one(self.watchers[-1])))
        await self.all_settled.wait()

    async def run(self):
        sys.stdin.readline()
        start = time.monotonic()
        try:
            await asyncio.wait_for(self.connect(), self.options.connect_s)
        except asyncio.TimeoutError:
            pass  # those that are not in by then are told as such
        connected = sum(watcher.is_open and not watcher.is_lost for watcher in self.watchers)
        emit({"event": "ready", "connected": connected, "connect_s": round(time.monotonic() - start, 4)})
        stop = asyncio.Event()
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), lambda: (sys.stdin.readline(), stop.set()))
        ends = [asyncio.create_task(event.wait()) for event in (self.all_done, stop)]
        await asyncio.wait(ends, timeout=self.options.limit_s, return_when=asyncio.FIRST_COMPLETED)
        if not self.all_done.is_set():
            await asyncio.wait(ends[:1], timeout=self.options.drain_s)
        emit(self.report(connected))

    def report(self, connected: int) -> dict:
        ticks = [len(watcher.ticks) for watcher in self.watchers]
        return {
            "connected": connected,
            "dropped": sum(watcher.is_open and watcher.is_lost for watcher in self.watchers),
            "hold_last": sum(watcher.has_last for watcher in self.watchers),
            "deliveries": sum(watcher.keys for watcher in self.watchers),
            "ticks": self.options.ticks,
            "ticks_seen_p50": percentile(ticks, 0.5),
            **latencies([delay for watcher in self.watchers for delay in watcher.delays]),
        }


def be_swarm(options):
    raise_file_limit()
    asyncio.run(Swarm(options).run())


def main():
    roles = {"writer": be_writer, "swarm": be_swarm}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=roles)
    parser.add_argument("--url", required=True)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--keys", type=int, default=100, help="that change at each tick")
    parser.add_argument("--hz", type=float, default=30)
    parser.add_argument("--ticks", type=int, default=300)
    parser.add_argument("--connect-s", type=float, default=40, help="wait so long at most until all are connected")
    parser.add_argument("--drain-s", type=float, default=10, help="wait so long at most for the last tick")
    parser.add_argument("--limit-s", type=float, default=120)
    options = parser.parse_args()
    roles[options.role](options)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
