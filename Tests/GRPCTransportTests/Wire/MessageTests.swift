#if GRPC
@testable import GRPCTransport
import ProtocolBuffers
import SharedState
import StateSync
import SwiftProtobuf
import Testing

@Suite("Messages on the gRPC wire")
struct MessageTests {
  @Test("A subscription asks for its interval", arguments: [0, 1 / 30, -1, .infinity] as [Float])
  func subscribe(interval: Float) throws {
    let ours = SubscribeRequest(interval: interval).encoded
    let theirs = try Narupa_Protocol_State_SubscribeStateUpdatesRequest(serializedBytes: ours)
    #expect(theirs.updateInterval == interval)
    let back = try theirs.serializedBytes() as [UInt8]
    #expect(try SubscribeRequest(back).interval == interval)
  }

  @Test("An update carries its token, and null for what is removed")
  func update() throws {
    let change = StateChange(updates: ["a": [0.5]], removals: ["b"])
    let ours = UpdateRequest(token: "t-1", change: change).encoded
    let theirs = try Narupa_Protocol_State_UpdateStateRequest(serializedBytes: ours)
    #expect(theirs.accessToken == "t-1")
    #expect(theirs.update.changedKeys.object == ["a": [0.5], "b": nil])
    let back = try theirs.serializedBytes() as [UInt8]
    let read = try UpdateRequest(back)
    #expect(read.token == "t-1" && read.change == change)
  }

  @Test("An update that says nothing changes nothing")
  func emptyUpdate() throws {
    let read = try UpdateRequest([])
    #expect(read.token.isEmpty && read.change.isEmpty)
    let empty = StateUpdate.encode(StateChange())
    #expect(
      try Narupa_Protocol_State_StateUpdate(serializedBytes: empty).changedKeys.fields.isEmpty
    )
  }

  @Test("The answer is yes or no", arguments: [true, false])
  func success(answer: Bool) throws {
    let ours = SuccessReply(success: answer).encoded
    #expect(try Narupa_Protocol_State_UpdateStateResponse(serializedBytes: ours).success == answer)
    let theirs =
      try Narupa_Protocol_State_UpdateLocksResponse.with { $0.success = answer }
      .serializedBytes() as [UInt8]
    #expect(try SuccessReply(theirs).success == answer)
  }

  @Test("Locks are a token and what is wanted of each key")
  func locks() throws {
    let keys: StateObject = ["a": 1.5, "b": nil]
    let ours = LocksRequest(token: "t", keys: keys).encoded
    let theirs = try Narupa_Protocol_State_UpdateLocksRequest(serializedBytes: ours)
    #expect(theirs.accessToken == "t" && theirs.lockKeys.object == keys)
    let back = try theirs.serializedBytes() as [UInt8]
    let read = try LocksRequest(back)
    #expect(read.token == "t" && read.keys == keys)
  }

  @Test("Commands have a name and arguments, their answer is a dictionary")
  func commands() throws {
    let commands = [
      CommandCall(name: "playback/play", arguments: [:]),
      CommandCall(name: "radially", arguments: ["radius": 1.0]),
    ]
    let ours = CommandsReply(commands: commands).encoded
    let theirs = try Narupa_Protocol_Command_GetCommandsReply(serializedBytes: ours)
    #expect(theirs.commands.map(\.name) == commands.map(\.name))
    #expect(theirs.commands.map(\.arguments.object) == commands.map(\.arguments))
    let back = try theirs.serializedBytes() as [UInt8]
    let read = try CommandsReply(back).commands
    #expect(read.map(\.name) == commands.map(\.name))
    #expect(read.map(\.arguments) == commands.map(\.arguments))
    #expect(CommandsRequest().encoded.isEmpty)
    #expect(throws: WireError.self) { try CommandsRequest([0x0a]) }
  }
}
#endif
