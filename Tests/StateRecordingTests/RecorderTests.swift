import Foundation
import Glibc
import SharedState
import Synchronization
import TestSupport
import Testing
import Trajectory

@testable import StateRecording

@Suite("A recorder")
struct RecorderTests {
  private typealias Step = (time: Duration, change: StateChange?, frame: Frame?)

  /// What happens in a town by chance: a molecule that is loaded now and then, values that come, change and go.
  private static func session(seed: UInt64, steps: Int = 120) -> [Step] {
    var generator = SeededGenerator(seed: seed)
    var microseconds: Int64 = 0
    return (0..<steps).map { number in
      microseconds += .random(in: 0...40_000, using: &generator)
      var change = StateChange()
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let key = "house.\(Int.random(in: 0..<12, using: &generator))"
        if Bool.random(using: &generator) {
          change.update(key, to: [.int(Int64(number)), .double(0.5), .null, "text"])
        } else {
          change.remove(key)
        }
      }
      var values: [String: StateValue] = ["energy.kinetic": .double(Double(number))]
      if number % 50 == 0 {
        values.merge(["frame.index": 0, "particle.count": .int(Int64(number))]) { $1 }
      }
      let frame = number % 3 == 0 ? Frame(values) : Frame?.none
      return (.microseconds(microseconds), change.isEmpty && frame != nil ? nil : change, frame)
    }
  }

  private static func moment(after steps: ArraySlice<Step>) -> (StateDictionary, Set<String>, Frame)
  {
    var (state, current) = (StateDictionary(), CurrentFrame())
    for step in steps {
      if let change = step.change { state.apply(change) }
      if let frame = step.frame { current.take(frame) }
    }
    return (state, Set(current.frame.keys), current.frame)
  }

  private static func folder() throws -> ScratchFolder {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    return folder
  }

  private static func parts(in folder: ScratchFolder) throws -> [String] {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (1...max(files.count, 1)).map { PartNames("\(folder.path)/s.nanover.zip")[$0] }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  @Test("What was recorded is what is read: each moment, in one file or in many", arguments: 0..<6)
  func roundTrip(seed: UInt64) throws {
    let folder = try Self.folder()
    let steps = Self.session(seed: seed)
    var options = Recorder.Options()
    options.wholeBytes = seed.isMultiple(of: 2) ? 500 : 1 << 20
    options.wholeMessages = 17
    options.partBytes = seed % 3 == 0 ? nil : 3000
    let recorder = try Recorder("\(folder.path)/s.nanover.zip", state: [:], options: options)
    for (number, step) in steps.enumerated() {
      recorder.take(step.change, step.frame, at: step.time)
      if number % 10 == 0 { #expect(recorder.keep(at: step.time) == nil) }
    }
    try recorder.finish(at: steps.last?.time ?? .zero)
    #expect(recorder.takeNotices() == [])
    let parts = try Self.parts(in: folder)
    #expect(parts.count == recorder.partCount && (seed % 3 == 0) == (parts.count == 1))
    var recordings: [(begun: Duration, Recording)] = []
    for part in parts {
      let recording = try Recording(part)
      #expect(recording.flaws == [])
      let first = recordings.first?.1.begun ?? recording.begun ?? 0
      recordings.append((.microseconds((recording.begun ?? 0) - first), recording))
    }
    #expect(recordings.reduce(0) { $0 + $1.1.count } == recorder.messageCount)
    for number in steps.indices {
      let time = steps[number].time
      // What comes at the same time is known at once.
      let end = steps.lastIndex { $0.time <= time } ?? number
      let (state, names, frame) = Self.moment(after: steps[...end])
      let (begun, recording) = try #require(recordings.last { $0.begun <= time })
      let moment = try recording.moment(at: time - begun)
      #expect(moment.state == state, "\(number)")
      #expect(
        Set(moment.frame.keys) == names && moment.frame[.kineticEnergy] == frame[.kineticEnergy]
      )
    }
  }

  @Test(
    "Killed at any byte, whole messages and their times are there, before its end was written and after"
  )
  func cutAnywhere() throws {
    let folder = try Self.folder()
    let steps = Self.session(seed: 3, steps: 24)
    var options = Recorder.Options()
    (options.wholeBytes, options.wholeMessages) = (1, 5)
    let path = "\(folder.path)/s.nanover.zip"
    let recorder = try Recorder(path, state: ["a": 1], options: options)
    for step in steps { recorder.take(step.change, step.frame, at: step.time) }
    #expect(recorder.keep(at: .seconds(1)) == nil)
    let open = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    try recorder.finish(at: .seconds(1))
    #expect(recorder.byteCount > 1000, "it is told how large it is, also once it has ended")
    let finished = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    // Killed within the end: the end is there, and the header does not know of it.
    let between = Array(open.prefix(64)) + finished.dropFirst(64)
    let whole = try Recording(path)
    #expect(whole.count == steps.count + 1 && whole.flaws == [])
    for bytes in [open, between] {
      for end in (100..<bytes.count).reversed() where end > bytes.count - 300 || end % 5 == 0 {
        let file = "\(folder.path)/cut.nanover.zip"
        try Data(bytes[..<end]).write(to: URL(fileURLWithPath: file))
        let recording = try Recording(file)
        #expect(recording.begun == whole.begun && !recording.flaws.isEmpty)
        guard recording.count > 0 else { continue }
        #expect(recording.count <= whole.count)
        for number in [0, recording.count - 1] {
          #expect(recording.time(of: number) == whole.time(of: number))
        }
        let (ours, theirs) = (
          try recording.moment(at: recording.duration), try whole.moment(at: recording.duration)
        )
        // Of what came at one time a part may be missing.
        if recording.count == whole.count(until: recording.duration) {
          #expect(ours.state == theirs.state, "\(end)")
        }
      }
      if bytes == open {
        let file = "\(folder.path)/open.nanover.zip"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        #expect(try Recording(file).count == whole.count)
      }
    }
  }

  /// A disk of which some calls fail.
  private final class FailingDisk: Sendable {
    let calls = Mutex(0)
    private let failing: Range<Int>

    init(failing: Range<Int>) { self.failing = failing }

    private var fails: Bool {
      calls.withLock { calls in
        defer { calls += 1 }
        return failing.contains(calls)
      }
    }

    var system: WritingSystem {
      let real = WritingSystem()
      var system = real
      system.open = { path in
        guard self.fails else { return real.open(path) }
        errno = EROFS
        return -1
      }
      system.write = { file, bytes, place in
        guard self.fails else { return real.write(file, bytes, place) }
        // Some of it is there all the same.
        _ = real.write(file, UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]), place)
        errno = ENOSPC
        return -1
      }
      // To wait for a real disk thousands of times would show nothing more.
      system.sync = { _ in
        guard self.fails else { return 0 }
        errno = EIO
        return -1
      }
      return system
    }
  }

  /// Records a session on a disk, and looks after each step that was kept whether it is there.
  ///
  /// - Returns: How often the disk was called, or nil if the recording could not even begin.
  private static func record(on disk: FailingDisk, lasting: Bool) throws -> Int? {
    let folder = try folder()
    let steps = session(seed: 11, steps: 40)
    var options = Recorder.Options()
    (options.wholeBytes, options.partBytes) = (400, 1500)
    let path = "\(folder.path)/s.nanover.zip"
    let recorder: Recorder
    do throws(RecordingError) {
      recorder = try Recorder(
        path,
        state: [:],
        frame: Frame(),
        options: options,
        system: disk.system
      )
    } catch {
      #expect(!FileManager.default.fileExists(atPath: path))
      return nil
    }
    var kept = 0
    for (number, step) in steps.enumerated() {
      // Later, so that another file is tried for again, too.
      let time = step.time * 10
      recorder.take(step.change, step.frame, at: time)
      if number % 4 == 3, recorder.keep(at: time) == nil { kept = number + 1 }
      if kept == number + 1 || number == steps.count - 1 {
        let last = try Recording(recorder.path)
        let (state, names, _) = moment(after: steps[..<kept])
        let moment = try last.moment(at: last.duration)
        if kept == number + 1 {
          #expect(moment.state == state && Set(moment.frame.keys) == names, "\(number)")
        }
      }
    }
    let end = (steps.last?.time ?? .zero) * 10 + .seconds(1)
    do throws(RecordingError) {
      try recorder.finish(at: end)
    } catch {
      guard !lasting else { return disk.calls.withLock { $0 } }
      // There is room again.
      try recorder.finish(at: end)
    }
    let last = try Recording(recorder.path)
    #expect(last.flaws == [])
    let (state, names, _) = moment(after: steps[...])
    let moment = try last.moment(at: last.duration)
    #expect(moment.state == state && Set(moment.frame.keys) == names)
    for part in try parts(in: folder) {
      let recording = try Recording(part)
      for number in 0..<recording.count { _ = try recording.message(number) }
    }
    return disk.calls.withLock { $0 }
  }

  @Test(
    "A call of the system that fails, whichever it is, costs nothing of what was kept, and nothing of the end"
  )
  func failures() throws {
    let calls = try #require(try Self.record(on: FailingDisk(failing: 0..<0), lasting: false))
    #expect(calls > 40)
    for number in 0..<calls {
      for length in [1, 7] {
        _ = try Self.record(on: FailingDisk(failing: number..<number + length), lasting: length > 1)
      }
      _ = try Self.record(on: FailingDisk(failing: number..<Int.max), lasting: true)
    }
  }

  @Test("A file that is removed, or whose folder is, is begun again as soon as it can be")
  func removed() throws {
    let folder = try Self.folder()
    let inner = folder.path + "/inner"
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    let path = inner + "/s.nanover.zip"
    let recorder = try Recorder(path, state: ["a": 1])
    recorder.take(StateChange(updates: ["b": 2]), at: .seconds(1))
    #expect(recorder.keep(at: .seconds(1)) == nil)
    try FileManager.default.removeItem(atPath: inner)
    recorder.take(StateChange(updates: ["c": 3], removals: ["a"]), at: .seconds(2))
    let trouble = try #require(recorder.keep(at: .seconds(2)))
    #expect(trouble.description == "s.nanover.zip: No such file or directory")
    #expect(recorder.takeNotices() == ["\(path) was removed while it was written"])
    recorder.take(StateChange(updates: ["d": 4]), at: .seconds(3))
    #expect(recorder.keep(at: .seconds(3)) != nil)
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    #expect(recorder.keep(at: .seconds(4)) == nil)
    recorder.take(StateChange(updates: ["e": 5]), at: .seconds(5))
    try recorder.finish(at: .seconds(5))
    let recording = try Recording(path)
    #expect(try recording.moment(at: .zero).state == ["b": 2, "c": 3, "d": 4])
    #expect(try recording.moment(at: .seconds(1)).state == ["b": 2, "c": 3, "d": 4, "e": 5])
    // Another file of that name is nobody's to write on.
    #expect(throws: RecordingError.self) { try Recorder(path, state: [:]) }
  }

  @Test("A repair makes a whole recording of what can be read, beside the other")
  func repair() throws {
    let folder = try Self.folder()
    let path = "\(folder.path)/s.nanover.zip"
    let recorder = try Recorder(path, state: ["a": 1])
    recorder.take(StateChange(updates: ["b": 2]), Frame(["frame.index": 0]), at: .seconds(1))
    recorder.take(StateChange(updates: ["c": 3]), at: .seconds(2.5))
    #expect(recorder.keep(at: .seconds(3)) == nil)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    try (before + [0x81, 0xa5]).write(to: URL(fileURLWithPath: path))
    let repaired = try Recording.repair(path)
    #expect(repaired.path == "\(folder.path)/s-repaired.nanover.zip" && repaired.messageCount == 3)
    #expect(!repaired.flaws.isEmpty)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before + [0x81, 0xa5])
    let (old, new) = (try Recording(path), try Recording(repaired.path))
    #expect(new.flaws == [] && new.begun == old.begun && new.duration == .seconds(2.5))
    for number in 0..<3 {
      #expect(new.time(of: number) == old.time(of: number))
      #expect(try new.packed(number) == old.packed(number))
    }
    #expect(throws: RecordingError.self) { try Recording.repair(path) }
  }
}
