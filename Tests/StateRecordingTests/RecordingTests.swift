import Foundation
import MessagePack
import SharedState
import StateRecording
import TestSupport
import Testing
import Trajectory

@Suite("A recording")
struct RecordingTests {
  private static let messages: [(Double, StateValue)] = [
    (0.5, ["state": ["updates": ["a": 1, "b": ["x": [1, 2]]], "removals": []]]),
    (0.5, ["frame": ["frame.index": 0, "particle.count": 2, "old": 1]]),
    (1.25, ["state": ["updates": ["a": 2], "removals": ["b"]], "frame": ["energy.kinetic": 1.5]]),
    (2, ["command": [["register": ["name": "x"]]]]),
    (3, ["frame": ["frame.index": 0, "particle.count": 3]]),
    (4, ["state": ["updates": ["c": .null], "removals": ["a"]]]),
  ]

  private struct Form {
    var packing = ZipBuilder.Form.stored
    var isLong = false
    var index = true
    var remark = ""
  }

  private static func packed() -> (messages: [UInt8], index: [UInt8]) {
    var (bytes, index): ([UInt8], [StateValue]) = ([], [])
    for (seconds, message) in messages {
      let packed = MessagePack.encode(message)
      let types = message.object?.map { StateValue.string($0.key) } ?? []
      index.append([
        "offset": .int(Int64(bytes.count)), "length": .int(Int64(packed.count)),
        "metadata": ["types": .array(types), "timestamp": .int(Int64(seconds * 1e6))],
      ])
      bytes += packed
    }
    return (bytes, MessagePack.encode(.array(index)))
  }

  private static func file(_ form: Form = Form()) -> [UInt8] {
    var builder = ZipBuilder()
    builder.isLong = form.isLong
    let (messages, index) = packed()
    builder.add("messages.msgpack", messages, form.packing)
    if form.index { builder.add("index.msgpack", index, form.packing) }
    return builder.finished(remark: form.remark)
  }

  private static func open(_ bytes: [UInt8], _ limits: Recording.Limits = .init()) throws
    -> Recording
  {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = folder.path + "/session.nanover.zip"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try Recording(path, limits: limits)
  }

  private static func expectWhole(_ recording: Recording) throws {
    #expect(recording.flaws == [] && recording.count == 6 && recording.duration == .seconds(4))
    let before = try recording.moment(at: .seconds(0.4))
    #expect(before.state.count == 0 && before.frame.isEmpty)
    let first = try recording.moment(at: .seconds(0.5))
    #expect(first.state == ["a": 1, "b": ["x": [1, 2]]])
    #expect(try first.frame.count(.particleCount) == 2)
    let second = try recording.moment(at: .seconds(2.9))
    #expect(second.state == ["a": 2] && second.frame[.kineticEnergy] == 1.5)
    #expect(second.frame[FrameKey("old")] == 1)
    let last = try recording.moment(at: recording.duration)
    #expect(last.state == ["c": .null])
    #expect(Set(last.frame.keys) == ["frame.index", "particle.count"])
  }

  @Test("What is known at each moment is what was said until then, however it is packed")
  func moments() throws {
    for packing in [ZipBuilder.Form.stored, .deflated] {
      for isLong in [false, true] {
        for remark in ["", "made by hand, PK\u{5}\u{6} and all"] {
          try Self.expectWhole(
            Self.open(Self.file(Form(packing: packing, isLong: isLong, remark: remark)))
          )
        }
      }
    }
  }

  @Test(
    "Without its index, or with one of another recording, it is read all the same, and that is said"
  )
  func noIndex() throws {
    var builder = ZipBuilder()
    builder.add("index.msgpack", MessagePack.encode([["offset": 0, "length": 1_000_000]]))
    builder.add("messages.msgpack", Self.packed().messages)
    for bytes in [Self.file(Form(index: false)), builder.finished()] {
      let recording = try Self.open(bytes)
      #expect(recording.count == 6 && recording.duration == .seconds(5) / 30)
      #expect(try recording.moment(at: recording.duration).state == ["c": .null])
      #expect(
        recording.flaws.map(\.description) == [
          "index.msgpack: it is not there, or not about these messages: when they came is not known, a thirtieth of a second apart is a guess"
        ]
      )
    }
  }

  @Test("Cut off anywhere, there is all that stands before, and what is wrong is said")
  func cut() throws {
    for form in [Form(), Form(packing: .deflated), Form(isLong: true)] {
      let whole = Self.file(form)
      var counts: Set<Int> = []
      for end in 0..<whole.count {
        do {
          let recording = try Self.open(Array(whole[..<end]))
          #expect(!recording.flaws.isEmpty)
          for number in 0..<recording.count { _ = try recording.message(number) }
          counts.insert(recording.count)
        } catch let error as RecordingError {
          #expect(!error.reason.isEmpty)
        }
      }
      // What is packed comes in larger pieces than messages.
      #expect(form.packing == .stored ? counts == Set(0...6) : counts.contains(6), "\(counts)")
    }
  }

  @Test(
    "A byte that was changed is an error that says where, or another message, and no trap",
    arguments: 0..<8
  )
  func changed(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for form in [Form(), Form(packing: .deflated), Form(isLong: true)] {
      let whole = Self.file(form)
      for _ in 0..<50 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
            in: 0...255,
            using: &generator
          )
        }
        do {
          let recording = try Self.open(bytes)
          for number in 0..<recording.count { _ = try? recording.message(number) }
          _ = try recording.moment(at: recording.duration)
        } catch let error as RecordingError {
          #expect(!error.part.isEmpty && !error.reason.isEmpty)
        }
      }
    }
  }

  @Test("What is none is said, and what unpacks to more than may be is cut there")
  func none() throws {
    #expect(throws: RecordingError.self) { try Recording("/nowhere/at/all.nanover.zip") }
    #expect(throws: RecordingError.self) { try Recording("/") }
    let error = #expect(throws: RecordingError.self) { try Self.open(Array("hello".utf8)) }
    #expect(error?.description == "session.nanover.zip, byte 0: this is no ZIP file")
    var builder = ZipBuilder()
    builder.add("other", [1, 2, 3])
    let other = #expect(throws: RecordingError.self) { try Self.open(builder.finished()) }
    #expect(other?.reason == "there is no messages.msgpack in it")
    var limits = Recording.Limits()
    limits.unpackedBytes = 100
    let bomb = try Self.open(Self.file(Form(packing: .deflated)), limits)
    #expect(
      bomb.count == 0 && bomb.flaws.contains { $0.reason == "unpacked it is more than 100 bytes" }
    )
  }
}
