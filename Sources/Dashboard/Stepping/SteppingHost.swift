import ScreenKit
import SharedState
import StateEditing

extension Action where Host: SteppingHost {
  static var stepping: [Self] {
    [
      step(.increment, "increment", ["+"], "step a number up, at once"),
      step(.decrement, "decrement", ["-"], "step a number down, at once"),
      step(
        .flip,
        "flip",
        ["~"],
        "true to false and back; in Selections: hide, show"
      ),
    ]
  }

  private static func step(
    _ step: FieldSwitch,
    _ id: ActionID,
    _ keys: [String],
    _ help: Phrase
  ) -> Self {
    Action(id, keys, .edit, in: .entries, help) { $0.run(step) }
      .writing().unless { $0.reasonNot(to: step) }
  }
}

/// What stepping and flipping of fields needs of the dashboard.
protocol SteppingHost: EditHost {
  /// The field of an entry that the pane in front means.
  func fieldMeant(by step: FieldSwitch, of key: String, _ entry: StateValue) -> FieldMeant
}

/// What a switch or step would do.
private struct Switch {
  let key: String
  let old: StateValue
  let new: StateValue
}

private struct Obstacle: Error {
  let reason: String
}

/// Edits of one field that are sent at once: what they do is one field that is seen, and `z` takes it back.
extension SteppingHost {
  func reasonNot(to step: FieldSwitch) -> String? {
    do throws(Obstacle) {
      _ = try change(step)
      return nil
    } catch {
      return error.reason
    }
  }

  mutating func run(_ step: FieldSwitch) -> [Effect] {
    guard let change = try? change(step) else { return [] }
    let verb: EditVerb = change.old.object == nil ? .set : .update
    return submit(verb, [.init(key: change.key, base: change.old, mine: change.new)])
  }

  private func change(_ step: FieldSwitch) throws(Obstacle) -> Switch {
    guard let key = currentKey else { throw Obstacle(reason: words(.chooseHouse)) }
    guard let entry = outbox.wished(key) ?? freshest[key] else {
      throw Obstacle(reason: words("\(.nobodyLives) at \(key)"))
    }
    switch fieldMeant(by: step, of: key, entry) {
    case .none(let reason): throw Obstacle(reason: reason)
    case .path(let path, let missing):
      let new = try value(for: step, entry.value(at: path), path, missing: missing)
      guard let changed = entry.replacing(path, with: new) else {
        throw Obstacle(reason: "\(key) has no \(path) to change any more")
      }
      return Switch(key: key, old: entry, new: changed)
    }
  }

  private func value(
    for step: FieldSwitch,
    _ old: StateValue?,
    _ path: ValuePath,
    missing: StateValue?
  ) throws(Obstacle) -> StateValue {
    let name = path.isRoot ? "it" : "\(path)"
    switch step {
    case .flip:
      if let missing, old == nil || old == .null { return missing }
      guard let truth = old?.bool else {
        throw Obstacle(reason: "\(name) is \(Self.word(old)), and only true and false are flipped")
      }
      return .bool(!truth)
    case .increment, .decrement:
      guard let old, old.double != nil else {
        throw Obstacle(reason: "\(name) is \(Self.word(old)), and only numbers are stepped")
      }
      guard let new = FieldStep.next(old, up: step == .increment) else {
        throw Obstacle(reason: "there is no next number to \(old.text)")
      }
      return new
    }
  }

  private static func word(_ value: StateValue?) -> String {
    value.map { withArticle($0.kind) } ?? "not there"
  }
}
