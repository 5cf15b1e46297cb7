import ArgumentParser
import Dashboard
import SharedState

/// `townhall doctor`: what this terminal, locale and network can and cannot do, and what mends it.
struct DoctorVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Tell what this terminal, locale and network can and cannot do, each with the fix.",
    discussion: """
      A line for each check: ok, note (it works, and less well than it could) or bad, what was looked at, what was \
      found, and under what is not ok the fix, as a command where there is one. With an address, or where TOWNHALL_TOWN \
      names one, that town is looked for, reached, joined and left too; nothing else is sent beyond this machine. \
      Tokens are never printed.

      With --json each line is {"check","verdict","found","fix"}; the fix is null where nothing is to be mended.

      Ends within five seconds, with 0 if nothing is bad, else with 1.

      EXAMPLES
        townhall doctor
        townhall doctor ws://lab-3:38801
        townhall doctor --json
      """
  )

  @Argument(help: "The address of a town to look at too, or the path of a recording.")
  var address: String?

  @Flag(help: "Print JSON lines.")
  var json = false

  @OptionGroup var settingsSource: SettingsOptions

  @OptionGroup var trust: CertificateOptions

  func run(in surroundings: Surroundings) async throws {
    let variables = surroundings.variables
    if let address { try surroundings.checkShowsNoToken(address) }
    var facts = DoctorFacts.ofScreen(settings(in: surroundings), in: surroundings)
    // Asked before anything else is under way, so that the answers are not waited for in vain.
    facts.terminal = surroundings.lookAtTerminal(variables, true).0
    let named = address ?? variables[Surroundings.town].flatMap { $0.isEmpty ? nil : $0 }
    async let tmux = DoctorFacts.askTmux(variables)
    async let network = DoctorFacts.lookAtNetwork(surroundings.listening)
    async let town = look(at: named, in: surroundings)
    (facts.tmux, facts.network, facts.town) = await (tmux, network, town)
    let diagnosis = Diagnosis(facts)
    let columns = facts.terminal.isOutput ? facts.terminal.size?.columns : nil
    let lines =
      json ? diagnosis.findings.map(\.value.text) : diagnosis.lines(columns: columns)
    for line in lines {
      try surroundings.print(line)
    }
    guard diagnosis.isSound else { throw ExitCode(ExitStatus.absent.rawValue) }
  }

  private func look(at named: String?, in surroundings: Surroundings) async -> TownFacts? {
    guard let named else { return nil }
    return await TownFacts.look(at: named, trusting: trust.caFile, in: surroundings)
  }

  private func settings(in surroundings: Surroundings) -> DoctorFacts.Settings {
    DoctorFacts.Settings(settingsSource, in: surroundings)
  }
}

extension DoctorFacts.Settings {
  /// Reads the settings file; one that was named and is not there is a problem like any other.
  init(_ source: SettingsOptions, in surroundings: Surroundings) {
    let file = source.file(in: surroundings)
    do {
      let settings = try file.read()
      let problems = settings.dashboard.problems.map(\.description)
      self.init(path: file.path, isThere: settings.isThere, problems: problems)
    } catch {
      self.init(path: file.path, isThere: false, problems: [String(describing: error)])
    }
  }
}
