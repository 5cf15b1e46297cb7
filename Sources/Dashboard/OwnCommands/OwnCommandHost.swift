import ScreenKit
import SharedState
import StateEditing

/// The commands of the person's own that run, and what came of those that ended while the person was elsewhere.
struct OwnCommandState: Sendable {
  /// So many may run at once.
  static let mostRunning = 4
  /// So many results wait to be looked at; older ones are let go.
  private static let mostKept = 8

  /// What came of a run, for the person to look at.
  struct Ending: Sendable {
    let run: OwnCommandRun
    let result: OwnCommandResult
  }

  /// The runs, each with how many keys had been pressed when it began.
  private var running: [Int: (run: OwnCommandRun, keysBefore: Int)] = [:]
  private var kept: [Ending] = []
  /// The number of the last run.
  private var last = 0

  var runningCount: Int { running.count }

  /// Names a new run.
  mutating func next() -> Int {
    last += 1
    return last
  }

  mutating func begin(_ run: OwnCommandRun, after keys: Int) { running[run.number] = (run, keys) }

  /// Takes out a run that has ended, with how many keys had been pressed when it began.
  mutating func end(_ number: Int) -> (run: OwnCommandRun, keysBefore: Int)? {
    running.removeValue(forKey: number)
  }

  mutating func keep(_ ending: Ending) {
    kept.removeAll {
      $0.run.command.name == ending.run.command.name && $0.run.key == ending.run.key
    }
    kept = kept.suffix(Self.mostKept - 1) + [ending]
  }

  /// Whether a result waits that a command would show here.
  func keeps(of name: String, _ key: String?) -> Bool {
    kept.contains { $0.run.command.name == name && $0.run.key == key }
  }

  /// Takes out a result to show it.
  mutating func takeKept(of name: String, _ key: String?) -> Ending? {
    guard let index = kept.firstIndex(where: { $0.run.command.name == name && $0.run.key == key })
    else { return nil }
    return kept.remove(at: index)
  }
}

/// What running commands of the person's own needs of the dashboard.
protocol OwnCommandHost: EditHost {
  var ownCommands: OwnCommandState { get set }
}

extension Action where Host: OwnCommandHost {
  /// A command of the person's own as an action like any other; its keys are bound with the settings.
  static func own(_ command: OwnCommand) -> Self {
    let line = TextWidth.safe(command.line)
    let help = command.help.isEmpty ? "run \(line)" : TextWidth.safe(command.help)
    let action = Action(ActionID(command.name), [], .own, in: scope(of: command), Phrase(help)) {
      host -> ActionResult in
      .did(host.begin(command))
    }
    .hinting(command.name).alsoCalled(line).unless { $0.reasonNot(toRun: command) }
    let told = command.scope == .any ? action : action.taking(.key)
    return command.mayWrite ? told.writing() : told
  }

  private static func scope(of command: OwnCommand) -> ActionScope {
    command.scope == .any ? .everywhere : .entries
  }
}

/// Commands of the person's own: from the key that asks for one to what is seen of its output.
extension OwnCommandHost {
  /// Why a command would not be run now, in a few words; `nil` if it would.
  func reasonNot(toRun command: OwnCommand) -> String? {
    switch command.scope {
    case .house:
      guard let key = currentKey else { return words(.chooseHouse) }
      if ownCommands.keeps(of: command.name, key) { return nil }
      if value(for: command, of: key) == nil { return words("\(.nobodyLives) here") }
    case .street:
      if currentPrefix == nil { return words("choose \(a: .street) first") }
    case .any: break
    }
    return reasonTooMany
  }

  private var reasonTooMany: String? {
    let most = OwnCommandState.mostRunning
    return ownCommands.runningCount < most
      ? nil : "\(most) commands of your own run already: wait for one"
  }

  /// What a command is given of an entry: what is seen, and for a new value what is there now.
  private func value(for command: OwnCommand, of key: String) -> StateValue? {
    command.output == .value ? freshest[key] : known.entry(for: key)?.value
  }

  /// Begins with a command, asks whether to, or shows what it has come to since it was asked for last.
  mutating func begin(_ command: OwnCommand) -> [Effect] {
    let key = command.scope == .street ? nil : currentKey
    if let ending = ownCommands.takeKept(of: command.name, key) {
      show(ending)
      return []
    }
    let run = OwnCommandRun(
      ownCommands.next(),
      of: command,
      town: options.address,
      key: key,
      value: key.flatMap { value(for: command, of: $0) },
      street: currentPrefix
    )
    guard command.asks else { return start(run) }
    ask(whetherTo: run)
    return []
  }

  private mutating func start(_ run: OwnCommandRun) -> [Effect] {
    // An answer to a question may come late.
    let reason = run.command.mayWrite ? reasonNotToWrite : nil
    if let reason = reason ?? reasonTooMany {
      say("\(run.command.name): \(reason)", .warning)
      return []
    }
    ownCommands.begin(run, after: keysPressed)
    say("\(run.command.name) runs", .muted)
    return [.runOwnCommand(run)]
  }

  private mutating func ask(whetherTo run: OwnCommandRun) {
    let name = run.command.name
    let about = run.key.map { "for \(title(of: $0))" } ?? run.street.map { "for \($0)" }
    let running = Choice<Self>("run") { $0.start(run) }
    let answers = [
      List<Self>.Item(label: Line("leave it"), note: "n", choice: .leave),
      List<Self>.Item(
        label: Line("run \(name)", .plain, .bold).adding(about.map { " \($0)" } ?? ""),
        note: "y",
        choice: running
      ),
    ]
    let rows = Self.rows(of: run.command.line, columns: listColumns, most: 20).map {
      List<Self>.Item(label: Line("  \($0)", .muted))
    }
    open(
      List(
        "ask-own",
        "Run \(name)?",
        answers + rows,
        keys: [
          ListKey(key: .character("y"), hint: "runs", applies: { _ in true }) { host, _ in
            host.list = nil
            return host.start(run)
          },
          ListKey(key: .character("n"), hint: "leaves", applies: { _ in true }) { host, _ in
            host.list = nil
            return []
          },
        ]
      )
    )
  }

  // MARK: How it ends

  /// Takes in what came of a run.
  ///
  /// Nothing opens in front of somebody who has pressed another key since: that which comes next would be meant for what
  /// was there. It is kept, and the command shows it when it is asked for again.
  mutating func take(_ result: OwnCommandResult, of number: Int) {
    guard let (run, keysBefore) = ownCommands.end(number) else { return }
    let name = run.command.name
    let trouble = trouble(of: result, run)
    if let trouble { tell("\(glyphs.failure) \(name): \(trouble)", .error) }
    switch run.command.output {
    case .none, .terminal: tellEnd(of: run, trouble, aside: "")
    case .notice:
      let first = result.output.split(whereSeparator: \.isNewline).first {
        !$0.allSatisfy(\.isWhitespace)
      }
      guard trouble == nil, let first else {
        return tellEnd(of: run, trouble, aside: ", and said nothing")
      }
      tellOutput("\(name): \(TextWidth.safe(first.prefix(500)))", .plain)
    case .pane where result.output.isEmpty: tellEnd(of: run, trouble, aside: ", and said nothing")
    case .value where trouble != nil: tellEnd(of: run, trouble, aside: "")
    case .pane, .value:
      let ending = OwnCommandState.Ending(run: run, result: result)
      guard keysBefore == keysPressed, edit == nil else { return keep(ending, trouble) }
      notice = nil
      show(ending)
      if let trouble { tellOutput("\(glyphs.failure) \(name): \(trouble)", .error) }
    }
  }

  private mutating func keep(_ ending: OwnCommandState.Ending, _ trouble: String?) {
    ownCommands.keep(ending)
    let name = ending.run.command.name
    let asked = label(of: ActionID(name))
    let place = ending.run.key.map { " at \(title(of: $0))" } ?? ""
    let way = asked.isEmpty ? "" : "; \(asked)\(place) shows what it said"
    if let trouble {
      tellOutput("\(glyphs.failure) \(name): \(trouble)\(way)", .error)
    } else {
      say("\(name) is done\(way)", .success)
    }
  }

  private mutating func tellEnd(of run: OwnCommandRun, _ trouble: String?, aside: String) {
    let name = run.command.name
    if let trouble {
      tellOutput("\(glyphs.failure) \(name): \(trouble)", .error)
    } else {
      say("\(glyphs.check) \(name) is done\(aside)", .success)
    }
  }

  /// Says what a program has said, which may hold values and so is no matter of the log.
  private mutating func tellOutput(_ text: String, _ role: Role) {
    say(text, role)
    notice?.holdsOutput = true
  }

  /// What went wrong, if something did.
  private func trouble(of result: OwnCommandResult, _ run: OwnCommandRun) -> String? {
    let why: String
    switch result.end {
    case .exited(0): return nil
    case .exited(let status): why = "ended with status \(status)"
    case .timedOut: why = "was ended after \(Phrases.count(run.command.timeout, "second"))"
    case .notRun(let reason): return TextWidth.safe(reason)
    }
    let complaint = TextWidth.safe(result.complaint.prefix(500))
    return complaint.isEmpty ? why : "\(why): \(complaint)"
  }

  // MARK: What is seen of it

  private mutating func show(_ ending: OwnCommandState.Ending) {
    if ending.run.command.output == .value {
      review(ending)
    } else {
      lay(ending)
    }
  }

  /// Opens a value as an edit that has been written and waits to be looked at; nothing is sent before that.
  private mutating func review(_ ending: OwnCommandState.Ending) {
    let (run, name) = (ending.run, ending.run.command.name)
    guard let key = run.key else { return }
    if let reason = reasonNotToWrite {
      ownCommands.keep(ending)
      return say("\(name): \(reason)", .warning)
    }
    guard !ending.result.isCut else {
      return say(
        "\(name): its output is over \(Self.mostOutput), so nothing was taken from it",
        .error
      )
    }
    let value: StateValue
    do {
      value = try TypedValue.value(ending.result.output)
    } catch {
      return tellOutput("\(name): its output is no value: \(TextWidth.safe(error.message))", .error)
    }
    guard value != freshest[key] else { return say("\(name) leaves \(key) as it is", .muted) }
    let text = value.text(indent: 2)
    guard text.utf8.count <= TextEditor.capacity else {
      return say(
        "\(name): its output is too long to be looked at here, so nothing was taken from it",
        .error
      )
    }
    beginEdit(.set, on: .entry(key))
    guard edit?.phase == .editing else { return }
    // What others have changed since it began is theirs, and merged.
    edit?.base = run.value
    edit?.isRestore = true
    _ = edit?.externalEdit(.saved(text))
  }

  private static var mostOutput: String { "1 MiB" }
  /// More rows than this are not laid over the screen.
  private static var mostRows: Int { 10_000 }

  /// The columns that a list has for a line.
  private var listColumns: Int {
    let chooser = Chooser<Choice<Self>>("", [])
    return max(20, chooser.listRect(in: chooser.rect(in: layout.body)).columns - 2)
  }

  /// Lays the output over the screen.
  private mutating func lay(_ ending: OwnCommandState.Ending) {
    let (run, output) = (ending.run, ending.result.output)
    let rows = Self.rows(of: output, columns: listColumns, most: Self.mostRows)
    var items = rows.map { List<Self>.Item(label: Line($0)) }
    let isMore = rows.count == Self.mostRows
    if ending.result.isCut || isMore {
      let much = isMore ? "\(Phrases.grouped(Self.mostRows)) rows" : Self.mostOutput
      items.append(List<Self>.Item(label: Line("cut here, after \(much)", .warning)))
    }
    let about = run.key.map { " of \(title(of: $0))" } ?? ""
    open(
      List(
        "own",
        "\(run.command.name)\(about)",
        items,
        keys: [
          ListKey(key: .character("y"), hint: "copies all", applies: { _ in true }) { host, _ in
            host.outbox.copied = 0
            return [.copy(output)]
          }
        ]
      )
    )
  }

  /// A text as rows of so many columns that are safe to draw.
  private static func rows(of text: String, columns: Int, most: Int) -> [String] {
    var rows: [String] = []
    let whole = text.last?.isNewline == true ? text.dropLast() : text[...]
    for line in whole.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      guard rows.count < most else { break }
      let safe = TextWidth.safe(withoutTabs(line))
      rows +=
        TextWidth.exceeds(safe, columns: columns) ? Line.broken(safe, columns: columns) : [safe]
    }
    return Array(rows.prefix(most))
  }

  /// A line whose tabs are blanks up to the next eighth column.
  private static func withoutTabs(_ line: Substring) -> String {
    guard line.contains("\t") else { return String(line) }
    var (text, used) = ("", 0)
    for character in line {
      let count = character == "\t" ? 8 - used % 8 : TextWidth.width(of: character)
      text += character == "\t" ? String(repeating: " ", count: count) : String(character)
      used += count
    }
    return text
  }
}
