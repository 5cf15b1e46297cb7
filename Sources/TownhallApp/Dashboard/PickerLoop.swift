import CursesTerminal
import Dashboard
import ServerDiscovery
import StateSync
import Synchronization
import TextScreen

protocol PickerScreen: Sendable {
  var size: Size { get }
  var events: AsyncStream<ScreenEvent> { get }
  func draw(_ picture: Grid)
  func redraw()
  func suspend()
}

extension CursesTerminal: PickerScreen {}

/// Runs a picker until a town is chosen or the person leaves.
///
/// The screen's events are left as they are for the dashboard, which reads on from them: whoever is cancelled
/// while it waits for an event ends the stream for everybody.
final class PickerLoop: Sendable {
  enum Result: Sendable {
    case joined(Picker.Server, any StateTransport)
    case left(signal: Int32?)
  }

  private let picker: Mutex<Picker>
  private let screen: any PickerScreen
  private let listening: DiscoveryListener.Options
  private let way: @Sendable (String) async throws -> any StateTransport

  /// Prepares a picker.
  ///
  /// - Parameters:
  ///   - picker: The picker as it begins.
  ///   - screen: Where it is drawn.
  ///   - listening: Where servers are listened for.
  ///   - way: Makes the way to the town at an address, or says why there is none.
  init(
    _ picker: Picker,
    on screen: any PickerScreen,
    listening: DiscoveryListener.Options,
    way: @escaping @Sendable (String) async throws -> any StateTransport
  ) {
    self.picker = Mutex(picker)
    (self.screen, self.listening, self.way) = (screen, listening, way)
  }

  func run() async -> Result {
    let ears = Task { await listen() }
    let result = await followScreen()
    ears.cancel()
    await ears.value
    return result
  }

  private func listen() async {
    do {
      let listener = try await DiscoveryListener.start(listening)
      for await news in listener.events {
        for event in news { _ = tell(event.message) }
      }
      await listener.close()
    } catch {
      _ = tell(.deaf(error.description))
    }
  }

  private func followScreen() async -> Result {
    _ = tell(.screen(.resized(screen.size)))
    for await event in screen.events {
      for effect in tell(.screen(event)) {
        switch effect {
        case .join(let server):
          if let transport = await transport(to: server) { return .joined(server, transport) }
        case .leave:
          if case .terminate(let signal) = event { return .left(signal: signal) }
          return .left(signal: nil)
        case .redraw: screen.redraw()
        case .suspend: screen.suspend()
        }
      }
    }
    return .left(signal: nil)
  }

  private func transport(to server: Picker.Server) async -> (any StateTransport)? {
    do {
      return try await way(server.address ?? "")
    } catch {
      _ = tell(.refused(String(describing: error)))
      return nil
    }
  }

  /// Tells the picker something, and draws it as it is then.
  private func tell(_ message: Picker.Message) -> [Picker.Effect] {
    // Drawn under the lock too, so that no older picture comes after a newer one.
    picker.withLock { picker in
      let effects = picker.update(message)
      screen.draw(picker.view(screen.size))
      return effects
    }
  }
}

extension DiscoveryEvent {
  /// What came about, in the picker's words.
  fileprivate var message: Picker.Message {
    switch self {
    case .found(let server), .changed(let server):
      .heard(
        .init(
          id: server.id,
          name: server.name,
          address: server.url,
          services: server.servicesText
        )
      )
    case .gone(let server): .gone(id: server.id)
    }
  }
}

extension FoundServer {
  var servicesText: String { services.map { "\($0.name) \($0.port)" }.joined(separator: ", ") }
}
