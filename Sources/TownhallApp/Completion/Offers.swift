import ArgumentParser
import CursesTerminal
import Dashboard
import Lessons
import SharedState
import StateEditing
import TextScreen
import TownhallKit

/// What can be said in place of a value, by what the help calls the value.
///
/// So a verb is completed once its help says what it takes: `<key>` is a key of the town, wherever it stands.
enum Offer: Sendable {
  case keys, streets, keysAndStreets, patterns
  /// The fields of the house that the call is about.
  case fields
  /// The same, for new values.
  case newFields
  case commands
  /// What the command that the call is about can be told.
  case commandArguments
  case selections, lessons, addresses, themes, noticeWays, alarms
  /// What a room can be asked, how it was set up, and what can be simulated there.
  case controls, setups, setupParts, simulations

  /// The offer for a value that the help calls so; nil if nobody can know what somebody wants to say there.
  init?(valueName: String) {
    guard let offer = Self.byValueName[valueName] else { return nil }
    self = offer
  }

  private static let byValueName: [String: Offer] = [
    "key": .keys, "keys": .keys, "prefix": .streets, "prefix-or-key": .keysAndStreets,
    "pattern": .patterns, "path": .fields, "field=value": .newFields, "command": .commands,
    "arg=value": .commandArguments, "selection": .selections, "lesson": .lessons,
    "address": .addresses, "town": .addresses, "other-town": .addresses, "from": .addresses,
    "theme": .themes, "way": .noticeWays, "what": .alarms, "control": .controls,
    "set-up": .setups, "part": .setupParts, "simulation": .simulations,
  ]
}

/// Finds out what a call can go on with.
struct Completer {
  let call: CallInProgress
  /// What there is of the value that is being typed.
  let typed: String
  let surroundings: Surroundings

  /// All that the word being typed can be, as far as that can be known.
  static func completions(
    of line: TypedCall,
    in surroundings: Surroundings
  ) async -> Completions {
    let call = CallInProgress(line.words, typed: line.typed)
    switch call.place {
    case .nothing: return Completions()
    case .verb(let verbs): return Completions(candidates: candidates(verbs))
    case .page(let verbs):
      let keys = Candidate(text: "keys", help: "all keys of the dashboard")
      return Completions(
        candidates: candidates(verbs.filter { $0.name != keys.text }) + [keys]
      )
    case .option(let options): return Completions(candidates: candidates(options))
    case .value(let argument, let lead):
      let typed = String(decoding: line.typed.utf8.dropFirst(lead.utf8.count), as: UTF8.self)
      let completer = Completer(call: call, typed: typed, surroundings: surroundings)
      var found = await completer.completions(of: argument)
      for index in found.candidates.indices {
        found.candidates[index].text = lead + found.candidates[index].text
      }
      return found
    case .verbOrValue(let verbs, let argument):
      let completer = Completer(call: call, typed: line.typed, surroundings: surroundings)
      let values = line.typed.isEmpty ? Completions() : await completer.completions(of: argument)
      return Completions(candidates: candidates(verbs) + values.candidates, files: values.files)
    }
  }

  private static func candidates(_ verbs: [any ParsableCommand.Type]) -> [Candidate] {
    verbs.map { Candidate(text: $0.name, help: $0.configuration.abstract) }
  }

  private static func candidates(_ options: [ArgumentInfo]) -> [Candidate] {
    options.flatMap { option in
      option.names.map { Candidate(text: $0, help: option.help) }
    }
  }

  /// What an argument's value can be.
  private func completions(of argument: ArgumentInfo) async -> Completions {
    var found = Completions()
    if argument.takesFiles { found.files = .files }
    if argument.takesFolders { found.files = .folders }
    if !argument.values.isEmpty {
      found.candidates = argument.values.map { Candidate(text: $0) }
      return found
    }
    guard let offer = Offer(valueName: argument.valueName) else { return found }
    if case .addresses = offer { found.files = .files }
    let candidates = (try? await self.candidates(for: offer)) ?? []
    found.candidates = candidates.filter {
      $0.text.begins(with: typed)
        && Candidate.isFit($0.text, behindDashes: call.isBehindDashes || argument.kind == .option)
    }
    return found
  }

  private func candidates(for offer: Offer) async throws -> [Candidate] {
    switch offer {
    case .keys:
      let said = Set(call.positionals)
      return Self.inStreets(try await keys().filter { !said.contains($0) }, from: typed)
    case .streets: return Self.streets(of: try await keys(), from: typed)
    case .keysAndStreets:
      let keys = try await keys()
      return Self.streets(of: keys, from: typed) + Self.inStreets(keys, from: typed)
    case .patterns:
      let keys = try await keys()
      let streets = Self.streets(of: keys, from: typed).map { Candidate(text: $0.text + "*") }
      return streets + Self.inStreets(keys, from: typed)
    case .fields: return try await fields().map { Candidate(text: $0) }
    case .newFields:
      // What stands before the first equals sign is the name.
      return try await fields().filter { !$0.utf8.contains(UInt8(ascii: "=")) }
        .map { Candidate(text: $0 + "=", isPart: true) }
    case .commands:
      return try await commands().map { Candidate(text: $0.name, help: $0.label ?? "") }
    case .commandArguments:
      let command = try await commands().first { $0.name == call.positionals.first }
      return (command?.arguments ?? [:]).filter { !$0.key.utf8.contains(UInt8(ascii: "=")) }
        .map { Candidate(text: $0.key + "=", help: $0.value.text, isPart: true) }
    case .selections:
      let street = "selection."
      let keys = try await state(for: .keys(withPrefix: street + typed))
        .keys(withPrefix: street + typed)
      return keys.map {
        Candidate(text: String(decoding: $0.utf8.dropFirst(street.utf8.count), as: UTF8.self))
      }
    case .lessons: return try await lessons()
    case .addresses: return addresses()
    case .themes: return Theme.allCases.map { Candidate(text: $0.rawValue) }
    case .noticeWays: return NoticeWay.allCases.map { Candidate(text: $0.rawValue) }
    case .alarms: return ["silent", "failed"].map { Candidate(text: $0) }
    case .controls: return RoomControl.all.map { Candidate(text: $0.name, help: $0.summary) }
    case .setups:
      return try RoomSetupFolder(surroundings.variables).names().map { Candidate(text: $0) }
    case .setupParts: return RoomSetup.Part.allCases.map { Candidate(text: $0.rawValue) }
    case .simulations:
      let answer = try await join(for: .keys([String]())) { try await $0.run("playback/list") }
      return (answer["simulations"]?.array ?? []).compactMap {
        $0.string.map { Candidate(text: $0) }
      }
    }
  }
}

// MARK: - What the town tells

extension Completer {
  /// Runs some work in the town that the call is about.
  ///
  /// Nobody is asked or told anything: what would need that is not completed. Nor is anybody kept waiting for the goodbye.
  private func join<Result: Sendable>(
    for concern: Concern,
    _ work: @escaping @Sendable (SharedStateClient) async throws -> Result
  ) async throws -> Result {
    guard call.asksTown else { throw Failure(.noTown, "no town is meant") }
    var trust = CertificateOptions()
    trust.caFile = call.options["--ca-file"]
    let named = call.options["--town"] ?? surroundings.variables[Surroundings.town]
    let moment = call.options["--at"].map { "@" + $0 } ?? ""
    let (results, found) = AsyncStream<Result>.makeStream()
    let visit = Task { [surroundings = surroundings.muted, trust] in
      defer { found.finish() }
      _ = try await trust.join(
        (named ?? ServerAddress.nearby) + moment,
        for: concern,
        patience: CompleteCall.patience(of: surroundings.variables),
        in: surroundings
      ) { found.yield(try await work($0)) }
    }
    return try await withTaskCancellationHandler {
      for await result in results { return result }
      throw CancellationError()
    } onCancel: {
      visit.cancel()
    }
  }

  private func state(for concern: Concern) async throws -> StateDictionary {
    try await join(for: concern) { $0.endpoint.state }
  }

  /// The keys that go on from what is typed.
  private func keys() async throws -> [String] {
    try await state(for: .keys(withPrefix: typed)).keys(withPrefix: typed)
  }

  private func commands() async throws -> [CommandDescription] {
    // The state is of no matter, and so no more than one key of it is asked for.
    try await join(for: .keys("townhall")) { try await $0.commandDescriptions() }
  }

  /// The paths of the fields of the house that the call names.
  private func fields() async throws -> [String] {
    guard let key = call.positionals.first,
      let value = try await state(for: .keys(key))[key]
    else { return [] }
    return value.fieldPaths
  }

  /// The lessons of the file or the class that the call names, or else those that are built in.
  private func lessons() async throws -> [Candidate] {
    let course =
      if let file = call.positionals.first {
        try Course.read(file)
      } else if call.options["--town"] != nil {
        try Course.ofClass(try await state(for: .keys(LearnerEntry.key))[LearnerEntry.key])
          ?? Course.builtIn()
      } else {
        try Course.builtIn()
      }
    return course.tour.lessons.map { Candidate(text: $0.name, help: $0.title) }
  }

  /// The towns that this person has named, joined or come to trust.
  private func addresses() -> [Candidate] {
    let variables = surroundings.variables
    let last = try? MemoryFile(variables: variables, named: "last-joined")?.readValue()
    let named = [variables[Surroundings.town], last.flatMap { Picker.Server($0)?.address }]
    let known = (try? KnownServers(variables: variables).authorities()) ?? []
    let all =
      named.compactMap(\.self) + known.map { "wss://\($0)" } + [ServerAddress.nearby]
    // A token is nothing to show, and no call may name one.
    return all.filter { ServerAddress.withoutToken($0).token == nil }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
      .map { Candidate(text: $0) }
  }

  // MARK: Streets

  /// So many keys are looked through at a glance.
  private static let fewKeys = 200

  /// Keys, or in their place the streets in which they lie if there are too many to look through.
  static func inStreets(_ keys: [String], from typed: String) -> [Candidate] {
    guard keys.count > fewKeys else { return keys.map { Candidate(text: $0) } }
    let streets = streets(of: keys, from: typed)
    return streets + keys.filter { street(of: $0, from: typed) == nil }.map { Candidate(text: $0) }
  }

  /// The streets in which keys lie, one step further than what is typed.
  static func streets(of keys: [String], from typed: String) -> [Candidate] {
    keys.lazy.compactMap { street(of: $0, from: typed) }
      .reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
      .map { Candidate(text: $0, isPart: true) }
  }

  private static func street(of key: String, from typed: String) -> String? {
    let rest = key.utf8.dropFirst(typed.utf8.count)
    guard let dot = rest.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    return String(decoding: key.utf8[...dot], as: UTF8.self)
  }
}

extension CallInProgress {
  /// Whether a verb works in a town, so that it can be asked.
  var asksTown: Bool { arguments.contains { $0.names.contains("--town") } }
}

extension Surroundings {
  /// The same, in which nobody is asked or told anything.
  fileprivate var muted: Surroundings {
    var muted = self
    muted.tell = { _ in }
    (muted.isWatched, muted.isInteractive) = (false, false)
    return muted
  }
}

extension StateValue {
  /// More are nothing to choose from.
  private static let mostPaths = 300
  private static let mostElements = 16

  /// The paths of all fields, as a person types them: without quotation marks where they lead to the same place.
  fileprivate var fieldPaths: [String] {
    var paths: [ValuePath] = []
    collect(into: &paths, below: .root, depth: 6)
    return paths.map { path in
      let plain = path.steps.reduce(into: "") { text, step in
        switch step {
        case .element(let position): text += "[\(position)]"
        case .field(let name): text += text.isEmpty ? name : ".\(name)"
        }
      }
      return self.path(typed: plain) == path ? plain : path.description
    }
  }

  private func collect(into paths: inout [ValuePath], below path: ValuePath, depth: Int) {
    guard depth > 0, paths.count < Self.mostPaths else { return }
    switch self {
    case .object(let object):
      for field in object {
        paths.append(path.appending(.field(field.key)))
        field.value.collect(
          into: &paths,
          below: path.appending(.field(field.key)),
          depth: depth - 1
        )
      }
    case .array(let elements):
      for (position, element) in elements.prefix(Self.mostElements).enumerated()
      where element.object != nil {
        paths.append(path.appending(.element(position)))
        element.collect(
          into: &paths,
          below: path.appending(.element(position)),
          depth: depth - 1
        )
      }
    default: break
    }
  }
}
