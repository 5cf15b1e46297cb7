import SharedState
import StateInspection

/// What a field is for, as far as its group, its place and its value tell.
///
/// It decides how the field is written for a person, what `+`, `-` and Space do to it, and from which list it can
/// be chosen. What the person types is always put back in the kind that the field had.
enum FieldKind: Hashable, Sendable {
  /// One of the values that are known here, or any other.
  case choice(FieldMenu)
  /// A colour, written as the field had it; inside of a renderer there are ways of colouring too.
  case colour(Colour.Notation, isRendered: Bool)
  /// A set of atoms.
  case atoms
  case flag
  case whole
  case measure
  case text
  /// Any value, as JSON.
  case raw
}

/// From which list a field is chosen.
enum FieldMenu: Hashable, Sendable {
  /// Presets and maps; the older programs know more of them.
  case renderer(isOlder: Bool)
  /// Names.
  case names([String])
}

extension FieldKind {
  private static let renderers = ["nanover.rendering.renderer", "narupa.rendering.renderer"]
  private static let methods = ["nanover.interaction.method", "narupa.interaction.method"]
  private static let atomLists = ["particle_ids", "particles"]

  /// Finds out what a field is for.
  init(_ path: ValuePath, in prefix: String, holding value: StateValue?) {
    self = Self.known(path, in: prefix, value) ?? Self.plain(value)
  }

  /// What any value can be without knowing where it is.
  private static func plain(_ value: StateValue?) -> FieldKind {
    switch value {
    case .bool?: .flag
    case .int?: .whole
    case .double?: .measure
    case .string?: .text
    default: .raw
    }
  }

  private static func known(_ path: ValuePath, in prefix: String, _ value: StateValue?)
    -> FieldKind?
  {
    guard case .field(let name)? = path.steps.last else { return nil }
    let isVisualiser = ParticleVisualiser.prefixes.contains(prefix)
    let isSelection = prefix == KeyKind.selectionPrefix
    if let renderer = rendererDepth(path, isSelection: isSelection, isVisualiser: isVisualiser) {
      if renderer == path.steps.count {
        return isText(value) || value?.object != nil
          ? .choice(.renderer(isOlder: isVisualiser)) : nil
      }
      return inRenderer(Array(path.steps.dropFirst(renderer)), name, value)
    }
    switch name {
    case _ where atomLists.contains(name): return isAtoms(value) ? .atoms : nil
    case "selection" where isVisualiser: return value?.array != nil && isAtoms(value) ? .atoms : nil
    case "interaction_type": return choice(RendererCatalogue.interactionTypes, value)
    case _ where methods.contains(name) && isSelection:
      return choice(RendererCatalogue.interactionMethods, value)
    case "color": return colour(value, isRendered: false)
    default: return nil
    }
  }

  /// How many steps lead to the renderer that a path leads into, or to.
  private static func rendererDepth(
    _ path: ValuePath,
    isSelection: Bool,
    isVisualiser: Bool
  ) -> Int? {
    let names = isVisualiser ? ["renderer", "visualiser"] : isSelection ? renderers : []
    return path.steps.firstIndex { step in
      guard case .field(let name) = step else { return false }
      return names.contains(name)
    }.map { $0 + 1 }
  }

  /// A field of a renderer that is written as a map.
  private static func inRenderer(_ steps: [ValuePath.Step], _ name: String, _ value: StateValue?)
    -> FieldKind?
  {
    let isPart = steps.count > 1
    guard case .field(let part)? = steps.first else { return nil }
    switch (part, name) {
    case ("render", "render"), ("render", "type"):
      return choice(RendererCatalogue.maps.map(\.render), value)
    case ("sequence", "sequence"), ("sequence", "type"):
      return choice(RendererCatalogue.sequences, value)
    case ("color", "type"): return choice(RendererCatalogue.colourTypes, value)
    case (_, "scheme"): return choice(RendererCatalogue.schemes, value)
    case ("scale", "type"), ("scale", "scale"):
      return choice(RendererCatalogue.scaleTypes, value)
    case ("width", "type"), ("width", "width"):
      return choice(RendererCatalogue.widthTypes, value)
    case (_, "color"): return colour(value, isRendered: !isPart)
    default: return nil
    }
  }

  private static func choice(_ names: [String], _ value: StateValue?) -> FieldKind? {
    isText(value) ? .choice(.names(names)) : nil
  }

  private static func isText(_ value: StateValue?) -> Bool {
    switch value {
    case nil, .null?, .string?: true
    default: false
    }
  }

  private static func isAtoms(_ value: StateValue?) -> Bool {
    switch value {
    case nil, .null?: true
    case .array(let elements)?:
      elements.allSatisfy { element in
        guard case .int(let number) = element else { return false }
        return number >= 0
      }
    default: false
    }
  }

  private static func colour(_ value: StateValue?, isRendered: Bool) -> FieldKind? {
    switch value {
    case .string?: return .colour(.text, isRendered: isRendered)
    case .array(let elements)? where (3...4).contains(elements.count):
      let isNumbers = elements.allSatisfy { $0.double != nil }
      return isNumbers ? .colour(.numbers(count: elements.count), isRendered: isRendered) : nil
    default: return nil
    }
  }
}
