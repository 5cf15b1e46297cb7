/// All values of a collection at one moment: whole keys and what they held, sorted by key.
///
/// ```swift
/// let snapshot = selections.snapshot()
/// for (key, selection) in snapshot { print(key, selection.displayName ?? "") }
/// snapshot["abc"]?.particleIDs      // the prefix is put before the key, as in the collection
/// ```
public struct SharedStateSnapshot<Value: SharedStateEntry>: Sendable {
  /// What all keys begin with.
  public let prefix: String
  /// Why each entry was left out that could not be read as `Value`, sorted by key.
  public let unreadable: [SharedStateError]

  private let entries: [Element]
  private let places: [StateKey: Int]

  init(prefix: String, references: [SharedStateReference<Value>], state: StateDictionary) {
    var entries: [Element] = []
    var unreadable: [SharedStateError] = []
    for reference in references {
      do throws(SharedStateError) {
        entries.append((key: reference.key, value: try reference.read(from: state)))
      } catch {
        unreadable.append(error)
      }
    }
    self.prefix = prefix
    self.unreadable = unreadable
    self.entries = entries
    places = Dictionary(
      entries.enumerated().map { (StateKey($1.key), $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The value that a key held, with or without its prefix; nil if it held none that can be read.
  public subscript(key: String) -> Value? {
    places[StateKey(key.resolved(under: prefix))].map { entries[$0].value }
  }

  /// The whole keys, sorted.
  public var keys: [String] { entries.map(\.key) }

  /// The values, sorted by their keys.
  public var values: [Value] { entries.map(\.value) }
}

extension SharedStateSnapshot: RandomAccessCollection {
  /// A whole key and what it held.
  public typealias Element = (key: String, value: Value)

  /// The place of the first value.
  public var startIndex: Int { 0 }
  /// The place after the last value.
  public var endIndex: Int { entries.count }
  /// The key and the value at a place.
  public subscript(position: Int) -> Element { entries[position] }
}
