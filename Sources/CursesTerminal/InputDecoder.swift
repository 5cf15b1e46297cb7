import TextScreen

/// Turns the bytes of a terminal into keys, pastes and pointer events.
///
/// A value without clock or descriptor: it says how long it would wait for more
/// (``patience``), and is told when that time is over.
///
/// Why not curses' own decoder: it hands out an escape sequence that it does not know as single
/// characters, so that a stray key would type `[1;5D` into the dashboard, where `D` may mean
/// something; it loses a UTF-8 character that arrives in two reads; and it cannot tell a lone Esc
/// from the beginning of a sequence by anything but one delay for both.
struct InputDecoder {
  /// How long to wait for the rest of something.
  enum Patience: Hashable {
    /// An Esc has come: it is the key unless something follows at once.
    case escape
    /// A sequence or a character has begun that no key press could have typed by halves.
    case sequence
    /// A paste is under way.
    case paste

    func time(afterEscape escapeDelay: Duration) -> Duration {
      switch self {
      case .escape: escapeDelay
      case .sequence: .milliseconds(500)
      case .paste: .seconds(2)
      }
    }
  }

  static let pasteLimit = 1 << 20
  private static let sequenceLimit = 64
  private static let pasteEnd = Array("\u{1b}[201~".utf8)

  private var pending: [UInt8] = []
  private var paste: [UInt8]?
  private var pasteEndSeen = 0
  private var answer: SynchronizedOutput.Answer?
  /// The beginning of an answer after which nothing followed in time: what goes on with it is no key.
  private var torn: [UInt8] = []
  /// How many of the last bytes of that may yet turn out to be keys.
  private var doubtful = 0

  /// What is being waited for, if anything.
  var patience: Patience? {
    if paste != nil { return .paste }
    if doubtful > 0 { return .escape }
    if pending.isEmpty { return nil }
    return pending == [0x1b] ? .escape : .sequence
  }

  /// Takes bytes and returns what they mean as far as that is sure.
  mutating func feed(_ bytes: some Sequence<UInt8>) -> [ScreenEvent] {
    var events: [ScreenEvent] = []
    for byte in bytes {
      if paste != nil {
        if let text = takePasted(byte) { events.append(.paste(text)) }
      } else if !goOn(with: byte, into: &events) {
        pending.append(byte)
        parse(into: &events)
      }
    }
    return events
  }

  /// Returns what the terminal has said of synchronized output, if it has since this was asked last.
  mutating func takeAnswer() -> SynchronizedOutput.Answer? {
    defer { answer = nil }
    return answer
  }

  /// Makes the best of what has come, because nothing followed in time.
  mutating func timedOut() -> [ScreenEvent] {
    defer { pending = [] }
    if let text = endPaste() { return [.paste(text)] }
    if doubtful > 0 {
      var events: [ScreenEvent] = []
      giveUpAnswer(into: &events)
      return events
    }
    guard pending.first == 0x1b else { return [] }
    if SynchronizedOutput.Answer.begins(with: pending) { torn = pending }
    switch pending.count {
    case 1: return [.key(.escape)]
    case 2: return Self.alt(pending[1]).map { [.key($0)] } ?? []
    default: return []
    }
  }

  // MARK: Parsing

  /// What the pending bytes amount to.
  private enum Parsed {
    case incomplete
    /// So many bytes are used up, and this is what they mean, if anything.
    case complete(Int, ScreenEvent?)
    case pasteBegins(Int)
    case answered(Int, SynchronizedOutput.Answer)
  }

  private mutating func parse(into events: inout [ScreenEvent]) {
    while !pending.isEmpty {
      switch Self.parse(pending) {
      case .incomplete:
        return
      case .complete(let count, let event):
        pending.removeFirst(count)
        if let event { events.append(event) }
      case .pasteBegins(let count):
        // Bytes come one by one, so nothing of the paste can be pending yet.
        pending.removeFirst(count)
        paste = []
        return
      case .answered(let count, let said):
        pending.removeFirst(count)
        answer = answer ?? said
      }
    }
  }

  private static func parse(_ bytes: [UInt8]) -> Parsed {
    let first = bytes[0]
    if first == 0x1b { return parseEscape(bytes) }
    if first < 0x20 || first == 0x7f { return .complete(1, control(first).map { .key($0) }) }
    return parseCharacter(bytes[...]) { .character($0) }
  }

  private static func parseCharacter(
    _ bytes: ArraySlice<UInt8>,
    _ key: (Character) -> Key
  ) -> Parsed {
    let start = bytes.startIndex
    let length =
      switch bytes[start] {
      case ..<0x80: 1
      case 0xc2...0xdf: 2
      case 0xe0...0xef: 3
      case 0xf0...0xf4: 4
      default: 0
      }
    // A byte that begins no character is dropped, and so is a character that breaks off.
    guard length > 0 else { return .complete(start + 1, nil) }
    for index in 1..<max(1, length) {
      guard start + index < bytes.endIndex else { return .incomplete }
      guard bytes[start + index] & 0xc0 == 0x80 else { return .complete(start + index, nil) }
    }
    let text = String(validating: bytes[start..<start + length], as: UTF8.self)
    return .complete(start + length, text?.first.map { .key(key($0)) })
  }

  private static func parseEscape(_ bytes: [UInt8]) -> Parsed {
    guard bytes.count > 1 else { return .incomplete }
    switch bytes[1] {
    case UInt8(ascii: "["): return parseControlSequence(bytes)
    case UInt8(ascii: "O"):
      guard bytes.count > 2 else { return .incomplete }
      return .complete(3, applicationKeys[bytes[2]].map { .key($0) })
    case ..<0x20, 0x7f:
      // Esc, and then a key of its own.
      return .complete(1, .key(.escape))
    default:
      return parseCharacter(bytes[1...]) { .alt($0) }
    }
  }

  private static func parseControlSequence(_ bytes: [UInt8]) -> Parsed {
    guard bytes.count > 2 else { return .incomplete }
    if bytes[2] == UInt8(ascii: "M") { return parseOldMouse(bytes) }
    if bytes[2] == UInt8(ascii: "[") {
      guard bytes.count > 3 else { return .incomplete }
      return .complete(4, linuxFunction(bytes[3]).map { .key($0) })
    }
    for (index, byte) in bytes.enumerated().dropFirst(2) {
      switch byte {
      case 0x20...0x3f: continue
      case 0x40...0x7e:
        if let answer = SynchronizedOutput.Answer(bytes[...index]) {
          return .answered(index + 1, answer)
        }
        return finish(bytes[2..<index], final: byte, length: index + 1)
      // Not a sequence after all: what has come of it is dropped, this byte is looked at anew.
      default: return .complete(index, nil)
      }
    }
    return bytes.count > sequenceLimit ? .complete(bytes.count, nil) : .incomplete
  }

  private static func finish(_ text: ArraySlice<UInt8>, final: UInt8, length: Int) -> Parsed {
    if text.first == UInt8(ascii: "<") {
      return .complete(length, mouse(numbers(text.dropFirst()), final: final).map { .mouse($0) })
    }
    let first = numbers(text).first ?? 0
    if final == UInt8(ascii: "~") {
      if first == 200 { return .pasteBegins(length) }
      return .complete(length, numberedKeys[first].map { .key($0) })
    }
    return .complete(length, letterKeys[final].map { .key($0) })
  }

  private static func numbers(_ text: ArraySlice<UInt8>) -> [Int] {
    text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
      Int(String(decoding: $0, as: UTF8.self)) ?? 0
    }
  }
}

// MARK: - Answers that were torn

extension InputDecoder {
  /// So much of an answer is typed by nobody.
  private static let certain = 4

  /// Takes a byte that goes on with a torn answer; false if it is to be looked at like any other.
  ///
  /// The rest of an answer may come long after its beginning was taken for an Esc, or for nothing. Its letters would be
  /// keys then, one of which confirms questions.
  private mutating func goOn(with byte: UInt8, into events: inout [ScreenEvent]) -> Bool {
    guard !torn.isEmpty else { return false }
    guard SynchronizedOutput.Answer.fits(byte, at: torn.count) else {
      giveUpAnswer(into: &events)
      return false
    }
    torn.append(byte)
    doubtful = torn.count < Self.certain ? doubtful + 1 : 0
    if let said = SynchronizedOutput.Answer(torn) {
      answer = answer ?? said
      torn = []
    }
    return true
  }

  private mutating func giveUpAnswer(into events: inout [ScreenEvent]) {
    let keys = torn.suffix(doubtful)
    (torn, doubtful) = ([], 0)
    for byte in keys {
      pending.append(byte)
      parse(into: &events)
    }
  }
}

// MARK: - Keys

extension InputDecoder {
  private static func control(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x00: .control(" ")
    case 0x08, 0x7f: .backspace
    case 0x09: .tab
    case 0x0a, 0x0d: .enter
    case 0x01...0x1a: .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x1c...0x1f: .control(Character(Unicode.Scalar(byte + 0x40)))
    default: nil
    }
  }

  private static func alt(_ byte: UInt8) -> Key? {
    (0x20..<0x7f).contains(byte) ? .alt(Character(Unicode.Scalar(byte))) : nil
  }

  /// F1 to F5 of the Linux console.
  private static func linuxFunction(_ byte: UInt8) -> Key? {
    (0x41...0x45).contains(byte) ? .function(Int(byte) - 0x40) : nil
  }

  /// `ESC [ letter`; a modifier changes nothing, so that an arrow is always an arrow.
  private static let letterKeys: [UInt8: Key] = keys([
    "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "Z": .backTab,
    "P": .function(1), "Q": .function(2), "R": .function(3), "S": .function(4),
  ])

  /// `ESC O letter`: the same keys and the number pad, when the terminal is in application mode.
  private static let applicationKeys: [UInt8: Key] = {
    var all = letterKeys
    all[UInt8(ascii: "M")] = .enter
    for (letter, character) in zip("jklmnopqrstuvwxy".utf8, "*+,-./0123456789") {
      all[letter] = .character(character)
    }
    return all
  }()

  /// `ESC [ number ~`.
  private static let numberedKeys: [Int: Key] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12),
  ]

  private static func keys(_ table: [Character: Key]) -> [UInt8: Key] {
    Dictionary(uniqueKeysWithValues: table.map { ($0.key.asciiValue ?? 0, $0.value) })
  }
}

// MARK: - The pointer

extension InputDecoder {
  /// `ESC [ M` and three bytes, from terminals that know nothing newer; columns end at 223.
  private static func parseOldMouse(_ bytes: [UInt8]) -> Parsed {
    guard bytes.count >= 6 else { return .incomplete }
    let event = mouse(
      button: Int(bytes[3]) - 32,
      column: Int(bytes[4]) - 32,
      row: Int(bytes[5]) - 32,
      released: bytes[3] >= 32 && (bytes[3] - 32) & 0x43 == 3
    )
    return .complete(6, event.map { .mouse($0) })
  }

  private static func mouse(_ numbers: [Int], final: UInt8) -> Mouse? {
    guard numbers.count == 3 else { return nil }
    return mouse(
      button: numbers[0],
      column: numbers[1],
      row: numbers[2],
      released: final == UInt8(ascii: "m")
    )
  }

  private static func mouse(button: Int, column: Int, row: Int, released: Bool) -> Mouse? {
    guard column > 0, row > 0, column <= 0xffff, row <= 0xffff else { return nil }
    let point = Point(column: column - 1, row: row - 1)
    // Shift, Alt and Control change nothing; a move with a button held is no event of ours.
    switch (button & ~0x1c, released) {
    case (0, false): return Mouse(.press, at: point)
    case (1, false): return Mouse(.middlePress, at: point)
    case (2, false): return Mouse(.secondaryPress, at: point)
    case (0, true), (3, true): return Mouse(.release, at: point)
    case (64, _): return Mouse(.wheelUp, at: point)
    case (65, _): return Mouse(.wheelDown, at: point)
    default: return nil
    }
  }
}

// MARK: - Pastes

extension InputDecoder {
  private mutating func takePasted(_ byte: UInt8) -> String? {
    if byte == Self.pasteEnd[pasteEndSeen] {
      pasteEndSeen += 1
      return pasteEndSeen == Self.pasteEnd.count ? endPaste() : nil
    }
    // Only its first byte is an Esc, so what was taken for the end can hold no other beginning.
    keep(Self.pasteEnd[..<pasteEndSeen])
    pasteEndSeen = byte == Self.pasteEnd[0] ? 1 : 0
    if pasteEndSeen == 0 { keep([byte]) }
    return nil
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    guard let kept = paste?.count, kept < Self.pasteLimit else { return }
    paste?.append(contentsOf: bytes)
  }

  private mutating func endPaste() -> String? {
    guard let bytes = paste else { return nil }
    paste = nil
    pasteEndSeen = 0
    // Terminals send a return for each line end.
    return String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\r" }
      .joined(separator: "\n")
  }
}
