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
        townhall --discover
        townhall --read-only ws://lab-3:38801
      """
  )

  @Argument(help: "The town's address; without one, a town of its own with residents is opened.")
  var address: String?

  @Flag(help: "Choose the town on a screen that shows the servers which announce themselves.")
  var discover = false

  @Flag(help: "Look, but never write.")
  var readOnly = false

  @Flag(help: "Draw with ASCII only.")
  var ascii = false

  @Flag(help: "Use no colours; so does a NO_COLOR that is not empty.")
  var noColor = false

  @Flag(help: "Leave the mouse to the terminal; so does a TOWNHALL_NO_MOUSE that is not empty.")
  var noMouse = false

  @Option(
    help: ArgumentHelp(
      "Where the colours come from: standard, terminal (your own sixteen) or mono.",
      valueName: "name"
    ),
    transform: Self.theme
  )
  var theme: Theme?

  @Flag(help: "No screen: each move is a line, for a screen reader.")
  var linear = false

  @OptionGroup var settingsSource: SettingsOptions

  @Option(
    help: ArgumentHelp(
      "Trust the certificates in this PEM file (for wss and grpcs).",
      valueName: "file"
    ),
    completion: .file()
  )
  var caFile: String?

  @Option(
    help: ArgumentHelp(
      "Append to this file how the session goes: the connection, edits and what was said, but no values.",
      valueName: "file"
    ),
    completion: .file()
  )
  var log: String?

  static let stopsOnSignals = false

  func validate() throws {
    guard !discover || address == nil else {
      throw ValidationError("--discover looks for a town, so it takes no address")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    let address = try address.map(Self.read)
    let transport = try address.map { try surroundings.way(to: $0, trusting: caFile) }
    let settings = try settings(in: surroundings)
    let log = try EventLog(path: settings.log)
    let stage = try openStage(settings, in: surroundings)
    do {
      let signal =
        if let transport {
          await show(transport, on: stage, settings, log: log, in: surroundings)
        } else if let terminal = stage.terminal, discover {
          await showChosen(on: terminal, stage, settings, log: log, in: surroundings)
        } else {
          try await showEmbedded(on: stage, settings, log: log, in: surroundings)
        }
      if let signal { CursesTerminal.endProgram(dyingOf: signal) }
    } catch {
      stage.close()
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

  private static func theme(_ name: String) throws -> Theme {
    guard let theme = Theme(rawValue: name) else {
      throw Failure(
        .badUsage,
        "\(name) is no theme; these are: \(Theme.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
    return theme
  }

  /// What the settings file says, the environment over it, and the call over both.
  private func settings(in surroundings: Surroundings) throws -> Settings {
    var settings = try settingsSource.file(in: surroundings).read()
    let leavesMouse = surroundings.variables["TOWNHALL_NO_MOUSE"]?.isEmpty == false
    settings.mouse = settings.mouse && !noMouse && !leavesMouse
    settings.ascii = settings.ascii || ascii
    settings.colour = settings.colour && !noColor
    settings.theme = theme ?? settings.theme
    settings.linear = settings.linear || linear
    settings.log = log ?? settings.log
    return settings
  }

  /// Takes the terminal: with a screen, or line by line.
  private func openStage(_ settings: Settings, in surroundings: Surroundings) throws -> Stage {
    guard settings.linear else { return Stage(try openTerminal(settings)) }
    guard !discover else {
      throw Failure(
        .badUsage,
        "--discover is a screen; without one, 'townhall discover' lists the servers line by line"
      )
    }
    let print: @Sendable (String) -> Void = { try? surroundings.print($0) }
    guard surroundings.isInteractive else {
      return Stage(
        screen: LinearScreen(keys: KeyLines(), print: print),
        ascii: settings.ascii,
        close: {}
      )
    }
    let keys = try LineTerminal.open(escapeDelay: .milliseconds(settings.escapeDelay))
    return Stage(
      screen: LinearScreen(keys: keys, print: print),
      ascii: settings.ascii,
      close: { keys.close() }
    )
  }

  private func openTerminal(_ settings: Settings) throws -> CursesTerminal {
    var options = TerminalOptions()
    (options.ascii, options.noColour) = (settings.ascii, !settings.colour)
    (options.mouse, options.theme) = (settings.mouse, settings.theme)
    options.escapeDelay = .milliseconds(settings.escapeDelay)
    do {
      return try CursesTerminal.open(options)
    } catch let error as TerminalError {
      throw Failure(.badUsage, error.description)
    }
  }

  /// Lets the person choose a town, and shows it.
  private func showChosen(
    on terminal: CursesTerminal,
    _ stage: Stage,
    _ settings: Settings,
    log: EventLog,
    in surroundings: Surroundings
  ) async -> Int32? {
    let memory = MemoryFile(variables: surroundings.variables, named: "last-joined")
    let last = (try? memory?.readValue()).flatMap { Picker.Server($0) }
    let loop = PickerLoop(
      Picker(size: terminal.size, last: last, ascii: stage.ascii),
      on: terminal,
      listening: surroundings.listening
    ) { address in
      try surroundings.way(to: TownAddress(address), trusting: caFile)
    }
    switch await loop.run() {
    case .left(let signal):
      stage.close()
      return signal
    case .joined(let server, let transport):
      do {
        try memory?.write(server.value)
      } catch {
        log.note("cannot remember the town: \(error)")
      }
      return await show(transport, on: stage, settings, log: log, in: surroundings)
    }
  }

  /// Opens a town of its own that others can join too, and shows it.
  private func showEmbedded(
    on stage: Stage,
    _ settings: Settings,
    log: EventLog,
    in surroundings: Surroundings
  ) async throws -> Int32? {
    let server = try await SharedStateServer.start(orNextFree: true)
    let residents = Task {
      try? await Residents.live(in: server.endpoint, seed: .random(in: 0 ... .max))
    }
    let transport = InMemoryTransport(server: server.endpoint, address: server.address)
    let signal = await show(transport, on: stage, settings, log: log, in: surroundings)
    residents.cancel()
    await server.close()
    return signal
  }

  /// Shows a town until the person leaves, gives the terminal back and leaves the town.
  private func show(
    _ transport: any StateTransport,
    on stage: Stage,
    _ settings: Settings,
    log: EventLog,
    in surroundings: Surroundings
  ) async -> Int32? {
    let town = SyncClient(transport: transport)
    let options = DashboardOptions(
      address: transport.address,
      readOnly: readOnly,
      ascii: stage.ascii,
      reportsMouse: settings.mouse,
      settings: settings.dashboard,
      userID: town.userID
    )
    var loop = DashboardLoop(
      options,
      on: stage.screen,
      in: town,
      editor: ExternalEditor(variables: surroundings.variables),
      log: log,
      memory: MemoryFile(
        variables: surroundings.variables,
        address: address == nil && !discover ? nil : transport.address
      ),
      rereadSettings: {
        let fresh = try self.settings(in: surroundings)
        stage.setTheme(fresh.theme)
        return fresh.dashboard
      }
    )
    let signal = await loop.run()
    stage.close()
    await town.stop()
    return signal
  }
}

/// Where a dashboard plays.
private struct Stage {
  let screen: any DashboardScreen
  let ascii: Bool
  let close: @Sendable () -> Void
  var setTheme: @Sendable (Theme) -> Void = { _ in }
  /// The terminal, if the stage is a whole one.
  var terminal: CursesTerminal?

  init(
    screen: any DashboardScreen,
    ascii: Bool,
    close: @escaping @Sendable () -> Void
  ) {
    (self.screen, self.ascii, self.close) = (screen, ascii, close)
  }

  init(_ terminal: CursesTerminal) {
    self.init(screen: terminal, ascii: !terminal.unicode, close: { terminal.close() })
    setTheme = { terminal.setTheme($0) }
    self.terminal = terminal
  }
}
