/// What is still to happen, earliest first; what is due at the same moment happens in the order it was entered.
struct Agenda<Step> {
  private struct Entry {
    let time: Duration
    let number: Int
    let step: Step

    func isBefore(_ other: Entry) -> Bool {
      time != other.time ? time < other.time : number < other.number
    }
  }

  private var heap: [Entry] = []
  private var entered = 0

  var isEmpty: Bool { heap.isEmpty }

  mutating func enter(_ step: Step, at time: Duration) {
    heap.append(Entry(time: time, number: entered, step: step))
    entered += 1
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (time: Duration, step: Step)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return (first.time, first.step)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
