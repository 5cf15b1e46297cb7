#if GRPC
import SharedState

/// The Python side of the tests of gRPC: a client or a server on gRPC's own library, with stubs made of our .proto files
/// under the name of each generation, told what to do line by line.
enum GRPCScript {
  static let text = #"""
    import base64, os, pathlib, sys, tempfile, threading, time
    from concurrent import futures
    import grpc, msgpack
    import grpc_tools
    from google.protobuf import struct_pb2
    from google.protobuf.unknown_fields import UnknownFieldSet
    from grpc_tools import protoc


    def say(value):
        print(base64.b64encode(msgpack.packb(value)).decode(), flush=True)


    def calls():
        for line in sys.stdin:
            yield msgpack.unpackb(base64.b64decode(line))


    def stubs(protos, name, parts=["state", "command"]):
        """The modules of one generation: the same messages in a package of another name."""
        out = tempfile.mkdtemp()
        include = str(pathlib.Path(grpc_tools.__file__).parent / "_proto")
        for part in parts:
            text = (pathlib.Path(protos) / f"{part}.proto").read_text()
            text = text.replace("package narupa.", f"package {name}.")
            (pathlib.Path(out) / f"{name}_{part}.proto").write_text(text)
        files = [f"{out}/{name}_{part}.proto" for part in parts]
        arguments = ["", f"-I{out}", f"-I{include}", f"--python_out={out}", f"--grpc_python_out={out}"]
        assert protoc.main(arguments + files) == 0
        sys.path.insert(0, out)
        return [__import__(f"{name}_{part}_pb2{end}") for part in parts for end in ["", "_grpc"]]


    def plain(value):
        kind = value.WhichOneof("kind")
        if kind is None:
            raise ValueError("Value not set")
        if kind == "struct_value":
            return plain_struct(value.struct_value)
        if kind == "list_value":
            return [plain(element) for element in value.list_value.values]
        return None if kind == "null_value" else getattr(value, kind)


    def plain_struct(struct):
        return {key: plain(value) for key, value in struct.fields.items()}


    def answer(message):
        """Whether it went well, and the reason that our server gives in a field that our .proto files do not name."""
        reasons = [field.data.decode() for field in UnknownFieldSet(message) if field.field_number == 15]
        return {"success": message.success, "reason": "".join(reasons)}


    class Client:
        def __init__(self, address, name, protos, certificate=None):
            self.state_pb, state_grpc, self.command_pb, command_grpc = stubs(protos, name)
            options = [("grpc.max_send_message_length", -1)]
            if certificate:
                trusted = grpc.ssl_channel_credentials(pathlib.Path(certificate).read_bytes())
                self.channel = grpc.secure_channel(address, trusted, options=options)
            else:
                self.channel = grpc.insecure_channel(address, options=options)
            self.state = state_grpc.StateStub(self.channel)
            self.commands = command_grpc.CommandStub(self.channel)
            self.frame_pb, trajectory_grpc = stubs(protos, name, ["trajectory"])
            self.trajectory = trajectory_grpc.TrajectoryServiceStub(self.channel)
            self.frame, self.frames, self.largest = {}, 0, 0
            self.copy, self.first, self.messages, self.lock = {}, None, 0, threading.Lock()
            self.metadata, self.role = (), None

        def subscribe(self, interval):
            request = self.state_pb.SubscribeStateUpdatesRequest(update_interval=interval)
            updates = self.state.SubscribeStateUpdates(request, metadata=self.metadata)
            threading.Thread(target=self.follow, args=[updates], daemon=True).start()

        def follow(self, updates):
            try:
                self.role = dict(updates.initial_metadata() or ()).get("townhall-role")
                for update in updates:
                    change = plain_struct(update.changed_keys)
                    with self.lock:
                        self.messages += 1
                        self.first = len(change) if self.first is None else self.first
                        for key, value in change.items():
                            if value is None:
                                self.copy.pop(key, None)
                            else:
                                self.copy[key] = value
                self.copy["end"] = "in good order"
            except grpc.RpcError as e:
                self.copy["end"] = e.code().name

        def follow_frames(self, method, interval):
            request = self.frame_pb.GetFrameRequest(frame_interval=interval)
            answers = getattr(self.trajectory, method)(request, metadata=self.metadata)
            threading.Thread(target=self.take_frames, args=[answers], daemon=True).start()

        def take_frames(self, answers):
            try:
                for answer in answers:
                    values = {key: plain(value) for key, value in answer.frame.values.items()}
                    for key, array in answer.frame.arrays.items():
                        kind = array.WhichOneof("values")
                        values[key] = {kind: list(getattr(array, kind).values)}
                    with self.lock:
                        self.frames += 1
                        self.largest = max(self.largest, answer.ByteSize())
                        # As clients of that time do it.
                        self.frame = values if answer.frame_index == 0 else {**self.frame, **values}
                with self.lock:
                    self.frame["end"] = "in good order"
            except grpc.RpcError as e:
                self.frame["end"] = e.code().name

        def update(self, token, change):
            update = self.state_pb.StateUpdate()
            update.changed_keys.update(change)
            request = self.state_pb.UpdateStateRequest(access_token=token, update=update)
            return self.state.UpdateState(request, metadata=self.metadata)

        def update_locks(self, token, wanted):
            request = self.state_pb.UpdateLocksRequest(access_token=token)
            request.lock_keys.update(wanted)
            return self.state.UpdateLocks(request, metadata=self.metadata)

        def do(self, op, *arguments):
            with self.lock:
                if op == "first":
                    return self.first
                if op == "messages":
                    return self.messages
                if op == "frame":
                    return [self.frames, self.largest, self.frame]
                if op == "keys":
                    return sorted(self.copy)
                if op == "count":
                    return len([key for key in self.copy if key.startswith(arguments[0])])
                if op == "copy":
                    return {k: v for k, v in self.copy.items() if not k.startswith("update.index.")}
                if op == "repr":
                    return repr(self.copy.get(arguments[0], "absent"))
            if op == "subscribe":
                return self.subscribe(*arguments)
            if op == "follow frames":
                return self.follow_frames(*arguments)
            if op == "token":
                self.metadata = (("authorization", f"Bearer {arguments[0]}"),)
                return None
            if op == "role":
                return self.role
            if op == "update":
                return self.update(*arguments).success
            if op == "answer to update":
                return answer(self.update(*arguments))
            if op == "answer to locks":
                return answer(self.update_locks(*arguments))
            if op == "empty update":
                return self.state.UpdateState(self.state_pb.UpdateStateRequest()).success
            if op == "kindless":
                request = self.state_pb.UpdateStateRequest()
                request.update.changed_keys.fields[arguments[0]].SetInParent()
                return self.state.UpdateState(request).success
            if op == "locks":
                return self.update_locks(*arguments).success
            if op == "edits":
                for change in arguments[1]:
                    self.update(arguments[0], change)
                return None
            if op == "fill":
                houses = {f"{arguments[0]}{n}": {"n": n, "half": n / 2} for n in range(arguments[1])}
                return self.update("filler", houses).success
            if op == "list":
                reply = self.commands.GetCommands(self.command_pb.GetCommandsRequest(), metadata=self.metadata)
                return {command.name: plain_struct(command.arguments) for command in reply.commands}
            if op == "run":
                request = self.command_pb.CommandMessage(name=arguments[0])
                request.arguments.update(arguments[1])
                return plain_struct(self.commands.RunCommand(request, metadata=self.metadata).result)
            raise KeyError(op)


    class Town:
        """A town as the servers of that time kept it."""

        def __init__(self):
            self.state, self.locks, self.pending = {}, {}, []
            self.changed = threading.Condition()
            self.frames = []

        def permits(self, keys, token):
            held = [self.locks.get(key) for key in keys]
            now = time.monotonic()
            return all(lock is None or lock[0] == token or lock[1] <= now for lock in held)

        def update(self, token, change):
            with self.changed:
                if not self.permits(change, token):
                    return False
                for key, value in change.items():
                    if value is None:
                        self.state.pop(key, None)
                    else:
                        self.state[key] = value
                for pending in self.pending:
                    pending.update(change)
                self.changed.notify_all()
                return True

        def update_locks(self, token, wanted):
            with self.changed:
                holds = {key: seconds for key, seconds in wanted.items() if seconds is not None}
                if not self.permits(holds, token):
                    return False
                for key, seconds in wanted.items():
                    if seconds is not None:
                        self.locks[key] = (token, time.monotonic() + seconds)
                    elif self.locks.get(key, [None])[0] == token:
                        del self.locks[key]
                return True

        def follow(self, interval, is_over):
            with self.changed:
                pending = dict(self.state)
                self.pending.append(pending)
            while True:
                with self.changed:
                    # Nothing is said while there is nothing to say, not even how things stand at first.
                    self.changed.wait_for(lambda: pending or is_over())
                    if is_over():
                        self.pending = [other for other in self.pending if other is not pending]
                        return
                    change = dict(pending)
                    pending.clear()
                yield change
                time.sleep(interval)


    def serve(names, protos):
        town = Town()
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
        for name in names.split(","):
            add(town, server, *stubs(protos, name))
            add_frames(town, server, *stubs(protos, name, ["trajectory"]))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        say(port)
        for op, *arguments in calls():
            if op == "update":
                say(town.update(*arguments))
            elif op == "locks":
                say(town.update_locks(*arguments))
            elif op == "copy":
                with town.changed:
                    say(dict(town.state))
            elif op == "repr":
                with town.changed:
                    say(repr(town.state.get(arguments[0], "absent")))
            elif op == "frame":
                with town.changed:
                    town.frames.append(arguments)
                    town.changed.notify_all()
                say(None)
            elif op == "large":
                say(town.update("", {f"large.{n}": "x" * (1 << 20) for n in range(arguments[0])}))
            elif op == "fill":
                houses = {f"{arguments[0]}{n}": {"n": n, "half": n / 2} for n in range(arguments[1])}
                say(town.update("", houses))
            elif op == "stop":
                server.stop(0).wait()
                say(None)


    def add(town, server, state_pb, state_grpc, command_pb, command_grpc):
        class State(state_grpc.StateServicer):
            def SubscribeStateUpdates(self, request, context):
                def wake():
                    with town.changed:
                        town.changed.notify_all()
                context.add_callback(wake)
                for change in town.follow(request.update_interval, lambda: not context.is_active()):
                    update = state_pb.StateUpdate()
                    update.changed_keys.update(change)
                    yield update

            def UpdateState(self, request, context):
                change = plain_struct(request.update.changed_keys)
                return state_pb.UpdateStateResponse(success=town.update(request.access_token, change))

            def UpdateLocks(self, request, context):
                wanted = plain_struct(request.lock_keys)
                success = town.update_locks(request.access_token, wanted)
                return state_pb.UpdateLocksResponse(success=success)

        class Commands(command_grpc.CommandServicer):
            def GetCommands(self, request, context):
                reply = command_pb.GetCommandsReply()
                for name in ["test/fail", "test/echo"]:
                    command = reply.commands.add(name=name)
                    command.arguments.update({"a": 1})
                return reply

            def RunCommand(self, request, context):
                if request.name == "test/fail":
                    raise RuntimeError("it broke")
                if request.name != "test/echo":
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"Unknown command {request.name}")
                reply = command_pb.CommandReply()
                reply.result.update({"heard": plain_struct(request.arguments)})
                return reply

        state_grpc.add_StateServicer_to_server(State(), server)
        command_grpc.add_CommandServicer_to_server(Commands(), server)


    def add_frames(town, server, frame_pb, trajectory_grpc):
        def reply(index, values, arrays):
            reply = frame_pb.GetFrameResponse(frame_index=index)
            plain = struct_pb2.Struct()
            plain.update(values)
            for name, value in plain.fields.items():
                reply.frame.values[name].CopyFrom(value)
            for name, [kind, elements] in arrays.items():
                getattr(reply.frame.arrays[name], kind).values.extend(elements)
            return reply

        class Trajectory(trajectory_grpc.TrajectoryServiceServicer):
            def SubscribeLatestFrames(self, request, context):
                with town.changed:
                    seen, values, arrays = len(town.frames), {}, {}
                    for index, more_values, more_arrays in town.frames:
                        if index == 0:
                            values, arrays = {}, {}
                        values, arrays = {**values, **more_values}, {**arrays, **more_arrays}
                if seen > 0:
                    # All that is known, by the number of the last that went into it.
                    yield reply(index, values, arrays)
                while context.is_active():
                    with town.changed:
                        town.changed.wait_for(lambda: len(town.frames) > seen, 0.1)
                        news = town.frames[seen:]
                        seen += len(news)
                    for frame in news:
                        yield reply(*frame)
                        time.sleep(request.frame_interval)

        trajectory_grpc.add_TrajectoryServiceServicer_to_server(Trajectory(), server)


    def join(address, name, protos, certificate=None):
        client = Client(address, name, protos, certificate)
        say(None)
        for op, *arguments in calls():
            try:
                say(client.do(op, *arguments))
            except grpc.RpcError as e:
                say({"error": e.code().name, "details": e.details()})


    if sys.argv[1] == "server":
        serve(*sys.argv[2:])
    else:
        join(*sys.argv[2:])
    os._exit(0)
    """#
}

extension PythonPeer {
  private static var protos: String { PeerEnvironment.path(of: "Sources/GRPCTransport/Protos") }

  /// Runs a test against a gRPC server that offers its service by some names.
  static func withGRPCServer(
    names: String,
    _ body: (PythonPeer, _ address: String) async throws -> Void
  ) async throws {
    let peer = try PythonPeer(GRPCScript.text, arguments: ["server", names, protos])
    try await peer.run { port in
      try await body(peer, "grpc://127.0.0.1:\(port.int ?? 0)")
    }
  }

  /// Runs a test with a gRPC client that knows the service by one name.
  static func withGRPCClient(
    of port: Int,
    name: String,
    trusting certificate: String? = nil,
    _ body: (PythonPeer) async throws -> Void
  ) async throws {
    let arguments =
      ["client", "127.0.0.1:\(port)", name, protos] + (certificate.map { [$0] } ?? [])
    let peer = try PythonPeer(GRPCScript.text, arguments: arguments)
    try await peer.run { _ in try await body(peer) }
  }
}
#endif
