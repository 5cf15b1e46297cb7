package import SharedState

package struct Link: Sendable {
  package enum Kind: Hashable, Sendable {
    /// A visualiser shows a selection.
    case drawing
    /// Something is somebody's: a hand, a place to stand, a counter.
    case ownership
    /// An avatar names its player.
    case identity
    /// Something is placed where another thing is.
    case placement
    /// A panel shows and sets a variable.
    case control
    /// A field is a key, for whatever reason.
    case mention
  }

  /// The field that points; the root if the key itself does.
  package let path: ValuePath
  package let target: String
  package let kind: Kind

  package init(path: ValuePath, target: String, kind: Kind) {
    (self.path, self.target, self.kind) = (path, target, kind)
  }
}

extension Link: Hashable {
  package static func == (left: Link, right: Link) -> Bool {
    left.path == right.path && left.kind == right.kind
      && left.target.isSame(as: right.target)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(StateKey(target))
  }
}

extension Link.Kind {
  /// What the entry that points does: `draws selection.a`.
  package var forward: String {
    switch self {
    case .drawing: "draws"
    case .ownership: "belongs to"
    case .identity: "is the player of"
    case .placement: "is placed in"
    case .control: "sets"
    case .mention: "names"
    }
  }

  /// What is done to the entry that is pointed at: `drawn by visualiser.9f2`.
  package var backward: String {
    switch self {
    case .drawing: "drawn by"
    case .ownership: "owns"
    case .identity: "named as player by"
    case .placement: "holds"
    case .control: "set by"
    case .mention: "named by"
    }
  }
}

/// Finds what entries point at, by the habits of the programs that write them.
///
/// The wires know no references: these are texts in fields, and parts of keys, that are known to be keys of
/// other entries.
package enum Links {
  /// More links than this are not looked for in one entry.
  static let most = 200

  /// Groups whose entries show selections.
  static let visualisers = ["visualiser.", "visualisers.", "visualisation."]
  /// Groups whose entries can be placed in a transform.
  static let placed = ["handle.", "object.", "transform."]
  /// Places that are there without an entry.
  static let builtIn = ["transform.root", "transform.simulation"]

  /// What an entry points at, in the order of its fields.
  ///
  /// - Complexity: O(*f*) in the fields, which a peer may make many; no more than ``most`` links come back.
  package static func of(_ key: String, _ value: StateValue) -> [Link] {
    var links = ofKey(key)
    switch KeyParts.prefix(of: key) {
    case let group? where visualisers.contains(group):
      links += link(value, "selection", .drawing) { $0.resolved(under: "selection.") }
    case "interaction.": links += link(value, "owner.id", .ownership) { "avatar." + $0 }
    case "cursor.": links += link(value, "ownerid", .ownership) { "avatar." + $0 }
    case "avatar.": links += link(value, "playerid", .identity) { "avatar." + $0 }
    case let group? where placed.contains(group):
      links += link(value, "parent", .placement) { name in
        placed.contains { name.begins(with: $0) } ? name : "transform." + name
      }
    case "panel.": links += controls(value)
    default: break
    }
    // What an entry says of itself leads nowhere.
    return links.filter { !$0.target.isSame(as: key) }
  }

  /// What a key alone points at.
  package static func ofKey(_ key: String) -> [Link] {
    guard !key.begins(with: avatars), let id = personID(inKey: key) else { return [] }
    return [Link(path: .root, target: avatars + key[id], kind: .ownership)]
  }

  private static let avatars = "avatar."
  /// Groups in which a key ends with somebody's id.
  private static let ofPeople = [
    "user-origin.", "playarea.", "update.index.", "report.connection.health.",
  ]

  /// Where somebody's id stands in a key, in the groups in which programs form keys so; an id may hold dots itself.
  package static func personID(inKey key: String) -> Range<String.Index>? {
    guard let group = ([avatars, "cursor."] + ofPeople).first(where: key.begins) else { return nil }
    let start = key.utf8.index(key.startIndex, offsetBy: group.utf8.count)
    let hand = group == "cursor." ? [".left", ".right"].first(where: key.hasSuffix) : nil
    let end = key.utf8.index(key.endIndex, offsetBy: -(hand?.utf8.count ?? 0))
    return start < end ? start..<end : nil
  }

  /// The keys that belong to an avatar by their names alone, and whose values say nothing more.
  static func keysOwned(by avatar: String) -> [String] {
    guard avatar.begins(with: avatars) else { return [] }
    let id = avatar.droppingBytes(of: avatars)
    return ofPeople.map { $0 + id }
  }

  /// Groups whose values may point at an entry, for who looks for those that do.
  static func groups(pointingAt key: String) -> [String] {
    switch KeyParts.prefix(of: key) {
    case "selection.": visualisers + ["panel."]
    case "avatar.": ["interaction.", "avatar.", "cursor.", "panel."]
    case "transform.": placed + ["panel."]
    case let group? where placed.contains(group): placed + ["panel."]
    default: ["panel."]
    }
  }

  /// All groups whose entries should point at somebody who is there.
  ///
  /// A counter or a report comes from every program that writes, also from those that have no avatar.
  static let referring = valueGroups + ["user-origin.", "playarea."]

  static func readsValue(of key: String) -> Bool { valueGroups.contains { key.begins(with: $0) } }

  private static let valueGroups =
    visualisers + placed + ["interaction.", "avatar.", "cursor.", "panel."]

  // MARK: Fields

  private static func link(
    _ value: StateValue,
    _ field: String,
    _ kind: Link.Kind,
    _ target: (String) -> String
  ) -> [Link] {
    guard let name = text(value[field]) else { return [] }
    return [Link(path: [.field(field)], target: target(name), kind: kind)]
  }

  private static func controls(_ value: StateValue) -> [Link] {
    guard let elements = value["elements"]?.array else { return [] }
    var links: [Link] = []
    for (index, element) in elements.prefix(most).enumerated() {
      let path: ValuePath = ["elements", .element(index)]
      if let key = text(element["variable"]) {
        links.append(Link(path: path.appending("variable"), target: key, kind: .control))
      }
      for argument in (element["arguments"]?.object ?? [:]).prefix(most) {
        guard let key = text(argument.value["variable"]) else { continue }
        let inside = path.appending("arguments").appending(.field(argument.key))
        links.append(Link(path: inside.appending("variable"), target: key, kind: .control))
      }
    }
    return Array(links.prefix(most))
  }

  /// A text that can be a key: not empty, and no longer than keys are.
  package static func text(_ value: StateValue?) -> String? {
    guard case .string(let text)? = value, !text.isEmpty, text.utf8.count <= 1000 else {
      return nil
    }
    return text
  }
}

extension String {
  /// The text without a prefix that it is known to begin with.
  fileprivate func droppingBytes(of prefix: String) -> String {
    String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }
}
