import ArgumentParser
import CursesTerminal
import Dashboard
import Dispatch
import StateSync
import TownhallKit
import Trajectory

/// Opens the dashboard: what `townhall` does when no verb is named.
struct ShowDashboard: Verb {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Open the dashboard (this is what townhall does without a verb).",
    discussion: """
      Without an address it opens the town that TOWNHALL_TOWN names; without that, a screen on which to choose: the \
      town that was joined last, servers that announce themselves, a town to try out, an address, a recording of this \
      folder, or the tour.

      EXAMPLES
        townhall
        townhall --demo
        townhall ws://lab-3:38801
        townhall --discover
        townhall --read-only ws://lab-3:38801
        townhall lab3.nanover.zip --speed 2
      """
  )

  @Argument(help: "The town's address, or the path of a recording.")
  var address: String?

  @Flag(help: "Open a town of its own to try things out, in which people move about.")
  var demo = false

  @Flag(help: "Choose the town on a screen that shows the servers which announce themselves.")
  var discover = false

  @Flag(help: "Look, but never write.")
  var readOnly = false

  @Flag(help: "Let others see this very screen: tells an address for 'townhall view'.")
  var share = false

  @Option(
    help: ArgumentHelp(
      "Where others reach the screen that is shared: 127.0.0.1 for this machine alone, 0.0.0.0 for all.",
      valueName: "host"
    )
  )
  var shareHost: String?

  @OptionGroup var playing: ReplayOptions

  @OptionGroup var screen: ScreenOptions

  @OptionGroup var trust: CertificateOptions

  static let stopsOnSignals = false

  func validate() throws {
    guard share || shareHost == nil else {
      throw ValidationError(
        "--share-host says where --share lets others look, and is nothing without it"
      )
    }
    guard !discover || address == nil else {
      throw ValidationError("--discover looks for a town, so it takes no address")
    }
    guard !demo || address == nil && !discover else {
      throw ValidationError(
        "--demo opens a town of its own, so it takes no address and no --discover"
      )
    }
  }

  func run(in surroundings: Surroundings) async throws {
    let isLinear = try screen.settings(in: surroundings).linear
    if discover, isLinear {
      throw Failure(
        .badUsage,
        "--discover is a screen; without one, 'townhall discover' lists the servers line by line"
      )
    }
    let named = try named(in: surroundings)
    let frames = FrameInbox()
    let replayed = try named.flatMap { try recording($0, in: surroundings) }
    let transport =
      replayed == nil
      ? try await acquaintedWay(to: named, hearing: frames, in: surroundings) : nil
    let start = named == nil && !demo && !isLinear ? try start(in: surroundings) : nil
    if named == nil, isLinear, !demo {
      surroundings.note(
        "here is a town to try out, since there is no screen to choose on; name another, as in 'townhall --linear ws://lab-3:38801'"
      )
    }
    if share, isLinear { throw Failure(.badUsage, "--share shows a screen, and --linear has none") }
    let shared = share ? try await ScreenShare.start(host: shareHost ?? "127.0.0.1") : nil
    var stage = try TerminalSession.open(screen, in: surroundings)
    if let shared { stage.share(on: shared) }
    do {
      let signal =
        if let transport {
          await show(transport, hearing: frames, on: stage, in: surroundings)
        } else if let terminal = stage.terminal, let start {
          await showChosen(from: start, on: terminal, hearing: frames, stage, in: surroundings)
        } else if let replayed {
          try await showReplayed(replayed, hearing: frames, on: stage, in: surroundings)
        } else {
          try await showEmbedded(hearing: frames, on: stage, in: surroundings)
        }
      if let signal { CursesTerminal.endProgram(dyingOf: signal) }
    } catch {
      stage.close()
      throw error
    }
  }

  /// The address that was given, or else the one that the environment names.
  private func named(in surroundings: Surroundings) throws -> String? {
    guard !demo, !discover else { return nil }
    if let address { return address }
    return surroundings.variables[Surroundings.town].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The way to the town that was named, if one was; whether it can be trusted is asked before there is a screen.
  private func acquaintedWay(
    to named: String?,
    hearing frames: FrameInbox,
    in surroundings: Surroundings
  ) async throws -> (any StateTransport)? {
    guard let named else { return nil }
    let known = try await surroundings.introduced(
      to: surroundings.address(named),
      trusting: trust.caFile
    )
    return try way(to: known, hearing: frames, in: surroundings)
  }

  /// The recording that an address names; nil if it is one of a town.
  private func recording(_ text: String, in surroundings: Surroundings) throws -> ReplayedFile? {
    // It is played in a town of this program's own.
    guard try surroundings.address(text).isRecording else { return nil }
    return try ReplayedFile(text, in: surroundings)
  }

  /// The way to a town, which is asked for changes as often as the screen can show them.
  private func way(
    to address: ServerAddress,
    hearing frames: FrameInbox,
    in surroundings: Surroundings
  ) throws -> any StateTransport {
    var address = address
    address.frames = frames
    address.wishes.interval = DashboardLoop.frame
    address.isWatched = true
    return try surroundings.way(to: address, trusting: trust.caFile)
  }

  /// What there is to choose from, as far as it is known before there is a screen.
  private struct Start {
    var offers: [Picker.Offer] = []
    var trouble: String?
  }

  private func start(in surroundings: Surroundings) throws -> Start {
    guard !discover else { return Start() }
    let recordings = NearbyRecordings.paths(in: ".").map { Picker.Offer.recording(path: $0) }
    let settings = DoctorFacts.Settings(screen.settingsSource, in: surroundings)
    let facts = DoctorFacts.ofScreen(settings, in: surroundings)
    return Start(
      offers: [.demo] + recordings + [.tour],
      trouble: Diagnosis(ofScreen: facts).trouble
    )
  }

  /// Lets the person choose, and shows what was chosen.
  private func showChosen(
    from start: Start,
    on terminal: CursesTerminal,
    hearing frames: FrameInbox,
    _ stage: TerminalSession,
    in surroundings: Surroundings
  ) async -> Int32? {
    let memory = MemoryFile(variables: surroundings.variables, named: "last-joined")
    let last = (try? memory?.readValue()).flatMap { Picker.Server($0) }
    let picker = Picker(
      size: terminal.size,
      last: last,
      offers: start.offers,
      trouble: start.trouble,
      ascii: stage.ascii
    )
    let loop = PickerLoop(
      picker,
      on: SharedPickerScreen(terminal: terminal, screen: stage.screen, share: stage.share),
      listening: surroundings.listening
    ) { text in
      try recording(surroundings.withoutTilde(text), in: surroundings)
    } way: { address in
      let address = try await surroundings.addressOnScreen(address, trusting: trust.caFile)
      return try way(to: address, hearing: frames, in: surroundings)
    }
    while true {
      let choice = await loop.run()
      do {
        switch choice {
        case .left(let signal):
          stage.close()
          return signal
        case .joined(let server, let transport):
          do {
            try memory?.write(server.value)
          } catch {
            stage.log.note("cannot remember the town: \(error)")
          }
          return await show(transport, hearing: frames, on: stage, in: surroundings)
        case .playing(let replayed):
          return try await showReplayed(replayed, hearing: frames, on: stage, in: surroundings)
        case .opened(.tour):
          let tour = try await TourSession(in: surroundings)
            .run(in: .offline, on: stage, surroundings)
          if let signal = tour.signal {
            stage.close()
            return signal
          }
          loop.reopen(after: tour.trouble)
        case .opened:
          return try await showEmbedded(hearing: frames, on: stage, in: surroundings)
        }
      } catch {
        loop.reopen(after: String(describing: error))
      }
    }
  }

  /// Plays a recording in a town of its own, and shows that.
  private func showReplayed(
    _ replayed: ReplayedFile,
    hearing frames: FrameInbox,
    on stage: TerminalSession,
    in surroundings: Surroundings
  ) async throws -> Int32? {
    let server = SyncServer()
    let hub = FrameHub()
    let driver = try replayed.driver(in: server, on: hub, playing)
    let follower = hub.fill(frames)
    let transport = InMemoryTransport(
      server: server,
      address: replayed.path,
      interval: DashboardLoop.frame
    )
    let signal = await show(
      transport,
      hearing: frames,
      playing: driver,
      on: stage,
      in: surroundings
    )
    withExtendedLifetime(follower) {}
    server.shutDown()
    return signal
  }

  /// Opens a town of its own that others can join too, and shows it.
  private func showEmbedded(
    hearing frames: FrameInbox,
    on stage: TerminalSession,
    in surroundings: Surroundings
  ) async throws -> Int32? {
    let server = try await SharedStateServer.start(orNextFree: true)
    let residents = Task {
      await SimulatedUsers.live(in: server, seed: .random(in: 0 ... .max))
    }
    let transport = InMemoryTransport(
      server: server.endpoint,
      address: server.address,
      interval: DashboardLoop.frame
    )
    let follower = server.frames.fill(frames)
    let signal = await show(
      transport,
      hearing: frames,
      isEmbedded: true,
      reports: server.reports,
      on: stage,
      in: surroundings
    )
    withExtendedLifetime(follower) {}
    residents.cancel()
    await server.close()
    return signal
  }

  /// Shows a town until the person leaves, gives the terminal back and leaves the town.
  ///
  /// Who takes the tour meanwhile finds the dashboard as they left it.
  private func show(
    _ transport: any StateTransport,
    hearing frames: FrameInbox,
    isEmbedded: Bool = false,
    reports: AsyncStream<String>? = nil,
    playing driver: ReplayDriver? = nil,
    on stage: TerminalSession,
    in surroundings: Surroundings
  ) async -> Int32? {
    let address = isEmbedded ? nil : transport.address
    let memory = MemoryFile(variables: surroundings.variables, address: address)
    let town = SyncClient(transport: transport)
    var options = stage.dashboardOptions(for: town)
    options.readOnly = readOnly || driver != nil
    options.asksForAuthors = true
    var dashboard = stage.dashboard(
      options,
      in: town,
      hearing: frames,
      memory: memory,
      replay: driver
    )
    let reporting = reports.map { [tell = dashboard.tell] reports in
      Task { for await words in reports { tell(words) } }
    }
    let playing = driver.map { [tell = dashboard.tell, show = dashboard.showReplay] driver in
      Task { await driver.run(tell, show: show) }
    }
    defer {
      reporting?.cancel()
      playing?.cancel()
    }
    while true {
      if case .left(let signal) = await dashboard.run() {
        stage.close()
        await tellRecordings(of: dashboard, in: surroundings)
        surroundings.endSoon(signal)
        await town.stop()
        return signal
      }
      let tour = await giveTour(isEmbedded ? nil : transport, on: stage, in: surroundings)
      guard let signal = tour.signal else {
        tour.trouble.map(dashboard.tell)
        continue
      }
      await dashboard.endOwnCommands()
      stage.close()
      if let trouble = tour.trouble { surroundings.note(Program.safe(trouble)) }
      await tellRecordings(of: dashboard, in: surroundings)
      surroundings.endSoon(signal)
      await town.stop()
      return signal
    }
  }

  /// Ends what is recorded in good order, and names the files where the shell shows them.
  private func tellRecordings(of dashboard: DashboardLoop, in surroundings: Surroundings) async {
    // A disk that does not answer keeps nobody; what was recorded a second ago is there in any case.
    await wait(atMost: .seconds(10)) {
      for words in await dashboard.finishRecording() { surroundings.note(Program.safe(words)) }
    }
  }

  /// Gives the tour on a street of a town, or in a town of its own where there is none, or nothing may be written.
  private func giveTour(
    _ transport: (any StateTransport)?,
    on stage: TerminalSession,
    in surroundings: Surroundings
  ) async -> TourSession.End {
    do {
      guard let transport, !readOnly else {
        return try await TourSession(in: surroundings).run(in: .offline, on: stage, surroundings)
      }
      let house = try await TourVerb.classHouse(in: transport, patience: .seconds(3), surroundings)
      return try await TourSession(of: house, in: surroundings)
        .run(in: .street(transport), on: stage, surroundings)
    } catch {
      return TourSession.End(trouble: "there can be no tour now: \(error)")
    }
  }
}
