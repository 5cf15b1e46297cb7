#if GRPC
import GRPCCore
import ProtocolBuffers
import SharedState
import Trajectory

/// Puts the frames of a simulation where they are wanted; a server that has none to offer is as good as any.
struct FrameListener: Sendable {
  /// So often a server is asked for frames at most.
  private static let interval = Duration.seconds(1) / 30
  /// So long after its frames have ended it is asked for others.
  private static let pause = Duration.seconds(1)

  let frames: FrameInbox
  let line: GRPCChannel
  let dialect: Dialect
  /// The largest message in bytes.
  let room: Int

  /// Listens until the task is cancelled, or until the server has said that no frames will come.
  ///
  /// - Throws: Where a message is malformed, and why.
  func run() async throws(WireError) {
    while !Task.isCancelled {
      do {
        try await subscribe()
      } catch let error as WireError {
        throw error
      } catch let error as RPCError where !GRPCTrouble.isAboutTheConnection(error) {
        if error.code != .unimplemented { frames.giveUp(GRPCTrouble.words(error)) }
        return
      } catch {
        // That a connection is gone is told by its subscription to the state.
      }
      guard (try? await Task.sleep(for: Self.pause)) != nil else { return }
    }
  }

  private func subscribe() async throws {
    let request = FrameRequest(interval: Float(Self.interval / .seconds(1)), room: room)
    try await line.client.serverStreaming(
      request: ClientRequest(message: request, metadata: line.metadata),
      descriptor: dialect.subscribeLatestFrames,
      serializer: WireSerializer<FrameRequest>(),
      deserializer: WireDeserializer<HeardFrame>(),
      options: line.options()
    ) { response in
      var isFirst = true
      for try await heard in response.messages {
        line.hasRead()
        var frame = try heard.get().frame
        // It is all that there is, though Python's servers number it as the last that went into it.
        if isFirst { frame[.frameIndex] = 0 }
        isFirst = false
        frames.put(frame)
      }
    }
  }
}
#endif
