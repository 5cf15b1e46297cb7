#if GRPC
import ProtocolBuffers
import SharedState

/// What a value loses on the gRPC wire, whose only numbers are doubles and which knows no bytes.
///
/// | a value | as our client sends it | as our server sends it |
/// |---|---|---|
/// | an integer up to 2^53 | the double of the same number | the same |
/// | a larger integer | refused | the nearest double |
/// | bytes | refused | text, as in `b64"AAEC"` |
/// | null under a key | refused: it would remove the key | a removal of the key |
/// | null inside a value | null | null |
/// | more than `StructWriter.deepestMessages` | refused | text that says so, in place of what is too deep |
///
/// A client can tell the person whose value it is; a server has others waiting, and shows what it can.
enum Border {
  /// The largest integer up to which each has a double of its own.
  static let largestInteger: UInt64 = 1 << 53

  /// Says why an update cannot be carried as it is, or nothing.
  ///
  /// - Complexity: O(*n*) in the size of the value.
  static func loss(of key: String, to value: StateValue) -> String? {
    let why =
      if case .null = value {
        "a null under a key would remove it on the gRPC wire"
      } else {
        loss(in: value, within: StructWriter.deepestMessages)
      }
    return why.map { "“\(key.prefix(60))” cannot be sent as it is: \($0)" }
  }

  private static func loss(in value: StateValue, within room: Int) -> String? {
    switch value {
    case .null, .bool, .double, .string:
      return nil
    case .int(let number):
      guard number.magnitude > largestInteger else { return nil }
      return "the gRPC wire would round the integer \(number), as it would any above 2^53"
    case .bytes:
      return "the gRPC wire does not carry bytes"
    case .array(let elements):
      guard room >= StructWriter.messagesInList else { return depth }
      return firstLoss(in: elements, within: room - StructWriter.messagesInList)
    case .object(let object):
      guard room >= StructWriter.messagesInObject else { return depth }
      return firstLoss(in: object.lazy.map(\.value), within: room - StructWriter.messagesInObject)
    }
  }

  private static func firstLoss(
    in values: some Sequence<StateValue>,
    within room: Int
  ) -> String? {
    for value in values {
      if let loss = loss(in: value, within: room) { return loss }
    }
    return nil
  }

  private static var depth: String {
    "the gRPC wire carries at most \(StructWriter.deepestMessages / StructWriter.messagesInList) lists inside each other"
  }
}
#endif
