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
  /// What changed.
  ///
  /// The first that a subscriber gets is the whole state, as updates.
  public let change: StateChange

  private let forms = Mutex<[ObjectIdentifier: any Sendable]>([:])

  /// Makes a change that is not encoded yet.
  public init(_ change: StateChange) {
    self.change = change
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
