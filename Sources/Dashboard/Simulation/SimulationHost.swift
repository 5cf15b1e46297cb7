import ScreenKit
import SharedState
import StateEditing
import Trajectory

/// What the pane with the simulation needs of the dashboard.
protocol SimulationHost: WatchHost, CallHost, ReplayHost {
  var simulationPane: SimulationPane { get set }
}

extension PaneID {
  static let simulation = PaneID("Simulation", hasEntries: false)
}

extension ActionID {
  static let select: ActionID = "select"
}

extension Action where Host: SimulationHost {
  /// Running the simulation, and choosing atoms of it.
  static var simulating: [Self] {
    [
      Action(
        .select,
        ["Q"],
        .simulation,
        "atoms by a query, for this selection or a new one"
      ) {
        $0.beginQuery()
      }
      .alsoCalled("selection atoms query").writing()
      .unless { $0.reasonNotToSelect },
      Action("play", ["P"], .simulation, "let the simulation, or the past, run or stand still") {
        $0.playOrPause()
      }
      .alsoCalled("pause resume").writing { !$0.playsPast }.unless { $0.reasonNotToRun },
      Action("step", ["A"], .simulation, "let it make one step") {
        $0.playsPast ? $0.carryOut(.step(isForward: true)) : $0.call("playback/step")
      }
      .writing { !$0.playsPast }.unless { $0.reasonNotToRun },
      Action("reset", ["B"], .simulation, "begin it again") {
        $0.playsPast ? $0.carryOut(.seek(.zero)) : $0.call("playback/reset")
      }
      .alsoCalled("restart").writing { !$0.playsPast }.unless { $0.reasonNotToRun },
      Action("load", ["I"], .simulation, "the simulations that there are, to load another") {
        $0.openSimulations()
      }
      .alsoCalled("simulations").writing().unless { $0.reasonNotToRun },
    ]
  }
}

extension SimulationHost {
  /// Whether a recording, or the past, is what is run: for this person alone, and nothing is changed by that.
  fileprivate var playsPast: Bool { replay != nil || isInPast }

  fileprivate var reasonNotToRun: String? { playsPast ? nil : reasonNotToWrite }

  fileprivate mutating func playOrPause() -> [Effect] {
    if playsPast, let film { return playOrPause(film) }
    return call(simulationPane.isRunning(at: now.uptime) ? "playback/pause" : "playback/play")
  }

  // MARK: Other simulations

  private static var listID: String { "simulations" }

  /// Asks what there is to load, and shows it once that is known.
  fileprivate mutating func openSimulations() -> [Effect] {
    let id = calls.next()
    simulationPane.asking = id
    open(List(Self.listID, "Load a simulation", loadItems(asking: true)))
    return [.ask(id, name: "playback/list", arguments: [:])]
  }

  /// Takes in what there is to load; says whether that was what was asked.
  mutating func takeSimulations(
    _ result: Result<StateValue, CommandFailure>,
    of id: CallID
  ) -> Bool {
    guard simulationPane.asking == id else { return false }
    simulationPane.asking = nil
    guard list?.id == Self.listID else { return true }
    switch result {
    case .failure(let failure):
      let words = Line("\(glyphs.failure) \(failure.line)", .error)
      list?.chooser.items = [List<Self>.Item(label: words)]
    case .success(let value):
      let names = value["simulations"]?.array?.map { $0.string ?? "" } ?? []
      simulationPane.simulations = Array(names.prefix(1000))
      let (items, query) = (loadItems(asking: false), list?.chooser.query ?? "")
      list?.chooser.items = items
      list?.chooser.retype(query)
    }
    return true
  }

  /// The simulations, and before them what a load takes away.
  private func loadItems(asking: Bool) -> [List<Self>.Item] {
    let lost = [("selection.", "selection"), ("interaction.", "interaction")].compactMap {
      prefix,
      noun -> String? in
      let count = freshest.keys(withPrefix: prefix).count
      return count == 0 ? nil : Phrases.count(count, noun)
    }
    var head: [List<Self>.Item] = []
    if !lost.isEmpty {
      let words = "\(glyphs.warning) a load takes away \(lost.joined(separator: " and "))"
      head.append(.init(label: Line(words, .warning, .bold)))
      let back =
        "  \(label(of: .restore)) puts the selections back afterwards, by query where they have one"
      head.append(.init(label: Line(back, .muted)))
    }
    if asking {
      return head + [.init(label: Line(words("asking the \(.host) what there is"), .muted))]
    }
    let names = simulationPane.simulations
    guard !names.isEmpty else {
      return head + [.init(label: Line("there is nothing to load", .muted))]
    }
    return head
      + names.enumerated().map { index, name in
        .init(
          label: Line("\(index)  ", .number).adding(name.named, .key),
          name: name,
          note: name == known.simulation.facts.name ? "runs now" : "",
          verb: "loads it",
          choice: Choice("load \(index)") {
            $0.call("playback/load", ["index": .int(Int64(index))])
          }
        )
      }
  }

  // MARK: Choosing atoms

  fileprivate var reasonNotToSelect: String? {
    if let reasonNotToWrite { return reasonNotToWrite }
    if let trouble = known.simulation.trouble {
      return "the simulation says what cannot be: \(trouble)"
    }
    return known.simulation.molecule == nil ? "nobody simulates here" : nil
  }

  /// Opens the line in which a query is typed: for the selection under the cursor, or for a new one.
  fileprivate mutating func beginQuery() {
    let key = focus == .simulation ? nil : currentKey.flatMap { KeyKind.isSelection($0) ? $0 : nil }
    let kept = key.flatMap { freshest[$0] }.flatMap { try? ParticleSelection(stateValue: $0) }?
      .query
    let here = focus == .simulation ? simulationPane.queryHere : nil
    var sheet = QuerySheet(key: key, text: kept ?? here ?? "")
    sheet.answer(with: known.simulation, in: freshest)
    overlays[QuerySheet.self] = sheet
  }

  /// Sends the selection with the atoms that are meant.
  mutating func acceptQuery() -> [Effect] {
    let (simulation, state) = (known.simulation, freshest)
    // Everybody has moved since the last letter, and what it names may be another.
    overlays[QuerySheet.self]?.answer(with: simulation, in: state)
    guard let sheet = overlays[QuerySheet.self],
      case .atoms(let query, let atoms) = sheet.answer, !atoms.isEmpty
    else { return [] }
    if let key = sheet.key, !state.contains(key) {
      say("\(key) has gone meanwhile: Esc leaves", .warning)
      return []
    }
    overlays[QuerySheet.self] = nil
    let key = sheet.key ?? KeyKind.selectionPrefix + outbox.names.next()
    let base = freshest[key]
    let fresh = base == nil ? freshSelection(key, named: query.description) : base
    guard var selection = fresh.flatMap({ try? ParticleSelection(stateValue: $0) }) else {
      say("\(key) holds no selection: its atoms are chosen in an edit", .warning)
      return []
    }
    selection.choose(atoms, by: query)
    let entry = EditRequest.Entry(key: key, base: base, mine: selection.stateValue)
    return submit(base == nil ? .add : .update, [entry])
  }

  /// A selection like those that are there, called by its query.
  private func freshSelection(_ key: String, named name: String) -> StateValue? {
    let short = name.count > 40 ? name.prefix(39) + "…" : name[...]
    let model = freshest.keys(withPrefix: KeyKind.selectionPrefix).lazy
      .compactMap { freshest[$0] }.compactMap { try? ParticleSelection(stateValue: $0) }.first
    return ParticleSelection(
      id: key,
      name: String(short),
      particleIDs: [],
      layout: model?.layout ?? .nanover
    ).stateValue
  }
}
