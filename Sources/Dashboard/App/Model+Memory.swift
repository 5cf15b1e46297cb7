import SharedState
import ScreenKit

/// What was last given to be remembered.
struct MemoryRecorder: Sendable {
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
    memory.folds = known.index.folds
    memory.fields = detail.folds
    memory.mutedStreets = known.mutes.groups.subtracting(Mutes.byDefault)
    memory.heardStreets = Mutes.byDefault.subtracting(known.mutes.groups)
    memory.mutedHouses = known.mutes.entries
    memory.pins = watch.pins
    memory.recent = recent.ids
    memory.held = !hasArrived ? keeper?.last.held ?? [] : known.index.heldKeys
    if case .globs(let globs)? = known.index.filter { memory.filter = globs.text }
    memory.sort = known.index.sort
    memory.words = chosenWords
    memory.cursor = tree.wanted ?? tree.cursor
    return memory
  }

  /// Takes up what was remembered, before the town has come.
  mutating func recall(_ memory: DashboardMemory) {
    known.index.setFolds(memory.folds)
    detail.folds = memory.fields
    for prefix in memory.heardStreets { known.mutes.set(false, .group(prefix.text)) }
    for prefix in memory.mutedStreets { known.mutes.set(true, .group(prefix.text)) }
    for key in memory.mutedHouses { known.mutes.set(true, .entry(key.text)) }
    watch.pins = memory.pins
    recent = RecentChoices(memory.recent)
    known.index.setFilter(memory.filter.flatMap { TreeFilter($0) })
    known.setSort(memory.sort, at: .zero)
    tree.wanted = memory.cursor
    if let words = memory.words { known.words = words }
    keeper = MemoryRecorder(last: memory)
  }

  /// Takes up what needs the town to be there.
  mutating func recallHeld() {
    for key in keeper?.last.held ?? [] where !known.index.isHeld(key) { known.index.hold(key) }
  }

  /// Adds to what is to be done that something is to be remembered, if a person's action changed it.
  func remembering(_ effects: [Effect]) -> (effects: [Effect], keeper: MemoryRecorder?) {
    guard let keeper else { return (effects, nil) }
    let new = memory
    var old = keeper.last
    let hasCursor = old.cursor != new.cursor
    old.cursor = new.cursor
    let isLeaving = effects.contains { [.quit, .suspend, .openTour].contains($0) }
    let isDue = isLeaving || now.uptime - keeper.at >= MemoryRecorder.cursorTime
    guard old != new || hasCursor && isDue else { return (effects, keeper) }
    let kept = MemoryRecorder(last: new, at: now.uptime, hasComplained: keeper.hasComplained)
    return ([.remember(new)] + effects, kept)
  }

  /// Says once that nothing can be remembered.
  mutating func tellNotRemembered(_ reason: String) {
    guard keeper?.hasComplained == false else { return }
    keeper?.hasComplained = true
    say("how you leave this \(.town) is not remembered: \(reason)", .warning)
  }
}
