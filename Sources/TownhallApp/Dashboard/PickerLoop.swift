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

/// A terminal on which pickers and dashboards are shown by turns.
struct SharedPickerScreen: PickerScreen {
  let terminal: CursesTerminal
  /// Whose events these are; each reader goes on where the one before has stopped.
  let screen: any DashboardScreen
  /// Through what others see the pictures, if they do.
  let share: ScreenShare?

  var size: Size { terminal.size }
  var events: AsyncStream<ScreenEvent> { screen.events }

  func draw(_ picture: Grid) {
    terminal.draw(picture)
    share?.put(picture)
  }

  func redraw() { terminal.redraw() }
  func suspend() { terminal.suspend() }
}

/// Runs a picker until something is chosen or the person leaves; it can be run again then.
final class PickerLoop: Sendable {
  enum Result: Sendable {
    case joined(Picker.Server, any StateTransport)
    /// A recording was chosen from the list or typed.
    case playing(ReplayedFile)
    /// Something else that was offered.
    case opened(Picker.Offer)
    case left(signal: Int32?)
  }

  private let picker: Mutex<Picker>
  private let screen: any PickerScreen
  private let listening: DiscoveryListener.Options
  private let recording: @Sendable (String) throws -> ReplayedFile?
  private let way: @Sendable (String) async throws -> any StateTransport

  /// Prepares a picker.
  ///
  /// - Parameters:
  ///   - picker: The picker as it begins.
  ///   - screen: Where it is drawn.
  ///   - listening: Where servers are listened for.
  ///   - recording: Opens the recording that an address names; nil if it names none.
  ///   - way: Makes the way to the town at an address, or says why there is none.
  init(
    _ picker: Picker,
    on screen: any PickerScreen,
    listening: DiscoveryListener.Options,
    recording: @escaping @Sendable (String) throws -> ReplayedFile? = { _ in nil },
    way: @escaping @Sendable (String) async throws -> any StateTransport
  ) {
    self.picker = Mutex(picker)
    (self.screen, self.listening) = (screen, listening)
    (self.recording, self.way) = (recording, way)
  }

  /// Makes the picker ready to be run again.
  ///
  /// - Parameter trouble: Why what was chosen came to nothing, if it did.
  func reopen(after trouble: String? = nil) {
    picker.withLock { picker in
      _ = picker.update(.reopened)
      if let trouble { _ = picker.update(.refused(trouble)) }
    }
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
          if let result = await join(server) { return result }
        case .open(.recording(let path)):
          if let replayed = opened(path) { return .playing(replayed) }
        case .open(let offer): return .opened(offer)
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

  private func join(_ server: Picker.Server) async -> Result? {
    let address = server.address ?? ""
    do {
      // Whoever types may mean a file; whoever announces a server may not.
      if server.id.isEmpty, let replayed = try recording(address) { return .playing(replayed) }
      return .joined(server, try await way(address))
    } catch {
      _ = tell(.refused(String(describing: error)))
      return nil
    }
  }

  private func opened(_ path: String) -> ReplayedFile? {
    do {
      guard let replayed = try recording(path) else {
        throw Failure(.badUsage, "\(Program.safe(path)) is no recording")
      }
      return replayed
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
