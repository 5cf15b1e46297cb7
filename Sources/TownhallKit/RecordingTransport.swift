import ConcurrencySupport
import SharedState
package import StateRecording
package import StateSync
import Trajectory

/// A recorded session at one moment, as a town that nobody can change.
struct RecordingTransport: StateTransport {
  let place: RecordedPlace
  /// Where the molecule goes; nil if nobody wants it.
  var frames: FrameInbox?

  var address: String { place.description }

  func connect() async throws -> any StateConnection {
    let recording = try place.open()
    let time = try place.time(in: recording)
    do throws(RecordingError) {
      return RecordedConnection(try recording.moment(at: time), frames)
    } catch {
      throw place.failure(error)
    }
  }
}

/// Where a recording is, and which moment of it is meant: `session.nanover.zip@5.2`, or `session.nanover.zip@ligand is in`.
package struct RecordedPlace: Hashable, Sendable {
  /// A moment of a recording.
  package enum Moment: Hashable, Sendable {
    /// So long after the beginning.
    case time(Duration)
    /// When somebody marked it with this text.
    case mark(String)
    /// The last.
    case end
  }

  package let path: String
  package let moment: Moment
  /// The recording, once somebody has opened it: to read its index again would take as long.
  private let opened = Locked<Recording?>(nil)
  /// When the mark was made, once somebody has looked for it: that takes as long as all that is said of the state.
  private let found = Locked<Duration?>(nil)

  package init(path: String, moment: Moment = .end) { (self.path, self.moment) = (path, moment) }

  package static func == (left: RecordedPlace, right: RecordedPlace) -> Bool {
    left.path == right.path && left.moment == right.moment
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(moment)
  }
}

extension RecordedPlace: CustomStringConvertible {
  /// Reads an address; nil if it is none of a recording.
  ///
  /// - Throws: What is wrong with the moment.
  package init?(_ text: String) throws(ServerAddressError) {
    let ends = Recording.endings.flatMap { text.ranges(of: $0).map(\.upperBound) }
      .filter { text[$0...].isEmpty || text[$0...].hasPrefix("@") }
    guard let end = ends.min(), !text.contains("://") else { return nil }
    let (path, rest) = (String(text[..<end]), text[end...])
    guard rest.isEmpty || rest.hasPrefix("@") else { return nil }
    guard !rest.isEmpty else {
      self.init(path: path)
      return
    }
    let moment = String(rest.dropFirst())
    guard let seconds = Double(moment) else {
      guard !moment.isEmpty else { throw Self.refusal(text) }
      self.init(path: path, moment: .mark(moment))
      return
    }
    guard (0...1e9).contains(seconds) else { throw Self.refusal(text) }
    // Recordings count microseconds, and what was written as one of them is meant.
    self.init(path: path, moment: .time(.microseconds(Int64((seconds * 1e6).rounded()))))
  }

  private static func refusal(_ text: String) -> ServerAddressError {
    ServerAddressError(
      text: text,
      problem: "behind @ stands a number of seconds, such as @5.2, or the text of a mark"
    )
  }

  /// When the moment is in a recording; of several marks of that text the first counts.
  ///
  /// - Throws: Why it is not there.
  package func time(in recording: Recording) throws(TransportError) -> Duration {
    switch moment {
    case .end: return recording.duration
    case .time(let time): return time
    case .mark(let text):
      if let time = found.withLock({ $0 }) { return time }
      let marks: [Mark]
      do throws(RecordingError) { marks = try recording.marks() } catch { throw failure(error) }
      if let mark = marks.first(where: { $0.text == text }) {
        found.withLock { $0 = mark.time }
        return mark.time
      }
      let known =
        marks.isEmpty
        ? "it has none" : "it has " + marks.map { "'\($0.text)'" }.joined(separator: ", ")
      throw TransportError(.unreachable, "\(path) has no mark '\(text)': \(known)")
    }
  }

  /// Opens the recording, or has it as it was when it was opened first.
  package func open() throws(TransportError) -> Recording {
    if let recording = opened.withLock({ $0 }) { return recording }
    do throws(RecordingError) {
      let recording = try Recording(path)
      opened.withLock { $0 = recording }
      return recording
    } catch {
      throw failure(error)
    }
  }

  package func failure(_ error: RecordingError) -> TransportError {
    TransportError(.unreachable, "\(path) cannot be read: \(error)")
  }

  package var description: String {
    switch moment {
    case .end: path
    case .time(let time): "\(path)@\(time / .seconds(1))"
    case .mark(let text): "\(path)@\(text)"
    }
  }
}

/// What is heard of a recording: all of a moment, and then nothing more.
private final class RecordedConnection: StateConnection {
  let wire = "a recording"
  private let state: Locked<StateChange?>
  /// Nobody rings; it ends when the connection does.
  private let (silence, end) = AsyncStream.makeStream(of: Void.self)

  init(_ moment: Recording.Moment, _ frames: FrameInbox?) {
    state = Locked(moment.state.changes(since: StateDictionary()))
    if !moment.frame.isEmpty { frames?.put(moment.frame) }
  }

  func receive() async throws -> StateDelivery? {
    if let change = state.withLock({ $0.take() }) { return .change(change) }
    for await _ in silence {}
    return nil
  }

  func send(_ change: StateChange) async throws {
    throw TransportError(.refused, "a recording cannot be changed")
  }

  func close() async { end.finish() }
}
