import SharedState
import TextScreen

/// Finding houses by their keys.
extension Model {
  mutating func beginSearch() {
    isTypingSearch = true
    searchOrigin = tree.cursor
    search = nil
    searchCount = "a part of a key"
    focus = .tree
  }

  mutating func typeSearch(_ key: Key) -> [Effect] {
    switch key {
    case .enter:
      isTypingSearch = false
      if search == nil { leaveSearch() }
      if let origin = searchOrigin, origin != tree.cursor {
        trail.jumps.leave(Place(row: origin))
      }
    case .escape: leaveSearch()
    case .backspace:
      // Backspace in an empty search leaves it; it never does more.
      guard let query = search?.query, !query.isEmpty else {
        leaveSearch()
        return []
      }
      search(for: String(query.dropLast()))
    case .control("u"): search(for: "")
    case .down: findNext(forward: true)
    case .up: findNext(forward: false)
    case .character(let character): search(for: (search?.query ?? "") + String(character))
    default: break
    }
    return []
  }

  private mutating func leaveSearch() {
    isTypingSearch = false
    search = nil
    if let origin = searchOrigin { goTree(to: origin) }
    searchOrigin = nil
  }

  /// Goes to the first house from where the search began.
  mutating func search(for query: String) {
    search = query.isEmpty ? nil : Search(query)
    guard search != nil else {
      searchCount = "a part of a key"
      if let origin = searchOrigin { goTree(to: origin) }
      return
    }
    jump(from: searchOrigin, forward: true, including: true)
  }

  mutating func findNext(forward: Bool) {
    if !isTypingSearch { leavePlace() }
    jump(from: tree.cursor, forward: forward, including: false)
    if !isTypingSearch { say("/\(search?.query ?? "")  \(searchCount)") }
  }

  private mutating func jump(from row: TreeRow?, forward: Bool, including: Bool) {
    guard let search else { return }
    let keys = town.index.shownKeys
    let found = keys.indices.filter { search.matches(keys[$0]) }
    guard let first = found.first, let last = found.last else {
      searchCount = "no house has that in its key"
      if isTypingSearch, let origin = searchOrigin { goTree(to: origin) }
      return
    }
    let origin = position(of: row, in: keys)
    let target: Int
    if forward {
      target = found.first { including ? $0 >= origin.at : $0 >= origin.after } ?? first
    } else {
      target = found.last { $0 < origin.at } ?? last
    }
    let rank = (found.firstIndex(of: target) ?? 0) + 1
    searchCount = "\(Phrases.grouped(rank))/\(Phrases.grouped(found.count))"
    goTree(to: .house(keys[target]))
  }

  /// Where a row stands among all keys, and the next place after it.
  private func position(of row: TreeRow?, in keys: [String]) -> (at: Int, after: Int) {
    switch row {
    case .house(let key)?:
      let at = keys.firstIndex { ExactText($0) == ExactText(key) } ?? 0
      return (at, at + 1)
    case .street(let prefix)?:
      let at = keys.firstIndex { $0.begins(with: prefix) } ?? 0
      return (at, at)
    case nil: return (0, 0)
    }
  }

  private mutating func goTree(to row: TreeRow) {
    tree.go(to: row, in: &town, height: layout.listRows(.tree))
  }
}
