import SharedState
import StateSync
import Testing
import Trajectory

@testable import WebSocketTransport

/// Something that should have happened did not.
struct DidNotHappen: Error, CustomStringConvertible {
  let description: String
}

/// Waits until something is so; every wait of these tests has an end.
func eventually(
  within limit: Duration = .seconds(10),
  _ what: String,
  _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw DidNotHappen(description: what) }
    try await Task.sleep(for: .milliseconds(5))
  }
}

/// Runs a test against a server on a free port, and shuts it down whatever happens.
func withServer(
  _ town: SyncServer = SyncServer(),
  options change: (inout WebSocketServer.Options) -> Void = { _ in },
  frames: FrameHub? = nil,
  _ body: (WebSocketServer, SyncServer) async throws -> Void
) async throws {
  var options = WebSocketServer.Options()
  options.port = 0
  options.interval = .milliseconds(5)
  change(&options)
  let server = try await WebSocketServer.start(
    serving: town,
    frames: frames,
    options: options
  )
  do {
    try await body(server, town)
  } catch {
    await server.shutdown()
    throw error
  }
  await server.shutdown()
}

/// Runs a test with a client that is in step with its town.
func withClient(
  of address: String,
  options change: (inout WebSocketClientTransport.Options) -> Void = { _ in },
  _ body: (SyncClient) async throws -> Void
) async throws {
  var options = WebSocketClientTransport.Options()
  change(&options)
  // Tests run side by side on few cores; whether a write is confirmed is what counts here, not how soon.
  var patience = SyncClient.Options()
  patience.confirmationTimeout = .seconds(15)
  let transport = try WebSocketClientTransport(address, options: options)
  let client = SyncClient(transport: transport, options: patience)
  client.start()
  do {
    try await client.waitUntilLive(attempts: 1)
    try await body(client)
  } catch {
    await client.stop()
    throw error
  }
  await client.stop()
}

extension StateConnection {
  /// The next change, past any progress; what came together is one.
  func nextChange() async throws -> StateChange? {
    while let delivery = try await receive() {
      guard var change = delivery.whole.first else { continue }
      for later in delivery.whole.dropFirst() { change.merge(later) }
      return change
    }
    return nil
  }
}
