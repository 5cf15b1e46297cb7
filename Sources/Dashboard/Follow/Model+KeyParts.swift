import SharedState
import StateEditing
import TextScreen
import ScreenKit

/// Going to addresses, vacant ones too.
extension Model {
  /// No more addresses than this are kept.
  static let mostHeld = 500
  /// Houses without a street that programs know by name.
  private static let knownHouses = ["scene"]

  /// Goes to an address that somebody has typed: a key, a street, or the key of a house that is not there yet.
  mutating func goTo(address: String) -> [Effect] {
    if isThere(.entry(address)) {
      visit(address)
    } else if let street = [address, address + "."].first(where: { isThere(.group($0)) }) {
      leavePlace()
      arrive(at: Location(row: .group(street)))
    } else if Self.knownHouses.contains(address) || Self.isAddress(address) {
      visit(address)
    } else {
      say(
        "\(address) is no command and no \(.address); selection.x is one, \(.vacant) or not",
        .warning
      )
    }
    return []
  }

  /// Whether a text is a street and a house in it; a word without a dot is more likely a slip.
  private static func isAddress(_ text: String) -> Bool {
    let address = KeyParts(text)
    return address.prefix.map { $0 != "." } == true && !address.name.isEmpty
  }

  /// Jumps to a house, and stays inside if the person was inside one; keeps the address if it is vacant.
  mutating func visit(_ key: String, _ field: ValuePath? = nil) {
    if !isThere(.entry(key)) {
      guard known.index.heldKeys.count < Self.mostHeld else {
        say(
          "\(Self.mostHeld) \(many: .address) are held already; \(label(.remove)) lets go of a \(.vacant) one",
          .warning
        )
        return
      }
      known.index.hold(key)
      say(
        "\(.nobodyLives) at \(key) yet: it is held, and lights up when \(.somebodyMovesIn)"
      )
    }
    leavePlace()
    let isInside = focus == .detail
    arrive(at: Location(row: .entry(key), field: isInside || field != nil ? field ?? .root : nil))
  }

  // MARK: Addresses that are held

  /// The vacant address that the cursor is on.
  var missingHere: String? { currentKey.flatMap { known.isVacancy($0) ? $0 : nil } }

  /// The address under the cursor, if it is held and nobody lives there.
  var heldHere: String? {
    currentKey.flatMap { known.index.isHeld($0) && known.index.isGhost($0) ? $0 : nil }
  }

  /// The key of a verb, for texts that tell it.
  func label(_ verb: EditVerb) -> String {
    keymap.binding(for: .edit(verb))?.keys.first?.label ?? ""
  }

  /// Keeps a vacant address no longer.
  mutating func letGo(ofVacancy key: String) {
    known.index.release(key)
    say("the \(.address) \(key) is not held any more", .muted)
  }

  /// Tells when somebody moves in where a person waits.
  mutating func welcome(_ change: KnownChange) {
    for touched in change.touched
    where touched.kind == .added && touched.author == .others && known.index.isHeld(touched.key) {
      let text: Phrase =
        "\(glyphs.bullet) \("somebody moved in", dict: "a value was added") at \(touched.key), which you hold"
      activity.log.note(text, .added, at: now)
      say(text, .added)
    }
  }
}
