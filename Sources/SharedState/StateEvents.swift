/// A batch of what happened to a shared state: what each key holds now, and what it held before.
///
/// It holds no whole state, because each that somebody keeps makes the next write to it copy what they share. Who wants
/// one keeps it up: `state.apply(batch)`.
///
/// ```swift
/// var state = StateDictionary()
/// for await batch in endpoint.events() {
///   state.apply(batch)
///   for event in batch.events(under: "selection.") { print(event.kind, event.key) }
/// }
/// ```
public struct StateEvents: Sendable, Equatable {
  /// What happened; a key is named even if its new value equals the old one.
  public private(set) var change: StateChange
  /// What each key of the change held before, in the order of the change; empty if all of them held nothing.
  private var former: ContiguousArray<StateEntry?>
  /// The whole state after, if it came as a whole, as it does when a client has connected.
  public private(set) var whole: StateDictionary?

  /// Makes a batch of a change of keys that have held nothing before.
  ///
  /// - Parameters:
  ///   - change: What happened.
  ///   - whole: The whole state after, if it came as a whole.
  package init(_ change: StateChange, whole: StateDictionary? = nil) {
    (self.change, former, self.whole) = (change, [], whole)
  }

  /// Makes a batch of a change to a state that stays as it was.
  ///
  /// - Complexity: O(*m* log *n*) for *m* keys touched.
  package init(_ change: StateChange, replacing state: StateDictionary) {
    self.change = change
    former = ContiguousArray(change.items.map { state.entry(for: $0.key) })
  }

  /// Makes a batch of a change while it is applied to a state.
  ///
  /// - Complexity: O(*m* log *n*) for *m* keys touched.
  public init(applying change: StateChange, to state: inout StateDictionary) {
    self.change = change
    former = []
    former.reserveCapacity(change.count)
    for (key, entry) in change.items { former.append(state.put(entry, at: key)) }
  }

  /// Makes a batch of all in which a state differs from the one before it.
  ///
  /// - Complexity: O(*n* + *m*) in the sizes of the two states.
  public init(from before: StateDictionary, to after: StateDictionary) {
    self.init(after.changes(since: before), replacing: before)
    whole = after
  }

  /// What a key that the change touches held before; nil if that was nothing, or if it is not touched.
  public func old(_ key: String) -> StateEntry? { old(StateKey(key)) }

  /// What a key that the change touches held before; nil if that was nothing, or if it is not touched.
  package func old(_ key: StateKey) -> StateEntry? {
    change.position(of: key).flatMap { former.isEmpty ? nil : former[$0] }
  }

  /// The keys that were touched, each with what it held before and what it holds now.
  package var touched: some Sequence<(key: StateKey, old: StateEntry?, new: StateEntry?)> {
    change.items.enumerated().lazy.map { position, item in
      (key: item.key, old: former.isEmpty ? nil : former[position], new: item.entry)
    }
  }

  /// Makes room for a number of keys.
  mutating func reserveCapacity(_ keys: Int) { change.reserveCapacity(keys) }

  /// Takes in the batch that followed this one.
  ///
  /// - Precondition: `later` begins where this batch ends.
  /// - Complexity: O(*n*) in the keys of `later`.
  public mutating func merge(_ later: StateEvents) {
    if former.isEmpty { former = ContiguousArray(repeating: nil, count: change.count) }
    for touched in later.touched {
      // A key that is new to this batch takes the next place.
      let count = change.count
      change.put(touched.new, at: touched.key)
      if change.count > count { former.append(touched.old) }
    }
    if later.whole != nil { whole = later.whole } else { whole?.apply(later.change) }
  }
}

extension StateEvents {
  /// Whether both tell the same of the same keys.
  public static func == (left: StateEvents, right: StateEvents) -> Bool {
    left.change == right.change && left.whole == right.whole
      && left.touched.allSatisfy { $0.old == right.old($0.key.text) }
  }
}

extension StateDictionary {
  /// Brings a copy of a state up to date with what happened to it.
  ///
  /// - Precondition: The copy is as the state was before.
  /// - Complexity: O(1) if the state came as a whole, otherwise O(*m* log *n*) for *m* keys touched.
  public mutating func apply(_ batch: StateEvents) {
    if let whole = batch.whole { self = whole } else { apply(batch.change) }
  }
}
