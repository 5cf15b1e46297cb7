import TextScreen

/// The list over the screen, while there is one.
extension Model {
  var chooserHeight: Int {
    guard let chooser else { return 0 }
    return chooser.listRect(in: chooser.rect(in: layout.body)).rows
  }

  mutating func useChooser(_ key: Key) -> [Effect] {
    let height = chooserHeight
    if key == .character("R"), chooser?.isTyping == false, let choice = chooser?.current?.choice,
      let effects = restore(choice)
    {
      return effects
    }
    if let effects = useCommands(key) { return effects }
    let before = chooser?.query
    guard let answer = chooser?.take(key, height: height) else { return [] }
    if let chooser, chooser.isPalette, chooser.query != before { refreshPalette() }
    return follow(answer)
  }

  /// Lets a paste land where something is typed.
  mutating func paste(_ text: String, into list: Chooser) {
    chooser?.retype(list.query + text.filter { !$0.isNewline })
    if list.isPalette { refreshPalette() }
  }

  mutating func useChooser(_ mouse: Mouse) -> [Effect] {
    guard let list = chooser.map({ $0.listRect(in: $0.rect(in: layout.body)) }) else { return [] }
    if let rows = mouse.wheelRows { chooser?.scroll(by: rows, height: list.rows) }
    guard mouse.kind == .press, list.contains(mouse.point) else { return [] }
    let row = mouse.point.row - list.row
    guard let answer = chooser?.click(row: row, height: list.rows) else { return [] }
    return follow(answer)
  }

  private mutating func follow(_ answer: Chooser.Answer) -> [Effect] {
    switch answer {
    case .stay: return []
    case .close: chooser = nil
    case .refused(let reason): say(reason, .warning)
    case .complete: completeTyped()
    case .typed(let text):
      guard chooser?.isPalette == true else {
        say("nothing here is called \(text)", .warning)
        return []
      }
      chooser = nil
      return answerTyped(text)
    case .chosen(let choice):
      chooser = nil
      return choose(choice)
    }
    return []
  }

  /// Does what an item of a list asks for.
  private mutating func choose(_ choice: Chooser.Choice) -> [Effect] {
    switch choice {
    case .run(let command):
      if let reason = keymap.binding(for: command).flatMap(reasonNot) ?? reasonNot(to: command) {
        say(reason, .warning)
        return []
      }
      return run(command)
    case .mend(let choice): return mend(choice)
    case .typed(let text): return answerTyped(text)
    case .call(let command): return begin(command)
    case .lesson(let index): return chooseLesson(index)
    case .go(let row):
      leavePlace()
      arrive(at: Location(row: row))
      return []
    case .field(let key, let path):
      visit(key, path)
      return []
    case .address(let key):
      visit(key)
      return []
    case .repeatEdit(let verb, let entries): return repeatEdit(verb, entries)
    case .fill(let value):
      if call == nil { edit?.fill(value) } else { call?.fill(value) }
      return []
    case .leave: return []
    case .visit(let id): showVisit(id)
    case .past(let key, let step): showPast(of: key, step)
    case .departed(let key): showDeparted(key)
    case .restore(let keys): return restoreDeparted(keys)
    }
    return []
  }
}
