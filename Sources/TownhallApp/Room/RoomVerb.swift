import ArgumentParser
import ConcurrencySupport
import SharedState
import StateEditing
import StateInspection
import TextScreen
import TownhallKit
import Trajectory
import Wording

/// Runs a room: what the organiser's panel of the dashboard does, from a shell.
struct RunRoom: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "room",
    abstract: "Run a room: who is here, what headsets are asked to do, the simulation, set-ups.",
    discussion: """
      Without more it tells who is here and what is asked of the headsets. Freezing, muting and evicting somebody are \
      verbs of their own (townhall help freeze), and so is running any other command of a town (townhall help run).

      EXAMPLES
        townhall room
        townhall room set pass-through 0.5
        townhall room pause
        townhall room save monday
        townhall room apply monday --only selections
      """,
    subcommands: [
      ShowRoom.self, SetControl.self, PlaySimulation.self, PauseSimulation.self,
      ResetSimulation.self, LoadSimulation.self, NotifyRoom.self, SweepRoom.self, SaveRoom.self,
      ApplyRoom.self, ListRooms.self, ForgetRoom.self,
    ],
    defaultSubcommand: ShowRoom.self
  )
}

struct ShowRoom: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Tell who is here, and what is asked of the headsets."
  )

  @Flag(
    help: #"Print one line of JSON: {"people": [{"id","name","device","rtt"}], "controls": {…}}."#
  )
  var json = false

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    let state = try await town.join(in: surroundings) { town in
      self.town.tellTown(town, in: surroundings)
      return town.endpoint.state
    }
    let people = RoomPerson.all(in: state)
    guard !json else {
      let controls = RoomControl.all.compactMap { control in
        state[control.key].map { (control.name, $0) }
      }
      let room: StateObject = [
        "people": .array(people.map(\.value)), "controls": .object(StateObject(controls)),
      ]
      return try surroundings.print(StateValue.object(room).text)
    }
    for person in people { try surroundings.print(Program.safe(person.line)) }
    if people.isEmpty { surroundings.note("nobody is here") }
    for control in RoomControl.all {
      let words = TextWidth.safe(control.words(state[control.key]))
      try surroundings.print("\(TextWidth.pad(control.name, to: 18)) \(words)")
    }
  }
}

extension RoomPerson {
  fileprivate var value: StateValue {
    var value: StateObject = ["id": .string(id), "device": .string(device.rawValue)]
    value["name"] = name.map { .string($0) }
    value["rtt"] = roundTrip.map { .double($0) }
    return .object(value)
  }

  fileprivate var line: String {
    let words = [name ?? id, device.rawValue, roundTrip.map { "\(Int($0.rounded())) ms" }]
    return (words.compactMap(\.self) + (name == nil ? [] : [id])).joined(separator: "  ")
  }
}

struct SetControl: Verb {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Ask something of all headsets.",
    discussion: """
      \(RoomControl.all.map { "\($0.name): \($0.summary) (\($0.wanted))" }.joined(separator: "\n"))

      The value none takes the suggestion away.

      EXAMPLES
        townhall room set box-locked yes
        townhall room set interaction-type spring
        townhall room set pass-through none
      """
  )

  @Argument(help: "What is asked.")
  var control: String

  @Argument(help: "The value.")
  var value: String

  @OptionGroup var town: WritingOptions

  func run(in surroundings: Surroundings) async throws {
    guard let control = RoomControl.named(control) else {
      let names = RoomControl.all.map(\.name).joined(separator: ", ")
      throw Failure(.badUsage, "\(Program.safe(self.control)) is none of \(names)")
    }
    let value: StateValue?
    do throws(RoomControl.Flaw) {
      value = try control.value(of: self.value)
    } catch {
      throw Failure(.badUsage, error.description)
    }
    try await town.join(for: .keys(control.key), in: surroundings) { town in
      let seen = town.snapshot()[control.key]
      guard seen != value else { return }
      let request = EditRequest(value == nil ? .remove : .set, control.key, from: seen, to: value)
      try await town.carryOut(request)
    }
  }
}

/// What runs a command of the simulation.
protocol SimulationVerb: Verb {
  static var command: String { get }
  var town: PatientServerOptions { get }
}

extension SimulationVerb {
  func run(in surroundings: Surroundings) async throws {
    try await town.join(for: .keys([String]()), in: surroundings) { town in
      self.town.tellTown(town, in: surroundings)
      _ = try await town.run(Self.command)
    }
  }
}

struct PlaySimulation: SimulationVerb {
  static let configuration = CommandConfiguration(
    commandName: "play",
    abstract: "Let the simulation run."
  )
  static let command = "playback/play"
  @OptionGroup var town: PatientServerOptions
}

struct PauseSimulation: SimulationVerb {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Have the simulation stand still."
  )
  static let command = "playback/pause"
  @OptionGroup var town: PatientServerOptions
}

struct ResetSimulation: SimulationVerb {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Begin the simulation again."
  )
  static let command = "playback/reset"
  @OptionGroup var town: PatientServerOptions
}

struct LoadSimulation: Verb {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load another simulation; without a name, list those that there are.",
    discussion: """
      A load takes all selections away. With --keep what the room was set up with is put back once the molecule has \
      come, selections by the query that they were made by, if there is one.

      EXAMPLES
        townhall room load
        townhall room load 17-ala
        townhall room load 1 --keep
      """
  )

  @Argument(help: "The simulation's name, or its number counted from 0.")
  var simulation: String?

  @Flag(help: "Put the selections, visualisers, scene and suggestions back afterwards.")
  var keep = false

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    let inbox = FrameInbox()
    try await town.join(for: .wholeTown.writing, hearing: inbox, in: surroundings) { town in
      self.town.tellTown(town, in: surroundings)
      let answer = try await town.run("playback/list")
      let names = answer["simulations"]?.array?.map { $0.string ?? "" } ?? []
      guard let simulation else {
        for (index, name) in names.enumerated() {
          try surroundings.print("\(index)  \(TextWidth.safe(name))")
        }
        return
      }
      let number = Int(simulation) ?? names.firstIndex(of: simulation)
      guard let number, names.indices.contains(number) else {
        throw Failure(.absent, "no simulation is called \(Program.safe(simulation))")
      }
      let before = RoomSetup(of: town.endpoint.state)
      let old = try await town.simulation(heardBy: inbox)
      _ = try await town.run("playback/load", arguments: ["index": .int(Int64(number))])
      guard keep else { return }
      try await putBack(before, in: town, after: old, hearing: inbox, in: surroundings)
    }
  }

  /// Waits for the molecule that was loaded, and puts back what stood in the room.
  private func putBack(
    _ setup: RoomSetup,
    in town: SharedStateClient,
    after old: Simulation,
    hearing inbox: FrameInbox,
    in surroundings: Surroundings
  ) async throws {
    let isSame = old.facts.name == town.endpoint.state["simulation.name"]?.string
    let simulation = try await town.untilLost {
      try await within(isSame ? .seconds(1) : self.town.timeout.duration) {
        try await inbox.simulation(after: old) {
          $0.version != old.version && $0.molecule != nil
        }
      }
    }
    var setup = setup
    if let simulation = simulation ?? (isSame ? old : nil) {
      setup.selections = simulation.chosenAnew(setup.selections, in: town.endpoint.state)
    } else {
      setup.selections = setup.selections.filter {
        (try? ParticleSelection(stateValue: $0.value))?.query == nil
      }
      surroundings.note(
        "the molecule has not come in time: selections that were made by a query are left out"
      )
    }
    let entries = setup.entries(on: town.endpoint.state)
    guard !entries.isEmpty else { return }
    try await town.sharedState.carryOut(
      EditRequest(id: EditID(0), verb: .set, entries: entries, merges: true)
    )
  }
}

struct NotifyRoom: Verb {
  static let configuration = CommandConfiguration(
    commandName: "notify",
    abstract: "Show a message to everybody whose program takes one.",
    discussion: """
      Headsets and web clients offer a command for it. Prints how many were told; exits with 1 if nobody takes messages.

      EXAMPLES
        townhall room notify 'five minutes left'
      """
  )

  @Argument(help: "The message.")
  var message: String

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    try await town.join(for: .keys([String]()), in: surroundings) { town in
      self.town.tellTown(town, in: surroundings)
      let names = try await town.commandDescriptions().map(\.name).filter(RoomPerson.isNotice)
      // All at once: who does not answer keeps nobody waiting.
      let told = await withTaskGroup(of: Bool.self) { group in
        for name in names { group.addTask { await tell(name, in: town, surroundings) } }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      guard !names.isEmpty else {
        throw Failure(.absent, "nobody here takes messages: no command ends in /notify")
      }
      try surroundings.print("\(told) of \(names.count)")
      guard told > 0 else { throw Failure(.refused, "nobody was told") }
    }
  }
}

extension NotifyRoom {
  /// Says whether one has been told.
  private func tell(
    _ name: String,
    in town: SharedStateClient,
    _ surroundings: Surroundings
  ) async -> Bool {
    do {
      _ = try await town.run(name, arguments: ["message": .string(message)])
      return true
    } catch {
      surroundings.note(Program.safe("\(name): \(error)"))
      return false
    }
  }
}

struct SweepRoom: Verb {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Clear away the avatars, hands and counters of people who are gone.",
    discussion: """
      A server of townhall's tells its owners who is connected, and everybody else is gone. Of any other server \
      everybody is taken for gone of whom nothing has changed within --silent seconds: a headset that is worn writes \
      many times in each. What people have made, such as selections, stays.

      Prints the keys that were removed. Exits with 1 if nobody was gone.

      EXAMPLES
        townhall room sweep --dry-run
        townhall room sweep --silent 20
      """
  )

  @Option(help: ArgumentHelp("Who has written nothing for so long is gone.", valueName: "seconds"))
  var silent = Seconds(10)

  @OptionGroup var town: WritingOptions

  func run(in surroundings: Surroundings) async throws {
    try await town.server.join(for: .wholeTown.writing, in: surroundings) { client in
      town.server.tellTown(client, in: surroundings)
      let gone = try await gone(in: client)
      guard !gone.isEmpty else { throw Failure(.absent, "everybody whose body is here is here") }
      let keys = gone.flatMap(\.keys)
      let state = client.endpoint.state
      if !town.dryRun {
        let entries = keys.map { EditRequest.Entry(key: $0, base: state[$0], mine: nil) }
        try await client.sharedState.carryOut(
          EditRequest(id: EditID(0), verb: .remove, entries: entries)
        )
      }
      try surroundings.write(keys.map { Keys.line($0) + "\n" }.joined())
    }
  }

  /// Who is gone, and what is left of them.
  private func gone(in client: SharedStateClient) async throws -> [LeftBehind] {
    // Everybody has some time to stir, also those whom a server does not know by the ids that they write under.
    let heard = Locked<Set<StateKey>>([])
    let changes = client.sharedState.changes()
    let listening = Task {
      for await change in changes {
        guard let entry = change.newEntry,
          let id = LeftBehind.person(of: change.key, entry)
        else { continue }
        heard.withLock { _ = $0.insert(StateKey(id)) }
      }
    }
    defer { listening.cancel() }
    try await client.untilLost { [silent] in try await Task.sleep(for: silent.duration) }
    let here = heard.withLock { $0 }.union(try await connected(to: client))
    return LeftBehind.all(in: client.endpoint.state).filter { !here.contains(StateKey($0.id)) }
  }

  /// The ids of those who are connected, as far as the server tells.
  private func connected(to client: SharedStateClient) async throws -> Set<StateKey> {
    guard (client.role ?? .owner) == .owner else { return [] }
    do {
      let answer = try await client.run(OwnersCommand.who.name)
      let users = (answer["connections"]?.array ?? []).compactMap { $0["user"]?.string }
      return Set(users.map { StateKey($0) })
    } catch let failure as CommandFailure where failure.kind == .unknownCommand {
      return []
    }
  }
}

struct SaveRoom: Verb {
  static let configuration = CommandConfiguration(
    commandName: "save",
    abstract: "Save how a room is set up: scene, selections, visualisers, suggestions.",
    discussion: """
      Prints the file. One that has the same name is replaced.

      EXAMPLES
        townhall room save monday
      """
  )

  @Argument(help: "What the set-up is to be called.")
  var name: String

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    let folder = try RoomSetupFolder(surroundings.variables)
    let setup = try await town.join(in: surroundings) { town in
      self.town.tellTown(town, in: surroundings)
      return RoomSetup(of: town.endpoint.state)
    }
    try surroundings.print(Program.safe(try folder.save(setup, as: name)))
    surroundings.note("\(setup.phrase)")
  }
}

struct ApplyRoom: Verb {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Set a room up as it was saved.",
    discussion: """
      All of it is one change, which is put on the town field by field: what somebody else changes at that moment in the same \
      place is not lost, then nothing is written. Selections that were made by a query get the atoms that it means in the \
      molecule that is there now.

      EXAMPLES
        townhall room apply monday
        townhall room apply monday --only selections --only scene --town ws://lab-4
        townhall room apply lab-3.json --exactly --dry-run
      """
  )

  @Argument(
    help: ArgumentHelp("The set-up's name, or a file.", valueName: "set-up"),
    completion: .file()
  )
  var name: String

  @Option(
    help: ArgumentHelp(
      "Only this: scene, selections, visualisers or suggestions; may be given again.",
      valueName: "part"
    ),
    transform: Self.part
  )
  var only: [RoomSetup.Part] = []

  @Flag(help: "Take away what the set-up does not have.")
  var exactly = false

  @OptionGroup var town: WritingOptions

  private static func part(_ name: String) throws -> RoomSetup.Part {
    if let part = RoomSetup.Part(rawValue: name) { return part }
    let all = RoomSetup.Part.allCases.map(\.rawValue).joined(separator: ", ")
    throw Failure(.badUsage, "\(Program.safe(name)) is none of \(all)")
  }

  func run(in surroundings: Surroundings) async throws {
    var setup = try RoomSetupFolder(surroundings.variables).read(name, orFile: true)
    let inbox = FrameInbox()
    let count = try await town.server.join(
      for: .wholeTown.writing,
      hearing: inbox,
      in: surroundings
    ) { client in
      town.server.tellTown(client, in: surroundings)
      let simulation = try await client.simulation(heardBy: inbox)
      return try await town.carry(
        out: { town in
          let state = town.snapshot()
          setup.selections = simulation.chosenAnew(setup.selections, in: state)
          let parts = only.isEmpty ? RoomSetup.Part.allCases : only
          let entries = setup.entries(on: state, parts: parts, exactly: exactly)
          guard !entries.isEmpty else { return 0 }
          try await town.carryOut(
            EditRequest(id: EditID(0), verb: .set, entries: entries, merges: true)
          )
          return entries.count
        },
        in: client,
        surroundings
      )
    }
    guard count > 0 else {
      return surroundings.note("the room is as in \(Program.safe(name)) already")
    }
    let verb = town.dryRun ? "would be" : count == 1 ? "is" : "are"
    surroundings.note("\(Counted.houses(count)) \(verb) as in \(Program.safe(name))")
  }
}

extension SharedStateClient {
  /// What is simulated, if anything is: a town that simulates sends it at once.
  fileprivate func simulation(heardBy inbox: FrameInbox) async throws -> Simulation {
    try await untilLost {
      try await within(.milliseconds(500)) {
        try await inbox.simulation { $0.molecule != nil }
      }
    } ?? Simulation()
  }
}

extension RoomSetup {
  /// What is in it, for a person: `2 selections, 1 visualiser, the scene`.
  var phrase: String {
    let counts = Part.allCases.map { (part: $0, count: count(of: $0)) }.filter { $0.count > 0 }
    guard !counts.isEmpty else { return "nothing is set up there" }
    return counts.map { part, count in
      part == .scene ? "the scene" : Phrases.count(count, String(part.rawValue.dropLast()))
    }
    .joined(separator: ", ")
  }
}

struct ListRooms: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the set-ups that are saved."
  )

  func run(in surroundings: Surroundings) async throws {
    for name in try RoomSetupFolder(surroundings.variables).names() {
      try surroundings.print(Program.safe(name))
    }
  }
}

struct ForgetRoom: Verb {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Let go of a set-up that is saved."
  )

  @Argument(help: ArgumentHelp("Its name.", valueName: "set-up"))
  var name: String

  func run(in surroundings: Surroundings) async throws {
    try RoomSetupFolder(surroundings.variables).forget(name)
  }
}
