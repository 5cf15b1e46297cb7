import AccessControl
import Foundation
import SharedState
import StateSync
import TestSupport
import Testing

@testable import TownhallApp

@Suite("Tokens, and what an owner asks", .timeLimit(.minutes(1)))
struct TokenVerbTests {
  @Test("A token that is taken back before the watch over the file begins is good no more")
  func earlyChange() async throws {
    let folder = ScratchFolder()
    let file = AccessFile(path: folder.path + "/access")
    let console = Console(SyncServer())
    _ = await console.run(["token", "new", "guest", "--access", file.path])
    let watch = try AccessWatch(file)
    let id = try #require(watch.gate.grants.first?.id)
    _ = await console.run(["token", "revoke", id, "--access", file.path])
    let watching = Task { await watch.run({}, { _ in }) }
    for _ in 0..<1000 where !watch.gate.grants.isEmpty {
      try await Task.sleep(for: .milliseconds(20))
    }
    watching.cancel()
    #expect(watch.gate.grants.isEmpty)
  }

  @Test("A token is shown once and nowhere else; the list names it, and it can be taken back")
  func tokens() async throws {
    let folder = ScratchFolder()
    let file = folder.path + "/access"
    let console = Console(SyncServer())
    #expect(
      await console.run([
        "token", "new", "guest", "--name", "the class", "--for", "8h", "--access", file,
      ]).status == ExitStatus.done.rawValue
    )
    let token = console.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(token.hasPrefix("town-") && !console.told.contains(token))
    let written = try String(contentsOfFile: file, encoding: .utf8)
    #expect(!written.contains(token) && written.contains("the class"))
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let list = try AccessFile(path: file).read()
    #expect(try list.grant(for: AccessToken(token), at: Instant.now).role == .guest)
    let listing = Console(SyncServer())
    #expect(
      await listing.run(["token", "list", "--access", file]).status == ExitStatus.done.rawValue
    )
    #expect(listing.output.contains(list.grants[0].id) && !listing.output.contains(token))
    let taking = Console(SyncServer())
    #expect(
      await taking.run(["token", "revoke", list.grants[0].id, "--access", file]).status
        == ExitStatus.done.rawValue
    )
    #expect(try AccessFile(path: file).read().grants.isEmpty)
    #expect(
      await taking.run(["token", "revoke", "0000", "--access", file]).status
        == ExitStatus.absent.rawValue
    )
  }

  @Test("A list that cannot be read is told with its line, and is not written over")
  func malformed() async throws {
    let folder = ScratchFolder()
    let file = folder.path + "/access"
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    try "nonsense\n".write(toFile: file, atomically: true, encoding: .utf8)
    let console = Console(SyncServer())
    #expect(
      await console.run(["token", "new", "guest", "--access", file]).status
        == ExitStatus.badUsage.rawValue
    )
    #expect(console.told.contains("line 1") && console.output.isEmpty)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "nonsense\n")
  }

  @Test("A token in an address is refused where others can read it")
  func address() async throws {
    let console = Console(SyncServer(), isNamed: false)
    #expect(
      await console.run(["keys", "--town", "ws://127.0.0.1:1/?token=town-secret"]).status
        == ExitStatus.badUsage.rawValue
    )
    #expect(console.told.contains("TOWNHALL_ACCESS_TOKEN") && !console.told.contains("secret"))
  }

  @Test("A town does not open to a network by accident, and says what can be done")
  func accident() async throws {
    let console = Console(SyncServer())
    #expect(
      await console.run(["serve", "--host", "0.0.0.0", "--port", "0"]).status
        == ExitStatus.badUsage.rawValue
    )
    #expect(console.told.contains("--access FILE") && console.told.contains("--open"))
    let missing = Console(SyncServer())
    #expect(
      await missing.run(["serve", "--port", "0", "--access", "/nowhere/access"]).status
        == ExitStatus.badUsage.rawValue
    )
    #expect(missing.told.contains("townhall token new owner"))
  }

  @Test(
    "The notes of an audit name keys and who wrote them, values only if asked, and are put aside when large"
  )
  func audit() async throws {
    let folder = ScratchFolder()
    let path = folder.path + "/audit"
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    var options = AuditFile.Options()
    options.mostBytes = 2000
    options.mostAside = 2
    let audit = try AuditFile(path, options: options)
    let ada = Visitor(number: 7, role: .writer, name: "Ada", peer: "10.0.0.1", grant: "3f2a9c1d")
    for number in 0..<60 {
      audit.note(StateChange(updates: ["a\(number)": "secret"], removals: ["b"]), by: ada)
    }
    audit.finish()
    await audit.run { Issue.record("\($0)") }
    let files = ["", ".1", ".2"].map { path + $0 }
    let text = files.map { (try? String(contentsOfFile: $0, encoding: .utf8)) ?? "" }.joined()
    #expect(!text.contains("secret"))
    let last = try #require(
      files.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
        .first { !$0.isEmpty }?.split(separator: "\n").last
    )
    let line = try StateValue(text: String(last))
    #expect(line["name"] == "Ada" && line["connection"] == 7 && line["removed"] == ["b"])
    #expect(line["set"] == ["a59"])
    #expect(!FileManager.default.fileExists(atPath: path + ".3"))
  }
}
