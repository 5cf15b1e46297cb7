internal import MessagePack
internal import ProtocolBuffers

/// Why a recording cannot be read, or a part of it, and where.
public struct RecordingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which part of the recording: its file, or what is packed in it.
  public let part: String
  /// The byte at which that part is wrong, counted from 0; nil if it is all of it.
  public let offset: Int?
  /// What is wrong.
  public let reason: String

  init(_ part: String, at offset: Int? = nil, _ reason: String) {
    (self.part, self.offset, self.reason) = (part, offset, reason)
  }

  init(_ part: String, at start: Int, _ error: MessagePackError) {
    self.init(part, at: start + error.offset, error.explanation)
  }

  init(_ part: String, at start: Int, _ error: WireError) {
    self.init(part, at: start + error.offset, error.explanation)
  }

  /// In one line: `messages.msgpack, byte 4711: the data ends before the value that begins here does`.
  public var description: String {
    "\(part)\(offset.map { ", byte \($0)" } ?? ""): \(reason)"
  }
}

extension RecordingError {
  /// Ends what takes long when it is asked to.
  static func checkCancellation(of path: String) throws(RecordingError) {
    guard Task.isCancelled else { return }
    throw RecordingError(RecordedFile.name(of: path), "it was stopped, and there is no such file")
  }
}
