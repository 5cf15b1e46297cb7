import ArgumentParser
import SharedState
import TextScreen
import TownhallKit
import Trajectory

struct Keys: Verb {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "List the keys of a town or of one street, sorted.",
    discussion: """
      One key a line. A key with control characters in it, or one that begins with a quotation mark, is written \
      as a quoted text, so that a line is always one key.

      EXAMPLES
        townhall keys
        townhall keys selection.
        townhall keys --json | python3 -c 'import json,sys; print(len(json.load(sys.stdin)))'
      """
  )

  @Argument(help: "Only keys that begin so.", completion: .none)
  var prefix = ""

  @Flag(help: "Print one JSON list.")
  var json = false

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    let keys = try await town.join(for: .keys(withPrefix: prefix), in: surroundings) { town in
      town.endpoint.state.keys(withPrefix: prefix)
    }
    if json {
      try surroundings.print(StateValue.array(keys.map(StateValue.string)).text)
    } else {
      try surroundings.write(keys.map { Self.line($0) + "\n" }.joined())
    }
  }

  static func line(_ key: String) -> String {
    let isPlain = !key.hasPrefix("\"") && !key.unicodeScalars.contains(where: \.isControl)
    return isPlain ? key : StateValue.string(key).text
  }
}

struct Get: Verb {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print the value of a house, or of one of its fields.",
    discussion: """
      The value is JSON, plus Infinity, -Infinity, NaN, and b64"…" for bytes. Exits with 1 if there is no such \
      house or field.

      EXAMPLES
        townhall get selection.root
        townhall get avatar.U --field 'components[0].position'
        townhall get selection.root --field properties.nanover.rendering.hide
        townhall get selection.a --atoms
      """
  )

  @Argument(help: "The house.")
  var key: String

  @Option(
    help: ArgumentHelp(
      "Only what is at this path: field names with dots, list positions in brackets.",
      valueName: "path"
    )
  )
  var field: String?

  @Flag(help: "Lay the value out over several lines.")
  var pretty = false

  @Flag(
    help: "Print the atoms that it names, in a line for each residue, instead of their numbers."
  )
  var atoms = false

  @OptionGroup var town: PatientServerOptions

  func validate() throws {
    if atoms, pretty { throw ValidationError("--atoms and --pretty exclude each other") }
  }

  func run(in surroundings: Surroundings) async throws {
    if atoms { return try await printAtoms(in: surroundings) }
    let value = try await town.join(for: .keys(key), in: surroundings) { town in
      try Absence.check(town.endpoint.state[key], at: key)
    }
    try surroundings.print(part(of: value).text(indent: pretty ? 2 : nil))
  }

  private func printAtoms(in surroundings: Surroundings) async throws {
    let (simulation, value) = try await town.joinSimulation(for: .keys(key), in: surroundings) {
      ($0, try Absence.check($1.endpoint.state[key], at: key))
    }
    let topology = try MoleculeReading.topology(of: simulation)
    let numbers = try numbers(in: value, among: topology.atomCount)
    var (atoms, absent) = (AtomSet(of: topology.atomCount), [Int]())
    for number in numbers where !atoms.insert(number) { absent.append(number) }
    for line in topology.lines(of: atoms) { try surroundings.print(TextWidth.safe(line)) }
    for number in absent {
      try surroundings.print(
        "\(number)  not one of the \(topology.atomCount) atoms of this molecule"
      )
    }
    guard atoms.isEmpty else { return }
    throw Failure(.absent, "\(key) names no atom of \(topology.atomCount)")
  }

  /// The atoms that are named in the part that was asked for.
  private func numbers(in value: StateValue, among count: Int) throws(Failure) -> [Int] {
    let part = try part(of: value)
    if let list = part.array, case let numbers = list.compactMap(\.int), numbers.count == list.count
    {
      return numbers.map { Int($0) }
    }
    // As in the pane with the selections: where none are listed, all are meant.
    if key.hasPrefix("selection."), let selection = try? ParticleSelection(stateValue: part) {
      return selection.particleIDs ?? Array(0..<count)
    }
    if let particles = (try? Interaction(stateValue: part))?.particles { return particles }
    throw Failure(.absent, "\(field.map { "\($0) of \(key)" } ?? key) is no list of atoms")
  }

  private func part(of value: StateValue) throws(Failure) -> StateValue {
    guard let field else { return value }
    guard let part = value.value(atTyped: field) else {
      throw Failure(.absent, "\(key) has no field \(field)")
    }
    return part
  }
}

/// What is said when nobody lives somewhere.
enum Absence {
  static func check(_ value: StateValue?, at key: String) throws(Failure) -> StateValue {
    guard let value else { throw failure([key]) }
    return value
  }

  /// Says that some houses do not exist.
  static func failure(_ keys: [String]) -> Failure {
    let names = keys.prefix(3).map { StateValue.string($0).text }.joined(separator: ", ")
    let more = keys.count > 3 ? " and \(keys.count - 3) more" : ""
    return Failure(.absent, "no house \(names)\(more) in this town")
  }
}

struct Dump: Verb {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Print the whole town, or one street, as JSON, sorted by key, one house a line.",
    discussion: """
      The text is one object, in the form that `load` reads back: JSON, plus Infinity, -Infinity, NaN, and \
      b64"…" for bytes.

      EXAMPLES
        townhall dump > monday.json
        townhall dump selection.
        townhall dump --output monday.json && townhall load monday.json --town ws://lab-4
      """
  )

  @Argument(help: "Only keys that begin so.", completion: .none)
  var prefix = ""

  @Flag(help: "Lay each house out over several lines.")
  var pretty = false

  @Option(name: .shortAndLong, file: "Write to a file, which appears only when it is complete.")
  var output: String?

  @OptionGroup var town: PatientServerOptions

  func run(in surroundings: Surroundings) async throws {
    let state = try await town.join(for: .keys(withPrefix: prefix), in: surroundings) { town in
      town.endpoint.state
    }
    let keys = state.keys(withPrefix: prefix)
    guard let output else {
      return try StateDocument.write(keys, of: state, pretty: pretty, to: surroundings.write)
    }
    do {
      try FreshFile.write(output) { write in
        try StateDocument.write(keys, of: state, pretty: pretty, to: write)
      }
    } catch let error as Files.SystemError {
      throw Failure(.badUsage, error.description)
    }
    if surroundings.isWatched {
      surroundings.note("wrote \(Counted.houses(keys.count)) to \(output)")
    }
  }
}

/// A number with its noun.
enum Counted {
  static func houses(_ count: Int) -> String { things(count, "house", "houses") }

  static func things(_ count: Int, _ one: String, _ more: String) -> String {
    count == 1 ? "1 \(one)" : "\(count) \(more)"
  }
}
