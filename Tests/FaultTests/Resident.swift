import SharedState
import StateSync
import Synchronization

/// A client that writes under keys of its own, one write after the other, and keeps a book of what was confirmed.
final class Resident: Sendable {
  let name: String
  let client: SyncClient
  private let contents = Mutex(Contents())

  private struct Contents {
    var book = Book()
    var confirmations = 0
    var last = 0
    var mayWrite = false
    /// Books of different generations are of servers that know nothing of each other.
    var generation = 0
  }

  static let prefix = "fault."

  init(_ name: String, through way: any StateTransport) {
    self.name = name
    var options = SyncClient.Options()
    options.confirmationTimeout = .seconds(5)
    options.backoff = Backoff(shortest: .milliseconds(100), longest: .seconds(1))
    client = SyncClient(transport: way, options: options)
    client.start()
  }

  var book: Book { contents.withLock { $0.book } }

  /// How many writes have been confirmed, also those of books that are forgotten.
  var confirmations: Int { contents.withLock { $0.confirmations } }

  /// What the client sees of all that residents write.
  var view: [String: StateValue] { Self.view(of: client.state) }

  static func view(of state: StateDictionary) -> [String: StateValue] {
    let keys = state.keys(withPrefix: prefix)
    return Dictionary(uniqueKeysWithValues: keys.compactMap { key in state[key].map { (key, $0) } })
  }

  /// Writes until it is told to stop, and returns when the last write has ended.
  func write() async {
    contents.withLock { $0.mayWrite = true }
    while let (key, number, generation) = next() {
      let value = Checker.value(number, size: number % 20 == 0 ? 50_000 : 0)
      let outcome = await client.send(StateChange(updates: [key: value]))
      if outcome.isAccepted { confirm(key, number, generation) }
      try? await Task.sleep(for: .milliseconds(outcome.isAccepted ? 10 : 50))
    }
  }

  func stopWriting() { contents.withLock { $0.mayWrite = false } }

  /// Begins a new book: the server has lost all, or it can no longer be said what was written.
  func forget() {
    contents.withLock { contents in
      contents.book = Book()
      contents.generation += 1
    }
  }

  private func next() -> (key: String, number: Int, generation: Int)? {
    contents.withLock { contents in
      guard contents.mayWrite else { return nil }
      contents.last += 1
      let key = "\(Self.prefix)\(name).\(contents.last % 4)"
      contents.book.tried[key] = contents.last
      return (key, contents.last, contents.generation)
    }
  }

  private func confirm(_ key: String, _ number: Int, _ generation: Int) {
    contents.withLock { contents in
      contents.confirmations += 1
      guard contents.generation == generation else { return }
      contents.book.confirmed[key] = max(number, contents.book.confirmed[key] ?? 0)
    }
  }
}
