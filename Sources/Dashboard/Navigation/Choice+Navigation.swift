import SharedState

extension Choice where Host: NavigationHost {
  static func go(_ row: TreeRow) -> Self {
    Choice("go \(row.text)") { host in
      host.leavePlace()
      host.arrive(at: Location(row: row))
      return []
    }
  }

  /// Goes to a key, or to where it is not yet; to one of its fields, if one is named.
  static func goTo(_ key: String, _ field: ValuePath? = nil) -> Self {
    Choice("go to \(key) \(field?.description ?? "")") { host in
      host.goTo(key, field)
      return []
    }
  }
}
