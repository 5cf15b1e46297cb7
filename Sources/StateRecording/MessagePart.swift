internal import MessagePack
internal import ProtocolBuffers
internal import SharedState
internal import Trajectory

/// A file, or a part of one, in which messages of a recording stand, and how they are written.
struct MessagePart: Sendable {
  enum Form: Sendable {
    /// As on NanoVer's wire of today.
    case messages
    /// One behind the other, each with its time.
    case records(TimedRecords.Content)
  }

  /// What it is called in what goes wrong.
  let name: String
  let bytes: FileSlice
  let form: Form

  /// Reads the bytes of one message.
  ///
  /// - Throws: Why they cannot be read.
  func packed(_ entry: RecordingIndex.Entry) throws(RecordingError) -> [UInt8] {
    let read = try bytes.read(entry.offset..<entry.offset + entry.length)
    guard read.count == entry.length else {
      throw RecordingError(name, at: entry.offset, "the file has become shorter")
    }
    return read
  }

  /// Reads one message.
  ///
  /// - Throws: Where it is malformed, and why.
  /// - Complexity: O(*n*) in its bytes.
  func message(
    _ entry: RecordingIndex.Entry,
    at time: Duration,
    knownTo keys: inout KeyInterner
  ) throws(RecordingError) -> Recording.Message {
    let read = try packed(entry)
    switch form {
    case .messages:
      do throws(MessagePackError) {
        return try Recording.message(read, at: time, knownTo: &keys)
      } catch {
        throw RecordingError(name, at: entry.offset, error)
      }
    case .records(let content):
      do throws(WireError) {
        return try content.message(read.span.bytes, at: time)
      } catch {
        throw RecordingError(name, at: entry.offset, error)
      }
    }
  }
}
