import ArgumentParser
import SharedState
import TownhallKit

/// Opens a town without a screen.
struct Serve: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Open a town for others to join, without a screen.",
    discussion: """
      Prints the town's address when it is open, and closes it on ^C or SIGTERM. Today's NanoVer clients and \
      townhall itself can join. There is no password: whoever reaches the address can read and change the town, \
      so it is open to this machine only unless --host says otherwise.

      EXAMPLES
        townhall serve --residents
        townhall serve --host 0.0.0.0 --port 38801
        townhall serve --port 0 | { read town; townhall keys --town "$town"; }
      """
  )

  @Option(help: "The network address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port; 0 takes any that is free.")
  var port = 38801

  @Flag(help: "Let demo residents live there.")
  var residents = false

  @Option(help: "What the residents' behaviour grows from.")
  var seed: UInt64 = 7

  @Flag(help: "Say nothing but the address.")
  var quiet = false

  @Option(
    help: ArgumentHelp(
      "Encrypt (wss) with the certificate chain in this PEM file.",
      valueName: "file"
    ),
    completion: .file()
  )
  var tlsCert: String?

  @Option(
    help: ArgumentHelp("The certificate's private key, a PEM file.", valueName: "file"),
    completion: .file()
  )
  var tlsKey: String?

  func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("--port must be a number from 0 to 65535")
    }
    guard (tlsCert == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-cert and --tls-key belong together")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    let server = try await SharedStateServer.start(host: host, port: port, identity: identity)
    try surroundings.print(server.address)
    warn(surroundings)
    if residents { try? await Residents.live(in: server.endpoint, seed: seed) }
    // Nothing else is to be done here: the task is cancelled when the program is asked to end.
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    await server.close()
    if !quiet { surroundings.note("the town is closed") }
  }

  private var identity: ServerIdentity? {
    guard let tlsCert, let tlsKey else { return nil }
    return ServerIdentity(certificateFile: tlsCert, keyFile: tlsKey)
  }

  private func warn(_ surroundings: Surroundings) {
    guard !quiet, !["127.0.0.1", "::1", "localhost"].contains(host) else { return }
    surroundings.note(
      "others on the network can reach this town: there is no password, all of them can change it"
    )
  }
}
