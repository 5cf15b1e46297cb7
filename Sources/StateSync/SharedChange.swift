public import SharedState
internal import Synchronization

/// A change on its way to one or many subscribers: all that are due the same change get the same object.
///
/// So a wire can turn it into its own form once for all of them.
///
/// ```swift
/// let bytes = shared.encoded(by: WebSocketTransport.self) { change in encode(change) }   // made once
/// ```
public final class SharedChange: Sendable {
  private enum Content: Sendable {
    case change(StateChange)
    case whole(StateDictionary, only: KeyFilter?)
  }

  private let content: Content
  private let unfolded = Mutex<StateChange?>(nil)
  private let forms = Mutex<[ObjectIdentifier: any Sendable]>([:])

  /// Makes a change that is not encoded yet.
  public init(_ change: StateChange) { content = .change(change) }

  /// Makes the change that leads from nothing to a whole state.
  ///
  /// It is unfolded when somebody looks, since the server has no time for that while it hands it out.
  ///
  /// - Complexity: O(1).
  public convenience init(wholeOf state: StateDictionary) { self.init(wholeOf: state, only: nil) }

  /// Makes the change that leads from nothing to a whole state, for those who want to hear of some keys only.
  ///
  /// - Complexity: O(1).
  init(wholeOf state: StateDictionary, only filter: KeyFilter?) {
    content = .whole(state, only: filter)
  }

  /// Whether it leads from nothing to a whole state, so that others who join now get the same.
  package var isWhole: Bool { if case .whole = content { true } else { false } }

  /// What changed.
  ///
  /// The first that a subscriber gets is the whole state, as updates.
  ///
  /// - Complexity: O(1), or O(*n*) for a whole state that nobody has looked at yet.
  public var change: StateChange {
    switch content {
    case .change(let change):
      change
    case .whole(let state, let filter):
      unfolded.withLock { unfolded in
        let change = unfolded ?? filter?.narrowed(state) ?? state.changes(since: StateDictionary())
        unfolded = change
        return change
      }
    }
  }

  /// Returns the form that a wire gives the change; only the first to ask makes it, others wait for it.
  ///
  /// - Parameters:
  ///   - codec: The type that stands for the wire's form.
  ///   - make: Makes the form. It must not ask for another form of the same change.
  /// - Returns: The form, made now or before.
  /// - Throws: What `make` throws; the next to ask then tries again.
  public func encoded<Form: Sendable>(
    by codec: any Any.Type,
    _ make: (StateChange) throws -> Form
  ) rethrows -> Form {
    try forms.withLock { forms in
      let key = ObjectIdentifier(codec)
      if let form = forms[key] as? Form { return form }
      let form = try make(change)
      forms[key] = form
      return form
    }
  }
}
