import StateInspection
import ScreenKit

/// Something that a person can ask for: its name and keys, why it cannot be done now, and what it does.
///
/// The footer, the help, the palette, the settings and the class read these records, and a key runs them; each
/// stands beside the code that it runs.
///
/// ```swift
/// extension Action where Host: FindHost {
///   static var finding: [Self] {
///     [
///       Action("clear-filter", ["F"], .find, "show all \(many: .house) again") { $0.clearFilter() }
///         .unless { $0.known.index.filter == nil ? "no filter is on; f begins one" : nil }
///     ]
///   }
/// }
/// ```
struct Action<Host>: Sendable {
  let id: ActionID
  var keys: [KeySequence]
  let group: ActionGroup
  let scope: ActionScope
  /// A sentence for the help.
  let help: Phrase
  let run: @Sendable (inout Host) -> ActionResult
  /// A word for the footer; `nil` if it is not told there.
  private(set) var hint: String?
  /// What the footer adds to the word: where it is done; `nil` if that goes without saying.
  private(set) var place: @Sendable (Host) -> String? = { _ in nil }
  /// Other words for what it does, by which it is found too.
  private(set) var synonyms = ""
  /// A word for what it does to all marked entries; `nil` if it is done to one alone.
  private(set) var onMarks: String?
  /// Whether it would write, so that whoever only looks is refused.
  private(set) var writes: @Sendable (Host) -> Bool = { _ in false }
  /// Whether it ever does.
  private(set) var mayWrite = false
  /// Whether it writes also where the picture shows the past: it does not go by what is seen, or brings that back.
  private(set) var writesFromPast = false
  /// Why it would do nothing now, in a few words; `nil` if it does something.
  private(set) var reasonNot: @Sendable (Host) -> String? = { _ in nil }
  /// What may stand behind its name in the palette.
  private(set) var argument: ActionArgument<Host>?

  /// Describes an action; keys are written as ``KeySequence`` reads them.
  init(
    _ id: ActionID,
    _ keys: [String],
    _ group: ActionGroup,
    in scope: ActionScope = .everywhere,
    _ help: Phrase,
    run: @escaping @Sendable (inout Host) -> ActionResult
  ) {
    self.id = id
    self.keys = keys.compactMap { KeySequence($0) }
    (self.group, self.scope) = (group, scope)
    (self.help, self.run) = (help, run)
  }

  /// Describes an action that always does something.
  init(
    _ id: ActionID,
    _ keys: [String],
    _ group: ActionGroup,
    in scope: ActionScope = .everywhere,
    _ help: Phrase,
    run: @escaping @Sendable (inout Host) -> [Effect]
  ) {
    self.init(id, keys, group, in: scope, help) { .did(run(&$0)) }
  }

  /// Describes an action that always does something, and asks nothing of the outside world.
  init(
    _ id: ActionID,
    _ keys: [String],
    _ group: ActionGroup,
    in scope: ActionScope = .everywhere,
    _ help: Phrase,
    run: @escaping @Sendable (inout Host) -> Void
  ) {
    self.init(id, keys, group, in: scope, help) { host -> ActionResult in
      run(&host)
      return []
    }
  }

  var name: String { id.name }

  /// The action with a word for the footer.
  func hinting(_ word: String) -> Self { with { $0.hint = word } }

  /// The action with what the footer says of the place where it is done.
  func placed(_ place: @escaping @Sendable (Host) -> String?) -> Self { with { $0.place = place } }

  /// The action with other words by which it is found.
  func alsoCalled(_ words: String) -> Self { with { $0.synonyms = words } }

  /// The action with a word for what it does to all marked entries.
  func onMarks(_ word: String) -> Self { with { $0.onMarks = word } }

  /// The action as one that writes, or does under a condition.
  func writing(if condition: @escaping @Sendable (Host) -> Bool = { _ in true }) -> Self {
    with { ($0.writes, $0.mayWrite) = (condition, true) }
  }

  /// The action as one that writes also where the picture shows the past.
  func fromPast() -> Self { with { $0.writesFromPast = true } }

  /// The action with the reason why it would do nothing now.
  func unless(_ reason: @escaping @Sendable (Host) -> String?) -> Self {
    with { $0.reasonNot = reason }
  }

  /// The action with what may stand behind its name.
  func taking(_ argument: ActionArgument<Host>) -> Self { with { $0.argument = argument } }

  /// The action with what it reads from the text behind its name.
  func taking(_ read: @escaping @Sendable (inout Host, String) -> Void) -> Self {
    taking(
      .own { host, text in
        read(&host, text)
        return []
      }
    )
  }

  private func with(_ change: (inout Self) -> Void) -> Self {
    var action = self
    change(&action)
    return action
  }
}

/// What may stand behind an action's name in the palette.
enum ActionArgument<Host>: Sendable {
  /// The key that it is to work on: `set selection.a`.
  case key
  /// Something that it reads itself: `sort rate`.
  case own(@Sendable (inout Host, String) -> [Effect])
}

/// Where an action stands in the help.
enum ActionGroup: String, Sendable, CaseIterable {
  case own = "Commands of your own"
  case move = "Moving"
  case fold = "Opening and closing"
  case find = "Finding"
  case follow = "Following"
  case watch = "Watching"
  case edit = "Editing"
  case simulation = "The simulation"
  case replay = "The past, and recordings"
  case code = "Copying"
  case screen = "The screen"
  case tour = "The tour"
}

/// The panes in which an action does something.
enum ActionScope: Hashable, Sendable {
  case everywhere
  /// Where there is an entry or group to act on.
  case entries
  case only(Set<PaneID>)

  func includes(_ pane: PaneID) -> Bool {
    switch self {
    case .everywhere: true
    case .entries: pane.hasEntries
    case .only(let panes): panes.contains(pane)
    }
  }
}

/// What came of an action.
enum ActionResult: Sendable, ExpressibleByArrayLiteral {
  /// Something was done, and this is asked of the outside world.
  case did([Effect])
  /// Nothing was done, for the reason given.
  case nothing(String)

  init(arrayLiteral effects: Effect...) { self = .did(effects) }

  var effects: [Effect] { if case .did(let effects) = self { effects } else { [] } }
}
