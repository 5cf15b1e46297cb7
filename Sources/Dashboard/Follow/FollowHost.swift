import StateInspection
import ScreenKit
import SharedState

/// What following references needs of the dashboard.
protocol FollowHost: NavigationHost {
  var trail: FollowState { get set }
}

/// Following references between entries.
extension FollowHost {
  private static var listID: String { "links" }

  /// The key that an action to follow is about.
  var subject: String? { attention == .activity ? activity.current?.key : currentKey }

  func reasonNotToFollow() -> String? {
    guard let subject else { return words(.chooseHouse) }
    guard linksHere.isEmpty else { return nil }
    return words(
      "\(subject) points at no other \(.house); \(label(of: .referrers)) lists what points at it"
    )
  }

  func reasonNotToListReferrers() -> String? { subject == nil ? words(.chooseHouse) : nil }

  // MARK: What this points at

  /// What the field under the cursor points at or, if it does not, the whole entry; one for each target.
  private var linksHere: [Link] {
    guard let key = subject else { return [] }
    let isShown = detail.key.map { $0.isSame(as: key) } == true
    let value = isShown ? detail.value : known.entry(for: key)?.value
    var links = EntryLinks.forward(key, value)
    if attention == .detail, let line = detail.current, !line.id.path.isRoot {
      let here = links.filter { line.id.path.contains($0.path) }
      links = here.isEmpty ? mention(in: line, of: key).map { [$0] } ?? links : here
    }
    var seen: Set<StateKey> = []
    return links.filter { seen.insert(StateKey($0.target)).inserted }
  }

  /// A text that happens to be the key of another entry.
  private func mention(in line: FieldLine, of key: String) -> Link? {
    guard let text = Links.text(line.value), !text.isSame(as: key),
      known.state.contains(text)
    else { return nil }
    return Link(path: line.id.path, target: text, kind: .mention)
  }

  mutating func followTarget() {
    guard let key = subject else { return }
    let links = linksHere
    if links.count == 1 { return goTo(links[0].target) }
    let items = links.map { link in
      var label = Line("\(link.kind.forward) ", .muted)
      label.append(title(of: link.target), .key)
      if !known.state.contains(link.target) { label.append(words("  \(.vacant)"), .warning) }
      return List<Self>.Item(
        label: label,
        note: link.path.isRoot ? "by its key" : link.path.description,
        choice: .goTo(link.target)
      )
    }
    open(List("targets", "What \(title(of: key)) points at", items))
  }

  // MARK: What points here

  mutating func listReferrers() {
    guard let key = subject else { return }
    begin(LinkListing(.referrers(of: key), in: known))
  }

  mutating func listDangling() { begin(LinkListing(.dangling, in: known)) }

  /// Answers at once if one slice is enough, and with a list that fills if it is not.
  private mutating func begin(_ new: LinkListing) {
    var listing = new
    _ = listing.search.lookOn(in: known.state)
    let found = listing.search.found
    if listing.search.isOver, found.isEmpty { return say(listing.nothing, .muted) }
    if listing.search.isOver, found.count == 1, case .referrers = listing.search.aim {
      return goTo(found[0].key, found[0].link.path)
    }
    open(List(Self.listID, listing.title, listing.items(known.people, glyphs)))
    trail.listing = listing
  }

  /// Looks into some more entries, if there are any left that somebody waits for.
  mutating func lookOnForLinks() {
    if let due = trail.nextLook, now.uptime < due { return }
    let state = known.state
    trail.entry?.lookOn(in: state)
    lookOnForPerson()
    lookOnForListing()
    trail.nextLook = trail.isSearching ? now.uptime + FollowState.pause : nil
  }

  private mutating func lookOnForListing() {
    guard trail.listing != nil else { return }
    guard list?.id == Self.listID else {
      trail.listing = nil
      return
    }
    let state = known.state
    guard trail.listing?.search.lookOn(in: state) == true, let now = trail.listing else {
      return
    }
    if now.search.isOver, now.search.found.isEmpty {
      (list, trail.listing) = (nil, nil)
      say(now.nothing, .muted)
    } else {
      let (people, glyphs) = (known.people, glyphs)
      list?.chooser.items = now.items(people, glyphs)
    }
  }
}
