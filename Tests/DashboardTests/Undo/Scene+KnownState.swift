import SharedState
import StateEditing
import TextScreen
import ScreenKit

@testable import Dashboard

/// What a test does in place of the runner: edits are put on the freshest state and answered.
extension Scene {
  /// Presses keys, and lets the town answer what each of them sends.
  mutating func act(_ keys: Key...) {
    for key in keys {
      press(key)
      settleEdits()
    }
  }

  /// Sends an edit as the switches and repairs do.
  mutating func submit(_ verb: EditVerb, _ entries: [EditRequest.Entry]) {
    effects = model.submit(verb, entries)
    settleEdits()
  }

  /// Puts the edits that were asked for on the town, and answers with how that ended.
  mutating func settleEdits(_ outcome: EditOutcome = .sent(.accepted(latency: .milliseconds(4)))) {
    for case .edit(let request) in effects {
      switch request.rebased(on: town) {
      case .conflict(let key, let live): send(.outcome(request.id, .conflict(key: key, live: live)))
      case .change(let change):
        send(.sent(request.id, change, inverse: change.inverse(against: town)))
        town.apply(change)
        send(.state(town, change))
        send(.outcome(request.id, outcome))
      }
    }
  }

  /// The edits that were asked for last.
  var requests: [EditRequest] {
    effects.compactMap { effect in
      if case .edit(let request) = effect { request } else { nil }
    }
  }

  /// Every house and its value as text: the order of fields counts, so this is the town byte for byte.
  var wholeTown: [String: String] {
    var texts: [String: String] = [:]
    for (key, entry) in town { texts[key] = entry.value.text }
    return texts
  }

  var notes: [String] {
    model.activity.log.items.compactMap { item in
      if case .note(let phrase, _) = item.subject { phrase.town } else { nil }
    }
  }
}
