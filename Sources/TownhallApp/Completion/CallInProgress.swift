import ArgumentParser
import SharedState

/// One argument, option or flag of a verb, as ArgumentParser describes it.
struct ArgumentInfo: Hashable, Sendable {
  enum Kind: String, Sendable { case positional, option, flag }

  let kind: Kind
  /// Its names with their dashes, the long one first.
  let names: [String]
  /// What the help calls its value.
  let valueName: String
  let isRepeating: Bool
  let help: String
  /// All values that it can have, if they are known.
  let values: [String]
  let takesFiles: Bool
  let takesFolders: Bool

  /// Reads the description of one; nil if the help does not show it.
  init?(_ value: StateValue) {
    guard value["shouldDisplay"]?.bool == true,
      let kind = value["kind"]?.string.flatMap(Kind.init)
    else { return nil }
    self.kind = kind
    names = (value["names"]?.array ?? []).compactMap { name in
      name["name"]?.string.map { name["kind"]?.string == "long" ? "--\($0)" : "-\($0)" }
    }
    .sorted { $0.count > $1.count }
    valueName = value["valueName"]?.string ?? ""
    isRepeating = value["isRepeating"]?.bool ?? false
    help = value["abstract"]?.string ?? ""
    values = (value["allValues"]?.array ?? []).compactMap(\.string)
    takesFiles = value["completionKind"]?["file"] != nil
    takesFolders = value["completionKind"]?["directory"] != nil
  }

  /// All that a verb can be told.
  static func all(of verb: any ParsableCommand.Type) -> [ArgumentInfo] {
    let text = verb._dumpHelp()
    let described = (try? StateValue(text: text))?["command"]?["arguments"]
    return (described?.array ?? []).compactMap(ArgumentInfo.init)
  }
}

/// A call of the program that is still being typed: which verb it is, what has been said, and what is being said.
struct CallInProgress {
  /// What is being typed.
  enum Place {
    /// The name of a verb, of one of some.
    case verb([any ParsableCommand.Type])
    /// The name of an option or flag, of one of some.
    case option([ArgumentInfo])
    /// The value of an option or argument; what stands before it in the same word is not part of it.
    case value(ArgumentInfo, behind: String)
    /// Either the name of a verb, or the argument of the one that is meant if none is named.
    case verbOrValue([any ParsableCommand.Type], ArgumentInfo)
    /// The name of a verb, or another page of the help.
    case page([any ParsableCommand.Type])
    case nothing
  }

  let arguments: [ArgumentInfo]
  /// What each option, by its long name, has been told last.
  private(set) var options: [String: String] = [:]
  private(set) var positionals: [String] = []
  private(set) var place = Place.nothing
  /// Whether a value may begin with a dash here.
  private(set) var isBehindDashes = false

  /// Goes through the words of a call up to the one that is being typed.
  init(_ words: [String], typed: String) {
    var words = words[...]
    let root = TownhallCommand.self
    if words.first == "help" {
      arguments = []
      place = Self.page(of: words.dropFirst(), below: root)
      return
    }
    var verb: any ParsableCommand.Type = root
    while let word = words.first,
      let next = Self.verbs(below: verb).first(where: { $0.name == word })
    {
      verb = next
      words = words.dropFirst()
    }
    let open = words.isEmpty ? Self.verbs(below: verb) : []
    let isRoot = verb == root
    arguments = ArgumentInfo.all(of: isRoot ? ShowDashboard.self : verb)
    take(words, typed: typed)
    guard !open.isEmpty, !typed.hasPrefix("-") else { return }
    if isRoot, case .value(let argument, _) = place {
      place = .verbOrValue(open, argument)
    } else {
      place = .verb(open)
    }
  }

  private static func verbs(below verb: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    verb.configuration.subcommands.filter { $0.configuration.shouldDisplay }
  }

  private static func page(
    of words: ArraySlice<String>,
    below root: any ParsableCommand.Type
  ) -> Place {
    var verb = root
    for word in words {
      guard let next = verbs(below: verb).first(where: { $0.name == word }) else { return .nothing }
      verb = next
    }
    return words.isEmpty ? .page(verbs(below: verb)) : .verb(verbs(below: verb))
  }

  private mutating func take(_ words: ArraySlice<String>, typed: String) {
    var awaiting: ArgumentInfo?
    var said: Set<String> = []
    for word in words {
      if let option = awaiting {
        set(option, word)
        awaiting = nil
      } else if isBehindDashes || !word.hasPrefix("-") || word == "-" {
        positionals.append(word)
      } else if word == "--" {
        isBehindDashes = true
      } else {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard let argument = named(parts[0]) else { continue }
        if !argument.isRepeating { said.formUnion(argument.names) }
        guard argument.kind == .option else { continue }
        if parts.count > 1 { set(argument, parts[1]) } else { awaiting = argument }
      }
    }
    place = place(of: typed, awaiting: awaiting, said)
  }

  private mutating func set(_ option: ArgumentInfo, _ value: String) {
    if let name = option.names.first { options[name] = value }
  }

  private func named(_ name: String) -> ArgumentInfo? {
    arguments.first { $0.names.contains(name) }
  }

  private func place(of typed: String, awaiting: ArgumentInfo?, _ said: Set<String>) -> Place {
    if let awaiting { return .value(awaiting, behind: "") }
    if typed.hasPrefix("-"), !isBehindDashes {
      if let equals = typed.firstIndex(of: "="), let option = named(String(typed[..<equals])),
        option.kind == .option
      {
        return .value(option, behind: String(typed[...equals]))
      }
      return .option(arguments.filter { !$0.names.isEmpty && said.isDisjoint(with: $0.names) })
    }
    let places = arguments.filter { $0.kind == .positional }
    if positionals.count < places.count {
      return .value(places[positionals.count], behind: "")
    }
    guard let last = places.last, last.isRepeating else { return .nothing }
    return .value(last, behind: "")
  }
}

extension ParsableCommand {
  /// What it is called on the command line.
  static var name: String { configuration.commandName ?? _commandName }
}
