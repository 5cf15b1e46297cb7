/// The revisions of the Model Context Protocol that are spoken here, by the days that name them.
///
/// Until the end of 2025 a client and a server agreed on a revision in a handshake. From 2026-07-28 on each request names
/// its own, and there is none.
package enum Revision {
  /// Those that are agreed on in a handshake, the oldest first.
  package static let agreed = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
  /// Those that each request names.
  package static let named = ["2026-07-28"]
  /// The one revision in which several messages may come as one list.
  static let withBatches = "2025-03-26"

  /// The one to answer a client with that asks for another: the same, or else the newest.
  static func answer(to asked: String) -> String {
    agreed.contains(asked) ? asked : agreed[agreed.count - 1]
  }
}

/// The names under which a revision keeps what is about a message and not in it.
enum MetaKey {
  static let revision = "io.modelcontextprotocol/protocolVersion"
  static let capabilities = "io.modelcontextprotocol/clientCapabilities"
  static let server = "io.modelcontextprotocol/serverInfo"
  static let subscription = "io.modelcontextprotocol/subscriptionId"
}
