import ConcurrencySupport
import SharedState
import StateRecording
import StateSync
import Trajectory

/// A recorded session at one moment, as a town that nobody can change.
struct RecordingTransport: StateTransport {
  let place: RecordedPlace
  /// Where the molecule goes; nil if nobody wants it.
  var frames: FrameInbox?

  var address: String { place.description }

  func connect() async throws -> any StateConnection {
    let recording = try place.open()
    do throws(RecordingError) {
      let moment = try recording.moment(at: place.time ?? recording.duration)
      return RecordedConnection(moment, frames)
    } catch {
      throw place.failure(error)
    }
  }
}

/// Where a recording is, and which moment of it is meant: `session.nanover.zip@5.2`.
struct RecordedPlace: Hashable, Sendable {
  let path: String
  /// From the beginning; nil for the last.
  let time: Duration?
}

extension RecordedPlace: CustomStringConvertible {
  private static let ending = ".nanover.zip"

  /// Reads an address; nil if it is none of a recording.
  ///
  /// - Throws: What is wrong with the moment.
  init?(_ text: String) throws(ServerAddressError) {
    guard let end = text.ranges(of: Self.ending).last?.upperBound else { return nil }
    let rest = text[end...]
    guard rest.isEmpty || rest.hasPrefix("@") else { return nil }
    guard !rest.isEmpty else {
      self.init(path: text, time: nil)
      return
    }
    guard let seconds = Double(rest.dropFirst()), (0...1e9).contains(seconds) else {
      throw ServerAddressError(
        text: text,
        problem: "behind @ stands a number of seconds, such as @5.2"
      )
    }
    // Recordings count microseconds, and what was written as one of them is meant.
    let time = Duration.microseconds(Int64((seconds * 1e6).rounded()))
    self.init(path: String(text[..<end]), time: time)
  }

  /// Opens the recording.
  func open() throws(TransportError) -> Recording {
    do throws(RecordingError) { return try Recording(path) } catch { throw failure(error) }
  }

  func failure(_ error: RecordingError) -> TransportError {
    TransportError(.unreachable, "\(path) cannot be read: \(error)")
  }

  var description: String { path + (time.map { "@\($0 / .seconds(1))" } ?? "") }
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
