import SharedState
import Wording

/// Selections, as NanoVer's clients read them.
extension Check {
  static let selections: [Check] = [
    selectionName, selectionID, selectionIDUnlikeKey, selected, properties, selectionKinds,
    unsaidAtoms, generations,
  ]

  private static let selectionName = missing("name", called: "a name", advice: "give it a name") {
    $0.givenName
  }

  private static let selectionID = missing("id", called: "an id", advice: "its id is its key") {
    $0.entry.key
  }

  private static func missing(
    _ field: String,
    called noun: String,
    advice: Phrase,
    _ given: @escaping @Sendable (Selection) -> String
  ) -> Check {
    Check(
      "selection-\(field)",
      fact: "nanover.app.RenderingSelection.from_dictionary raises ValueError without \(noun)",
      one: { entry in
        guard let selection = Selection(entry), selection.object[field] == nil else { return nil }
        return Finding(
          selection.isTutorials ? .note : .error,
          at: [.field(field)],
          "there is no \(field)",
          trouble: "NanoVer's Python client then cannot list any selection (ValueError)",
          advice: advice,
          repair: "\(field) = \(Finding.quoted(given(selection)))"
        )
      },
      mend: { Selection($0).map { .string(given($0)) } }
    )
  }

  private static let selectionIDUnlikeKey = Check(
    "selection-id-unlike-key",
    fact: "the Python client writes and removes a selection at its id, not at its key",
    one: { entry in
      guard let id = Selection(entry)?.object["id"], id != .string(entry.key) else { return nil }
      return Finding(
        .warning,
        at: ["id"],
        "its id is not its key",
        trouble: "who edits or removes it from Python writes to another \(.house)",
        advice: "its id is its key",
        repair: "id = \(Finding.quoted(entry.key))"
      )
    },
    mend: { .string($0.key) }
  )

  private static let selected = Check(
    "selection-selected",
    fact: "selected is a dictionary with particle_ids; jupyter's modify_selection writes a list",
    one: { entry in
      guard let selected = Selection(entry)?.object["selected"], selected.object == nil else {
        return nil
      }
      return Finding(
        .error,
        at: ["selected"],
        "selected is \(withArticle(selected.kind))",
        trouble: "NanoVer's Python client then cannot list any selection (TypeError)",
        advice: "its atoms belong into selected.particle_ids",
        repair: Selection.mended(selected: selected) == nil
          ? nil : "selected = {particle_ids: \(selected == .null ? "null" : "the list")}"
      )
    },
    mend: { Selection($0)?.object["selected"].flatMap(Selection.mended(selected:)) }
  )

  private static let properties = Check(
    "selection-properties",
    fact: "properties is a dictionary; the Python client looks into it unless it is missing",
    one: { entry in
      guard let properties = Selection(entry)?.object["properties"], properties.object == nil
      else { return nil }
      return Finding(
        .error,
        at: ["properties"],
        "properties is \(withArticle(properties.kind))",
        trouble: "NanoVer's Python client then cannot list any selection (TypeError)",
        advice: "properties is a dictionary, and may be empty",
        repair: properties == .null ? "properties = {}" : nil
      )
    },
    mend: { _ in [:] }
  )

  private static let selectionKinds = Check(
    "selection-kinds",
    fact: "a property that is there but of another kind makes the headsets throw",
    find: { entry in
      guard let selection = Selection(entry) else { return [] }
      return selection.mistyped.map { path, value, wanted in
        Finding(
          .error,
          at: path,
          "\(Finding.place(path)) is \(withArticle(value.kind))",
          trouble: "headsets read \(wanted) here, and fail on anything else",
          advice: "set it to \(wanted), or take it out"
        )
      }
    }
  )

  private static let unsaidAtoms = Check(
    "selection-atoms-unsaid",
    fact: "particle_ids null or missing is every atom to a headset and none to the Python client",
    one: { entry in
      guard let selection = Selection(entry), !selection.isRoot, !selection.isTutorials else {
        return nil
      }
      let path: ValuePath = ["selected", "particle_ids"]
      switch entry.value.value(at: path) {
      case nil where selection.object["selected"]?.object != nil || selection.saysNoAtoms:
        return Finding(
          .warning,
          at: path,
          "it does not say which atoms",
          trouble: "headsets draw every atom, the Python client reads none",
          advice: "list them; [] is none, null is every one"
        )
      case .null?:
        return Finding(
          .note,
          at: path,
          "null is every atom",
          trouble: "headsets draw all of them, the Python client reads none",
          advice: "if none are meant, set []"
        )
      case .array(let atoms)? where atoms.isEmpty && selection.isDrawn:
        return Finding(
          .note,
          at: path,
          "[] is no atom at all",
          trouble: "nothing is drawn, though a renderer is chosen",
          advice: "if every one is meant, set null"
        )
      default: return nil
      }
    }
  )

  private static let generations = Check(
    "selection-generations",
    fact: "clients read narupa.* or nanover.* properties and ignore the other generation's",
    one: { entry in
      guard let selection = Selection(entry), let name = selection.differsByGeneration else {
        return nil
      }
      return Finding(
        .warning,
        at: ["properties"],
        "properties of narupa.* and of nanover.* differ in \(Finding.quoted(name))",
        trouble: "each client reads its own generation, so two people see two things",
        advice: "keep one generation, or say the same in both"
      )
    }
  )
}

/// A selection's value as NanoVer lays it out.
struct Selection {
  static let generations = ["nanover.", "narupa."]
  static let methods: Set<String> = ["single", "group", "none", "restraint"]

  let entry: InspectedEntry
  let object: StateObject

  init?(_ entry: InspectedEntry) {
    guard entry.group == "selection.", let object = entry.object else { return nil }
    (self.entry, self.object) = (entry, object)
  }

  var isRoot: Bool { entry.key.isSame(as: "selection.root") }
  var properties: StateObject? { object["properties"]?.object }

  /// Whether it is laid out as in narupatools and the tutorial, whose clients look for other fields.
  var isTutorials: Bool {
    object["selected"] == nil && object["properties"] == nil
      && (object["display_name"] != nil || object["particle_ids"] != nil)
  }

  var saysNoAtoms: Bool { object["selected"] == nil && object["particle_ids"] == nil }

  /// The name to give it: the one that it has elsewhere, or that of its key.
  var givenName: String {
    if case .string(let name)? = object["display_name"] { return name }
    return isRoot ? "Root Selection" : entry.name
  }

  var renderers: [(path: ValuePath, value: StateValue)] {
    Self.generations.compactMap { generation in
      let name = generation + "rendering.renderer"
      return properties?[name].map { (["properties", .field(name)], $0) }
    }
  }

  var isDrawn: Bool {
    let isHidden = Self.generations.contains { properties?[$0 + "rendering.hide"] == true }
    return !isHidden && renderers.contains { $0.value != .null }
  }

  /// The atoms in their right place, from a `selected` that is no dictionary.
  static func mended(selected: StateValue) -> StateValue? {
    switch selected {
    case .null, .array: ["particle_ids": selected]
    default: nil
    }
  }

  /// Fields of another kind than headsets read.
  var mistyped: [(ValuePath, StateValue, wanted: String)] {
    var found: [(ValuePath, StateValue, wanted: String)] = []
    if let name = object["name"], name != .null, name.string == nil {
      found.append((["name"], name, "a string"))
    }
    if let atoms = object["selected"]?["particle_ids"], atoms != .null, atoms.array == nil {
      found.append((["selected", "particle_ids"], atoms, "a list of atoms"))
    }
    for generation in Self.generations {
      for name in ["interaction.velocity_reset", "rendering.hide"].map({ generation + $0 }) {
        guard let value = properties?[name], value != .null, value.bool == nil else { continue }
        found.append((["properties", .field(name)], value, "true or false"))
      }
      let name = generation + "interaction.method"
      guard let method = properties?[name], method != .null else { continue }
      if method.string.map({ !Self.methods.contains($0) }) ?? true {
        found.append((["properties", .field(name)], method, "single, group or none"))
      }
    }
    return found
  }

  /// A property that is not the same in both generations, though both are there.
  var differsByGeneration: String? {
    guard let properties else { return nil }
    func fields(_ generation: String) -> StateObject {
      StateObject(
        properties.lazy.filter { $0.key.begins(with: generation) }.map {
          (String(decoding: $0.key.utf8.dropFirst(generation.utf8.count), as: UTF8.self), $0.value)
        }
      )
    }
    let (new, old) = (fields("nanover."), fields("narupa."))
    guard !new.isEmpty, !old.isEmpty else { return nil }
    return (new.keys + old.keys).first { new[$0] != old[$0] }
  }
}
