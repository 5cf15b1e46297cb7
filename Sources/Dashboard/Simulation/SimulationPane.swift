import ScreenKit
import SharedState
import StateInspection
import Trajectory

/// What a person sees of the simulation: how it runs, and its molecule as a tree.
struct SimulationPane: Sendable {
  /// A selection, and what of the molecule is in it.
  struct Marked: Sendable {
    let key: String
    /// What people call it.
    let name: String?
    let atoms: AtomSet
    let residues: Set<Int>
    let chains: Set<Int>
  }

  /// So many selections are told beside what they hold; nobody reads more in a row.
  private static let mostMarked = 100
  /// A simulation that says nothing for so long stands still.
  static let silence = Duration.seconds(2)

  private(set) var tree: MoleculeTree?
  private(set) var cursor: MoleculeRow?
  private var cursorIndex = 0
  private var scroll = Scroll()
  private(set) var marked: [Marked] = []
  private var knowsMarked = false

  /// The frames that came.
  private(set) var meter = RateMeter()
  private var frames = 0
  /// When the last frame came, and when time last went on in it.
  private(set) var heard: Duration?
  private var lastStep: (time: Double, at: Duration)?
  private var tellsTime = false
  /// Temperature and energies over time.
  private(set) var plots: [Plot] = []
  /// The names of the simulations that can be loaded, as far as somebody has said.
  var simulations: [String] = []
  /// The questions that wait for an answer: what there is to load.
  var asking: CallID?

  // MARK: Following the simulation

  /// Takes in what the simulation says after some more frames, whether the picture shows it or something that was.
  mutating func take(
    _ simulation: Simulation,
    frames: Int,
    at uptime: Duration,
    isShown: Bool = true
  ) {
    meter.note(at: uptime, times: max(0, frames - self.frames))
    (self.frames, heard) = (frames, uptime)
    let time = simulation.facts.time
    if let time, time != lastStep?.time {
      // What a joiner is told first may be of a simulation that stands still.
      lastStep = (time, lastStep == nil ? uptime - Self.silence : uptime)
      note(simulation.facts, at: uptime)
    }
    tellsTime = time != nil
    if isShown { show(simulation.molecule) }
  }

  /// Shows a molecule, or none.
  mutating func show(_ molecule: Molecule?) {
    guard molecule !== tree?.molecule else { return }
    if let new = molecule, let old = tree?.molecule,
      new.topology.hasSameAtoms(as: old.topology)
    {
      tree?.molecule = new
      return
    }
    tree = molecule.map { MoleculeTree($0) }
    (cursor, cursorIndex, scroll) = (nil, 0, Scroll())
    (knowsMarked, marked) = (false, [])
  }

  private mutating func note(_ facts: SimulationFacts, at uptime: Duration) {
    let readings = [
      ("temperature", facts.temperature), ("potential", facts.potentialEnergy),
      ("kinetic", facts.kineticEnergy),
    ]
    for case (let name, let value?) in readings {
      if !plots.contains(where: { $0.key == name }) { plots.append(Plot(key: name, path: .root)) }
      for index in plots.indices where plots[index].key == name {
        plots[index].note(.number(value), at: uptime)
      }
    }
  }

  /// Whether time goes on in the simulation.
  func isRunning(at uptime: Duration) -> Bool {
    let last = tellsTime ? lastStep?.at : heard
    return last.map { uptime - $0 < Self.silence } ?? false
  }

  /// Notes entries that have changed.
  mutating func note(_ keys: some Sequence<String>) {
    if knowsMarked, keys.contains(where: { KeyKind.isSelection($0) }) { knowsMarked = false }
  }

  // MARK: Staying in line

  /// Brings the cursor into line with the rows that there are, and the marks with the selections.
  mutating func settle(_ state: StateDictionary, height: Int) {
    guard let tree else { return }
    if !knowsMarked { readMarked(state, tree.molecule.topology) }
    if let row = cursor, let index = tree.position(of: row) {
      cursorIndex = index
    }
    cursorIndex = max(0, min(cursorIndex, tree.rowCount - 1))
    cursor = tree.row(at: cursorIndex)
    scroll.settle(cursor: cursorIndex, total: tree.rowCount, height: height)
  }

  private mutating func readMarked(_ state: StateDictionary, _ topology: Topology) {
    knowsMarked = true
    marked = state.keys(withPrefix: KeyKind.selectionPrefix).prefix(Self.mostMarked).compactMap {
      key in
      guard let value = state.entry(for: key)?.glanced,
        let selection = try? ParticleSelection(stateValue: value),
        let numbers = selection.particleIDs
      else { return nil }
      var (atoms, residues, chains) = (AtomSet(of: topology.atomCount), Set<Int>(), Set<Int>())
      for number in numbers where atoms.insert(number) {
        guard let residue = topology.atom(number).residue, residues.insert(residue).inserted,
          let chain = topology.residue(residue).chain
        else { continue }
        chains.insert(chain)
      }
      return atoms.isEmpty
        ? nil
        : Marked(
          key: key,
          name: selection.displayName,
          atoms: atoms,
          residues: residues,
          chains: chains
        )
    }
  }

  /// The selections that hold something of a row.
  func marks(of row: MoleculeRow) -> [Marked] {
    marked.filter { selection in
      switch row {
      case .chain(let chain): selection.chains.contains(chain)
      case .residue(let residue): selection.residues.contains(residue)
      case .atom(let atom): selection.atoms.contains(atom)
      }
    }
  }

  // MARK: Moving

  /// Moves the cursor by so many rows, as far as there are rows; says whether it moved.
  mutating func move(by rows: Int, height: Int) -> Bool {
    move(to: cursorIndex + rows, height: height)
  }

  /// Moves the cursor to a row by its number; says whether it moved.
  mutating func move(to index: Int, height: Int) -> Bool {
    guard let tree, tree.rowCount > 0 else { return false }
    let new = max(0, min(index, tree.rowCount - 1))
    defer {
      scroll.move(from: cursorIndex, to: new, total: tree.rowCount, height: height)
      (cursorIndex, cursor) = (new, tree.row(at: new))
    }
    return new != cursorIndex
  }

  /// Scrolls without moving the cursor.
  mutating func scroll(by rows: Int, height: Int) {
    scroll.scroll(by: rows, cursor: cursorIndex, total: tree?.rowCount ?? 0, height: height)
  }

  /// The first row that is seen.
  func top(height: Int) -> Int {
    scroll.top(cursor: cursorIndex, total: tree?.rowCount ?? 0, height: height)
  }

  /// The row of the cursor, counted from 1, of how many.
  var place: (number: Int, total: Int) { (cursorIndex + 1, tree?.rowCount ?? 0) }

  // MARK: Folds

  /// Opens or closes the row under the cursor; says whether it could.
  mutating func setOpen(_ isOpen: Bool) -> Bool {
    guard let cursor, tree?.isOpen(cursor) == !isOpen else { return false }
    tree?.setOpen(isOpen, cursor)
    return true
  }

  /// Opens or closes all chains; says whether that changed anything.
  mutating func setAllOpen(_ isOpen: Bool) -> Bool { tree?.setAllOpen(isOpen) ?? false }

  /// Moves the cursor to what its row is in; says whether that has a row.
  mutating func moveOut(height: Int) -> Bool {
    guard let cursor, let holder = tree?.holder(of: cursor),
      let index = tree?.position(of: holder)
    else { return false }
    return move(to: index, height: height)
  }

  /// The query that means the row under the cursor and nothing else: by names if it can be told so, else by numbers.
  var queryHere: String? {
    guard let cursor, let tree, let named = namedQuery, let query = try? AtomQuery(named),
      (try? tree.molecule.topology.select(query)) == tree.atoms(of: cursor)
    else { return numbersQuery }
    return named
  }

  private var namedQuery: String? {
    guard let cursor, let topology = tree?.molecule.topology else { return nil }
    switch cursor {
    case .atom(let atom): return "index \(atom)"
    case .chain(let chain): return chainQuery(chain, topology)
    case .residue(let number):
      let residue = topology.residue(number)
      guard let chain = residue.chain.flatMap({ chainQuery($0, topology) }), !residue.id.isEmpty
      else { return nil }
      return "\(chain) and resid \(Self.quoted(residue.id))"
    }
  }

  private func chainQuery(_ chain: Int, _ topology: Topology) -> String? {
    let name = topology.chainName(chain)
    return name.isEmpty ? nil : "chain \(Self.quoted(name))"
  }

  private var numbersQuery: String? {
    guard let cursor, let ranges = tree?.atoms(of: cursor).ranges, !ranges.isEmpty else {
      return nil
    }
    return "index "
      + ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound):\($0.upperBound - 1)" }
      .joined(separator: " ")
  }

  private static func quoted(_ text: String) -> String {
    let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return isPlain ? text : "\"\(text)\""
  }
}
