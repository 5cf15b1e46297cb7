import NIOCore
import NIOPosix

/// A socket that accepts connections and never says a word.
struct SilentListener {
  private let channel: any Channel

  var port: Int { channel.localAddress?.port ?? 0 }

  static func start() async throws -> SilentListener {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    return SilentListener(channel: channel)
  }

  func stop() { channel.close(promise: nil) }
}
