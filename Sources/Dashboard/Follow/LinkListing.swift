import ScreenKit
import SharedState
import StateInspection

/// A list of references that fills while it is looked at.
struct LinkListing: Sendable {
  var search: LinkSearch
  private let words: Vocabulary

  init(_ aim: LinkSearch.Aim, in known: KnownState) {
    (search, words) = (LinkSearch(aim, in: known), known.words)
  }

  var title: String {
    switch search.aim {
    case .referrers(let key): "What points at \(key)"
    case .dangling: words("References to \(.vacant) \(many: .address)")
    }
  }

  /// What to say when nothing was found.
  var nothing: String {
    let rest =
      search.tooLarge > 0
      ? words("; \(search.tooLarge, .house) too large to look into") : ""
    return switch search.aim {
    case .referrers(let key): "nothing points at \(key)\(rest)"
    case .dangling: words("every reference leads to \(a: .house): none is dangling\(rest)")
    }
  }

  /// What was found so far, and how far the search is.
  func items<Host: NavigationHost>(_ people: People, _ glyphs: Glyphs) -> [List<Host>.Item] {
    var items: [List<Host>.Item] = search.found.map { item($0, people, glyphs) }
    let more = search.count - search.found.count
    if more > 0 { items.append(Self.heading("and \(Phrases.grouped(more)) more")) }
    if search.tooLarge > 0 {
      let be = search.tooLarge == 1 ? "is" : "are"
      items.append(
        Self.heading(words("\(search.tooLarge, .house) \(be) too large to look into"))
      )
    }
    if !search.isOver {
      let (done, total) = search.progress
      let far = words("\(Phrases.grouped(done)) of \(total, .house)")
      items.append(Self.heading("looking: \(far)"))
    }
    return items
  }

  private static func heading<Host>(_ text: String) -> List<Host>.Item {
    List<Host>.Item(label: Line(text, .muted))
  }

  private func item<Host: NavigationHost>(
    _ found: LinkSearch.Found,
    _ people: People,
    _ glyphs: Glyphs
  ) -> List<Host>.Item {
    var label = Line(people.title(of: found.key, glyphs), .key)
    switch search.aim {
    case .referrers: if !found.words.isEmpty { label.append("  \(found.words)") }
    case .dangling:
      label.append("  \(found.link.kind.forward) ", .muted)
      label.append(people.title(of: found.link.target, glyphs), .warning)
    }
    let note = found.link.path.isRoot ? "by its key" : found.link.path.description
    return List<Host>.Item(label: label, note: note, choice: .goTo(found.key, found.link.path))
  }
}
