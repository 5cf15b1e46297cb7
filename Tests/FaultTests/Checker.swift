import SharedState

/// What a client has written under its keys: what it tried last, and what was confirmed last.
struct Book: Sendable {
  var tried: [String: Int] = [:]
  var confirmed: [String: Int] = [:]
}

/// Says what was lost, of what the server holds, what each client sees, and what was written.
enum Checker {
  /// Compares once nobody writes any more.
  ///
  /// A write that was confirmed is there, or a later one of the same key: each key has one writer, who counts. And every
  /// client sees what the server holds.
  static func findings(
    server: [String: StateValue],
    clients: [String: [String: StateValue]],
    books: [Book]
  ) -> [String] {
    var findings: [String] = []
    for book in books {
      for (key, tried) in book.tried {
        let confirmed = book.confirmed[key] ?? 0
        let held = server[key].map { number(in: $0) ?? -1 } ?? 0
        if held < confirmed {
          findings.append("\(key) is at \(held), and \(confirmed) was confirmed")
        }
        if held > tried { findings.append("\(key) is at \(held), which nobody has written") }
      }
    }
    for (name, state) in clients.sorted(by: { $0.key < $1.key }) where state != server {
      let keys = Set(state.keys).union(server.keys).filter { state[$0] != server[$0] }
      findings.append("\(name) differs from the server in \(keys.sorted().prefix(3))")
    }
    return findings
  }

  /// A value that holds a number and, so that some are large, more.
  static func value(_ number: Int, size: Int = 0) -> StateValue {
    .string("\(number) \(String(repeating: "x", count: size))")
  }

  private static func number(in value: StateValue) -> Int? {
    value.string?.split(separator: " ", maxSplits: 1).first.flatMap { Int($0) }
  }
}
