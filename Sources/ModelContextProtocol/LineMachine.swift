/// A machine that talks in lines with another program, and has work done for it.
///
/// It has no clock, descriptor or task in it: whoever runs it hands it what comes, and does what it says.
package protocol LineMachine: Sendable {
  /// Something to be done that takes its time.
  associatedtype Work: Sendable
  /// What work tells: on its way, and at its end.
  associatedtype News: Sendable

  /// Takes in what has happened, and says what to do now, in this order.
  mutating func handle(_ event: LineEvent<News>) -> [LineAction<Work>]
}

/// What happens to a machine that talks in lines.
package enum LineEvent<News: Sendable>: Sendable {
  /// The other program has sent this.
  case received(LineCutter.Line)
  /// The work of this number tells something.
  case told(Int, News)
  /// The work of this number has ended, with this.
  case ended(Int, News)
  /// The other program sends nothing more.
  case inputEnded
}

/// What a machine that talks in lines wants done.
package enum LineAction<Work: Sendable>: Sendable {
  /// Send this line, which has no end yet.
  case send(String)
  /// Begin some work under this number.
  case start(Int, Work)
  /// End the work of this number soon.
  case cancel(Int)
}

extension LineAction: Equatable where Work: Equatable {}

/// Work in order: so many pieces at once, so many more that wait, and then no more.
package struct WorkQueue<Work: Sendable>: Sendable {
  private let mostRunning: Int
  private let mostWaiting: Int
  private var running: Set<Int> = []
  private var waiting: [(number: Int, work: Work)] = []

  /// Makes one with its bounds.
  package init(mostRunning: Int, mostWaiting: Int) {
    (self.mostRunning, self.mostWaiting) = (mostRunning, mostWaiting)
  }

  /// Whether there is room for more.
  package var hasRoom: Bool { running.count < mostRunning || waiting.count < mostWaiting }

  /// Adds some work: it begins now, or when there is room.
  package mutating func add(_ number: Int, _ work: Work) -> [LineAction<Work>] {
    guard running.count < mostRunning else {
      waiting.append((number, work))
      return []
    }
    running.insert(number)
    return [.start(number, work)]
  }

  /// Cancels some work.
  ///
  /// - Returns: What to do, and whether it had begun, so that it will tell its end.
  package mutating func cancel(_ number: Int) -> (actions: [LineAction<Work>], hadBegun: Bool) {
    if running.contains(number) { return ([.cancel(number)], true) }
    waiting.removeAll { $0.number == number }
    return ([], false)
  }

  /// Notes that some work has ended: what has waited longest begins.
  package mutating func end(_ number: Int) -> [LineAction<Work>] {
    guard running.remove(number) != nil, !waiting.isEmpty else { return [] }
    let next = waiting.removeFirst()
    running.insert(next.number)
    return [.start(next.number, next.work)]
  }
}
