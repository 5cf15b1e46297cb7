import SharedState
import ScreenKit
import StateEditing

/// What changes a field without writing: a switch, a step.
enum BoardCommand: Hashable, Sendable {
  case increment
  case decrement
  case flip
}

extension Keymap {
  static let boards: [Binding] = [
    Binding(
      "increment",
      ["+"],
      .board(.increment),
      .edit,
      in: .places,
      "step a number up, at once"
    ),
    Binding(
      "decrement",
      ["-"],
      .board(.decrement),
      .edit,
      in: .places,
      "step a number down, at once"
    ),
    Binding(
      "flip",
      ["~"],
      .board(.flip),
      .edit,
      in: .places,
      "true to false and back, at once; in Selections: hide or show"
    ),
  ]
}

/// Edits of one field that are sent at once: what they do is one field that is seen, and `z` takes it back.
extension Model {
  /// What a switch or step would do.
  private struct Switch {
    let key: String
    let old: StateValue
    let new: StateValue
  }

  private struct Obstacle: Error {
    let reason: String
  }

  func reasonNot(to command: BoardCommand) -> String? {
    do throws(Obstacle) {
      _ = try change(command)
      return nil
    } catch {
      return error.reason
    }
  }

  mutating func run(_ command: BoardCommand) -> [Effect] {
    guard let change = try? change(command) else { return [] }
    let verb: EditVerb = change.old.object == nil ? .set : .update
    return submit(verb, [.init(key: change.key, base: change.old, mine: change.new)])
  }

  private func change(_ command: BoardCommand) throws(Obstacle) -> Switch {
    if isReadOnly { throw Obstacle(reason: "this dashboard is read only") }
    guard let key = currentKey else {
      throw Obstacle(reason: known.words(.chooseHouse))
    }
    guard let house = wished(key) ?? freshest[key] else {
      throw Obstacle(reason: known.words("\(.nobodyLives) at \(key)"))
    }
    let path = try path(for: command, key, house)
    let new = try value(for: command, house.value(at: path), path)
    guard let changed = house.replacing(path, with: new) else {
      throw Obstacle(reason: "\(key) has no \(path) to change any more")
    }
    return Switch(key: key, old: house, new: changed)
  }

  /// What an edit on its way makes of a house: the next step begins there, however fast a key is pressed.
  private func wished(_ key: String) -> StateValue? {
    let newest = pending.values.filter {
      $0.entries.contains { ExactText($0.key) == ExactText(key) }
    }
    .max { $0.id.number < $1.id.number }
    return newest?.entries.first { ExactText($0.key) == ExactText(key) }?.mine
  }

  /// The field that is meant: the one under the cursor, or in Selections the one that the list shows.
  private func path(for command: BoardCommand, _ key: String, _ house: StateValue)
    throws(Obstacle) -> ValuePath
  {
    switch focus {
    case .detail: return detail.path ?? .root
    case .selections where command == .flip: return try hidePath(key, house)
    case .selections:
      guard SelectionsIndex.isVisualiser(key) else {
        throw Obstacle(
          reason: known.words(
            "a selection has no priority; its numbers are in \(Pane.detail.name) (Enter)"
          )
        )
      }
      return ["priority"]
    case .tree, .activity:
      guard house.object == nil, house.array == nil else {
        throw Obstacle(reason: known.words("choose one field of it in \(Pane.detail.name) (Enter)"))
      }
      return .root
    }
  }

  private func hidePath(_ key: String, _ house: StateValue) throws(Obstacle) -> ValuePath {
    guard let object = house.object else {
      throw Obstacle(reason: "\(key) is no dictionary, so nothing in it hides it")
    }
    if SelectionsIndex.isVisualiser(key) { return ["hide"] }
    guard let properties = object["properties"]?.object else {
      throw Obstacle(reason: "this selection cannot be hidden; ~ on a visualiser of it hides that")
    }
    let isNarupa = properties.keys.contains { $0.begins(with: "narupa.") }
    return ["properties", .field((isNarupa ? "narupa." : "nanover.") + "rendering.hide")]
  }

  private func value(for command: BoardCommand, _ old: StateValue?, _ path: ValuePath)
    throws(Obstacle) -> StateValue
  {
    let name = path.isRoot ? "it" : "\(path)"
    switch command {
    case .flip:
      // What is not written is not hidden.
      if focus == .selections, old == nil || old == .null { return true }
      guard let truth = old?.bool else {
        throw Obstacle(reason: "\(name) is \(Self.word(old)), and only true and false are flipped")
      }
      return .bool(!truth)
    case .increment, .decrement:
      guard let old, old.double != nil else {
        throw Obstacle(reason: "\(name) is \(Self.word(old)), and only numbers are stepped")
      }
      guard let new = FieldStep.next(old, up: command == .increment) else {
        throw Obstacle(reason: "there is no next number to \(old.text)")
      }
      return new
    }
  }

  private static func word(_ value: StateValue?) -> String {
    switch value {
    case nil: "not there"
    case .null?, .bytes?: value?.kind ?? ""
    case .int?: "an int"
    case let value?: "a \(value.kind)"
    }
  }
}
