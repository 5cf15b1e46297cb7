import SharedState
import Testing
import TextScreen

@testable import Dashboard

/// The order of the list, against an order that is worked out anew each time, by the letter of the protocol.
@Suite("Selections: order")
struct BoardOrderTests {
  static func nanover(_ id: String, hide: Bool = false) -> StateValue {
    [
      "id": .string(id), "name": .string("N " + id), "selected": ["particle_ids": [1, 2, 3]],
      "properties": ["nanover.rendering.hide": .bool(hide)],
    ]
  }

  static func drawing(_ selection: StateValue, _ layer: StateValue, _ priority: StateValue)
    -> StateValue
  {
    ["selection": selection, "visualiser": "liquorice", "layer": layer, "priority": priority]
  }

  /// The keys from the top of the list to its bottom.
  static func order(_ values: [String: StateValue]) -> [String] {
    var scene = Scene()
    scene.press("4")
    scene.join(values)
    return keys(scene)
  }

  static func keys(_ scene: Scene) -> [String] {
    let index = scene.model.selections.index
    return (0..<index.count).compactMap { index.key(at: $0) }
  }

  @Test(
    "NanoVer's selections lie by the ordinal order of their ids, the last on top, the root below all"
  )
  func nanoverOrder() {
    let ids = ["selection.root", "selection.P.2", "selection.P.10", "selection.a", "selection.B"]
    let town = Dictionary(uniqueKeysWithValues: ids.map { ($0, Self.nanover($0)) })
    #expect(
      Self.order(town)
        == ["selection.a", "selection.P.2", "selection.P.10", "selection.B", "selection.root"]
    )
  }

  @Test("Ordinal order goes by the units of UTF-16, as C# compares, and not by code points")
  func ordinal() {
    let (wide, emoji) = ("selection.\u{FF5E}", "selection.😀")
    // By code points the emoji is the greater one; its first unit is D83D, which is less than FF5E.
    #expect(
      Self.order([wide: Self.nanover(wide), emoji: Self.nanover(emoji)]) == [wide, emoji]
    )
  }

  @Test("Visualisers lie by layer, then by priority, the highest on top, whole numbers or not")
  func layers() {
    let town: [String: StateValue] = [
      "visualiser.a": Self.drawing(.null, 0, 1), "visualiser.b": Self.drawing(.null, 0, 1.5),
      "visualiser.c": Self.drawing(.null, 1, -3), "visualiser.d": Self.drawing(.null, -1, 100),
      "visualiser.e": Self.drawing(.null, 10, 0), "visualiser.f": Self.drawing(.null, 2, 0),
      "visualisation.g": Self.drawing(.null, 0, -0.5), "visualisers.h": ["visualiser": "spline"],
    ]
    #expect(
      Self.order(town) == [
        "visualiser.e", "visualiser.f", "visualiser.c", "visualiser.b", "visualiser.a",
        "visualisers.h", "visualisation.g", "visualiser.d",
      ]
    )
  }

  @Test("A visualiser stands under the selection that it draws, and lifts it to its own height")
  func joined() {
    let town: [String: StateValue] = [
      "selection.low": ["display_name": "L", "particle_ids": [1]],
      "selection.high": ["display_name": "H", "particle_ids": [2]],
      "selection.none": ["display_name": "N", "particle_ids": []],
      "visualiser.1": Self.drawing("selection.low", 0, 1),
      "visualiser.2": Self.drawing("selection.high", 1, 1),
      "visualiser.3": Self.drawing("selection.high", 0, 0),
      "visualiser.4": Self.drawing("selection.gone", 0, 2),
    ]
    #expect(
      Self.order(town) == [
        "selection.high", "visualiser.2", "visualiser.3", "visualiser.4", "selection.low",
        "visualiser.1", "selection.none",
      ]
    )
  }

  @Test("A selection of NanoVer keeps its place by its id, whatever else draws it")
  func drawnTwice() {
    let town: [String: StateValue] = [
      "selection.a": Self.nanover("selection.a"), "selection.b": Self.nanover("selection.b"),
      "visualiser.1": Self.drawing("selection.a", 9, 9),
    ]
    #expect(Self.order(town) == ["selection.b", "selection.a", "visualiser.1"])
  }

  @Test("What breaks the schemas is listed and told, never dropped")
  func malformed() {
    let town: [String: StateValue] = [
      "selection.list": [1, 2], "selection.text": "x", "selection.": .null,
      "selection.bare": ["id": "selection.bare", "selected": [5, 6, 7], "properties": [:]],
      "selection.odd": ["name": 7, "selected": "all", "properties": 3],
      "selection.atoms": ["display_name": "A", "particle_ids": ["H", 1]],
      "visualiser.number": 4, "visualiser.odd": ["selection": true, "layer": "top"],
      "visualiser.lost": ["selection": "selection.nowhere", "visualiser": ["color": 5]],
    ]
    var scene = Scene(200, 60)
    scene.join(town)
    scene.press("4", "0")
    #expect(Set(Self.keys(scene)) == Set(town.keys))
    for words in [
      "holds list of 2, not a dictionary", "holds string of 1 character, not a dictionary",
      "5–7", "name is an int", "particle_ids holds more than whole numbers",
      "holds int, not a dictionary", "layer is text", "→ selection.nowhere, which is not there",
      "no colour: 5",
    ] {
      #expect(scene.picture.contains(words), "\(words) is not told")
    }
  }

  @Test(
    "However the town changes, the list is that of a town seen for the first time",
    arguments: 0..<4
  )
  func follows(seed: UInt64) {
    var generator = SplitMix(seed: seed)
    var scene = Scene()
    scene.press("4")
    scene.join([:])
    for step in 0..<400 {
      // Now and then the list is out of sight, and catches up afterwards.
      if Int.random(in: 0..<20, using: &generator) == 0 { scene.press("1") }
      let (updates, removals) = Self.change(&generator)
      scene.change(updates, remove: removals)
      guard Int.random(in: 0..<5, using: &generator) == 0 else { continue }
      scene.press("1")
      scene.wait(.seconds(8))
      scene.press("4")
      let expected = Self.expected(scene)
      #expect(Self.keys(scene) == expected, "step \(step)")
      for (row, key) in expected.enumerated() {
        #expect(scene.model.selections.index.row(of: key) == row, "step \(step), \(key)")
      }
      if Self.keys(scene) != expected { return }
    }
  }

  /// The order by the letter: what draws itself by id, what is drawn by its topmost visualiser.
  private static func expected(_ scene: Scene) -> [String] {
    struct Height: Comparable {
      var (isPlaced, layer, priority, key) = (false, 0.0, 0.0, "")
      static func < (left: Height, right: Height) -> Bool {
        if left.isPlaced != right.isPlaced { return left.isPlaced }
        if left.isPlaced, left.layer != right.layer { return left.layer > right.layer }
        if left.isPlaced, left.priority != right.priority { return left.priority > right.priority }
        return left.key < right.key
      }
    }
    // The house under the cursor stays while one looks at it, gone or not.
    func value(_ key: String) -> StateValue? { scene.model.known.entry(for: key)?.value }
    let ghosts = scene.model.selections.cursor.map { [$0] } ?? []
    let keys = Set(scene.town.keys + ghosts).filter { value($0) != nil }.sorted()
    let selections = keys.filter { KeyKind.isSelection($0) }
    var hanging: [String: [Height]] = [:]
    var blocks: [(Height, [String])] = []
    for key in keys where KeyKind.isVisualiser(key) {
      let object = value(key)?.object
      let (layer, priority) = (object?["layer"] ?? 0, object?["priority"] ?? 0)
      var height = Height()
      height.key = key
      if object != nil, let layer = layer.double, let priority = priority.double {
        (height.isPlaced, height.layer, height.priority) = (true, layer, priority)
      }
      if let target = object?["selection"]?.string, selections.contains(target) {
        hanging[target, default: []].append(height)
      } else {
        blocks.append((height, [key]))
      }
    }
    var below: [String] = []
    for key in selections {
      let drawers = (hanging[key] ?? []).sorted()
      let isNanoVer = value(key)?["properties"] != nil
      if let first = drawers.first, !isNanoVer, key != "selection.root" {
        blocks.append((first, [key] + drawers.map(\.key)))
      } else {
        below.append(key)
      }
    }
    below.sort { left, right in
      if left == "selection.root" || right == "selection.root" {
        return right == "selection.root" && left != right
      }
      return right.utf16.lexicographicallyPrecedes(left.utf16)
    }
    return blocks.sorted { $0.0 < $1.0 }.flatMap(\.1)
      + below.flatMap { [$0] + (hanging[$0] ?? []).sorted().map(\.key) }
  }

  private static func change(_ generator: inout SplitMix) -> ([String: StateValue], Set<String>) {
    func key() -> String {
      let number = Int.random(in: 0..<12, using: &generator)
      return switch Int.random(in: 0..<5, using: &generator) {
      case 0, 1: number == 0 ? "selection.root" : "selection.\(number)"
      case 2, 3: "visualiser.\(number)"
      default:
        ["visualisation.x", "visualisers.y", "other.z"].randomElement(using: &generator) ?? ""
      }
    }
    func value(_ key: String) -> StateValue {
      let dice = Int.random(in: 0..<10, using: &generator)
      if dice == 0 { return .int(1) }
      if KeyKind.isSelection(key) {
        return dice < 5 ? nanover(key) : ["display_name": "D", "particle_ids": [1]]
      }
      let target =
        dice < 2
        ? StateValue.null : .string("selection.\(Int.random(in: 0..<12, using: &generator))")
      let layer: StateValue = dice == 9 ? "x" : .int(Int64.random(in: -1...1, using: &generator))
      return drawing(target, layer, .double(Double.random(in: -1...1, using: &generator)))
    }
    var updates: [String: StateValue] = [:]
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      let key = key()
      updates[key] = value(key)
    }
    var removals: Set<String> = []
    for _ in 0..<Int.random(in: 0...2, using: &generator) {
      let key = key()
      if updates[key] == nil { removals.insert(key) }
    }
    return (updates, removals)
  }
}
