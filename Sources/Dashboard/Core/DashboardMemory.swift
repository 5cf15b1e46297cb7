public import SharedState
import ScreenKit

/// What a dashboard knows of a town from the last time: how it was left, nothing of what was in it.
///
/// It is kept as a text that people can read and break, and that another program may have written. So each part
/// is taken only if it is what it should be, there is a bound to everything, and what is unknown is left out.
public struct DashboardMemory: Hashable, Sendable {
  /// No list that is remembered is longer.
  static let most = 2_000
  /// So many entries can be pinned.
  static let mostPins = 12
  /// No name that is remembered has more bytes.
  static let longestName = 1_000

  var folds = TreeFolds()
  var fields = FieldFolds()
  /// Streets that a person has muted, beside those that are muted by themselves.
  var mutedStreets: Set<StateKey> = []
  /// Streets that would be muted by themselves, and that a person wants to hear.
  var heardStreets: Set<StateKey> = []
  var mutedHouses: Set<StateKey> = []
  var pins: [String] = []
  /// Addresses that are kept whether somebody lives there or not.
  var held: [String] = []
  /// The filter as it was typed.
  var filter: String?
  var sort = TreeSort.name
  var cursor: TreeRow?
  /// What was chosen in the palette lately.
  var recent: [String] = []
  /// The words that were chosen for this town, if they are not those of the settings.
  var words: Vocabulary?

  /// Remembers nothing.
  public init() {}
}

/// How a person left the fields of houses, by street and path in words.
struct FieldFolds: Hashable, Sendable {
  var fields: [String: [String: Bool]] = [:]
  /// What was last said for all fields of a street.
  var all: [String: Bool] = [:]
}

extension DashboardMemory {
  /// What is remembered, as a value that can be written down.
  ///
  /// - Complexity: O(*n* log *n*) in what is remembered.
  public var value: StateValue {
    var object = StateObject()
    object["version"] = 1
    object["folds"] = Self.switches(folds.groups.map { ($0.key.text, $0.value) })
    object["allOpen"] = folds.all.map { .bool($0) }
    let fields = fields.fields.sorted { $0.key < $1.key }.prefix(Self.most)
      .map { ($0.key, Self.switches($0.value.map { ($0.key, $0.value) })) }
    object["fields"] = .object(StateObject(fields))
    object["allFieldsOpen"] = Self.switches(self.fields.all.map { ($0.key, $0.value) })
    object["mutedStreets"] = Self.names(mutedStreets.map(\.text).sorted())
    object["heardStreets"] = Self.names(heardStreets.map(\.text).sorted())
    object["mutedHouses"] = Self.names(mutedHouses.map(\.text).sorted())
    object["pins"] = Self.names(pins)
    object["held"] = Self.names(held)
    object["recent"] = Self.names(recent)
    object["filter"] = filter.map { .string($0) }
    object["sort"] = .string(sort.rawValue)
    object["words"] = words.map { .string($0.rawValue) }
    switch cursor {
    case .group(let prefix)?: object["street"] = .string(prefix)
    case .entry(let key)?: object["house"] = .string(key)
    case nil: break
    }
    return .object(object)
  }

  private static func names(_ names: [String]) -> StateValue {
    .array(names.filter(isFit).prefix(most).map { .string($0) })
  }

  private static func switches(_ pairs: [(String, Bool)]) -> StateValue {
    let fit = pairs.filter { isFit($0.0) }.sorted { $0.0 < $1.0 }
    return .object(StateObject(fit.prefix(most).map { ($0.0, .bool($0.1)) }))
  }

  private static func isFit(_ name: String) -> Bool { name.utf8.count <= longestName }

  /// Reads what was written down; what is not as it should be is as if it had not been there.
  public init(_ value: StateValue) {
    folds.groups = Dictionary(
      Self.switches(in: value["folds"]).map { (StateKey($0.key), $0.value) }
    ) { $1 }
    folds.all = value["allOpen"]?.bool
    for field in value["fields"]?.object?.prefix(Self.most) ?? StateObject().prefix(0)
    where Self.isFit(field.key) {
      fields.fields[field.key] = Self.switches(in: field.value)
    }
    fields.all = Self.switches(in: value["allFieldsOpen"])
    mutedStreets = Set(Self.names(in: value["mutedStreets"]).map { StateKey($0) })
    heardStreets = Set(Self.names(in: value["heardStreets"]).map { StateKey($0) })
    mutedHouses = Set(Self.names(in: value["mutedHouses"]).map { StateKey($0) })
    pins = Array(Self.names(in: value["pins"]).prefix(Self.mostPins))
    held = Self.names(in: value["held"])
    recent = Self.names(in: value["recent"])
    filter = value["filter"]?.string.flatMap { Self.isFit($0) ? $0 : nil }
    sort = value["sort"]?.string.flatMap { TreeSort(rawValue: $0) } ?? .name
    words = value["words"]?.string.flatMap { Vocabulary(rawValue: $0) }
    if let key = value["house"]?.string, Self.isFit(key) {
      cursor = .entry(key)
    } else if let prefix = value["street"]?.string, Self.isFit(prefix) {
      cursor = .group(prefix)
    }
  }

  private static func names(in value: StateValue?) -> [String] {
    guard case .array(let elements)? = value else { return [] }
    var (names, seen) = ([String](), Set<StateKey>())
    for case .string(let name) in elements where isFit(name) && names.count < most {
      if seen.insert(StateKey(name)).inserted { names.append(name) }
    }
    return names
  }

  private static func switches(in value: StateValue?) -> [String: Bool] {
    var switches: [String: Bool] = [:]
    for field in value?.object?.prefix(most) ?? StateObject().prefix(0) where isFit(field.key) {
      switches[field.key] = field.value.bool
    }
    return switches
  }
}
