import AccessControl
import Foundation
import Glibc
import SharedState
import TestSupport
import Testing

/// The real program as server and as client, with Python's clients beside it, and all that they say and leave behind.
@Suite(
  "Where tokens are not to be seen",
  .serialized,
  .timeLimit(.minutes(5)),
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason)
)
struct TokenSecrecyTests {
  private let folder = ScratchFolder()

  /// Runs a verb of the program.
  private func call(
    _ arguments: [String],
    _ variables: [String: String] = [:]
  ) async throws -> ProgramCall {
    try await .run(arguments, variables, keeping: folder.path + "/state")
  }

  /// Gives out a token, which is printed once.
  private func token(_ role: String, _ evidence: inout Evidence) async throws -> AccessToken {
    let arguments = ["token", "new", role, "--name", "the \(role)", "--access", access]
    let made = try await call(arguments)
    evidence.add("token new \(role), told", made.told)
    let text = made.printed.trimmingCharacters(in: .newlines)
    try #require(text.hasPrefix("town-") && text.count > 40)
    return AccessToken(text)
  }

  private var access: String { folder.path + "/town.access" }
  private var audit: String { folder.path + "/town.audit" }

  private func server(_ variables: [String: String] = [:]) throws -> ServerProcess {
    let own = ["XDG_STATE_HOME": folder.path + "/state", "XDG_DATA_HOME": folder.path + "/data"]
    return try ServerProcess(
      ["--access", access, "--audit", audit, "--audit-values"],
      environment: own.merging(variables) { $1 }
    )
  }

  /// The ways to say where a server is.
  private func addresses(of server: ServerProcess) -> [String] {
    let plain = "127.0.0.1:\(server.port)"
    #if GRPC
    return [server.address, "grpc://" + plain, plain]
    #else
    return [server.address, plain]
    #endif
  }

  @Test("No log, file, list of programs, error or screen holds a token or a piece of one")
  func nowhere() async throws {
    var evidence = Evidence()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    var tokens: [AccessToken] = []
    for role in ["guest", "writer", "owner"] {
      tokens.append(try await token(role, &evidence))
    }
    let (guest, writer, owner, stranger) = (tokens[0], tokens[1], tokens[2], AccessToken.random())
    let server = try server()
    for address in addresses(of: server) {
      try await ask(address, guest, writer, owner, &evidence)
      try await fail(at: address, with: stranger, &evidence)
    }
    try await ask(withTokenOf: owner, inAddressOf: server, &evidence)
    try await joinFromPython(server, [guest, writer, owner], stranger, &evidence)
    try watch(server, as: guest, &evidence)
    try watch(server, refusing: stranger, &evidence)
    try evidence.add("the server", process: server.processID, withVariables: true)
    try await revoke(writer, while: server, asking: owner, &evidence)
    server.end(SIGTERM)
    evidence.add("the server, printed", server.printed)
    evidence.add("the server, told", server.told)
    evidence.add(folder: folder.path)
    func text(_ name: String) -> String { evidence.texts.first { $0.name == name }?.text ?? "" }
    #expect(text("the server, cmdline").contains("--audit-values"))
    #expect(text("the server, environ").contains("XDG_STATE_HOME"))
    #expect(text("the server, told").contains("the town is closed"))
    #expect(text("town.access").contains("guest") && text("town.audit").contains("selection.x"))
    #expect(text("dashboard.log").contains("127.0.0.1"))
    #expect(evidence.leaks(of: tokens + [stranger]) == [])
  }

  /// What an owner, a writer and a guest ask and do, with their tokens in the environment or in a file.
  private func ask(
    _ address: String,
    _ guest: AccessToken,
    _ writer: AccessToken,
    _ owner: AccessToken,
    _ evidence: inout Evidence
  ) async throws {
    // The file is its owner's, and is no part of what was left behind.
    let file = FileManager.default.temporaryDirectory.appending(path: "townhall-\(UUID()).token")
    try Data((owner.text + "\n").utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let owners = ["TOWNHALL_ACCESS_TOKEN_FILE": file.path()]
    func set(_ name: String) -> [String] { ["set", "selection.x", "{\"name\": \"\(name)\"}"] }
    let calls: [([String], [String: String], status: Int32, says: String)] = [
      (["status", "--json"], owners, 0, "limits"), (["status"], owners, 0, "clients"),
      (["who"], owners, 0, "owner"), (["who", "--json"], owners, 0, "the owner"),
      (set("X at \(address)"), ["TOWNHALL_ACCESS_TOKEN": writer.text], 0, ""),
      (["who", "selection.x"], owners, 0, "the writer"),
      (["who"], ["TOWNHALL_ACCESS_TOKEN": writer.text], 4, "for an owner"),
      (["keys"], ["TOWNHALL_ACCESS_TOKEN": guest.text], 0, "selection.x"),
      (set("guest"), ["TOWNHALL_ACCESS_TOKEN": guest.text], 4, "a guest reads"),
      (["run", GuardedTown.command], ["TOWNHALL_ACCESS_TOKEN": guest.text], 4, "runs no commands"),
      (["status"], ["TOWNHALL_ACCESS_TOKEN": guest.text], 4, "a guest reads"),
    ]
    for (arguments, variables, status, words) in calls {
      let name = "\(arguments) at \(address)"
      let ended = try await call(arguments + ["--town", address], variables)
      #expect(ended.status == status, "\(name): \(ended)")
      #expect(words.isEmpty || (ended.printed + ended.told).contains(words), "\(name): \(ended)")
      evidence.add(name, ended)
    }
  }

  /// What is said to who has no good token, or what can be none.
  private func fail(
    at address: String,
    with stranger: AccessToken,
    _ evidence: inout Evidence
  ) async throws {
    for text in [stranger.text, stranger.text + "\n", stranger.text + "\r\nX: é"] {
      // The others are no tokens, but what somebody may take for one.
      for verb in text == stranger.text ? ["keys", "status"] : ["keys"] {
        let ended = try await call(
          [verb, "--town", address, "--timeout", "1"],
          ["TOWNHALL_ACCESS_TOKEN": text]
        )
        #expect(ended.status != 0, "\(ended)")
        if text == stranger.text {
          #expect(ended.status == 4 && ended.told.contains("token"), "\(ended)")
        }
        evidence.add("\(verb) at \(address) as a stranger", ended)
      }
    }
  }

  /// An address may hold a token where nobody else sees it, and is repeated without.
  private func ask(
    withTokenOf owner: AccessToken,
    inAddressOf server: ServerProcess,
    _ evidence: inout Evidence
  ) async throws {
    let plain = "127.0.0.1:\(server.port)"
    let calls: [(address: String, status: Int32)] = [
      ("ws://\(plain)/?token=\(owner.text)", 0),
      ("\(plain)/?interval=0&token=\(owner.text)", 0),
      ("ws://127.0.0.1:1/?token=\(owner.text)", 3),
      ("ws://127.0.0.1:123456/?token=\(owner.text)", 2),
      ("ws:// no host/?token=\(owner.text)", 2),
    ]
    for (address, status) in calls {
      let ended = try await call(["status", "--timeout", "1"], ["TOWNHALL_TOWN": address])
      #expect(ended.status == status, "\(ended)")
      evidence.add("status of a town named by a variable, \(status)", ended)
    }
    // In a call it is refused, and in the words that refuse it it is not.
    let ended = try await call(["keys", "--town", "ws://\(plain)/?token=\(owner.text)"])
    #expect(ended.status == 2 && ended.told.contains("TOWNHALL_ACCESS_TOKEN"), "\(ended)")
    evidence.add("keys of a town with its token in the call", ended)
    let file = try await call(
      ["keys", "--town", server.address],
      ["TOWNHALL_ACCESS_TOKEN_FILE": owner.text]
    )
    #expect(file.status == 2 && file.told.contains("TOWNHALL_ACCESS_TOKEN_FILE"), "\(file)")
    evidence.add("keys with the token in place of its file's name", file)
  }

  /// Python's clients, who show a token in their address or in metadata.
  private func joinFromPython(
    _ server: ServerProcess,
    _ tokens: [AccessToken],
    _ stranger: AccessToken,
    _ evidence: inout Evidence
  ) async throws {
    for (number, token) in tokens.enumerated() {
      let own = "avatar.python-\(number)"
      try await PythonPeer.withClient(of: "\(server.address)/?token=\(token.text)") { python in
        try await eventually("it has joined") {
          try await python.call("keys").array?.contains("selection.x") == true
        }
        // One of them may not, and that is told too.
        try await python.call("set", ["selection.x": ["name": "Python"], own: [:]])
        try await eventually("it is heard") {
          try await python.call("keys").array?.contains(.string(own)) == true
        }
        evidence.add("told to NanoVer's client", try await python.call("told").text)
      }
    }
    for query in ["?token=\(stranger.text)", "?token=\(stranger.text)%zz"] {
      let trouble = await #expect(throws: PeerTrouble.self) {
        try await PythonPeer.withClient(of: "\(server.address)/\(query)") { _ in }
      }
      // What Python itself says is of the answer alone.
      evidence.add("told to NanoVer's client as a stranger", trouble?.description ?? "")
    }
    #if GRPC
    for token in tokens + [stranger] {
      try await PythonPeer.withGRPCClient(of: server.port, name: "nanover") { python in
        try await python.call("token", .string(token.text))
        let answers = [
          try await python.call("answer to update", "t", ["selection.x": 1]),
          try await python.call("answer to locks", "t", ["selection.x": 0]),
          try await python.call("run", "townhall/who", [:]),
        ]
        evidence.add("told to a gRPC client", answers.map(\.text).joined(separator: "\n"))
      }
    }
    #endif
  }

  /// The dashboard on a pseudo-terminal.
  private func dashboard(
    _ server: ServerProcess,
    _ token: AccessToken
  ) throws -> PTYProgram {
    try PTYProgram(
      [
        try BuiltProducts.path(of: "townhall"), server.address, "--log",
        folder.path + "/dashboard.log",
      ],
      environment: [
        "TOWNHALL_ACCESS_TOKEN": token.text, "XDG_STATE_HOME": folder.path + "/state",
        "XDG_CONFIG_HOME": folder.path + "/state/config",
      ],
      columns: 160,
      rows: 48
    )
  }

  private func leave(_ screen: PTYProgram, _ name: String, _ evidence: inout Evidence) throws {
    let id = try #require(screen.programID)
    try evidence.add(name, process: id, withVariables: false)
    evidence.add("\(name), on the screen", screen.text)
    screen.send("q")
    #expect(screen.waitForExit())
    evidence.add("\(name), written to the terminal", screen.output)
    evidence.add("\(name), on the terminal afterwards", screen.text)
  }

  private func watch(
    _ server: ServerProcess,
    as guest: AccessToken,
    _ evidence: inout Evidence
  ) throws {
    let screen = try dashboard(server, guest)
    try #require(screen.wait(for: "● live"), "\(screen.text)")
    screen.send("a")
    #expect(screen.wait(for: "you are a guest here"), "\(screen.text)")
    try leave(screen, "the dashboard", &evidence)
  }

  private func watch(
    _ server: ServerProcess,
    refusing stranger: AccessToken,
    _ evidence: inout Evidence
  ) throws {
    let screen = try dashboard(server, stranger)
    #expect(screen.wait(for: "the token is not known here"), "\(screen.text)")
    try leave(screen, "the dashboard of a stranger", &evidence)
  }

  /// A token is taken back while somebody is there with it.
  private func revoke(
    _ token: AccessToken,
    while server: ServerProcess,
    asking owner: AccessToken,
    _ evidence: inout Evidence
  ) async throws {
    let listed = try await call(["token", "list", "--access", access])
    evidence.add("token list", listed)
    let line = listed.printed.split(separator: "\n").first { $0.contains("the writer") }
    let id = try #require(line?.split(separator: " ").first)
    let (town, memory) = (["--town", server.address], folder.path + "/state")
    let waiting = Task {
      try await ProgramCall.run(
        ["wait", "never", "--timeout", "30"] + town,
        ["TOWNHALL_ACCESS_TOKEN": token.text],
        keeping: memory
      )
    }
    try await eventually("somebody waits") {
      let who = try await call(["who"] + town, ["TOWNHALL_ACCESS_TOKEN": owner.text])
      return who.printed.contains("the writer")
    }
    let revoked = try await call(["token", "revoke", String(id), "--access", access])
    #expect(revoked.status == 0, "\(revoked)")
    evidence.add("token revoke", revoked)
    let ended = try await waiting.value
    #expect(ended.status == 3 && ended.told.contains("was taken back"), "\(ended)")
    evidence.add("wait, until its token is taken back", ended)
  }

  // MARK: - The search itself

  @Test("A token is found whole and cut off, and nothing else is taken for one")
  func finds() {
    let (token, other) = (AccessToken.random(), AccessToken.random())
    func leaks(_ text: String) -> [String] {
      var evidence = Evidence()
      evidence.add("a text", text)
      return evidence.leaks(of: [token])
    }
    #expect(leaks("Bearer \(token.text)\n") == ["a text"])
    #expect(leaks("…?token=\(token.text.prefix(20))…") == ["a text"])
    #expect(leaks("…\(token.text.suffix(12))") == ["a text"])
    #expect(leaks("town-\(other.text) \(Grant(.guest, digest: token.digest).id) \(token)") == [])
  }

  @Test(
    "A token that is planted is found: in the variables of a server, in the audit, and where it is printed"
  )
  func planted() async throws {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    var evidence = Evidence()
    let writer = try await token("writer", &evidence)
    let server = try server(["LEAK": writer.text])
    let value = "\"\(writer.text)\""
    let ended = try await call(
      ["set", "a", value, "--town", server.address],
      ["TOWNHALL_ACCESS_TOKEN": writer.text]
    )
    #expect(ended.status == 0, "\(ended)")
    let told = try await call(
      ["get", "a", "--town", server.address],
      ["TOWNHALL_ACCESS_TOKEN": writer.text]
    )
    evidence.add("get", told)
    try evidence.add("the server", process: server.processID, withVariables: true)
    server.end(SIGTERM)
    evidence.add("the server, told", server.told)
    evidence.add(folder: folder.path)
    #expect(
      Set(evidence.leaks(of: [writer])) == ["get, printed", "the server, environ", "town.audit"]
    )
  }
}
