import SharedState
import ScreenKit

/// Entries from different groups, side by side.
extension WatchHost {
  var reasonNotToPin: String? {
    if actsOnMarks, markCount > WatchState.mostPins {
      return words(
        "\(WatchState.mostPins, .house) can be pinned, and \(Phrases.grouped(markCount)) are marked"
      )
    }
    let keys = targets
    guard !keys.isEmpty else { return words(.chooseHouse) }
    let new = keys.count { !watch.isPinned($0) }
    let isFull = watch.pins.count + new > WatchState.mostPins
    return isFull
      ? words("\(watch.pins.count, .house) are pinned; unpin one first") : nil
  }

  /// Pins an entry or the marked ones, or takes the pins off if all of them have one.
  mutating func togglePin() {
    let keys = targets
    let new = keys.filter { !watch.isPinned($0) }
    if new.isEmpty {
      let old = Set(keys.map { StateKey($0) })
      watch.pins.removeAll { old.contains(StateKey($0)) }
      if watch.pins.isEmpty { watch.showsPins = false }
      let name: Phrase = keys.count == 1 ? "\(keys[0])" : "\(keys.count, .house)"
      say("unpinned \(name)\(goneWords)", .muted)
    } else {
      watch.pins += new
      let count: Phrase = "\(watch.pins.count, "pinned", .house)\(goneWords)"
      say("\(count); \(label(of: .pins)) shows them side by side")
    }
  }
}
