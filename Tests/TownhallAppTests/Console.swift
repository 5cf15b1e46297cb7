import ServerDiscovery
import SharedState
import StateSync
import Synchronization
import TownhallKit
import Trajectory

@testable import TownhallApp

/// Runs the program in this process, and keeps what it writes.
final class Console: Sendable {
  /// How a call ended, and what it wrote.
  struct Result: Sendable, Hashable {
    var status: Int32
    var output: String
    var told: String
  }

  private struct Text {
    var output = ""
    var told = ""
  }

  private let text = Mutex(Text())
  private let town: SyncServer
  private let input: String
  private let signals: AsyncStream<Int32>
  /// Lets a signal reach the program.
  let signal: AsyncStream<Int32>.Continuation

  private let execute: @Sendable ([String], [String: String]) async throws -> Int32
  /// Where servers are announced and heard; a test that does either names a port of its own.
  private let discoveryPort: Int
  /// Whether the environment says which town is meant.
  private let isNamed: Bool
  /// What somebody at the terminal answers, one question after the other.
  private let answers: Mutex<[String]>
  private let isAtTerminal: Bool
  /// Where whatever is kept lies; with it, towns that speak TLS are joined where they are.
  private let folder: String?
  /// Whether what comes from the town is interrupted by a silence.
  private let fallsSilent: Bool
  /// How long a completion may take: a busy machine is no reason to complete nothing.
  private let completionPatience: String
  /// What a simulation in the town says to who listens.
  private let simulation: Frame?
  /// What comes on standard input for those who go on reading; all of the input at once without it.
  private let feed: AsyncStream<[UInt8]>
  /// How often a town was joined.
  private let joined = Mutex(0)

  init(
    _ town: SyncServer,
    input: String = "",
    isNamed: Bool = true,
    discoveryPort: Int = 1,
    answers: [String]? = nil,
    folder: String? = nil,
    fallsSilent: Bool = false,
    simulation: Frame? = nil,
    completionPatience: String = "20",
    feed: AsyncStream<[UInt8]>? = nil,
    execute: @escaping @Sendable ([String], [String: String]) async throws -> Int32 = { _, _ in 0 }
  ) {
    (self.town, self.input, self.isNamed, self.execute) = (town, input, isNamed, execute)
    (self.discoveryPort, self.fallsSilent) = (discoveryPort, fallsSilent)
    (self.simulation, self.completionPatience) = (simulation, completionPatience)
    self.feed =
      feed
      ?? AsyncStream { continuation in
        continuation.yield(Array(input.utf8))
        continuation.finish()
      }
    self.answers = Mutex(answers ?? [])
    (isAtTerminal, self.folder) = (answers != nil, folder)
    (signals, signal) = AsyncStream.makeStream()
  }

  /// What has been written to standard output so far.
  var output: String { text.withLock { $0.output } }

  /// How often a way to a town was made so far.
  var joinCount: Int { joined.withLock { $0 } }

  /// What a person has been told so far.
  var told: String { text.withLock { $0.told } }

  /// Runs a call to its end.
  func run(_ arguments: [String], limit: Int? = nil) async -> Result {
    let status = await Program.run(arguments, in: surroundings(limit: limit))
    return text.withLock { Result(status: status, output: $0.output, told: $0.told) }
  }

  private func surroundings(limit: Int?) -> Surroundings {
    var listening = DiscoveryListener.Options()
    listening.port = discoveryPort
    return Surroundings(
      write: { [self] more in
        let lines = text.withLock { text in
          text.output += more
          return text.output.count(where: \.isNewline)
        }
        if let limit, lines >= limit { throw Surroundings.OutputClosed() }
      },
      tell: { [self] more in text.withLock { $0.told += more } },
      readInput: { [input] in Array(input.utf8) },
      readChunk: { [feed] in
        for await chunk in feed { return chunk }
        return nil
      },
      readAnswer: { [self] in
        answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      },
      variables: variables,
      isWatched: isAtTerminal,
      isInteractive: isAtTerminal,
      signals: { [signals] in signals },
      transport: { [self] address, trust, token in
        joined.withLock { $0 += 1 }
        if address.isRecording { return try address.transport() }
        if let simulation { address.frames?.put(simulation) }
        if folder != nil, !address.isPlain {
          return try address.transport(trust: trust, token: token)
        }
        if let file = trust.certificateFile {
          throw TransportError(.unreachable, "cannot use the certificates of \(file)")
        }
        guard ["ws://in.memory:1", ServerAddress.nearby].contains(address.description) else {
          return NobodyThere(address: address.description)
        }
        let way = InMemoryTransport(server: town, address: address.description)
        return fallsSilent && address.isWatched ? SilentTransport(way) : way
      },
      execute: execute,
      listening: listening,
      announcer: { [discoveryPort] _ in Announcer(to: [.thisMachine], port: discoveryPort) }
    )
  }

  private var variables: [String: String] {
    var variables = ["TOWNHALL_COMPLETE_WITHIN": completionPatience]
    if isNamed { variables["TOWNHALL_TOWN"] = "ws://in.memory:1" }
    if let folder {
      variables["XDG_STATE_HOME"] = folder + "/state"
      variables["XDG_DATA_HOME"] = folder + "/data"
    }
    return variables
  }

  /// Where no town is.
  private struct NobodyThere: StateTransport {
    let address: String

    func connect() async throws -> any StateConnection {
      throw TransportError(.unreachable, "no town at \(address): connection refused")
    }
  }
}

/// Runs one call on a town.
func townhall(
  _ arguments: String...,
  on town: SyncServer,
  input: String = ""
) async -> Console.Result {
  await Console(town, input: input).run(arguments)
}

/// Waits, within bounds, until something has come about.
func eventually(_ condition: () -> Bool) async -> Bool {
  for _ in 0..<500 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return condition()
}

/// A way to a town that falls silent once, after its state has come, and is heard again.
private struct SilentTransport: StateTransport {
  let way: InMemoryTransport
  var address: String { way.address }

  init(_ way: InMemoryTransport) { self.way = way }

  func connect() async throws -> any StateConnection { Connection(try await way.connect()) }

  private final class Connection: StateConnection {
    private let connection: any StateConnection
    private let deliveries = Mutex(0)
    var wire: String { connection.wire }

    init(_ connection: any StateConnection) { self.connection = connection }

    func receive() async throws -> StateDelivery? {
      let number = deliveries.withLock { count in
        count += 1
        return count
      }
      // Time for those who look to see each of them: only the newest statuses are kept.
      try await Task.sleep(for: .milliseconds(10))
      switch number {
      case 2: return .silence(lasting: .seconds(3))
      case 3: return .heard
      default: return try await connection.receive()
      }
    }

    func send(_ change: StateChange) async throws { try await connection.send(change) }
    func close() async { await connection.close() }
  }
}
