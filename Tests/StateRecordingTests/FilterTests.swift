import Foundation
import MessagePack
import SharedState
import TestSupport
import Testing
import Trajectory

@testable import StateRecording

@Suite("Parts and numbers of a recording")
struct FilterTests {
  private static let ada = "3fdabe86-cbbe-4a11-b7cb-c4a133c2d0f6"

  /// A session of two people, one of whom goes by a short id.
  private static func session(in folder: ScratchFolder) throws -> Recording {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = "\(folder.path)/s.nanover.zip"
    let writer = try RecordingWriter(path, begun: 1_000_000_000)
    writer.append(
      StateChange(updates: ["scene": ["scale": 1.5, "on": true], "old": 1]),
      nil,
      at: .zero
    )
    writer.append(
      StateChange(updates: [
        "avatar.\(ada)": ["name": "Ada", "components": [["position": [1, 2.5, -3]]]],
        "avatar.1": ["name": "Benedict"], "cursor.\(ada).left": [0, 0],
        "interaction.x": ["owner.id": .string(ada), "scale": 2],
        "note": "Ada met Benedict, not Benedicta; 1 of 1", "count": "1",
        "selection.\(ada).0": ["made.by": .string("user \(ada)!"), .init(ada): 7],
      ]),
      Frame(["frame.index": 0, "energy.kinetic": 1.25, "names": ["Ada"]]),
      at: .seconds(1)
    )
    try writer.append(
      packed: MessagePack.encode(["command": [["request": ["by": .string(ada)]]], "more": 1]),
      at: .seconds(2),
      others: ["note": .string("as \(ada) asked"), "take": 3]
    )
    writer.append(
      StateChange(updates: ["scene": ["scale": 2, "on": false]], removals: ["old"]),
      Frame(["energy.kinetic": 2.5]),
      at: .seconds(3)
    )
    writer.append(StateChange(updates: ["avatar.1": ["name": "Benny"]]), nil, at: .seconds(3))
    writer.append(StateChange(updates: ["mark.checkpoint": ["text": "in"]]), nil, at: .seconds(4))
    try writer.finish()
    return try Recording(path)
  }

  /// What an index says of its messages that no reader asks for; each stands at the one command.
  private static func notes(_ recording: Recording) throws -> [String] {
    var metadata = try recording.otherMetadata()
    return try (0..<recording.count).compactMap { number in
      let others = metadata.next()
      let message = try recording.message(number)
      guard let note = others["note"]?.string else { return nil }
      #expect(message.state == nil && message.frame == nil && others["take"] == 3)
      return note
    }
  }

  private static func filtered(
    _ recording: Recording,
    in folder: ScratchFolder,
    _ filter: RecordingFilter
  ) throws -> Recording {
    let path = "\(folder.path)/\(UUID().uuidString).nanover.zip"
    #expect(try recording.filter(by: filter, to: path) == Recording(path).count)
    return try Recording(path)
  }

  @Test("A filter that keeps all keeps the bytes, the times, and when it began")
  func all() throws {
    let folder = ScratchFolder()
    let recording = try Self.session(in: folder)
    let same = try Self.filtered(recording, in: folder, RecordingFilter())
    #expect(same.count == recording.count && same.begun == recording.begun && same.flaws == [])
    for number in 0..<same.count {
      #expect(same.time(of: number) == recording.time(of: number))
      let (ours, theirs) = (try same.message(number), try recording.message(number))
      #expect(ours.state == theirs.state && ours.frame == theirs.frame)
    }
    // What somebody else has put into the index stays, too, and is of its own message.
    #expect(try Self.notes(recording) == ["as \(Self.ada) asked"] && Self.notes(same).count == 1)
    #expect(try Self.notes(same) == Self.notes(recording))
    var later = RecordingFilter()
    later.begin = .milliseconds(1500)
    let part = try Self.filtered(recording, in: folder, later)
    #expect(try Self.notes(part) == Self.notes(recording))
    later.begin = .milliseconds(2500)
    #expect(try Self.notes(Self.filtered(recording, in: folder, later)) == [])
    #expect(try same.packed(2) == recording.packed(2))
  }

  @Test(
    "What is kept is what was asked for: keys, kinds, and a time that begins with all that was known"
  )
  func parts() throws {
    let folder = ScratchFolder()
    let recording = try Self.session(in: folder)
    var filter = RecordingFilter()
    filter.keeps = { $0.hasPrefix("scene") || $0 == "old" }
    (filter.begin, filter.end) = (.seconds(2), .seconds(3.5))
    let part = try Self.filtered(recording, in: folder, filter)
    #expect(part.count == 2 && part.duration == .seconds(1) && part.begun == 1_002_000_000)
    #expect(try part.moment(at: .zero).state == ["scene": ["scale": 1.5, "on": true], "old": 1])
    #expect(try part.moment(at: .seconds(1)).state == ["scene": ["scale": 2, "on": false]])
    #expect(try part.moment(at: .zero).frame[.kineticEnergy] == 1.25)
    filter = RecordingFilter()
    (filter.hasState, filter.hasFrames) = (false, false)
    let commands = try Self.filtered(recording, in: folder, filter)
    #expect(try commands.count == 1 && commands.packed(0) == recording.packed(2))
    (filter.hasFrames, filter.hasOthers) = (true, false)
    let frames = try Self.filtered(recording, in: folder, filter)
    #expect(try frames.count == 2 && frames.moment(at: .seconds(9)).frame[.kineticEnergy] == 2.5)
    #expect(try frames.moment(at: .seconds(9)).state.isEmpty)
  }

  @Test("Pseudonyms stand everywhere for one person, and nobody's name or id is left")
  func pseudonyms() throws {
    let folder = ScratchFolder()
    let recording = try Self.session(in: folder)
    let pseudonyms = try Pseudonyms(of: recording)
    let key = pseudonyms.key.object ?? [:]
    #expect(
      Set(key.map { $0.value["names"] }) == [["Ada"], ["Benedict", "Benny"]] && key.count == 2
    )
    let ada = try #require(key.first { $0.value["id"] == .string(Self.ada) }?.key)
    let ben = try #require(key.first { $0.value["id"] == "1" }?.key)
    let (adaName, benName) = (
      ada.replacing("person-", with: "Person "), ben.replacing("person-", with: "Person ")
    )
    var filter = RecordingFilter()
    filter.pseudonyms = pseudonyms
    let other = try Self.filtered(recording, in: folder, filter)
    let state = try other.moment(at: .seconds(1)).state
    #expect(state["avatar.\(ada)"]?["name"] == .string(adaName))
    #expect(state["avatar.\(ben)"]?["name"] == .string(benName))
    #expect(state["cursor.\(ada).left"] == [0, 0])
    #expect(state["interaction.x"] == ["owner.id": .string(ada), "scale": 2])
    #expect(state["selection.\(ada).0"] == ["made.by": .string("user \(ada)!"), .init(ada): 7])
    // A name of three letters is not looked for within a text, and a number is not a person.
    #expect(state["note"] == .string("Ada met \(benName), not Benedicta; 1 of 1"))
    #expect(state["count"] == .string(ben))
    let bytes = try (0..<other.count).flatMap { try other.packed($0) }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.contains(Self.ada) && text.contains(ada))
    #expect(try Self.notes(other) == ["as \(ada) asked"])
    #expect(try other.message(1).frame == recording.message(1).frame)
    #expect(try other.count == recording.count && other.marks() == recording.marks())
  }

  @Test(
    "A table has a column for each number, a row for each change of one, and nothing where nothing is known"
  )
  func table() throws {
    let folder = ScratchFolder()
    let recording = try Self.session(in: folder)
    let table = try NumberTable(
      of: recording,
      columns: [
        "avatar.*.components[0].position", "scene", "scene.scale", "scene.on",
        "frame.energy.kinetic", "none",
      ]
    )
    #expect(
      table.header == [
        "avatar.\(Self.ada).components[0].position[0]",
        "avatar.\(Self.ada).components[0].position[1]",
        "avatar.\(Self.ada).components[0].position[2]", "scene.scale", "scene.on",
        "frame.energy.kinetic",
      ]
    )
    var rows: [(Duration, [Double?])] = []
    try table.rows { rows.append(($0, $1)) }
    #expect(rows.map(\.0) == [.zero, .seconds(1), .seconds(3)])
    #expect(
      rows.map(\.1) == [
        [nil, nil, nil, 1.5, 1, nil], [1, 2.5, -3, 1.5, 1, 1.25], [1, 2.5, -3, 2, 0, 2.5],
      ]
    )
  }

  @Test("Marks are found with their times and texts, and those of the beginning are none of it")
  func marks() throws {
    let folder = ScratchFolder()
    let recording = try Self.session(in: folder)
    #expect(try recording.marks() == [Mark(time: .seconds(4), key: "mark.checkpoint", text: "in")])
    #expect(
      MarkEntry.text(of: "mark.a", "said") == "said" && MarkEntry.text(of: "mark.a", 3) == "a"
    )
  }

  @Test("Two recordings on one clock: one that begins later is compared from then on")
  func compared() throws {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    func write(_ name: String, _ values: [Int64]) throws -> Recording {
      let path = "\(folder.path)/\(name).nanover.zip"
      let recorder = try Recorder(path, state: ["a": .int(values[0])])
      for (second, value) in values.enumerated().dropFirst() {
        recorder.take(StateChange(updates: ["a": .int(value)]), nil, at: .seconds(second))
      }
      try recorder.finish(at: .seconds(values.count))
      return try Recording(path)
    }
    // The second begins three seconds after the first, and says the same but for one second.
    let first = try write("first", [0, 1, 2, 3, 4, 5, 6, 7])
    let second = try write("second", [3, 4, 9, 6, 7])
    func differences(_ shift: Duration) throws -> ([RecordedDifference], ClosedRange<Duration>?) {
      var all: [RecordedDifference] = []
      let span = try first.compare(with: second, shiftedBy: shift) { all.append($0) }
      return (all, span)
    }
    let (found, span) = try differences(.seconds(3))
    #expect(span == .seconds(3) ... .seconds(7))
    #expect(found.map(\.from) == [.seconds(5)] && found.map(\.to) == [.seconds(6)])
    let (apart, _) = try differences(.zero)
    #expect(apart.map(\.to) == [nil] && apart.map(\.from) == [.zero])
    #expect(try differences(.seconds(8)).1 == nil && differences(.seconds(-5)).1 == nil)
    var keys: [String] = []
    _ = try first.compare(with: second, shiftedBy: .zero, where: { $0 != "a" }) {
      keys.append($0.key)
    }
    #expect(keys.isEmpty)
  }
}
