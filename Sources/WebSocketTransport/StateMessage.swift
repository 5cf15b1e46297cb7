import MessagePack
import NIOCore
import SharedState

/// Writes changes as NanoVer's clients want them: always both `updates` and `removals`.
///
/// A change that takes several messages says so in each: `more` is true in all but the last. NanoVer's clients pass over
/// it, and ours wait for the rest, so that nobody takes a part for the whole.
enum StateMessage {
  /// The messages that carry a change: one, or as many as it takes to keep each within a limit.
  ///
  /// A single value beyond the limit stands in a message of its own, which is then too large; whoever sends it
  /// decides what to do about that.
  ///
  /// - Complexity: O(*n*) in the size of the change.
  static func encode(_ change: StateChange, limit: Int) -> [ByteBuffer] {
    messages(of: change, limit: limit, framed: false)
  }

  /// The same messages as a server's frames, ready to be written to any number of clients.
  static func frames(of change: StateChange, limit: Int) -> [ByteBuffer] {
    messages(of: change, limit: limit, framed: true)
  }

  private static func messages(of change: StateChange, limit: Int, framed: Bool) -> [ByteBuffer] {
    let parts = parts(of: change, limit: limit)
    return parts.enumerated().map { number, part in
      let isDoubtful = parts.count > 1 || part.size > Self.doubtfulSize(within: limit)
      return part.message(more: isDoubtful ? number < parts.count - 1 : nil, framed: framed)
    }
  }

  /// How large a message is of which nobody can tell whether it was cut off, if it does not say.
  static func doubtfulSize(within limit: Int) -> Int { limit - limit / 16 }

  private static func parts(of change: StateChange, limit: Int) -> [Part] {
    var finished: [Part] = []
    var part = Part()
    // Each item is written where it belongs, and taken along in the rare case that it was one too many.
    for (key, entry) in change.updates {
      let start = part.updates.begin()
      MessagePack.encode(key, into: &part.updates.bytes)
      MessagePack.encode(entry, into: &part.updates.bytes)
      guard part.size > limit, part.count > 1 else { continue }
      let item = part.updates.takeBack(to: start)
      finished.append(part)
      part = Part()
      part.updates.append(item)
    }
    for key in change.removals {
      let start = part.removals.begin()
      MessagePack.encode(key, into: &part.removals.bytes)
      guard part.size > limit, part.count > 1 else { continue }
      let item = part.removals.takeBack(to: start)
      finished.append(part)
      part = Part()
      part.removals.append(item)
    }
    return finished + [part]
  }

  private struct Items {
    var bytes: [UInt8] = []
    private(set) var count = 0

    /// Begins another item, and returns where.
    mutating func begin() -> Int {
      count += 1
      return bytes.count
    }

    mutating func takeBack(to start: Int) -> ArraySlice<UInt8> {
      count -= 1
      let item = bytes[start...]
      bytes.removeSubrange(start...)
      return item
    }

    mutating func append(_ item: ArraySlice<UInt8>) {
      count += 1
      bytes += item
    }
  }

  private struct Part {
    var updates = Items()
    var removals = Items()

    /// What surrounds the items, at most.
    private static let envelope = 64

    var count: Int { updates.count + removals.count }
    var size: Int { Self.envelope + updates.bytes.count + removals.bytes.count }

    func message(more: Bool?, framed: Bool) -> ByteBuffer {
      var header: [UInt8] = []
      MessagePack.encodeMapHeader(count: more == nil ? 1 : 2, into: &header)
      if let more {
        MessagePack.encode(NanoVerMessage.moreMark, into: &header)
        MessagePack.encode(.bool(more), into: &header)
      }
      MessagePack.encode("state", into: &header)
      MessagePack.encodeMapHeader(count: 2, into: &header)
      MessagePack.encode("updates", into: &header)
      MessagePack.encodeMapHeader(count: updates.count, into: &header)
      var middle: [UInt8] = []
      MessagePack.encode("removals", into: &middle)
      MessagePack.encodeArrayHeader(count: removals.count, into: &middle)
      let pieces = [header, updates.bytes, middle, removals.bytes]
      let count = pieces.reduce(0) { $0 + $1.count }
      var message = ByteBuffer()
      message.reserveCapacity(count + Masking.longestHeader)
      if framed { Masking.writeHeader(of: count, isMasked: false, into: &message) }
      for bytes in pieces { message.writeBytes(bytes) }
      return message
    }
  }
}
