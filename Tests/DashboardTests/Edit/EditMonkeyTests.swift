import SharedState
import StateEditing
import TestSupport
import TextScreen
import Testing

@testable import Dashboard

/// A hasty person on a lively town: whatever is pressed and whatever happens, the promises hold.
@Suite("EditPane: any keys, any town")
struct EditMonkeyTests {
  private static let keys: [Key] =
    KeyScript.keys(
      "<enter><enter><enter><esc><tab><backtab><bs><del><up><down><left><right><home><end><pgup><pgdn>"
        + "^s^s^s^e^n^w^u^k^y^r^x<f2><f4>bmlMLyynjkger{}[]\",:=.01a 日"
    ) + [.character("\u{301}"), .character("\u{1b}"), .control("_"), .insert, .alt("f")]

  private static let values: [StateValue?] = [
    nil, .null, 1, 1.0, "x", [1, 2], ["name": "Q"], EditBench.selection,
    EditBench.selection.replacing(["name"], with: "Q"),
    EditBench.selection.replacing(["hide"], with: nil),
    ["😎": ["a": ["b": [["c": .double(.nan)]]]]],
  ]

  private static let targets: [EditTarget] = [
    .entry("selection.a"), .entry("selection.a", field: ["selected", "note"]), .entry("scene"),
    .entry("nobody"), .group("selection."), .group(""), .entry(""), .entry("."),
  ]

  /// Everything that one seed does; each request that was sent, with the town at that moment.
  private func run(seed: UInt64, _ check: (EditBench, EditRequest) -> Void) {
    var random = SeededGenerator(seed: seed)
    func pick<Element>(_ choices: [Element]) -> Element {
      choices[random.next(below: choices.count)]
    }
    var bench = EditBench(pick(EditVerb.allCases), pick(Self.targets), freshName: pick(["f0", ""]))
    for _ in 0..<80 {
      switch random.next(below: 12) {
      case 0:
        bench.somebody(sets: pick(["selection.a", "selection.c", "scene"]), to: pick(Self.values))
      case 1: bench.paste(pick(["{\"name\": \"P\"}", "selection.", "7", "\r\n", "日本"]))
      case 2:
        bench.ends(
          pick([
            .sent(.unconfirmed), .sent(.accepted(latency: .zero)), .sent(.refused(reason: "no")),
            .conflict(key: "selection.a", live: pick(Self.values)),
          ])
        )
      case 3:
        _ = bench.pane.externalEdit(
          pick([.saved("{\"name\": 1}"), .saved("["), .unchanged, .failed("no")])
        )
      case 4:
        if random.next(below: 2) == 0 {
          bench.paste("selection.")
          bench.type("<enter>")
        } else {
          bench.type("^u7<enter><enter>")
        }
      default:
        bench.actions += bench.pane.handle(
          .key(pick(Self.keys)),
          live: bench.town,
          at: EditBench.moment
        )
      }
      for case .send(let request) in bench.takeActions() { check(bench, request) }
      guard random.next(below: 3) == 0 else { continue }
      let size = (pick([0, 1, 2, 7, 20, 40, 80, 200]), pick([0, 1, 2, 3, 5, 12, 24, 60]))
      let grid = bench.grid(size.0, size.1, glyphs: pick([.unicode, .ascii]))
      if let cursor = grid.cursor { #expect(grid.bounds.contains(cursor), "seed \(seed)") }
    }
  }

  @Test("Nothing traps, the cursor stays on the screen, and what is sent never meets a conflict")
  func promises() {
    var sent: [EditVerb: Int] = [:]
    for seed in 0..<250 as Range<UInt64> {
      run(seed: seed) { bench, request in
        sent[request.verb, default: 0] += 1
        // The person has seen the town as it is: on it, the edit must fit as it stands.
        guard case .change(let change) = request.rebased(on: bench.town) else {
          Issue.record("seed \(seed): sent over a change that nobody chose to overwrite")
          return
        }
        #expect(!change.isEmpty, "seed \(seed): sent nothing")
        for entry in request.entries {
          #expect(entry.base == bench.town[entry.key], "seed \(seed): an old base")
        }
      }
    }
    #expect(Set(sent.keys) == Set(EditVerb.allCases), "every verb got as far as sending: \(sent)")
  }
}
