package import SharedState

/// Something that whoever runs a room suggests to all headsets in it: one entry of the shared state each.
///
/// The keys and what headsets make of them are NanoVer's (`suggested.` in its clients). A headset reads a number only
/// as a float, so that is what is written.
package struct RoomControl: Hashable, Sendable {
  /// What values make sense.
  package enum Kind: Hashable, Sendable {
    /// Yes or no.
    case flag
    /// A number from 0 to 1.
    case fraction
    /// A number above 0.
    case positive
    /// One of some words.
    case choice([String])
  }

  /// What is typed for it: `pass-through`.
  package let name: String
  package let key: String
  package let kind: Kind
  /// What it does, in a few words.
  package let summary: String

  package static let all = [
    RoomControl(
      name: "pass-through",
      key: "suggested.passthrough",
      kind: .fraction,
      summary: "how much of the real room is seen"
    ),
    RoomControl(
      name: "box-locked",
      key: "suggested.box.locked",
      kind: .flag,
      summary: "the box stays where it is"
    ),
    RoomControl(
      name: "box-hidden",
      key: "suggested.box.hidden",
      kind: .flag,
      summary: "the box is not drawn"
    ),
    RoomControl(
      name: "interaction-type",
      key: "suggested.interaction.type",
      kind: .choice(["gaussian", "spring", "constant"]),
      summary: "how hands pull at atoms"
    ),
    RoomControl(
      name: "interaction-scale",
      key: "suggested.interaction.scale",
      kind: .positive,
      summary: "how strong they pull"
    ),
    RoomControl(
      name: "interaction-range",
      key: "suggested.interaction.range",
      kind: .positive,
      summary: "from how far they reach an atom"
    ),
    RoomControl(
      name: "hydrogens",
      key: "suggested.interaction.hydrogens",
      kind: .flag,
      summary: "hands can pull at hydrogens"
    ),
    RoomControl(
      name: "avatars-hidden",
      key: "suggested.avatars.hidden",
      kind: .flag,
      summary: "nobody sees the others"
    ),
  ]

  package static func named(_ name: String) -> RoomControl? { all.first { $0.name == name } }

  /// Why a text is no value of it.
  package struct Flaw: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  /// Reads a value as it is typed: `yes`, `0.5`, `spring`; `none` takes the suggestion away.
  ///
  /// - Parameter text: The text.
  /// - Returns: The value; `nil` for none.
  /// - Throws: A ``Flaw`` that says what is wanted.
  package func value(of text: String) throws(Flaw) -> StateValue? {
    if text == "none" { return nil }
    switch kind {
    case .flag:
      if ["yes", "on", "true"].contains(text) { return true }
      if ["no", "off", "false"].contains(text) { return false }
    case .fraction:
      if let number = Double(text), (0...1).contains(number) { return .double(number) }
    case .positive:
      if let number = Double(text), number > 0, number.isFinite { return .double(number) }
    case .choice(let words):
      if words.contains(text) { return .string(text) }
    }
    throw Flaw(description: "\(name) is \(wanted), or none")
  }

  /// What is wanted of a value: `yes or no`.
  package var wanted: String {
    switch kind {
    case .flag: "yes or no"
    case .fraction: "a number from 0 to 1"
    case .positive: "a number above 0"
    case .choice(let words): words.joined(separator: ", ")
    }
  }

  /// The value that one press of a key makes of another; `nil` if it has to be typed.
  package func next(after value: StateValue?) -> StateValue? {
    switch kind {
    case .flag: return .bool(value?.bool != true)
    case .choice(let words):
      let place = value?.string.flatMap(words.firstIndex)
      return .string(words[place.map { ($0 + 1) % words.count } ?? 0])
    case .fraction, .positive: return nil
    }
  }

  /// A value for a person: `yes`, `0.5`; what makes no sense as it is.
  package func words(_ value: StateValue?) -> String {
    switch (kind, value) {
    case (_, nil): "none"
    case (.flag, .bool(let flag)?): flag ? "yes" : "no"
    case (.choice, .string(let text)?): text
    case (_, let value?): value.text
    }
  }
}
