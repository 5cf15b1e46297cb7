#if GRPC
import AccessControl
import GRPCCore
import SharedState
import StateSync

/// How a server of ours tells a subscriber what it may do: in metadata that others pass over.
enum RoleMetadata {
  private static let role = "townhall-role"
  private static let name = "townhall-name-bin"

  static func of(_ grant: Grant) -> Metadata {
    var metadata: Metadata = [role: .string(grant.role.rawValue)]
    metadata.addBinary(Array(grant.name.utf8), forKey: name)
    return metadata
  }

  /// What a server has said; nil if nothing, as those do that let everybody do all.
  static func delivery(in metadata: Metadata) -> StateDelivery? {
    guard let text = metadata[stringValues: role].first(where: { _ in true }),
      let role = AccessRole(rawValue: text)
    else { return nil }
    let bytes = metadata[binaryValues: name].first { _ in true } ?? []
    return .role(role, name: String(decoding: bytes, as: UTF8.self))
  }
}
#endif
