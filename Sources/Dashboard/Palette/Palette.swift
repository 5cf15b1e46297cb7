import Lessons
import ScreenKit
import SharedState
import StateEditing

/// What the palette needs of the dashboard: the actions that it offers, and what can stand behind them.
protocol PaletteHost: FindHost, EditHost {
  var keymap: Keymap<Self> { get }
  /// What was chosen in the palette lately.
  var recent: RecentChoices { get set }
}

/// What was chosen in the palette lately, the last first.
struct RecentChoices: Hashable, Sendable {
  /// No more are kept.
  static let most = 20

  private(set) var ids: [String]

  init(_ ids: [String] = []) { self.ids = Array(ids.prefix(Self.most)) }

  mutating func note(_ id: String) {
    ids = Array(([id] + ids.filter { !$0.isSame(as: id) }).prefix(Self.most))
  }
}

/// The palette: every action by its name, and every key.
extension PaletteHost {
  private static var mostKeys: Int { 50 }

  mutating func openPalette() {
    open(
      List(
        typingIn: "palette",
        words("Command or \(.address)"),
        recentFirst(paletteActions),
        prompt: ":",
        retyped: { $0.refreshPalette() },
        typed: { $0.answerTyped($1) }
      )
    )
  }

  /// Offers what fits to what has been typed.
  private mutating func refreshPalette() {
    guard let query = list?.chooser.query else { return }
    let (verb, rest) = Self.parts(of: query)
    let items =
      if let rest, let action = keymap[ActionID(verb)], action.takesKey {
        arguments(of: action.id, beginningWith: rest)
      } else if let rest, !rest.isEmpty, let action = keymap[ActionID(verb)], action.argument != nil
      {
        // What is meant is no other command that tells of these words.
        [typed(query)]
      } else {
        recentFirst(paletteActions + offers(query))
      }
    list?.chooser.items = items
  }

  /// The items with those in front that were chosen lately; each is noted when it is chosen.
  private func recentFirst(_ items: [List<Self>.Item]) -> [List<Self>.Item] {
    let places = Dictionary(zip(recent.ids.map(StateKey.init), 0...)) { first, _ in first }
    let items = items.map { item in
      guard let choice = item.choice else { return item }
      var item = item
      item.recency = places[StateKey(choice.id)]
      item.choice = Choice(choice.id) { host in
        host.recent.note(choice.id)
        return choice.run(&host)
      }
      return item
    }
    return items.filter { $0.recency != nil }.sorted { ($0.recency ?? 0) < ($1.recency ?? 0) }
      + items.filter { $0.recency == nil }
  }

  /// What can be typed behind a command that works on a key.
  private func arguments(of id: ActionID, beginningWith text: String) -> [List<Self>.Item] {
    let (word, rest) = TypedWords.first(of: text)
    if rest.isEmpty {
      let whole = word == text ? [] : [opening(id, word)].compactMap { $0 }
      return offers(text).map { Self.argument($0, of: id) } + whole
    }
    // Keys with blanks begin like a key with something behind it.
    let keys = offers(beginningWith: text).map { Self.argument($0, of: id) }
    guard id == .remove else { return keys + [whole(id, text)] }
    let last = TypedWords.all(in: text).last ?? ""
    let head = "\(id.name) \(text.dropLast(last.count))"
    return keys + offers(beginningWith: last).map { Self.argument($0, behind: head) }
  }

  /// A key as what a command is to work on: `set selection.a`.
  private static func argument(_ item: List<Self>.Item, of id: ActionID) -> List<Self>.Item {
    let key = item.name ?? item.label.text
    return argument(item, behind: id.name + " ") { $0.run(id, on: key) }
  }

  /// A key as the last word of a line.
  private static func argument(
    _ item: List<Self>.Item,
    behind head: String,
    run: (@Sendable (inout Self) -> [Effect])? = nil
  ) -> List<Self>.Item {
    var item = item
    let key = item.name ?? item.label.text
    let line = head + TypedValue.text(ofKey: key)
    // Completed as far as it was typed, which is without quotes.
    item.name = item.name.map { _ in head + key }
    item.label = Line(head, .hintKey).adding(item.label)
    item.choice = Choice("typed \(line)") { host in run?(&host) ?? host.answerTyped(line) }
    return item
  }

  /// A line that goes on behind its key, and what it does as it is.
  private func opening(_ id: ActionID, _ word: String) -> List<Self>.Item? {
    guard let usage = TypedEdit.usage(of: id) else { return nil }
    return List<Self>.Item(
      label: Line("\(id.name) \(word) ", .hintKey).adding(usage, .muted),
      note: "Enter opens it",
      choice: Choice("typed \(id.name) \(word)") { $0.answerTyped("\(id.name) \(word)") }
    )
  }

  /// A line that an action reads itself.
  private func typed(_ line: String) -> List<Self>.Item {
    List<Self>.Item(
      label: Line(line, .hintKey),
      choice: Choice("typed \(line)") { $0.answerTyped(line) }
    )
  }

  /// A line that says all there is to say, and why that comes to nothing, if it does.
  private func whole(_ id: ActionID, _ text: String) -> List<Self>.Item {
    let line = "\(id.name) \(text)"
    var item = List<Self>.Item(
      label: Line(line, .hintKey),
      note: "Enter sends it",
      choice: Choice("typed \(line)") { $0.answerTyped(line) }
    )
    do {
      _ = try typedEdit(id, text)
    } catch {
      (item.reason, item.note) = (error.message, "")
    }
    return item
  }

  private var paletteActions: [List<Self>.Item] {
    let width = keymap.actions.map(\.name.count).max() ?? 0
    return keymap.actions.map { action in
      var label = Line(TextWidth.pad(action.name, to: width + 1), .hintKey, .bold)
      label.append(words(action.help))
      return List<Self>.Item(
        label: label,
        name: action.name,
        note: action.keys.map(\.label).joined(separator: " "),
        also: action.synonyms,
        reason: reasonNot(to: action.id),
        choice: .run(action.id)
      )
    }
  }

  /// In a state with more keys, only those are offered that begin with what is typed.
  private static var mostKeysLookedAt: Int { 20_000 }

  /// What begins so, and then keys that have the letters in their order, with others between them.
  ///
  /// - Complexity: O(*n*) in the keys of the state, of which 20,000 are looked at, or none.
  private func offers(_ text: String) -> [List<Self>.Item] {
    let offered = offers(beginningWith: text)
    let room = Self.mostKeys - offered.count
    guard text.count > 1, room > 0, known.state.count <= Self.mostKeysLookedAt else {
      return offered
    }
    let letters = LooseSearch(text)
    let names = Set(offered.compactMap(\.name))
    let keys = known.index.groups.lazy.flatMap(\.entries.elements).map(\.key)
    var found: [(key: String, score: Int)] = []
    for key in keys where !names.contains(key) {
      if let match = letters.match(in: key) { found.append((key, match.score)) }
    }
    return offered + found.sorted { $0.score > $1.score }.prefix(room).map { entry($0.key) }
  }

  /// Groups and entries whose keys begin so, and the key itself once it is one.
  private func offers(beginningWith text: String) -> [List<Self>.Item] {
    guard !text.isEmpty else { return [] }
    guard let prefix = KeyParts.prefix(of: text) else {
      let alone =
        known.index.shownPlaces.alone.filter { $0.begins(with: text) } + keys(ofThoseNamed: text)
      let groups = known.index.groups.lazy.map(\.prefix).filter { $0.hasPrefix(text) }
      return Array(
        (alone.map(entry) + groups.prefix(Self.mostKeys).map(group))
          .prefix(Self.mostKeys)
      )
    }
    let keys = entries(in: prefix, beginningWith: text)
    let isGroup = text == prefix && known.index.isThere(.group(prefix))
    let offered = (isGroup ? [group(prefix)] : []) + keys.map(entry)
    // A key with a blank in it is more likely a slip, so it is to be written in quotes.
    guard text != prefix, !text.contains(where: \.isWhitespace),
      !keys.contains(where: { $0.isSame(as: text) })
    else { return offered }
    let vacant = List<Self>.Item(
      label: Line(text, .key),
      note: words("\(.nobodyLives) there"),
      choice: .goTo(text)
    )
    return offered + [vacant]
  }

  private func entry(_ key: String) -> List<Self>.Item {
    let title = title(of: key)
    return List<Self>.Item(
      label: Line(title, .key).adding(title == key ? "" : "  \(key)", .muted),
      name: key,
      note: words(Noun.house.one),
      choice: .goTo(key)
    )
  }

  private func group(_ prefix: String) -> List<Self>.Item {
    List<Self>.Item(
      label: Line(prefix, .group),
      name: prefix,
      note: words(Noun.street.one),
      choice: .go(.group(prefix))
    )
  }

  /// The keys with the ids of those who are called so.
  ///
  /// - Complexity: O(*n*) in the keys of the state if somebody is.
  private func keys(ofThoseNamed text: String) -> [String] {
    let ids = Set(known.people.ids(named: Search(text)).map(StateKey.init))
    guard !ids.isEmpty else { return [] }
    let keys = known.index.groups.lazy.flatMap(\.entries.elements).map(\.key).filter { key in
      known.people.id(inKey: key).map { ids.contains(StateKey($0)) } ?? false
    }
    return Array(keys.prefix(Self.mostKeys))
  }

  private func entries(in prefix: String, beginningWith text: String) -> [String] {
    let entries = known.index.group(prefix)?.entries.elements ?? []
    return Array(
      entries.lazy.map(\.key).filter { $0.begins(with: text) }.prefix(Self.mostKeys)
    )
  }

  /// Does what was typed and is no item: an action with an argument, or a key.
  private mutating func answerTyped(_ text: String) -> [Effect] {
    let (verb, rest) = Self.parts(of: text)
    guard let rest, let action = keymap[ActionID(verb)] else { return goTo(typed: text) }
    guard !rest.isEmpty, let argument = action.argument else {
      say("\(verb) takes nothing behind it; \(action.keys.first?.label ?? verb) asks", .warning)
      return []
    }
    switch argument {
    case .key: return answer(action.id, typed: rest)
    case .own(let read): return read(&self, rest)
    }
  }

  /// Does what an action is to do with what was typed behind it: a key, or a whole edit.
  private mutating func answer(_ id: ActionID, typed text: String) -> [Effect] {
    let text = String(text.reversed().drop { $0 == " " }.reversed())
    if isThere(.entry(text)) || isThere(.group(text)) { return run(id, on: text) }
    do {
      guard let edit = try typedEdit(id, text) else {
        return run(id, on: try TypedValue.key(text))
      }
      note(.ran(id.name))
      return carryOut(edit)
    } catch {
      // What was typed stays to be mended.
      openPalette()
      list?.chooser.retype("\(id.name) \(text)")
      refreshPalette()
      say("\(id.name): \(error.message)", .warning)
      return []
    }
  }

  /// Goes to a key, and runs an action there.
  private mutating func run(_ id: ActionID, on key: String) -> [Effect] {
    if id == "add", let prefix = KeyParts.prefix(of: key), !isThere(.entry(key)) {
      return add(key, to: prefix)
    }
    let effects = goTo(typed: key)
    return ignoringMarks { host in
      if let reason = host.reasonNot(to: id) {
        host.say("\(id.name): \(reason)", .warning)
        return effects
      }
      return effects + host.run(id)
    }
  }

  /// Begins an entry in a group, which need not be there yet, under the name that was typed, if one was.
  private mutating func add(_ key: String, to prefix: String) -> [Effect] {
    if let reason = reasonNotToWrite ?? reasonNot(to: .add, on: .group(prefix)) {
      say("add: \(reason)", .warning)
      return []
    }
    note(.ran("add"))
    beginEdit(.add, on: .group(prefix))
    return key == prefix ? [] : takeInEdit(.paste(key))
  }

  private static func parts(of text: String) -> (verb: String, rest: String?) {
    guard let space = text.firstIndex(of: " ") else { return (text, nil) }
    return (String(text[..<space]), String(text[space...].drop { $0 == " " }))
  }
}

extension Action {
  /// Whether a key may be named with it: `:set selection.a`.
  fileprivate var takesKey: Bool { if case .key? = argument { true } else { false } }
}

extension Action where Host: PaletteHost {
  static var offering: [Self] {
    [
      Action("palette", [":"], .screen, "run a command by name, or go to \(a: .address)") {
        $0.openPalette()
      }
      .hinting("command"),
      Action(.help, ["?", "F1"], .screen, "show or leave this help") {
        $0.open(List("help", "Keys", $0.helpItems))
      }
      .hinting("help"),
    ]
  }
}
