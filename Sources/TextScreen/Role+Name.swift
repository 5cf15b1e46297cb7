extension Role {
  private static let names: [(role: Role, name: String)] = [
    (.plain, "plain"), (.muted, "muted"), (.title, "title"), (.border, "border"),
    (.focusedBorder, "focused-border"), (.group, "group"), (.key, "key"), (.text, "text"),
    (.number, "number"), (.literal, "literal"), (.bytes, "bytes"), (.added, "added"),
    (.changed, "changed"), (.removed, "removed"), (.warning, "warning"), (.error, "error"),
    (.success, "success"), (.hintKey, "hint-key"), (.hint, "hint"), (.stale, "stale"),
    (.selection, "selection"), (.match, "match"),
  ]
  private static let byName = Dictionary(uniqueKeysWithValues: names.map { ($0.name, $0.role) })
  private static let byRole = Dictionary(uniqueKeysWithValues: names.map { ($0.role, $0.name) })

  /// What the role is called where a picture is written down; a colour is its number.
  public var name: String {
    if case .swatch(let index) = self { return String(index) }
    return Self.byRole[self] ?? "plain"
  }

  /// Finds a role by its name; `nil` if none is called so.
  public init?(name: String) {
    if let index = UInt8(name) {
      self = .swatch(index)
    } else if let role = Self.byName[name] {
      self = role
    } else {
      return nil
    }
  }
}
