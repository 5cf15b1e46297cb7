import ArgumentParser
import Glibc
import SharedState
import StateEditing
import StateRecording
import StateSync
import TownhallKit

struct CompareStates: Verb {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Print how two towns differ, house by house and field by field.",
    discussion: """
      Either is a town's address, a recording at a moment (FILE@SECONDS, FILE@MARK), or a file that 'townhall dump' wrote; \
      - is such a text on standard input. Lines begin with + for a house that only the second has, - for one that only the first \
      has, and ~ for a field that differs.

      Exits with 0 if they are the same and with 1 if not.

      With --along two recordings are compared on one clock, all the time that both cover: which houses differ, and from when to       when. 'start' counts seconds from each one's beginning, 'clock' goes by the time of day.

      EXAMPLES
        townhall diff monday.json ws://lab-3
        townhall diff monday.nanover.zip tuesday.nanover.zip --along start --only 'selection.*'
        townhall diff ours.nanover.zip theirs.nanover.zip --along clock
        townhall diff lab3.nanover.zip@5.2 'lab3.nanover.zip@ligand is in' --only 'selection.*'
      """
  )

  @Argument(help: ArgumentHelp("A town.", valueName: "town"), completion: .file())
  var first: String

  @Argument(help: ArgumentHelp("Another one.", valueName: "other-town"), completion: .file())
  var second: String

  @Option(
    help: ArgumentHelp("Compare only keys that fit; may be given again.", valueName: "pattern")
  )
  var only: [String] = []

  @Flag(help: "Print one JSON line for each difference.")
  var json = false

  @Option(
    help: ArgumentHelp("Compare two recordings on one clock: start or clock.", valueName: "clock")
  )
  var along: ComparedClock?

  @OptionGroup var trust: CertificateOptions

  func run(in surroundings: Surroundings) async throws {
    if let along { return try compare(along, in: surroundings) }
    let (old, new) = (
      try await state(first, in: surroundings), try await state(second, in: surroundings)
    )
    let change = new.changes(since: old)
    let keys = change.keys.sorted()
    for key in keys {
      let (old, new) = (old.entry(for: key)?.value, new.entry(for: key)?.value)
      for difference in ValueDiff(from: old, to: new).differences {
        try surroundings.print(json ? jsonLine(key, difference) : Self.line(key, difference))
      }
    }
    guard keys.isEmpty else {
      let differ = keys.count == 1 ? "differs" : "differ"
      throw Failure(.absent, "\(Counted.houses(keys.count)) of the two towns \(differ)")
    }
  }

  /// Compares two recordings for as long as both last.
  private func compare(_ clock: ComparedClock, in surroundings: Surroundings) throws {
    let (old, new) = (try recording(first), try recording(second))
    var shift = Duration.zero
    if clock == .clock {
      guard let ours = old.begun, let theirs = new.begun else {
        let unknown = old.begun == nil ? first : second
        throw Failure(
          .badUsage,
          "nobody knows at what time \(Program.safe(unknown)) began: --along start"
        )
      }
      shift = .microseconds(theirs - ours)
    }
    let globs = KeyGlobs(only)
    var keys: Set<StateKey> = []
    let told = { (time: Duration) in
      clock == .clock ? old.told(time) : StateValue.double(time.seconds)
    }
    let span: ClosedRange<Duration>?
    do {
      span = try old.compare(with: new, shiftedBy: shift, where: { globs?.holds($0) ?? true }) {
        difference in
        keys.insert(StateKey(difference.key))
        let (from, to) = (told(difference.from), difference.to.map(told))
        guard json else {
          let end = to.map { "to \($0.plain)" } ?? "to the end"
          return try surroundings.print(
            "~ \(Program.safe(difference.key)): from \(from.plain) \(end)"
          )
        }
        var line: StateObject = ["key": .string(difference.key), "from": from]
        line["to"] = to
        try surroundings.print(StateValue.object(line).text)
      }
    } catch let error as RecordingError {
      throw Failure(.badUsage, Program.safe("a recording cannot be read: \(error)"))
    }
    guard let span else { throw Failure(.badUsage, "no time is in both recordings") }
    surroundings.note(
      "compared from \(told(span.lowerBound).plain) to \(told(span.upperBound).plain)"
    )
    guard keys.isEmpty else {
      throw Failure(.absent, "\(Counted.houses(keys.count)) of the two recordings differ")
    }
  }

  /// A recording that is compared as a whole.
  private func recording(_ text: String) throws -> Recording {
    guard let place = try RecordedPlace(text), place.moment == .end else {
      throw Failure(
        .badUsage,
        "\(Program.safe(text)) is no whole recording, of which --along compares two"
      )
    }
    return try place.open()
  }

  private func state(_ text: String, in surroundings: Surroundings) async throws -> StateDictionary
  {
    let state = try await StateSource.state(text, trust, in: surroundings)
    return KeyGlobs(only)?.chosen(of: state) ?? state
  }

  private static func line(_ key: String, _ difference: ValueDiff.Difference) -> String {
    let place = difference.path.steps.isEmpty ? key : "\(key) \(difference.path)"
    switch (difference.old, difference.new) {
    case (nil, let new?): return "+ \(Program.safe(place)): \(new.text)"
    case (let old?, nil): return "- \(Program.safe(place)): \(old.text)"
    case (let old, let new):
      return "~ \(Program.safe(place)): \(old?.text ?? "") → \(new?.text ?? "")"
    }
  }

  private func jsonLine(_ key: String, _ difference: ValueDiff.Difference) -> String {
    var line: StateObject = ["key": .string(key)]
    if !difference.path.steps.isEmpty { line["field"] = .string("\(difference.path)") }
    line["old"] = difference.old
    line["value"] = difference.new
    return StateValue.object(line).text
  }
}

/// What two recordings are compared by.
enum ComparedClock: String, ExpressibleByArgument, CaseIterable {
  /// Seconds from the beginning of each.
  case start
  /// The time of day.
  case clock
}

extension StateValue {
  /// A time as it is told in a line: without quotes.
  fileprivate var plain: String { string ?? text }
}

/// Where a whole town is read from: where it is, a recording, or what somebody has dumped.
enum StateSource {
  /// Reads a town.
  ///
  /// - Throws: A ``Failure`` that says why there is none.
  static func state(
    _ text: String,
    _ trust: CertificateOptions,
    in surroundings: Surroundings
  ) async throws -> StateDictionary {
    if text == "-" || text.hasSuffix(".json") {
      var state = StateDictionary()
      for house in try StateDocument.read(text, in: surroundings) { state[house.key] = house.value }
      return state
    }
    return try await trust.join(text, in: surroundings) { $0.endpoint.state }
  }
}

struct RestoreState: Verb {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a town as it was at a moment of a recording, or in a dump.",
    discussion: """
      All of it is one change, which is put on the town field by field: what somebody else changes at that moment in the same \
      place is not lost, then nothing is written. What people's heads and hands do is left out, unless --only asks for it. \
      What was there before is kept, so that --undo brings it back, once, as far as nobody has changed it since.

      EXAMPLES
        townhall restore lab3.nanover.zip@5.2 --only 'selection.*' --dry-run
        townhall restore 'lab3.nanover.zip@ligand is in' --town ws://lab-3
        townhall restore --undo --town ws://lab-3
      """
  )

  @Argument(
    help: ArgumentHelp(
      "A recording (FILE, FILE@SECONDS, FILE@MARK), a dump, or another town.",
      valueName: "from"
    ),
    completion: .file()
  )
  var source: String?

  @Option(
    help: ArgumentHelp("Restore only keys that fit; may be given again.", valueName: "pattern")
  )
  var only: [String] = []

  @Flag(help: "Take back what was restored last in this town.")
  var undo = false

  @OptionGroup var town: WritingOptions

  func validate() throws {
    guard undo != (source != nil) else {
      throw ValidationError("either a recording is named, or --undo")
    }
    guard !undo || only.isEmpty else { throw ValidationError("--undo takes back all of it") }
  }

  func run(in surroundings: Surroundings) async throws {
    guard let source else { return try await takeBack(in: surroundings) }
    let past = try await StateSource.state(source, town.server.server.trust, in: surroundings)
    let count = try await town.join(in: surroundings) { town in
      let edit = edit(to: past, on: town.endpoint.state)
      guard !edit.entries.isEmpty else { return 0 }
      let inverse = try await carryOut(edit, in: town)
      if !self.town.dryRun {
        try RestoreMemory(of: self.town.address(in: surroundings), in: surroundings)
          .write(edit, inverse)
      }
      return edit.entries.count
    }
    let verb = town.dryRun ? "would be" : "are"
    let named = source == "-" ? "what was given" : Program.safe(source)
    surroundings.note("\(Counted.houses(count)) \(verb) as in \(named)")
  }

  private func edit(to past: StateDictionary, on now: StateDictionary) -> EditRequest {
    let globs = KeyGlobs(only)
    let people = globs == nil ? Set(past.keysOfPeople + now.keysOfPeople) : []
    let entries = past.changes(since: now).items.lazy
      .filter { globs?.holds($0.key.text) ?? !people.contains($0.key.text) }
      .map { EditRequest.Entry(key: $0.key.text, base: now[$0.key.text], mine: $0.entry?.value) }
    return EditRequest(
      id: EditID(0),
      verb: .set,
      entries: entries.sorted { $0.key < $1.key },
      merges: true
    )
  }

  /// Has an edit done.
  ///
  /// - Returns: What takes exactly that back.
  private func carryOut(_ edit: EditRequest, in town: SharedStateView) async throws -> StateChange {
    guard let client = town.endpoint as? SyncClient else {
      try await town.carryOut(edit)
      return StateChange()
    }
    var inverse = StateChange()
    let ended = client.begin(edit) { change, state in inverse = change.inverse(against: state) }
    try await town.check(ended())
    return inverse
  }

  private func takeBack(in surroundings: Surroundings) async throws {
    let count = try await town.join(in: surroundings) { town in
      let address = try self.town.address(in: surroundings)
      let memory = try RestoreMemory(of: address, in: surroundings)
      guard let edit = try memory.read() else {
        throw Failure(
          .absent,
          "nothing was restored in the town at \(address) that could be taken back"
        )
      }
      try await town.carryOut(edit)
      if !self.town.dryRun { memory.remove() }
      return edit.entries.count
    }
    let verb = town.dryRun ? "would be" : "are"
    surroundings.note("\(Counted.houses(count)) \(verb) as before the restore")
  }
}

/// What takes back what was restored last in a town: a file in this person's own folder.
private struct RestoreMemory {
  private let path: String

  init(of address: String, in surroundings: Surroundings) throws(Failure) {
    guard let folder = MemoryFile.folder(surroundings.variables) else {
      throw Failure(
        .badUsage,
        "there is no place for what takes it back: HOME and XDG_STATE_HOME are unset"
      )
    }
    path = "\(folder)/restored/\(MemoryFile.name(of: address)).json"
  }

  func write(_ edit: EditRequest, _ inverse: StateChange) throws {
    var houses = StateObject()
    for entry in edit.entries where inverse.touches(entry.key) {
      var house = StateObject()
      house["restored"] = entry.mine
      house["before"] = inverse.updates[entry.key]?.value
      houses[entry.key] = .object(house)
    }
    do {
      close(try Files.replace(path, with: (StateValue.object(houses).text + "\n").utf8))
    } catch {
      throw Failure(.badUsage, "it is restored, and cannot be taken back by --undo: \(error)")
    }
  }

  /// What takes it back; nil if there is nothing.
  func read() throws(Failure) -> EditRequest? {
    let houses: StateObject
    do {
      houses = try StateDocument.read(Files.read(path, atMost: Self.mostBytes), named: path)
    } catch let error as Files.SystemError {
      if error.isAbsence { return nil }
      throw Failure(.badUsage, error.description)
    } catch let error as Failure {
      throw error
    } catch {
      throw Failure(.badUsage, "\(error)")
    }
    let entries = houses.map {
      EditRequest.Entry(key: $0.key, base: $0.value["restored"], mine: $0.value["before"])
    }
    return EditRequest(id: EditID(0), verb: .set, entries: entries, merges: true)
  }

  func remove() { unlink(path) }

  /// No town is larger than what its messages may be.
  private static let mostBytes = 1 << 30
}
