import ScreenKit

/// The line in which a search is typed.
struct SearchOverlay<Host: FindHost>: Overlay {
  var name: String { "search" }

  func isOpen(in host: Host) -> Bool { host.isTypingSearch }

  func take(_ key: Key, in host: inout Host) -> [Effect] {
    host.typeSearch(key)
    return []
  }

  func paste(_ text: String, in host: inout Host) -> [Effect] {
    host.search(for: (host.finder.search?.query ?? "") + text.prefix(200))
    return []
  }

  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? { nil }

  func footer(of host: Host) -> OverlayFooter {
    .typing(
      prompt: "/",
      text: host.finder.search?.query ?? "",
      after: [host.searchCount, "Enter stays here", "Esc goes back"]
    )
  }

  func spoken(of host: Host) -> [String] { SpokenLine.lines(footer(of: host)) }
}

/// The line in which a filter is typed.
struct FilterOverlay<Host: FindHost>: Overlay {
  var name: String { "filter" }

  func isOpen(in host: Host) -> Bool { host.overlays.has(FilterLine.self) }

  func take(_ key: Key, in host: inout Host) -> [Effect] {
    host.typeFilter(key)
    return []
  }

  func paste(_ text: String, in host: inout Host) -> [Effect] {
    let draft = host.overlays[FilterLine.self]?.text ?? ""
    host.filter(by: draft + text.prefix(200).filter { !$0.isNewline })
    return []
  }

  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? { nil }

  func footer(of host: Host) -> OverlayFooter {
    .typing(
      prompt: "filter: ",
      text: host.overlays[FilterLine.self]?.text ?? "",
      after: [host.filterCount, "Enter keeps it", "Esc drops it"]
    )
  }

  func spoken(of host: Host) -> [String] { SpokenLine.lines(footer(of: host)) }
}

/// A line that is typed, as a screen reader says it.
private enum SpokenLine {
  static func lines(_ footer: OverlayFooter) -> [String] {
    guard case .typing(let prompt, let text, let after) = footer else { return [] }
    return [([prompt + text] + after).joined(separator: " ").words]
  }
}
