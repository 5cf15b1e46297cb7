import Foundation
import NetworkSupport
import StateSync
import TestSupport
import Testing

@testable import TownhallApp
@testable import TownhallKit

@Suite("Servers that nobody vouches for", .timeLimit(.minutes(2)))
struct KnownServersTests {
  /// Runs a test with a town that has made its certificate itself.
  private func withTown(
    in folder: String,
    port: Int = 0,
    _ body: (SharedStateServer) async throws -> Void
  ) async throws {
    let own = try #require(OwnIdentity(variables: ["XDG_DATA_HOME": folder + "/data"]))
    _ = try own.prepare(for: ["localhost"])
    let server = try await SharedStateServer.start(
      port: port,
      holding: ["a": 1],
      identity: own.files
    )
    do {
      try await body(server)
    } catch {
      await server.close()
      throw error
    }
    await server.close()
  }

  private func keys(_ address: String, _ folder: String, answers: [String]?) async
    -> Console.Result
  {
    let console = Console(SyncServer(), answers: answers, folder: folder)
    return await console.run(["keys", "--town", address])
  }

  @Test("Completion asks nobody at the terminal, and keeps nothing; who is trusted already is")
  func completion() async throws {
    let folder = ScratchFolder()
    try await withTown(in: folder.path) { server in
      func complete() async -> Console.Result {
        let console = Console(SyncServer(), answers: ["y"], folder: folder.path)
        return await console.run(["complete", "fish", "--", "get", "-t", server.address, ""])
      }
      #expect(await complete() == .init(status: 0, output: "", told: ""))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/state"))
      #expect(await keys(server.address, folder.path, answers: ["y"]).status == 0)
      #expect(await complete() == .init(status: 0, output: "a\t\n", told: ""))
    }
  }

  @Test("Somebody is asked once, and another certificate is refused from then on")
  func asked() async throws {
    let folder = ScratchFolder()
    var port = 0
    try await withTown(in: folder.path) { server in
      port = server.port
      let pin = try #require(server.certificate).keyPin
      let refused = await keys(server.address, folder.path, answers: ["n"])
      #expect(refused.status == 3 && refused.output.isEmpty)
      #expect(refused.told.contains("Its fingerprint is\n  \(pin)\n"))
      #expect(refused.told.contains("which is for localhost, until 20"))
      #expect(refused.told.hasSuffix("127.0.0.1:\(port) is not trusted, so it was not joined\n"))

      let joined = await keys("127.0.0.1:\(port)", folder.path, answers: ["yes"])
      #expect(joined.status == 0 && joined.output == "a\n")
      let again = await keys(server.address, folder.path, answers: nil)
      #expect(again == Console.Result(status: 0, output: "a\n", told: ""))
      let file = folder.path + "/state/townhall/known-servers"
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "127.0.0.1:\(port) \(pin)\n")
      let modes = try FileManager.default.attributesOfItem(atPath: file)
      #expect(modes[.posixPermissions] as? Int == 0o600)
    }
    try FileManager.default.removeItem(atPath: folder.path + "/data")
    try await withTown(in: folder.path, port: port) { server in
      for address in [server.address, "127.0.0.1:\(port)"] {
        let changed = await keys(address, folder.path, answers: ["y"])
        #expect(changed.status == 3 && changed.output.isEmpty)
        #expect(changed.told.contains("its certificate has changed, so somebody may stand in"))
        #expect(changed.told.contains("take that line out of \(folder.path)/state"))
      }
      let pinned = await keys(server.pinnedAddress, folder.path, answers: nil)
      #expect(pinned.output == "a\n")
    }
  }

  @Test("Where nobody can be asked, it is refused with the way to say it")
  func unasked() async throws {
    let folder = ScratchFolder()
    try await withTown(in: folder.path) { server in
      let refused = await keys(server.address, folder.path, answers: nil)
      #expect(refused.status == 3)
      #expect(refused.told.contains("join at \(server.pinnedAddress);"))
      let console = Console(SyncServer(), answers: ["y"], folder: folder.path)
      let own = folder.path + "/data/townhall/town-certificate.pem"
      let vouched = ["keys", "--town", "wss://localhost:\(server.port)", "--ca-file", own]
      #expect(await console.run(vouched).output == "a\n")
    }
  }

  @Test("What stands in the file and is no fingerprint trusts nobody")
  func spoilt() async throws {
    let folder = ScratchFolder()
    let inside = folder.path + "/state/townhall"
    try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: true)
    try Data("lab:1 sha256:00\n\nother\n".utf8)
      .write(to: URL(filePath: inside + "/known-servers"))
    let known = KnownServers(variables: ["XDG_STATE_HOME": folder.path + "/state"])
    #expect(throws: Failure.self) { try known.pin(of: ServerAddress("wss://LAB:1")) }
    #expect(try known.inspect() == (0, [1, 3]))
    #expect(try known.pin(of: ServerAddress("wss://lab:2")) == nil)
    try known.remember(CertificatePin(of: []), of: ServerAddress("wss://Lab:2"))
    #expect(try known.pin(of: ServerAddress("lab:2"))?.pin == CertificatePin(of: []))
    #expect(try known.inspect() == (1, [1, 2]))
    #expect(try known.authorities() == ["lab:1", "other", "lab:2"])
    let none = KnownServers(variables: ["XDG_STATE_HOME": folder.path + "/none"])
    #expect(try none.inspect() == (0, []))
  }
}

@Suite("The certificate that a town makes for itself")
struct OwnIdentityTests {
  private func shown(_ path: String) throws -> PeerCertificate {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    return try #require(PeerCertificate(pem: bytes))
  }

  @Test("It is made once, for its owner alone, and anew for the same key when it does not fit")
  func kept() throws {
    let folder = ScratchFolder()
    let own = try #require(OwnIdentity(variables: ["HOME": folder.path]))
    #expect(own.path == folder.path + "/.local/share/townhall/town-identity.pem")
    let names = ["lab-3", "127.0.0.1"]
    #expect(try own.prepare(for: names)?.contains("made for lab-3 and 127.0.0.1") == true)
    let first = try shown(own.path)
    let modes = try FileManager.default.attributesOfItem(atPath: own.path)
    #expect(modes[.posixPermissions] as? Int == 0o600)
    let given = try String(contentsOfFile: own.certificatePath, encoding: .utf8)
    #expect(given.contains("CERTIFICATE") && !given.contains("KEY"))
    #expect(try own.prepare(for: names) == nil)
    #expect(try own.prepare(for: ["127.0.0.1"]) == nil)
    #expect(try shown(own.path) == first)

    let moved = try own.prepare(for: ["lab-4", "127.0.0.1"])
    #expect(moved?.contains("since the last one was not for lab-4") == true)
    let second = try shown(own.path)
    #expect(second.names == ["lab-4", "127.0.0.1"])
    #expect(second.keyPin == first.keyPin && second.pin != first.pin)
    #expect(try shown(own.certificatePath) == second)

    let late = try own.prepare(for: second.names, now: second.ends + 1)
    #expect(late?.contains("ended on \(PeerCertificate.day(second.ends))") == true)
    #expect(try shown(own.path).keyPin == first.keyPin)
  }

  @Test("A file that is no certificate is not written over")
  func spoilt() throws {
    let folder = ScratchFolder()
    let own = try #require(OwnIdentity(variables: ["XDG_DATA_HOME": folder.path]))
    _ = try own.prepare(for: ["lab-3"])
    try Data("precious".utf8).write(to: URL(filePath: own.path))
    #expect(throws: Failure.self) { try own.prepare(for: ["lab-3"]) }
    #expect(try String(contentsOfFile: own.path, encoding: .utf8) == "precious")
    #expect(OwnIdentity(variables: ["HOME": "here"]) == nil)
  }

  @Test(
    "townhall serve --tls prints an address by which it is joined, and says how else",
    .timeLimit(.minutes(1))
  )
  func serve() async throws {
    let folder = ScratchFolder()
    let console = Console(SyncServer(), folder: folder.path)
    let serving = Task { await console.run(["serve", "--port", "0", "--tls"]) }
    #expect(await eventually { console.told.contains("room for") })
    let address = console.output.trimmingCharacters(in: .newlines)
    #expect(address.hasPrefix("wss://127.0.0.1:") && address.contains("#sha256:"))
    let client = try await SharedStateClient.connect(to: address)
    await client.close()
    console.signal.yield(SIGTERM)
    let result = await serving.value
    let path = folder.path + "/data/townhall/town-certificate.pem"
    #expect(result.told.contains("programs that go by certificates trust \(path)"))
    #expect(result.told.contains("openssl calls it \(try shown(path).pin.colons)"))
    let both = await console.run(["serve", "--tls", "--tls-cert", "x", "--tls-key", "y"])
    #expect(both.status == 2)
  }
}
