import ScreenKit
import SharedState
import StateInspection

/// What choosing the value of a field from a list needs of the dashboard.
protocol FieldChoosing: Host {
  /// Puts a value into the field that is being written.
  mutating func fill(_ value: StateValue)
}

extension FieldChoosing {
  /// Opens a list from which the field under the cursor is chosen.
  mutating func choose(from list: FieldForm.List) {
    if let list = FieldMenuItems<Self>(glyphs: glyphs).list(for: list) { open(list) }
  }
}

/// What there is to choose for a field.
private struct FieldMenuItems<Host: FieldChoosing> {
  private typealias Item = List<Host>.Item

  let glyphs: Glyphs

  /// The list for a field; `nil` if it is not chosen from one.
  func list(for list: FieldForm.List) -> List<Host>? {
    let items: [Item]
    switch list.kind {
    case .choice(.renderer(let isOlder)): items = renderers(isOlder: isOlder, list.holding)
    case .choice(.names(let names)): items = names.map { item(Line($0), .string($0)) }
    case .colour(let notation, let isRendered):
      items = (isRendered ? waysOfColouring : []) + colours(notation)
    default: return nil
    }
    return List("field", list.name, items)
  }

  private func item(
    _ label: Line,
    _ value: StateValue,
    name: String? = nil,
    note: String = ""
  ) -> Item {
    Item(
      label: label,
      name: name ?? label.text,
      note: note,
      choice: Choice("fill \(note) \(value.text)") { host in
        host.fill(value)
        return []
      }
    )
  }

  private func heading(_ text: String) -> Item { Item(label: Line(text, .muted)) }

  private func renderers(isOlder: Bool, _ old: StateValue?) -> [Item] {
    let presets = RendererCatalogue.presets + (isOlder ? RendererCatalogue.olderPresets : [])
    return [heading("presets, as they are")] + presets.map { item(Line($0), .string($0)) }
      + [heading("maps, with parameters to change")]
      + RendererCatalogue.maps.map { map in
        let value = map.value(inPlaceOf: old)
        let names = value.object?.keys.dropFirst().joined(separator: ", ") ?? ""
        return item(Line(map.render + " {}"), value, note: names)
      }
      + [heading("or nothing"), item(Line("null"), .null, note: "each client's own")]
  }

  private var waysOfColouring: [Item] {
    [heading("by what a particle is")]
      + RendererCatalogue.colourTypes.map { item(Line($0), RendererCatalogue.colour($0)) }
      + [heading("one colour for all")]
  }

  private func colours(_ notation: Colour.Notation) -> [Item] {
    ColourNames.names.compactMap { name in
      guard let colour = Colour(name) else { return nil }
      let value: StateValue =
        switch notation {
        case .text: .string(name)
        case .numbers(let count): .array(colour.numbers(count: count).map(StateValue.double))
        }
      return item(Swatch.line(colour, glyphs), value, name: name, note: colour.hexadecimal)
    }
  }
}
