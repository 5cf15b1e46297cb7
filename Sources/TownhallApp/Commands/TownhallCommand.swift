import ArgumentParser

struct TownhallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "townhall",
    abstract:
      "A dashboard over the shared state of a NanoVer session, and a command for each thing it does.",
    usage: """
      townhall [ADDRESS | --discover] [--read-only] [--linear] [--config FILE] [--theme NAME] [--ascii] [--no-color] [--no-mouse] [--ca-file FILE] [--log FILE]
      townhall VERB …
      """,
    discussion: """
      Without an address, townhall opens its dashboard on a town of its own, which others can join at the address \
      that it shows. With one, it opens on that town.

      EXAMPLES
        townhall
        townhall ws://lab-3:38801
        townhall --discover
        townhall get selection.root --town ws://lab-3:38801

      Values go to standard output, everything else to standard error. Exit codes: 0 done; 1 no such house, or \
      the condition did not come; 2 bad usage or value; 3 no town there, or it was lost; 4 the town refused.
      """,
    version: "townhall \(Version.current)",
    groupedSubcommands: [
      CommandGroup(
        name: "Screen",
        subcommands: [ShowDashboard.self, TourVerb.self, ShowSettings.self]
      ),
      CommandGroup(
        name: "Look",
        subcommands: [Keys.self, Get.self, Watch.self, Wait.self, Inspect.self]
      ),
      CommandGroup(
        name: "Change",
        subcommands: [SetValue.self, Update.self, Add.self, Remove.self, Clear.self]
      ),
      CommandGroup(
        name: "Act",
        subcommands: [ListCommands.self, RunCommand.self, HoldLock.self]
      ),
      CommandGroup(
        name: "Whole towns",
        subcommands: [Serve.self, ShowClass.self, Discover.self, Dump.self, Load.self]
      ),
    ],
    defaultSubcommand: ShowDashboard.self
  )
}

enum Version {
  static let current = "0.1.0"
}
