import ArgumentParser
import Wording

struct TownhallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "townhall",
    abstract:
      "A dashboard over the shared state of a NanoVer session, and a command for each thing it does.",
    usage: """
      townhall [ADDRESS | --demo | --discover] [--read-only] [--linear] [--config FILE] [--theme NAME] [--ascii] [--no-color] [--no-mouse] [--ca-file FILE] [--log FILE]
      townhall VERB …
      """,
    discussion: """
      Without an address, townhall opens its dashboard on the town that TOWNHALL_TOWN names, or else lets you choose: \
      a town of last time or of the network, one to try out, a recording, the tour. 'townhall --demo' opens the town to \
      try out at once, which programs on this machine can join at the address that it shows; 'townhall serve' opens one \
      without a screen, and to the network if it is told to. 'townhall doctor' tells what is wrong with a terminal.

      EXAMPLES
        townhall
        townhall --demo
        townhall ws://lab-3:38801
        townhall --discover
        townhall get selection.root --town ws://lab-3:38801

      Values go to standard output, everything else to standard error. Exit codes: 0 done; 1 no such house, or \
      the condition did not come; 2 bad usage or value; 3 no town there, or it was lost; 4 the town refused.

      'townhall help keys' lists the keys of the dashboard, and 'townhall completion SHELL' has bash, zsh or fish \
      complete verbs, options and what the town holds.
      """,
    version: "townhall \(Version.current)",
    groupedSubcommands: [
      CommandGroup(
        name: "Screen",
        subcommands: [
          ShowDashboard.self, ViewScreen.self, TourVerb.self, ShowSettings.self, DoctorVerb.self,
          PrintCompletion.self, CompleteCall.self, HelpKeys.self,
        ]
      ),
      CommandGroup(
        name: "Look",
        subcommands: [Keys.self, Get.self, Watch.self, Wait.self, Inspect.self, Atoms.self]
      ),
      CommandGroup(
        name: "Change",
        subcommands: [
          SetValue.self, Update.self, Add.self, Remove.self, Clear.self, Select.self,
        ]
      ),
      CommandGroup(
        name: "Act",
        subcommands: [ListCommands.self, RunCommand.self, HoldLock.self]
      ),
      CommandGroup(
        name: "Keep",
        subcommands: [
          RecordSession.self, MarkMoment.self, CompareStates.self, RestoreState.self,
          ShowHistory.self, FilterRecording.self, ExportRecording.self, RepairRecording.self,
        ]
      ),
      CommandGroup(
        name: "A town's owner",
        subcommands: [
          RunRoom.self, Tokens.self, ShowStatus.self, ShowWho.self, Evict.self, Freeze.self,
          Mute.self, Release.self,
        ]
      ),
      CommandGroup(
        name: "For programs",
        subcommands: [ServeContext.self, Repl.self]
      ),
      CommandGroup(
        name: "Whole towns",
        subcommands: [Serve.self, ShowClass.self, Discover.self, Dump.self, Load.self]
      ),
    ],
    defaultSubcommand: ShowDashboard.self
  )
}

extension TownhallCommand {
  /// The names of all verbs, in the order in which the help lists them.
  ///
  /// Each says its own: to make them out of the types' names took an eighth of a whole `get`, since all of them are asked.
  private static func verbs(withHidden: Bool) -> [String] {
    configuration.groupedSubcommands.flatMap(\.subcommands)
      .filter { withHidden || $0.configuration.shouldDisplay }.map { $0.name } + ["help"]
  }

  /// The call that is meant by one that ArgumentParser would answer itself.
  ///
  /// Its `help` takes the names of verbs alone, and its scripts for completion know nothing of a town.
  static func call(meantBy arguments: [String]) -> [String] {
    if arguments.starts(with: ["help", "keys"]) {
      return [HelpKeys.name] + arguments.dropFirst(2)
    }
    let option = "--generate-completion-script"
    guard let first = arguments.first, first == option || first.hasPrefix(option + "=") else {
      return arguments
    }
    let shell = first == option ? [] : [String(first.dropFirst(option.count + 1))]
    return [PrintCompletion.name] + shell + arguments.dropFirst()
  }

  /// Refuses a lone word in front that is neither a verb nor an address: more likely a slip than a host.
  static func check(_ arguments: [String]) throws(Failure) {
    guard let word = arguments.first, !word.hasPrefix("-"), word != "localhost",
      !word.contains(where: { ":./".contains($0) }), !verbs(withHidden: true).contains(word)
    else { return }
    let near = verbs(withHidden: false).filter { $0.isNear(word.lowercased()) }
    let advice =
      near.isEmpty
      ? "(see 'townhall --help') nor an address such as ws://\(word)"
      : "nor an address such as ws://\(word); did you mean \(near.joined(separator: " or "))?"
    throw Failure(.badUsage, "\(word) is neither a verb \(advice)")
  }
}

enum Version {
  static let current = "0.1.0"
}
