import Foundation
import SharedState

/// A generator whose every run from one seed is the same.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// How much the random tests do, from the environment: `TOWNHALL_SEEDS=0..<1000 TOWNHALL_MUTATIONS=500`.
enum Effort {
  static let seeds: [UInt64] = {
    let bounds = variable("TOWNHALL_SEEDS").split(separator: "..<").compactMap { UInt64($0) }
    guard bounds.count == 2, bounds[0] < bounds[1] else { return Array(0..<32) }
    return Array(bounds[0]..<bounds[1])
  }()

  static let mutations = Int(variable("TOWNHALL_MUTATIONS")) ?? 200

  private static func variable(_ name: String) -> String {
    ProcessInfo.processInfo.environment[name] ?? ""
  }
}

/// Values of every kind, made from a seed.
enum Samples {
  static func value(
    using generator: inout SplitMix,
    depth: Int = 0
  ) -> StateValue {
    switch Int.random(in: 0..<(depth < 6 ? 13 : 9), using: &generator) {
    case 0: nil
    case 1: .bool(.random(using: &generator))
    case 2, 3: .int(integer(using: &generator))
    case 4: .double(double(using: &generator))
    case 5, 6: .string(text(using: &generator))
    case 7: .bytes(bytes(using: &generator))
    case 8: tagged(using: &generator)
    case 9, 10:
      .array((0..<count(using: &generator)).map { _ in value(using: &generator, depth: depth + 1) })
    default: .object(object(using: &generator, depth: depth))
    }
  }

  /// Integers of every width, near every border.
  private static func integer(using generator: inout SplitMix) -> Int64 {
    let width = Int.random(in: 0..<64, using: &generator)
    let number = Int64(1) << width &+ .random(in: -2...2, using: &generator)
    return .random(using: &generator) ? number : 0 &- number
  }

  private static func double(using generator: inout SplitMix) -> Double {
    let special: [Double] = [
      0, -0.0, 1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, 1e308,
    ]
    return special.randomElement(using: &generator).map {
      Bool.random(using: &generator) ? $0 : .random(in: -1e6...1e6, using: &generator)
    } ?? 0
  }

  private static func text(using generator: inout SplitMix) -> String {
    let alphabet: [Character] = ["a", "b", "é", "e\u{301}", "語", "😀", "\u{0}", " ", ".", "z"]
    let plain = Bool.random(using: &generator)
    return String(
      (0..<count(using: &generator)).map { _ in
        plain ? "a" : alphabet.randomElement(using: &generator) ?? "a"
      }
    )
  }

  private static func bytes(using generator: inout SplitMix) -> [UInt8] {
    (0..<count(using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
  }

  private static func tagged(using generator: inout SplitMix) -> StateValue {
    guard Bool.random(using: &generator) else {
      let number = UInt64.random(in: (1 << 63)...UInt64.max, using: &generator)
      return ["$uint64": .string(String(number))]
    }
    return [
      "$ext": .int(.random(in: -128...127, using: &generator)),
      "data": .bytes(bytes(using: &generator)),
    ]
  }

  private static func object(using generator: inout SplitMix, depth: Int) -> StateObject {
    var object = StateObject()
    for _ in 0..<count(using: &generator) {
      object[text(using: &generator)] = value(using: &generator, depth: depth + 1)
    }
    return object
  }

  /// Mostly small, seldom past the border of a wider length.
  private static func count(using generator: inout SplitMix) -> Int {
    switch Int.random(in: 0..<40, using: &generator) {
    case 0: Int.random(in: 14...34, using: &generator)
    case 1: Int.random(in: 14...18, using: &generator)
    default: Int.random(in: 0...4, using: &generator)
    }
  }

  /// Lists and maps by turns, so many inside each other.
  static func nested(_ depth: Int) -> StateValue {
    (0..<depth).reduce(.int(1)) { inner, level in
      level.isMultiple(of: 2) ? .array([inner]) : ["k": inner]
    }
  }

  /// A house of each kind that real sessions hold.
  static let houses: [StateValue] = [
    ["display_name": "Selection 0000001", "particle_ids": [0, 1, 70_000, -1]],
    [
      "playerid": "929680e7", "name": "Ada", "color": [0.5, 0.25, 0.75, 1.0],
      "components": [
        ["name": "headset", "position": [0.5, 1.4, -0.5], "rotation": [0.1, 0.2, 0.3, 0.9]]
      ],
    ],
    ["max_force": .double(.infinity), "owner.id": "x", "particles": [1, 2, 3]],
    [
      "renderer": ["render": "hyperballs", "color": ["type": "cpk"], "scale": 0.03],
      "hide": false, "interaction_method": nil, "é": "ü",
    ],
    [
      "at": ["$ext": -1, "data": .bytes([0, 0, 0, 1])], "big": ["$uint64": "18446744073709551615"],
    ],
    .bytes(Array(0...255)), .array([]), .object([:]), "text", 3, 2.5, nil, true,
  ]
}
