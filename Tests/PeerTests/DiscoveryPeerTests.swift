import Foundation
import SharedState
import TestSupport
import Testing

/// NanoVer's own discovery and ours, each listening to the other in a network that the test makes for itself.
@Suite(
  "Discovery with NanoVer's own",
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason),
  .enabled(if: NetworkNamespace.isAvailable, Comment(rawValue: NetworkNamespace.reason))
)
struct DiscoveryPeerTests {
  private func townhall(_ network: NetworkNamespace, _ arguments: String...) throws -> LineProgram {
    try LineProgram(network.call([try BuiltProducts.path(of: "townhall")] + arguments))
  }

  private func python(_ network: NetworkNamespace, _ arguments: String...) throws -> LineProgram {
    let interpreter = try PeerEnvironment.interpreter().path()
    return try LineProgram(network.call([interpreter, "-u"] + arguments))
  }

  @Test("NanoVer's list shows the town that we announce, whatever alphabet its name is in")
  func heardByPython() throws {
    let network = try NetworkNamespace()
    let list = try python(network, "-m", "nanover.essd.list_cli")
    let town = try townhall(network, "serve", "--port", "0", "--announce", "Labor é 分子")
    let address = try #require(town.line { $0.hasPrefix("ws://") }).text
    let port = address.split(separator: ":").last ?? ""
    let heard = try #require(list.line { $0.hasPrefix("Labor é 分子") })
    #expect(heard.text.hasPrefix("Labor é 分子 (127.0.0.1) -- "))
    #expect(heard.text.hasSuffix("ws (\(port))"), "\(heard.text)")
  }

  @Test("We hear a server of NanoVer's come, and go when it is killed")
  func hearingPython() throws {
    let network = try NetworkNamespace()
    let ours = try townhall(network, "discover", "--json")
    let server = try python(
      network,
      "-c",
      """
      import time
      from nanover.essd import DiscoveryServer, ServiceHub
      hub = ServiceHub(name="Pie", address="[::]", id="p-1")
      hub.add_service("ws", 38801)
      hub.add_service("https", 40001)
      with DiscoveryServer() as server:
        server.register_service(hub)
        print("announcing")
        time.sleep(300)
      """
    )
    let start = try #require(server.line { $0 == "announcing" })
    let found = try #require(ours.line { $0.contains(#""found""#) })
    print("NanoVer's server found", found.time - start.time, "after it began to announce itself")
    let value = try StateValue(text: found.text)
    #expect(value["name"] == "Pie")
    #expect(value["id"] == "p-1")
    #expect(value["url"]?.string == "ws://\(NetworkNamespace.address):38801")
    #expect(value["services"] == ["https": 40001, "ws": 38801])
    let death = ContinuousClock.now
    server.kill()
    let gone = try #require(ours.line { $0.contains(#""gone""#) })
    print("and gone", gone.time - death, "after it was killed")
  }
}
