internal import SharedState

/// An entry that was another in one recording than in another, for some time.
public struct RecordedDifference: Hashable, Sendable {
  /// The key of the entry.
  public let key: String
  /// Since when it was, from the beginning of the first recording.
  public let from: Duration
  /// Until when it was; nil if it was still so where the first of the two ends.
  public let to: Duration?
}

extension Recording {
  /// Tells, of two recordings on one clock, which entries differ and for how long, in the order in which that ends.
  ///
  /// Compared is the time that both cover.
  ///
  /// ```swift
  /// try monday.compare(with: tuesday, shiftedBy: .zero) { print($0.key, $0.from, $0.to ?? "…") }
  /// ```
  ///
  /// - Parameters:
  ///   - other: Another recording.
  ///   - shift: When that begins, from the beginning of this one.
  ///   - isWanted: Which keys are compared.
  ///   - tell: Is told each difference.
  /// - Returns: The time that both cover, from the beginning of this one; nil if there is none.
  /// - Throws: Where a message of either is malformed, and why.
  /// - Complexity: O(*n*) in the bytes of what is said of the state, with both states in memory.
  public func compare(
    with other: Recording,
    shiftedBy shift: Duration,
    where isWanted: (String) -> Bool = { _ in true },
    _ tell: (RecordedDifference) throws -> Void
  ) throws -> ClosedRange<Duration>? {
    let (start, end) = (max(.zero, shift), min(duration, other.duration + shift))
    guard start <= end else { return nil }
    var walks = [StateWalk(self, shiftedBy: .zero), StateWalk(other, shiftedBy: shift)]
    for number in walks.indices {
      while let time = walks[number].nextTime, time <= start { _ = try walks[number].goOn() }
    }
    var since: [StateKey: Duration] = [:]
    for key in walks[1].state.changes(since: walks[0].state).keys where isWanted(key) {
      since[StateKey(key)] = start
    }
    while let (next, time) = StateWalk.next(of: walks), time <= end {
      for key in try walks[next].goOn() where isWanted(key) {
        let name = StateKey(key)
        if walks[0].state.entry(for: key) == walks[1].state.entry(for: key) {
          guard let from = since.removeValue(forKey: name) else { continue }
          // What both do in the same message is no difference.
          if from < time { try tell(RecordedDifference(key: key, from: from, to: time)) }
        } else if since[name] == nil {
          since[name] = time
        }
      }
    }
    for key in since.keys.map(\.text).sorted() {
      if let from = since[StateKey(key)] {
        try tell(RecordedDifference(key: key, from: from, to: nil))
      }
    }
    return start...end
  }
}

/// The state of a recording, message by message.
private struct StateWalk {
  private let recording: Recording
  private let shift: Duration
  private(set) var state = StateDictionary()
  private var number = 0

  init(_ recording: Recording, shiftedBy shift: Duration) {
    (self.recording, self.shift) = (recording, shift)
    skip()
  }

  /// When the next message comes that may say something of the state.
  var nextTime: Duration? {
    number < recording.count ? recording.time(of: number) + shift : nil
  }

  /// Which of some has the next message of all, and when that comes; nil if none has one.
  static func next(of walks: [StateWalk]) -> (place: Int, time: Duration)? {
    walks.indices.compactMap { place in walks[place].nextTime.map { (place, $0) } }
      .min { $0.1 < $1.1 }
  }

  /// Takes in the next message, and answers with the keys that it touches.
  mutating func goOn() throws(RecordingError) -> [String] {
    let change = try recording.message(number).state
    number += 1
    skip()
    guard let change else { return [] }
    state.apply(change)
    return change.keys
  }

  private mutating func skip() {
    while number < recording.count, !recording.mayHoldState(number) { number += 1 }
  }
}
