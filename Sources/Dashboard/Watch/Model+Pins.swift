import SharedState
import TextScreen

/// Houses from different streets, side by side.
extension Model {
  var reasonNotToPin: String? {
    guard let house = currentHouse else { return "choose a house first; Enter opens a street" }
    let isFull = watch.pins.count >= WatchDesk.mostPins && !watch.isPinned(house)
    return isFull ? "\(WatchDesk.mostPins) houses are pinned; unpin one first" : nil
  }

  mutating func togglePin() {
    guard let house = currentHouse else { return }
    if watch.isPinned(house) {
      watch.pins.removeAll { ExactText($0) == ExactText(house) }
      if watch.pins.isEmpty { watch.showsPins = false }
      say("unpinned \(house)", .muted)
    } else {
      watch.pins.append(house)
      let count = Phrases.count(watch.pins.count, "pinned house")
      say("\(count); \(key(for: .pins)) shows them side by side")
    }
  }
}
