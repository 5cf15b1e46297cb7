import ScreenKit
import SharedState
import StateInspection
import TextScreen

/// Following references between houses.
extension Model {
  /// The house that a command to follow is about.
  var subject: String? { focus == .activity ? activity.current?.key : currentKey }

  func reasonNotToFollow() -> String? {
    guard let subject else { return known.words(.chooseHouse) }
    guard linksHere.isEmpty else { return nil }
    return known.words(
      "\(subject) points at no other \(.house); \(label(.referrers)) lists what points at it"
    )
  }

  func reasonNotToListReferrers() -> String? {
    subject == nil ? known.words(.chooseHouse) : nil
  }

  /// The keys of a command, for texts that tell them.
  func label(_ command: FollowCommand) -> String {
    keymap.binding(for: .follow(command))?.keys.first?.label ?? ""
  }

  // MARK: What this points at

  /// What the field under the cursor points at or, if it does not, the whole house; one for each target.
  private var linksHere: [Link] {
    guard let key = subject else { return [] }
    let isShown = detail.key.map { ExactText($0) == ExactText(key) } == true
    let value = isShown ? detail.value : known.entry(for: key)?.value
    var links = EntryLinks.forward(key, value)
    if focus == .detail, let line = detail.current, !line.id.path.isRoot {
      let here = links.filter { line.id.path.contains($0.path) }
      links = here.isEmpty ? mention(in: line, of: key).map { [$0] } ?? links : here
    }
    var seen: Set<ExactText> = []
    return links.filter { seen.insert(ExactText($0.target)).inserted }
  }

  /// A text that happens to be the key of another house.
  private func mention(in line: FieldLine, of key: String) -> Link? {
    guard let text = Links.text(line.value), ExactText(text) != ExactText(key),
      known.state.contains(text)
    else { return nil }
    return Link(path: line.id.path, target: text, kind: .mention)
  }

  mutating func followTarget() {
    guard let key = subject else { return }
    let links = linksHere
    if links.count == 1 { return visit(links[0].target) }
    let items = links.map { link in
      var label = Line("\(link.kind.forward) ", .muted)
      label.append(link.target, .key)
      if !known.state.contains(link.target) { label.append(known.words("  \(.vacant)"), .warning) }
      return Chooser.Item(
        label: label,
        note: link.path.isRoot ? "by its key" : link.path.description,
        choice: .address(link.target)
      )
    }
    chooser = Chooser("What \(key) points at", items)
  }

  // MARK: What points here

  mutating func listReferrers() {
    guard let key = subject else { return }
    open(LinkListing(.referrers(of: key), in: known))
  }

  mutating func listDangling() { open(LinkListing(.dangling, in: known)) }

  /// Answers at once if one slice is enough, and with a list that fills if it is not.
  private mutating func open(_ new: LinkListing) {
    var listing = new
    _ = listing.search.lookOn(in: known.state)
    let found = listing.search.found
    if listing.search.isOver, found.isEmpty { return say(listing.nothing, .muted) }
    if listing.search.isOver, found.count == 1, case .referrers = listing.search.aim {
      return visit(found[0].key, found[0].link.path)
    }
    chooser = Chooser(listing.title, listing.items)
    trail.listing = listing
  }

  /// Looks into some more houses, if there are any left that somebody waits for.
  mutating func lookOnForLinks() {
    if let due = trail.nextLook, now.uptime < due { return }
    trail.house?.lookOn(in: known.state)
    lookOnForPerson()
    lookOnForListing()
    trail.nextLook = trail.isSearching ? now.uptime + FollowState.pause : nil
  }

  private mutating func lookOnForListing() {
    guard let listing = trail.listing else { return }
    guard chooser?.title == listing.title else {
      trail.listing = nil
      return
    }
    guard trail.listing?.search.lookOn(in: known.state) == true, let now = trail.listing else {
      return
    }
    if now.search.isOver, now.search.found.isEmpty {
      (chooser, trail.listing) = (nil, nil)
      say(now.nothing, .muted)
    } else {
      chooser?.items = now.items
    }
  }

  // MARK: Back and forward

  /// Where the person is.
  var place: Location? {
    currentRow.map { Location(row: $0, field: focus == .detail ? detail.path : nil) }
  }

  /// Notes that the person is about to jump, so that the way back leads here.
  mutating func leavePlace() {
    if let place { trail.jumps.leave(place) }
  }

  func isThere(_ row: TreeRow) -> Bool {
    switch row {
    case .entry(let key): known.entry(for: key) != nil || known.index.isHeld(key)
    case .group(let prefix): known.index.group(prefix) != nil
    }
  }

  func reasonNotToGoBack() -> String? {
    trail.jumps.past.contains { isThere($0.row) && $0 != place }
      ? nil : "there is no place to go back to; a jump leaves one"
  }

  func reasonNotToGoForward() -> String? {
    trail.jumps.ahead.contains { isThere($0.row) && $0 != place }
      ? nil : "there is no place ahead; \(label(.back)) goes back first"
  }

  mutating func goBack() {
    var jumps = trail.jumps
    let target = jumps.back(from: place, where: isThere)
    trail.jumps = jumps
    if let target { arrive(at: target) }
  }

  mutating func goForward() {
    var jumps = trail.jumps
    let target = jumps.forward(from: place, where: isThere)
    trail.jumps = jumps
    if let target { arrive(at: target) }
  }

  /// Puts the cursor on a place, without a note of where it was.
  mutating func arrive(at place: Location) {
    map = nil
    leaveFilter(for: place.row)
    tree.go(to: place.row, in: &known, height: layout.listRows(.tree))
    guard let field = place.field, case .entry = place.row else {
      focus = .tree
      return
    }
    focus = .detail
    showHouse(touched: false)
    detail.go(to: field, height: layout.listRows(.detail))
  }

  /// Shows all houses again if a filter keeps out of sight where the person wants to go.
  private mutating func leaveFilter(for row: TreeRow) {
    guard known.index.isHidden(row) else { return }
    known.index.setFilter(nil)
    say("all \(many: .house) are shown again: the filter kept \(row.text) out of sight")
  }
}
