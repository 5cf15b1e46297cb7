import ConcurrencySupport
import Foundation
import SharedState
import StateRecording
import StateSync
import TestSupport
import Testing
import TownhallKit
import Trajectory

@testable import TownhallApp

@Suite(
  "Recordings that we have written, as NanoVer reads and plays them",
  .serialized,
  .timeLimit(.minutes(5)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct RecorderPeerTests {
  /// Answers what NanoVer's reader makes of recordings, message by message; then plays each on NanoVer's server, until it is told
  /// to end.
  private static let script = #"""
    import base64, os, sys, zipfile
    import msgpack
    from nanover.app import NanoverImdApplication
    from nanover.recording import PlaybackSimulation
    from nanover.recording.reading import NanoverRecordingReader
    from nanover.utilities.packing import fallback_encoder
    from nanover.websocket.server import WebSocketServer


    def say(value):
        print(base64.b64encode(msgpack.packb(value, default=fallback_encoder)).decode(), flush=True)


    def seekable(path):
        # Python 3.12.1 and 3.13.0 lose their way in a stored ZIP when they are asked to go back in it.
        with zipfile.ZipFile(path) as stored, zipfile.ZipFile(path + ".zip", "w", zipfile.ZIP_DEFLATED) as packed:
            assert stored.testzip() is None
            assert all(entry.compress_type == zipfile.ZIP_STORED for entry in stored.infolist())
            for name in stored.namelist():
                packed.writestr(name, stored.read(name))
        return path + ".zip"


    paths = [seekable(path) for path in sys.argv[1:]]
    seen = []
    for path in paths:
        with NanoverRecordingReader.from_path(path) as reader:
            seen.append([
                [entry.metadata["timestamp"], entry.metadata["types"], reader.get_message_from_entry(entry)]
                for entry in reader
            ])
    say(seen)
    for path in paths:
        sys.stdin.readline()
        app = NanoverImdApplication.null_server()
        server = WebSocketServer(app).serve(host="127.0.0.1", port=0)
        simulation = PlaybackSimulation.from_path(path=path)
        simulation.load()
        simulation.reset(app)
        for _ in simulation.entries:
            simulation.advance_to_next_entry()
        say(server.socket.getsockname()[1])
    sys.stdin.readline()
    os._exit(0)
    """#

  private static func object(_ state: StateDictionary) -> StateObject {
    StateObject(state.keys.compactMap { key in state[key].map { (key, $0) } })
  }

  /// What our reader makes of a message, as it stands on the wire.
  private static func object(_ message: Recording.Message) -> StateObject {
    var object = StateObject()
    if let frame = message.frame {
      object["frame"] = .object(
        StateObject(frame.keys.compactMap { key in frame[FrameKey(key)].map { (key, $0) } })
      )
    }
    if let change = message.state {
      object["state"] = [
        "updates": .object(StateObject(change.updates.map { ($0.key, $0.value.value) })),
        "removals": .array(change.removals.map { .string($0) }),
      ]
    }
    return object
  }

  @Test(
    "Message by message it is the same there, and what NanoVer plays arrives equal; each part by itself"
  )
  func recorded() async throws {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let server = try await SharedStateServer.start(port: 0)
    let living = Task { await SimulatedUsers.live(in: server, seed: 3) }
    let frames = FrameInbox()
    let follower = server.frames.fill(frames)
    var recorder = SessionRecorder(path: "\(folder.path)/s.nanover.zip")
    recorder.options.partBytes = 150_000
    let stands = Locked(SessionRecorder.Progress(path: ""))
    let recording = Task { [recorder] in
      try await recorder.record(server.endpoint, hearing: frames) { progress in
        stands.withLock { $0 = progress }
      }
    }
    // RECORDED_SECONDS=60 records for longer.
    let seconds = ProcessInfo.processInfo.environment["RECORDED_SECONDS"].flatMap { Double($0) }
    if let seconds { try await Task.sleep(for: .seconds(seconds)) }
    try await eventually("much is recorded") {
      stands.withLock { $0.messageCount > 250 && $0.path.contains("s-") }
    }
    living.cancel()
    await living.value
    await server.close()
    let progress = try await recording.value
    _ = follower
    let parts = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .sorted { $0.count == $1.count ? $0 < $1 : $0.count < $1.count }
      .map { "\(folder.path)/\($0)" }
    #expect(parts.count > 1 && progress.trouble == nil)
    let patience = Duration.seconds(40 + 10 * (seconds ?? 0))
    let peer = try PythonPeer(Self.script, arguments: parts, patience: patience)
    try await peer.run { seen in
      let seen = seen.array ?? []
      #expect(seen.count == parts.count)
      var count = 0
      for (part, theirs) in zip(parts, seen) {
        let ours = try Recording(part)
        let messages = theirs.array ?? []
        #expect(ours.flaws == [] && ours.count == messages.count)
        count += ours.count
        for (number, entry) in messages.enumerated() {
          let (message, theirs) = (try ours.message(number), entry.array ?? [])
          try #require(theirs.count == 3)
          #expect(theirs[0].int == Int64(message.time / .microseconds(1)))
          let object = Self.object(message)
          #expect(theirs[2].object == object, "\(part), message \(number)")
          #expect(theirs[1].array?.count == object.count)
        }
      }
      #expect(count == progress.messageCount && count > 250)
      for part in parts { try await Self.expectPlayed(part, on: peer.call("next").int ?? 0) }
    }
  }

  /// Joins a server of NanoVer's that has played a recording to its end.
  private static func expectPlayed(_ part: String, on port: Int64) async throws {
    let recording = try Recording(part)
    let moment = try recording.moment(at: recording.duration)
    var address = try ServerAddress("ws://127.0.0.1:\(port)")
    let inbox = FrameInbox()
    address.frames = inbox
    let client = try await SharedStateClient.connect(
      through: address.transport(),
      patience: .seconds(20)
    )
    try await eventually("the frame comes") { inbox.count > 0 }
    let state = client.endpoint.state
    #expect(
      Set(state.keys).subtracting(ownHouses) == Set(moment.state.keys).subtracting(ownHouses),
      "\(part)"
    )
    for key in moment.state.keys { #expect(state[key] == moment.state[key], "\(part), \(key)") }
    let theirs = inbox.take() ?? Frame()
    for key in moment.frame.keys where !ownKeys.contains(key) {
      #expect(theirs[FrameKey(key)] == moment.frame[FrameKey(key)], "\(part), \(key)")
    }
    await client.close()
  }

  /// What whoever plays says of itself.
  private static let ownKeys = ["frame.index", "system.simulation.name", "server.timestamp"]
  /// What NanoVer's server of today puts up itself.
  private static let ownHouses: Set = ["transform.simulation"]
}
