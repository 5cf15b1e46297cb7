import Foundation
import SharedState
import StateRecording
import TestSupport
import Testing
import Trajectory

@Suite("A recording of the older form")
struct OlderRecordingTests {
  private typealias Build = RecordBuilder

  private static let updates: [Build.Record] = [
    (500_000, Build.update(["a": 1, "b": ["x": [1, 2]]])),
    (
      1_250_000, Build.update(["a": 2, "b": .null, "text": "of some length, so that it is packed"])
    ),
    (4_000_000, Build.update(["a": .null, "text": .null, "c": true])),
  ]

  private static let data: [(UInt64, index: UInt64, data: [UInt8])] = [
    (
      500_000, 0,
      Build.data(
        ["particle.count": 2, "old": 1],
        floats: ["particle.positions": [0, 0.5, 1, 2, 3, -4]],
        indices: ["particle.elements": [8, 1], "bond.pairs": [0, 300]],
        texts: ["particle.names": ["O", "H"]]
      )
    ),
    (1_250_000, 17, Build.data(["energy.kinetic": 1.5])),
    (3_000_000, 0, Build.data(["particle.count": 3])),
  ]

  private static func files(hasHeader: Bool = true) -> [String: [UInt8]] {
    let frames = data.map { ($0.0, hasHeader ? Build.frame($0.index, $0.data) : $0.data) }
    return [
      "state": Build.file(updates, hasHeader: hasHeader),
      "traj": Build.file(frames, hasHeader: hasHeader),
    ]
  }

  private static func open(
    _ files: [String: [UInt8]],
    by ending: String = "state",
    _ limits: Recording.Limits = .init()
  ) throws -> Recording {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    for (ending, bytes) in files {
      let path = "\(folder.path)/session.\(ending)"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
    return try Recording("\(folder.path)/session.\(ending)", limits: limits)
  }

  private static func refusal(_ bytes: [UInt8], by ending: String = "state") -> String? {
    let error = #expect(throws: RecordingError.self) { try open([ending: bytes], by: ending) }
    return error?.description
  }

  // MARK: What is there

  private static func expectStates(of recording: Recording) throws {
    #expect(try recording.moment(at: .seconds(0.4)).state.count == 0)
    #expect(try recording.moment(at: .seconds(0.5)).state == ["a": 1.0, "b": ["x": [1.0, 2.0]]])
    let middle = try recording.moment(at: .seconds(3.9)).state
    #expect(middle == ["a": 2.0, "text": "of some length, so that it is packed"])
    #expect(try recording.moment(at: .seconds(4)).state == ["c": true])
  }

  private static func expectFrames(of recording: Recording, numbered: Bool) throws {
    #expect(try recording.moment(at: .seconds(0.4)).frame.isEmpty)
    let first = try recording.moment(at: .seconds(0.5)).frame
    #expect(try first.vectors(.particlePositions) == [[0, 0.5, 1], [2, 3, -4]])
    #expect(try first.indices(.bondPairs) == [0, 300])
    #expect(try first.bytes(.particleElements) == [8, 1])
    #expect(first[.particleNames] == ["O", "H"] && first[.particleCount] == 2.0)
    #expect(first[.frameIndex] == (numbered ? 0 : nil))
    let count = recording.count(until: .seconds(2))
    try #require(count > 0)
    let middle = try recording.message(count - 1).frame
    #expect(
      middle
        == Frame(numbered ? ["energy.kinetic": 1.5, "frame.index": 17] : ["energy.kinetic": 1.5])
    )
    let last = try recording.moment(at: recording.duration).frame
    #expect(last[.particleCount] == 3.0)
    // Without numbers nobody can tell that a new simulation has begun.
    #expect((last[FrameKey("old")] == nil) == numbered)
  }

  @Test(
    "Both files together are one session, by whichever it is opened, and in both versions",
    arguments: [true, false],
    ["state", "traj"]
  )
  func together(hasHeader: Bool, ending: String) throws {
    let recording = try Self.open(Self.files(hasHeader: hasHeader), by: ending)
    try #require(recording.count == 6)
    #expect(recording.flaws == [] && recording.duration == .seconds(4))
    try Self.expectStates(of: recording)
    try Self.expectFrames(of: recording, numbered: hasHeader)
    let messages = try (0..<6).map { try recording.message($0) }
    #expect(messages.map { $0.state != nil } == [true, false, true, false, false, true])
    #expect(messages.allSatisfy { ($0.state == nil) != ($0.frame == nil) })
    #expect(messages.map { $0.time / .seconds(1) } == [0.5, 0.5, 1.25, 1.25, 3, 4])
  }

  @Test("One of them alone is enough, in both versions", arguments: [true, false])
  func alone(hasHeader: Bool) throws {
    let files = Self.files(hasHeader: hasHeader)
    let states = try Self.open(files.filter { $0.key == "state" })
    #expect(states.flaws == [] && states.count == 3 && states.duration == .seconds(4))
    try Self.expectStates(of: states)
    #expect(try states.moment(at: states.duration).frame.isEmpty)
    let frames = try Self.open(files.filter { $0.key == "traj" }, by: "traj")
    #expect(frames.flaws == [] && frames.count == 3 && frames.duration == .seconds(3))
    try Self.expectFrames(of: frames, numbered: hasHeader)
  }

  @Test("Values stay packed until somebody looks, and are what they were")
  func packed() throws {
    let recording = try Self.open(Self.files())
    try #require(recording.count == 6)
    let change = try recording.message(0).state
    #expect(change?.updates["b"]?.packed != nil && change?.updates["a"]?.packed == nil)
    #expect(change?.updates["b"]?.value == ["x": [1.0, 2.0]])
  }

  @Test("A header alone is a recording in which nothing happened")
  func empty() throws {
    let recording = try Self.open(["state": Build.file([])])
    #expect(recording.flaws == [] && recording.count == 0 && recording.duration == .zero)
  }

  // MARK: What is damaged

  /// Where each record of a file ends, and its beginning.
  private static func ends(_ lengths: [Int], hasHeader: Bool) -> [Int] {
    lengths.reduce(into: [hasHeader ? 16 : 0]) { $0.append(($0.last ?? 0) + 24 + $1) }
  }

  @Test(
    "Cut off anywhere, there is all that stands before; that a record is cut off is said",
    arguments: [true, false]
  )
  func cut(hasHeader: Bool) throws {
    let files = Self.files(hasHeader: hasHeader)
    let whole = try #require(files["state"])
    let ends = Self.ends(Self.updates.map(\.message.count), hasHeader: hasHeader)
    #expect(ends.last == whole.count)
    for length in 0...whole.count {
      let (count, rest) = (
        ends.count { $0 <= length } - 1, length - (ends.last { $0 <= length } ?? 0)
      )
      let bytes = Array(whole[..<length])
      // Without a header the first record is what it is known by.
      guard length >= 16, hasHeader || count > 0 else {
        #expect(Self.refusal(bytes)?.hasPrefix("session.state, byte ") == true, "\(length)")
        continue
      }
      let alone = try Self.open(["state": bytes])
      #expect(alone.count == count, "\(length)")
      #expect(alone.flaws.count == (rest >= 24 ? 1 : 0), "\(length): \(alone.flaws)")
      #expect(alone.flaws.allSatisfy { $0.offset == length - rest }, "\(length)")
      for number in 0..<count { _ = try alone.message(number) }
      let both = try Self.open(["state": bytes, "traj": files["traj"] ?? []], by: "traj")
      #expect(both.count == count + 3 && both.flaws == alone.flaws)
    }
  }

  @Test("A file that is no recording spoils nothing of the one it belongs to")
  func partner() throws {
    var files = Self.files()
    files["traj"] = Array("this is a list of places to travel to".utf8)
    let recording = try Self.open(files)
    #expect(recording.count == 3 && recording.flaws.map(\.part) == ["session.traj"])
    #expect(throws: RecordingError.self) { try Self.open(files, by: "traj") }
  }

  @Test("Where a message is malformed, and in which file, is said by whoever reads it")
  func malformed() throws {
    var files = Self.files()
    // The head of the first entry of its data.
    let place = 16 + 24 + Build.frame(0, Self.data[0].data).count + 24 + 4
    files["traj"]?[place] = 0x0f
    let recording = try Self.open(files)
    try #require(recording.count == 6)
    #expect(recording.flaws == [])
    let error = #expect(throws: RecordingError.self) { try recording.message(3) }
    #expect(error?.description == "session.traj, byte \(place): no field begins with 15")
    #expect(throws: RecordingError.self) { try recording.moment(at: .seconds(2)) }
    for number in [0, 1, 2, 4, 5] { _ = try recording.message(number) }
    #expect(try recording.moment(at: .seconds(1)).state["a"] == 1.0)
  }

  @Test(
    "A byte that was changed is an error that says where, or another message, and no trap",
    arguments: 0..<8
  )
  func changed(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for hasHeader in [true, false] {
      for _ in 0..<100 {
        var files = Self.files(hasHeader: hasHeader)
        for ending in ["state", "traj"] {
          for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let place = Int.random(in: 0..<(files[ending]?.count ?? 1), using: &generator)
            files[ending]?[place] = .random(in: 0...255, using: &generator)
          }
        }
        do {
          let recording = try Self.open(files)
          for number in 0..<recording.count { _ = try? recording.message(number) }
          _ = try recording.moment(at: recording.duration)
        } catch let error as RecordingError {
          #expect(!error.part.isEmpty && !error.reason.isEmpty)
        }
      }
    }
  }

  @Test("A record that cannot be one ends what is read, and is said")
  func impossible() throws {
    let first = Self.updates[0]
    let place = 16 + 24 + first.message.count
    let odd: [([UInt8], String)] = [
      (Build.head(499_999, 0), "this record has an earlier time than the one before it"),
      (
        Build.head(600_000, beyond: 1, 0),
        "no session is so long that a record could have this time"
      ),
      (Build.head(1 << 63, 0), "no session is so long that a record could have this time"),
      (Build.head(600_000, .max), "this record has \(UInt64.max) bytes, of which 5 are there"),
      (
        Build.head(600_000, 1 << 63),
        "this record has \(UInt64(1) << 63) bytes, of which 5 are there"
      ),
    ]
    for (head, reason) in odd {
      let bytes = Build.file([first]) + head + [1, 2, 3, 4, 5]
      let recording = try Self.open(["state": bytes])
      #expect(recording.count == 1 && recording.duration == .seconds(0.5))
      #expect(recording.flaws.map(\.description) == ["session.state, byte \(place): \(reason)"])
      _ = try recording.moment(at: recording.duration)
    }
    // A time may be as long as the file says, as long as it can be counted in.
    let long = Build.file([(UInt64(Int64.max), first.message)])
    #expect(try Self.open(["state": long]).duration == .microseconds(Int64.max))
  }

  @Test("Nothing is read of a message that is longer than any, and of more records than may be")
  func bounds() throws {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = folder.path + "/session.state"
    try Data(Build.file([Self.updates[0]]) + Build.head(600_000, 1 << 40)).write(
      to: URL(fileURLWithPath: path)
    )
    // A file with a hole, which takes no room.
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.truncate(atOffset: 1 << 41)
    try handle.close()
    let recording = try Recording(path)
    #expect(
      recording.count == 1 && recording.flaws.map(\.reason) == ["no message has \(1 << 40) bytes"]
    )
    var limits = Recording.Limits()
    limits.indexBytes = 64
    let few = try Self.open(Self.files(), by: "traj", limits)
    #expect(
      few.count == 4
        && few.flaws.map(\.reason) == Array(repeating: "there are more than 2 records", count: 2)
    )
  }

  @Test("What is no recording is refused, with what is wrong and where")
  func none() throws {
    let first = Self.updates[0]
    let fallen = Build.file([first, (499_999, first.message)], hasHeader: false)
    #expect(
      Self.refusal(fallen)
        == "session.state, byte \(24 + first.message.count): this is no recording: it has no header, "
        + "and this record has an earlier time than the one before it"
    )
    let text = Self.refusal(Array("Dear diary, what a day it was in the lab!".utf8))
    #expect(text?.hasSuffix("no session is so long that a record could have this time") == true)
    #expect(
      Self.refusal(Build.file([(1, [0x0a, 9, 1])], hasHeader: false))?
        .hasSuffix("the data ends before the field that begins here does") == true
    )
    for bytes in [[], [1], [UInt8](repeating: 0, count: 100)] {
      #expect(Self.refusal(bytes)?.hasSuffix("nothing stands in its first record") == true)
    }
    var newer = Build.file([first])
    newer[8] = 3
    #expect(Self.refusal(newer) == "session.state, byte 8: it is of version 3, which nobody knows")
    #expect(
      Self.refusal(Array(newer[..<9])) == "session.state, byte 8: it is cut off in its header"
    )
    #expect(throws: RecordingError.self) { try Recording("/nowhere/at/all.traj") }
  }
}
