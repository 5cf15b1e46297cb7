/// Where a person's own files lie by the XDG rules: `~/.local/share/townhall/` by default.
enum DataFolder {
  /// The folder; `nil` if this person has no place.
  static func path(_ variables: [String: String]) -> String? {
    let isPlace = { (path: String?) in path?.hasPrefix("/") == true }
    if let data = variables["XDG_DATA_HOME"], isPlace(data) { return data + "/townhall" }
    guard let home = variables["HOME"], isPlace(home) else { return nil }
    return home + "/.local/share/townhall"
  }
}
