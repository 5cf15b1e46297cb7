public import SharedState
public import Trajectory

/// Plays a recording: knows what holds at its place in it, and says what leads from one place to the next.
///
/// It has no clock of its own; whoever plays tells how much time has passed.
///
/// ```swift
/// var player = try RecordingPlayer(recording)
/// let news = try player.advance(by: .seconds(0.1))     // what came in the tenth of a second
/// let jump = try player.seek(to: .seconds(60))         // what differs there
/// ```
public struct RecordingPlayer: Sendable {
  /// What leads from one place of a recording to another.
  public struct News: Sendable {
    /// What happens to the state.
    public var change = StateChange()
    /// What a simulation says; nil for nothing.
    public var frame: Frame?

    /// Whether nothing happens.
    public var isEmpty: Bool { change.isEmpty && frame == nil }

    fileprivate mutating func take(_ message: Recording.Message) {
      if let later = message.state { change.merge(later) }
      if let later = message.frame, frame?.merge(later) == nil { frame = later }
    }
  }

  /// What is played.
  public let recording: Recording
  /// How far it has come.
  public private(set) var time = Duration.zero
  /// How many messages have been played.
  public private(set) var next = 0
  /// The state there.
  public private(set) var state = StateDictionary()
  private var current = CurrentFrame()
  /// How much faster than it was recorded it is played.
  public var speed = 1.0
  /// Whether it goes on when time passes.
  public var isRunning = true
  /// Whether it begins again at its end.
  public var loops = false
  /// A pause in which nothing happens is played no longer than this; nil for as long as it was.
  public var longestPause: Duration?
  /// Where something could not be read that was passed over, and why.
  private var trouble: RecordingError?
  /// Places that it has come by, from which others are near.
  private var known: [Recording.Known] = []

  /// Begins at the beginning of a recording, where what came at once holds already.
  ///
  /// - Throws: Where a message is malformed, and why.
  public init(_ recording: Recording) throws(RecordingError) {
    self.recording = recording
    _ = try seek(to: .zero)
  }

  /// All that a simulation has said by then, as one frame that voids what was said before; nil if nothing was.
  public var wholeFrame: Frame? {
    var frame = current.frame
    guard !frame.isEmpty else { return nil }
    frame[.frameIndex] = 0
    return frame
  }

  /// Whether nothing more comes.
  public var isAtEnd: Bool { next >= recording.count && time >= recording.duration }

  /// Goes on, if it runs, as so much time has passed.
  ///
  /// - Returns: What came meanwhile. What is malformed is passed over: ``takeTrouble()`` tells it, and it stands still there.
  /// - Throws: Why the file cannot be read.
  /// - Complexity: O(*n*) in the bytes that are passed, or less where a seek is quicker.
  public mutating func advance(by elapsed: Duration) throws(RecordingError) -> News {
    guard isRunning else { return News() }
    if isAtEnd {
      guard loops, recording.count > 0 else {
        isRunning = false
        return News()
      }
      return try seek(to: .zero)
    }
    var end = time + elapsed * speed
    if let longestPause, next < recording.count, recording.time(of: next) - time > longestPause {
      end = max(end, recording.time(of: next) - longestPause)
    }
    end = min(end, recording.duration)
    if recording.count(until: end) - next > Self.seeksBeyond { return try seek(to: end) }
    var news = News()
    while isRunning, next < recording.count, recording.time(of: next) <= end { play(into: &news) }
    time = isRunning ? end : min(end, next > 0 ? recording.time(of: next - 1) : .zero)
    return news
  }

  /// Where something could not be read that was passed over, and why; nil if nobody has to be told.
  public mutating func takeTrouble() -> RecordingError? { trouble.take() }

  /// Plays the next message, and stands still.
  public mutating func step() -> News {
    isRunning = false
    var news = News()
    guard next < recording.count else { return news }
    time = recording.time(of: next)
    play(into: &news)
    return news
  }

  /// Goes back to before the last message, and stands still.
  ///
  /// - Throws: Where a message is malformed, and why.
  public mutating func stepBack() throws(RecordingError) -> News {
    isRunning = false
    guard next > 1 else { return News() }
    return try jump(to: next - 1, at: recording.time(of: next - 2))
  }

  /// Goes to a moment, which includes what came at it.
  ///
  /// - Returns: What differs there from where it stood; the frame voids what was said before it.
  /// - Throws: Where a message is malformed, and why; it stays where it was then.
  /// - Complexity: O(*n*) in the bytes since a place that it has come by, or where the recorder has written down all; and in
  ///   the sizes of the two states.
  public mutating func seek(to moment: Duration) throws(RecordingError) -> News {
    let moment = min(max(moment, .zero), recording.duration)
    return try jump(to: recording.count(until: moment), at: moment)
  }

  /// Goes to where a message has just been played, and stands still.
  ///
  /// - Throws: Where a message is malformed, and why; it stays where it was then.
  public mutating func seek(toAfter number: Int) throws(RecordingError) -> News {
    isRunning = false
    return try jump(to: number + 1, at: recording.time(of: number))
  }

  private mutating func jump(to end: Int, at moment: Duration) throws(RecordingError) -> News {
    let start = known.last { $0.number <= end }
    var passed: RecordingError?
    let there = try recording.known(before: end, from: start) { passed = passed ?? $0 }
    trouble = passed ?? trouble
    remember(there)
    var news = News()
    news.change = there.state.changes(since: state)
    let hadFrame = !current.frame.isEmpty
    (state, current, next, time) = (there.state, there.current, end, moment)
    // Where nothing was said yet, what was is void all the same.
    news.frame = wholeFrame ?? (hadFrame ? Frame([FrameKey.frameIndex.name: 0]) : nil)
    return news
  }

  private mutating func play(into news: inout News) {
    defer { next += 1 }
    do throws(RecordingError) {
      let message = try recording.message(next)
      news.take(message)
      if let change = message.state { state.apply(change) }
      if let frame = message.frame { current.take(frame) }
      let number = next + 1
      if number.isMultiple(of: Self.spacing) {
        remember(Recording.Known(number: number, state: state, current: current))
      }
    } catch {
      (trouble, isRunning) = (error, false)
    }
  }

  /// Keeps a place, unless there are enough near it.
  private mutating func remember(_ place: Recording.Known) {
    let index = known.firstIndex { $0.number >= place.number } ?? known.endIndex
    let before = index > 0 ? place.number - known[index - 1].number : place.number
    let after = index < known.count ? known[index].number - place.number : Self.spacing
    guard before >= Self.spacing / 2, after >= Self.spacing / 2 else { return }
    known.insert(place, at: index)
    guard known.count > Self.mostKnown else { return }
    // Every other one; what is lost between them is found again by playing from the one before.
    known = known.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
  }

  private static let seeksBeyond = 5000
  private static let spacing = 2000
  private static let mostKnown = 64
}
