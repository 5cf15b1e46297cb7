package import SharedState

extension CommandDescription {
  /// The one command that a NanoVer server always runs itself; it tells of the others.
  package static var list: String { "commands/list" }

  /// Reads a description as NanoVer's clients and servers write it; nil without a name.
  package init?(_ object: StateObject) {
    guard let name = object["name"]?.string else { return nil }
    self.init(
      name: name,
      arguments: object["arguments"]?.object ?? [:],
      label: object["label"]?.string,
      icon: object["icon"]?.string
    )
  }

  /// The description as NanoVer's servers list it.
  package var object: StateObject {
    var object: StateObject = ["name": .string(name)]
    object["label"] = label.map(StateValue.string)
    object["icon"] = icon.map(StateValue.string)
    object["arguments"] = .object(arguments)
    return object
  }

  /// Reads an answer to `commands/list`: the `commands` of 2026, or the `list` of names and arguments of 2025.
  ///
  /// How to ask for the list is not in it.
  package static func listing(in answer: StateValue) -> [CommandDescription] {
    let described = answer["commands"]?.array?.compactMap { $0.object.flatMap(Self.init) }
    let named = answer["list"]?.object?.map { field in
      CommandDescription(name: field.key, arguments: field.value.object ?? [:])
    }
    return (described ?? named ?? []).filter { $0.name != list }.sorted { $0.name < $1.name }
  }
}
