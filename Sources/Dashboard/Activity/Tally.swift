import SharedState
import ScreenKit

/// What has changed since somebody last asked, counted by group.
struct Tally: Sendable {
  /// So many groups are counted one by one; what happens in others is counted together.
  static let mostGroups = 1000
  static let mostNamed = 3

  /// Changes that were told, by group; keys without a dot are under the empty name.
  private var groups: [StateKey: Int] = [:]
  private var elsewhere = 0
  private var muted = 0
  /// Whether somebody has asked before.
  private var isAgain = false

  /// Takes in what a message did to the state.
  mutating func add(_ change: KnownChange, _ mutes: Mutes) {
    for touched in change.touched {
      guard !mutes.covers(touched.key) else {
        muted += 1
        continue
      }
      let group = StateKey(KeyParts.prefix(of: touched.key) ?? "")
      if groups[group] != nil || groups.count < Self.mostGroups {
        groups[group, default: 0] += 1
      } else {
        elsewhere += 1
      }
    }
  }

  /// Says what has changed, and begins anew.
  mutating func take() -> Phrase {
    let text = words
    self = Tally()
    isAgain = true
    return text
  }

  private var words: Phrase {
    let total = groups.values.reduce(elsewhere, +)
    let since = isAgain ? "since you last asked" : "since you came"
    let quiet = muted > 0 ? "; \(Phrases.grouped(muted)) muted" : ""
    guard total > 0 else { return "nothing has changed \(since)\(quiet)" }
    return "\(Phrases.count(total, "change")) \(since): \(named(of: total))\(quiet)"
  }

  /// The groups in which most has happened, and how much in the rest.
  private func named(of total: Int) -> Phrase {
    let busiest = groups.sorted {
      $0.value != $1.value
        ? $0.value > $1.value : $0.key.text.precedes($1.key.text)
    }.prefix(Self.mostNamed)
    var parts: [Phrase] = busiest.map { "\(Self.name($0.key.text)) \(Phrases.grouped($0.value))" }
    let rest = total - busiest.reduce(0) { $0 + $1.value }
    if rest > 0 { parts.append("other \(many: .street) \(Phrases.grouped(rest))") }
    return parts.joined(separator: ", ")
  }

  private static func name(_ prefix: String) -> Phrase {
    if prefix.isEmpty { return .alone }
    let name = prefix.dropLast()
    return name.isEmpty ? "(no name)" : Phrase(String(name))
  }
}
