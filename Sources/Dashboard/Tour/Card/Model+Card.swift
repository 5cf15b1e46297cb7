import ScreenKit
import TextScreen

/// The card of a lesson while it is open.
extension Model {
  /// Whether the card takes the keys.
  var isCardOpen: Bool { tour?.isReading == true && chooser == nil }

  /// The card of the lesson, if it lies on the screen.
  var card: LessonCard? { tour?.isReading == true ? card(layout) : nil }

  private func card(_ layout: Layout) -> LessonCard? {
    guard let tour, tour.isReading else { return nil }
    var rect = layout.body
    rect.row -= layout.lesson.rows
    rect.rows += layout.lesson.rows
    return LessonCard(desk: tour, model: self, rect: rect)
  }

  /// The strip above the panes, on a screen of some size.
  func strip(_ size: Size) -> TourStrip? {
    tour.map {
      TourStrip(desk: $0, keymap: keymap, glyphs: glyphs, size: size, isWriting: isWriting)
    }
  }

  func drawTour(into grid: inout Grid, _ layout: Layout) {
    if let card = card(layout) {
      card.draw(into: &grid)
    } else {
      strip(grid.size)?.draw(into: &grid, layout.lesson)
    }
  }

  // MARK: Opening

  /// Opens or closes the card.
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

  /// Lists all lessons to go to.
  mutating func listLessons() {
    guard let tour else { return }
    let windows = ProgressWindows(desk: tour, glyphs: glyphs)
    var items = tour.tour.lessons.enumerated().map { index, lesson in
      let number = String(index + 1)
      let blanks = String(repeating: " ", count: max(0, 3 - number.count))
      let label = Line("\(windows.window(index)) ", .title, .bold).adding("\(blanks)\(number)  ")
        .adding(lesson.title)
      return Chooser.Item(label: label, note: standing(of: index), choice: .lesson(index))
    }
    if tour.isFinished {
      items.append(Chooser.Item(label: Line("\(glyphs.check)      The end"), choice: .lesson(nil)))
    }
    chooser = Chooser("Lessons of '\(tour.tour.title)'", items)
    let height = chooserHeight
    chooser?.select(.lesson(tour.position), height: height)
  }

  private func standing(of index: Int) -> String {
    guard let tour else { return "" }
    let here = index == tour.position ? "here, " : ""
    return here + tour.standing(of: index).rawValue
  }

  /// Goes to a lesson of the list, or to the end of the tour.
  mutating func chooseLesson(_ index: Int?) -> [Effect] {
    guard let index else {
      showEnd()
      return []
    }
    return goToLesson(index)
  }

  // MARK: Reading

  /// Keeps what is read inside of what there is.
  mutating func settleCard() {
    guard let card else { return }
    let most = max(0, card.lines.count - card.height)
    tour?.cardTop = max(0, min(most, card.desk.cardTop))
  }

  private mutating func scrollCard(by rows: Int) { tour?.cardTop += rows }

  /// The card with the text takes single letters.
  mutating func useCard(_ key: Key) -> [Effect] {
    guard let tour, let card else { return [] }
    notice = nil
    let page = max(1, card.height - 1)
    switch key {
    case .character("h") where tour.stage != .solved: return closingCard { $0.run(.hint) }
    case .character("s"): return closingCard { $0.run(.showMe) }
    case .character("x"): return closingCard { $0.run(.beginAgain) }
    case .character("l"): listLessons()
    case .character("n"), .right: return turnLesson(by: 1)
    case .character("p"), .left: return turnLesson(by: -1)
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

  private mutating func closingCard(_ body: (inout Model) -> [Effect]) -> [Effect] {
    turnPage(isOpen: false)
    return body(&self)
  }

  /// The keys of the card, for the footer.
  var cardHints: [Hint] {
    guard let tour else { return [] }
    let goesOn = tour.stage == .solved && tour.hasNext && !tour.showsEnd
    let enter = goesOn ? "goes on" : tour.showsEnd ? "back to town" : "begins"
    var hints = [Hint("Enter", enter)]
    if tour.stage != .solved { hints.append(Hint("h", "hint")) }
    if !tour.showsEnd { hints += [Hint("s", "show me"), Hint("x", "begin again")] }
    return hints + [Hint("n p", "lessons"), Hint("l", "list"), Hint("q", "leaves")]
  }

  // MARK: The pointer and what is pasted

  /// Takes what the pointer does to the tour; `nil` if that is for others.
  mutating func useTour(_ mouse: Mouse) -> [Effect]? {
    guard let tour, chooser == nil else { return nil }
    if tour.show != nil {
      if mouse.kind == .press, mouse.wheelRows == nil { stopShow() }
      return []
    }
    if tour.isReading {
      if let rows = mouse.wheelRows { scrollCard(by: rows) }
      return []
    }
    guard mouse.kind == .press, mouse.wheelRows == nil, layout.lesson.contains(mouse.point),
      let command = strip(size)?.command(at: mouse.point, in: layout.lesson)
    else { return layout.lesson.contains(mouse.point) ? [] : nil }
    return runFromKey(command)
  }

  /// Runs what a key of the tour asks for, or says why not.
  mutating func runFromKey(_ command: TourCommand) -> [Effect] {
    notice = nil
    if let reason = reasonNot(to: command) {
      say(reason, .muted)
      return []
    }
    return run(command)
  }

  /// Keeps a paste from running into what is played or read; false if it is for others.
  mutating func refusesPaste() -> Bool {
    if tour?.show != nil {
      stopShow()
    } else if isCardOpen {
      say("a paste runs no keys on the card", .muted)
    } else {
      return false
    }
    return true
  }
}
