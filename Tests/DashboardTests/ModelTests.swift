import SharedState
import StateEditing
import Testing
import TextScreen
import ScreenKit

@testable import Dashboard

@Suite("Model")
struct ModelTests {
  @Suite("Leaving and the terminal")
  struct Leaving {
    @Test("q quits, and ^c does in every state", arguments: ["", "?", "/", "u", "s", "d"])
    func quits(open: String) {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.press("j")
      scene.type(open)
      scene.press(.control("c"))
      #expect(scene.effects == [.quit])
      var plain = Scene()
      plain.press("q")
      #expect(plain.effects == [.quit])
    }

    @Test("A q in an open edit is a letter")
    func letter() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.press("j", "s", "q")
      #expect(scene.effects.isEmpty)
      #expect(scene.model.edit != nil)
    }

    @Test("With an edit on its way q asks, and only y leaves")
    func asks() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.model.outbox.send(EditRequest(id: EditID(1), verb: .set, entries: []), after: 0)
      scene.press("q")
      #expect(scene.effects.isEmpty)
      #expect(scene.lines.last?.contains("1 edit is not confirmed yet") == true)
      scene.press("x")
      #expect(scene.effects.isEmpty)
      scene.press("q", "y")
      #expect(scene.effects == [.quit])
    }

    @Test("^z suspends, ^l redraws, a signal to end is obeyed")
    func terminal() {
      var scene = Scene()
      scene.press(.control("z"))
      #expect(scene.effects == [.suspend])
      scene.press(.control("l"))
      #expect(scene.effects == [.redraw])
      scene.send(.screen(.resumed))
      #expect(scene.effects.isEmpty)
      scene.send(.screen(.terminate(signal: 15)))
      #expect(scene.effects == [.quit])
    }
  }

  @Suite("Time")
  struct Time {
    @Test("An idle dashboard asks for no waking, before and after the town came")
    func idle() {
      var scene = Scene()
      #expect(scene.model.wakeUp == nil)
      scene.join(Scene.smallTown)
      #expect(scene.model.wakeUp == nil)
      scene.change(["scene.box": false, "new": 1], remove: ["scene"])
      #expect(scene.model.wakeUp != nil)
      scene.wait(.seconds(12))
      #expect(scene.model.wakeUp == nil)
      let still = scene.lines
      scene.wait(.seconds(1000))
      #expect(scene.lines == still)
    }

    @Test("Between two wakings nothing on the screen would change by itself")
    func picturesHold() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.change(["scene.box": false, "new": 1], remove: ["interaction.web-1"])
      for tick in 0..<60 { scene.change(["scene.box": .bool(tick % 2 == 0)]) }
      while let next = scene.model.wakeUp {
        let before = scene.lines
        // The moment before it is due, a waking changes nothing.
        scene.uptime = next - .nanoseconds(1)
        scene.send(.wake)
        #expect(scene.lines == before)
        scene.uptime = next
        scene.send(.wake)
      }
    }

    @Test("While the connection is lost the seconds to the next attempt are counted down")
    func countdown() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.lose()
      #expect(scene.lines[0].contains("again in 2 s"))
      scene.wait(.seconds(1))
      #expect(scene.lines[0].contains("again in 1 s"))
      scene.wait(.seconds(5))
      #expect(scene.lines[0].contains("trying again"))
      #expect(scene.model.wakeUp == nil)
    }
  }

  @Suite("The connection")
  struct Connection {
    @Test("The first copy of the town is no news, in whichever order it and the connection come")
    func firstCopy() {
      for connectionFirst in [true, false] {
        var scene = Scene()
        if connectionFirst { scene.send(.link(.live(latency: nil))) }
        scene.change(Scene.smallTown)
        scene.send(.link(.live(latency: nil)))
        #expect(scene.model.activity.log.items.count == 1)
        #expect(scene.picture.contains("here is the town: 8 houses in 6 streets"))
        scene.change(["z": 1])
        #expect(scene.picture.contains("+ z  1"))
      }
    }

    @Test("In a town that was empty when one came, the first house is news")
    func emptyTown() {
      var scene = Scene()
      scene.send(.link(.live(latency: nil)))
      #expect(scene.picture.contains("The town is empty."))
      scene.wait(.seconds(3))
      scene.change(["z": 1])
      #expect(scene.picture.contains("+ z  1"))
    }

    @Test("A large town is found folded, a small one open")
    func folds() {
      var scene = Scene()
      scene.join(Dictionary(uniqueKeysWithValues: (0..<500).map { ("s\($0 % 5).\($0)", 1) }))
      #expect(scene.model.known.index.rowCount == 5)
    }

    @Test("What changed while away is told on return, a removal too, and the tree looks live again")
    func away() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.lose()
      #expect(scene.model.isStale)
      #expect(scene.lines[0].contains("as of 12:00:00"))
      scene.wait(.seconds(2))
      scene.send(.link(.connecting(attempt: 1)))
      scene.send(.link(.syncing(received: 1, total: nil)))
      scene.change(["scene.box": false, "b": 1], remove: ["selection.root"])
      #expect(scene.model.isStale)
      scene.send(.link(.live(latency: nil)))
      #expect(!scene.model.isStale)
      let log = scene.model.activity.log.items.compactMap { item -> String? in
        guard case .note(let phrase, _) = item.subject else { return item.key }
        return phrase.town
      }
      #expect(
        log.suffix(4) == [
          "back in the town: while you were away 1 moved in, 1 changed, 1 moved out", "b",
          "scene.box", "selection.root",
        ]
      )
      #expect(scene.model.known.index.isGhost("selection.root"))
    }

    @Test("Folds, cursor and focus survive a reconnect")
    func survive() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.press("j", "h", "h", "2")
      let (rows, cursor) = (scene.model.known.index.rowCount, scene.model.tree.cursor)
      scene.lose()
      scene.send(.link(.live(latency: nil)))
      #expect(scene.model.known.index.rowCount == rows)
      #expect(scene.model.tree.cursor == cursor && scene.model.focus == .detail)
    }
  }

  @Suite("Keys")
  struct Keys {
    @Test("7j is seven rows, 70G is row 70, and a count is told while it waits")
    func counts() {
      var scene = Scene()
      scene.join(Dictionary(uniqueKeysWithValues: (100..<180).map { ("s.\($0)", 1) }))
      scene.press("7")
      #expect(scene.lines.last == " 7 times: now a key that moves, such as j")
      scene.press("j")
      #expect(scene.model.tree.key == "s.106")
      scene.press("7", "0", "G")
      #expect(scene.model.tree.key == "s.168")
      scene.press("9", .escape, "k")
      #expect(scene.model.tree.key == "s.167")
    }

    @Test("Letters and arrows, pages and ends move the same cursor")
    func moves() {
      var scene = Scene()
      scene.join(Dictionary(uniqueKeysWithValues: (100..<180).map { ("s.\($0)", 1) }))
      let walk: [(Key, Int)] = [
        (.down, 1), ("j", 2), (.up, 1), ("k", 0), (.control("d"), 7), (.control("u"), 0),
        (.pageDown, 12), (.control("f"), 24), (.pageUp, 12), (.control("b"), 0), ("G", 80),
        ("j", 80), (.home, 0), ("k", 0), (.end, 80), (.home, 0),
      ]
      for (key, row) in walk {
        scene.press(key)
        #expect(scene.model.known.index.row(at: row) == scene.model.tree.cursor, "\(key)")
      }
    }

    @Test("h on a house goes to its street and then folds it; l opens and goes in")
    func inAndOut() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.press("j", "h")
      #expect(scene.model.tree.cursor == .group("avatar."))
      scene.press("h")
      #expect(scene.model.known.index.group("avatar.")?.isOpen == false)
      scene.press("l")
      #expect(scene.model.known.index.group("avatar.")?.isOpen == true)
      scene.press("l", "l")
      #expect(scene.model.focus == .detail)
      scene.press(.escape)
      #expect(scene.model.focus == .tree)
    }

    @Test("A key without effect says why")
    func reasons() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.press("J")
      #expect(scene.lines.last == " J does nothing here; ? lists the keys")
      scene.press("N")
      #expect(scene.lines.last == " N: nothing was searched for; / begins a search")
      scene.press("u")
      #expect(scene.lines.last == " u: choose a house first; Enter opens a street")
      scene.press("3", "s")
      #expect(scene.lines.last == " s: not in Activity, only in Town, House, Selections")
      scene.press("1")
      #expect(scene.lines.last?.contains("? help") == true)
    }

    @Test("A paste runs no keys")
    func paste() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.press("j")
      scene.send(.screen(.paste("dyqqqq\n")))
      #expect(scene.effects.isEmpty && scene.model.edit == nil)
      #expect(scene.lines.last == " a paste runs no keys; open an edit to paste into")
    }

    @Test("Tab and numbers change the pane")
    func panes() {
      var scene = Scene()
      scene.press(.tab)
      #expect(scene.model.focus == .detail)
      scene.press(.tab, .tab)
      #expect(scene.model.focus == .selections)
      scene.press(.tab)
      #expect(scene.model.focus == .tree)
      scene.press(.backTab, .backTab)
      #expect(scene.model.focus == .activity)
      scene.press("2")
      #expect(scene.model.focus == .detail)
    }

    @Test("Enter on a line of Activity goes to its house, into a folded street too")
    func toHouse() {
      var scene = Scene()
      scene.join(Scene.smallTown)
      scene.press("O")
      scene.change(["selection.root": ["display_name": "R"]])
      scene.press("3", .enter)
      #expect(scene.model.focus == .tree)
      #expect(scene.model.tree.key == "selection.root")
    }
  }

  @Suite("The pointer")
  struct Pointer {
    private func scene() -> Scene {
      var scene = Scene()
      scene.join(Scene.smallTown)
      return scene
    }

    @Test("A click chooses a row, a second one on it opens or closes it")
    func click() {
      var scene = scene()
      let point = Point(column: 6, row: 4)
      scene.send(.screen(.mouse(Mouse(.press, at: point))))
      #expect(scene.model.tree.cursor == .group("interaction."))
      scene.send(.screen(.mouse(Mouse(.press, at: point))))
      #expect(scene.model.known.index.group("interaction.")?.isOpen == false)
    }

    @Test("The wheel scrolls the pane under the pointer and leaves focus and cursor alone")
    func wheel() {
      var scene = Scene()
      scene.join(Dictionary(uniqueKeysWithValues: (100..<180).map { ("s.\($0)", 1) }))
      scene.press("3")
      scene.send(.screen(.mouse(Mouse(.wheelDown, at: Point(column: 6, row: 4)))))
      #expect(scene.lines[2].contains(" 102 "))
      #expect(scene.model.focus == .activity && scene.model.tree.cursor == .group("s."))
    }

    @Test("A click on a frame, on the status line or off the screen does no harm")
    func edges() {
      var scene = scene()
      for point in [(0, 0), (0, 1), (79, 23), (500, 500), (-1, -1), (41, 3), (42, 3)] {
        scene.send(.screen(.mouse(Mouse(.press, at: Point(column: point.0, row: point.1)))))
        scene.send(.screen(.mouse(Mouse(.wheelUp, at: Point(column: point.0, row: point.1)))))
      }
      #expect(scene.effects.isEmpty)
    }
  }
}
