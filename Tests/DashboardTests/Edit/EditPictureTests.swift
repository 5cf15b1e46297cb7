import ScreenKit
import SharedState
import StateEditing
import TextScreen
import Testing

@testable import Dashboard

/// The panes as a person sees them.
@Suite("EditPane: pictures")
struct EditPictureTests {
  @Test("Writing: a change of somebody else is told, the text stands still")
  func writing() {
    var bench = EditBench(.set, .entry("selection.a"))
    bench.type("<down><end><left><left>s")
    bench.somebody(changes: ["hide"], of: "selection.a", to: true)
    #expect(
      bench.picture(60, 14)
        == picture(
          #"""
          ┌ set selection.a ─────────────────────────────────────────┐
          │ 1 {                                                      │
          │ 2   "name": "Proteins",                                  │
          │ 3   "hide": false,                                       │
          │ 4   "scale": 1.0,                                        │
          │ 5   "selected": {                                        │
          │ 6     "particle_ids": [0, 1, 2],                         │
          │ 7     "note": "x"                                        │
          │ 8   }                                                    │
          │ 9 }                                                      │
          │                                                          │
          │ older here, sent as live: hide                           │
          │ 2:20 dictionary of 4 fields                              │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
    #expect(
      bench.picture(40, 12)
        == picture(
          #"""
          ┌ set selection.a ─────────────────────┐
          │ 1 {                                  │
          │ 2   "name": "Proteins",              │
          │ 3   "hide": false,                   │
          │ 4   "scale": 1.0,                    │
          │ 5   "selected": {                    │
          │ 6     "particle_ids": [0, 1, 2],     │
          │ 7     "note": "x"                    │
          │ 8   }                                │
          │ older here, sent as live: hide       │
          │ 2:20 dictionary of 4 fields          │
          └──────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("A flaw is named with its place, and marked there")
  func flaw() {
    var bench = EditBench(.set, .entry("selection.a"))
    bench.type("<down><end>x")
    #expect(
      bench.picture(60, 12)
        == picture(
          #"""
          ┌ set selection.a ─────────────────────────────────────────┐
          │ 1 {                                                      │
          │ 2!  "name": "Protein",x                                  │
          │ 3   "hide": false,                                       │
          │ 4   "scale": 1.0,                                        │
          │ 5   "selected": {                                        │
          │ 6     "particle_ids": [0, 1, 2],                         │
          │ 7     "note": "x"                                        │
          │ 8   }                                                    │
          │ ✗ line 2, column 21: expected a field name in double     │
          │ quotes: "x"                                              │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("With room to spare the change is seen while it is written")
  func preview() {
    var bench = EditBench(.modify, .entry("selection.a", field: ["scale"]))
    bench.type("<del><del><del>2")
    #expect(
      bench.picture(80, 22)
        == picture(
          #"""
          ┌ modify selection.a ──────────────────────────────────────────────────────────┐
          │ 1 {                                                                          │
          │ 2   "name": "Protein",                                                       │
          │ 3   "hide": false,                                                           │
          │ 4   "scale": 2,                                                              │
          │ 5   "selected": {                                                            │
          │ 6     "particle_ids": [0, 1, 2],                                             │
          │ 7     "note": "x"                                                            │
          │ 8   }                                                                        │
          │ 9 }                                                                          │
          │                                                                              │
          │                                                                              │
          │                                                                              │
          │                                                                              │
          │                                                                              │
          │                                                                              │
          │ ── changes ───────────────────────────────────────────────────────────────── │
          │ - scale = 1.0                                                                │
          │ + scale = 2                                                                  │
          │ ! scale: was a float, becomes an int: headsets tell 1 from 1.0               │
          │ 4:13 dictionary of 4 fields                                                  │
          └──────────────────────────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("The review shows what will change, what follows the house, and what to beware of")
  func review() {
    var bench = EditBench(.update, .entry("selection.a"))
    bench.type("s<tab><tab>^t<bs><bs><enter>")
    bench.somebody(changes: ["hide"], of: "selection.a", to: true)
    #expect(
      bench.picture(60, 11)
        == picture(
          #"""
          ┌ update selection.a ──────────────────────────────────────┐
          │ - name = "Protein"                                       │
          │ + name = "Proteins"                                      │
          │ - scale = 1.0                                            │
          │ + scale = 1                                              │
          │ ! was a float, becomes an int: headsets tell 1 from 1.0  │
          │                                                          │
          │                                                          │
          │ followed live: hide                                      │
          │ Enter sends this                                         │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("A form has a line for each field")
  func form() {
    var bench = EditBench(.update, .entry("selection.a"))
    bench.type("<tab><tab>5^ncolour=red<enter>")
    #expect(
      bench.picture(60, 12)
        == picture(
          #"""
          ┌ update selection.a ──────────────────────────────────────┐
          │    name                  = "Protein"                     │
          │    hide                  = false                         │
          │  ~ scale                 = 1.05                          │
          │    selected.particle_ids = 0-2                           │
          │    selected.note         = "x"                           │
          │ ▸~ colour                = red                           │
          │                                                          │
          │                                                          │
          │ ✗ column 1: expected a value; text needs double quotes:  │
          │ "red"                                                    │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
    #expect(
      bench.picture(40, 12)
        == picture(
          #"""
          ┌ update selection.a ──────────────────┐
          │    name           = "Protein"        │
          │    hide           = false            │
          │  ~ scale          = 1.05             │
          │    ….particle_ids = 0-2              │
          │    selected.note  = "x"              │
          │ ▸~ colour         = red              │
          │                                      │
          │                                      │
          │ ✗ column 1: expected a value; text   │
          │ needs double quotes: "red"           │
          └──────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("A conflict shows base, mine and live")
  func conflict() {
    var bench = EditBench(.update, .entry("selection.a"))
    bench.type("s<tab>^unull<enter>")
    bench.somebody(changes: ["name"], of: "selection.a", to: "Lipid")
    bench.somebody(changes: ["hide"], of: "selection.a", to: true)
    bench.type("<up>m")
    #expect(
      bench.picture(60, 13)
        == picture(
          #"""
          ┌ update selection.a ──────────────────────────────────────┐
          │ Changed by you and by somebody else. Choose b base, m    │
          │ mine or l live: 1 left.                                  │
          │   name                                                   │
          │   b base   "Protein"                                     │
          │   m mine ✓ "Proteins"                                    │
          │   l live   "Lipid"                                       │
          │ ▸ hide                                                   │
          │   b base   false                                         │
          │   m mine   null                                          │
          │   l live   true                                          │
          │                                                          │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
    #expect(
      bench.picture(40, 12)
        == picture(
          #"""
          ┌ update selection.a ──────────────────┐
          │ Changed by you and by somebody else. │
          │ Choose b base, m mine or l live: 1   │
          │ left.                                │
          │   b base   "Protein"                 │
          │   m mine ✓ "Proteins"                │
          │   l live   "Lipid"                   │
          │ ▸ hide                               │
          │   b base   false                     │
          │   m mine   null                      │
          │   l live   true                      │
          └──────────────────────────────────────┘
          """#
        )
    )
    #expect(
      bench.picture(100, 8)
        == picture(
          #"""
          ┌ update selection.a ──────────────────────────────────────────────────────────────────────────────┐
          │ Changed by you and by somebody else. Choose b base, m mine or l live: 1 left.                    │
          │           b base                       m mine                       l live                       │
          │   name    "Protein"                  ✓ "Proteins"                   "Lipid"                      │
          │ ▸ hide    false                        null                         true                         │
          │                                                                                                  │
          │                                                                                                  │
          └──────────────────────────────────────────────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("A house removed meanwhile is built again or let go")
  func gone() {
    var bench = EditBench(.update, .entry("selection.a", field: ["name"]))
    bench.type("s<enter>")
    bench.somebody(sets: "selection.a", to: Optional.none)
    #expect(
      bench.picture(60, 10)
        == picture(
          #"""
          ┌ update selection.a ──────────────────────────────────────┐
          │ selection.a was removed while you edited it. m builds it │
          │ again, l lets it go.                                     │
          │ + name = "Proteins"                                      │
          │ + hide = false                                           │
          │ + scale = 1.0                                            │
          │ + selected = {"particle_ids": [0, 1, 2], "note": "x"}    │
          │                                                          │
          │                                                          │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("Leaving asks when something was written")
  func leaving() {
    var bench = EditBench(.update, .entry("selection.a", field: ["name"]))
    bench.type("s<esc>")
    #expect(
      bench.picture(60, 8)
        == picture(
          #"""
          ┌ update selection.a ──────────────────────────────────────┐
          │ ▸~ name     = "Proteins"                                 │
          │                                                          │
          │                                                          │
          │ string                                                   │
          │ Throw away what you wrote? y throws it away, n (or       │
          │ Enter) goes on.                                          │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("A new house has its neighbours' shape")
  func add() {
    let bench = EditBench(.add, .group("selection."))
    #expect(
      bench.picture(60, 14)
        == picture(
          #"""
          ┌ add selection.f0 ────────────────────────────────────────┐
          │ selection.f0                                             │
          │ 1 {                                                      │
          │ 2   "name": "f0",                                        │
          │ 3   "hide": false,                                       │
          │ 4   "scale": 1.0,                                        │
          │ 5   "selected": {                                        │
          │ 6     "particle_ids": [0, 1, 2],                         │
          │ 7     "note": "x"                                        │
          │ 8   }                                                    │
          │ begun like selection.a. Type its name, or a whole        │
          │ address; Tab: its value.                                 │
          │ 2:3 dictionary of 4 fields                               │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("A removal shows what will be lost")
  func remove() {
    let bench = EditBench(.remove, .entry("selection.a"))
    #expect(
      bench.picture(60, 9)
        == picture(
          #"""
          ┌ remove selection.a ──────────────────────────────────────┐
          │ - name = "Protein"                                       │
          │ - hide = false                                           │
          │ - scale = 1.0                                            │
          │ - selected = {"particle_ids": [0, 1, 2], "note": "x"}    │
          │                                                          │
          │ Remove selection.a? y removes it, n (or Enter) leaves    │
          │ it.                                                      │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
    #expect(
      bench.picture(40, 9)
        == picture(
          #"""
          ┌ remove selection.a ──────────────────┐
          │ - name = "Protein"                   │
          │ - hide = false                       │
          │ - scale = 1.0                        │
          │ - selected = {"particle_ids": [0, 1… │
          │                                      │
          │ Remove selection.a? y removes it, n  │
          │ (or Enter) leaves it.                │
          └──────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("A clearing lists the houses and asks for the street's name")
  func clear() {
    var bench = EditBench(.clear, .group("selection."))
    bench.type("sel<enter>")
    #expect(
      bench.picture(60, 9)
        == picture(
          #"""
          ┌ clear selection. ────────────────────────────────────────┐
          │ - selection.a                                            │
          │ - selection.b                                            │
          │                                                          │
          │                                                          │
          │ All 2 houses will go, in one message. That is not its    │
          │ name: type selection. and Enter, or Esc.                 │
          │ > sel                                                    │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("The outcome stands above what was sent")
  func outcome() {
    var bench = EditBench(.update, .entry("selection.a", field: ["scale"]))
    bench.type("5<enter><enter>")
    bench.ends(.sent(.overwritten(latency: .milliseconds(12))))
    #expect(
      bench.picture(60, 8)
        == picture(
          #"""
          ┌ update selection.a ──────────────────────────────────────┐
          │ ! accepted, then overwritten by somebody else 12 ms      │
          │ later                                                    │
          │ - scale = 1.0                                            │
          │ + scale = 1.05                                           │
          │                                                          │
          │                                                          │
          └──────────────────────────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("In ASCII nothing else is drawn")
  func ascii() {
    var bench = EditBench(.update, .entry("selection.a", field: ["scale"]))
    bench.type("^t<bs><bs><enter>")
    bench.ends(.sent(.refused(reason: "x")))
    #expect(
      bench.picture(50, 8, glyphs: .ascii)
        == picture(
          #"""
          + update selection.a ----------------------------+
          | - scale = 1.0                                  |
          | + scale = 1                                    |
          | ! was a float, becomes an int: headsets tell 1 |
          | from 1.0                                       |
          |                                                |
          | Enter sends this                               |
          +------------------------------------------------+
          """#
        )
    )
  }

  @Test("Wide characters shift nothing")
  func wide() {
    var bench = EditBench(.set, .entry("宿"), in: ["宿": ["名前": "日本 😎", "x": 1]])
    bench.type("<down><end><left><left>語")
    #expect(
      bench.picture(40, 9)
        == picture(
          #"""
          ┌ set 宿 ──────────────────────────────┐
          │ 1 {                                  │
          │ 2   "名前": "日本 😎語",             │
          │ 3   "x": 1                           │
          │ 4 }                                  │
          │                                      │
          │                                      │
          │ 2:15 dictionary of 2 fields          │
          └──────────────────────────────────────┘
          """#
        )
    )
  }

  @Test("At every size, also none, drawing stays in its place", arguments: EditVerb.allCases)
  func sizes(verb: EditVerb) {
    var bench = EditBench(verb, .entry("selection.a"))
    bench.type("x")
    for columns in [0, 1, 2, 3, 11, 12, 20, 40, 80, 200] {
      for rows in [0, 1, 2, 4, 5, 6, 12, 24, 60] {
        var grid = Grid(Size(columns: 202, rows: 62))
        let rect = Rect(column: 1, row: 1, columns: columns, rows: rows)
        bench.pane.draw(into: &grid, rect: rect, glyphs: .unicode, words: .town)
        let outside = (0..<62).allSatisfy { row in
          (0..<202).allSatisfy { column in
            rect.contains(Point(column: column, row: row)) || grid[column, row] == .blank()
          }
        }
        #expect(outside, "\(columns)×\(rows)")
        #expect(grid.cursor.map { rect.contains($0) } ?? true)
      }
    }
  }

  private func picture(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
