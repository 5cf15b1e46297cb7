import SharedState
import StateEditing
import StateSync
import TestSupport
import Testing
import WebSocketTransport

@testable import Dashboard

@Suite(
  "What an edit echoes, run in Python on nanover-server",
  .serialized,
  .timeLimit(.minutes(3)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct EchoTests {
  private static let count = 600

  private enum Form: CaseIterable {
    case tutorial, nanover

    func text(_ request: EditRequest) -> String {
      switch self {
      case .tutorial: CallEcho(request).text(in: .python)
      case .nanover: CallEcho(request).nanover
      }
    }
  }

  @Test("Every echoed line brings the town to the state that our own edit brought it to")
  func everyLine() async throws {
    var maker = EditMaker(seed: 7)
    let edits = (0..<Self.count).map { maker.edit($0) } + Self.tutorialEdits
    var base = StateObject()
    for edit in edits {
      for (key, value) in edit.houses { base[key] = value }
    }
    try await PythonPeer.withServer { server, port in
      let address = "ws://127.0.0.1:\(port)"
      try await server.call("set", .object(base))
      let ours = try await Self.ours(edits, at: address, server)
      for form in Form.allCases {
        try await Self.reset(server, to: base)
        try await PythonPeer.withClient(of: address) { client in
          try await Self.run(edits, form, client, server, base)
        }
        let theirs = try await Self.town(server)
        for edit in edits {
          let (ours, theirs) = (
            Self.street(of: edit, in: ours, form), Self.street(of: edit, in: theirs, form)
          )
          #expect(ours == theirs, "\(form): \(form.text(edit.request))")
        }
      }
    }
  }

  /// The shortcuts that empty a whole street, which the others must not meet: the street of avatars.
  private static let tutorialEdits: [EchoedEdit] = [
    EchoedEdit(
      street: "avatar.",
      houses: ["avatar.a": ["name": "A"], "avatar.b": ["name": "B"]],
      request: EditRequest(
        id: EditID(1),
        verb: .clear,
        entries: [
          .init(key: "avatar.a", base: ["name": "A"], mine: nil),
          .init(key: "avatar.b", base: ["name": "B"], mine: nil),
        ]
      )
    )
  ]

  /// The town after all edits were sent as the dashboard sends them.
  private static func ours(
    _ edits: [EchoedEdit],
    at address: String,
    _ server: PythonPeer
  ) async throws -> StateObject {
    let client = SyncClient(transport: try WebSocketClientTransport(address))
    client.start()
    try await client.waitUntilLive(attempts: 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for edit in edits {
        group.addTask {
          try await client.write { state in
            guard case .change(let change) = edit.request.rebased(on: state) else {
              throw PeerTrouble(description: "a conflict where nobody else is")
            }
            return change
          }
        }
      }
      try await group.waitForAll()
    }
    let town = try await town(server)
    await client.stop()
    return town
  }

  private static func town(_ server: PythonPeer) async throws -> StateObject {
    try await server.call("copy").object ?? [:]
  }

  private static func reset(_ server: PythonPeer, to base: StateObject) async throws {
    let extra = try await town(server).keys.filter { base[$0] == nil }
    try await server.call("remove", .array(extra.map { .string($0) }))
    try await server.call("set", .object(base))
  }

  private static func run(
    _ edits: [EchoedEdit],
    _ form: Form,
    _ client: PythonPeer,
    _ server: PythonPeer,
    _ base: StateObject
  ) async throws {
    try await eventually("Python sees the town") {
      let keys = try await client.call("keys").array ?? []
      return base.keys.allSatisfy(Set(keys.compactMap(\.string)).contains)
    }
    if form == .tutorial { try await client.call("exec", .string(TutorialAdapter.source)) }
    for edit in edits {
      let flaw = try await client.call("exec", .string(form.text(edit.request)))
      #expect(flaw == .null, "\(form.text(edit.request)): \(flaw.text)")
    }
    // The server takes messages in order, so the last one is a sign that all have come.
    try await client.call("set", ["the.end": true])
    try await eventually("the server has all") {
      try await town(server)["the.end"] != nil
    }
  }

  /// The houses of an edit; a key by chance is as good as any other.
  private static func street(
    of edit: EchoedEdit,
    in town: StateObject,
    _ form: Form
  ) -> [String: StateValue] {
    var houses: [String: StateValue] = [:]
    for field in town where field.key.begins(with: edit.street) {
      let isAdded = edit.request.verb == .add && edit.houses[field.key] == nil
      let isRandom = field.key.utf8.count == edit.street.utf8.count + 36
      houses[isAdded && isRandom && form == .tutorial ? "added" : field.key] = field.value
    }
    return houses
  }
}
