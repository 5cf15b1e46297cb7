internal import SharedState

/// How much clients may put into a server; what the program writes itself is not held to it.
///
/// The defaults are far from what a session needs: a thousand people with a hundred entries each are a twentieth of them.
public struct StateLimits: Sendable, Hashable {
  /// How many entries.
  public var entries = 2_000_000
  /// How many bytes, of keys and values together and 64 for each entry.
  public var bytes = 1 << 30
  /// How many bytes one key may have.
  public var keyBytes = 4096
  /// How many bytes one value may have.
  public var valueBytes = 64 << 20
  /// How many lists and dictionaries inside each other there may be in a value: `StateValue.deepestNesting` at most, which is
  /// as far as a value is read at all.
  public var nesting = StateValue.deepestNesting
  /// How many locks there may be.
  public var locks = 100_000
  /// How many commands one client may offer.
  public var commands = 1000
  /// How many commands one client may be running; all together may run ten times as many.
  public var running = 1000

  /// Takes the usual limits.
  public init() {}
}

/// How much there is in a state, kept in step with it.
struct StateSize: Sendable, Hashable {
  /// What an entry takes besides its key and value, about.
  private static let entryBytes = 64

  private(set) var bytes = 0

  init(of state: StateDictionary) {
    for (key, entry) in state { bytes += Self.size(of: StateKey(key), entry) }
  }

  /// Follows what has happened.
  ///
  /// - Complexity: O(*n*) in the keys that were touched.
  mutating func follow(_ events: StateEvents) {
    for (key, old, new) in events.touched {
      if let old { bytes -= Self.size(of: key, old) }
      if let new { bytes += Self.size(of: key, new) }
    }
  }

  static func size(of key: StateKey, _ entry: StateEntry) -> Int {
    key.text.utf8.count + entry.approximateSize + entryBytes
  }
}

extension HubMachine {
  /// Why there is no room for a change; nil if there is.
  ///
  /// - Complexity: O(*n*) in the keys of the change, without looking any of them up unless it is nearly full.
  func lackOfRoom(for change: StateChange) -> String? {
    var bytes = 0
    for case (let key, let entry?) in change.items {
      let keyBytes = key.text.utf8.count
      guard keyBytes <= limits.keyBytes else {
        return "a key of \(keyBytes) bytes is too long: one may have \(limits.keyBytes)"
      }
      guard limits.nesting >= StateValue.deepestNesting || entry.value.isNested(limits.nesting)
      else {
        return "a value has more than \(limits.nesting) lists and dictionaries inside each other"
      }
      let size = entry.approximateSize
      guard size <= limits.valueBytes else {
        return "a value of \(size) bytes is too large: one may have \(limits.valueBytes)"
      }
      bytes += StateSize.size(of: key, entry)
    }
    let count = change.updates.count
    guard state.count + count > limits.entries || size.bytes + bytes > limits.bytes else {
      return nil
    }
    // Only now is it worth while to see what is replaced, and what goes.
    var (newEntries, newBytes) = (count, bytes)
    for (key, _) in change.items {
      guard let old = state.entry(for: key) else { continue }
      newEntries -= 1
      newBytes -= StateSize.size(of: key, old)
    }
    if newEntries > 0, state.count + newEntries > limits.entries {
      return "this shared state is full: \(state.count) of \(limits.entries) entries"
    }
    if newBytes > 0, size.bytes + newBytes > limits.bytes {
      return "this shared state is full: \(size.bytes) of \(limits.bytes) bytes"
    }
    return nil
  }
}

extension StateValue {
  /// Whether there are at most so many lists and dictionaries inside each other.
  ///
  /// - Complexity: O(*n*) in the size of the value.
  fileprivate func isNested(_ most: Int) -> Bool {
    switch self {
    case .array(let elements):
      most > 0 && elements.allSatisfy { $0.isNested(most - 1) }
    case .object(let object):
      most > 0 && object.allSatisfy { $0.value.isNested(most - 1) }
    default: true
    }
  }
}
