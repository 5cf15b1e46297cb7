import CursesTerminal
import Dashboard
import StateSync
import TextScreen
import Trajectory

/// Where dashboards play, one after the other: a terminal or a stream of lines, and what all of them share.
struct TerminalSession: Sendable {
  private(set) var screen: any DashboardScreen
  /// The terminal, if the stage is a whole one.
  let terminal: CursesTerminal?
  let log: EventLog
  /// The settings as they were when the stage was opened.
  let settings: Settings

  /// Through what others see it, if they do.
  private(set) var share: ScreenShare?
  private let options: ScreenOptions
  private let surroundings: Surroundings
  private let giveBack: @Sendable () -> Void

  /// Takes the terminal: with a screen, or line by line.
  static func open(_ options: ScreenOptions, in surroundings: Surroundings) throws
    -> TerminalSession
  {
    let settings = try options.settings(in: surroundings)
    if options.present, settings.linear {
      throw Failure(.badUsage, "--present is a screen to look at, and --linear has none")
    }
    let log = try EventLog(path: settings.log)
    let make = {
      TerminalSession(
        screen: RelayScreen($0),
        terminal: $1,
        log: log,
        settings: settings,
        options: options,
        surroundings: surroundings,
        giveBack: $2
      )
    }
    guard settings.linear else {
      let terminal = try openTerminal(settings)
      return make(terminal, terminal) { terminal.close() }
    }
    let print: @Sendable (String) -> Void = { try? surroundings.print($0) }
    guard surroundings.isInteractive else {
      return make(LinearScreen(keys: KeyLines(), print: print), nil) {}
    }
    let keys = try LineTerminal.open(escapeDelay: .milliseconds(settings.escapeDelay))
    return make(LinearScreen(keys: keys, print: print), nil) { keys.close() }
  }

  private static func openTerminal(_ settings: Settings) throws -> CursesTerminal {
    var options = TerminalOptions()
    (options.ascii, options.noColour) = (settings.ascii, !settings.colour)
    (options.mouse, options.theme) = (settings.mouse, settings.theme)
    options.synchronized = settings.synchronized
    options.escapeDelay = .milliseconds(settings.escapeDelay)
    do {
      return try CursesTerminal.open(options)
    } catch let error as TerminalError {
      throw Failure(.badUsage, error.description)
    }
  }

  var ascii: Bool { terminal.map { !$0.unicode } ?? settings.ascii }

  /// Gives the terminal back; a second call does nothing.
  func close() { giveBack() }

  /// Lets others see what is shown from now on.
  mutating func share(on share: ScreenShare) {
    screen = SharingScreen(screen: screen, share: share)
    self.share = share
  }

  /// The usual choices for a dashboard that plays here.
  func dashboardOptions(for town: SyncClient) -> DashboardOptions {
    DashboardOptions(
      address: town.address,
      presents: options.present,
      ascii: ascii,
      reportsMouse: settings.mouse,
      settings: settings.dashboard,
      userID: town.userID,
      sharing: share?.command ?? []
    )
  }

  /// A dashboard on a town, which plays here once it is run.
  func dashboard(
    _ options: DashboardOptions,
    in town: SyncClient,
    hearing frames: FrameInbox? = nil,
    memory: MemoryFile? = nil,
    tour: TourErrands? = nil,
    replay: ReplayDriver? = nil,
    greeting: String? = nil
  ) -> DashboardLoop {
    DashboardLoop(
      options,
      on: screen,
      in: town,
      hearing: frames,
      editor: ExternalEditor(variables: surroundings.variables),
      log: log,
      memory: memory,
      rooms: try? RoomSetupFolder(surroundings.variables),
      tour: tour,
      replay: replay,
      greeting: greeting,
      rereadSettings: { try rereadSettings() }
    )
  }

  private func rereadSettings() throws -> DashboardSettings {
    let fresh = try options.settings(in: surroundings)
    terminal?.setTheme(fresh.theme)
    return fresh.dashboard
  }
}
