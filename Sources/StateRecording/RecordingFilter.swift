internal import MessagePack
internal import SharedState
internal import Trajectory

/// What of a recording is to be in another one.
///
/// ```swift
/// var filter = RecordingFilter()
/// filter.begin = .seconds(60)
/// filter.keeps = { $0.hasPrefix("selection.") }
/// try recording.filter(by: filter, to: "selections.nanover.zip")
/// ```
public struct RecordingFilter: Sendable {
  /// Which keys of the state are kept.
  public var keeps: @Sendable (String) -> Bool = { _ in true }
  /// Where it begins: with all that was known then.
  public var begin = Duration.zero
  /// Where it ends, with what came then; nil for where the recording does.
  public var end: Duration?
  /// Whether the state is kept.
  public var hasState = true
  /// Whether what was simulated is kept.
  public var hasFrames = true
  /// Whether all else is kept, such as commands.
  public var hasOthers = true
  /// What people are to be called.
  public var pseudonyms: Pseudonyms?

  /// Keeps all.
  public init() {}

  fileprivate func filtered(_ change: StateChange) -> StateChange {
    var kept = StateChange()
    kept.reserveCapacity(change.count)
    for item in change.items where keeps(item.key.text) {
      guard let pseudonyms else {
        kept.put(item.entry, at: item.key)
        continue
      }
      let entry = item.entry.map { StateEntry(pseudonyms.value($0.value)) }
      kept.put(entry, at: pseudonyms.text(item.key.text))
    }
    return kept
  }

  /// What an index says, with people called as they are to be.
  fileprivate func named(_ metadata: StateObject) -> StateObject {
    guard let pseudonyms, !metadata.isEmpty else { return metadata }
    return pseudonyms.value(.object(metadata)).object ?? metadata
  }

  /// What is kept of a message; nil if nothing is.
  fileprivate func filtered(_ message: [UInt8]) throws(MessagePackError) -> [UInt8]? {
    let span = message.span.bytes
    var (count, parts): (Int, [UInt8]) = (0, [])
    var reader = MessagePack.Reader()
    for _ in 0..<(try reader.readMapHeader(in: span)) {
      let kind = try reader.readKey(in: span)
      let range = try reader.skipValue(in: span)
      guard let kept = try filtered(kind, in: message, at: range) else { continue }
      MessagePack.encode(kind, into: &parts)
      parts += kept
      count += 1
    }
    guard count > 0 else { return nil }
    var kept: [UInt8] = []
    MessagePack.encodeMapHeader(count: count, into: &kept)
    return kept + parts
  }

  /// What is kept of what a message says of one kind; nil if nothing is.
  private func filtered(
    _ kind: String,
    in message: [UInt8],
    at range: Range<Int>
  ) throws(MessagePackError) -> ArraySlice<UInt8>? {
    switch kind {
    case RecordedStream.stateKey: return hasState ? try filteredState(message, range) : nil
    case RecordedStream.frameKey: return hasFrames ? message[range] : nil
    default:
      guard hasOthers, let pseudonyms else { return hasOthers ? message[range] : nil }
      var reader = MessagePack.Reader(at: range.lowerBound)
      let value = try reader.readValue(in: message.span.bytes)
      return MessagePack.encode(pseudonyms.value(value))[...]
    }
  }

  private func filteredState(
    _ message: [UInt8],
    _ range: Range<Int>
  ) throws(MessagePackError) -> ArraySlice<UInt8>? {
    var keys = KeyInterner(capacity: 0)
    var packer = PackedStateValue.Packer(codec: MessagePackCodec.self, expecting: range.count)
    var reader = MessagePack.Reader(at: range.lowerBound)
    let change = try reader.readChange(in: message.span.bytes, knownTo: &keys, packing: &packer)
    let kept = filtered(change)
    // That nothing happened is kept where it was said.
    guard !kept.isEmpty || change.isEmpty else { return nil }
    if pseudonyms == nil, kept.count == change.count { return message[range] }
    var packed: [UInt8] = []
    MessagePack.encode(kept, into: &packed)
    return packed[...]
  }
}

extension Recording {
  /// Makes another recording of a part of this one.
  ///
  /// Messages of which all is kept are the same bytes; frames are the same in any case.
  ///
  /// - Parameters:
  ///   - filter: What is kept.
  ///   - path: The file to make, which is not there yet.
  /// - Returns: How many messages there are in it.
  /// - Throws: Where a message is malformed, or why the file cannot be written; then there is none.
  /// - Complexity: O(*n*) in the bytes of the recording, of which one message is in memory.
  public func filter(by filter: RecordingFilter, to path: String) throws(RecordingError) -> Int {
    let writer = try RecordingWriter(
      path,
      begun: begun.map { $0 + min(filter.begin, .seconds(1_000_000_000)).microseconds }
    )
    do throws(RecordingError) {
      var (number, known) = (0, Known())
      if filter.begin > .zero {
        number = count(until: filter.begin)
        let moment = try moment(at: filter.begin)
        let state = filter.filtered(moment.state.changes(since: StateDictionary()))
        let frame = filter.hasFrames && !moment.frame.isEmpty ? moment.frame : Frame?.none
        writer.append(filter.hasState ? state : nil, frame, at: .zero)
        writer.noteWhole()
        if filter.hasState { known.state.apply(state) }
        if let frame { known.current.take(frame) }
      }
      let end = filter.end.map { count(until: $0) } ?? count
      var metadata = try otherMetadata()
      for _ in 0..<number { _ = metadata.next() }
      while number < end {
        defer { number += 1 }
        let others = filter.named(metadata.next())
        try RecordingError.checkCancellation(of: path)
        let bytes = try packed(number)
        do throws(MessagePackError) {
          guard let kept = try filter.filtered(bytes) else { continue }
          known.take(try Recording.check(kept))
          try writer.append(packed: kept, at: time(of: number) - filter.begin, others: others)
        } catch {
          throw self.error(error, in: number)
        }
        try writer.goOn(known)
      }
      try writer.finish()
    } catch {
      writer.file.remove()
      throw error
    }
    return writer.count
  }
}
