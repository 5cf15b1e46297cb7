import ScreenKit

/// What follows references between houses, and the way back.
enum FollowCommand: Hashable, Sendable {
  case target
  case referrers
  case person
  case dangling
  case back
  case forward
}

extension Keymap {
  static let follows: [Binding] = [
    Binding("follow", ["gd"], .follow(.target), .follow, "go to what this points at"),
    Binding("referrers", ["gr"], .follow(.referrers), .follow, "go to what points here"),
    Binding(
      "person",
      ["go"],
      .follow(.person),
      .follow,
      "show all \(many: .house) of the same person"
    ),
    Binding(
      "dangling",
      ["gb"],
      .follow(.dangling),
      .follow,
      "list references to \(.vacant) \(many: .address)"
    ),
    Binding("back", ["["], .follow(.back), .follow, "back to where you were"),
    Binding("forward", ["]"], .follow(.forward), .follow, "forward again"),
  ]
}

extension Model {
  func reasonNot(to command: FollowCommand) -> String? {
    switch command {
    case .target: reasonNotToFollow()
    case .referrers: reasonNotToListReferrers()
    case .person: reasonNotToShowPerson()
    case .dangling: known.index.isEmpty ? known.words(.emptyTown) : nil
    case .back: reasonNotToGoBack()
    case .forward: reasonNotToGoForward()
    }
  }

  mutating func run(_ command: FollowCommand) -> [Effect] {
    switch command {
    case .target: followTarget()
    case .referrers: listReferrers()
    case .person: showPerson()
    case .dangling: listDangling()
    case .back: goBack()
    case .forward: goForward()
    }
    return []
  }
}
