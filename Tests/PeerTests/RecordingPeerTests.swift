import Foundation
import SharedState
import StateRecording
import TestSupport
import Testing
import Trajectory

@Suite(
  "Recordings that NanoVer has written, and that it reads",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct RecordingPeerTests {
  /// Writes a session by chance with NanoVer's writer, and answers what its reader makes of it, message by message: when it
  /// came, and the state and the frame then.
  private static let script = #"""
    import base64, os, random, sys
    import msgpack
    import numpy as np
    from nanover.recording.reading import MessageEvent, NanoverRecordingReader
    from nanover.recording.writing import NanoverRecordingWriter
    from nanover.utilities.packing import fallback_encoder


    def say(value):
        print(base64.b64encode(msgpack.packb(value, default=fallback_encoder)).decode(), flush=True)


    def value(chance):
        return chance.choice([
            None, True, 3, -1.5, float("inf"), "text", [1, [2.5, None]], {"x": {"y": "z"}}, 2**40,
        ])


    def messages(chance):
        time = chance.randrange(1_000_000)
        for number in range(300):
            time += chance.choice([0, 1, 20_000, 3_000_000])
            message = {}
            if chance.random() < 0.6:
                names = [f"{chance.choice('abc')}.{chance.randrange(8)}" for _ in range(chance.randrange(4))]
                updates = {name: value(chance) for name in names}
                removals = [f"{chance.choice('abc')}.{chance.randrange(8)}"] if chance.random() < 0.4 else []
                message["state"] = {"updates": updates, "removals": [name for name in removals if name not in updates]}
            if chance.random() < 0.5:
                index = 0 if chance.random() < 0.1 else number + 1
                frame = {"frame.index": index, f"own.{chance.randrange(5)}": chance.random()}
                if chance.random() < 0.3:
                    frame["particle.positions"] = np.arange(6, dtype=np.float32).tobytes()
                message["frame"] = frame
            if chance.random() < 0.1 or not message:
                message["command"] = [{"request": {"name": "test", "id": number}}]
            yield MessageEvent(timestamp=time, message=message)


    path, chance = sys.argv[1], random.Random(int(sys.argv[2]))
    with NanoverRecordingWriter.from_path(path) as writer:
        for event in messages(chance):
            writer.write_message_event(event)
    with NanoverRecordingReader.from_path(path) as reader:
        seen, frame = [], {}
        for entry, event in zip(reader.index, reader.iter_max()):
            said = reader.get_message_type_from_entry(entry, "frame")
            if said is not None:
                # As its servers and clients take frames in.
                frame = said if said["frame.index"] == 0 else {**frame, **said}
            seen.append([entry.metadata["timestamp"], dict(event.next_state), frame])
    say(seen)
    sys.stdin.readline()
    os._exit(0)
    """#

  /// What the program prints of a moment.
  static func dump(_ place: String) throws -> StateValue {
    let (program, output) = (Process(), Pipe())
    program.executableURL = URL(filePath: try BuiltProducts.path(of: "townhall"))
    program.arguments = ["dump", "--town", place]
    program.standardOutput = output
    try program.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    program.waitUntilExit()
    #expect(program.terminationStatus == 0)
    return try StateValue(text: String(decoding: bytes, as: UTF8.self))
  }

  /// A state as one value.
  static func object(_ state: StateDictionary) -> StateObject {
    StateObject(state.keys.compactMap { key in state[key].map { (key, $0) } })
  }

  @Test("At each of its moments ours holds what NanoVer's reader has then", arguments: 1...3)
  func moments(seed: Int) async throws {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = folder.path + "/session.nanover.zip"
    let peer = try PythonPeer(Self.script, arguments: [path, "\(seed)"])
    try await peer.run { seen in
      let seen = seen.array ?? []
      let recording = try Recording(path)
      #expect(recording.flaws == [] && recording.count == seen.count)
      try #require(seen.count == 300 && seen.allSatisfy { $0.array?.count == 3 })
      var (state, current) = (StateDictionary(), CurrentFrame())
      for (number, event) in seen.enumerated() {
        let (expected, message) = (event.array ?? [], try recording.message(number))
        #expect(message.time == .microseconds(expected.first?.int ?? -1))
        if let change = message.state { state.apply(change) }
        if let frame = message.frame { current.take(frame) }
        #expect(Self.object(state) == expected[1].object, "message \(number)")
        let theirs = expected[2].object ?? [:]
        #expect(Set(current.frame.keys) == Set(theirs.map(\.key)), "message \(number)")
        for field in theirs where field.key != "frame.index" {
          #expect(
            current.frame[FrameKey(field.key)] == field.value,
            "\(field.key), message \(number)"
          )
        }
      }
      let last = try recording.moment(at: recording.duration)
      #expect(last.state == state && last.frame == current.frame)
      for number in [0, 150, 299] {
        let time = try #require(seen[number].array?[0].int)
        // Of several that came at once all are seen.
        let end = recording.count(until: .microseconds(time)) - 1
        let seconds = Double(time) / 1e6
        #expect(try Self.dump("\(path)@\(seconds)") == seen[end].array?[1])
      }
      #expect(recording.duration == .microseconds(seen.last?.array?.first?.int ?? -1))
    }
  }
}
