import ArgumentParser
import CursesTerminal
import Dashboard
import StateSync
import TownhallKit

/// Opens the dashboard: what `townhall` does when no verb is named.
struct ShowDashboard: Verb {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Open the dashboard (this is what townhall does without a verb).",
    discussion: """
      EXAMPLES
        townhall
        townhall ws://lab-3:38801
        townhall --read-only ws://lab-3:38801
      """
  )

  @Argument(help: "The town's address; without one, a town of its own with residents is opened.")
  var address: String?

  @Flag(help: "Look, but never write.")
  var readOnly = false

  @Flag(help: "Draw with ASCII only.")
  var ascii = false

  @Flag(help: "Use no colours; so does a NO_COLOR that is not empty.")
  var noColor = false

  @Flag(help: "Leave the mouse to the terminal.")
  var noMouse = false

  @Option(
    help: ArgumentHelp("Trust the certificates in this PEM file (for wss).", valueName: "file"),
    completion: .file()
  )
  var caFile: String?

  @Option(
    help: ArgumentHelp("Append to this file how the connection fares.", valueName: "file"),
    completion: .file()
  )
  var log: String?

  static let stopsOnSignals = false

  func run(in surroundings: Surroundings) async throws {
    let address = try address.map(Self.read)
    let transport = try address.map { try surroundings.way(to: $0, trusting: caFile) }
    let log = try EventLog(path: log)
    let terminal = try openTerminal()
    do {
      let signal =
        if let transport {
          await show(transport, on: terminal, log: log, in: surroundings)
        } else {
          try await showEmbedded(on: terminal, log: log, in: surroundings)
        }
      if let signal { CursesTerminal.endProgram(dyingOf: signal) }
    } catch {
      terminal.close()
      throw error
    }
  }

  /// Reads an address; a lone word is more likely a verb that was mistyped than a host.
  private static func read(_ text: String) throws -> TownAddress {
    guard text == "localhost" || text.contains(where: { ":./".contains($0) }) else {
      throw Failure(
        .badUsage,
        "\(text) is neither a verb (see 'townhall --help') nor an address such as ws://\(text)"
      )
    }
    return try TownAddress(text)
  }

  private func openTerminal() throws -> CursesTerminal {
    var options = TerminalOptions()
    (options.ascii, options.noColour, options.mouse) = (ascii, noColor, !noMouse)
    do {
      return try CursesTerminal.open(options)
    } catch let error as TerminalError {
      throw Failure(.badUsage, error.description)
    }
  }

  /// Opens a town of its own that others can join too, and shows it.
  private func showEmbedded(
    on terminal: CursesTerminal,
    log: EventLog,
    in surroundings: Surroundings
  ) async throws -> Int32? {
    let server = try await SharedStateServer.start(orNextFree: true)
    let residents = Task {
      try? await Residents.live(in: server.endpoint, seed: .random(in: 0 ... .max))
    }
    let transport = InMemoryTransport(server: server.endpoint, address: server.address)
    let signal = await show(transport, on: terminal, log: log, in: surroundings)
    residents.cancel()
    await server.close()
    return signal
  }

  /// Shows a town until the person leaves, gives the terminal back and leaves the town.
  private func show(
    _ transport: any StateTransport,
    on terminal: CursesTerminal,
    log: EventLog,
    in surroundings: Surroundings
  ) async -> Int32? {
    let town = SyncClient(transport: transport)
    let options = DashboardOptions(
      address: transport.address,
      readOnly: readOnly,
      ascii: !terminal.unicode,
      userID: town.userID
    )
    var loop = DashboardLoop(
      options,
      on: terminal,
      in: town,
      editor: ExternalEditor(variables: surroundings.variables),
      log: log
    )
    let signal = await loop.run()
    terminal.close()
    await town.stop()
    return signal
  }
}
