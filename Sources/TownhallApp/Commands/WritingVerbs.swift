import ArgumentParser
import ConcurrencySupport
import SharedState
import StateEditing
import StateSync
import TownhallKit

struct SetValue: Verb {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set the value of a house, whether or not it is lived in.",
    discussion: """
      VALUE is JSON, plus Infinity, -Infinity, NaN, and b64"…" for bytes; - reads it from standard input. Text \
      needs its quotes, and the shell takes off one pair. Returns when the town has accepted the value.

      EXAMPLES
        townhall set scene.ambient_occlusion false
        townhall set simulation.name '"17-ala"'
        townhall set selection.a '{"display_name":"A","particle_ids":[1,2]}'
        townhall get scene | townhall set scene.saved -
      """
  )

  @Argument(help: "The house.")
  var key: String

  @Argument(help: "Its new value.")
  var value: String

  @OptionGroup var town: WritingOptions

  func run(in surroundings: Surroundings) async throws {
    let value = try ValueArgument.value(value, in: surroundings)
    try await town.join(for: .keys(key), in: surroundings) { town in
      let seen = town.snapshot()[key]
      try await town.carryOut(EditRequest(.set, key, from: seen, to: value))
    }
  }
}

struct Update: Verb {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Set some fields of a house and leave its others as they are.",
    discussion: """
      The house must be lived in by a dictionary. A field is named as with get --field: selected.particle_ids is \
      the field particle_ids of the dictionary selected, if there is one. A field that is not there is added; a \
      name with dots, such as owner.id, is one field, and '"owner.id"' says so in any case.

      EXAMPLES
        townhall update selection.a 'display_name="B"'
        townhall update selection.a selected.particle_ids=[43,44] hide=true
      """
  )

  @Argument(help: "The house.")
  var key: String

  @Argument(help: ArgumentHelp("What each field is to be.", valueName: "field=value"))
  var fields: [String]

  @OptionGroup var town: WritingOptions

  func run(in surroundings: Surroundings) async throws {
    let fields = try fields.map { try TypedValue.field($0) }
    try await town.join(for: .keys(key), in: surroundings) { town in
      let seen = try Absence.check(town.snapshot()[key], at: key)
      let value = try seen.setting(fields, in: key)
      try await town.carryOut(EditRequest(.update, key, from: seen, to: value))
    }
  }
}

struct Add: Verb {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add a house with a fresh random key to a street, and print the key.",
    discussion: """
      EXAMPLES
        townhall add selection. '{"display_name":"Base","particle_ids":[0,4]}'
        key=$(townhall add selection. '{}') && townhall update "$key" 'display_name="New"'
      """
  )

  @Argument(help: "How the key begins, with its dot: selection.")
  var prefix: String

  @Argument(help: "The value; - reads it from standard input.")
  var value: String

  @OptionGroup var naming: PrefixOptions

  @OptionGroup var town: WritingOptions

  func run(in surroundings: Surroundings) async throws {
    try naming.check(prefix, "the key would begin \(prefix)6f2…")
    let value = try ValueArgument.value(value, in: surroundings)
    let key = try await town.join(for: .keys(withPrefix: prefix), in: surroundings) { town in
      try await town.collection(prefix).add(value).key
    }
    if !town.dryRun { try surroundings.print(key) }
  }
}

struct Remove: Verb {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove houses: all those named, or none if one of them does not exist.",
    discussion: """
      EXAMPLES
        townhall remove selection.a
        townhall keys interaction. | xargs townhall remove
      """
  )

  @Argument(help: "The houses.")
  var keys: [String]

  @OptionGroup var town: WritingOptions

  func run(in surroundings: Surroundings) async throws {
    try await town.join(for: .keys(keys), in: surroundings) { town in
      try await town.endpoint.write { state in
        let missing = keys.filter { !state.contains($0) }
        guard missing.isEmpty else {
          let failure = Absence.failure(missing)
          let tail = keys.count == 1 ? "" : "; nothing was removed"
          throw Failure(failure.status, failure.message + tail)
        }
        return StateChange(removals: Set(keys))
      }
    }
  }
}

struct Clear: Verb {
  static let configuration = CommandConfiguration(
    commandName: "clear",
    abstract: "Remove all houses of a street, in one message.",
    discussion: """
      How many there were is told on standard error. An empty prefix stands for the whole town, and is refused \
      without --all.

      EXAMPLES
        townhall clear selection.
        townhall clear --all
      """
  )

  @Argument(help: "How the keys begin, with the dot: selection.")
  var prefix: String?

  @Flag(help: "Clear the whole town.")
  var all = false

  @OptionGroup var naming: PrefixOptions

  @OptionGroup var town: WritingOptions

  func validate() throws {
    switch (prefix ?? "", all) {
    case ("", false):
      throw ValidationError("An empty prefix is the whole town: say --all if you mean that")
    case ("", true), (_, false): break
    case (let prefix, true):
      throw ValidationError("Either a prefix ('\(prefix)') or --all, not both")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    let prefix = prefix ?? ""
    let count = try await town.join(for: .keys(withPrefix: prefix), in: surroundings) { town in
      let cleared = Locked(0)
      try await town.endpoint.write { state in
        let keys = state.keys(withPrefix: prefix)
        try naming.check(prefix, Self.reach(of: prefix, keys))
        cleared.withLock { $0 = keys.count }
        return StateChange(removals: Set(keys))
      }
      return cleared.withLock { $0 }
    }
    surroundings.note("\(town.dryRun ? "would clear" : "cleared") \(Counted.houses(count))")
  }

  /// What a text that is no street's name would clear.
  private static func reach(of prefix: String, _ keys: [String]) -> String {
    guard !keys.isEmpty else { return "no key begins so" }
    let some = keys.prefix(3).joined(separator: ", ") + (keys.count > 3 ? ", …" : "")
    return "\(Counted.houses(keys.count)) would go (\(some))"
  }
}

struct Load: Verb {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Set every house that a dump holds.",
    discussion: """
      The file is one JSON object from keys to values, as `dump` writes it, and is checked whole before anything \
      is sent; - reads standard input. A large town is sent in several messages: if the town is lost half-way, \
      some of them have arrived, and loading again is safe.

      EXAMPLES
        townhall load monday.json
        townhall load --replace monday.json
      """
  )

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Flag(help: "Also remove every house that is not in the file.")
  var replace = false

  @OptionGroup var town: WritingOptions

  func run(in surroundings: Surroundings) async throws {
    let houses = try StateDocument.read(file, in: surroundings)
    // What is there already matters only for what is not in the file, and for what would change.
    let concern: Concern = replace || town.dryRun ? .wholeTown : .keys([])
    let removed = try await town.join(for: concern, in: surroundings) { town in
      let removals = replace ? Set(town.endpoint.state.keys.filter { houses[$0] == nil }) : []
      try await send(houses, to: town, in: surroundings)
      try await town.endpoint.write { _ in StateChange(removals: removals) }
      return removals.count
    }
    let tail = replace ? ", removed \(removed)" : ""
    surroundings.note(
      "\(town.dryRun ? "would have loaded" : "loaded") \(Counted.houses(houses.count))\(tail)"
    )
  }

  private func send(
    _ houses: StateObject,
    to town: SharedStateView,
    in surroundings: Surroundings
  ) async throws {
    var (sent, onTheirWay) = (0, 0)
    let endpoint = town.endpoint
    try await withThrowingTaskGroup(of: Int.self) { group in
      for chunk in Chunks(houses: houses) {
        if onTheirWay == Self.mostOnTheirWay, let count = try await group.next() {
          (sent, onTheirWay) = (sent + count, onTheirWay - 1)
          tell(sent, of: houses, in: surroundings)
        }
        onTheirWay += 1
        group.addTask {
          if let client = endpoint as? SyncClient {
            try await client.push(chunk)
          } else {
            try await endpoint.write { _ in chunk }
          }
          return chunk.count
        }
      }
      for try await count in group {
        sent += count
        tell(sent, of: houses, in: surroundings)
      }
    }
    if surroundings.isWatched, sent > 0 { surroundings.tell("\r\u{1b}[K") }
  }
}

extension Load {
  /// So many messages wait for the town to confirm them while the next is made, so that neither waits for the other.
  fileprivate static let mostOnTheirWay = 4

  fileprivate func tell(_ sent: Int, of houses: StateObject, in surroundings: Surroundings) {
    guard surroundings.isWatched else { return }
    surroundings.tell("\r\(sent) of \(Counted.houses(houses.count))")
  }
}

/// Cuts a town into changes that a wire carries easily: some thousand houses or some megabytes each.
struct Chunks: Sequence, IteratorProtocol {
  private static let houses = 5_000
  private static let bytes = 8 << 20

  private var rest: ArraySlice<StateObject.Field>

  init(houses: StateObject) { rest = Array(houses)[...] }

  mutating func next() -> StateChange? {
    guard !rest.isEmpty else { return nil }
    var chunk = StateChange()
    var size = 0
    while let house = rest.first, chunk.count < Self.houses, size < Self.bytes {
      chunk.update(house.key, to: house.value)
      size += house.key.utf8.count + house.value.roughSize
      rest.removeFirst()
    }
    return chunk
  }
}

extension StateValue {
  /// About how many bytes the value takes on a wire.
  fileprivate var roughSize: Int {
    switch self {
    case .null, .bool: 1
    case .int, .double: 9
    case .string(let text): text.utf8.count + 5
    case .bytes(let bytes): bytes.count + 5
    case .array(let elements): elements.reduce(5) { $0 + $1.roughSize }
    case .object(let object): object.reduce(5) { $0 + $1.key.utf8.count + 5 + $1.value.roughSize }
    }
  }
}
