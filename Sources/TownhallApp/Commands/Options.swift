import ArgumentParser
import SharedState
import StateSync
import TownhallKit

/// A length of time in seconds, as it is typed.
struct Seconds: ExpressibleByArgument, Sendable {
  let duration: Duration

  init(_ seconds: Double) { duration = .seconds(seconds) }

  init?(argument: String) {
    guard let seconds = Double(argument), seconds >= 0, seconds <= 1e9 else { return nil }
    self.init(seconds)
  }

  var defaultValueDescription: String { String(Int(duration.seconds)) }
}

/// Which certificates are trusted, beside the system's.
struct CertificateOptions: ParsableArguments {
  @Option(file: "Trust the certificates in this PEM file (for wss and grpcs).")
  var caFile: String?
}

/// Which town a verb works on.
struct ServerOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The town's address, such as ws://lab-3:38801. Without it TOWNHALL_TOWN counts, and without that ws://127.0.0.1:38801.",
      valueName: "address"
    )
  )
  var town: String?

  @OptionGroup var trust: CertificateOptions

  /// Joins the town, does some work there and leaves in good order.
  func join<Result: Sendable>(
    patience: Duration = .seconds(10),
    in surroundings: Surroundings,
    _ work: (SharedStateClient) async throws -> Result
  ) async throws -> Result {
    let named = town ?? surroundings.variables["TOWNHALL_TOWN"]
    let address = try ServerAddress(named ?? ServerAddress.nearby)
    let transport = try surroundings.way(to: address, trusting: trust.caFile)
    let client = try await SharedStateClient.connect(
      through: transport,
      patience: patience,
      trouble: { reason in
        if surroundings.isWatched { surroundings.note("\(reason); trying again, ^C gives up") }
      }
    )
    do {
      let result = try await work(client)
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }
}

/// Which town a verb works on, and how long it looks for it.
struct PatientServerOptions: ParsableArguments {
  @OptionGroup var server: ServerOptions

  @Option(help: ArgumentHelp("How long to look for the town.", valueName: "seconds"))
  var timeout = Seconds(10)

  func join<Result: Sendable>(
    in surroundings: Surroundings,
    _ work: (SharedStateClient) async throws -> Result
  ) async throws -> Result {
    try await server.join(patience: timeout.duration, in: surroundings, work)
  }
}

extension Option where Value == String? {
  /// An option that names a file.
  init(name: NameSpecification = .long, file help: String) {
    self.init(name: name, help: ArgumentHelp(help, valueName: "file"), completion: .file())
  }
}

/// One subcommand that works in given surroundings.
protocol Verb: AsyncParsableCommand, Sendable {
  /// Whether a signal cancels it; what has a terminal of its own hears of signals there.
  static var stopsOnSignals: Bool { get }

  func run(in surroundings: Surroundings) async throws
}

extension Verb {
  static var stopsOnSignals: Bool { true }

  mutating func run() async throws { try await run(in: .standard) }
}
