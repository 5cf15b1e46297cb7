import ScreenKit

enum TreeSort: String, Hashable, Sendable, CaseIterable {
  case name
  case change
  case rate
  case size

  var words: String {
    switch self {
    case .name: "by name"
    case .change: "by last change"
    case .rate: "by rate"
    case .size: "by size"
    }
  }

  /// The order that comes after this one.
  var next: TreeSort {
    let all = Self.allCases
    let position = all.firstIndex(of: self) ?? 0
    return all[(position + 1) % all.count]
  }
}
