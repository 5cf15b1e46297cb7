/// What can be asked of a server of ours beyond what every server answers: by its owners, but for the author.
///
/// They are commands of the shared state, and are not listed: a headset would show each as a button.
package enum OwnersCommand: String, CaseIterable, Sendable {
  /// Who wrote a `key` last, and when, as far as everybody may know.
  case author
  /// How it stands, in numbers, and its limits.
  case status
  /// Who is there; or, of a `key`, who wrote it last.
  case who
  /// Sends a `connection` away, for a `reason`.
  case evict
  /// Has a `connection` read only.
  case freeze
  /// Has the avatar and the cursors of a `connection` go.
  case mute
  /// Gives a `connection` back what it was made to do without.
  case release

  /// What the command is called on a wire.
  package var name: String { "townhall/" + rawValue }

  /// Who may call it.
  package var role: AccessRole { self == .author ? .guest : .owner }
}
