import SharedState
import StateInspection

/// What a visualiser says about its place in the picture: whom it draws, and how high up.
///
/// This is all of a visualiser that decides the order of the list, so it is read once per change and kept.
struct VisualiserPlace: Hashable, Sendable, SortedElement {
  enum Target: Hashable, Sendable {
    /// Every atom: no selection is named.
    case everything
    /// The entry that is named; it may be vacant.
    case selection(StateKey)
    /// The visualiser's own list of atoms, or something that cannot be read.
    case other
  }

  let key: String
  let target: Target
  /// The place in the order, the topmost first; it holds the key, so no two are the same.
  let height: String

  var sortKey: String { height }
  var weight: Int { 1 }

  /// Reads the place of a visualiser.
  ///
  /// - Complexity: O(*n*) in the bytes of the value, but large ones are not read.
  init(_ key: String, _ entry: StateEntry) {
    self.key = key
    let object = entry.glanced?.object
    target = object.map(Self.target) ?? .other
    height = Self.height(key, object)
  }

  private static func target(of object: StateObject) -> Target {
    switch object["selection"] {
    case nil, .null?: .everything
    case .string(let key)?: .selection(StateKey(key))
    default: .other
    }
  }

  /// Higher layers come first, in a layer higher priorities; none written counts as 0, and what is no number
  /// comes last.
  private static func height(_ key: String, _ object: StateObject?) -> String {
    let layer = object?["layer"].map(\.height) ?? 0
    let priority = object?["priority"].map(\.height) ?? 0
    guard object != nil, let layer, let priority else { return Rank.unplaced(key) }
    return Rank.layered(layer, priority, key)
  }
}

extension StateValue {
  /// A layer or a priority; `nil` if the value is none.
  var height: Double? {
    if self == .null { return 0 }
    guard let number = double, !number.isNaN else { return nil }
    return number
  }
}

/// Places in the order of the list, as texts whose bytes sort from the top of the picture to its bottom.
///
/// Two ways of layering meet in one list. Visualisers lie in layers, and in a layer by priority. NanoVer's
/// selections draw themselves, each over those whose id comes before it, and the root lies below all: so these
/// are at the bottom of the list, and their ids run backwards.
enum Rank {
  static let root = "selection.root"

  static func layered(_ layer: Double, _ priority: Double, _ key: String) -> String {
    "A" + descending(layer) + descending(priority) + key
  }

  /// A place that cannot be read.
  static func unplaced(_ key: String) -> String { "B" + key }

  /// A selection that has its place by its id.
  static func byID(_ key: String) -> String { key == root ? "D" : "C" + descending(key) }

  /// The larger a number, the earlier its text.
  private static func descending(_ number: Double) -> String {
    // 0.0 and -0.0 are one height.
    let bits = (number == 0 ? 0 : number).bitPattern
    // Ordered like the numbers: negative ones turn around, positive ones stand above them.
    let ordered = bits >> 63 == 1 ? ~bits : bits | 1 << 63
    return text(of: (0..<4).map { UInt16(truncatingIfNeeded: ~ordered >> (48 - 16 * UInt64($0))) })
  }

  /// The later a text is in ordinal order, as C# compares ids unit by unit, the earlier this one.
  private static func descending(_ text: String) -> String {
    // The end sorts behind every digit, so that what is longer comes earlier.
    self.text(of: text.utf16.map { ~$0 }) + "~"
  }

  /// Numbers in four digits each.
  private static func text(of units: [UInt16]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(units.count * 4)
    for unit in units {
      for shift in [12, 8, 4, 0] {
        let digit = UInt8(unit >> UInt16(shift) & 15)
        bytes.append(digit < 10 ? 48 + digit : 87 + digit)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
