import ScreenKit
import SharedState
import StateEditing
import TextScreen

/// What the person at the terminal does.
extension Model {
  mutating func take(_ event: ScreenEvent) -> [Effect] {
    switch event {
    case .resized(let size):
      self.size = canvas(of: size)
      isSpaced = isSpaced(size)
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
      if isSpaced { mouse.point.row /= 2 }
      return useTour(mouse) ?? take(mouse)
    }
  }

  // MARK: Keys

  mutating func take(_ key: Key) -> [Effect] {
    notice = nil
    if asksToQuit { return answerQuitting(key) }
    if chooser != nil { return useChooser(key) }
    if call != nil { return takeInCall(.key(key)) }
    if edit != nil, !leavesToUndo(key) { return takeInEdit(.key(key)) }
    if isTypingSearch || finder.filter != nil {
      if isTypingSearch { typeSearch(key) } else { typeFilter(key) }
      return []
    }
    if map != nil { return useMap(typedKeys + [key]) }
    if let digit = countDigit(key) {
      count = min(count * 10 + digit, 99_999)
      return []
    }
    return take(typedKeys + [key])
  }

  /// Any key closes an edit that has arrived; the one that takes it back does that at once.
  private mutating func leavesToUndo(_ key: Key) -> Bool {
    guard edit?.hasArrived == true, reasonNot(to: .undo(.undo)) == nil,
      keymap.binding(for: .undo(.undo))?.keys.contains(where: { $0.keys == [key] }) == true
    else { return false }
    edit = nil
    return true
  }

  /// The digit of a count that a key is; 1 to 4 choose a pane, so a count begins with another digit.
  func countDigit(_ key: Key) -> Int? {
    guard typedKeys.isEmpty, case .character(let digit) = key, digit.isASCII,
      let number = digit.wholeNumberValue, count > 0 || number > Pane.allCases.count
    else { return nil }
    return number
  }

  /// Takes a sequence of keys, as far as it has been typed.
  private mutating func take(_ keys: [Key]) -> [Effect] {
    typedKeys = []
    let label = KeySequence(keys).label
    switch keymap.meaning(of: keys, in: focus, isSearching: search != nil) {
    case .begun:
      typedKeys = keys
      return []
    case .nothing:
      count = 0
      if keys.last != .escape { say("\(label)\(reasonForNothing(of: keys))", .muted) }
      return []
    case .binding(let binding):
      defer { count = 0 }
      if let reason = reasonNot(to: binding) {
        say("\(label): \(reason)", .warning)
        return []
      }
      let before = self
      let effects = run(binding.command)
      if effects.isEmpty, notice == nil, isUnchanged(since: before) {
        say("\(label): \(reasonForNothing(of: binding.command))", .muted)
      }
      return effects
    }
  }

  private mutating func paste(_ text: String) -> [Effect] {
    typedKeys = []
    if let chooser, chooser.isTyping {
      paste(text, into: chooser)
      return []
    }
    if chooser == nil, call != nil { return takeInCall(.paste(text)) }
    if chooser == nil, edit != nil { return takeInEdit(.paste(text)) }
    if isTypingSearch {
      search(for: (search?.query ?? "") + text.prefix(200))
      return []
    }
    if let draft = finder.filter {
      filter(by: draft.text + text.prefix(200).filter { !$0.isNewline })
      return []
    }
    say("a paste runs no keys; open an edit to paste into", .muted)
    return []
  }

  // MARK: Commands

  /// Why a command would do nothing now, in a few words; `nil` if it does something.
  func reasonNot(to command: Command) -> String? {
    switch command {
    case .edit(let verb): reasonNot(to: verb)
    case .editExternally: reasonNot(to: .modify)
    case .find(let command): reasonNot(to: command)
    case .follow(let command): reasonNot(to: command)
    case .watch(let command): reasonNot(to: command)
    case .undo(let command): reasonNot(to: command)
    case .copy(let command): reasonNot(to: command)
    case .inspect(let command): reasonNot(to: command)
    case .board(let command): reasonNot(to: command)
    case .hall(let command): reasonNot(to: command)
    case .screen(let command): reasonNot(to: command)
    case .tour(let command): reasonNot(to: command)
    case .toggle, .into: reasonNotToOpen
    default: nil
    }
  }

  private var reasonNotToOpen: String? {
    switch focus {
    case .tree: known.index.isEmpty ? known.words(.noHouseYet) : nil
    case .detail: detail.current == nil ? "there is nothing inside to open" : nil
    case .activity:
      activity.current?.key == nil ? known.words("this line is about no single \(.house)") : nil
    case .selections: board.cursor == nil ? "there is no selection here yet" : nil
    }
  }

  mutating func run(_ command: Command) -> [Effect] {
    if tour != nil, let name = keymap.binding(for: command)?.name { noteInTour(.ran(name)) }
    switch command {
    case .down(let move): go(rows(move, layout.listRows(focus)) * max(1, count), command)
    case .up(let move): go(-rows(move, layout.listRows(focus)) * max(1, count), command)
    case .toggle: toggle()
    case .into: goInto()
    case .out: goOut()
    case .openAll: setAllOpen(true)
    case .closeAll: setAllOpen(false)
    case .find(let command): return run(command)
    case .follow(let command): return run(command)
    case .watch(let command): return run(command)
    case .undo(let command): return run(command)
    case .copy(let command): return run(command)
    case .inspect(let command): return run(command)
    case .board(let command): return run(command)
    case .hall(let command): return run(command)
    case .screen(let command): return run(command)
    case .tour(let command): return run(command)
    case .edit(let verb): beginEdit(verb)
    case .editExternally: return beginExternalEdit()
    case .nextPane: turnFocus(by: 1)
    case .previousPane: turnFocus(by: -1)
    case .pane(let pane): focus = pane
    case .dismiss: dismiss()
    case .help: openHelp()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return quit()
    case .quitAtOnce: return [.quit]
    }
    return []
  }

  /// How many rows a move is; the whole list counts as more than there can be.
  func rows(_ move: Command.Move, _ height: Int) -> Int {
    switch move {
    case .line: 1
    case .halfPage: max(1, height / 2)
    case .page: max(1, height - Scroll.context)
    case .all: 1_000_000_000
    }
  }

  private mutating func go(_ rows: Int, _ command: Command) {
    let height = layout.listRows(focus)
    switch focus {
    case .tree:
      // A count before g or G names a row, as it does in vi.
      if count > 0, command == .up(.all) || command == .down(.all) {
        tree.move(to: count - 1, in: known.index, height: height)
      } else {
        tree.move(by: rows, in: known.index, height: height)
      }
    case .detail: detail.move(by: rows, height: height)
    case .activity: activity.move(by: rows, height: height)
    case .selections where count > 0 && (command == .up(.all) || command == .down(.all)):
      board.move(to: count - 1, height: height)
    case .selections: board.move(by: rows, height: height)
    }
  }

  private mutating func turnFocus(by step: Int) {
    let panes = Pane.allCases
    let position = (focus.rawValue - 1 + step + panes.count) % panes.count
    focus = panes[position]
  }

  private mutating func dismiss() {
    if search != nil {
      forgetSearch()
    } else if watch.showsPins {
      watch.showsPins = false
    } else if !leavePerson() {
      focus = .tree
    }
  }

  // MARK: Folding

  private mutating func toggle() {
    let height = layout.listRows(focus)
    switch (focus, tree.cursor) {
    case (.tree, .group(let prefix)?):
      known.index.setOpen(!(known.index.group(prefix)?.isOpen ?? true), prefix)
      tree.pin()
    case (.tree, .entry?): focus = .detail
    case (.tree, nil): break
    case (.detail, _):
      let isOpen = detail.current?.fold == .open
      if !detail.setOpen(!isOpen, height: height) { editField() }
    case (.activity, _): goToHouseOfActivity()
    case (.selections, _): focus = .detail
    }
  }

  /// A field with nothing inside opens for an edit.
  private mutating func editField() {
    guard detail.pins.isEmpty else {
      say("these are several \(many: .house); \(key(for: .pins)) goes back to one", .muted)
      return
    }
    let verb = known.state[currentKey ?? ""]?.object == nil ? EditVerb.set : .update
    if let reason = reasonNot(to: verb) {
      say("there is nothing inside to open, and \(reason)", .muted)
    } else {
      beginEdit(verb)
    }
  }

  private mutating func goToHouseOfActivity() {
    guard let key = activity.current?.key else { return }
    guard known.entry(for: key) != nil else {
      say("\(key) has \("moved out", dict: "been removed")", .muted)
      return
    }
    leavePlace()
    arrive(at: Location(row: .entry(key)))
  }

  private mutating func goInto() {
    let height = layout.listRows(focus)
    switch (focus, tree.cursor) {
    case (.tree, .group(let prefix)?):
      if known.index.group(prefix)?.isOpen == true {
        tree.move(by: 1, in: known.index, height: height)
      } else {
        known.index.setOpen(true, prefix)
      }
      tree.pin()
    case (.tree, .entry?): focus = .detail
    case (.selections, _): focus = .detail
    case (.detail, _):
      if detail.setOpen(true, height: height) { return }
      if detail.current?.fold == .open {
        detail.move(by: 1, height: height)
      } else {
        say("there is nothing inside to open", .muted)
      }
    default: break
    }
  }

  private mutating func goOut() {
    let height = layout.listRows(focus)
    switch (focus, tree.cursor) {
    case (.tree, .entry(let key)?):
      guard let street = KeyParts.prefix(of: key) else {
        say("this \(.house) \("stands", dict: "is") in no \(.street)", .muted)
        return
      }
      tree.go(to: .group(street), in: &known, height: height)
    case (.tree, .group(let prefix)?): known.index.setOpen(false, prefix)
    case (.detail, _):
      if detail.setOpen(false, height: height) || detail.moveOut(height: height) { return }
      focus = leftPane
    case (.selections, _): leaveSelectionsRow()
    default: break
    }
  }

  private mutating func setAllOpen(_ isOpen: Bool) {
    if focus == .detail {
      detail.setAllOpen(isOpen, height: layout.listRows(.detail))
    } else {
      known.index.setAllOpen(isOpen)
      tree.pin()
    }
  }

  // MARK: Leaving

  private mutating func quit() -> [Effect] {
    guard !pending.isEmpty else { return [.quit] }
    asksToQuit = true
    let count = Phrases.count(pending.count, "edit is", "edits are")
    say("\(count) not confirmed yet. Leave all the same? y leaves, any other key stays", .warning)
    return []
  }

  private mutating func answerQuitting(_ key: Key) -> [Effect] {
    asksToQuit = false
    return key == .character("y") || key == .character("Y") ? [.quit] : []
  }

  // MARK: The pointer

  private mutating func take(_ mouse: Mouse) -> [Effect] {
    let layout = layout
    if chooser != nil { return useChooser(mouse) }
    if call != nil, layout.edit.contains(mouse.point) { return takeInCall(.mouse(mouse)) }
    if edit != nil, layout.edit.contains(mouse.point) {
      return takeInEdit(.mouse(mouse))
    }
    if map != nil { return useMap(mouse) }
    guard let pane = layout.pane(at: mouse.point) else { return [] }
    if let rows = mouse.wheelRows {
      scroll(pane, by: rows)
    } else if mouse.kind == .press, !isWriting {
      click(pane, at: mouse.point)
    }
    return []
  }

  private mutating func scroll(_ pane: Pane, by rows: Int) {
    let height = layout.listRows(pane)
    switch pane {
    case .tree: tree.scroll(by: rows, in: known.index, height: height)
    case .detail: detail.scroll(by: rows, height: height)
    case .activity: activity.scroll(by: rows, height: height)
    case .selections: board.scroll(by: rows, height: height)
    }
  }

  /// A click chooses a row; a click on the row that is chosen opens or closes it.
  private mutating func click(_ pane: Pane, at point: Point) {
    let hadFocus = focus == pane
    focus = pane
    guard let inside = layout.inside(pane), inside.contains(point) else { return }
    let height = layout.listRows(pane)
    let line = point.row - inside.row - (inside.rows - height)
    guard line >= 0 else { return }
    switch pane {
    case .tree:
      let position = tree.top(in: known.index, height: height) + line
      guard let row = known.index.row(at: position) else { return }
      if row == tree.cursor, hadFocus { return toggle() }
      if tree.isFar(position, height: height) { leavePlace() }
      tree.move(to: position, in: known.index, height: height)
      if case .group = row, hadFocus == false { return }
    case .detail:
      let index = detail.top(height: height) + line
      guard detail.lines.indices.contains(index) else { return }
      if detail.lines[index].id == detail.cursor, hadFocus { return toggle() }
      detail.move(to: index, height: height)
    case .activity:
      let index = activity.top(height: height) + line
      guard activity.log.items.indices.contains(index) else { return }
      if activity.log.items[index].id == activity.current?.id, hadFocus { return toggle() }
      activity.move(to: index, height: height)
    case .selections:
      let row = board.top(height: height) + line
      guard let key = board.index.key(at: row) else { return }
      if hadFocus, board.isOn(key) { return toggle() }
      board.move(to: row, height: height)
    }
  }
}
