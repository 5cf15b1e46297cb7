#if GRPC
import NIOCore
import NetworkSupport
import Synchronization

/// Who is connected to a gRPC server, by the name that gRPC has for a connection, and who has subscribed.
final class SubscriberRoster: Sendable {
  private struct State {
    var callers: [String: Caller] = [:]
    /// How each subscriber leaves.
    var exits: [Int: @Sendable () -> Void] = [:]
    var nextID = 1
    var isClosing = false
  }

  private let state = Mutex(State())

  /// Notes a connection, until it closes, which is told.
  func note(_ caller: Caller, _ hasLeft: @escaping @Sendable () -> Void) {
    guard let name = caller.channel.remoteAddress.flatMap(Self.name) else { return }
    state.withLock { $0.callers[name] = caller }
    caller.channel.closeFuture.whenComplete { [weak self] _ in
      hasLeft()
      self?.state.withLock { state in
        if state.callers[name] === caller { state.callers[name] = nil }
      }
    }
  }

  /// Who made a call, by what gRPC calls its peer; nil if the connection is gone.
  func caller(named peer: String) -> Caller? { state.withLock { $0.callers[peer] } }

  /// What gRPC calls a peer: `ipv4:127.0.0.1:4711`, `ipv6:[::1]:4711`.
  private static func name(_ address: SocketAddress) -> String? {
    guard let host = address.ipAddress, let port = address.port else { return nil }
    return host.contains(":") ? "ipv6:[\(host)]:\(port)" : "ipv4:\(host):\(port)"
  }

  /// Notes a subscriber, by how it leaves; nil if the server is shutting down.
  func enter(_ leave: @escaping @Sendable () -> Void) -> Int? {
    state.withLock { state in
      guard !state.isClosing else { return nil }
      defer { state.nextID += 1 }
      state.exits[state.nextID] = leave
      return state.nextID
    }
  }

  /// Forgets a subscriber, who leaves.
  func leave(_ id: Int) { state.withLock { $0.exits.removeValue(forKey: id) }?() }

  /// Lets everybody leave, which ends their subscriptions in good order, and nobody in any more.
  func dismissAll() {
    let exits = state.withLock { state in
      state.isClosing = true
      return Array(state.exits.values)
    }
    for leave in exits { leave() }
  }
}
#endif
