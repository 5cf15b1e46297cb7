import SharedState
import TestSupport
import Testing
import Wording

@testable import StateInspection

@Suite("HouseInspector")
struct EntryInspectorTests {
  /// A house that a check finds something in, and one like it in which it finds nothing.
  struct Pair: Sendable, CustomTestStringConvertible {
    let check: String
    let key: String
    let bad: StateValue
    let good: StateValue
    var severity = Finding.Severity.warning
    var repairs = false

    var testDescription: String { "\(check) in \(key)" }
  }

  static func selection(_ fields: StateObject = [:]) -> StateValue {
    var object: StateObject = [
      "id": "selection.a", "name": "A", "selected": ["particle_ids": [1, 2, 3]],
      "properties": ["nanover.rendering.renderer": "liquorice"],
    ]
    for field in fields { object[field.key] = field.value }
    return .object(object)
  }

  private static func without(_ field: String) -> StateValue {
    var object = selection().object ?? [:]
    object[field] = nil
    return .object(object)
  }

  private static func renderer(_ value: StateValue) -> StateValue {
    selection(["properties": ["nanover.rendering.renderer": value]])
  }

  private static func interaction(_ fields: StateObject = [:]) -> StateValue {
    var object: StateObject = [
      "interaction_type": "spring", "particles": [60], "position": [1.0, 2.0, 3.0],
    ]
    for field in fields { object[field.key] = field.value }
    return .object(object)
  }

  private static func avatar(_ fields: StateObject = [:]) -> StateValue {
    var object: StateObject = [
      "playerid": "U", "name": "Ada", "color": [1.0, 0.5, 0.0, 1.0],
      "components": [["name": "headset", "position": [0.0, 1.5, 0.0]]],
    ]
    for field in fields { object[field.key] = field.value }
    return .object(object)
  }

  static let pairs: [Pair] =
    [
      Pair(
        check: "selection-name",
        key: "selection.a",
        bad: without("name"),
        good: selection(["name": ""]),
        severity: .error,
        repairs: true
      ),
      Pair(
        check: "selection-name",
        key: "selection.a",
        bad: ["display_name": "Pair", "particle_ids": [1]],
        good: ["display_name": "Pair", "particle_ids": [1], "name": "P"],
        severity: .note,
        repairs: true
      ),
      Pair(
        check: "selection-id",
        key: "selection.a",
        bad: without("id"),
        good: selection(),
        severity: .error,
        repairs: true
      ),
      Pair(
        check: "selection-id-unlike-key",
        key: "selection.a",
        bad: selection(["id": "a"]),
        good: selection(),
        repairs: true
      ),
      Pair(
        check: "selection-selected",
        key: "selection.a",
        bad: selection(["selected": [1, 2]]),
        good: selection(),
        severity: .error,
        repairs: true
      ),
      Pair(
        check: "selection-selected",
        key: "selection.a",
        bad: selection(["selected": .null]),
        good: selection(["selected": ["particle_ids": .null]]),
        severity: .error,
        repairs: true
      ),
      Pair(
        check: "selection-properties",
        key: "selection.a",
        bad: selection(["properties": .null]),
        good: selection(["properties": [:]]),
        severity: .error,
        repairs: true
      ),
      Pair(
        check: "selection-kinds",
        key: "selection.a",
        bad: selection(["properties": ["nanover.rendering.hide": 1]]),
        good: selection(["properties": ["nanover.rendering.hide": .null]]),
        severity: .error
      ),
      Pair(
        check: "selection-kinds",
        key: "selection.a",
        bad: selection(["properties": ["narupa.interaction.method": "solo"]]),
        good: selection(["properties": ["narupa.interaction.method": "group"]]),
        severity: .error
      ),
      Pair(
        check: "selection-atoms-unsaid",
        key: "selection.a",
        bad: selection(["selected": [:]]),
        good: selection()
      ),
      Pair(
        check: "selection-atoms-unsaid",
        key: "selection.a",
        bad: selection(["selected": ["particle_ids": .null]]),
        good: selection(),
        severity: .note
      ),
      Pair(
        check: "selection-atoms-unsaid",
        key: "selection.a",
        bad: selection(["selected": ["particle_ids": []]]),
        good: selection([
          "selected": ["particle_ids": []],
          "properties": [
            "nanover.rendering.renderer": "liquorice", "nanover.rendering.hide": true,
          ],
        ]),
        severity: .note
      ),
      Pair(
        check: "selection-generations",
        key: "selection.a",
        bad: selection([
          "properties": ["nanover.rendering.hide": true, "narupa.rendering.hide": false]
        ]),
        good: selection([
          "properties": ["nanover.rendering.hide": true, "narupa.rendering.hide": true]
        ])
      ),
    ] + otherPairs

  static let otherPairs: [Pair] = [
    Pair(
      check: "renderer-unknown",
      key: "selection.a",
      bad: renderer("liqorice"),
      good: renderer("Ball and Stick")
    ),
    Pair(
      check: "renderer-unknown",
      key: "selection.a",
      bad: renderer(["render": ["type": "vdw balls"]]),
      good: renderer(["render": ["type": "elliptic spline"], "scale": 0.1])
    ),
    Pair(
      check: "renderer-unknown",
      key: "visualiser.9",
      bad: ["renderer": "hyperbole"],
      good: ["renderer": "Ribbon"]
    ),
    Pair(
      check: "renderer-unsafe",
      key: "selection.a",
      bad: renderer("cartoon"),
      good: renderer("cartoon extended")
    ),
    Pair(
      check: "renderer-unsafe",
      key: "visualisation.1",
      bad: ["renderer": ["render": "Geometric Spline"]],
      good: ["renderer": ["render": "elliptic spline"]]
    ),
    Pair(
      check: "colour",
      key: "avatar.U",
      bad: avatar(["color": [255.0, 102.0, 0.0, 1.0]]),
      good: avatar()
    ),
    Pair(
      check: "colour",
      key: "selection.a",
      bad: renderer(["color": [1.0, 0.5]]),
      good: renderer(["color": [1.0, 0.5, 0.25]])
    ),
    Pair(
      check: "colour",
      key: "selection.a",
      bad: renderer(["color": ["type": "residue index", "gradient": ["red", "#fff"]]]),
      good: renderer(["color": ["type": "residue index", "gradient": ["red", "#ffffff"]]])
    ),
    Pair(
      check: "atoms-duplicate",
      key: "selection.a",
      bad: ["selected": ["particle_ids": [3, 1, 3.0]]],
      good: ["selected": ["particle_ids": [3, 1, 2]]],
      repairs: true
    ),
    Pair(
      check: "atoms-duplicate",
      key: "interaction.1",
      bad: interaction(["particles": [4, 4]]),
      good: interaction(),
      repairs: true
    ),
    Pair(
      check: "atoms-impossible",
      key: "selection.a",
      bad: ["particle_ids": [0, -1]],
      good: ["particle_ids": [0, 1.0]],
      severity: .error
    ),
    Pair(
      check: "atoms-impossible",
      key: "interaction.1",
      bad: interaction(["particles": [1.5]]),
      good: interaction(),
      severity: .error
    ),
    Pair(
      check: "atoms-absent",
      key: "selection.a",
      bad: ["particle_ids": [0, .int(Int64(atomCount))]],
      good: ["particle_ids": [0, .int(Int64(atomCount) - 1)]],
      severity: .warning
    ),
    Pair(
      check: "atoms-absent",
      key: "visualiser.a",
      bad: ["selection": [.int(.max)]],
      good: ["selection": []],
      severity: .error
    ),
    Pair(
      check: "integer-for-float",
      key: "suggested.interaction.scale",
      bad: 100,
      good: 100.0,
      repairs: true
    ),
    Pair(
      check: "integer-for-float",
      key: "interaction.1",
      bad: interaction(["position": [1, 2.0, 3.0]]),
      good: interaction(["max_force": 20_000]),
      repairs: true
    ),
    Pair(
      check: "integer-for-float",
      key: "avatar.U",
      bad: avatar(["components": [["name": "headset", "rotation": [0.0, 0.0, 0.0, 1]]]]),
      good: avatar(),
      repairs: true
    ),
    Pair(
      check: "integer-for-float",
      key: "user-origin.U",
      bad: ["position": [2.0, 0, 0.0]],
      good: ["position": [2.0, 0.0, 0.0]],
      repairs: true
    ),
    Pair(
      check: "integer-for-float",
      key: "selection.a",
      bad: renderer(["color": [1, 0.5, 0.0], "scale": 1]),
      good: renderer(["color": [1.0, 0.5, 0.0], "scale": 1.0]),
      repairs: true
    ),
    Pair(
      check: "not-a-number",
      key: "scene",
      bad: [.double(.nan), 0, 0, 0, 0, 0, 1, 1, 1, 1],
      good: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]
    ),
    Pair(
      check: "not-a-number",
      key: "interaction.1",
      bad: interaction(["max_force": .double(.nan)]),
      good: interaction(["max_force": .double(.infinity)])
    ),
    Pair(
      check: "null-inside",
      key: "avatar.U",
      bad: avatar(["components": [["name": "headset", "position": .null]]]),
      good: avatar(),
      severity: .error
    ),
    Pair(
      check: "not-a-dictionary",
      key: "selection.",
      bad: "x",
      good: selection(),
      severity: .error
    ),
    Pair(
      check: "scene-shape",
      key: "scene",
      bad: [0, 0, 0, 0, 0, 0, 1, 1, 1],
      good: [0, 0, 0, 0, 0, 0, 1, 0.5, 0.5, 0.5],
      severity: .error
    ),
    Pair(
      check: "scene-shape",
      key: "scene",
      bad: [0, 0, 0, 0, 0, 0, 1, -1, 1, 1],
      good: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]
    ),
    Pair(
      check: "transform-shape",
      key: "transform.simulation",
      bad: ["transform": [0.0, 0.0]],
      good: ["transform": [0.0, 0.0, 0.0]]
    ),
    Pair(check: "avatar-playerid", key: "avatar.U", bad: avatar(["playerid": "V"]), good: avatar()),
    Pair(
      check: "avatar-playerid",
      key: "avatar.U",
      bad: ["name": "Ada"],
      good: avatar(),
      repairs: true
    ),
    Pair(
      check: "interaction-type",
      key: "interaction.1",
      bad: interaction(["interaction_type": "harmonic"]),
      good: interaction(["interaction_type": "gaussian"])
    ),
    Pair(
      check: "interaction-fields",
      key: "interaction.1",
      bad: ["type": "spring", "particles": [1], "position": [0.0, 0.0, 0.0]],
      good: interaction()
    ),
    Pair(
      check: "vacant",
      key: "visualiser.9",
      bad: ["selection": "selection.gone"],
      good: ["selection": "selection.here"]
    ),
    Pair(
      check: "vacant",
      key: "interaction.1",
      bad: interaction(["owner.id": "gone"]),
      good: interaction(["owner.id": "U"])
    ),
    Pair(
      check: "vacant",
      key: "handle.1",
      bad: ["parent": "gone"],
      good: ["parent": "simulation"]
    ),
  ]

  /// How many atoms there are, where that matters.
  private static let atomCount = 1_000_000
  private static let lived: Set<String> = ["selection.here", "avatar.U"]

  private static func found(_ key: String, _ value: StateValue) -> [Finding] {
    EntryInspector.findings(in: key, value, atomCount: atomCount) { lived.contains($0) }
  }

  @Test("Each check finds what it is there for, and not in a house that is right", arguments: pairs)
  func findsIt(pair: Pair) throws {
    let bad = Self.found(pair.key, pair.bad).filter { $0.check == pair.check }
    let first = try #require(bad.first)
    #expect(first.severity == pair.severity)
    #expect((first.repair != nil) == pair.repairs)
    let words = first.words.town
    #expect(!words.contains("\n") && words.contains(": ") && words.contains("; "))
    let good = Self.found(pair.key, pair.good).filter { $0.check == pair.check }
    #expect(good.isEmpty, "\(good.map(\.words.town))")
  }

  @Test("Each check has a pair of houses, and none more are told of than there are")
  func allChecked() {
    #expect(Set(Self.pairs.map(\.check)) == Set(EntryInspector.checks.map(\.id)))
    #expect(EntryInspector.checks.count >= 12)
    #expect(Set(EntryInspector.checks.map(\.id)).count == EntryInspector.checks.count)
  }

  @Test("A repair takes away what it is for and changes no other field", arguments: pairs)
  func repairs(pair: Pair) throws {
    let repaired = EntryInspector.repaired(pair.key, pair.bad, of: pair.check)
    guard pair.repairs else {
      #expect(repaired == StateValue?.none)
      return
    }
    let mended = try #require(repaired)
    let left = Self.found(pair.key, mended).filter { $0.check == pair.check }
    #expect(left.isEmpty, "\(mended.text)")
    let touched = ValueDiff(from: pair.bad, to: mended).differences.map(\.path)
    let about = Self.found(pair.key, pair.bad).filter { $0.check == pair.check }.map(\.path)
    // Atoms and numbers are repaired inside of what is told.
    #expect(
      touched.allSatisfy { path in
        about.contains { $0.contains(path) } || pair.check == "integer-for-float"
      }
    )
  }

  @Test("Repairs say what the house says: names, ids, atoms and floats")
  func values() {
    func mended(_ key: String, _ value: StateValue) -> String? {
      EntryInspector.repaired(key, value)?.text
    }
    #expect(
      mended("selection.root", ["selected": [3, 3, 1]])
        == #"{"selected":{"particle_ids":[3,1]},"name":"Root Selection","id":"selection.root"}"#
    )
    #expect(
      mended("selection.a.0", ["display_name": "Pair", "particle_ids": []])
        == #"{"display_name":"Pair","particle_ids":[],"name":"Pair","id":"selection.a.0"}"#
    )
    #expect(mended("suggested.passthrough", 1) == "1.0")
    #expect(
      mended("interaction.1", Self.interaction(["position": [-1, 0, 9_007_199_254_740_993]]))
        == #"{"interaction_type":"spring","particles":[60],"position":[-1.0,0.0,9007199254740993]}"#
    )
    #expect(mended("selection.a", Self.selection()) == nil)
  }

  @Test("What points at an empty house is a finding only while nobody lives there")
  func vacancies() {
    let found = EntryInspector.inspect("visualiser.9", ["selection": "selection.b"])
    #expect(found.count == 1)
    #expect(EntryInspector.current(found) { _ in true }.isEmpty)
    #expect(EntryInspector.current(found) { $0 != "selection.b" }.count == 1)
  }

  @Test("The worst comes first")
  func order() {
    let value: StateValue = ["selected": ["particle_ids": [1, 1]], "properties": [:]]
    let severities = Self.found("selection.a", value).map(\.severity)
    #expect(severities == [.error, .error, .warning])
  }

  @Test("No value traps it, and after the repairs nothing that can be repaired is left")
  func random() {
    var random = SeededGenerator(seed: 7)
    var repaired = 0
    for _ in 0..<6000 {
      let (key, value) = (random.key(), random.value(depth: 0))
      let found = Self.found(key, value)
      #expect(found.allSatisfy { !$0.what.town.unicodeScalars.contains("\u{1B}") })
      let mended = EntryInspector.repaired(key, value)
      if mended != StateValue?.none { repaired += 1 }
      let left = Self.found(key, mended ?? value).filter { $0.repair != nil }
      #expect(left.isEmpty, "\(key) \(value.text): \(left.map(\.words.town))")
      #expect(
        (mended != StateValue?.none) == found.contains { $0.repair != nil },
        "\(key) \(value.text) \(mended?.text ?? "")"
      )
    }
    #expect(repaired > 200)
  }

  @Test("A value as deep and as long as the wire lets in is looked into in time")
  func large() {
    var deep: StateValue = 1
    for _ in 0..<500 { deep = ["color": [deep]] }
    _ = Self.found("avatar.U", deep)
    _ = Self.found("selection.a", Self.renderer(deep))
    let atoms = StateValue.array((0..<200_000).map { .int(Int64($0 % 1000)) })
    let found = Self.found("selection.a", Self.selection(["selected": ["particle_ids": atoms]]))
    #expect(found.map(\.check) == ["atoms-duplicate"])
    let many = StateValue.array(Array(repeating: [2.0, 2.0, 2.0], count: 5000))
    let colours = Self.found("object.line.1", ["colors": many])
    #expect(colours.count == EntryInspector.mostOfACheck)
  }
}

extension SeededGenerator {
  private static let keys = [
    "selection.a", "selection.root", "selection.", "visualiser.1", "avatar.U", "avatar.", "scene",
    "interaction.1", "user-origin.U", "transform.a", "handle.a", "object.line.1", "panel.a",
    "suggested.interaction.scale", "suggested.passthrough", "cursor.U.left", "", ".", "x",
  ]
  private static let fields = [
    "id", "name", "selected", "particle_ids", "properties", "display_name", "renderer", "selection",
    "nanover.rendering.renderer", "narupa.rendering.renderer", "nanover.rendering.hide",
    "narupa.interaction.method", "color", "scale", "render", "type", "gradient", "playerid",
    "components", "position", "rotation", "particles", "interaction_type", "owner.id", "parent",
    "transform", "colors", "max_force", "e\u{301}",
  ]
  private static let texts = [
    "", "selection.a", "U", "#fff", "0xffffff", "spline", "liquorice", "spring", "\u{1B}[31m",
    "👨‍👩‍👧", "a\u{0}b", "simulation",
  ]

  fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[next(below: elements.count)]
  }

  fileprivate mutating func key() -> String { pick(Self.keys) }

  fileprivate mutating func value(depth: Int) -> StateValue {
    switch next(below: depth > 4 ? 6 : 12) {
    case 0: .null
    case 1: .bool(next(below: 2) == 0)
    case 2: .int(pick([0, 1, -1, 255, 1 << 53, (1 << 53) + 1, .max, .min]))
    case 3: .double(pick([0, -0.0, 1, 1.5, -2, 300, .nan, .infinity, -.infinity, 1e300]))
    case 4: .string(pick(Self.texts))
    case 5: .bytes([0, 255])
    case 6, 7: .array((0..<next(below: 12)).map { _ in value(depth: depth + 1) })
    default:
      .object(
        StateObject((0..<next(below: 7)).map { _ in (pick(Self.fields), value(depth: depth + 1)) })
      )
    }
  }
}
