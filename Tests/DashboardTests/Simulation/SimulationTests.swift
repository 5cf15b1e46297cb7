import SharedState
import StateEditing
import StateInspection
import TextScreen
import Testing
import Trajectory

@testable import Dashboard

extension Scene {
  /// An alanine and two waters in chain A, and an ion that is in none of them.
  static let molecule: [String: StateValue] = [
    "frame.index": 0, "particle.count": 10, "residue.count": 4, "chain.count": 2,
    "particle.names": ["N", "CA", "CB", "O", "H1", "H2", "O", "H1", "H2", "NA"],
    "particle.elements": [7, 6, 6, 8, 1, 1, 8, 1, 1, 11],
    "particle.residues": [0, 0, 0, 1, 1, 1, 2, 2, 2, 3],
    "residue.names": ["ALA", "HOH", "HOH", "NA"], "residue.ids": ["5", "6", "7", "1"],
    "residue.chains": [0, 0, 0, 1], "chain.names": ["A", "I"],
    "particle.positions": .array((0..<30).map { .double(Double($0 / 3)) }),
    "system.simulation.name": "ala\u{1B}[2J", "system.simulation.time": 1.5,
    "system.temperature": 300.25, "energy.potential": -12.5,
  ]

  /// A simulation says something; that makes so many frames in all.
  mutating func hear(
    _ simulation: inout Simulation,
    _ values: [String: StateValue],
    frames: Int = 1
  ) {
    simulation.take(Frame(values))
    send(.simulation(simulation, frames: frames))
  }

  /// The rows of the screen that hold a text, without the frames around them.
  func rows(with text: String) -> [String] {
    lines.filter { $0.contains(text) }
  }
}

@Suite("The simulation in the dashboard")
struct SimulationTests {
  private static let town: [String: StateValue] = [
    "selection.pair": ["display_name": "Pair", "particle_ids": [1, 2]],
    "selection.root": ["display_name": "Root", "particle_ids": .null],
    "interaction.x": [
      "interaction_type": "spring", "particles": [9], "scale": 100.0, "owner.id": "u",
    ],
    Scene.ada: Scene.avatar(height: 1.4),
  ]

  private func scene(_ columns: Int = 80, _ rows: Int = 24) -> (Scene, Simulation) {
    var (scene, simulation) = (Scene(columns, rows), Simulation())
    scene.join(Self.town)
    scene.hear(&simulation, Scene.molecule)
    return (scene, simulation)
  }

  @Test("Wherever atoms stand they are said in words, and only where there is a molecule")
  func words() {
    var bare = Scene(120, 30)
    bare.join(Self.town)
    #expect(!bare.picture.contains("ALA") && bare.picture.contains("2 atoms"))
    var (scene, simulation) = scene(200, 60)
    #expect(scene.rows(with: "CA CB of ALA 5 (A)").count >= 2, "\(scene.picture)")
    #expect(scene.picture.contains("on NA of NA 1 (I)"))
    scene.change(["selection.pair": ["display_name": "Pair", "particle_ids": [3, 4, 5]]])
    #expect(scene.picture.contains("O H1 H2 of HOH 6 (A)"))
    let activity = scene.rows(with: "~ selection.pair").first ?? ""
    #expect(activity.contains("3–5  O H1 H2 of HOH 6 (A)"), "\(scene.picture)")
    // Another molecule: the same numbers are other atoms.
    var other = Scene.molecule
    other["residue.names"] = ["GLY", "SOL", "SOL", "NA"]
    scene.hear(&simulation, other, frames: 2)
    #expect(scene.picture.contains("O H1 H2 of SOL 6 (A)"))
    scene.change(["selection.pair": ["display_name": "Pair", "particle_ids": [40, 41]]])
    #expect(scene.picture.contains("not of this molecule"))
  }

  @Test("The pane says how it runs, and what it is of; no order to the terminal gets through")
  func head() {
    var (scene, simulation) = scene(100, 40)
    scene.press(.tab, .tab, .tab)
    #expect(scene.model.focus == .selections)
    scene.press(.tab)
    #expect(scene.model.focus == .simulation)
    for step in 1...30 {
      scene.wait(.milliseconds(200))
      scene.hear(
        &simulation,
        ["system.simulation.time": .double(1.5 + Double(step))],
        frames: 1 + step * 6
      )
    }
    let picture = scene.picture
    #expect(picture.contains("runs  30 frames/s  31.5 ps  300.3 K"), "\(picture)")
    #expect(picture.contains("10 atoms, 4 residues, 2 chains"))
    #expect(picture.contains("P pauses"))
    #expect(picture.contains("temperature  ") && picture.contains("spring"))
    #expect(!picture.contains("\u{1B}"))
    scene.wait(.seconds(3))
    #expect(scene.picture.contains("no frame for 3 s") && scene.picture.contains("P plays"))
    scene.hear(&simulation, ["system.simulation.exception": "blew up\u{7}"], frames: 300)
    #expect(scene.rows(with: "blew up").count >= 2)
    // An idle simulation costs nothing.
    scene.wait(.seconds(60))
    #expect(scene.model.wakeUp == nil)
  }

  @Test("Who hears nothing is told so")
  func silence() {
    var scene = Scene()
    scene.join(Self.town)
    scene.type("5")
    #expect(scene.picture.contains("nobody simulates here"))
    scene.type("Q")
    #expect(scene.lines.last?.contains("nobody simulates") == true)
  }

  @Test("P plays and pauses, A steps, B begins again; whoever only looks may not")
  func plays() {
    var (scene, simulation) = scene()
    func names(_ effects: [Effect]) -> [String] {
      effects.compactMap { if case .runCommand(_, let name, _) = $0 { name } else { nil } }
    }
    // What a joiner is told first may be of a simulation that stands still.
    scene.type("P")
    #expect(names(scene.effects) == ["playback/play"])
    scene.hear(&simulation, ["system.simulation.time": 2.5], frames: 2)
    scene.type("P")
    #expect(names(scene.effects) == ["playback/pause"])
    scene.wait(.seconds(3))
    scene.type("P")
    #expect(names(scene.effects) == ["playback/play"])
    scene.type("A")
    #expect(names(scene.effects) == ["playback/step"])
    scene.type("B")
    #expect(names(scene.effects) == ["playback/reset"])
    scene.send(.commandEnded(CallID(3), .failure(CommandFailure(.unavailable, "no such command"))))
    #expect(scene.lines.last?.contains("playback/play: no such command") == true)
    scene.hear(&simulation, [:], frames: 2)
    var guest = Scene(options: DashboardOptions(address: "x", readOnly: true))
    guest.join(Self.town)
    guest.type("P")
    #expect(guest.effects.isEmpty && guest.lines.last?.contains("read only") == true)
  }

  @Test("The list of simulations says what a load takes away, and loads")
  func loads() {
    var (scene, _) = scene()
    scene.type("I")
    guard case .ask(let id, "playback/list", _)? = scene.effects.first else {
      Issue.record("nothing was asked")
      return
    }
    #expect(scene.picture.contains("a load takes away 2 selections and 1 interaction"))
    scene.send(.commandEnded(id, .success(["simulations": ["one", "t\u{1B}wo"]])))
    #expect(scene.picture.contains("0  one"), "\(scene.picture)")
    scene.press(.down, .enter)
    #expect(
      scene.effects.contains { effect in
        if case .runCommand(_, "playback/load", let arguments) = effect {
          return arguments == ["index": 1]
        }
        return false
      },
      "\(scene.effects)"
    )
  }

  @Test(
    "What a load took away comes back in one edit: by query where there is one, also while ghosts stand",
    arguments: [true, false]
  )
  func restores(isLate: Bool) {
    var (scene, simulation) = scene()
    scene.change([
      "selection.water": [
        "id": "selection.water", "name": "Water", "selected": ["particle_ids": [3, 4, 5, 6, 7, 8]],
        "properties": ["townhall.query": "resname HOH and element O"],
      ],
      "selection.a": [
        "display_name": "Near", "particle_ids": [], "townhall.query": "byres selection \"water\"",
      ],
    ])
    scene.wait(.seconds(20))
    // The cursor is on one of those that go.
    scene.type("/water")
    scene.press(.enter, .escape)
    scene.change(
      ["simulation.name": "other"],
      remove: [
        "selection.water", "selection.pair", "selection.root", "selection.a", "interaction.x",
      ]
    )
    #expect(
      scene.lines.last?.contains("the load took 4 selections away: R puts them back") == true,
      "\(scene.picture)"
    )
    // Before the molecule has come, it would be chosen from the old one.
    scene.type("R")
    #expect(scene.effects.isEmpty && scene.lines.last?.contains("has not come yet") == true)
    var other = Scene.molecule
    other["residue.names"] = ["HOH", "ALA", "HOH", "NA"]
    other["particle.elements"] = [8, 6, 6, 8, 1, 1, 1, 1, 8, 11]
    scene.hear(&simulation, other, frames: 9)
    if isLate { scene.wait(.seconds(20)) }
    scene.type("R")
    guard case .edit(let request)? = scene.effects.first else {
      Issue.record("nothing was sent: \(scene.picture)")
      return
    }
    let entries = Dictionary(uniqueKeysWithValues: request.entries.map { ($0.key, $0.mine) })
    #expect(entries.count == 4)
    #expect(entries["selection.a"]??["particle_ids"] == [0, 1, 2, 6, 7, 8])
    #expect(entries["selection.water"]??["selected"]?["particle_ids"] == [0, 8])
    #expect(entries["selection.pair"]??["particle_ids"] == [1, 2])
    // Nobody remembers it for ever.
    scene.wait(.seconds(600))
    #expect(scene.model.watch.cleared.offer(at: scene.uptime).isEmpty)
  }

  @Test("A person who removes selections is offered nothing, nor is anybody long before a load")
  func noOffer() {
    var (scene, _) = scene()
    scene.change(remove: ["selection.pair"])
    #expect(scene.lines.last?.contains("load took") == false)
    scene.wait(.seconds(10))
    scene.change(["simulation.name": "other"])
    #expect(scene.lines.last?.contains("load took") == false)
    #expect(scene.model.watch.cleared.offer(at: scene.uptime).isEmpty)
  }

  @Test("Atoms that there are not are a finding, until another molecule has them")
  func finds() {
    var (scene, simulation) = scene(200, 60)
    scene.change([
      "selection.pair": [
        "id": "selection.pair", "name": "Pair", "selected": ["particle_ids": [1, 10]],
        "properties": [:],
      ]
    ])
    let found = { (scene: Scene) in
      scene.model.inspector.findings(in: "selection.pair", scene.model.known.state).map(\.check)
    }
    #expect(found(scene) == ["atoms-absent"])
    scene.hear(&simulation, ["frame.index": 0, "particle.count": 11], frames: 2)
    #expect(found(scene) == [])
    scene.hear(&simulation, ["frame.index": 0, "particle.count": 1], frames: 3)
    #expect(found(scene) == ["atoms-absent"])
    #expect(
      scene.model.inspector.findings(in: "selection.pair", scene.model.known.state).first?.severity
        == .error
    )
  }

  @Test(
    "A query in a form is of the molecule that is there, also if another is loaded before it is sent"
  )
  func formAcrossLoad() {
    var (scene, simulation) = scene(100, 40)
    scene.type("/pair")
    scene.press(.enter)
    scene.type("u")
    scene.press(.tab, .control("u"))
    scene.type("name NA")
    scene.press(.enter)
    #expect(scene.picture.contains("NA of NA 1 (I)"))
    var other = Scene.molecule
    other["particle.names"] = ["NA", "CA", "CB", "O", "H1", "H2", "O", "H1", "H2", "X"]
    scene.hear(&simulation, other, frames: 2)
    #expect(scene.picture.contains("another molecule was loaded"), "\(scene.picture)")
    scene.press(.enter, .enter)
    guard case .edit(let request)? = scene.effects.first else {
      Issue.record("nothing was sent: \(scene.picture)")
      return
    }
    #expect(request.entries.first?.mine?["particle_ids"] == [0])
  }

  @Test("New bonds alone are no load: what is open stays open")
  func bonds() {
    var (scene, simulation) = scene(100, 40)
    scene.type("5")
    scene.press(.enter)
    #expect(scene.picture.contains("ALA 5  3 atoms"))
    scene.change(remove: ["selection.pair"])
    scene.hear(&simulation, ["bond.pairs": [0, 1]], frames: 2)
    #expect(scene.picture.contains("ALA 5  3 atoms") && scene.picture.contains("1 bond"))
    #expect(!scene.picture.contains("load took"))
  }

  // MARK: Choosing atoms

  @Test("A query is typed, its atoms are seen at each letter, and Enter chooses them")
  func queries() {
    var (scene, _) = scene(100, 40)
    scene.type("/pair")
    scene.press(.enter)
    scene.type("Q")
    #expect(scene.picture.contains("Atoms of") && scene.picture.contains("resname HOH and name O"))
    scene.type("resname HO")
    #expect(scene.picture.contains("0 atoms"))
    scene.press(.enter)
    #expect(scene.effects.isEmpty && scene.picture.contains("it means no atom"))
    scene.type("H and nam")
    #expect(scene.picture.contains("column 17: expected a part of a query"), "\(scene.picture)")
    scene.type("e O")
    #expect(scene.picture.contains("2 atoms: 2 HOH") && scene.picture.contains("3  O of HOH 6 (A)"))
    scene.press(.enter)
    guard case .edit(let request)? = scene.effects.first, let mine = request.entries.first?.mine
    else {
      Issue.record("nothing was sent: \(scene.picture)")
      return
    }
    #expect(request.verb == .update && request.entries.first?.key == "selection.pair")
    #expect(mine["particle_ids"] == [3, 6] && mine["townhall.query"] == "resname HOH and name O")
    #expect(mine["display_name"] == "Pair")
    #expect(scene.model.overlays.isEmpty)
  }

  @Test("In the tree of the molecule a row is a selection at a key")
  func fromTree() {
    var (scene, _) = scene(100, 40)
    scene.type("5")
    #expect(scene.rows(with: "chain A").count == 1 && !scene.picture.contains("ALA 5  "))
    scene.press(.enter)
    #expect(
      scene.picture.contains("ALA 5  3 atoms")
        && scene.rows(with: "ALA 5").first?.contains("Pair") == true
    )
    scene.type("j")
    scene.type("Q")
    #expect(scene.picture.contains("> chain A and resid 5"))
    scene.press(.enter)
    guard case .edit(let request)? = scene.effects.first, let entry = request.entries.first else {
      Issue.record("nothing was sent")
      return
    }
    #expect(request.verb == .add && entry.key.hasPrefix("selection."))
    // As the others here are laid out.
    #expect(
      entry.mine?["particle_ids"] == [0, 1, 2]
        && entry.mine?["display_name"] == "chain A and resid 5"
    )
  }

  @Test("In a form a query stands where atoms do, and is kept; numbers that are typed end it")
  func inForm() {
    var (scene, _) = scene(100, 40)
    scene.type("/pair")
    scene.press(.enter)
    scene.type("u")
    scene.press(.tab, .control("u"))
    scene.type("bonded")
    #expect(scene.picture.contains("column 7: expected to"), "\(scene.picture)")
    scene.press(.control("u"))
    scene.type("element N or name NA")
    #expect(scene.picture.contains("2 atoms: 1 ALA, 1 NA"), "\(scene.picture)")
    scene.press(.enter)
    #expect(scene.picture.contains("particle_ids: 2 atoms: 1 ALA, 1 NA"), "\(scene.picture)")
    scene.press(.enter)
    guard case .edit(let request)? = scene.effects.first, let mine = request.entries.first?.mine
    else {
      Issue.record("nothing was sent: \(scene.picture)")
      return
    }
    #expect(mine["particle_ids"] == [0, 9] && mine["townhall.query"] == "element N or name NA")
    scene.change(["selection.pair": mine])
    scene.press(.escape)
    scene.type("u")
    scene.press(.tab, .control("u"))
    scene.type("4-5")
    #expect(scene.picture.contains("H1 H2 of HOH 6 (A)"))
    scene.press(.enter, .enter)
    guard case .edit(let second)? = scene.effects.first, let mine = second.entries.first?.mine
    else {
      Issue.record("nothing was sent: \(scene.picture)")
      return
    }
    #expect(mine["particle_ids"] == [4, 5] && mine["townhall.query"] == nil)
  }
}

@Suite("A molecule as rows")
struct MoleculeTreeTests {
  /// All rows, by what is open, in the order of what they are in.
  private static func rows(_ molecule: Molecule, _ open: Set<MoleculeRow>) -> [MoleculeRow] {
    let topology = molecule.topology
    func atoms(_ residue: Int?) -> [MoleculeRow] {
      (0..<topology.atomCount).filter { topology.atom($0).residue == residue }.map { .atom($0) }
    }
    func residues(_ chain: Int?) -> [MoleculeRow] {
      (0..<topology.residueCount).filter { topology.residue($0).chain == chain }.flatMap {
        [.residue($0)] + (open.contains(.residue($0)) ? atoms($0) : [])
      }
    }
    guard molecule.hasResidues else { return atoms(nil) }
    guard molecule.hasChains else { return residues(nil) }
    return (0..<topology.chainCount).flatMap {
      [.chain($0)] + (open.contains(.chain($0)) ? residues($0) : [])
    }
  }

  @Test(
    "Rows are those that a plain walk finds, whatever is open",
    arguments: 0..<60 as Range<UInt64>
  )
  func rows(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let (atoms, residues, chains) = (
      Int.random(in: 1...30, using: &random), Int.random(in: 1...8, using: &random),
      Int.random(in: 1...4, using: &random)
    )
    var values: [String: StateValue] = ["particle.count": .int(Int64(atoms))]
    if seed % 5 != 0 {
      values["residue.count"] = .int(Int64(min(residues, atoms)))
      values["particle.residues"] = .array(
        (0..<atoms).map { _ in
          .int(Int64.random(in: 0..<Int64(min(residues, atoms)), using: &random))
        }
      )
      if seed % 3 != 0 {
        let count = Int64(min(residues, atoms))
        values["chain.count"] = .int(min(Int64(chains), count))
        values["residue.chains"] = .array(
          (0..<count).map { _ in
            .int(Int64.random(in: 0..<min(Int64(chains), count), using: &random))
          }
        )
      }
    }
    let molecule = Molecule(try Topology(Frame(values)))
    var tree = MoleculeTree(molecule)
    var open: Set<MoleculeRow> =
      molecule.hasChains && molecule.topology.chainCount == 1 ? [.chain(0)] : []
    for _ in 0..<40 {
      let rows = Self.rows(molecule, open)
      #expect(tree.rowCount == rows.count)
      #expect((-1...rows.count).map { tree.row(at: $0) } == [nil] + rows.map { $0 } + [nil])
      for (place, row) in rows.enumerated() { #expect(tree.position(of: row) == place) }
      guard let row = rows.randomElement(using: &random), let isOpen = tree.isOpen(row) else {
        continue
      }
      #expect(isOpen == open.contains(row))
      tree.setOpen(!isOpen, row)
      if isOpen { open.remove(row) } else { open.insert(row) }
      #expect(
        tree.atoms(of: row).allSatisfy { atom in
          switch row {
          case .chain(let chain):
            molecule.topology.atom(atom).residue.flatMap { molecule.topology.residue($0).chain }
              == chain
          case .residue(let residue): molecule.topology.atom(atom).residue == residue
          case .atom(let number): number == atom
          }
        }
      )
    }
  }
}
