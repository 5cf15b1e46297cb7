import ScreenKit
import SharedState

/// The calls of commands that are on their way.
struct CallState: Sendable {
  /// So many commands may wait for an answer.
  static let mostCalls = 16

  /// A command that was run and has not answered.
  struct Call: Sendable {
    let name: String
    let since: Duration
  }

  /// Whether the list of commands was asked for.
  var isAsking = false
  /// What the server offered when it was last asked.
  var offered: [CommandDescription] = []
  var running: [CallID: Call] = [:]
  /// The number of the last call.
  private var last = 0

  /// Names a new call.
  mutating func next() -> CallID {
    last += 1
    return CallID(last)
  }
}

/// What running the server's commands needs of the dashboard.
protocol CallHost: ActivityHost, FieldChoosing {
  var calls: CallState { get set }
}

extension CallHost {
  /// The command that is being run, while one is.
  var call: CallPane? {
    get { overlays[CallPane.self] }
    _modify { yield &overlays[CallPane.self] }
  }
}

/// The commands of the server: listed, chosen, run and seen to end.
extension CallHost {
  private static var listID: String { "commands" }
  private static var runs: String { "runs it" }
  /// A server that offers more than this is not one that a person chooses from.
  private static var mostCommands: Int { 1000 }

  // MARK: The list

  mutating func openCommands() -> [Effect] {
    let asking = Line(words("asking the \(.host) what it offers"), .muted)
    open(
      List(
        Self.listID,
        words("Commands of the \(.host)"),
        [List<Self>.Item(label: asking)],
        keys: [
          // A command that names its arguments asks for them anyway.
          ListKey(
            key: .character("a"),
            hint: "with arguments",
            applies: { $0?.verb == Self.runs }
          ) {
            $0.beginWithArguments($1?.name)
          },
          ListKey(key: .character("r"), hint: "asks again", applies: { _ in true }) { host, _ in
            host.askForCommands()
          },
        ]
      )
    )
    return askForCommands()
  }

  /// Asks for the list, unless it is on its way.
  private mutating func askForCommands() -> [Effect] {
    guard !calls.isAsking else { return [] }
    calls.isAsking = true
    return [.listCommands]
  }

  mutating func take(_ listing: Result<[CommandDescription], CommandFailure>) {
    calls.isAsking = false
    if case .success(let commands) = listing { calls.offered = commands }
    guard list?.id == Self.listID, let query = list?.chooser.query else { return }
    let items = items(of: listing)
    list?.chooser.items = items
    list?.chooser.retype(query)
  }

  private func items(of listing: Result<[CommandDescription], CommandFailure>) -> [List<Self>.Item]
  {
    switch listing {
    case .failure(let refusal):
      let words = Line("\(glyphs.failure) \(refusal.line)", .error)
      return [List<Self>.Item(label: words), List<Self>.Item(label: Line("r asks again", .muted))]
    case .success([]):
      return [
        List<Self>.Item(
          label: Line(words("the \(.host) offers no commands; r asks again"), .muted)
        )
      ]
    case .success(let commands):
      let shown = commands.prefix(Self.mostCommands)
      let widest = shown.map { TextWidth.columns(of: $0.name) }.max() ?? 0
      let rest = commands.count - shown.count
      let more = List<Self>.Item(label: Line("and \(Phrases.count(rest, "more command"))", .muted))
      return shown.map { item($0, columns: min(widest, 36)) } + (rest > 0 ? [more] : [])
    }
  }

  private func item(_ command: CommandDescription, columns: Int) -> List<Self>.Item {
    let name = TextWidth.truncate(command.name, to: columns, ellipsis: glyphs.ellipsis)
    var label = Line(TextWidth.pad(name, to: columns), .key, .bold)
    if let words = command.label, !words.isEmpty {
      label.append("  " + TextWidth.truncate(words, to: 30, ellipsis: glyphs.ellipsis))
    }
    if !command.arguments.isEmpty {
      label.append("  " + CallPane.argumentWords(command.arguments, glyphs), .muted)
    }
    return List<Self>.Item(
      label: label,
      name: command.name,
      verb: command.arguments.isEmpty ? Self.runs : "asks for its arguments",
      reason: reasonNotToCall,
      choice: Choice("call \(command.name)") { $0.begin(command) }
    )
  }

  // MARK: Running one

  private var reasonNotToCall: String? {
    if let reasonNotToWrite { return reasonNotToWrite }
    let most = CallState.mostCalls
    return calls.running.count < most ? nil : "\(most) commands are running; wait for one to end"
  }

  /// Asks for the arguments of a command, also of one that needs none.
  private mutating func beginWithArguments(_ name: String?) -> [Effect] {
    guard let command = calls.offered.first(where: { $0.name == name }) else { return [] }
    if let reason = reasonNotToCall {
      say(reason, .warning)
      return []
    }
    (list, call) = (nil, CallPane(command))
    return []
  }

  /// Runs a command that was chosen, or first asks for its arguments.
  mutating func begin(_ command: CommandDescription) -> [Effect] {
    call = CallPane(command)
    return command.arguments.isEmpty ? run(command.name, [:]) : []
  }

  private mutating func run(_ name: String, _ arguments: StateObject) -> [Effect] {
    if let reason = reasonNotToCall {
      call?.notice = Phrase(reason)
      return []
    }
    let effects = call(name, arguments)
    let now = now
    if case .runCommand(let id, _, _)? = effects.first { call?.start(id, arguments, at: now) }
    return effects
  }

  /// Runs a command without a pane of its own; how it ended is said in a line.
  mutating func call(_ name: String, _ arguments: StateObject = [:]) -> [Effect] {
    if let reason = reasonNotToCall {
      say(reason, .warning)
      return []
    }
    let id = calls.next()
    calls.running[id] = CallState.Call(name: name, since: now.uptime)
    return [.runCommand(id, name: name, arguments: arguments)]
  }

  mutating func takeInCall(_ event: ScreenEvent) -> [Effect] {
    guard let action = call?.handle(event), let name = call?.command.name else { return [] }
    switch action {
    case .stay: break
    case .close: call = nil
    case .run(let arguments): return run(name, arguments)
    case .choose(let list): choose(from: list)
    }
    return []
  }

  // MARK: How it ends

  mutating func take(_ result: Result<StateValue, CommandFailure>, of id: CallID) {
    // A call that was given up with the connection may still be answered.
    guard let ended = calls.running.removeValue(forKey: id) else { return }
    let time = now.uptime - ended.since
    let isOnScreen = call?.end(id, result, after: time) == true
    let name = TextWidth.truncate(ended.name, to: 40, ellipsis: glyphs.ellipsis)
    let (line, more, role): (String, String, Role) =
      switch result {
      case .success(.null):
        ("\(glyphs.check) \(name): done \(Phrases.after(time))", "", .success)
      case .success(let value):
        (
          "\(glyphs.check) \(name): done \(Phrases.after(time))",
          ", " + ValueExcerpt.text(value, budget: 120, ellipsis: glyphs.ellipsis), .success
        )
      case .failure(let refusal):
        ("\(glyphs.failure) \(name): \(refusal.line)", "", .error)
      }
    tell(line + more, role)
    // What is said gets into the log of the session, in which there are no values.
    if !isOnScreen { say(line, role) }
  }

  /// Ends what waits for an answer that cannot come any more.
  mutating func giveUpCalls() {
    let words = words(
      "the connection was lost before the \(.host) answered; it may have done it or not"
    )
    for id in calls.running.keys.sorted(by: { $0.number < $1.number }) {
      take(.failure(CommandFailure(.unavailable, words)), of: id)
    }
  }
}

extension CommandFailure {
  /// The beginning of what a peer says, as far as one line can.
  var line: String {
    message.beginning(200).split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
