@testable import MessagePack
import SharedState

extension FuzzTarget {
  static let messagePack = FuzzTarget(
    "messagepack",
    "MessagePack, read, skipped, kept packed and written again",
    executions: 4000
  ) { bytes in
    let read = reading(bytes) { (reader, bytes) throws(MessagePackError) in
      try reader.readValue(in: bytes)
    }
    let skipped = reading(bytes) { (reader, bytes) throws(MessagePackError) in
      try reader.skipValue(in: bytes)
    }
    switch (read, skipped) {
    case (.success(let value), .success(let range)):
      try expect(value.end == range.end, "what is skipped ends elsewhere than what is read")
      try expectStable(value.result, from: Array(bytes[..<value.end]))
    case (.failure(let error), .failure(let other)):
      try expect(error == other, "reading says \(error), and skipping \(other)")
      try expectPlace(error.offset, of: bytes.count, words: error.description)
    case (.success, .failure(let error)): throw Finding("read, and not skipped: \(error)")
    case (.failure(let error), .success): throw Finding("skipped, and not read: \(error)")
    }
  }

  /// Sees that a value that was read is the same when it is written and read again, and when it is kept as it came.
  private static func expectStable(_ value: StateValue, from bytes: [UInt8]) throws {
    let written = MessagePack.encode(value)
    try expect(written.count <= bytes.count * 9 + 9, "\(bytes.count) bytes become \(written.count)")
    try expect(try MessagePack.decode(written) == value, "another value comes back: \(value)")
    var reader = MessagePack.Reader()
    let entry = try reader.readEntry(in: bytes.span.bytes)
    try expect(entry.value == value, "packed it is another value: \(value)")
    var passedOn: [UInt8] = []
    MessagePack.encode(entry, into: &passedOn)
    try expect(try MessagePack.decode(passedOn) == value, "passed on it is another value: \(value)")
  }

  static let text = FuzzTarget(
    "text",
    "the text form of values",
    words: [
      "null", "true", "false", "NaN", "Infinity", "-Infinity", "b64\"", "\\u", "\\ud83d\\ude00",
      "e+3", "-0.0", "9223372036854775807", "[[[[", "{\"a\":",
    ],
    executions: 4000
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    do {
      try expectReadsBack(try StateValue(text: text))
    } catch let error as StateTextError {
      try expectPlain(error.description)
      let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
      try expect((1...lines).contains(error.line), "line \(error.line) of \(lines)")
      try expect((0...text.count).contains(error.offset), "offset \(error.offset) of \(text.count)")
    }
  }

  /// Sees that a value is the same after it has been printed, and that the print steers no terminal.
  static func expectReadsBack(_ value: StateValue) throws {
    for indent in [nil, 2] {
      let text = value.text(indent: indent)
      let control = text.unicodeScalars.first {
        $0.properties.generalCategory == .control && !($0 == "\n" && indent != nil)
      }
      try expect(control == nil, "control characters in the text form \(text.debugDescription)")
      do {
        try expect(try StateValue(text: text) == value, "another value comes back: \(text)")
      } catch let error as StateTextError {
        throw Finding("what was printed is no value: \(error): \(text)")
      }
    }
  }
}

/// Goes through bytes in one of two ways, and returns what comes of it and where it ends.
private func reading<Outcome>(
  _ bytes: [UInt8],
  by read: (inout MessagePack.Reader, RawSpan) throws(MessagePackError) -> Outcome
) -> Result<(result: Outcome, end: Int), MessagePackError> {
  Result { () throws(MessagePackError) in
    var reader = MessagePack.Reader()
    let outcome = try read(&reader, bytes.span.bytes)
    return (outcome, reader.position)
  }
}
