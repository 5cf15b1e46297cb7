/// The Python side of these tests: NanoVer's own server or client, told what to do line by line.
///
/// A line is a list in MessagePack and base64: what to do, and with what. The answer comes back likewise.
enum PeerScript {
  static let text = #"""
    import base64, os, sys, time
    import msgpack
    from nanover.utilities.change_buffers import DictionaryChange


    def say(value):
        print(base64.b64encode(msgpack.packb(value)).decode(), flush=True)


    def calls():
        for line in sys.stdin:
            yield msgpack.unpackb(base64.b64decode(line))


    def shared(state, op, arguments):
        """What can be asked of a server and of a client alike."""
        if op == "set":
            state.update_state(DictionaryChange(updates=arguments[0]))
        elif op == "remove":
            state.update_state(DictionaryChange(removals=set(arguments[0])))
        elif op == "write":
            # Into its own copy too, as a client does that does not wait for the echo.
            change = DictionaryChange(updates=arguments[0], removals=set(arguments[1]))
            state.state_dictionary.update_state(None, change)
            state.update_state(change)
        elif op == "fill":
            prefix, count = arguments
            houses = {f"{prefix}{n}": {"n": n, "half": n / 2} for n in range(count)}
            state.update_state(DictionaryChange(updates=houses))
        elif op == "keys":
            return sorted(state.copy_state())
        elif op == "count":
            return len([key for key in state.copy_state() if key.startswith(arguments[0])])
        elif op == "copy":
            state = state.copy_state()
            return {key: state[key] for key in state if not key.startswith("update.index.")}
        elif op == "repr":
            # Python's own words for a value: 1 is not 1.0, and nothing of ours is in between.
            return repr(state.copy_state().get(arguments[0], "absent"))
        else:
            raise KeyError(op)


    def serve(port, first, certificates):
        from nanover.app import NanoverImdApplication
        from nanover.trajectory import FrameData
        from nanover.websocket.server import WebSocketServer

        app = NanoverImdApplication.null_server()
        app.state_dictionary.update_state(None, DictionaryChange(updates=first))
        ssl = None
        if certificates:
            # What `nanover-server --ssl-auto` does, where nobody else's certificate lies.
            from nanover.utilities.certificates import fetch_or_generate_self_signed_certificate_context
            ssl = fetch_or_generate_self_signed_certificate_context(location=certificates)
        server = WebSocketServer(app).serve(host="127.0.0.1", port=port, ssl=ssl)

        class State:
            def update_state(self, change):
                app.state_dictionary.update_state(None, change)

            def copy_state(self):
                return app.state_dictionary.copy_content()

        say(server.socket.getsockname()[1])
        for op, *arguments in calls():
            if op == "frame":
                # The server finds out that a connection broke once it has sent both a frame and a change.
                app.frame_publisher.send_frame(FrameData({"simulation.time": 0.0}))
                shared(State(), "set", [{"poke": arguments[0]}])
                say(None)
            elif op == "simulate":
                runner = simulate(app)
                say(None)
            elif op == "move":
                runner = move(app)
                say(None)
            elif op == "paused":
                say(runner._runner.is_paused)
            else:
                say(shared(State(), op, arguments))


    def simulate(app):
        """Offers the playback commands, over a simulation in which nothing happens."""
        from nanover.app import OmniRunner

        class Still:
            name = "still"

            def load(self): pass
            def reset(self, app_server): pass
            def advance_by_seconds(self, dt): pass
            def advance_by_one_step(self): pass

        runner = OmniRunner(app)
        runner.add_simulation(Still())
        runner.load(0)
        return runner


    def move(app):
        """Offers two molecules that move, as a simulation engine does on a server or over a client."""
        import numpy as np
        from nanover.app import OmniRunner
        from nanover.trajectory import FrameData

        class Moving:
            def __init__(self, name, names, elements, bonds):
                self.name, self.names, self.elements, self.bonds = name, names, elements, bonds

            def load(self): pass

            def reset(self, app):
                self.publisher, self.steps = app.frame_publisher, 0
                count = len(self.names)
                self.publisher.send_clear()
                self.publisher.send_frame(FrameData({
                    "particle.count": count, "particle.names": self.names,
                    "particle.elements": np.array(self.elements, dtype=np.uint8),
                    "particle.residues": np.zeros(count, dtype=np.uint32),
                    "residue.count": 1, "residue.names": [self.name[:3].upper()],
                    "residue.ids": ["7"], "residue.chains": np.array([0], dtype=np.uint32),
                    "chain.count": 1, "chain.names": ["A"],
                    "bond.pairs": np.array(self.bonds, dtype=np.uint32),
                    "system.simulation.name": self.name,
                    **self.moved(),
                }))

            def moved(self):
                places = np.arange(3 * len(self.names), dtype=np.float32) + self.steps
                return {
                    "particle.positions": places.reshape(-1, 3),
                    "system.simulation.time": self.steps * 0.5, "energy.kinetic": 1.5,
                }

            def advance_by_one_step(self):
                self.steps += 1
                self.publisher.send_frame(FrameData(self.moved()))

            def advance_by_seconds(self, dt):
                self.advance_by_one_step()

        runner = OmniRunner(app)
        runner.add_simulation(Moving("water", ["O", "H1", "H2"], [8, 1, 1], [[0, 1], [0, 2]]))
        runner.add_simulation(Moving("methane", ["C", "H", "H", "H", "H"], [6, 1, 1, 1, 1],
            [[0, 1], [0, 2], [0, 3], [0, 4]]))
        runner.load(0)
        return runner


    def rewrite(client, edits):
        """Read-modify-writes, each read and written at its times in seconds from now."""
        start, read = time.monotonic(), {}
        events = []
        for number, (key, field, value, reads, writes) in enumerate(edits):
            events += [(reads, number, False), (writes, number, True)]
        for at, number, writes in sorted(events):
            time.sleep(max(0, start + at - time.monotonic()))
            key, field, value, *_ = edits[number]
            if writes:
                house = {**read[number], field: value}
                client.update_state(DictionaryChange(updates={key: house}))
            else:
                read[number] = client.copy_state()[key]


    def join(url, certificate):
        from nanover.websocket import NanoverImdClient

        if certificate:
            # What Python trusts by default, which is all that NanoVer's client goes by.
            os.environ["SSL_CERT_FILE"] = certificate


        class Client(NanoverImdClient):
            """The client as it is, which also keeps what our servers tell ours beside the state."""

            told = []

            def recv_message(self, message):
                self.told += [{name: message[name]} for name in ["role", "refused"] if name in message]
                super().recv_message(message)

        try:
            client = Client.from_url(url)
        except Exception as e:
            answer = getattr(getattr(e, "response", None), "body", None) or b""
            return say({"exception": f"{type(e).__name__}: {e} {answer.decode()}".strip()})
        names = {"client": client, "DictionaryChange": DictionaryChange, "msgpack": msgpack}
        say(None)
        for op, *arguments in calls():
            if op == "command":
                try:
                    say({"result": client.run_command(*arguments).result(timeout=10)})
                except Exception as e:
                    say({"exception": str(e)})
            elif op == "offer":
                client.register_command(
                    arguments[0], lambda **kw: {"heard": kw}, default_arguments={"a": 1}
                )
                say(None)
            elif op == "offer_failing":
                def fail():
                    raise ValueError("out of tune")

                client.register_command(arguments[0], fail)
                say(None)
            elif op == "exec":
                # What is wrong with a line, or nothing.
                try:
                    say(exec(arguments[0], names))
                except Exception as e:
                    say(repr(e))
            elif op == "move":
                runner = move(client)
                say(None)
            elif op == "frame":
                say(client.current_frame.pack_to_dict())
            elif op == "rewrite":
                say(rewrite(client, *arguments))
            elif op == "selections":
                try:
                    say(" ".join(selection.selection_name for selection in client.selections))
                except Exception as e:
                    say(f"{type(e).__name__}: {e}")
            elif op == "told":
                say(client.told)
            elif op == "close":
                client.close()
                say(None)
            else:
                say(shared(client, op, arguments))


    if sys.argv[1] == "server":
        serve(int(sys.argv[2]), msgpack.unpackb(base64.b64decode(sys.argv[3])), *sys.argv[4:] or [None])
    else:
        join(sys.argv[2], *sys.argv[3:] or [None])
    os._exit(0)
    """#
}
