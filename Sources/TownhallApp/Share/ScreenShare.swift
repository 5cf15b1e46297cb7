import AccessControl
import Dashboard
import NetworkSupport
import SharedState
import StateSync
import Synchronization
import TextScreen
import TownhallKit

/// A screen that others may look at, in a town of its own whose guests they are.
///
/// They need a token, which is good for this alone and for as long as this lasts.
final class ScreenShare: Sendable {
  private let server: SharedStateServer
  private let picture = Mutex(SharedPicture())
  /// With what others see it, in lines; who knows this sees the screen.
  let command: [String]

  private init(_ server: SharedStateServer, _ command: [String]) {
    (self.server, self.command) = (server, command)
  }

  /// Opens a town that is nothing but a screen.
  ///
  /// - Parameter host: The address at which it listens.
  /// - Returns: The screen, on which nothing is shown yet.
  /// - Throws: Why it cannot.
  static func start(host: String) async throws -> ScreenShare {
    let token = AccessToken.random()
    var list = AccessList()
    do {
      try list.add(Grant(.guest, name: "a viewer", digest: token.digest))
    } catch {
      throw Failure(.badUsage, "\(error)")
    }
    let server = try await SharedStateServer.start(host: host, port: 0, gate: AccessGate(list))
    let named = ["0.0.0.0", "::"].contains(host) ? MachineNames.host ?? host : host
    let place = named.contains(":") ? "[\(named)]" : named
    return ScreenShare(
      server,
      [
        "\(Surroundings.accessToken.text)=\(token.text)",
        "townhall view --town ws://\(place):\(server.port)",
      ]
    )
  }

  func put(_ grid: Grid) {
    picture.withLock { picture in
      guard let change = picture.change(to: grid) else { return }
      server.endpoint.apply(change)
    }
  }
}

/// A screen of which others see the pictures.
struct SharingScreen: ForwardingScreen {
  let screen: any DashboardScreen
  let share: ScreenShare

  func show(_ model: Model) {
    screen.show(model)
    share.put(model.view(screen.size))
  }
}
