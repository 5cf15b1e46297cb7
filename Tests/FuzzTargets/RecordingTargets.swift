@testable import StateRecording

extension FuzzTarget {
  static let recording = FuzzTarget(
    "recording",
    "a recorded session of either form, whole and damaged",
    words: [
      "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "PK\u{6}\u{6}", "PK\u{6}\u{7}",
      "messages.msgpack",
      "index.msgpack", "offset", "length", "metadata", "timestamp", "types", "state", "updates",
      "removals", "frame", "frame.index", "townhall", "townhall.whole", "whole", "mark.",
    ],
    executions: 1000
  ) { bytes in
    var limits = Recording.Limits()
    (limits.unpackedBytes, limits.indexBytes) = (1 << 20, 1 << 16)
    var said = words { () throws(RecordingError) in try Recording(file(of: bytes), limits: limits) }
    for contents in [[.updates], [.frames], [.updates, .frames]] as [[TimedRecords.Content]] {
      said += words { () throws(RecordingError) in
        try Recording(records(bytes, limits, contents))
      }
    }
    for words in said { try expectPlain(words) }
  }

  /// What is said of a recording that is opened and read.
  private static func words(_ open: () throws(RecordingError) -> Recording) -> [String] {
    do throws(RecordingError) {
      let recording = try open()
      for number in 0..<min(recording.count, 100) { _ = try? recording.message(number) }
      _ = try? recording.moment(at: recording.duration)
      _ = try? recording.marks()
      try play(recording)
      return recording.flaws.map(\.description)
    } catch {
      return [error.description]
    }
  }

  /// Goes about in a recording; wherever that leads, it is within it.
  private static func play(_ recording: Recording) throws(RecordingError) {
    var player = try RecordingPlayer(recording)
    player.longestPause = .seconds(1)
    for _ in 0..<20 {
      player.isRunning = true
      _ = try player.advance(by: .seconds(1))
      _ = try player.stepBack()
      _ = player.step()
      _ = player.takeTrouble()
    }
    _ = try player.seek(to: recording.duration / 2)
    _ = recording.stateCounts(in: 10)
  }

  /// The same bytes as files of records that belong together.
  private static func records(
    _ bytes: [UInt8],
    _ limits: Recording.Limits,
    _ contents: [TimedRecords.Content]
  ) throws(RecordingError) -> [TimedRecords] {
    var files: [TimedRecords] = []
    for content in contents {
      files.append(try TimedRecords(file(of: bytes), content, limits: limits))
    }
    return files
  }

  private static func file(of bytes: [UInt8]) throws(RecordingError) -> RecordedFile {
    try RecordedFile(name: "input") { write throws(RecordingError) in
      var trouble: RecordingError?
      bytes.withUnsafeBytes { bytes in
        do throws(RecordingError) { try write(bytes) } catch { trouble = error }
      }
      if let trouble { throw trouble }
    }
  }
}
