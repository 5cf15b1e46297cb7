import ScreenKit

/// The list over the screen, while there is one.
struct ListOverlay<Host: Dashboard.Host>: Overlay {
  var name: String { "list" }

  func isOpen(in host: Host) -> Bool { host.list != nil }

  // MARK: Keys

  func take(_ key: Key, in host: inout Host) -> [Effect] {
    guard let list = host.list else { return [] }
    if !list.chooser.isTyping, let own = list.keys.first(where: { $0.key == key }),
      own.applies(list.chooser.current)
    {
      return own.run(&host, list.chooser.current)
    }
    let height = list.place(in: host.layout).rows
    guard let answer = host.list?.chooser.take(key, height: height) else { return [] }
    if host.list?.chooser.query != list.chooser.query { list.retyped?(&host) }
    return follow(answer, in: &host)
  }

  func paste(_ text: String, in host: inout Host) -> [Effect] {
    guard let list = host.list, list.chooser.isTyping else {
      host.say("a paste runs no keys; open an edit to paste into", .muted)
      return []
    }
    let whole = list.chooser.query + text.filter { !$0.isNewline }
    guard whole.count <= Chooser<Choice<Host>>.longest else {
      host.say("too long for this line: nothing was pasted", .warning)
      return []
    }
    host.list?.chooser.retype(whole)
    list.retyped?(&host)
    return []
  }

  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? {
    guard let place = host.list?.place(in: host.layout) else { return nil }
    if let rows = mouse.wheelRows { host.list?.chooser.scroll(by: rows, height: place.rows) }
    guard mouse.kind == .press, place.contains(mouse.point),
      let answer = host.list?.chooser.click(row: mouse.point.row - place.row, height: place.rows)
    else { return [] }
    return follow(answer, in: &host)
  }

  private func follow(_ answer: Chooser<Choice<Host>>.Answer, in host: inout Host) -> [Effect] {
    switch answer {
    case .stay: return []
    case .close: host.list = nil
    case .refused(let reason): host.say(reason, .warning)
    case .complete: complete(in: &host)
    case .typed(let text):
      guard let typed = host.list?.typed else {
        host.say("nothing here is called \(text)", .warning)
        return []
      }
      host.list = nil
      return typed(&host, text)
    case .chosen(let choice):
      host.list = nil
      return choice.run(&host)
    }
    return []
  }

  /// Tab: completes as far as there is no choice.
  private func complete(in host: inout Host) {
    guard let list = host.list else { return }
    let query = list.chooser.query
    // What is typed in full already goes on to what is longer.
    let names = list.chooser.items.compactMap(\.name).filter { $0 != query }
    guard let text = query.completed(among: names) else {
      let count = names.count { $0.hasPrefix(query) }
      host.say(
        count > 1
          ? "\(count) begin with that; another letter tells them apart"
          : "nothing begins with that",
        .muted
      )
      return
    }
    host.list?.chooser.retype(text)
    list.retyped?(&host)
  }

  func settle(in host: inout Host) {
    guard let height = host.list?.place(in: host.layout).rows else { return }
    let glyphs = host.glyphs
    host.list?.chooser.prepare(height: height, glyphs: glyphs)
  }

  // MARK: What is seen and said

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {
    guard let chooser = host.list?.chooser else { return }
    chooser.draw(into: &grid, chooser.rect(in: layout.body), glyphs: host.glyphs)
  }

  func footer(of host: Host) -> OverlayFooter {
    guard let list = host.list else { return .hints([]) }
    let endsSearch = list.chooser.isTyping && !list.isPalette && !list.chooser.query.isEmpty
    let out = Hint("Esc", endsSearch ? "ends the search" : "leaves")
    if let reason = list.chooser.current?.reason {
      return .line(out.line.adding("  not now: \(reason)", .muted))
    }
    var hints = [
      Hint("Enter", list.chooser.current?.verb ?? "chooses"),
      Hint(list.chooser.isTyping ? "Up Down" : "j k", "move"),
    ]
    if list.isPalette { hints.append(Hint("Tab", "completes")) }
    if !list.chooser.isTyping {
      hints.append(Hint("/", "searches"))
      hints += list.keys.filter { $0.applies(list.chooser.current) }
        .map { Hint($0.key.label, $0.hint) }
    }
    hints.append(out)
    // In one line, cut where there is no room: which keys there are is learnt once.
    var line = hints[0].line
    for hint in hints.dropFirst() {
      line.append("  ")
      line.append(hint.line)
    }
    return .line(line)
  }

  func spoken(of host: Host) -> [String] { (host.list?.chooser.spoken).map { [$0] } ?? [] }

  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? {
    host.list?.chooser.isTyping == true ? .text(of: key) : nil
  }
}

extension String {
  /// The text made as long as all that begins with it have in common; `nil` if that is no longer.
  func completed(among names: [String]) -> String? {
    let names = names.filter { $0.hasPrefix(self) }
    guard var common = names.first else { return nil }
    for name in names { common = String(zip(common, name).prefix { $0 == $1 }.map(\.0)) }
    return common.count > count ? common : nil
  }
}

extension Chooser {
  fileprivate var spoken: String {
    let things = shown.filter { $0.choice != nil }
    let typing = isTyping ? "\(prompt)\(query), " : ""
    guard let item = current else { return "\(title), \(typing)nothing of that name" }
    let index = things.firstIndex { $0.label == item.label && $0.choice == item.choice } ?? 0
    let rest = [item.note, item.reason.map { "not now: \($0)" } ?? ""].filter { !$0.isEmpty }
    let words = [item.label.text.words, "\(index + 1) of \(things.count)"] + rest
    return "\(title), \(typing)" + words.joined(separator: ", ")
  }
}
