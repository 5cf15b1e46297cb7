internal import Glibc
public import SharedState
public import Trajectory

/// Records what happens to a shared state and what a simulation says, into one file or several.
///
/// What was taken in is on the disk, and outlasts the machine, once ``keep(at:)`` has returned nil. Where something cannot be
/// written, what stands is left as it is, what comes meanwhile is merged, and goes behind it as soon as there is room.
///
/// One thread uses it; times are counted from when it began.
///
/// ```swift
/// let recorder = try Recorder("session.nanover.zip", state: town.state)
/// recorder.take(change, at: .seconds(0.5))
/// if let trouble = recorder.keep(at: .seconds(1)) { print(trouble) }
/// try recorder.finish(at: .seconds(1.2))
/// ```
public final class Recorder {
  /// When to begin another file.
  public struct Options: Sendable, Hashable {
    /// After so many bytes of messages; nil for never.
    public var partBytes: Int?
    /// After so long; nil for never.
    public var partDuration: Duration?
    /// How many bytes of messages may lie between two places where all that is known is written down.
    public var wholeBytes = RecordedStream.wholeSpacing.bytes
    /// How many messages may.
    public var wholeMessages = RecordedStream.wholeSpacing.messages

    /// Chooses one file, however long it gets.
    public init() {}
  }

  /// The file that is written now, and that was last if there is none.
  public private(set) var path: String
  /// How many files there are.
  public private(set) var partCount = 1
  /// How many messages are recorded, in all files.
  public private(set) var messageCount = 0
  /// How many bytes of messages the files before this one hold.
  private var formerBytes = 0
  /// What stands in the way of writing; nil if nothing does.
  public private(set) var trouble: RecordingError?
  /// What is to be known of the files, and was not told yet: one that could not be ended in good order, say.
  private var notices: [String] = []

  private let names: PartNames
  private let options: Options
  private let system: WritingSystem
  /// When it began, in microseconds since 1970.
  private let begun: Int64
  private var writer: RecordingWriter?
  /// When to look again whether another file can be begun, after that has failed.
  private var nextPartAt = Duration.zero
  /// When the file that is written now began.
  private var partBegun = Duration.zero

  private var state: StateDictionary
  private var current = CurrentFrame()

  /// What came while nothing could be written, and when the last of it did.
  private var missed: (state: StateChange?, frame: Frame?, at: Duration)?
  /// How many bytes the file had when it was begun with all that is known.
  private var begunSize = 0

  /// Begins to record.
  ///
  /// - Parameters:
  ///   - path: A file that is not there yet; further ones are called like it, with a number.
  ///   - state: The state as it is.
  ///   - frame: What is known of the simulation.
  ///   - options: When to begin another file.
  /// - Throws: Why there can be no such file.
  public convenience init(
    _ path: String,
    state: StateDictionary,
    frame: Frame = Frame(),
    options: Options = Options()
  ) throws(RecordingError) {
    try self.init(path, state: state, frame: frame, options: options, system: WritingSystem())
  }

  init(
    _ path: String,
    state: StateDictionary,
    frame: Frame,
    options: Options,
    system: WritingSystem
  ) throws(RecordingError) {
    names = PartNames(path)
    (self.path, self.state, self.options, self.system) = (path, state, options, system)
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    begun = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    if !frame.isEmpty { current.take(frame) }
    writer = try begin(path, at: .zero)
  }

  /// How many bytes of messages are recorded, in all files.
  public var byteCount: Int { formerBytes + (writer?.size ?? 0) }

  // MARK: What happens

  /// Takes in what has happened, which ``keep(at:)`` is to bring to the disk.
  ///
  /// - Complexity: O(*n*) in the bytes, and now and then in all that is known.
  public func take(_ change: StateChange? = nil, _ frame: Frame? = nil, at time: Duration) {
    if let change { state.apply(change) }
    if let frame { current.take(frame) }
    guard trouble == nil, let writer else { return miss(change, frame, at: time) }
    // It begins with all that is known, and so with this.
    if isFull(writer, at: time), beginPart(after: writer, at: time) { return }
    append(change, frame, at: time, to: writer)
    if writer.pendingSize > Self.mostPending {
      attempt { () throws(RecordingError) in try writer.flush() }
    }
  }

  /// Brings what was taken in to the disk; to be called every second or sooner.
  ///
  /// - Returns: Why that is not done; it is tried again with the next call.
  public func keep(at time: Duration) -> RecordingError? {
    attempt { () throws(RecordingError) in
      if let writer, !writer.file.isInPlace {
        notices.append("\(path) was removed while it was written")
        giveUp(writer)
      } else if let writer, writer.isDoubtful {
        notices.append(
          "what was written to \(path) last may not be there: another file holds it, too"
        )
        giveUp(writer)
      }
      if let writer {
        try writer.flush()
        if let missed {
          append(missed.state, missed.frame, at: missed.at, to: writer)
          self.missed = nil
        }
        try writer.sync()
      } else {
        try replaceWriter(at: time)
        missed = nil
      }
    }
    return trouble
  }

  /// Ends the recording.
  ///
  /// - Throws: Why its end cannot be written. What was kept before stands, and can be repaired.
  public func finish(at time: Duration) throws(RecordingError) {
    if let trouble = keep(at: time) { throw trouble }
    guard let writer else { return }
    try writer.finish()
    formerBytes += writer.size
    self.writer = nil
  }

  /// Ends a file as well as can be, which another one is to follow.
  private func giveUp(_ former: RecordingWriter) {
    try? former.finish()
    formerBytes += former.size
    writer = nil
  }

  /// What is to be known of the files and was not asked for before.
  public func takeNotices() -> [String] {
    defer { notices = [] }
    return notices
  }

  /// No more than so many bytes wait in memory to be written.
  private static let mostPending = 1 << 20

  private func attempt(_ work: () throws(RecordingError) -> Void) {
    do throws(RecordingError) {
      try work()
      trouble = nil
    } catch {
      trouble = error
    }
  }

  private func miss(_ change: StateChange?, _ frame: Frame?, at time: Duration) {
    guard var missed else { return missed = (change, frame, time) }
    if let change, missed.state?.merge(change) == nil { missed.state = change }
    if let frame, missed.frame?.merge(frame) == nil { missed.frame = frame }
    missed.at = time
    self.missed = missed
  }

  private func append(
    _ change: StateChange?,
    _ frame: Frame?,
    at time: Duration,
    to writer: RecordingWriter
  ) {
    // What had come before a file was begun is in its beginning, and comes again.
    writer.append(change, frame, at: max(time - partBegun, .zero))
    messageCount += 1
    guard writer.isWholeDue(after: options.wholeBytes, options.wholeMessages) else { return }
    writer.appendWhole(state.changes(since: StateDictionary()), current.frame)
  }

  // MARK: Files

  private func isFull(_ writer: RecordingWriter, at time: Duration) -> Bool {
    // A town that is as large as a file is still not written down with each change.
    if let most = options.partBytes, writer.size >= most, writer.size - begunSize >= most / 2 {
      return true
    }
    if let most = options.partDuration, time - partBegun >= most { return true }
    return false
  }

  /// Ends a file, and goes on in another one.
  ///
  /// - Returns: Whether it could be begun; if not, the one that is there is gone on with.
  private func beginPart(after former: RecordingWriter, at time: Duration) -> Bool {
    guard time >= nextPartAt else { return false }
    do throws(RecordingError) {
      try former.flush()
      let path = names.free(from: partCount + 1)
      let next = try begin(path.name, at: time)
      formerBytes += former.size
      (writer, partCount, partBegun, self.path) = (next, path.number, time, path.name)
    } catch {
      notices.append("no other file can be begun: \(error)")
      nextPartAt = time + .seconds(10)
      return false
    }
    do throws(RecordingError) {
      try former.finish()
    } catch {
      notices.append("\(former.file.path) has no index, 'townhall repair' makes one: \(error)")
    }
    return true
  }

  /// Begins a file in the place of one that is gone.
  private func replaceWriter(at time: Duration) throws(RecordingError) {
    let path = names.free(from: partCount)
    writer = try begin(path.name, at: time)
    (self.path, partBegun) = (path.name, time)
    partCount = max(partCount, path.number)
  }

  /// Begins a file with all that is known.
  private func begin(_ path: String, at time: Duration) throws(RecordingError) -> RecordingWriter {
    let writer = try RecordingWriter(path, begun: begun + time.microseconds, system: system)
    let frame = current.frame
    writer.append(
      state.changes(since: StateDictionary()),
      frame.isEmpty ? nil : frame,
      at: .zero
    )
    do throws(RecordingError) {
      try writer.sync()
    } catch {
      writer.file.remove()
      throw error
    }
    messageCount += 1
    writer.noteWhole()
    begunSize = writer.size
    return writer
  }
}
