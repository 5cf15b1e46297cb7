import Lessons
import ScreenKit

/// The card of a lesson while it is open.
extension TourHost {
  /// The card of the lesson, if it lies on the screen.
  var card: LessonCard<Self>? { tour?.isReading == true ? card(layout) : nil }

  fileprivate func card(_ layout: Layout) -> LessonCard<Self>? {
    guard let tour, tour.isReading else { return nil }
    var rect = layout.body
    rect.row -= layout.lesson.rows
    rect.rows += layout.lesson.rows
    return LessonCard(desk: tour, host: self, rect: rect)
  }

  /// The strip above the panes, on a screen of some size.
  func strip(_ size: Size) -> TourStrip? {
    tour.map {
      TourStrip(
        desk: $0,
        label: { [keys = tourKeys] in keys[$0] ?? "" },
        glyphs: glyphs,
        words: words,
        size: size,
        isWriting: edit != nil || call != nil
      )
    }
  }

  private var tourKeys: [ActionID: String] {
    Dictionary(uniqueKeysWithValues: ActionID.tours.map { ($0, label(of: $0)) })
  }

  // MARK: Opening

  mutating func turnPage(isOpen: Bool) {
    tour?.isReading = isOpen
    tour?.cardTop = 0
    tour?.showsEnd = false
  }

  /// Shows that the tour has come to its end.
  mutating func showEnd() {
    turnPage(isOpen: true)
    tour?.showsEnd = true
    tour?.celebrates = false
  }

  mutating func listLessons() {
    guard let tour else { return }
    let windows = ProgressWindows(desk: tour, glyphs: glyphs)
    var items = tour.tour.lessons.enumerated().map { index, lesson in
      let number = String(index + 1)
      let blanks = String(repeating: " ", count: max(0, 3 - number.count))
      let label = Line("\(windows.window(index)) ", .title, .bold).adding("\(blanks)\(number)  ")
        .adding(lesson.title)
      return List<Self>.Item(label: label, note: standing(of: index), choice: choice(of: index))
    }
    if tour.isFinished {
      items.append(
        List<Self>.Item(label: Line("\(glyphs.check)      The end"), choice: choice(of: nil))
      )
    }
    var list = List<Self>("lessons", "Lessons of '\(tour.tour.title)'", items)
    list.chooser.select(choice(of: tour.position), height: list.place(in: layout).rows)
    open(list)
  }

  /// Goes to a lesson of the list, by its number from 0, or to the end of the tour.
  private func choice(of index: Int?) -> Choice<Self> {
    Choice("lesson \(index ?? -1)") { host in
      if let index { return host.goToLesson(index) }
      host.showEnd()
      return []
    }
  }

  private func standing(of index: Int) -> String {
    guard let tour else { return "" }
    let here = index == tour.position ? "here, " : ""
    return here + tour.standing(of: index).rawValue
  }

  // MARK: Reading

  fileprivate mutating func scrollCard(by rows: Int) { tour?.cardTop += rows }

  /// The card with the text takes single letters.
  mutating func useCard(_ key: Key) -> [Effect] {
    guard let tour, let card else { return [] }
    notice = nil
    let page = max(1, card.height - 1)
    switch key {
    case .character("h") where tour.stage != .solved: return closingCard { $0.giveHint() }
    case .character("s"): return closingCard { $0.playLesson() }
    case .character("x"): return closingCard { $0.runFromKey(.beginAgain) }
    case .character("l"): listLessons()
    case .character(">"), .right: return turnLesson(by: 1)
    case .character("<"), .left: return turnLesson(by: -1)
    case .character("j"), .down: scrollCard(by: 1)
    case .character("k"), .up: scrollCard(by: -1)
    case .pageDown, .control("f"): scrollCard(by: page)
    case .pageUp, .control("b"): scrollCard(by: -page)
    case .character("g"), .home: scrollCard(by: -tour.cardTop)
    case .character("G"), .end: scrollCard(by: card.lines.count)
    // As in a pager: first the rest of the text.
    case .character(" ") where tour.cardTop + card.height < card.lines.count: scrollCard(by: page)
    case .enter where tour.stage == .solved && tour.hasNext && !tour.showsEnd:
      return goToLesson(tour.position + 1)
    case .enter, .escape, .character(" "): turnPage(isOpen: false)
    case .character("q"): return run(.quit)
    default: say("\(key.label) does nothing on the card; Enter closes it", .muted)
    }
    return []
  }

  private mutating func turnLesson(by step: Int) -> [Effect] {
    guard let tour else { return [] }
    if tour.tour.lessons.indices.contains(tour.position + step) {
      return goToLesson(tour.position + step)
    }
    if step > 0, tour.isFinished, !tour.showsEnd {
      showEnd()
    } else {
      say("this is the \(step > 0 ? "last" : "first") lesson; l lists all", .muted)
    }
    return []
  }

  private mutating func closingCard(_ body: (inout Self) -> [Effect]) -> [Effect] {
    turnPage(isOpen: false)
    return body(&self)
  }

  var cardHints: [Hint] {
    guard let tour else { return [] }
    let goesOn = tour.stage == .solved && tour.hasNext && !tour.showsEnd
    let back = words("back to \("town", dict: "the state")")
    let enter = goesOn ? "goes on" : tour.showsEnd ? back : "begins"
    var hints = [Hint("Enter", enter)]
    if tour.stage != .solved { hints.append(Hint("h", "hint")) }
    if !tour.showsEnd { hints += [Hint("s", "show me"), Hint("x", "begin again")] }
    return hints + [Hint("< >", "lessons"), Hint("l", "list"), Hint("q", "leaves")]
  }

  // MARK: The pointer and what is pasted

  /// Takes what the pointer does to the tour; `nil` if that is for others.
  mutating func useTour(_ mouse: Mouse) -> [Effect]? {
    guard let tour, list == nil else { return nil }
    if tour.show != nil {
      if mouse.kind == .press, mouse.wheelRows == nil { stopShow() }
      return []
    }
    guard !tour.isReading, mouse.kind == .press, mouse.wheelRows == nil,
      layout.lesson.contains(mouse.point),
      let id = strip(size)?.action(at: mouse.point, in: layout.lesson)
    else { return !tour.isReading && layout.lesson.contains(mouse.point) ? [] : nil }
    return runFromKey(id)
  }

  /// Runs what a key of the tour asks for, or says why not.
  mutating func runFromKey(_ id: ActionID) -> [Effect] {
    notice = nil
    if let reason = reasonNot(to: id) {
      say(reason, .muted)
      return []
    }
    return runHere(id)
  }

  /// Keeps a paste from running into what is played; false if it is for others.
  mutating func refusesPaste() -> Bool {
    guard tour?.show != nil else { return false }
    stopShow()
    return true
  }
}

/// The card on which a lesson is read.
struct CardOverlay<Host: TourHost>: Overlay {
  var name: String { "card" }
  var takesText: Bool { false }

  func isOpen(in host: Host) -> Bool { host.tour?.isReading == true }

  /// A lesson is about no entry.
  func row(in host: Host) -> OverlayRow { .own(nil) }

  func take(_ key: Key, in host: inout Host) -> [Effect] { host.useCard(key) }

  func paste(_ text: String, in host: inout Host) -> [Effect] {
    host.say("a paste runs no keys on the card", .muted)
    return []
  }

  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? {
    if let rows = mouse.wheelRows { host.scrollCard(by: rows) }
    return []
  }

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {
    host.card(layout)?.draw(into: &grid)
  }

  func footer(of host: Host) -> OverlayFooter { .hints(host.cardHints) }
  func spoken(of host: Host) -> [String] { host.spokenTour }
  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? { nil }

  /// Keeps what is read inside of what there is.
  func settle(in host: inout Host) {
    guard let card = host.card else { return }
    let most = max(0, card.lines.count - card.height)
    host.tour?.cardTop = max(0, min(most, card.desk.cardTop))
  }
}
