import ScreenKit
import SharedState
import StateEditing
import TextScreen

/// The palette: every command by its name, and every address.
extension Chooser {
  static let palettePrompt = ":"

  /// Whether a command or an address is being typed.
  var isPalette: Bool { prompt == Self.palettePrompt }

  /// What is typed, made as long as all that begins with it have in common.
  static func completion(of text: String, among names: [String]) -> String? {
    let names = names.filter { $0.hasPrefix(text) }
    guard var common = names.first else { return nil }
    for name in names { common = common.commonPrefix(with: name) }
    return common.count > text.count ? common : nil
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}

extension Model {
  /// So many addresses are offered at most.
  private static let mostAddresses = 50

  mutating func openPalette() {
    chooser = Chooser(
      known.words("Command or \(.address)"),
      paletteCommands,
      isTyping: true,
      prompt: Chooser.palettePrompt
    )
  }

  /// Offers what fits to what has been typed.
  mutating func refreshPalette() {
    guard let query = chooser?.query else { return }
    let (verb, rest) = Self.parts(of: query)
    let items: [Chooser.Item]
    if let rest, keymap.binding(named: verb)?.command.takesAddress == true {
      items = addresses(beginningWith: rest).map { Self.argument($0, of: verb) }
    } else {
      items = paletteCommands + addresses(beginningWith: query)
    }
    chooser?.items = items
  }

  /// An address as what a command is to work on: `set selection.a`.
  private static func argument(_ item: Chooser.Item, of verb: String) -> Chooser.Item {
    var item = item
    let address = item.label.text
    item.label = Line(verb + " ", .hintKey)
    item.label.append(address, .key)
    item.name = item.name.map { "\(verb) \($0)" }
    item.choice = item.choice.map { _ in .typed("\(verb) \(address)") }
    return item
  }

  private var paletteCommands: [Chooser.Item] {
    let width = keymap.bindings.map(\.name.count).max() ?? 0
    return keymap.bindings.map { binding in
      var label = Line(TextWidth.pad(binding.name, to: width + 1), .hintKey, .bold)
      label.append(known.words(binding.help))
      return Chooser.Item(
        label: label,
        name: binding.name,
        note: binding.keys.map(\.label).joined(separator: " "),
        reason: reasonNot(to: binding),
        choice: .run(binding.command)
      )
    }
  }

  /// Streets and houses whose addresses begin so, and the address itself once it is one.
  private func addresses(beginningWith text: String) -> [Chooser.Item] {
    guard !text.isEmpty else { return [] }
    guard let prefix = KeyParts.prefix(of: text) else {
      let alone = known.index.shownPlaces.alone.filter { $0.begins(with: text) }
      let streets = known.index.streets.lazy.map(\.prefix).filter { $0.hasPrefix(text) }
      return Array(
        (alone.map(entry) + streets.prefix(Self.mostAddresses).map(group))
          .prefix(Self.mostAddresses)
      )
    }
    let keys = houses(in: prefix, beginningWith: text)
    let isStreet = text == prefix && known.index.isThere(.group(prefix))
    let offered = (isStreet ? [group(prefix)] : []) + keys.map(entry)
    guard text != prefix, !keys.contains(where: { ExactText($0) == ExactText(text) }) else {
      return offered
    }
    let vacant = Chooser.Item(
      label: Line(text, .key),
      note: known.words("\(.nobodyLives) there"),
      choice: .address(text)
    )
    return offered + [vacant]
  }

  private func entry(_ key: String) -> Chooser.Item {
    Chooser.Item(
      label: Line(key, .key),
      name: key,
      note: known.words(Noun.house.one),
      choice: .address(key)
    )
  }

  private func group(_ prefix: String) -> Chooser.Item {
    Chooser.Item(
      label: Line(prefix, .street),
      name: prefix,
      note: known.words(Noun.street.one),
      choice: .go(.group(prefix))
    )
  }

  private func houses(in prefix: String, beginningWith text: String) -> [String] {
    let houses = known.index.group(prefix)?.houses.elements ?? []
    return Array(
      houses.lazy.map(\.key).filter { $0.begins(with: text) }.prefix(Self.mostAddresses)
    )
  }

  /// Tab: completes as far as there is no choice.
  mutating func completeTyped() {
    guard let chooser else { return }
    // What is typed in full already goes on to what is longer.
    let names = chooser.items.compactMap(\.name).filter { $0 != chooser.query }
    guard let text = Chooser.completion(of: chooser.query, among: names) else {
      let count = names.count { $0.hasPrefix(chooser.query) }
      say(
        count > 1
          ? "\(count) begin with that; another letter tells them apart"
          : "nothing begins with that",
        .muted
      )
      return
    }
    self.chooser?.retype(text)
    if chooser.isPalette { refreshPalette() }
  }

  /// Does what was typed and is no item: a command with an argument, or an address.
  mutating func answerTyped(_ text: String) -> [Effect] {
    let (verb, rest) = Self.parts(of: text)
    guard let rest, let binding = keymap.binding(named: verb) else { return goTo(address: text) }
    guard !rest.isEmpty, let effects = run(binding, with: rest) else {
      say("\(verb) takes nothing behind it; \(binding.keys.first?.label ?? verb) asks", .warning)
      return []
    }
    return effects
  }

  /// Runs a command on what stands behind it; `nil` if it takes nothing.
  private mutating func run(_ binding: Binding, with argument: String) -> [Effect]? {
    switch binding.command {
    case .edit(.add) where KeyParts(argument).prefix == argument:
      // Also where nobody lives on the street yet.
      if let reason = reasonNot(to: .add, on: .group(argument)) {
        say("\(binding.name): \(reason)", .warning)
      } else {
        noteInTour(.ran(binding.name))
        beginEdit(.add, on: .group(argument))
      }
    case .edit, .editExternally, .hall(.lock):
      let effects = goTo(address: argument)
      if let reason = reasonNot(to: binding) {
        say("\(binding.name): \(reason)", .warning)
        return effects
      }
      return effects + run(binding.command)
    case .find(.filter):
      setFilter(TreeFilter(argument), from: tree.cursor)
      say("filter \(argument): \(filterCount)")
    case .find(.search):
      beginSearch()
      search(for: argument)
      isTypingSearch = false
      say("/\(argument)  \(searchCount)")
    case .find(.sort):
      guard let sort = TreeSort(rawValue: argument) else {
        let names = TreeSort.allCases.map(\.rawValue).joined(separator: ", ")
        say("\(argument) is no order; these are: \(names)", .warning)
        return []
      }
      known.setSort(sort, at: now.uptime)
      say("sorted \(sort.words)", .muted)
    default: return nil
    }
    return []
  }

  private static func parts(of text: String) -> (verb: String, rest: String?) {
    guard let space = text.firstIndex(of: " ") else { return (text, nil) }
    return (String(text[..<space]), String(text[space...].drop { $0 == " " }))
  }
}

extension Command {
  /// Whether an address may be named with it: `:set selection.a`.
  var takesAddress: Bool {
    switch self {
    case .edit, .editExternally, .hall(.lock): true
    default: false
    }
  }
}
