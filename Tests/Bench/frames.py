"""FRAMES: a simulation publishes the positions of many atoms, clients watch, and somebody changes the shared state.

For each number of clients: first all are sent a whole frame, with names, elements, residues and bonds. Then the state's
latency is taken while the simulation stands still, and once more while it publishes positions --hz times a second.
Each frame carries a mark with its tick and the publisher's clock. A server may leave ticks out if newer ones come
instead; the last must reach everybody.

Nobody here reads what is between the ends of a long message: the kernel drops it, so that the server is measured and
not Python. Beside the clients that are counted, three more are sent all frames: the publisher, and who writes and who
watches the state.

    python frames.py --server path/to/townhall --clients 1 10 100
    python frames.py --server nanover --clients 1 10 100
    python frames.py --url ws://127.0.0.1:39941 --pid 4711 --clients 1 10 100

`swarm`, `publisher` and `state` as the first word are the parts of it, which it starts itself.
"""
from __future__ import annotations

import argparse
import os
import re
import select
import selectors
import socket
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import msgpack
import numpy as np
from websockets.frames import Frame, Opcode

import servers
from figures import latencies, number, percentile
from latency import paced, value
from processes import Child, cpu_seconds, raise_file_limit, script, status_bytes
from servers import Server
from values import emit
from wires import in_background, state_message

KEY = "bench.frames"
MARK = re.compile(rb"bench\.mark.(\d{6})([0-9a-f]{16})", re.DOTALL)
END = 512  # so many bytes of each end of a message are read
SCRATCH = bytearray(1 << 20)
STATE_HZ = 20
MB = 1e6

# ---------------------------------------------------------------- the wire


class Wire:
    """One client of NanoVer's wire."""

    def __init__(self, url: str):
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), 10)
        self.socket.settimeout(None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sending = threading.Lock()  # a pong must not come into the middle of a frame
        self.socket.sendall(
            f"GET {address.path or '/'}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = self.socket.makefile("rb", buffering=0)
        status = answer.readline()
        if b" 101 " not in status:
            raise ConnectionError(f"turned away: {status.decode(errors='replace').strip()}")
        while answer.readline().strip():
            pass

    def send(self, message: bytes, kind=Opcode.BINARY):
        frame = Frame(kind, message).serialize(mask=True)
        with self.sending:
            self.socket.sendall(frame)

    def messages(self):
        """Of each message its bytes, or both ends of it if it is long, and its size.

        None comes where a socket that must not block has no more at the time.
        """
        while True:
            head = yield from self._exactly(2)
            size = head[1] & 0x7F
            if size >= 126:
                size = int.from_bytes((yield from self._exactly(2 if size == 126 else 8)), "big")
            ends = yield from self._exactly(min(size, END))
            yield from self._drop(size - 2 * END)
            ends += yield from self._exactly(min(size - len(ends), END))
            if head[0] == 0x80 | Opcode.PING:
                self.send(ends, Opcode.PONG)
            elif head[0] == 0x80 | Opcode.BINARY:
                yield ends, size
            else:
                raise ConnectionError(f"neither a whole message nor a ping: {head.hex()} {ends[:80]}")

    def _exactly(self, count: int):
        data = b""
        while len(data) < count:
            try:
                piece = self.socket.recv(count - len(data))
            except BlockingIOError:
                yield None
                continue
            if not piece:
                raise EOFError
            data += piece
        return data

    def _drop(self, count: int):
        while count > 0:
            try:
                # With this flag TCP counts the bytes and copies none of them.
                dropped = self.socket.recv_into(SCRATCH, min(count, len(SCRATCH)), socket.MSG_TRUNC)
            except BlockingIOError:
                yield None
                continue
            if not dropped:
                raise EOFError
            count -= dropped


# ---------------------------------------------------------------- the simulation


class Simulation:
    def __init__(self, atoms: int):
        chance = np.random.default_rng(1)
        # Two sets, in turn: nobody shall find that nothing has changed.
        self.positions = [(chance.random((atoms, 3), np.float32) * 20).tobytes() for _ in range(2)]
        numbers = np.arange(atoms, dtype=np.uint32)
        self.whole = {
            "frame.index": 0,
            "particle.count": atoms,
            "particle.names": [("N", "CA", "C", "O")[atom % 4] for atom in range(atoms)],
            "particle.elements": np.array([7, 6, 6, 8], np.uint8)[numbers % 4].tobytes(),
            "particle.residues": (numbers // 4).tobytes(),
            "particle.positions": self.positions[0],
            "residue.count": -(-atoms // 4),
            "residue.names": ["ALA"] * -(-atoms // 4),
            "bond.pairs": np.column_stack([numbers[:-1], numbers[1:]]).tobytes(),
        }

    def first(self) -> bytes:
        return msgpack.packb({"frame": self.whole})

    def tick(self, tick: int) -> bytes:
        # nanover-server stops reading at a frame that has no index, and numbers them anew.
        mark = f"{tick:06d}{time.monotonic_ns():016x}"
        frame = {"frame.index": tick + 1, "bench.mark": mark, "particle.positions": self.positions[tick % 2]}
        return msgpack.packb({"frame": frame})


def be_publisher(options):
    simulation, wire = Simulation(options.atoms), Wire(options.url)
    in_background(lambda: [None for _ in wire.messages()])
    wire.send(simulation.first())
    # Until all are known to have seen one, which they can be only by a frame that comes without the rest.
    while not select.select([sys.stdin], [], [], 0.5)[0]:
        wire.send(simulation.tick(0))
    sys.stdin.readline()
    sys.stdin.readline()
    start = due = time.monotonic()
    tick = 0
    while due < start + options.seconds:
        time.sleep(max(0.0, due - time.monotonic()))
        tick += 1
        wire.send(simulation.tick(tick))
        # One that is late does not hurry afterwards.
        due = max(due + 1 / options.hz, time.monotonic())
    emit({"ticks": tick, "took_s": due - start})
    # Until its own input ends: a server may pass on late what it has heard.
    sys.stdin.readline()


# ---------------------------------------------------------------- those who watch it


class Watcher:
    """One client. Marks from before `begun` are of an earlier run."""

    def __init__(self, url: str, begun: int):
        self.wire, self.begun = Wire(url), begun
        self.messages = self.wire.messages()
        self.wire.socket.setblocking(False)
        self.last_tick = -1
        self.bytes = 0
        self.delays: list[int] = []

    def step(self):
        message = next(self.messages)
        mark = message and MARK.search(message[0])
        if not mark:
            return
        tick, stamp = int(mark[1]), int(mark[2], 16)
        if stamp < self.begun or tick <= self.last_tick:
            return
        self.last_tick = tick
        if tick > 0:
            self.delays.append(time.monotonic_ns() - stamp)
            self.bytes += message[1]


def be_swarm(options):
    """Says when all are in, when all know the whole frame, and after it has been told the last tick what came of it."""
    raise_file_limit()
    begun = time.monotonic_ns()
    watchers = [Watcher(options.url, begun) for _ in range(options.clients)]
    emit({"event": "ready"})
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin, selectors.EVENT_READ)
    for watcher in watchers:
        selector.register(watcher.wire.socket, selectors.EVENT_READ, watcher)
    has_all, last_tick, dropped, end = False, None, 0, float("inf")
    while time.monotonic() < end:
        for key, _ in selector.select(0.2):
            if key.data is None:
                last_tick, end = int(sys.stdin.readline() or 0), time.monotonic() + options.drain_s
                selector.unregister(sys.stdin)
                continue
            try:
                key.data.step()
            except (EOFError, OSError):
                selector.unregister(key.fileobj)
                dropped += 1
        if not has_all and all(watcher.last_tick >= 0 for watcher in watchers):
            has_all = True
            emit({"event": "all know the whole"})
        if last_tick is not None and all(watcher.last_tick == last_tick for watcher in watchers):
            break
    emit({
        "dropped": dropped,
        "hold_last": sum(watcher.last_tick == last_tick for watcher in watchers),
        "ticks": [len(watcher.delays) for watcher in watchers],
        "bytes": sum(watcher.bytes for watcher in watchers),
        **latencies([delay for watcher in watchers for delay in watcher.delays]),
    })


# ---------------------------------------------------------------- the state meanwhile


def be_state(options):
    writer, watcher = Wire(options.url), Wire(options.url)
    delays: dict[int, int] = {}
    written = [-1]

    def hear():
        for message, size in watcher.messages():
            now = time.monotonic_ns()
            heard = msgpack.unpackb(message) if len(message) == size else {}
            heard = heard.get("state", {}).get("updates", {}).get(KEY)
            # What an earlier run has left has a number that was not written yet.
            if heard and 0 <= heard["seq"] <= written[0]:
                delays.setdefault(heard["seq"], now - heard["t"])

    def write(number):
        written[0] = number
        writer.send(state_message({KEY: value(number)}))

    in_background(lambda: [None for _ in writer.messages()])
    in_background(hear)
    emit({"event": "ready"})
    sys.stdin.readline()
    # The first second is not counted, and it ends before the frames do.
    writes = max(1, round((options.seconds - 1.5) * STATE_HZ))
    limit = options.seconds + 20
    paced(argparse.Namespace(interval_ms=1e3 / STATE_HZ, unmeasured=STATE_HZ, writes=writes, limit_s=limit), write)
    time.sleep(1)
    emit({**latencies(list(delays.values())), "left_out_or_lost": writes - len(delays)})


# ---------------------------------------------------------------- all of it


def measure(server: Server, clients: int, options) -> dict:
    def part(role: str) -> Child:
        shape = ["--url", server.url, "--atoms", options.atoms, "--seconds", options.seconds, "--hz", options.hz]
        return script("frames.py", role, *shape, "--clients", clients)

    limit = options.seconds + 60
    with part("swarm") as swarm:
        swarm.answer(60)
        with part("publisher") as publisher:
            swarm.answer(90)
            publisher.tell("enough")
            time.sleep(1)
            with part("state") as state:
                state.answer(30)
                time.sleep(1)
                state.tell("go")
                without = state.answer(limit)
            with part("state") as state:
                state.answer(30)
                time.sleep(1)
                forget_peak(server.pid)
                before = [cpu_seconds(pid) for pid in (server.pid, swarm.pid)]
                publisher.tell("go")
                state.tell("go")
                published = publisher.answer(limit)
                after = [cpu_seconds(pid) for pid in (server.pid, swarm.pid)]
                swarm.tell(str(published["ticks"]))
                meanwhile = state.answer(limit)
                report = swarm.answer(60)
    took = published["took_s"]
    return {
        **report,
        "clients": clients,
        "published_hz": published["ticks"] / took,
        "ticks_hz": [ticks / took for ticks in report["ticks"]],
        "mb_s": report["bytes"] / MB / took,
        "state_without": without,
        "state_with": meanwhile,
        "rss_mb": status_bytes("VmRSS", server.pid) / MB,
        "peak_mb": status_bytes("VmHWM", server.pid) / MB,
        "cpu": [100 * (end - start) / took for start, end in zip(before, after)],
    }


def forget_peak(pid: int):
    """Lets VmHWM begin anew."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        pass  # it is somebody else's: the peak is of its whole life


def middle_and_end(it: dict) -> str:
    return f"{number(it.get('p50_ms'))}/{number(it.get('p99_ms'))}"


COLUMNS = {
    "clients": lambda it: f"{it['clients']}",
    "published/s": lambda it: number(it["published_hz"]),
    "each/s, least": lambda it: number(min(it["ticks_hz"])),
    "mean": lambda it: number(sum(it["ticks_hz"]) / it["clients"]),
    "MB/s": lambda it: number(it["mb_s"]),
    "hold last": lambda it: f"{it['hold_last']}" + (f", {it['dropped']} dropped" if it["dropped"] else ""),
    "ms p50/p99": middle_and_end,
    "state ms alone": lambda it: middle_and_end(it["state_without"]),
    "with frames": lambda it: middle_and_end(it["state_with"]),
    "p50 ratio": lambda it: number(it["state_with"]["p50_ms"] / it["state_without"]["p50_ms"]),
    "RSS/peak MB": lambda it: f"{number(it['rss_mb'])}/{number(it['peak_mb'])}",
    "CPU %": lambda it: f"{it['cpu'][0]:.0f}",
    "swarm's": lambda it: f"{it['cpu'][1]:.0f}",
}


def line(cells) -> str:
    return "  ".join(cell.rjust(max(len(name), 11)) for name, cell in zip(COLUMNS, cells))


@contextmanager
def started(name: str):
    if name == "nanover":
        with servers.nanover() as server:
            yield server
    else:
        with Child([name, "serve", "--port", "0", "--quiet"]) as child:
            yield Server(child.line(20), child.pid)


def be_all(options):
    if not options.json:
        print(line(COLUMNS), flush=True)
    for clients in options.clients:
        given = nullcontext(Server(options.url, options.pid))
        with started(options.server) if options.server else given as server:
            it = measure(server, clients, options)
        if options.json:
            emit(it)
        else:
            print(line(write(it) for write in COLUMNS.values()), flush=True)


def main():
    roles = {"all": be_all, "swarm": be_swarm, "publisher": be_publisher, "state": be_state}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("role", choices=roles, nargs="?", default="all")
    parser.add_argument("--server", help="'nanover', or townhall's path: one is started for each number of clients")
    parser.add_argument("--url", help="of a server that is there already")
    parser.add_argument("--pid", type=int, help="its process")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--atoms", type=int, default=100_000)
    parser.add_argument("--hz", type=float, default=30)
    parser.add_argument("--seconds", type=float, default=10, help="to publish for, 3 at least")
    parser.add_argument("--drain-s", type=float, default=10, help="wait so long at most for the last tick")
    parser.add_argument("--json", action="store_true", help="print a line of all figures instead")
    options = parser.parse_args()
    if options.role == "all" and not options.server and not (options.url and options.pid):
        parser.error("either --server or --url and --pid")
    if options.role == "swarm":
        (options.clients,) = options.clients
    roles[options.role](options)
    sys.stdout.flush()
    if options.role != "all":
        os._exit(0)  # the wires' threads would keep the process


if __name__ == "__main__":
    main()
