import MessagePack
import NIOCore
import SharedState

/// Writes changes as NanoVer's clients want them: always both `updates` and `removals`.
enum StateMessage {
  /// The messages that carry a change: one, or as many as it takes to keep each within a limit.
  ///
  /// A single value beyond the limit stands in a message of its own, which is then too large; whoever sends it
  /// decides what to do about that.
  ///
  /// - Complexity: O(*n*) in the size of the change.
  static func encode(_ change: StateChange, limit: Int) -> [ByteBuffer] {
    var finished: [ByteBuffer] = []
    var part = Part()
    var item: [UInt8] = []
    func makeRoom() {
      guard part.size + item.count > limit, !part.isEmpty else { return }
      finished.append(part.message)
      part = Part()
    }
    for (key, entry) in change.updates {
      item.removeAll(keepingCapacity: true)
      MessagePack.encode(key, into: &item)
      MessagePack.encode(entry, into: &item)
      makeRoom()
      part.updates.append(item)
    }
    for key in change.removals {
      item.removeAll(keepingCapacity: true)
      MessagePack.encode(key, into: &item)
      makeRoom()
      part.removals.append(item)
    }
    return finished + [part.message]
  }

  private struct Items {
    var bytes: [UInt8] = []
    var count = 0

    mutating func append(_ item: [UInt8]) {
      bytes += item
      count += 1
    }
  }

  private struct Part {
    var updates = Items()
    var removals = Items()

    /// What surrounds the items, at most.
    private static let envelope = 64

    var isEmpty: Bool { updates.count == 0 && removals.count == 0 }
    var size: Int { Self.envelope + updates.bytes.count + removals.bytes.count }

    var message: ByteBuffer {
      var header: [UInt8] = []
      MessagePack.encodeMapHeader(count: 1, into: &header)
      MessagePack.encode("state", into: &header)
      MessagePack.encodeMapHeader(count: 2, into: &header)
      MessagePack.encode("updates", into: &header)
      MessagePack.encodeMapHeader(count: updates.count, into: &header)
      var middle: [UInt8] = []
      MessagePack.encode("removals", into: &middle)
      MessagePack.encodeArrayHeader(count: removals.count, into: &middle)
      var message = ByteBuffer()
      message.reserveCapacity(size)
      for bytes in [header, updates.bytes, middle, removals.bytes] { message.writeBytes(bytes) }
      return message
    }
  }
}
