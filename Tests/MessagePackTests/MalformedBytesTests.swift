import Foundation
import MessagePack
import SharedState
import Testing

/// What a reader made of some bytes.
enum Verdict: Equatable {
  case accepted(end: Int)
  case refused(MessagePackError)

  /// The verdict of skipping.
  static func skipping(_ bytes: [UInt8]) -> Verdict {
    var message = Message(bytes)
    return of { () throws(MessagePackError) in try message.skip().upperBound }
  }

  /// The verdict of decoding.
  static func decoding(_ bytes: [UInt8]) -> Verdict {
    var message = Message(bytes)
    return of { () throws(MessagePackError) in
      _ = try message.value()
      return message.reader.position
    }
  }

  private static func of(_ read: () throws(MessagePackError) -> Int) -> Verdict {
    do { return .accepted(end: try read()) } catch { return .refused(error) }
  }
}

@Suite("Malformed bytes")
struct MalformedBytesTests {
  /// Values whose bytes are cut and mutated.
  static let corpus: [StateValue] =
    Samples.houses + Golden.scalars.map(\.value)
    + [Golden.map(16), Golden.list(20), Samples.nested(20), .string(Golden.text(40))]

  @Test("bytes cut anywhere are refused, by decoding and by skipping", arguments: corpus)
  func truncated(value: StateValue) throws {
    let bytes = MessagePack.encode(value)
    for count in bytes.indices {
      let cut = Array(bytes[..<count])
      let verdict = Verdict.decoding(cut)
      guard case .refused(let error) = verdict else {
        Issue.record("\(count) of \(bytes.count) bytes were accepted")
        continue
      }
      #expect(error.reason == .truncated)
      #expect(error.offset <= count)
      #expect(Verdict.skipping(cut) == verdict)
    }
  }

  @Test(
    "mutated bytes never trap, and decoding and skipping agree on them",
    arguments: Effort.seeds
  )
  func mutated(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let sources = (Self.corpus + (0..<20).map { _ in Samples.value(using: &generator) })
      .map(MessagePack.encode)
    for _ in 0..<Effort.mutations {
      var bytes = sources.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let other = sources.randomElement(using: &generator) ?? []
        Mutation.random(using: &generator).apply(to: &bytes, other: other, using: &generator)
      }
      try check(bytes, seed: seed)
    }
  }

  @Test("random bytes never trap, and decoding and skipping agree on them", arguments: Effort.seeds)
  func random(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    for _ in 0..<Effort.mutations {
      let count = Int.random(in: 0...40, using: &generator)
      try check((0..<count).map { _ in .random(in: 0...255, using: &generator) }, seed: seed)
    }
  }

  /// Holds decoding, skipping and keeping packed against each other.
  private func check(_ bytes: [UInt8], seed: UInt64) throws {
    let verdict = Verdict.decoding(bytes)
    try #require(Verdict.skipping(bytes) == verdict, "seed \(seed): \(bytes)")
    guard case .accepted(let end) = verdict else { return }
    let value = try MessagePack.decode(Array(bytes[..<end]))
    var message = Message(bytes)
    let entry = try message.entry()
    try #require(message.reader.position == end, "seed \(seed): \(bytes)")
    try #require(entry.value == value, "seed \(seed): \(bytes)")
    let again = MessagePack.encode(value)
    try #require(MessagePack.decode(again) == value, "seed \(seed): \(bytes)")
  }

  @Test(
    "a length that the bytes cannot hold is refused where it stands",
    arguments: [
      [0xdd, 0xff, 0xff, 0xff, 0xff], [0xdf, 0xff, 0xff, 0xff, 0xff], [0xdc, 0xff, 0xff],
      [0xde, 0xff, 0xff], [0xdb, 0xff, 0xff, 0xff, 0xff], [0xc6, 0xff, 0xff, 0xff, 0xff],
      [0xc9, 0xff, 0xff, 0xff, 0xff, 1], [0xde, 0, 2, 0xa0, 0xc0, 0xa0], [0xd8, 1, 2], [0xd4, 1],
      [0xc7, 0], [0xc8, 0, 0], [0x92, 0xc0], [0x81, 0xa0], [0xa1], [0xc4, 1],
    ] as [[UInt8]]
  )
  func hostileLength(bytes: [UInt8]) {
    let expected = Verdict.refused(MessagePackError(.truncated, offset: 0))
    #expect(Verdict.decoding(bytes) == expected)
    #expect(Verdict.skipping(bytes) == expected)
  }

  @Test("lengths inside each other that each claim all the rest reserve little")
  func hostileNesting() throws {
    let size = 1 << 20
    var bytes: [UInt8] = []
    for _ in 0..<MessagePack.nestingLimit - 1 {
      let left = UInt32(size - bytes.count - 5)
      bytes += [0xdd] + withUnsafeBytes(of: left.bigEndian) { Array($0) }
    }
    bytes += Array(repeating: 0xc0, count: size - bytes.count)
    let before = try peakOfAddressSpace()
    guard case .refused(let error) = Verdict.decoding(bytes) else {
      Issue.record("accepted")
      return
    }
    #expect(error.reason == .truncated)
    // Taking each length at its word would reserve 24 GB.
    #expect(try peakOfAddressSpace() - before < 1 << 30)
  }

  private func peakOfAddressSpace() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmPeak:") })
    return try #require(
      line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    ) * 1024
  }

  @Test("0xc1 is refused wherever a value may begin")
  func reserved() {
    #expect(Verdict.decoding([0xc1]) == .refused(MessagePackError(.reservedByte, offset: 0)))
    #expect(Verdict.decoding([0x91, 0xc1]) == .refused(MessagePackError(.reservedByte, offset: 1)))
    #expect(
      Verdict.skipping([0x81, 0xa1, 0x61, 0xc1])
        == .refused(MessagePackError(.reservedByte, offset: 3))
    )
  }

  @Test(
    "text that is not UTF-8 is refused, as a value and as a key",
    arguments: [
      [0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80],
      [0xe2, 0x82], [0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0xfe],
    ] as [[UInt8]]
  )
  func invalidText(text: [UInt8]) {
    let value = [0x91, 0xa0 | UInt8(text.count)] + text
    let key = [0x81, 0xa0 | UInt8(text.count)] + text + [0xc0]
    for bytes in [value, key] {
      let expected = Verdict.refused(MessagePackError(.invalidText, offset: 1))
      #expect(Verdict.decoding(bytes) == expected)
      #expect(Verdict.skipping(bytes) == expected)
    }
  }

  @Test("bytes after the value are refused, and counted")
  func trailing() {
    #expect(throws: MessagePackError(.trailingBytes(count: 2), offset: 1)) {
      try MessagePack.decode([0x01, 0x02, 0x03])
    }
  }

  @Test(
    "an error says in one line where and what",
    arguments: [
      ([], "byte 0: the data ends before the value that begins here does"),
      ([0x92, 1, 0xd9, 40, 0x61], "byte 2: the data ends before the value that begins here does"),
      ([0x81, 0x05, 0xc0], "byte 1: a map key is an integer, and only text can be a key"),
      ([0x81, 0xc0, 0xc0], "byte 1: a map key is null, and only text can be a key"),
      ([0x81, 0xc4, 0, 0xc0], "byte 1: a map key is bytes, and only text can be a key"),
      ([0x81, 0xd4, 0, 0, 0], "byte 1: a map key is an extension, and only text can be a key"),
      ([0x91, 0xc1], "byte 1: 0xc1 begins no value"),
      ([0xa1, 0xff], "byte 0: this text is not UTF-8"),
      ([0xc0, 0xc0], "byte 1: the value ends here, and 1 more byte follows"),
      (
        Array(repeating: 0x91, count: 1025) + [0xc0],
        "byte 1024: more than 1024 lists and maps inside each other"
      ),
    ] as [([UInt8], String)]
  )
  func describes(bytes: [UInt8], description: String) {
    #expect {
      try MessagePack.decode(bytes)
    } throws: { error in
      "\(error)" == description
    }
  }
}

/// One way in which bytes go wrong.
enum Mutation: CaseIterable {
  case flip, replace, insert, delete, repeated, cut, splice

  static func random(using generator: inout SplitMix) -> Mutation {
    allCases.randomElement(using: &generator) ?? .flip
  }

  func apply(to bytes: inout [UInt8], other: [UInt8], using generator: inout SplitMix) {
    guard let place = bytes.indices.randomElement(using: &generator) else { return }
    let end = Int.random(in: place...bytes.count, using: &generator)
    switch self {
    case .flip: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case .replace: bytes[place] = .random(in: 0x80...0xff, using: &generator)
    case .insert: bytes.insert(.random(in: 0...255, using: &generator), at: place)
    case .delete: bytes.removeSubrange(place..<min(end, place + 4))
    case .repeated: bytes.insert(contentsOf: bytes[place..<min(end, place + 40)], at: place)
    case .cut: bytes.removeSubrange(end...)
    case .splice: bytes.replaceSubrange(place..<min(end, place + 16), with: other)
    }
  }
}
