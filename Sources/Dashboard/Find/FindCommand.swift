import ScreenKit

/// What finds houses, or keeps them out of sight.
enum FindCommand: Hashable, Sendable {
  case search
  case nextMatch
  case previousMatch
  case filter
  case clearFilter
  case mute
  case sort
}

extension Keymap {
  static let finds: [Binding] = [
    Binding(
      "search",
      ["/"],
      .find(.search),
      .find,
      hint: "find",
      "find a key, =text in values, field~text in one field"
    ),
    Binding(
      "next-match",
      ["n"],
      .find(.nextMatch),
      .find,
      during: .searching,
      hint: "next",
      "next \(.house) that was found, while a search is on"
    ),
    Binding(
      "previous-match",
      ["N"],
      .find(.previousMatch),
      .find,
      during: .searching,
      hint: "previous",
      "previous \(.house) that was found"
    ),
    Binding(
      "filter",
      ["f"],
      .find(.filter),
      .find,
      hint: "filter",
      "show only some \(many: .house): selection.* avatar.? !not.this"
    ),
    Binding("clear-filter", ["F"], .find(.clearFilter), .find, "show all \(many: .house) again"),
    Binding(
      "mute",
      ["x"],
      .find(.mute),
      .find,
      in: .places,
      "mute the \(.street) or \(.house), or hear it"
    ),
    Binding("sort", ["S"], .find(.sort), .find, in: [.tree], "sort by name, change, rate or size"),
  ]
}

extension Model {
  func reasonNot(to command: FindCommand) -> String? {
    switch command {
    case .search: known.index.isEmpty ? known.words(.emptyTown) : nil
    case .nextMatch, .previousMatch:
      search == nil ? "nothing was searched for; / begins a search" : nil
    case .filter, .sort: known.index.isEmpty ? known.words(.emptyTown) : nil
    case .clearFilter: known.index.filter == nil ? "no filter is on; f begins one" : nil
    case .mute: reasonNotToMute
    }
  }

  mutating func run(_ command: FindCommand) -> [Effect] {
    switch command {
    case .search: beginSearch()
    case .nextMatch: findNext(forward: true)
    case .previousMatch: findNext(forward: false)
    case .filter: beginFilter()
    case .clearFilter: clearFilter()
    case .mute: toggleMute()
    case .sort: turnSort()
    }
    return []
  }
}
