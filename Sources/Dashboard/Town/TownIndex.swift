import SharedState

/// One row of the town tree, named by what it shows and not by where it is.
enum TreeRow: Sendable {
  /// A street, by its prefix.
  case street(String)
  /// A house, by its key.
  case house(String)

  /// The prefix or key.
  var text: String {
    switch self {
    case .street(let prefix): prefix
    case .house(let key): key
    }
  }
}

extension TreeRow: Hashable {
  /// Whether both are the same row: two spellings of one word are two houses.
  static func == (left: TreeRow, right: TreeRow) -> Bool {
    switch (left, right) {
    case (.street, .street), (.house, .house): ExactText(left.text) == ExactText(right.text)
    default: false
    }
  }

  func hash(into hasher: inout Hasher) { hasher.combine(ExactText(text)) }
}

/// The town in the order in which it is shown: streets and houses, folds, and where each row is.
///
/// Houses that moved out stay for a while as ghosts, so that a removal is seen. Each change costs little however
/// large the town is, and so does asking for a row.
struct TownIndex: Sendable {
  /// One street and its houses.
  struct Street: Sendable {
    let prefix: String
    var houses = SortedChunks<String>()
    var ghosts = 0
    var isOpen: Bool

    /// How many houses are lived in.
    var livingCount: Int { houses.count - ghosts }
  }

  private enum Item: SortedElement {
    case house(String)
    case street(Street)

    var sortKey: String {
      switch self {
      case .house(let key): key
      case .street(let street): street.prefix
      }
    }

    var weight: Int {
      switch self {
      case .house: 1
      case .street(let street): street.isOpen ? 1 + street.houses.weight : 1
      }
    }
  }

  private var items = SortedChunks<Item>()
  /// Houses that moved out and are still shown.
  private var ghosts: Set<ExactText> = []
  /// Addresses that are kept whether somebody lives there or not, by street.
  private var held: [ExactText: Set<ExactText>] = [:]
  /// How a person left each street; a street that comes back is found as it was left.
  private var folds: [ExactText: Bool] = [:]
  /// Whether a street that nobody has touched is open.
  private(set) var opensStreets = true
  private var deadStreets = 0
  private var streetTotal = 0
  private var houseTotal = 0

  /// How many houses are lived in.
  var houseCount: Int { houseTotal - ghosts.count }
  /// How many streets have a house that is lived in.
  var streetCount: Int { streetTotal - deadStreets }
  /// How many rows the tree has.
  var rowCount: Int { items.weight }
  /// Whether there is anything to show.
  var isEmpty: Bool { items.isEmpty }

  // MARK: Asking

  /// Whether a house is lived in.
  func isLivedIn(_ key: String) -> Bool { !isGhost(key) && holds(key) }

  /// Whether a house has moved out and is still shown.
  func isGhost(_ key: String) -> Bool { ghosts.contains(ExactText(key)) }

  private func holds(_ key: String) -> Bool {
    guard let prefix = Address.street(of: key) else { return items.contains(key) }
    return street(prefix)?.houses.contains(key) ?? false
  }

  /// A street, if it is there.
  func street(_ prefix: String) -> Street? {
    guard case .street(let street)? = items[prefix] else { return nil }
    return street
  }

  /// What a row shows.
  func row(at position: Int) -> TreeRow? {
    guard let (item, inner) = items.element(atRow: position) else { return nil }
    switch item {
    case .house(let key): return .house(key)
    case .street(let street):
      guard inner > 0 else { return .street(street.prefix) }
      return street.houses.element(atRow: inner - 1).map { .house($0.element) }
    }
  }

  /// Where a row is; `nil` if it is not there, or inside a folded street.
  func position(of row: TreeRow) -> Int? {
    switch row {
    case .street(let prefix):
      return items.contains(prefix) ? items.rows(before: prefix) : nil
    case .house(let key):
      guard let prefix = Address.street(of: key) else {
        return items.contains(key) ? items.rows(before: key) : nil
      }
      guard let street = street(prefix), street.isOpen, street.houses.contains(key) else {
        return nil
      }
      return items.rows(before: prefix) + 1 + street.houses.rows(before: key)
    }
  }

  /// Where a row is or, if it has gone, where it would be.
  func nearestPosition(of row: TreeRow) -> Int {
    guard case .house(let key) = row, let prefix = Address.street(of: key) else {
      return items.rows(before: row.text)
    }
    let start = items.rows(before: prefix)
    guard let street = street(prefix) else { return start }
    return street.isOpen ? start + 1 + street.houses.rows(before: key) : start
  }

  /// All keys in the order in which they are shown, ghosts among them.
  var allKeys: [String] {
    items.elements.flatMap { item in
      switch item {
      case .house(let key): [key]
      case .street(let street): street.houses.elements
      }
    }
  }

  /// All streets in order.
  var streets: [Street] {
    items.elements.compactMap { if case .street(let street) = $0 { street } else { nil } }
  }

  // MARK: Houses come and go

  /// Adds houses; one that had moved out and is still shown lives again.
  mutating func moveIn(_ keys: some Sequence<String>) {
    for key in keys where isGhost(key) { revive(key) }
    var byStreet: [ExactText: [String]] = [:]
    var alone: [String] = []
    for key in keys {
      if let prefix = Address.street(of: key) {
        byStreet[ExactText(prefix), default: []].append(key)
      } else {
        alone.append(key)
      }
    }
    let before = items.count
    items.insert(sorted: ExactText.sorted(alone).map { .house($0) })
    houseTotal += items.count - before
    let new = ExactText.sorted(byStreet.keys.map(\.text).filter { !items.contains($0) })
    items.insert(sorted: new.map { .street(Street(prefix: $0, isOpen: isOpen($0))) })
    streetTotal += new.count
    deadStreets += new.count
    for (prefix, keys) in byStreet {
      inStreet(prefix.text) { $0.houses.insert(sorted: ExactText.sorted(keys)) }
    }
  }

  /// Marks houses as gone; they stay to be seen until they are forgotten.
  mutating func moveOut(_ keys: some Sequence<String>) {
    for key in keys where isLivedIn(key) {
      ghosts.insert(ExactText(key))
      if let prefix = Address.street(of: key) { inStreet(prefix) { $0.ghosts += 1 } }
    }
  }

  private mutating func revive(_ key: String) {
    ghosts.remove(ExactText(key))
    if let prefix = Address.street(of: key) { inStreet(prefix) { $0.ghosts -= 1 } }
  }

  /// Takes houses that moved out off the screen, and streets that thereby have none left.
  mutating func forget(_ keys: some Sequence<String>) {
    var byStreet: [ExactText: Set<ExactText>] = [:]
    var alone: Set<ExactText> = []
    for key in keys where !isHeld(key) && ghosts.remove(ExactText(key)) != nil {
      if let prefix = Address.street(of: key) {
        byStreet[ExactText(prefix), default: []].insert(ExactText(key))
      } else {
        alone.insert(ExactText(key))
      }
    }
    houseTotal -= alone.count
    items.remove(alone)
    for (prefix, keys) in byStreet {
      inStreet(prefix.text) { street in
        street.ghosts -= keys.count
        street.houses.remove(keys)
      }
      if street(prefix.text)?.houses.isEmpty == true {
        items.remove(prefix.text)
        streetTotal -= 1
        deadStreets -= 1
      }
    }
  }

  /// Changes one street and keeps the totals in step.
  private mutating func inStreet(_ prefix: String, _ body: (inout Street) -> Void) {
    let change = items.modify(prefix) { item -> (houses: Int, dead: Int) in
      guard case .street(var street) = item else { return (0, 0) }
      let (before, wasDead) = (street.houses.count, street.livingCount == 0)
      // Let go of the stored copy, so that the street is changed in place.
      item = .house(prefix)
      body(&street)
      defer { item = .street(street) }
      let isDead = street.livingCount == 0
      return (street.houses.count - before, (isDead ? 1 : 0) - (wasDead ? 1 : 0))
    }
    guard let change else { return }
    houseTotal += change.houses
    deadStreets += change.dead
  }

  // MARK: Addresses that are kept

  private static func block(of key: String) -> ExactText {
    ExactText(Address.street(of: key) ?? "")
  }

  /// Whether an address is kept, lived in or not.
  func isHeld(_ key: String) -> Bool {
    !held.isEmpty && held[Self.block(of: key)]?.contains(ExactText(key)) == true
  }

  /// Keeps an address: it has a row whether somebody lives there or not.
  mutating func hold(_ key: String) {
    held[Self.block(of: key), default: []].insert(ExactText(key))
    guard !holds(key) else { return }
    moveIn([key])
    moveOut([key])
  }

  /// Keeps an address no longer; if nobody lives there, its row goes.
  mutating func release(_ key: String) {
    held[Self.block(of: key)]?.remove(ExactText(key))
    forget([key])
  }

  /// How many addresses in a street are kept in which nobody lives.
  func vacancyCount(in prefix: String) -> Int {
    held[ExactText(prefix)]?.count { isGhost($0.text) } ?? 0
  }

  /// All addresses that are kept.
  var heldKeys: [String] { ExactText.sorted(held.values.joined().map(\.text)) }

  // MARK: Folds

  private func isOpen(_ prefix: String) -> Bool { folds[ExactText(prefix)] ?? opensStreets }

  /// Decides how streets that nobody has touched are found.
  mutating func setOpensStreets(_ opens: Bool) {
    opensStreets = opens
    applyFolds()
  }

  /// Folds or unfolds one street.
  mutating func setOpen(_ isOpen: Bool, _ prefix: String) {
    folds[ExactText(prefix)] = isOpen
    inStreet(prefix) { $0.isOpen = isOpen }
  }

  /// Folds or unfolds all streets, also those to come.
  mutating func setAllOpen(_ isOpen: Bool) {
    folds = [:]
    setOpensStreets(isOpen)
  }

  private mutating func applyFolds() {
    let (folds, opens) = (folds, opensStreets)
    items.modifyAll { item in
      guard case .street(var street) = item else { return }
      street.isOpen = folds[ExactText(street.prefix)] ?? opens
      item = .street(street)
    }
  }
}
