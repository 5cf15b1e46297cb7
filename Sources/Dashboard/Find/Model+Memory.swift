import SharedState
import TextScreen

/// What was last given to be remembered.
struct MemoryKeeper: Sendable {
  /// The cursor alone is remembered no more often than this, and when the person leaves.
  static let cursorTime = Duration.seconds(5)

  var last: DashboardMemory
  var at = Duration.zero
  /// Whether the person knows that nothing can be remembered.
  var hasComplained = false
}

/// Finding a town as it was left.
extension Model {
  /// What there is to remember now.
  var memory: DashboardMemory {
    var memory = DashboardMemory()
    memory.folds = town.index.folds
    memory.fields = detail.folds
    memory.mutedStreets = town.mutes.streets.subtracting(Mutes.byDefault)
    memory.heardStreets = Mutes.byDefault.subtracting(town.mutes.streets)
    memory.mutedHouses = town.mutes.houses
    memory.pins = watch.pins
    memory.held = awaits == .firstCopy ? keeper?.last.held ?? [] : town.index.heldKeys
    if case .globs(let globs)? = town.index.filter { memory.filter = globs.text }
    memory.sort = town.index.sort
    memory.words = chosenWords
    memory.cursor = tree.wanted ?? tree.cursor
    return memory
  }

  /// Takes up what was remembered, before the town has come.
  mutating func recall(_ memory: DashboardMemory) {
    town.index.setFolds(memory.folds)
    detail.folds = memory.fields
    for prefix in memory.heardStreets { town.mutes.set(false, .street(prefix.text)) }
    for prefix in memory.mutedStreets { town.mutes.set(true, .street(prefix.text)) }
    for key in memory.mutedHouses { town.mutes.set(true, .house(key.text)) }
    watch.pins = memory.pins
    town.index.setFilter(memory.filter.flatMap { TreeFilter($0) })
    town.setSort(memory.sort, at: .zero)
    tree.wanted = memory.cursor
    if let words = memory.words { town.words = words }
    keeper = MemoryKeeper(last: memory)
  }

  /// Takes up what needs the town to be there.
  mutating func recallHeld() {
    for key in keeper?.last.held ?? [] where !town.index.isHeld(key) { town.index.hold(key) }
  }

  /// Adds to what is to be done that something is to be remembered, if a person's action changed it.
  func remembering(_ effects: [Effect]) -> (effects: [Effect], keeper: MemoryKeeper?) {
    guard let keeper else { return (effects, nil) }
    let new = memory
    var old = keeper.last
    let hasCursor = old.cursor != new.cursor
    old.cursor = new.cursor
    let isLeaving = effects.contains { [.quit, .suspend, .openTour].contains($0) }
    let isDue = isLeaving || now.uptime - keeper.at >= MemoryKeeper.cursorTime
    guard old != new || hasCursor && isDue else { return (effects, keeper) }
    let kept = MemoryKeeper(last: new, at: now.uptime, hasComplained: keeper.hasComplained)
    return ([.remember(new)] + effects, kept)
  }

  /// Says once that nothing can be remembered.
  mutating func tellNotRemembered(_ reason: String) {
    guard keeper?.hasComplained == false else { return }
    keeper?.hasComplained = true
    say("how you leave this \(.town) is not remembered: \(reason)", .warning)
  }
}
