import ScreenKit
import SharedState
import StateInspection
import Trajectory

/// Draws the simulation: what a person wants to know of it, who pulls, its numbers over time, and below that its molecule.
///
///     ● runs  30 frames/s  12.5 ps  300.2 K            P pauses  A steps  B resets  I loads
///     1,204 atoms, 302 residues, 2 chains, 1,205 bonds
///     pulls  Ada  spring  on C of ALA 5 (A)  scale 100.0  312 kJ/mol/nm
///     temperature …
///     ▾ chain A  20 residues
///       ▸ ALA 5  10 atoms                                      Pair
struct SimulationView {
  /// So many who pull are told.
  private static let mostPulls = 4
  /// A head that takes more than this part of the pane leaves the molecule no room.
  private static let leastListRows = 5

  let pane: SimulationPane
  let known: KnownState
  let moment: Moment
  /// Whether it is one that was: then how it runs now is no part of the picture.
  let isPast: Bool
  let glyphs: Glyphs
  /// The keys that play, step, reset and load.
  let keys: [String]

  // MARK: Places

  /// How many rows of a place are not for the molecule.
  func headRows(_ inside: Rect) -> Int {
    let lines = lines.count
    return min(lines, max(0, inside.rows - 3)) + plotRows(inside, below: lines)
  }

  private func plotRows(_ inside: Rect, below lines: Int) -> Int {
    let room = inside.rows - lines - Self.leastListRows
    guard !isPast, !pane.plots.isEmpty, room >= 3 else { return 0 }
    return min(PlotView.rows(pane.plots.count, in: inside.columns, of: inside.rows), room)
  }

  func draw(into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    let lines = lines
    let (head, rest) = rect.top(min(lines.count, max(0, rect.rows - 3)))
    grid.write(lines.prefix(head.rows), in: head, glyphs: glyphs)
    let (plots, list) = rest.top(plotRows(rect, below: lines.count))
    PlotView(plots: pane.plots, glyphs: glyphs).draw(into: &grid, plots)
    drawTree(into: &grid, list, hasFocus: hasFocus)
  }

  // MARK: What is known

  private var lines: [Line] { facts + pulls + controls }

  /// How it runs, and what it is of.
  var facts: [Line] {
    let facts = known.simulation.facts
    guard pane.heard != nil else {
      return [Line("nobody simulates here", .muted)] + [counts].compactMap(\.self)
    }
    var first = isPast ? Line("as it was", .warning) : pace
    if let time = facts.time { first.append("  \(Phrases.decimal(time, digits: 2)) ps", .number) }
    if let temperature = facts.temperature {
      first.append("  \(Phrases.decimal(temperature, digits: 1)) K", .number)
    }
    if let energy = facts.userEnergy, energy != 0 {
      first.append("  users \(Phrases.decimal(energy, digits: 1)) kJ/mol", .changed)
    }
    var lines = [first]
    if let exception = facts.exception, !exception.isEmpty {
      lines.append(Line("\(glyphs.failure) \(exception.beginning(300).words)", .error, .bold))
    }
    if let trouble = known.simulation.trouble {
      lines.append(Line("\(glyphs.failure) \("\(trouble)".words)", .error))
    }
    return lines + [counts].compactMap(\.self)
  }

  /// What there is of the molecule.
  private var counts: Line? {
    known.simulation.molecule.map { molecule in
      let topology = molecule.topology
      let counts = [
        (topology.atomCount, "atom"), (topology.residueCount, "residue"),
        (topology.chainCount, "chain"), (topology.bonds.count, "bond"),
      ]
      let words = counts.filter { $0.0 > 0 }.map { Phrases.count($0.0, $0.1) }
      return Line(words.joined(separator: ", "), .muted)
    }
  }

  private var pace: Line {
    let silence = moment.uptime - (pane.heard ?? moment.uptime)
    guard silence < SimulationPane.silence else {
      let seconds = silence.components.seconds
      let words = seconds < Phrases.relativeSeconds ? "no frame for \(seconds) s" : "no frames"
      return Line("\(glyphs.ring) \(words)", .warning)
    }
    let rate = pane.meter.perSecond(at: moment.uptime)
    let runs = pane.isRunning(at: moment.uptime)
    var line =
      runs ? Line("\(glyphs.bullet) runs", .success) : Line("\(glyphs.half) stands still", .warning)
    if rate > 0 { line.append("  \(Phrases.grouped(rate)) frames/s") }
    return line
  }

  private var controls: [Line] {
    guard pane.heard != nil, !isPast else { return [] }
    let runs = pane.isRunning(at: moment.uptime)
    let hints = zip(keys, [runs ? "pauses" : "plays", "steps", "resets", "loads another"]).map {
      Hint($0, $1).line
    }
    return [
      hints.dropFirst().reduce(into: hints.first ?? Line()) { line, hint in
        line.append("  ")
        line.append(hint)
      }
    ]
  }

  // MARK: Who pulls

  private var pulls: [Line] {
    guard let group = known.index.group("interaction.") else { return [] }
    let forces = userForces
    let shown = group.entries.elements.prefix(Self.mostPulls).compactMap { pull($0.key, forces) }
    let more = group.presentCount - Self.mostPulls
    return shown + (more > 0 ? [Line("and \(more) more who pull", .muted)] : [])
  }

  private func pull(_ key: String, _ forces: [Int64: SIMD3<Double>]) -> Line? {
    guard let value = known.state.entry(for: key)?.glanced,
      let preview = Preview.typed(key: key, value: value, known.meanings, glyphs: glyphs)
    else { return nil }
    var line = Line("pulls  ", .muted)
    if value["owner.id"]?.string.flatMap({ known.people.name(of: $0) }) == nil {
      let name = TextWidth.cutInMiddle(key.named, to: 24, ellipsis: glyphs.ellipsis)
      line.append(name + "  ", .key)
    }
    line.append(preview)
    if let force = Self.length(of: forces, on: value["particles"]?.array ?? []) {
      line.append("  \(Phrases.decimal(force, digits: 0)) kJ/mol/nm", .changed)
    }
    return line
  }

  /// The force that users put on each atom, as far as the simulation says.
  private var userForces: [Int64: SIMD3<Double>] {
    let frame = known.simulation.frame
    guard let indices = (try? frame.indices(.userForceIndices)) ?? nil,
      let forces = (try? frame.vectors(.userForces)) ?? nil, indices.count == forces.count
    else { return [:] }
    return zip(indices, forces).reduce(into: [:]) {
      $0[Int64($1.0), default: .zero] += SIMD3<Double>($1.1)
    }
  }

  /// How hard users pull at some atoms: the length of the sum of the forces on them.
  private static func length(of forces: [Int64: SIMD3<Double>], on atoms: [StateValue]) -> Double? {
    let sum = Set(atoms.compactMap(\.int)).reduce(into: SIMD3<Double>.zero) {
      $0 += forces[$1] ?? .zero
    }
    let length = (sum * sum).sum().squareRoot()
    return length > 0 && length.isFinite ? length : nil
  }

  // MARK: The molecule

  private func drawTree(into grid: inout Grid, _ rect: Rect, hasFocus: Bool) {
    guard let tree = pane.tree else { return }
    let top = pane.top(height: rect.rows)
    for line in 0..<rect.rows {
      guard let row = tree.row(at: top + line) else { break }
      let place = rect.line(line)
      var free = place
      let marks = pane.marks(of: row)
      if !marks.isEmpty { free = grid.writeRight(words(marks), in: place, glyphs: glyphs) }
      grid.write(label(of: row), in: free, glyphs: glyphs)
      if row == pane.cursor { grid.markCursor(place, hasFocus: hasFocus) }
    }
  }

  /// The selections that hold something of a row, as many as have room.
  private func words(_ marks: [SimulationPane.Marked]) -> Line {
    let names = marks.prefix(2).map { mark in
      let called = mark.name.flatMap { $0.isEmpty ? nil : $0 }
      let name = called ?? known.people.name(ofEntry: mark.key, glyphs)
      return TextWidth.truncate(name.named, to: 16, ellipsis: glyphs.ellipsis)
    }
    let more = marks.count > 2 ? " +\(marks.count - 2)" : ""
    return Line("  \(glyphs.bullet) " + names.joined(separator: ", ") + more, .title)
  }

  /// What a row is of.
  func label(of row: MoleculeRow) -> Line {
    guard let tree = pane.tree else { return Line() }
    let topology = tree.molecule.topology
    let fold = tree.isOpen(row).map { ($0 ? glyphs.unfolded : glyphs.folded) + " " } ?? "  "
    let depth = depth(of: row, tree.molecule)
    var line = Line(String(repeating: "  ", count: depth) + fold, .muted)
    switch row {
    case .chain(let chain):
      let name = topology.chainName(chain)
      line.append("chain \(name.isEmpty ? "\(chain)" : name.named)", .group, .bold)
      line.append(
        "  " + Phrases.count(tree.molecule.residues(ofChain: chain).count, "residue"),
        .muted
      )
    case .residue(let number):
      let residue = topology.residue(number)
      let name = [residue.name, residue.id].filter { !$0.isEmpty }.joined(separator: " ")
      line.append(name.isEmpty ? "residue \(number)" : name.named, .key)
      line.append(
        "  " + Phrases.count(tree.molecule.atoms(ofResidue: number).count, "atom"),
        .muted
      )
    case .atom(let number):
      let atom = topology.atom(number)
      line.append("\(number)", .number)
      line.append("  \(atom.name.isEmpty ? "?" : atom.name.named)")
      if let symbol = Element.symbol(atom.element), symbol != atom.name {
        line.append("  \(symbol)", .muted)
      }
    }
    return line
  }

  private func depth(of row: MoleculeRow, _ molecule: Molecule) -> Int {
    switch row {
    case .chain: 0
    case .residue: molecule.hasChains ? 1 : 0
    case .atom: (molecule.hasChains ? 1 : 0) + (molecule.hasResidues ? 1 : 0)
    }
  }
}
