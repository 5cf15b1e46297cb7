import Foundation
import SharedState
import StateRecording
import TestSupport
import Testing
import Trajectory

@Suite(
  "Recordings of the older form, as protobuf's own library reads them",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct OlderRecordingPeerTests {
  /// Writes a session by chance as a `.state` and a `.traj`, and answers what it reads of them again, record by record.
  ///
  /// No NanoVer that PyPI has reads this form any more. So it is read by its layout, and its messages by classes that
  /// protobuf makes of our .proto files.
  private static let script = #"""
    import base64, os, pathlib, random, struct, sys, tempfile
    import grpc_tools, msgpack
    import numpy as np
    from grpc_tools import protoc

    stem, seed, version, protos = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    out = tempfile.mkdtemp()
    include = str(pathlib.Path(grpc_tools.__file__).parent / "_proto")
    files = [f"{protos}/{name}.proto" for name in ["state", "trajectory"]]
    assert protoc.main(["", f"-I{protos}", f"-I{include}", f"--python_out={out}"] + files) == 0
    sys.path.insert(0, out)
    from state_pb2 import StateUpdate
    from trajectory_pb2 import FrameData, GetFrameResponse

    MAGIC, chance = 6661355757386708963, random.Random(seed)


    def value():
        return chance.choice([
            None, True, 3, -1.5, float("inf"), "text", "a text that takes some more room", [1, [2.5, None]],
            {"x": {"y": "z"}}, [], {}, list(range(40)), 2**40,
        ])


    def fill(target, plain):
        if plain is None:
            target.null_value = 0
        elif isinstance(plain, bool):
            target.bool_value = plain
        elif isinstance(plain, (int, float)):
            target.number_value = plain
        elif isinstance(plain, str):
            target.string_value = plain
        elif isinstance(plain, list):
            target.list_value.SetInParent()
            for element in plain:
                fill(target.list_value.values.add(), element)
        else:
            target.struct_value.SetInParent()
            for key, element in plain.items():
                fill(target.struct_value.fields[key], element)


    def update():
        message = StateUpdate()
        message.changed_keys.SetInParent()
        for _ in range(chance.randrange(4)):
            fill(message.changed_keys.fields[f"{chance.choice('abc')}.{chance.randrange(8)}"], value())
        return message


    def frame(number):
        data = FrameData()
        for _ in range(chance.randrange(3)):
            fill(data.values[f"own.{chance.randrange(5)}"], value())
        if chance.random() < 0.5:
            data.arrays["particle.positions"].float_values.values.extend(chance.random() for _ in range(6))
        if chance.random() < 0.2:
            data.arrays["bond.pairs"].index_values.values.extend(chance.randrange(2**32) for _ in range(4))
            data.arrays["particle.elements"].index_values.values.extend(chance.randrange(119) for _ in range(3))
            data.arrays["particle.names"].string_values.values.extend(["C", "H'", "雪"])
        if version == 1:
            return data
        return GetFrameResponse(frame_index=0 if chance.random() < 0.1 else number + 1, frame=data)


    def write(path, messages):
        time = chance.randrange(1_000_000)
        with open(path, "wb") as file:
            if version == 2:
                file.write(struct.pack("<QQ", MAGIC, 2))
            for message in messages:
                time += chance.choice([0, 1, 20_000, 40_000, 3_000_000])
                payload = message.SerializeToString()
                file.write(time.to_bytes(16, "little") + struct.pack("<Q", len(payload)) + payload)


    def read(path, kind):
        with open(path, "rb") as file:
            if version == 2:
                assert struct.unpack("<QQ", file.read(16)) == (MAGIC, 2)
            while head := file.read(24):
                message = kind()
                message.ParseFromString(file.read(int.from_bytes(head[16:], "little")))
                yield int.from_bytes(head[:16], "little"), message


    def plain(value):
        kind = value.WhichOneof("kind")
        if kind == "struct_value":
            return {key: plain(element) for key, element in value.struct_value.fields.items()}
        if kind == "list_value":
            return [plain(element) for element in value.list_value.values]
        return None if kind == "null_value" else getattr(value, kind)


    def array(name, value):
        """As on NanoVer's wire of today."""
        kind = value.WhichOneof("values")
        values = getattr(value, kind).values
        if kind == "string_values":
            return list(values)
        if kind == "float_values":
            return np.array(values, dtype=np.float32).tobytes()
        return np.array(values, dtype=np.uint8 if name == "particle.elements" else np.uint32).tobytes()


    write(stem + ".state", [update() for _ in range(200)])
    write(stem + ".traj", [frame(number) for number in range(200)])
    # Sorting keeps what came at the same time in its order: the state first.
    records = list(read(stem + ".state", StateUpdate))
    records += read(stem + ".traj", FrameData if version == 1 else GetFrameResponse)
    seen, state, known, changes, frames = [], {}, {}, 0, 0
    for time, message in sorted(records, key=lambda record: record[0]):
        if isinstance(message, StateUpdate):
            changes += 1
            for key, value in message.changed_keys.fields.items():
                if value.HasField("null_value"):
                    state.pop(key, None)
                else:
                    state[key] = plain(value)
        else:
            frames += 1
            if version == 1:
                data = message
            else:
                data = message.frame
                known = {} if message.frame_index == 0 else dict(known)
                known["frame.index"] = message.frame_index
            values = {key: plain(value) for key, value in data.values.items()}
            known = {**known, **values, **{key: array(key, value) for key, value in data.arrays.items()}}
        seen.append([time, dict(state), known])
    print(base64.b64encode(msgpack.packb([seen, changes, frames])).decode(), flush=True)
    sys.stdin.readline()
    os._exit(0)
    """#

  @Test(
    "Ours holds at each of their moments what was written",
    arguments: [(1, 2), (2, 2), (3, 1)]
  )
  func moments(seed: Int, version: Int) async throws {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let stem = folder.path + "/session"
    let protos = PeerEnvironment.path(of: "Sources/GRPCTransport/Protos")
    let peer = try PythonPeer(Self.script, arguments: [stem, "\(seed)", "\(version)", protos])
    try await peer.run { answer in
      let seen = answer.array?.first?.array ?? []
      try #require(seen.count == 400 && seen.allSatisfy { $0.array?.count == 3 })
      let recording = try Recording(stem + (seed == 2 ? ".traj" : ".state"))
      #expect(recording.flaws == [] && recording.count == seen.count)
      var (state, current, changes) = (StateDictionary(), CurrentFrame(), 0)
      for (number, event) in seen.enumerated() {
        let (expected, message) = (event.array ?? [], try recording.message(number))
        #expect(message.time == .microseconds(expected.first?.int ?? -1))
        if let change = message.state {
          state.apply(change)
          changes += 1
        }
        if let frame = message.frame { current.take(frame) }
        #expect(RecordingPeerTests.object(state) == expected[1].object, "message \(number)")
        let theirs = expected[2].object ?? [:]
        #expect(Set(current.frame.keys) == Set(theirs.map(\.key)), "message \(number)")
        for field in theirs where field.key != "frame.index" {
          #expect(
            current.frame[FrameKey(field.key)] == field.value,
            "\(field.key), message \(number)"
          )
        }
      }
      #expect(answer.array?[1].int == Int64(changes))
      #expect(answer.array?[2].int == Int64(current.count))
      #expect(recording.duration == .microseconds(seen.last?.array?.first?.int ?? -1))
      let last = try recording.moment(at: recording.duration)
      #expect(last.state == state && last.frame == current.frame)
      for number in [0, 200, 399] {
        let time = try #require(seen[number].array?[0].int)
        let end = recording.count(until: .microseconds(time)) - 1
        let place = "\(stem).traj@\(Double(time) / 1e6)"
        #expect(try RecordingPeerTests.dump(place) == seen[end].array?[1])
      }
    }
  }
}
