import ScreenKit
import SharedState

/// What the pane of a command asks of the model that shows it.
enum CallPaneAction: Hashable, Sendable {
  case stay
  case close
  /// Run the command, and tell the pane with `start(_:_:at:)` and `end(_:_:after:)` what became of it.
  case run(StateObject)
  /// Let the argument under the cursor be chosen from a list, and tell the pane with `fill(_:)` what was chosen.
  case choose(FieldForm.List)
}

/// The pane in which one command is given its arguments, run and seen to end.
///
/// The arguments are written in the form in which the fields of an entry are.
struct CallPane: Hashable, Sendable {
  enum Phase: Hashable, Sendable {
    case writing
    case running(CallID, since: Moment)
    case ended(Result<StateValue, CommandFailure>, after: Duration)
  }

  let command: CommandDescription
  private(set) var phase = Phase.writing
  private(set) var form: FieldForm
  /// What the command was run with last.
  private(set) var arguments: StateObject
  /// A line for the person that the next key takes away.
  var notice: Phrase?
  private(set) var report = CallReport(words: "")

  /// Opens a pane on the arguments of a command.
  init(_ command: CommandDescription) {
    self.command = command
    arguments = command.arguments
    form = FieldForm(.object(command.arguments), field: .root)
  }

  // MARK: From outside

  /// Takes in that the command was sent.
  mutating func start(_ id: CallID, _ arguments: StateObject, at moment: Moment) {
    self.arguments = arguments
    phase = .running(id, since: moment)
  }

  /// Takes in how a call ended; says whether it was the one of this pane.
  mutating func end(
    _ id: CallID,
    _ result: Result<StateValue, CommandFailure>,
    after time: Duration
  ) -> Bool {
    guard case .running(id, _) = phase else { return false }
    phase = .ended(result, after: time)
    report =
      switch result {
      case .success(.null): CallReport(words: "")
      case .success(let value): CallReport(value)
      case .failure(let refusal): CallReport(words: refusal.message)
      }
    return true
  }

  /// Takes in what was chosen from a list.
  mutating func fill(_ value: StateValue) {
    if phase == .writing { form.fill(value) }
  }

  /// Fits the answer into the place where the pane is drawn.
  mutating func layOut(in rect: Rect) { report.layOut(in: body(in: rect)) }

  // MARK: Keys

  mutating func handle(_ event: ScreenEvent) -> CallPaneAction {
    switch event {
    case .key(let key):
      notice = nil
      switch phase {
      case .writing: return write(key)
      case .running: return key == .escape ? .close : .stay
      case .ended: return read(key)
      }
    case .paste(let text) where phase == .writing:
      form.paste(text.last?.isNewline == true ? String(text.dropLast()) : text)
    case .mouse(let mouse): if let rows = mouse.wheelRows { report.scroll(by: rows) }
    default: break
    }
    return .stay
  }

  private mutating func write(_ key: Key) -> CallPaneAction {
    switch key {
    case .escape: return .close
    case .enter, .control("s"), .function(2):
      do {
        return .run(try form.applied(to: .object(command.arguments)).object ?? [:])
      } catch {
        if let row = error.row { form.showFlaw(in: row) }
        notice = error.message
      }
    case .character(" ") where form.canChoose:
      if let list = form.list { return .choose(list) }
    default:
      if !form.handle(key) { notice = "this key has no meaning while you write" }
    }
    return .stay
  }

  private mutating func read(_ key: Key) -> CallPaneAction {
    switch key {
    case .escape, .enter, .character("q"): return .close
    case .character("r"): return .run(arguments)
    case .character("e"): phase = .writing
    case .down, .character("j"): report.scroll(by: 1)
    case .up, .character("k"): report.scroll(by: -1)
    case .pageDown, .character(" "): report.scroll(by: report.page)
    case .pageUp: report.scroll(by: -report.page)
    case .home, .character("g"): report.scroll(by: -CallReport.capacity)
    case .end, .character("G"): report.scroll(by: CallReport.capacity)
    default: notice = "r runs it again, e edits the arguments, Esc leaves"
    }
    return .stay
  }

  /// The keys that do something now, the most useful first.
  var hints: [Hint] {
    switch phase {
    case .writing:
      [
        Hint("Enter", "run"), Hint("Tab", "next"), Hint("^n", "one more argument"),
        Hint("Esc", "leave"),
      ]
    case .running: [Hint("Esc", "close, the answer comes in Activity")]
    case .ended:
      [
        Hint("Esc", "close"), Hint("r", "run again"), Hint("e", "edit arguments"),
        Hint("j k", "scroll"),
      ]
    }
  }
}
