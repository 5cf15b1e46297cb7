import SharedState
import ScreenKit

/// Entries from different groups, side by side.
extension WatchHost {
  var reasonNotToPin: String? {
    guard let key = currentKey else { return words(.chooseHouse) }
    let isFull = watch.pins.count >= WatchState.mostPins && !watch.isPinned(key)
    return isFull
      ? words("\(WatchState.mostPins, .house) are pinned; unpin one first") : nil
  }

  mutating func togglePin() {
    guard let key = currentKey else { return }
    if watch.isPinned(key) {
      watch.pins.removeAll { ExactText($0) == ExactText(key) }
      if watch.pins.isEmpty { watch.showsPins = false }
      say("unpinned \(key)", .muted)
    } else {
      watch.pins.append(key)
      say("\(watch.pins.count, "pinned", .house); \(label(of: .pins)) shows them side by side")
    }
  }
}
