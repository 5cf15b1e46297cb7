@testable import StateRecording

extension FuzzTarget {
  static let recording = FuzzTarget(
    "recording",
    "a recorded session, whole and damaged",
    words: [
      "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "PK\u{6}\u{6}", "PK\u{6}\u{7}",
      "messages.msgpack",
      "index.msgpack", "offset", "length", "metadata", "timestamp", "types", "state", "updates",
      "removals", "frame", "frame.index",
    ],
    executions: 1000
  ) { bytes in
    var limits = Recording.Limits()
    (limits.unpackedBytes, limits.indexBytes) = (1 << 20, 1 << 16)
    let words: [String]
    do throws(RecordingError) {
      let recording = try Recording(file(of: bytes), limits: limits)
      for number in 0..<min(recording.count, 100) { _ = try? recording.message(number) }
      _ = try? recording.moment(at: recording.duration)
      words = recording.flaws.map(\.description)
    } catch {
      words = [error.description]
    }
    for words in words { try expectPlain(words) }
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
