import ScreenKit
import SharedState
import TextScreen

/// What is on its way to the town that is no edit.
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
  var calls: [CallID: Call] = [:]
  /// The number of the last call.
  var lastCall = 0
}

/// The commands of the town: listed, chosen, run and seen to end.
extension Model {
  private var commandsTitle: String { known.words("Commands of the \(.host)") }
  /// A town that offers more than this is not one that a person chooses from.
  private static let mostCommands = 1000

  // MARK: The list

  /// Whether the list over the screen is the one of commands.
  var isChoosingCommand: Bool { chooser?.title == commandsTitle }

  mutating func openCommands() -> [Effect] {
    let words = Line(known.words("asking the \(.host) what it offers"), .muted)
    chooser = Chooser(commandsTitle, [Chooser.Item(label: words)])
    return askForCommands()
  }

  /// Asks for the list, unless it is on its way.
  private mutating func askForCommands() -> [Effect] {
    guard !hall.isAsking else { return [] }
    hall.isAsking = true
    return [.listCommands]
  }

  /// Takes a key that means something in this list alone.
  mutating func useCommands(_ key: Key) -> [Effect]? {
    guard isChoosingCommand, chooser?.isTyping == false else { return nil }
    switch key {
    case .character("r"): return askForCommands()
    case .character("a"):
      guard case .call(let command)? = chooser?.current?.choice else { return nil }
      if let reason = reasonNotToCall {
        say(reason, .warning)
        return []
      }
      (chooser, call) = (nil, CallPane(command))
      return []
    default: return nil
    }
  }

  mutating func take(_ listing: Result<[TownCommand], TownRefusal>) {
    hall.isAsking = false
    guard isChoosingCommand, var list = chooser else { return }
    list.items = items(of: listing)
    list.retype(list.query)
    chooser = list
  }

  private func items(of listing: Result<[TownCommand], TownRefusal>) -> [Chooser.Item] {
    switch listing {
    case .failure(let refusal):
      let words = Line("\(glyphs.failure) \(Self.oneLine(refusal.reason))", .error)
      return [Chooser.Item(label: words), Chooser.Item(label: Line("r asks again", .muted))]
    case .success([]):
      return [
        Chooser.Item(
          label: Line(known.words("the \(.host) offers no commands; r asks again"), .muted)
        )
      ]
    case .success(let commands):
      let shown = commands.prefix(Self.mostCommands)
      let widest = shown.map { TextWidth.columns(of: $0.name) }.max() ?? 0
      let rest = commands.count - shown.count
      let more = Chooser.Item(label: Line("and \(Phrases.count(rest, "more command"))", .muted))
      return shown.map { item($0, columns: min(widest, 36)) } + (rest > 0 ? [more] : [])
    }
  }

  private func item(_ command: TownCommand, columns: Int) -> Chooser.Item {
    let name = TextWidth.truncate(command.name, to: columns, ellipsis: glyphs.ellipsis)
    var label = Line(TextWidth.pad(name, to: columns), .key, .bold)
    if let words = command.label, !words.isEmpty {
      label.append("  " + TextWidth.truncate(words, to: 30, ellipsis: glyphs.ellipsis))
    }
    if !command.arguments.isEmpty {
      label.append("  " + Self.words(command.arguments, glyphs), .muted)
    }
    return Chooser.Item(
      label: label,
      name: command.name,
      reason: reasonNotToCall,
      choice: .call(command)
    )
  }

  /// Arguments as one would write them on a command line: `index=1 loop=true`.
  static func words(_ arguments: StateObject, _ glyphs: Glyphs) -> String {
    let shown = arguments.prefix(8).map { field in
      let name = TextWidth.truncate(field.key, to: 30, ellipsis: glyphs.ellipsis)
      return name + "="
        + ValueExcerpt.text(field.value, budget: 40, ellipsis: glyphs.ellipsis)
    }
    return (shown + (arguments.count > 8 ? [glyphs.ellipsis] : [])).joined(separator: " ")
  }

  /// The beginning of what a peer says, as far as one line can.
  private static func oneLine(_ words: String) -> String {
    words.prefix(200).split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  // MARK: Running one

  private var reasonNotToCall: String? {
    if isReadOnly { return "this dashboard is read only" }
    if !link.isLive { return notConnected }
    let most = CallState.mostCalls
    return hall.calls.count < most ? nil : "\(most) commands are running; wait for one to end"
  }

  /// Runs a command that was chosen, or first asks for its arguments.
  mutating func begin(_ command: TownCommand) -> [Effect] {
    call = CallPane(command)
    return command.arguments.isEmpty ? run(command.name, [:]) : []
  }

  private mutating func run(_ name: String, _ arguments: StateObject) -> [Effect] {
    if let reason = reasonNotToCall {
      call?.notice = reason
      return []
    }
    hall.lastCall += 1
    let id = CallID(hall.lastCall)
    hall.calls[id] = CallState.Call(name: name, since: now.uptime)
    call?.start(id, arguments, at: now)
    return [.runCommand(id, name: name, arguments: arguments)]
  }

  mutating func takeInCall(_ event: ScreenEvent) -> [Effect] {
    guard let action = call?.handle(event), let name = call?.command.name else { return [] }
    switch action {
    case .stay: break
    case .close: call = nil
    case .run(let arguments): return run(name, arguments)
    case .choose(let list): chooser = FieldMenuItems(glyphs: glyphs).chooser(for: list)
    }
    return []
  }

  // MARK: How it ends

  mutating func take(_ result: Result<StateValue, TownRefusal>, of id: CallID) {
    // A call that was given up with the connection may still be answered.
    guard let ended = hall.calls.removeValue(forKey: id) else { return }
    let time = now.uptime - ended.since
    let isOnScreen = call?.end(id, result, after: time) == true
    let name = TextWidth.truncate(ended.name, to: 40, ellipsis: glyphs.ellipsis)
    let (line, more, role): (String, String, Role) =
      switch result {
      case .success(.null):
        ("\(glyphs.check) \(name): done after \(Phrases.length(time))", "", .success)
      case .success(let value):
        (
          "\(glyphs.check) \(name): done after \(Phrases.length(time))",
          ", " + ValueExcerpt.text(value, budget: 120, ellipsis: glyphs.ellipsis), .success
        )
      case .failure(let refusal):
        ("\(glyphs.failure) \(name): \(Self.oneLine(refusal.reason))", "", .error)
      }
    activity.log.note(line + more, role, at: now)
    // What is said gets into the log of the session, in which there are no values.
    if !isOnScreen { say(line, role) }
  }

  /// Ends what waits for an answer that cannot come any more.
  mutating func giveUpCalls() {
    let words = known.words(
      "the connection was lost before the \(.host) answered; it may have done it or not"
    )
    for id in hall.calls.keys.sorted(by: { $0.number < $1.number }) {
      take(.failure(TownRefusal(words)), of: id)
    }
  }
}
