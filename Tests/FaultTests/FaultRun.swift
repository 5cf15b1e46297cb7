#if GRPC
import GRPCTransport
#endif
import Glibc
import NetworkSupport
import SharedState
import StateSync
import TestSupport
import WebSocketTransport

/// A server in a process of its own, clients on both wires behind a line that goes wrong, and a checker.
///
/// Each step lets one thing go wrong while everybody writes, mends it, has the writers stop, and waits until all clients
/// hold what the server holds. What comes next is decided by a seed.
final class FaultRun {
  #if GRPC
  private static let wires = ["ws", "grpc"]
  #else
  private static let wires = ["ws"]
  #endif

  private var generator: SeededGenerator
  private var server: ServerProcess
  private let options: [String]
  private let line: FaultyLine
  private let residents: [Resident]
  private let certificate: Certificate?
  /// How long all clients may take to hold what the server holds.
  private let patience: Duration
  private var table = FaultTable()

  /// Opens a town and lets clients in.
  ///
  /// - Parameters:
  ///   - seed: What is to happen.
  ///   - certificate: What the server shows, if the wires are encrypted.
  ///   - patience: How long all clients may take, once all is mended, to hold what the server holds.
  ///   - plant: Makes the way of one client worse than it should be, for a checker that is to find it.
  /// - Throws: What keeps the server from starting.
  init(
    seed: UInt64,
    certificate: Certificate? = nil,
    patience: Duration = .seconds(60),
    plant: ((any StateTransport) -> any StateTransport)? = nil
  ) throws {
    generator = SeededGenerator(seed: seed)
    (self.certificate, self.patience) = (certificate, patience)
    options =
      certificate.map {
        ["--tls-cert", $0.files.certificateFile, "--tls-key", $0.files.keyFile]
      } ?? []
    server = try ServerProcess(options)
    line = try FaultyLine(to: server.port)
    var residents: [Resident] = []
    for wire in Self.wires {
      for number in 0..<3 {
        let scheme = certificate == nil ? wire : wire + "s"
        var way = try Self.way("\(scheme)://127.0.0.1:\(line.port)", certificate)
        if number == 0, let plant { way = plant(way) }
        residents.append(Resident("\(wire)\(number)", through: way))
      }
    }
    self.residents = residents
  }

  private static func way(
    _ address: String,
    _ certificate: Certificate?
  ) throws -> any StateTransport {
    let quick = Keepalive(pingInterval: .seconds(1), silence: .seconds(2))
    #if GRPC
    if address.hasPrefix("grpc") {
      var options = GRPCClientTransport.Options()
      (options.caFile, options.keepalive) = (certificate?.path, quick)
      return try GRPCClientTransport(address, options: options)
    }
    #endif
    var options = WebSocketClientTransport.Options()
    (options.caFile, options.keepalive) = (certificate?.path, quick)
    return try WebSocketClientTransport(address, options: options)
  }

  /// Lets things go wrong until the time is up, each at least once.
  func run(for time: Duration, of faults: [Fault] = Fault.allCases) async throws -> FaultTable {
    let end = ContinuousClock.now + time
    var deck: [Fault] = []
    var hasHadAll = false
    while ContinuousClock.now < end || !hasHadAll {
      if deck.isEmpty { deck = faults.shuffled(using: &generator) }
      try await step(deck.removeLast())
      hasHadAll = hasHadAll || deck.isEmpty
    }
    line.cut()
    for resident in residents { await resident.client.stop() }
    server.end(SIGTERM)
    return table
  }

  private func step(_ fault: Fault) async throws {
    let writers = residents.map { resident in Task { await resident.write() } }
    try await Task.sleep(for: .milliseconds(200))
    try await happen(fault)
    line.mend()
    let mended = ContinuousClock.now
    for resident in residents { resident.stopWriting() }
    for writer in writers { await writer.value }
    if fault.changesBytes, certificate == nil {
      // Nobody can find that out on a bare wire, so nothing is promised but that a new connection has it right.
      for resident in residents { resident.forget() }
      line.breakAll()
    }
    let findings = try await settle()
    var row = table.rows[fault] ?? FaultRow()
    row.count += 1
    row.longestWait = max(row.longestWait, ContinuousClock.now - mended)
    row.findings += findings
    table.rows[fault] = row
    table.confirmed = residents.reduce(0) { $0 + $1.confirmations }
  }

  /// Waits until all is well, and returns what is not.
  private func settle() async throws -> [String] {
    let judge = try await judge()
    let end = ContinuousClock.now + patience
    var findings: [String] = []
    repeat {
      try await Task.sleep(for: .milliseconds(50))
      findings = Checker.findings(
        server: Resident.view(of: judge.state),
        clients: Dictionary(uniqueKeysWithValues: residents.map { ($0.name, $0.view) }),
        books: residents.map(\.book)
      )
      findings += residents.filter { !$0.client.status.isLive }.map { "\($0.name) is not back" }
    } while !findings.isEmpty && ContinuousClock.now < end
    await judge.stop()
    return findings
  }

  /// A client beside the line, which sees what the server holds.
  private func judge() async throws -> SyncClient {
    let judge = SyncClient(transport: try Self.way(server.address, certificate))
    judge.start()
    try await judge.waitUntilLive()
    return judge
  }

  // MARK: - What goes wrong

  private func pause(_ range: ClosedRange<Int>) async throws {
    try await Task.sleep(for: .milliseconds(Int.random(in: range, using: &generator)))
  }

  private func happen(_ fault: Fault) async throws {
    var weather = FaultyLine.Weather()
    switch fault {
    case .delay:
      weather.delay = .milliseconds(Int.random(in: 20...200, using: &generator))
      line.set(weather)
      try await pause(1000...2000)
    case .throttle:
      weather.bytesPerSecond = 1 << 16
      line.set(weather)
      try await pause(1000...2000)
    case .hold:
      line.hold()
      try await pause(500...5000)
    case .cut: line.breakAll()
    case .reset: line.resetAll()
    case .halfUp: line.halfClose(.up)
    case .halfDown: line.halfClose(.down)
    case .stopServer:
      server.send(SIGSTOP)
      try await pause(500...5000)
      server.send(SIGCONT)
    case .killServer: try await killServer()
    case .stopClient: try await stopClient()
    case .slowReaders:
      let idlers = try (0..<10).map { _ in try RawClient(port: server.port) }
      try await pause(1000...2000)
      for idler in idlers { idler.leave(byReset: false) }
    case .leavers:
      for _ in 0..<10 {
        let client = try RawClient(port: server.port)
        try await pause(0...20)
        client.leave(byReset: true)
      }
    case .flip, .swap:
      for _ in 0..<10 {
        let direction = Bool.random(using: &generator) ? FaultyLine.Direction.up : .down
        if fault == .flip { line.flipBit(direction) } else { line.swapPieces(direction) }
        try await pause(20...200)
      }
    }
  }

  private func killServer() async throws {
    server.end(SIGKILL)
    line.breakAll()
    // What the former server has confirmed is told by now, or never.
    try await TransportProbe.eventually("nobody is live") { [residents] in
      residents.allSatisfy { !$0.client.status.isLive }
    }
    for resident in residents { resident.forget() }
    try await pause(0...1000)
    server = try ServerProcess(options, port: server.port)
  }

  /// Stops a client that is a process of its own; it goes on where it was, and misses nothing that counts.
  private func stopClient() async throws {
    let watcher = try WatchingProcess(server.address, certificate?.path)
    try await watcher.hears("")
    watcher.send(SIGSTOP)
    try await pause(500...4000)
    watcher.send(SIGCONT)
    let mark = "\(generator.next())"
    let judge = try await judge()
    await judge.send(StateChange(updates: ["mark": .string(mark)]))
    try await watcher.hears(mark)
    await judge.stop()
  }
}
