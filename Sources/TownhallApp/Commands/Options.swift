import ArgumentParser
import SharedState
import StateEditing
import StateSync
import TownhallKit
import Trajectory

/// A length of time in seconds, as it is typed.
struct Seconds: ExpressibleByArgument, Sendable {
  let duration: Duration

  init(_ seconds: Double) { duration = .seconds(seconds) }

  init?(argument: String) {
    guard let seconds = Double(argument), seconds >= 0, seconds <= 1e9 else { return nil }
    self.init(seconds)
  }

  var defaultValueDescription: String { String(Int(duration.seconds)) }
}

/// A length of time as it is typed: `90s`, `10min`, `2h`, `30d`.
struct TimeSpan: ExpressibleByArgument, Equatable {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let (number, unit) = Quantity.read(argument) else { return nil }
    let units = ["s": 1.0, "min": 60, "m": 60, "h": 3600, "d": 86_400]
    guard let seconds = units[unit] else { return nil }
    duration = .seconds(number * seconds)
  }

  var defaultValueDescription: String { "\(Int(duration.seconds / 86_400))d" }
}

/// A number with a unit behind it.
enum Quantity {
  static func read(_ text: String) -> (number: Double, unit: String)? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number > 0, number < 1e9 else { return nil }
    return (number, text.dropFirst(digits.count).lowercased())
  }
}

/// What a verb is about, so that a town can be asked for no more than that.
struct Concern: Sendable {
  private var keys: [String]?
  private var prefixes: [String] = []
  private var writes = false
  /// Whether it is about what may come, so that a town's silence has to be told from nothing having happened.
  private(set) var waits = false

  static let wholeTown = Concern(keys: nil)

  static func keys(_ keys: String...) -> Concern { Concern(keys: keys) }

  static func keys(_ keys: [String]) -> Concern { Concern(keys: keys) }

  /// Keys that begin in one way, which are all of them if nothing is said of it.
  static func keys(withPrefix prefix: String) -> Concern {
    prefix.isEmpty ? .wholeTown : Concern(keys: [], prefixes: [prefix])
  }

  /// The same, and these too.
  func with(_ more: [String], prefixes others: [String]) -> Concern {
    guard let keys else { return self }
    var wider = self
    (wider.keys, wider.prefixes) = (keys + more, prefixes + others)
    return wider
  }

  /// The same, for who writes and waits until the town has told it.
  var writing: Concern {
    var writing = self
    writing.writes = true
    return writing
  }

  /// The same, for who waits for what comes.
  var waiting: Concern {
    var waiting = self
    waiting.waits = true
    return waiting
  }

  func wishes(of userID: String) -> SubscriptionWishes {
    // Who waits for an echo waits for each change, and for no beat.
    var wishes = SubscriptionWishes(interval: writes ? .zero : nil)
    if let keys { wishes.narrow(to: keys, prefixes: prefixes, as: writes ? userID : nil) }
    return wishes
  }
}

/// Which certificates are trusted, beside the system's.
struct CertificateOptions: ParsableArguments {
  @Option(file: "Trust the certificates in this PEM file (for wss and grpcs).")
  var caFile: String?

  /// Joins a town, does some work there and leaves in good order.
  ///
  /// - Parameters:
  ///   - address: The town's address.
  ///   - concern: What the work is about; a town that cannot be asked for that alone tells all it has.
  ///   - inbox: Where the frames of a simulation go; nil to hear none.
  ///   - patience: How long to look for the town.
  ///   - surroundings: The world outside.
  ///   - work: What to do there.
  /// - Returns: What the work comes to.
  /// - Throws: What the work throws, or why the town cannot be joined.
  func join<Result: Sendable>(
    _ address: String,
    for concern: Concern = .wholeTown,
    hearing inbox: FrameInbox? = nil,
    patience: Duration = .seconds(10),
    in surroundings: Surroundings,
    _ work: (SharedStateClient) async throws -> Result
  ) async throws -> Result {
    var address = try surroundings.address(address)
    let userID = SyncClient.randomUserID()
    if address.isRecording, concern.waits {
      throw Failure(
        .badUsage,
        "\(address) is one moment of a recording, in which nothing more happens"
      )
    }
    for flaw in try address.recordingFlaws() { surroundings.note("\(address): \(flaw)") }
    // Who stays there hears no frames.
    if inbox == nil, let client = try await surroundings.standing(address, patience) {
      return try await work(client)
    }
    address.wishes = concern.wishes(of: userID)
    address.frames = inbox
    address.isWatched = concern.waits
    let client = try await connect(to: address, as: userID, patience: patience, in: surroundings)
    do {
      let result = try await work(client)
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }

  /// Joins a town, for whoever leaves it again.
  func connect(
    to address: ServerAddress,
    as userID: String,
    patience: Duration,
    in surroundings: Surroundings
  ) async throws -> SharedStateClient {
    try await surroundings.acquainted(with: address, trusting: caFile) {
      try await SharedStateClient.connect(
        through: surroundings.way(to: $0, trusting: caFile),
        as: userID,
        patience: patience,
        trouble: { reason in
          if surroundings.isWatched { surroundings.note("\(reason); trying again, ^C gives up") }
        }
      )
    }
  }
}

/// Which town a verb works on.
struct ServerOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The town's address, such as ws://lab-3:38801. Without it TOWNHALL_TOWN counts, and without that ws://127.0.0.1:38801.",
      valueName: "address"
    )
  )
  var town: String?

  @Option(
    help: ArgumentHelp(
      "Of a recording: which moment is meant, as FILE@MOMENT says it too, in seconds or by the text of a mark.",
      valueName: "moment"
    )
  )
  var at: String?

  @OptionGroup var trust: CertificateOptions

  private func named(in surroundings: Surroundings) -> String? {
    let named = town ?? surroundings.variables[Surroundings.town]
    return at.map { "\(named ?? ServerAddress.nearby)@\($0)" } ?? named
  }

  func validate() throws {
    guard at != nil, let town else { return }
    guard let place = try? RecordedPlace(town), place.moment == .end else {
      throw ValidationError("--at is a moment of a recording, as which \(town) is not named")
    }
  }

  /// The address, as it was written.
  func text(in surroundings: Surroundings) -> String {
    named(in: surroundings) ?? ServerAddress.nearby
  }

  /// Which recording it is, if it is one.
  func recordedPlace(in surroundings: Surroundings) throws -> RecordedPlace? {
    do {
      return try RecordedPlace(text(in: surroundings))
    } catch {
      throw Failure(.badUsage, error.description)
    }
  }

  /// Whether somebody has said which town it is.
  func isNamed(in surroundings: Surroundings) -> Bool { named(in: surroundings) != nil }

  /// Joins the town, does some work there and leaves in good order; see ``CertificateOptions/join(_:for:hearing:patience:in:_:)``.
  func join<Result: Sendable>(
    for concern: Concern = .wholeTown,
    hearing inbox: FrameInbox? = nil,
    patience: Duration = .seconds(10),
    in surroundings: Surroundings,
    _ work: (SharedStateClient) async throws -> Result
  ) async throws -> Result {
    try await trust.join(
      text(in: surroundings),
      for: concern,
      hearing: inbox,
      patience: patience,
      in: surroundings,
      work
    )
  }
}

/// Which town a verb works on, and how long it looks for it.
struct PatientServerOptions: ParsableArguments {
  @OptionGroup var server: ServerOptions

  @Option(help: ArgumentHelp("How long to look for the town.", valueName: "seconds"))
  var timeout = Seconds(10)

  func join<Result: Sendable>(
    for concern: Concern = .wholeTown,
    hearing inbox: FrameInbox? = nil,
    in surroundings: Surroundings,
    _ work: (SharedStateClient) async throws -> Result
  ) async throws -> Result {
    try await server.join(
      for: concern,
      hearing: inbox,
      patience: timeout.duration,
      in: surroundings,
      work
    )
  }

  /// Says which town is written to, if nobody has named it.
  func tellTown(_ town: SharedStateClient, in surroundings: Surroundings) {
    guard !server.isNamed(in: surroundings) else { return }
    surroundings.note("the town is \(town.address), since none was named")
  }
}

/// Which town a verb writes to, and whether it does.
struct WritingOptions: ParsableArguments {
  @OptionGroup var server: PatientServerOptions

  @Flag(help: "Print the changes that would be made, as watch prints them, and make none.")
  var dryRun = false

  /// The address of the town, in full.
  func address(in surroundings: Surroundings) throws -> String {
    try surroundings.address(server.server.text(in: surroundings)).description
  }

  /// Joins the town, does some work there, or on a copy of it, and leaves in good order.
  ///
  /// A town that nobody has named is told, for it may not be the one that was meant.
  func join<Result: Sendable>(
    for concern: Concern = .wholeTown,
    in surroundings: Surroundings,
    _ work: (SharedStateView) async throws -> Result
  ) async throws -> Result {
    try await server.join(for: concern.writing, in: surroundings) { client in
      try await carry(out: work, in: client, surroundings)
    }
  }

  /// Joins the town, listens until it is known what is simulated there, and does some work with that.
  func joinSimulation<Result: Sendable>(
    in surroundings: Surroundings,
    _ work: (Simulation, SharedStateView) async throws -> Result
  ) async throws -> Result {
    try await server.joinSimulation(for: .wholeTown.writing, in: surroundings) {
      simulation,
      client in
      try await carry(out: { try await work(simulation, $0) }, in: client, surroundings)
    }
  }

  /// Does some work in the town, or on a copy of it of which the changes are printed.
  func carry<Result: Sendable>(
    out work: (SharedStateView) async throws -> Result,
    in client: SharedStateClient,
    _ surroundings: Surroundings
  ) async throws -> Result {
    server.tellTown(client, in: surroundings)
    guard dryRun else { return try await work(client.sharedState) }
    let copy = LocalStateEndpoint(client.endpoint.state)
    var (printer, limit) = (ChangePrinter(prefix: "", told: copy.state), Int.max)
    let result = try await work(SharedStateView(copy))
    let events = StateEvents(from: printer.told, to: copy.state)
    try surroundings.write(printer.lines(for: events, limit: &limit))
    return result
  }
}

extension SharedStateView {
  /// Has an edit done; a verb has nobody to ask, so a conflict is the end of it.
  func carryOut(_ edit: EditRequest) async throws { try check(try await apply(edit)) }

  /// Fails if an edit has not arrived.
  func check(_ outcome: EditOutcome) throws {
    switch outcome {
    case .sent(let outcome):
      guard outcome.isAccepted else {
        throw WriteError(outcome, address: (endpoint as? SyncClient)?.address ?? "")
      }
    case .conflict(let key, _):
      throw Failure(
        .refused,
        "\(key) was changed by somebody else in the same place just now; nothing was written"
      )
    }
  }
}

/// How the keys begin that a verb is about: the name of a street, or any other text if that is insisted on.
struct PrefixOptions: ParsableArguments {
  @Flag(help: "Take the text as it is, although it does not end with a dot.")
  var prefix = false

  /// Refuses what is nearly a street's name, and says what it would have done.
  func check(_ text: String, _ what: @autoclosure () -> String) throws {
    guard !prefix, !text.isEmpty, !text.hasSuffix(".") else { return }
    throw Failure(
      .badUsage,
      "\(text) is no street, whose name ends with a dot: say \(text). if that is meant; \(what()), which --prefix insists on"
    )
  }
}

extension Option where Value == String? {
  /// An option that names a file.
  init(name: NameSpecification = .long, file help: String) {
    self.init(name: name, help: ArgumentHelp(help, valueName: "file"), completion: .file())
  }
}

/// One subcommand that works in given surroundings.
protocol Verb: AsyncParsableCommand, Sendable {
  /// Whether a signal cancels it; what has a terminal of its own hears of signals there.
  static var stopsOnSignals: Bool { get }

  func run(in surroundings: Surroundings) async throws
}

extension Verb {
  static var stopsOnSignals: Bool { true }

  mutating func run() async throws { try await run(in: .standard) }
}
