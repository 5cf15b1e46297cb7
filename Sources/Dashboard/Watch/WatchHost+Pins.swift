import SharedState
import ScreenKit

/// Houses from different streets, side by side.
extension WatchHost {
  var reasonNotToPin: String? {
    guard let house = currentKey else { return words(.chooseHouse) }
    let isFull = watch.pins.count >= WatchState.mostPins && !watch.isPinned(house)
    return isFull
      ? words("\(WatchState.mostPins, .house) are pinned; unpin one first") : nil
  }

  mutating func togglePin() {
    guard let house = currentKey else { return }
    if watch.isPinned(house) {
      watch.pins.removeAll { ExactText($0) == ExactText(house) }
      if watch.pins.isEmpty { watch.showsPins = false }
      say("unpinned \(house)", .muted)
    } else {
      watch.pins.append(house)
      say("\(watch.pins.count, "pinned", .house); \(label(of: .pins)) shows them side by side")
    }
  }
}
