import Lessons
import ScreenKit
import SharedState

/// What the person does at the terminal, and who answers it.
extension Model {
  mutating func take(_ event: ScreenEvent) -> [Effect] {
    switch event {
    case .resized(let size):
      stage.size = canvas(of: size)
      stage.isSpaced = isSpaced(size)
      return []
    case .resumed: return []
    case .terminate: return [.quit]
    case .key(.control("c")): return [.quit]
    case .key(.control("l")): return [.redraw]
    case .key(.control("z")): return [.suspend]
    case .key(let key):
      showKey(key)
      return useTour(key) ?? take(key)
    case .paste(let text): return refusesPaste() ? [] : paste(text)
    case .mouse(var mouse):
      if stage.isSpaced { mouse.point.row /= 2 }
      return useTour(mouse) ?? take(mouse)
    }
  }

  // MARK: Keys

  /// What is in front answers a key, and otherwise the table of actions.
  mutating func take(_ key: Key) -> [Effect] {
    stage.keysPressed += 1
    notice = nil
    if isTooLateToClose(key) {
      say("the result had closed by itself", .muted)
      return []
    }
    if let front { return front.take(key, in: &self) }
    if let digit = countDigit(key) {
      workbench.count = min(workbench.count * 10 + digit, 99_999)
      return []
    }
    return take(typedKeys + [key])
  }

  /// Whether a key would have closed a result that has just gone by itself, and is not to do anything else.
  private mutating func isTooLateToClose(_ key: Key) -> Bool {
    defer { workbench.resultClosed = nil }
    guard front == nil, let closed = workbench.resultClosed else { return false }
    return now.uptime - closed < .seconds(3) && [.enter, .escape, .character(" ")].contains(key)
  }

  /// The digit of a count that a key is; the first numbers choose a pane, so a count begins with another digit.
  func countDigit(_ key: Key) -> Int? {
    guard typedKeys.isEmpty, case .character(let digit) = key, digit.isASCII,
      let number = digit.wholeNumberValue, workbench.count > 0 || number > Self.panes.count
    else { return nil }
    return number
  }

  /// Takes a sequence of keys, as far as it has been typed.
  private mutating func take(_ keys: [Key]) -> [Effect] {
    typedKeys = []
    let label = KeySequence(keys).label
    switch keymap.meaning(of: keys, in: focus) {
    case .begun:
      typedKeys = keys
      return []
    case .nothing:
      workbench.count = 0
      if keys.last != .escape { say("\(label)\(reasonForNothing(of: keys))", .muted) }
      return []
    case .action(let action):
      defer { workbench.count = 0 }
      if let reason = reasonNot(to: action) {
        say("\(label): \(reason)", .warning)
        return []
      }
      let result = perform(action)
      if case .nothing(let reason) = result { say("\(label): \(reason)", .muted) }
      return result.effects
    }
  }

  private mutating func paste(_ text: String) -> [Effect] {
    typedKeys = []
    if let front { return front.paste(text, in: &self) }
    say("a paste runs no keys; open an edit to paste into", .muted)
    return []
  }

  // MARK: Actions

  private mutating func perform(_ action: Action<Model>) -> ActionResult {
    if tour != nil { note(.ran(action.name)) }
    return action.run(&self)
  }

  /// Does what was chosen from a list, where what lies beneath it would do it; or says why not.
  mutating func run(_ id: ActionID) -> [Effect] {
    if let reason = reasonNot(to: id) {
      say(reason, .warning)
      return []
    }
    return front?.run(id, in: &self) ?? runHere(id)
  }

  mutating func runHere(_ id: ActionID) -> [Effect] { keymap[id].map { perform($0).effects } ?? [] }

  // MARK: The pointer

  private mutating func take(_ mouse: Mouse) -> [Effect] {
    for overlay in openOverlays.reversed() {
      if let effects = overlay.take(mouse, in: &self) { return effects }
    }
    let layout = layout
    if mouse.kind == .press, layout.replay.contains(mouse.point) {
      return replayBar?.time(at: mouse.point, in: layout.replay).map { carryOut(.seek($0)) } ?? []
    }
    guard let id = layout.pane(at: mouse.point), let pane = Self.panes.first(where: { $0.id == id })
    else { return [] }
    let height = layout.listRows(id)
    if let rows = mouse.wheelRows {
      pane.scroll(by: rows, height: height, in: &self)
    } else if mouse.kind == .press, edit == nil, call == nil {
      let hadFocus = focus == id
      focus = id
      guard let inside = self.layout.inside(id), inside.contains(mouse.point) else { return [] }
      let height = self.layout.listRows(id)
      let line = mouse.point.row - inside.row - (inside.rows - height)
      guard line >= 0 else { return [] }
      return pane.click(line: line, height: height, hadFocus: hadFocus, in: &self).effects
    }
    return []
  }
}
