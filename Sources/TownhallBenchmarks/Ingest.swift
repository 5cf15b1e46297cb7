import Glibc
import MessagePack
import SharedState
import StateSync
import WebSocketTransport

/// A client that is timed until it holds the last key of a blast, as the peers' own clients are.
///
/// It is the client that the dashboard and the library use, whole: WebSocket, machine, events. The load server begins
/// by itself, because it confirms no writes, and a client that waits for that would connect again.
struct Ingest {
  /// How the client looks for the last key.
  enum Watch: String {
    /// Through its events, as a dashboard does.
    case events
    /// Through a look at its state every millisecond.
    case looks
  }

  static let sentinel = "bench.sentinel"
  static let done = "bench.done"

  let url: String
  let watch: Watch
  /// Whether the whole state comes in the first message, and time counts from connecting.
  let isSnapshot: Bool
  /// A file with the state that must come out, if that is to be checked.
  let expected: String?

  /// Follows the blast and returns what came of it, as a line of JSON.
  func run() async throws -> String {
    let client = SyncClient(transport: try WebSocketClientTransport(url))
    let before = ProcessMemory.resident()
    let start = Self.nanoseconds(CLOCK_MONOTONIC)
    switch watch {
    case .events: await Self.follow(client)
    case .looks: try await Self.look(at: client)
    }
    let end = Self.nanoseconds(CLOCK_MONOTONIC)
    let cpu = Self.nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
    let farewell = Task { await client.send(StateChange(updates: [Self.done: true])) }
    let state = client.state
    // What the message was taken apart into is let go of by another task.
    try await Task.sleep(for: .milliseconds(100))
    let after = ProcessMemory.resident()
    let told = state[Self.sentinel]
    let updates = told?["keys"]?.int ?? Int64(state.count - 1)
    let first = isSnapshot ? start : told?["t0_ns"]?.int ?? start
    let seconds = Double(end - first) / 1e9
    var fields = [
      #""client":"townhall""#, #""watch":"\#(watch.rawValue)""#, #""seconds":\#(seconds)"#,
      #""key_updates":\#(updates)"#, #""keys_per_s":\#(Int(Double(updates) / seconds))"#,
      #""state_keys":\#(state.count - 1)"#, #""client_cpu_s":\#(Double(cpu) / 1e9)"#,
      #""rss_before":\#(before)"#, #""rss_after":\#(after)"#,
      #""rss_peak":\#(ProcessMemory.peak())"#,
      #""rss_per_key":\#((after - before) / max(1, state.count - 1))"#,
    ]
    if let expected { fields.append(#""state_matches":\#(try Self.matches(state, expected))"#) }
    farewell.cancel()
    return "{\(fields.joined(separator: ","))}"
  }

  private static func follow(_ client: SyncClient) async {
    let events = client.events()
    client.start()
    for await batch in events where batch.change.updates[sentinel] != nil { return }
  }

  private static func look(at client: SyncClient) async throws {
    client.start()
    while !client.state.contains(sentinel) { try await Task.sleep(for: .milliseconds(1)) }
  }

  private static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func matches(_ state: StateDictionary, _ path: String) throws -> Bool {
    guard let bytes = File.read(path) else { return false }
    var state = state
    for key in [sentinel, done] { state[key] = nil }
    for key in state.keys(withPrefix: "update.index.") + state.keys(withPrefix: "avatar.")
    where key.count > 40 { state[key] = nil }
    var expected = StateDictionary()
    for field in try MessagePack.decode(bytes).object ?? [:] { expected[field.key] = field.value }
    return state == expected
  }
}
