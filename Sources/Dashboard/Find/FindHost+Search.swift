import SharedState
import ScreenKit

/// Finding entries by their keys, or by what is in them.
extension FindHost {
  var isTypingSearch: Bool { overlays.has(SearchLine.self) }

  mutating func beginSearch() {
    finder.endHunt()
    overlays[SearchLine.self] = SearchLine()
    finder.origin = searchCursor
    finder.folds = known.index.folds
    finder.search = nil
    focus = searchedRows.pane
  }

  /// The rows in which is searched: the selections' where they have the place on the left, otherwise the tree's.
  private var searchedRows: SearchedRows { leftPane == .selections ? .selections : .tree }

  /// Where the cursor is among the rows in which is searched.
  private var searchCursor: TreeRow? {
    searchedRows.pane == .tree ? tree.cursor : selections.cursor.map { .entry($0) }
  }

  private mutating func goSearched(to row: TreeRow) {
    guard searchedRows.pane == .selections else { return goTree(to: row) }
    guard let number = row.key.flatMap(selections.index.row) else { return }
    selections.move(to: number, height: layout.listRows(.selections))
  }

  mutating func typeSearch(_ key: Key) {
    switch key {
    case .enter:
      overlays[SearchLine.self] = nil
      if finder.search == nil { leaveSearch() }
      if let origin = finder.origin, searchedRows.pane == .tree, origin != tree.cursor {
        jumps.leave(Location(row: origin))
      }
    case .escape: leaveSearch()
    case .backspace:
      // Backspace in an empty search leaves it; it never does more.
      guard let query = finder.search?.query, !query.isEmpty else { return leaveSearch() }
      search(for: String(query.dropLast()))
    case .control("u"): search(for: "")
    case .down: findNext(forward: true)
    case .up: findNext(forward: false)
    case .character(let character): search(for: (finder.search?.query ?? "") + String(character))
    default: break
    }
  }

  private mutating func leaveSearch() {
    goBackToOrigin()
    overlays[SearchLine.self] = nil
    forgetSearch()
  }

  /// Searches no more; the cursor stays.
  mutating func forgetSearch() {
    (finder.search, finder.origin) = (nil, nil)
    finder.endHunt()
  }

  /// Closes the groups that the search has opened.
  private mutating func bringBackFolds() {
    if let folds = finder.folds, folds != known.index.folds { known.index.setFolds(folds) }
  }

  private mutating func goBackToOrigin() {
    bringBackFolds()
    if let origin = finder.origin { goSearched(to: origin) }
  }

  /// Goes to the first entry from where the search began.
  mutating func search(for query: String) {
    let new = query.isEmpty ? nil : EntrySearch(query)
    finder.search = new
    (finder.waiting, finder.nextLook, finder.place, finder.rowRank) = (nil, nil, nil, nil)
    guard let new else {
      (finder.hunt, finder.renewal) = (nil, nil)
      return goBackToOrigin()
    }
    bringBackFolds()
    begin(new, from: finder.origin)
    jump(FindState.Jump(row: finder.origin, forward: true, including: true))
    if finder.hunt?.count == 0 { goBackToOrigin() }
    goToGroup(called: query)
  }

  /// Goes to a group that is called so, whose row shows that and nothing else; what was found in it is next.
  private mutating func goToGroup(called query: String) {
    let prefix = query + "."
    guard searchedRows.pane == .tree, !known.state.contains(query),
      known.index.position(of: .group(prefix)) != nil
    else {
      return
    }
    (finder.waiting, finder.place) = (nil, nil)
    goTree(to: .group(prefix))
  }

  private mutating func begin(_ new: EntrySearch, from row: TreeRow?) {
    finder.begun = now.uptime
    (finder.hunt, finder.renewal) = (run(new, from: row), nil)
    if finder.hunt?.isDone == false, !new.isEmpty { lookSoon() }
  }

  private func run(_ new: EntrySearch, from row: TreeRow?) -> SearchRun {
    let rows = searchedRows
    if let old = finder.hunt, old.rows.pane == rows.pane, old.keysHold(for: known),
      new.narrows(old.search)
    {
      return SearchRun(new, within: old, in: known)
    }
    return SearchRun(new, in: known, from: row, glyphs: glyphs, rows: rows)
  }

  mutating func findNext(forward: Bool) {
    let rows = searchedRows
    if !isTypingSearch, rows.pane == .tree { leavePlace() }
    guard let search = finder.search else { return }
    let cursor = searchCursor
    if finder.hunt?.holds(for: known) != true || finder.hunt?.rows.pane != rows.pane {
      begin(search, from: cursor)
      // Places are those of the hunt that found them.
      finder.place = finder.hunt?.place(of: cursor)
    }
    jump(FindState.Jump(row: cursor, forward: forward, including: false))
    if !isTypingSearch { say("/\(search.query)  \(searchCount)") }
  }

  private mutating func jump(_ jump: FindState.Jump) {
    finder.waiting = nil
    guard searchedRows.pane == .tree else { return jumpAmongSelections(jump) }
    finder.rowRank = nil
    switch finder.hunt?.next(from: jump.row, forward: jump.forward, including: jump.including) {
    case .found(let found)?:
      finder.place = found.place
      goTree(to: .entry(found.key))
    case .notYet?: finder.waiting = jump
    case .nothing?, nil: finder.place = nil
    }
  }

  /// Goes to what was found next in the order of the pane, which is not that of the keys.
  ///
  /// The rows next to the cursor are looked at first: where much was found it is near, and only where little was found
  /// are all found rows put in order.
  private mutating func jumpAmongSelections(_ jump: FindState.Jump) {
    guard let hunt = finder.hunt, hunt.count > 0 else {
      if finder.hunt?.isDone == false { finder.waiting = jump }
      return
    }
    let index = selections.index
    let origin = jump.row?.key.flatMap(index.row) ?? selections.cursorNumber - 1
    let step = jump.forward ? 1 : -1
    let start = jump.including ? origin : origin + step
    let near = stride(from: start, to: start + step * FindState.nearRows, by: step)
      .first { index.key(at: $0).map(hunt.hasFound) ?? false }
    let isRanked = near == nil || hunt.count <= FindState.mostRanked
    let rows = isRanked ? hunt.found.compactMap(index.row).sorted() : []
    let next =
      near
      ?? (jump.forward
        ? rows.first { $0 >= start } ?? rows.first : rows.last { $0 <= start } ?? rows.last)
    finder.rowRank = next.flatMap(rows.firstIndex).map { $0 + 1 }
    if let next { selections.move(to: next, height: layout.listRows(.selections)) }
    if !hunt.isDone { finder.waiting = jump }
  }

  // MARK: Looking on

  private mutating func lookSoon() { finder.nextLook = now.uptime + .milliseconds(1) }

  /// When the search goes on, or looks anew at a state that has changed since.
  var nextSearchLook: Duration? {
    if let next = finder.nextLook { return next }
    guard let hunt = finder.hunt, finder.search != nil, !hunt.holds(for: known) else {
      return nil
    }
    return finder.begun + hunt.rest
  }

  private mutating func lookAgain() {
    guard let search = finder.search else { return }
    finder.begun = now.uptime
    finder.renewal = run(search, from: isTypingSearch ? finder.origin : searchCursor)
    if search.isEmpty || finder.renewal?.isDone == true { renew() } else { lookSoon() }
  }

  private mutating func renew() {
    (finder.hunt, finder.renewal) = (finder.renewal, nil)
    finder.place = finder.hunt?.place(of: searchCursor)
  }

  /// Looks at more keys or values, if some are still to be looked at and it is time.
  mutating func lookOn() {
    guard let due = nextSearchLook, now.uptime >= due else { return }
    guard finder.nextLook != nil else { return lookAgain() }
    finder.nextLook = nil
    let known = known
    if finder.renewal != nil {
      finder.renewal?.look(in: known)
      if finder.renewal?.isDone == true { renew() } else { lookSoon() }
      return
    }
    finder.hunt?.look(in: known)
    if let waiting = finder.waiting { jump(waiting) }
    if finder.hunt?.isDone == false { lookSoon() }
  }

  /// Which of how many was found, in words.
  var searchCount: String {
    guard let search = finder.search else {
      return "any text, or =value, or field~value"
    }
    guard !search.isEmpty else { return "what it says" }
    guard let hunt = finder.hunt else { return "" }
    let more = hunt.isDone ? "" : glyphs.ellipsis
    guard hunt.count > 0 || !hunt.isDone else {
      return words("no \(.house) has that")
    }
    guard let rank = finder.rank else { return Phrases.grouped(hunt.count) + more }
    return "\(Phrases.grouped(rank))/\(Phrases.grouped(hunt.count))\(more)"
  }
}
