#if GRPC
import Foundation
@testable import GRPCTransport
import ProtocolBuffers
import SharedState
import StateSync
import SwiftProtobuf
import Testing

@Suite("What the gRPC wire cannot carry")
struct BorderTests {
  private func arrival(of value: StateValue) throws -> StateValue? {
    let bytes = StateUpdate.encode(StateChange(updates: ["k": value]))
    return try StateUpdate(bytes).change.updates["k"]?.value
  }

  @Test("Integers up to 2^53 arrive as the doubles of the same number, without a word")
  func integers() throws {
    let greatest = Int64(1) << 53
    for number in [0, 1, -1, greatest, -greatest] {
      #expect(Border.loss(of: "k", to: .int(number)) == nil)
      #expect(try arrival(of: .int(number)) == .double(Double(number)))
      #expect(try arrival(of: .int(number))?.int == number)
    }
  }

  @Test("A client refuses larger integers, bytes, and null under a key, and says which and why")
  func refused() throws {
    let tooLarge = (Int64(1) << 53) + 1
    for value: StateValue in [.int(tooLarge), .int(.min), ["a": [1, .int(tooLarge)]]] {
      let loss = try #require(Border.loss(of: "scene", to: value))
      #expect(loss.contains("“scene”") && loss.contains("2^53"))
    }
    let bytes = try #require(Border.loss(of: "scene", to: [[.bytes([1])]]))
    #expect(bytes.contains("“scene”") && bytes.contains("bytes"))
    #expect(try #require(Border.loss(of: "scene", to: nil)).contains("remove"))
    #expect(Border.loss(of: "scene", to: ["a": nil]) == nil)
    #expect(Border.loss(of: "scene", to: .double(.nan)) == nil)
  }

  @Test("A server sends the nearest that there is")
  func nearest() throws {
    #expect(try arrival(of: .int(.max)) == .double(9_223_372_036_854_775_808))
    #expect(try arrival(of: ["x": .bytes([0, 1, 2])]) == ["x": #"b64"AAEC""#])
    #expect(try arrival(of: [.bytes([])]) == [#"b64"""#])
  }

  @Test("A null under a key is a removal, in both directions, and no value inside another is")
  func nulls() throws {
    let bytes = StateUpdate.encode(
      StateChange(updates: ["null": nil, "inside": ["a": nil]], removals: ["gone"])
    )
    let change = try StateUpdate(bytes).change
    #expect(Set(change.removals) == ["null", "gone"])
    #expect(change.updates.count == 1 && change.updates["inside"]?.value == ["a": nil])
  }

  @Test("What is as deep as peers read goes whole, and one more is said to be too deep")
  func depth() throws {
    for inLists in [true, false] {
      let most =
        StructWriter.deepestMessages
        / (inLists ? StructWriter.messagesInList : StructWriter.messagesInObject)
      let value = Samples.nested(most, inLists: inLists)
      #expect(Border.loss(of: "k", to: value) == nil)
      #expect(try arrival(of: value) == value)
      // A request is what surrounds it most, and the library's limit is that of all protobuf readers.
      let request = UpdateRequest(token: "", change: StateChange(updates: ["k": value])).encoded
      let theirs = try Narupa_Protocol_State_UpdateStateRequest(serializedBytes: request)
      #expect(theirs.update.changedKeys.fields["k"]?.value == value)

      let deeper = Samples.nested(most + 1, inLists: inLists)
      #expect(Border.loss(of: "k", to: deeper) != nil)
      let cut = try arrival(of: ["whole": true, "deep": deeper])
      #expect(cut?["whole"] == true)
      #expect(cut?["deep"]?.text.contains(StructWriter.tooDeep) == true)
    }
  }

  @Test("Values of any depth that a town holds are read, and no deeper ones")
  func reading() throws {
    let limit = StateValue.deepestNesting
    #expect(try Self.read(levels: limit) == Samples.nested(limit, inLists: true))
    #expect(throws: WireError.self) { try Self.read(levels: limit + 1) }
    #expect(throws: WireError.self) { try Self.read(levels: 100_000) }
  }

  @Test("The deepest value fits a thread with 2 MiB of stack")
  func stack() async {
    let fits = await withCheckedContinuation { continuation in
      let thread = Thread {
        let value = try? Self.read(levels: StateValue.deepestNesting)
        continuation.resume(returning: value != nil)
      }
      thread.stackSize = 2 << 20
      thread.start()
    }
    #expect(fits)
  }

  /// Reads `true` inside so many lists.
  private static func read(levels: Int) throws -> StateValue? {
    var value: [[UInt8]] = [[1, 0x20]]  // Backwards, since what comes first is known last.
    var size = 2
    for _ in 0..<levels {
      for tag in [0x0a, 0x32] as [UInt8] {
        var head = [tag]
        head.appendVarint(size)
        size += head.count
        value.append(head.reversed())
      }
    }
    var bytes = Array(value.joined().reversed())
    for (tag, key) in [(0x12, [0x0a, 1, 0x6b]), (0x0a, []), (0x0a, [])] as [(UInt8, [UInt8])] {
      var head = key + [tag]
      head.appendVarint(bytes.count)
      bytes = head + bytes
    }
    return try StateUpdate(bytes).change.updates["k"]?.value
  }
}
#endif
