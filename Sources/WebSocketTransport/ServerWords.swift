import MessagePack
import NIOCore
import SharedState
import StateSync

/// What our servers tell our clients beside the state: fields of a message's map that others pass over.
enum ServerWords: Sendable, Equatable {
  /// What the client may do, and whom its token was given to.
  case role(AccessRole, _ name: String)
  /// What of a change was not taken.
  case refused(WriteRefusal)

  static let roleMark = "role"
  static let refusedMark = "refused"

  /// How many keys of a refusal are named, since a change may have a million.
  private static let mostKeys = 1000

  var encoded: ByteBuffer {
    let message: StateValue
    switch self {
    case .role(let role, let name):
      message = [Self.roleMark: ["role": .string(role.rawValue), "name": .string(name)]]
    case .refused(let refusal):
      let keys = refusal.keys.prefix(Self.mostKeys).map { StateValue.string($0) }
      message = [Self.refusedMark: ["keys": .array(keys), "reason": .string(refusal.reason)]]
    }
    return ByteBuffer(bytes: MessagePack.encode(message))
  }

  /// What it is for a client.
  var delivery: StateDelivery {
    switch self {
    case .role(let role, let name): .role(role, name: name)
    case .refused(let refusal): .refused(refusal)
    }
  }

  /// Reads a field of a message; nil if it is none of these, or says something that we do not know.
  init?(_ mark: String, _ value: StateValue) {
    switch mark {
    case Self.roleMark:
      guard let role = value["role"]?.string.flatMap(AccessRole.init(rawValue:)) else { return nil }
      self = .role(role, value["name"]?.string ?? "")
    case Self.refusedMark:
      guard let reason = value["reason"]?.string else { return nil }
      let keys = value["keys"]?.array?.compactMap(\.string) ?? []
      self = .refused(WriteRefusal(keys: keys, reason: reason))
    default:
      return nil
    }
  }
}
