/// How a recording stands that is played.
public struct ReplayStatus: Hashable, Sendable {
  /// How far it has come.
  public var time = Duration.zero
  /// How long it is.
  public var duration = Duration.zero
  /// Whether it goes on.
  public var isRunning = false
  /// How many times as fast as it was.
  public var speed = 1.0
  /// Whether it begins again at its end.
  public var loops = false
  /// When somebody marked a moment, and with which words.
  public var marks: [Mark] = []
  /// How much happened in each of as many parts of it as there are, which are equally long.
  public var activity: [Int] = []

  /// A moment that somebody has marked.
  public struct Mark: Hashable, Sendable {
    /// When it was.
    public var time: Duration
    /// What was said of it; a peer's words.
    public var text: String

    /// Marks a moment.
    public init(time: Duration, text: String) { (self.time, self.text) = (time, text) }
  }

  /// A recording of which nothing is known yet.
  public init() {}

  /// The mark before a moment; while it is played, a little before: who has just gone to one wants the one before it.
  func mark(before time: Duration) -> Mark? {
    marks.last { $0.time < time - (isRunning ? .milliseconds(500) : .zero) }
  }

  func mark(after time: Duration) -> Mark? { marks.first { $0.time > time } }

  /// How far into a recording, as it is told: `0:05.2`, `1:02:03`.
  static func text(_ time: Duration) -> String {
    let tenths = Int(max(time, .zero) / .milliseconds(100))
    let (seconds, minutes, hours) = (tenths / 10 % 60, tenths / 600 % 60, tenths / 36_000)
    let padded = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    guard hours == 0 else { return "\(hours):\(padded(minutes)):\(padded(seconds))" }
    return "\(minutes):\(padded(seconds)).\(tenths % 10)"
  }

  /// Reads a time as it is told, or as a number of seconds; nil if it is neither.
  static func time(_ text: String) -> Duration? {
    guard !text.contains("-") else { return nil }
    var seconds = 0.0
    for part in text.split(separator: ":", omittingEmptySubsequences: false) {
      guard let number = Double(part), (0...1e9).contains(number) else { return nil }
      seconds = seconds * 60 + number
    }
    guard seconds <= 1e9 else { return nil }
    return .microseconds(Int64((seconds * 1e6).rounded()))
  }
}

/// What is asked of whoever plays a recording.
public enum ReplayRequest: Hashable, Sendable {
  /// To go on, or to stand still.
  case run(Bool)
  /// To go to a moment.
  case seek(Duration)
  /// To go to the next change, or to before the last one, and to stand still.
  case step(isForward: Bool)
  /// To go to where an entry changed next, or last, and to stand still.
  case change(of: String, isForward: Bool)
  /// To be so many times as fast.
  case speed(Double)
  /// To begin again at the end, or not.
  case loop(Bool)
}
