internal import MessagePack
public import SharedState
public import Trajectory

/// A recorded session: what was said, and when.
///
/// It reads what NanoVer records since October 2025 (`.nanover.zip`), and what NanoVer and Narupa recorded before: a `.state`, a `.traj`, or
/// both of the same name, which are one session. What is in memory is where each message stands; the messages
/// are read where somebody looks. Of a recording that was cut off there is all that can be read, and ``flaws`` tell what is wrong.
///
/// ```swift
/// let recording = try Recording("session.nanover.zip")
/// recording.duration                                            // 10.8 s
/// let moment = try recording.moment(at: .seconds(5.2))
/// moment.state["scene"]
/// ```
public struct Recording: Sendable {
  /// What was said at once.
  public struct Message: Sendable {
    /// When, from the beginning of the recording.
    public let time: Duration
    /// What happened to the state.
    public let state: StateChange?
    /// What a simulation said.
    public let frame: Frame?
  }

  /// All that was known at a moment.
  public struct Moment: Sendable {
    /// The shared state.
    public var state = StateDictionary()
    /// The simulation, as one frame.
    public var frame = Frame()
  }

  /// How much may come of a file.
  public struct Limits: Sendable, Hashable {
    /// How many bytes the messages may be that are packed in it.
    public var unpackedBytes = 16 << 30
    /// How many bytes the index may be.
    public var indexBytes = 256 << 20

    /// Takes the usual limits.
    public init() {}
  }

  /// What is wrong with it; it is as long as can be read.
  public let flaws: [RecordingError]
  private let parts: [MessagePart]
  private let index: RecordingIndex
  /// The index as it is written, if that is the one that is used.
  private let writtenIndex: FileSlice?
  /// When it began, in microseconds since 1970, if whoever recorded it wrote that down.
  public let begun: Int64?
  /// When each message came, never before the one before it.
  private let times: [Duration]

  /// Opens a recording.
  ///
  /// One of the older form is read together with the other file of the same session, if that stands beside it; of what came at the same
  /// time the state comes before the frame.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: How much may come of it.
  /// - Throws: Why nothing of it can be read.
  /// - Complexity: O(*n*) in the messages where the index is whole, as it is in the older form, and else in the bytes.
  public init(_ path: String, limits: Limits = Limits()) throws(RecordingError) {
    if let content = TimedRecords.Content(path) {
      try self.init(path, content, limits: limits)
    } else {
      try self.init(RecordedFile(path), limits: limits)
    }
  }

  init(_ file: RecordedFile, limits: Limits) throws(RecordingError) {
    let archive = try ZipArchive(file)
    var flaws: [RecordingError] = []
    if !archive.hasTable { flaws.append(RecordingError(file.name, "its end is missing")) }
    guard let entry = archive.entries.first(where: { $0.name == Self.messagesName }) else {
      throw RecordingError(file.name, "there is no \(Self.messagesName) in it")
    }
    let messages = try Self.bytes(of: entry, in: file, most: limits.unpackedBytes, &flaws)
    var written: RecordingIndex?
    var writtenIndex: FileSlice?
    if let entry = archive.entries.first(where: { $0.name == Self.indexName }), entry.isWhole {
      var own: [RecordingError] = []
      let slice = try Self.bytes(of: entry, in: file, most: limits.indexBytes, &own)
      if slice.count <= limits.indexBytes, own.isEmpty {
        written = RecordingIndex(try slice.read(0..<slice.count), of: messages.count)
        // One that ends before the messages do is of another recording.
        if let end = written?.end, try Self.isMessage(messages, at: end) { written = nil }
        writtenIndex = written == nil ? nil : slice
      }
    }
    let index: RecordingIndex
    if let written {
      index = written
    } else {
      let (made, flaw) = try RecordingIndex.scan(
        messages,
        most: limits.indexBytes / MemoryLayout<RecordingIndex.Entry>.stride
      )
      let clock =
        switch made.clock {
        case .recorded: ""
        case .simulated: ": when they came is what the simulation's clock says"
        case .unknown: ": when they came is not known, a thirtieth of a second apart is a guess"
        }
      flaws.append(
        RecordingError(Self.indexName, "it is not there, or not about these messages\(clock)")
      )
      if let flaw { flaws.append(flaw) }
      index = made
    }
    let beginning = try messages.read(0..<RecordedStream.longestNote)
    let begun = index.begun ?? RecordedStream.begun(beginning)
    let part = MessagePart(name: Self.messagesName, bytes: messages, form: .messages)
    self.init([part], index, flaws, begun: begun, writtenIndex: writtenIndex)
  }

  init(
    _ parts: [MessagePart],
    _ index: RecordingIndex,
    _ flaws: [RecordingError],
    begun: Int64? = nil,
    writtenIndex: FileSlice? = nil
  ) {
    self.writtenIndex = writtenIndex
    (self.parts, self.index, self.flaws, self.begun) = (parts, index, flaws, begun)
    guard index.clock != .unknown else {
      times = index.entries.indices.map { .seconds($0) / 30 }
      return
    }
    var last = Duration.zero
    times = index.entries.map { entry in
      last = max(last, entry.time.map { .microseconds($0) } ?? last)
      return last
    }
  }

  /// How the name of a recording ends.
  public static let ending = ".nanover.zip"
  /// How the names end of all that can be read.
  public static let endings = [ending, ".state", ".traj"]
  static let messagesName = "messages.msgpack"
  static let indexName = "index.msgpack"

  private static func isMessage(
    _ messages: FileSlice,
    at place: Int
  ) throws(RecordingError) -> Bool {
    // Small maps are 0x80 and more; large ones have a byte of their own.
    let first = try messages.read(place..<place + 1).first ?? 0
    return (0x80...0x8f).contains(first) || first == 0xde || first == 0xdf
  }

  private static func bytes(
    of entry: ZipArchive.Entry,
    in file: RecordedFile,
    most: Int,
    _ flaws: inout [RecordingError]
  ) throws(RecordingError) -> FileSlice {
    let stored = FileSlice(file: file, range: entry.bytes)
    switch entry.method {
    case 0: return stored
    case 8:
      let (file, flaw) = try Deflated.unpack(stored, named: entry.name, most: most)
      if let flaw { flaws.append(flaw) }
      return FileSlice(file: file, range: 0..<file.size)
    default:
      throw RecordingError(entry.name, "it was packed in a way that has the number \(entry.method)")
    }
  }

  // MARK: Reading

  /// What the index says of the messages beside what is read of it anyway.
  ///
  /// - Throws: Why the index cannot be read again.
  func otherMetadata() throws(RecordingError) -> RecordingIndex.OtherMetadata {
    RecordingIndex.OtherMetadata(
      try writtenIndex.map { slice throws(RecordingError) in
        try slice.read(0..<slice.count)
      } ?? []
    )
  }

  /// How many messages there are.
  public var count: Int { times.count }

  /// When the last message came.
  public var duration: Duration { times.last ?? .zero }

  /// How many messages came until a moment, and at it.
  ///
  /// - Complexity: O(log *n*).
  public func count(until time: Duration) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// One message.
  ///
  /// - Throws: Where it is malformed, and why.
  /// - Complexity: O(*n*) in its bytes.
  public func message(_ number: Int) throws(RecordingError) -> Message {
    var keys = KeyInterner(capacity: 0)
    return try message(number, knownTo: &keys)
  }

  private func message(
    _ number: Int,
    knownTo keys: inout KeyInterner
  ) throws(RecordingError) -> Message {
    let entry = index.entries[number]
    return try parts[Int(entry.part)].message(entry, at: times[number], knownTo: &keys)
  }

  static func message(
    _ bytes: [UInt8],
    at time: Duration,
    knownTo keys: inout KeyInterner
  ) throws(MessagePackError) -> Message {
    let span = bytes.span.bytes
    var (state, frame): (StateChange?, Frame?)
    var reader = MessagePack.Reader()
    var packer = PackedStateValue.Packer(codec: MessagePackCodec.self, expecting: bytes.count)
    for _ in 0..<(try reader.readMapHeader(in: span)) {
      switch try reader.readKey(in: span) {
      case RecordedStream.stateKey:
        let change = try reader.readChange(in: span, knownTo: &keys, packing: &packer)
        if state?.merge(change) == nil { state = change }
      case RecordedStream.frameKey:
        let later = try Frame(reading: &reader, in: span)
        if frame?.merge(later) == nil { frame = later }
      default: try reader.skipValue(in: span)
      }
    }
    try reader.expectEnd(of: span)
    return Message(time: time, state: state, frame: frame)
  }

  /// One message as it stands in a recording of today, whatever this one is.
  ///
  /// - Throws: Why it cannot be read.
  func packed(_ number: Int) throws(RecordingError) -> [UInt8] {
    let entry = index.entries[number]
    let part = parts[Int(entry.part)]
    if case .messages = part.form { return try part.packed(entry) }
    let message = try message(number)
    var bytes: [UInt8] = []
    _ = RecordedStream.append(message.state, message.frame, to: &bytes)
    return bytes
  }

  /// Reads bytes that are to be a message.
  static func check(_ bytes: [UInt8]) throws(MessagePackError) -> Message {
    var keys = KeyInterner(capacity: 0)
    return try message(bytes, at: .zero, knownTo: &keys)
  }

  /// Says where in the recording a message is wrong.
  func error(_ error: MessagePackError, in number: Int) -> RecordingError {
    let entry = index.entries[number]
    return RecordingError(parts[Int(entry.part)].name, at: entry.offset, error)
  }

  /// When a message came.
  func time(of number: Int) -> Duration { times[number] }

  /// Whether there may be something of the state in a message.
  public func mayHoldState(_ number: Int) -> Bool { index.entries[number].hasState }

  /// All that was known at a moment, which includes what came at it.
  ///
  /// - Throws: Where a message is malformed that came until then, and why.
  /// - Complexity: O(*n*) in the bytes since all that was known was last written down, as our recorder does every few
  ///   megabytes; in the bytes until then if nobody did.
  public func moment(at time: Duration) throws(RecordingError) -> Moment {
    try moment(at: time) { error throws(RecordingError) in throw error }
  }

  /// All that was known at a moment, as ``moment(at:)`` tells it.
  ///
  /// - Parameters:
  ///   - time: The moment.
  ///   - flaw: Is told of each message until then that is malformed, which is passed over unless it throws.
  /// - Returns: All that was known then.
  /// - Throws: What `flaw` throws, or why the file cannot be read.
  public func moment(
    at time: Duration,
    _ flaw: (RecordingError) throws(RecordingError) -> Void
  ) throws(RecordingError) -> Moment {
    let known = try known(before: count(until: time), flaw)
    return Moment(state: known.state, frame: known.current.frame)
  }

  /// All that was known before a message.
  struct Known: Sendable {
    /// The number of that message.
    var number = 0
    var state = StateDictionary()
    var current = CurrentFrame()

    mutating func take(_ message: Message) {
      if let change = message.state { state.apply(change) }
      if let frame = message.frame { current.take(frame) }
    }
  }

  /// All that was known before a message, found from a place before it at which that is known.
  ///
  /// - Parameters:
  ///   - end: The number of the message.
  ///   - start: The place; the beginning if there is none.
  ///   - flaw: Is told of each message in between that is malformed, which is passed over unless it throws.
  /// - Returns: All that was known.
  /// - Throws: What `flaw` throws.
  func known(
    before end: Int,
    from start: Known? = nil,
    _ flaw: (RecordingError) throws(RecordingError) -> Void = { error throws(RecordingError) in
      throw error
    }
  ) throws(RecordingError) -> Known {
    var keys = KeyInterner(capacity: 4096)
    var known = start ?? Known()
    for whole in index.wholes.reversed() where whole.number <= end {
      guard whole.number > known.number else { break }
      let entry = RecordingIndex.Entry(
        offset: whole.place.lowerBound,
        length: whole.place.count,
        hasState: true,
        hasFrame: true
      )
      let message = try? parts[Int(entry.part)].message(entry, at: .zero, knownTo: &keys)
      // What cannot be read says nothing that was not said before it, too.
      guard let message else { continue }
      known = Known(number: whole.number)
      known.take(message)
      break
    }
    for number in known.number..<end
    where index.entries[number].hasState || index.entries[number].hasFrame {
      do throws(RecordingError) {
        known.take(try message(number, knownTo: &keys))
      } catch {
        try flaw(error)
      }
    }
    known.number = end
    return known
  }
}
