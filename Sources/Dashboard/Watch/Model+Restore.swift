import ScreenKit
import SharedState
import StateEditing
import TextScreen

/// Bringing back what was: a normal edit, merged like any other.
extension Model {
  var reasonNotToRestore: String? {
    if isReadOnly { return "this dashboard is read only" }
    if case .group(let prefix)? = currentRow {
      return lately(left: prefix).isEmpty
        ? known.words(
          "no \(.house) \("has just left", dict: "was just removed from") this \(.street); \(key(for: .history)) lists those that \(.left) before"
        )
        : nil
    }
    guard let house = currentKey else { return known.words(.chooseHouse) }
    if let visit = watch.book.visit(beside: house) {
      return visit.entry == freshest.entry(for: house)
        ? known.words("the \(.visit) is \(.whatLives) here now") : nil
    }
    guard !freshest.contains(house) else {
      return known.words(
        "this is \(.whatLives) here now; \(key(for: .history)) lists what \("did", dict: "was") before"
      )
    }
    return watch.past.entry(house)?.last == nil
      ? known.words("\(.nobodyHasLived) here since you came") : nil
  }

  /// The houses of a street that are still shown although they left.
  private func lately(left prefix: String) -> [String] {
    guard let street = known.index.group(prefix), street.ghosts > 0 else { return [] }
    return street.houses.elements.map(\.key).filter {
      known.index.isGhost($0) && !freshest.contains($0)
    }
  }

  mutating func restore() -> [Effect] {
    if case .group(let prefix)? = currentRow { return restoreDeparted(lately(left: prefix)) }
    guard let house = currentKey else { return [] }
    if let visit = watch.book.visit(beside: house) { return restore(house, to: visit.entry) }
    return restoreDeparted([house])
  }

  /// Restores what an item of a list stands for; `nil` if it stands for nothing of the past.
  mutating func restore(_ choice: Chooser.Choice) -> [Effect]? {
    guard choice.isPast else { return nil }
    chooser = nil
    if isReadOnly {
      say("this dashboard is read only", .warning)
      return []
    }
    switch choice {
    case .visit(let id):
      guard let visit = watch.book.visit(id) else { return [] }
      return restore(visit.key, to: visit.entry)
    case .past(let house, let id):
      guard let step = watch.past.entry(house)?.past.first(where: { $0.id == id }) else {
        say("that value has been let go meanwhile to make room for newer ones", .warning)
        return []
      }
      return restore(house, to: step.entry)
    case .departed(let house): return restoreDeparted([house])
    case .restore(let houses): return restoreDeparted(houses)
    default: return nil
    }
  }

  /// Brings houses back with the last value that lived there, in one message.
  mutating func restoreDeparted(_ houses: [String]) -> [Effect] {
    let entries = houses.compactMap { house -> EditRequest.Entry? in
      guard !freshest.contains(house), let last = watch.past.entry(house)?.last?.entry else {
        return nil
      }
      return EditRequest.Entry(key: house, base: nil, mine: last.value)
    }
    guard !entries.isEmpty else {
      say("\("somebody has moved in", dict: "it was added") again already", .muted)
      return []
    }
    return submit(.set, entries)
  }

  /// Makes a house what it was: after a review if somebody lives there.
  private mutating func restore(_ house: String, to entry: StateEntry?) -> [Effect] {
    let live = freshest[house]
    open(house)
    guard let value = entry?.value else {
      guard live != nil else {
        say("\(.nobodyLived) here, and \("nobody does", dict: "is none") now", .muted)
        return []
      }
      beginEdit(.remove)
      return []
    }
    guard let live else { return submit(.set, [.init(key: house, base: nil, mine: value)]) }
    beginEdit(.set)
    guard edit?.phase == .editing, let effects = reviewRestored(value) else {
      // Too long for an editor, and so for a review by eye.
      edit = nil
      return submit(.set, [.init(key: house, base: live, mine: value)])
    }
    return effects
  }

  private mutating func reviewRestored(_ value: StateValue) -> [Effect]? {
    let text = value.text(indent: 2)
    guard text.utf8.count <= TextEditor.capacity, edit?.externalEdit(.saved(text)) != nil else {
      return nil
    }
    return []
  }
}

extension Chooser.Choice {
  /// Whether it is something that was, and can be brought back.
  var isPast: Bool {
    switch self {
    case .visit, .past, .departed, .restore: true
    default: false
    }
  }
}
