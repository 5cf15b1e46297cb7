import AccessControl
import SharedState
import StateSync
import Testing
import TownhallKit

/// A town that asks for tokens, where Ada has an avatar and is here.
struct GuardedTown: Sendable {
  let server: SharedStateServer
  private let gate: AccessGate

  /// A token for each role.
  static let tokens = Dictionary(
    uniqueKeysWithValues: AccessRole.allCases.map { ($0, AccessToken.random()) }
  )
  private static let ada = AccessToken.random()

  /// What a guest is told of whatever else it writes.
  static let refusal = "a guest reads, and writes its own avatar alone"
  /// What a guest is told of a command.
  static let commandRefusal = "a guest reads, and runs no commands"
  static let command = "multiuser/radially-orient-origins"

  /// Runs a test in such a town, and closes it, however the test ends.
  static func with(_ body: (GuardedTown) async throws -> Void) async throws {
    let gate = AccessGate(try list())
    let server = try await SharedStateServer.start(
      port: 0,
      holding: [
        "scene": 0.0, "selection.base": ["name": "Base"], "gone": true, "street.a": 1.0,
        "street.b": 2.0,
      ],
      gate: gate
    )
    let town = GuardedTown(server: server, gate: gate)
    do {
      let ada = try await SharedStateClient.connect(
        through: ServerAddress(town.address(showing: ada)).transport(),
        as: "ada",
        patience: .seconds(10)
      )
      try await ada.sharedState["avatar.ada"].set(["name": "Ada"])
      try await body(town)
      await ada.close()
    } catch {
      await server.close()
      throw error
    }
    await server.close()
  }

  private static func list(without role: AccessRole? = nil) throws -> AccessList {
    var list = AccessList()
    try list.add(Grant(.writer, name: "Ada", digest: ada.digest))
    for (kind, token) in tokens where kind != role {
      try list.add(Grant(kind, name: "the \(kind)", digest: token.digest))
    }
    return list
  }

  /// Takes back the token of a role, and sends away who came with it.
  func revoke(_ role: AccessRole) throws {
    gate.replace(try Self.list(without: role))
    server.checkGrants()
  }

  /// Where it is for who can be told nothing but an address.
  func address(_ wire: String = "ws", showing token: AccessToken?) -> String {
    "\(wire)://127.0.0.1:\(server.port)/\(token.map { "?token=\($0.text)" } ?? "")"
  }

  /// The same for a role.
  func address(_ wire: String = "ws", as role: AccessRole) -> String {
    address(wire, showing: Self.tokens[role])
  }

  /// What it holds.
  var houses: StateObject { Self.houses(server.endpoint.state) }

  /// What a state holds, but for the counters of those who write.
  static func houses(_ state: StateDictionary) -> StateObject {
    let houses = state.filter { !$0.key.hasPrefix("update.index.") }
    return StateObject(houses.map { ($0.key, $0.entry.value) })
  }
}
