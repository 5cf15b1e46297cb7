import SharedState
import ScreenKit

/// Which entries a person wants to see.
enum TreeFilter: Hashable, Sendable {
  /// Those whose keys fit some patterns.
  case globs(GlobFilter)
  /// Those of one person, in whatever group: the keys that name their id, and some others that are theirs by
  /// what is in them.
  case person(id: String, name: String, others: Set<StateKey>)

  /// Reads what a person typed; `nil` if that asks for everything.
  init?(_ text: String) {
    guard let globs = GlobFilter(text) else { return nil }
    self = .globs(globs)
  }

  func shows(_ key: String) -> Bool {
    switch self {
    case .globs(let filter): filter.shows(key)
    case .person(let id, _, let others):
      Self.names(id, in: key) || !others.isEmpty && others.contains(StateKey(key))
    }
  }

  /// Whether a key has an id as one of its parts after the first.
  private static func names(_ id: String, in key: String) -> Bool {
    guard !id.isEmpty, key.utf8.count > id.utf8.count else { return false }
    var (key, part) = (key, "." + id)
    return key.withUTF8 { key in
      part.withUTF8 { part in
        guard key.count >= part.count else { return false }
        return (0...key.count - part.count).contains { start in
          let end = start + part.count
          guard end == key.count || key[end] == UInt8(ascii: ".") else { return false }
          return key[start..<end].elementsEqual(part)
        }
      }
    }
  }

  /// The filter in a few words, for the status line.
  var words: Phrase {
    switch self {
    case .globs(let filter): Phrase(filter.text)
    case .person(_, let name, _): "\(many: .house) of \(name)"
    }
  }
}

/// Patterns for keys: `selection.*`, `avatar.?`, a plain word anywhere, and `!` before what is not wanted.
struct GlobFilter: Hashable, Sendable {
  /// What was typed.
  let text: String
  private let wanted: [Glob]
  private let unwanted: [Glob]

  /// Reads patterns with spaces between them; `nil` if there are none.
  init?(_ text: String) {
    self.text = text
    let words = text.split(separator: " ").map(String.init)
    wanted = words.filter { !$0.hasPrefix("!") }.map(Glob.init)
    unwanted = words.filter { $0.hasPrefix("!") && $0.count > 1 }.map {
      Glob(String($0.dropFirst()))
    }
    guard !wanted.isEmpty || !unwanted.isEmpty else { return nil }
  }

  /// Whether a key fits one of the patterns that are wanted, if any are, and none that is not.
  func shows(_ key: String) -> Bool {
    var key = key
    return key.withUTF8 { bytes in
      (wanted.isEmpty || wanted.contains { $0.matches(bytes) })
        && !unwanted.contains { $0.matches(bytes) }
    }
  }
}

/// One pattern: `*` stands for any text, `?` for one character, all else for itself; without either, a part of a key.
///
/// As in a search, small letters fit both kinds and a capital makes the pattern exact.
struct Glob: Hashable, Sendable {
  private let pattern: KeyPattern

  init(_ text: String) {
    let isExact = text.contains(where: \.isUppercase)
    let isPlain = !text.contains("*") && !text.contains("?")
    let whole = isPlain ? "*\(text)*" : text
    pattern = KeyPattern(isExact ? whole : whole.lowercased(), foldsCase: !isExact)
  }

  /// Whether a whole text fits.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool { pattern.fits(text) }
}
