"""How one writes on each wire and hears of what others write: the plainest client that each allows.

`writer(url)` returns a function that writes a key; `listener(url, hear)` calls `hear` with each value from then on. The
address tells which wire it is: `ws`, `nats`, `redis`, `nt`.
"""
from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlsplit

import msgpack

from values import MAX_MESSAGE


def writer(url: str):
    return _WIRES[urlsplit(url).scheme][0](url)


def listener(url: str, hear):
    """Returns what must be kept for as long as one listens."""
    return _WIRES[urlsplit(url).scheme][1](url, hear)


def state_message(updates: dict) -> bytes:
    """A message of NanoVer's wire."""
    return msgpack.packb({"state": {"updates": updates, "removals": []}})


def in_background(body):
    threading.Thread(target=body, daemon=True).start()


# ---------------------------------------------------------------- NanoVer's wire


def websocket(url: str):
    from websockets.sync.client import connect

    return connect(url, max_size=MAX_MESSAGE, compression=None, ping_interval=None).__enter__()


def _websocket_writer(url: str):
    wire = websocket(url)
    in_background(lambda: [None for _ in wire])  # what comes is dropped, but must be read
    return lambda key, value: wire.send(state_message({key: value}))


def _websocket_listener(url: str, hear):
    wire = websocket(url)

    def listen():
        for message in wire:
            for value in msgpack.unpackb(message).get("state", {}).get("updates", {}).values():
                hear(value)

    in_background(listen)
    return wire


# ---------------------------------------------------------------- wires of lines


class Lines:
    """A socket that is read line by line."""

    def __init__(self, url: str):
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), 10)
        self.socket.settimeout(60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = b""

    def _more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise EOFError
        self.unread += piece

    def line(self) -> bytes:
        while b"\r\n" not in self.unread:
            self._more()
        line, self.unread = self.unread.split(b"\r\n", 1)
        return line

    def exactly(self, count: int) -> bytes:
        while len(self.unread) < count:
            self._more()
        piece, self.unread = self.unread[:count], self.unread[count:]
        return piece

    def send(self, data: bytes):
        self.socket.sendall(data)


NATS_CONNECT = b'CONNECT {"verbose":false,"pedantic":false}\r\n'


def nats_publication(subject: str, data: bytes) -> bytes:
    return b"PUB %s %d\r\n%s\r\n" % (subject.encode(), len(data), data)


def _nats(url: str, greeting: bytes) -> Lines:
    lines = Lines(url)
    lines.line()  # INFO
    lines.send(NATS_CONNECT + greeting + b"PING\r\n")
    assert lines.line() == b"PONG"
    return lines


def _nats_writer(url: str):
    lines = _nats(url, b"")
    return lambda key, value: lines.send(nats_publication(f"state.{key}", msgpack.packb(value)))


def _nats_listener(url: str, hear):
    lines = _nats(url, b"SUB state.> 1\r\n")

    def listen():
        while True:
            line = lines.line()
            if line.startswith(b"MSG"):
                hear(msgpack.unpackb(lines.exactly(int(line.split()[-1]) + 2)[:-2]))
            elif line == b"PING":
                lines.send(b"PONG\r\n")

    in_background(listen)
    return lines


def _redis_command(*words) -> bytes:
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def _redis_answer(lines: Lines):
    line = lines.line()
    kind, rest = line[:1], line[1:]
    if kind in b"+:":
        return rest
    if kind == b"$":
        return lines.exactly(int(rest) + 2)[:-2] if int(rest) >= 0 else None
    if kind == b"*":
        return [_redis_answer(lines) for _ in range(int(rest))]
    raise RuntimeError(line)


def _redis_writer(url: str):
    lines = Lines(url)

    def write(key, value):
        data = msgpack.packb(value)
        lines.send(_redis_command("SET", key, data) + _redis_command("PUBLISH", "state", data))
        _redis_answer(lines), _redis_answer(lines)

    return write


def _redis_listener(url: str, hear):
    lines = Lines(url)
    lines.send(_redis_command("SUBSCRIBE", "state"))
    _redis_answer(lines)

    def listen():
        while True:
            answer = _redis_answer(lines)
            if answer[0] == b"message":
                hear(msgpack.unpackb(answer[2]))

    in_background(listen)
    return lines


# ---------------------------------------------------------------- NetworkTables


def _tables(url: str, name: str):
    import ntcore

    address = urlsplit(url)
    tables = ntcore.NetworkTableInstance.create()
    tables.startClient4(name)
    tables.setServer(address.hostname, address.port)
    # 5 ms is the least that it allows.
    return tables, ntcore.PubSubOptions(periodic=0.005, sendAll=True, keepDuplicates=True, pollStorage=1000)


def _wait_for_tables(tables):
    end = time.monotonic() + 10
    while not tables.isConnected():
        if time.monotonic() > end:
            raise TimeoutError("a client of NetworkTables did not connect")
        time.sleep(0.02)
    time.sleep(0.5)  # it tells its topics after that


def _tables_writer(url: str):
    tables, options = _tables(url, "writer")
    _wait_for_tables(tables)
    topics = {}

    def write(key, value):
        if key not in topics:
            topics[key] = tables.getRawTopic("/state/" + key).publish("msgpack", options)
        topics[key].set(msgpack.packb(value))
        tables.flush()

    return write


def _tables_listener(url: str, hear):
    import ntcore

    tables, options = _tables(url, "listener")
    topics = ntcore.MultiSubscriber(tables, ["/state/"], options)
    tables.addListener(
        topics, ntcore.EventFlags.kValueRemote, lambda event: hear(msgpack.unpackb(event.data.value.getRaw()))
    )
    _wait_for_tables(tables)
    return tables, topics


_WIRES = {
    "ws": (_websocket_writer, _websocket_listener),
    "nats": (_nats_writer, _nats_listener),
    "redis": (_redis_writer, _redis_listener),
    "nt": (_tables_writer, _tables_listener),
}
