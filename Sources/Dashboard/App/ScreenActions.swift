import ScreenKit

/// Moving, folding and turning to another pane: what each pane does in its own way.
extension Action<Model> {
  static var moving: [Self] {
    [
      move("down", ["j", "Down"], "next row; 7j moves seven rows"),
      move("up", ["k", "Up"], "previous row"),
      move("half-page-down", ["^d"], "half a page on"),
      move("half-page-up", ["^u"], "half a page back"),
      move("page-down", ["PgDn", "^f"], "a page on"),
      move("page-up", ["PgUp", "^b"], "a page back"),
      move("first", ["gg", "Home"], "first row"),
      move("last", ["G", "End"], "last row"),
    ]
  }

  private static func move(_ id: ActionID, _ keys: [String], _ help: Phrase) -> Self {
    Action(id, keys, .move, help) { model in
      guard let (move, isDown) = CursorMove.of(id) else { return [] }
      return model.moveCursor(move, isDown: isDown)
    }
  }

  static var folding: [Self] {
    [
      Action(
        "toggle",
        ["Enter", "Space"],
        .fold,
        "open or close; edit a field; go to the \(.house)"
      ) { $0.focusedPane.toggle(in: &$0) }
      .hinting("open").unless { $0.focusedPane.reasonNotToOpen(in: $0) },
      Action(
        "into",
        ["l", "Right"],
        .fold,
        in: .entries,
        "open it, go inside, or go on to the \(.house)"
      ) { $0.focusedPane.goInto(in: &$0) }
      .unless { $0.focusedPane.reasonNotToOpen(in: $0) },
      Action("out", ["h", "Left"], .fold, in: .entries, "close it, or go to what it is in") {
        $0.focusedPane.goOut(in: &$0)
      },
      fold("open-all", ["o", "E"], true, "open everything in this pane"),
      fold("close-all", ["O", "C"], false, "close everything in this pane"),
    ]
  }

  private static func fold(
    _ id: ActionID,
    _ keys: [String],
    _ isOpen: Bool,
    _ help: Phrase
  ) -> Self {
    Action(id, keys, .fold, in: .only([.tree, .detail]), help) {
      $0.focusedPane.setAllOpen(isOpen, in: &$0)
        ? [] : .nothing("everything is \(isOpen ? "open" : "closed") already")
    }
  }

  static var turning: [Self] {
    [
      Action("next-pane", ["Tab"], .screen, "next pane") { $0.turnFocus(by: 1) }
        .hinting("next pane"),
      Action("previous-pane", ["Shift-Tab"], .screen, "previous pane") { $0.turnFocus(by: -1) },
    ]
      + Model.panes.enumerated().map { index, pane in
        Action(ActionID(pane.id.settingName), ["\(index + 1)"], .screen, "go to \(pane.id.name)") {
          $0.turnFocus(to: pane.id)
        }
      }
  }

  static var showing: [Self] {
    [
      Action("changes", ["i"], .screen, "how much has changed since you last asked") {
        $0.tellTally()
      },
      Action("zoom", ["0"], .screen, "give this pane the whole screen, and back") { $0.zoom() },
    ]
  }

  static var dismissing: [Self] {
    [
      Action(.dismiss, ["Esc"], .screen, "leave what is open, and go back to \(PaneID.tree.name)") {
        $0.dismiss()
      }
    ]
  }

  static var arranging: [Self] {
    [
      Action(
        .words,
        ["gv"],
        .screen,
        "\("say state and entries instead", dict: "say it in the words of the lessons")"
      ) {
        $0.turnWords()
      },
      Action(.mouse, ["M"], .screen, "leave the mouse to the terminal, and back") {
        $0.switchMouse()
      },
      Action("reload-settings", [], .screen, "read the settings file again") { _ in
        [.reloadSettings]
      }
      .unless { $0.options.settings == nil ? "this dashboard has no settings file" : nil },
    ]
  }
}

extension Model {
  fileprivate mutating func moveCursor(_ move: CursorMove, isDown: Bool) -> ActionResult {
    let (pane, count) = (focusedPane, workbench.count)
    let height = layout.listRows(focus)
    var hasMoved: Bool?
    // A count before g or G names a row, as it does in vi.
    if count > 0, move == .all { hasMoved = pane.go(to: count - 1, height: height, in: &self) }
    let rows = move.rows(of: height) * max(1, count)
    if hasMoved ?? pane.move(by: isDown ? rows : -rows, height: height, in: &self) { return [] }
    return .nothing(isDown ? "there is nothing below" : "there is nothing above")
  }

  fileprivate mutating func turnFocus(by step: Int) -> ActionResult {
    let ids = Self.panes.filter { $0.isOffered(in: self) || $0.id == focus }.map(\.id)
    let position = (ids.firstIndex(of: focus) ?? 0) + step + ids.count
    focus = ids[position % ids.count]
    return []
  }

  fileprivate mutating func turnFocus(to pane: PaneID) -> ActionResult {
    guard focus != pane else { return .nothing(words("this is \(pane.name) already")) }
    focus = pane
    return []
  }

  fileprivate mutating func dismiss() -> ActionResult {
    if watch.showsPins {
      watch.showsPins = false
    } else if leavePerson() {
      say("all \(many: .house) are shown again", .muted)
    } else if finder.search != nil {
      forgetSearch()
    } else {
      guard focus != .tree else { return .nothing("nothing is open; \(label(of: .quit)) quits") }
      focus = .tree
    }
    return []
  }

  fileprivate mutating func zoom() -> ActionResult {
    guard size.isRoomy || workbench.isZoomed else {
      say("there is room for one pane only; 1 to \(Self.panes.count) change it", .muted)
      return []
    }
    // What stands side by side is what somebody wants to see wider, wherever the cursor is, and says so.
    if watch.showsPins || detail.beside != nil, !workbench.isZoomed { focus = .detail }
    workbench.isZoomed.toggle()
    return []
  }

  fileprivate mutating func tellTally() -> ActionResult {
    let waiting = pause?.count ?? 0
    let rest: Phrase =
      waiting > 0 ? "; \(Phrases.grouped(waiting)) more while the picture stands still" : ""
    say("\(workbench.tally.take())\(rest)")
    return []
  }

  fileprivate mutating func switchMouse() -> ActionResult {
    stage.reportsMouse.toggle()
    let key = label(of: .mouse)
    say(
      stage.reportsMouse
        ? "the mouse clicks and scrolls here; \(key) leaves it to the terminal"
        : "the mouse is the terminal's now; \(key) takes it back"
    )
    return [.setMouse(stage.reportsMouse)]
  }

  fileprivate mutating func turnWords() -> ActionResult {
    known.words = known.words.other
    let key = label(of: .words)
    say(
      Phrase(
        "in the town's words: houses in streets, moved in and out; \(key) says it as a dictionary",
        dict: "in a dictionary's words: entries in collections, added and removed; \(key) says town"
      )
    )
    return []
  }
}
