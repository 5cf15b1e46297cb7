import CursesShim
import Glibc
import Testing

@testable import TextScreen

/// The widths that `TextScreen` knows by heart, against those that curses will use.
@Suite("Widths")
struct WidthTableTests {
  init() { _ = shim_prepare_locale() }

  private static let hidden: Set<UInt32> = [
    0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xffa0, 0x20e3,
  ]

  /// What the table should say of a scalar.
  private static func expected(_ scalar: Unicode.Scalar) -> WidthClass {
    let properties = scalar.properties
    if scalar.value == 0x20 { return .narrow }
    switch properties.generalCategory {
    case .control, .format, .privateUse, .surrogate, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return .substituted
    default: break
    }
    // Terminals differ on these: selectors of looks, halves of flags, tones of skin, fillers.
    if properties.isVariationSelector || hidden.contains(scalar.value) { return .substituted }
    if (0x1f1e6...0x1f1ff).contains(scalar.value) { return .substituted }
    if (0x1f3fb...0x1f3ff).contains(scalar.value) { return .substituted }
    switch shim_wcwidth(scalar.value) {
    case 1: return .narrow
    case 2: return .wide
    case 0:
      let marks: [Unicode.GeneralCategory] = [.nonspacingMark, .enclosingMark, .spacingMark]
      return marks.contains(properties.generalCategory) ? .combining : .substituted
    default: return .substituted
    }
  }

  @Test("The table agrees with the C library on every scalar of Unicode")
  func agrees() {
    var runs: [UInt32] = []
    var disagreements: [UInt32] = []
    for scalar in (0...UInt32(0x10ffff)).lazy.compactMap(Unicode.Scalar.init) {
      let expected = Self.expected(scalar)
      if runs.last.map({ $0 & 3 }) != expected.rawValue {
        runs.append(scalar.value << 2 | expected.rawValue)
      }
      if WidthTable.classify(scalar) != expected { disagreements.append(scalar.value) }
    }
    let shown = disagreements.prefix(20).map { String($0, radix: 16) }
    // A newer C library knows newer characters, which we then show as symbols; that is no harm.
    // The other way round it is: curses would count other columns than we do.
    let harmful = disagreements.filter { value in
      Unicode.Scalar(value).map { WidthTable.classify($0) != .substituted } ?? false
    }
    #expect(harmful.isEmpty, "\(shown)")
    guard Self.libraryVersion == "glibc 2.36" else { return }
    #expect(disagreements.isEmpty, "\(shown)\nThe table should be: \(Self.literal(runs))")
  }

  private static var libraryVersion: String {
    var name = [CChar](repeating: 0, count: 64)
    let length = confstr(Int32(_CS_GNU_LIBC_VERSION), &name, name.count)
    return String(decoding: name.prefix(max(0, length - 1)).map(UInt8.init), as: UTF8.self)
  }

  private static func literal(_ runs: [UInt32]) -> String {
    runs.map { "0x" + String($0, radix: 16) }.joined(separator: ", ")
  }

  @Test("What is made of any text has the width that curses will count", arguments: 0..<10)
  func randomText(seed: UInt64) {
    var random = Seeded(state: seed)
    let pools: [ClosedRange<UInt32>] = [
      0...0x2ff, 0x300...0x36f, 0x590...0x6ff, 0x1100...0x11ff, 0x2000...0x206f, 0x20d0...0x20ff,
      0xac00...0xd7fb, 0xfe00...0xfe0f, 0x1f1e6...0x1f1ff, 0x1f300...0x1faff, 0...0x10ffff,
    ]
    for _ in 0..<2000 {
      var text = ""
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let pool = pools.randomElement(using: &random) ?? 0...0
        if let scalar = Unicode.Scalar(.random(in: pool, using: &random)) {
          text.unicodeScalars.append(scalar)
        }
      }
      for glyph in TextWidth.glyphs(of: text) { check(glyph, of: text) }
    }
  }

  private func check(_ glyph: TextWidth.Glyph, of text: String) {
    let widths = glyph.text.unicodeScalars.map { Int(shim_wcwidth($0.value)) }
    let source = text.unicodeScalars.map { String($0.value, radix: 16) }
    #expect(widths.first == glyph.columns && glyph.columns > 0, "\(source)")
    #expect(widths.dropFirst().allSatisfy { $0 == 0 }, "\(source)")
    #expect(widths.count <= 5, "\(source)")
  }
}

/// A small generator that gives the same numbers for the same seed.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
