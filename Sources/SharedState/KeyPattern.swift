/// A pattern that whole keys fit: `*` stands for any text, dots too, and `?` for one character.
///
/// ```swift
/// let pattern = KeyPattern("selection.*", foldsCase: false)
/// pattern.fits(bytesOfAKey)
/// ```
package struct KeyPattern: Hashable, Sendable {
  private enum Step: Hashable {
    case byte(UInt8)
    case character
    case anything
  }

  /// The bytes that a text has to begin with, which rule out most texts.
  private let beginning: [UInt8]
  /// What follows them.
  private let steps: [Step]
  /// Whether capitals of ASCII in a text are taken for small letters.
  private let foldsCase: Bool

  /// Reads a pattern in which everything but `*` and `?` stands for itself.
  ///
  /// - Parameters:
  ///   - source: The pattern; in small letters, if capitals are folded.
  ///   - foldsCase: Whether capitals of ASCII in a text are taken for small letters.
  package init(_ source: String, foldsCase: Bool) {
    self.init(source.utf8.map { Self.step($0) }, foldsCase: foldsCase)
  }

  /// Reads a pattern in which `\` takes what follows as it is; nil if nothing follows it.
  package init?(escaped source: [UInt8]) {
    var steps: [Step] = []
    var rest = source[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        steps.append(Self.step(byte))
        continue
      }
      guard let next = rest.popFirst() else { return nil }
      steps.append(.byte(next))
    }
    self.init(steps, foldsCase: false)
  }

  private init(_ steps: [Step], foldsCase: Bool) {
    let first = steps.prefix { $0 != .character && $0 != .anything }
    beginning = first.compactMap { if case .byte(let byte) = $0 { byte } else { nil } }
    self.steps = Array(steps.dropFirst(first.count))
    self.foldsCase = foldsCase
  }

  private static func step(_ byte: UInt8) -> Step {
    switch byte {
    case UInt8(ascii: "?"): .character
    case UInt8(ascii: "*"): .anything
    default: .byte(byte)
    }
  }

  /// The only text that fits, if there is only one and it is fitted as it stands.
  package var only: String? {
    steps.isEmpty && !foldsCase ? String(decoding: beginning, as: UTF8.self) : nil
  }

  /// Whether a whole text fits.
  ///
  /// - Complexity: O(*n* *m*) at worst: only the last `*` is ever tried again.
  package func fits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.starts(with: beginning, by: { folded($0) == $1 }) else { return false }
    var (at, next) = (beginning.count, 0)
    var retry: (at: Int, next: Int)?
    while at < text.count {
      if next < steps.count, let end = end(of: steps[next], in: text, at) {
        if steps[next] == .anything {
          // Whatever follows the last star may be anywhere.
          if next + 1 == steps.count { return true }
          retry = (at, next + 1)
        }
        (at, next) = (end, next + 1)
      } else if let last = retry {
        retry = (last.at + 1, last.next)
        (at, next) = (last.at + 1, last.next)
      } else {
        return false
      }
    }
    return steps[next...].allSatisfy { $0 == .anything }
  }

  /// Where a text goes on after a step; nil if the step does not fit there.
  private func end(of step: Step, in text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
    switch step {
    case .anything: return at
    case .byte(let byte): return folded(text[at]) == byte ? at + 1 : nil
    case .character:
      // One character is a first byte and those that continue it.
      guard text[at] & 0xC0 != 0x80 else { return nil }
      var end = at + 1
      while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
      return end
    }
  }

  private func folded(_ byte: UInt8) -> UInt8 {
    let isCapital = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    return foldsCase && isCapital ? byte | 0x20 : byte
  }
}
