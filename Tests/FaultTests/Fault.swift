import TestSupport

/// Something that goes wrong between clients and a server.
enum Fault: String, CaseIterable {
  case delay = "each piece up to 0.2 s late"
  case throttle = "64 KiB a second"
  case hold = "a dead line, all sockets open"
  case cut = "all connections closed"
  case reset = "all connections reset"
  case halfUp = "half closed towards the server"
  case halfDown = "half closed towards the clients"
  case stopServer = "the server stopped and continued"
  case killServer = "the server killed and started anew"
  case stopClient = "a client stopped and continued"
  case slowReaders = "ten clients that never read"
  case leavers = "ten clients that leave by a reset"
  case flip = "bits flipped"
  case swap = "pieces swapped"

  /// Whether bytes come out that nobody has put in.
  var changesBytes: Bool { self == .flip || self == .swap }
}

/// What came of a fault, each time that it happened.
struct FaultRow {
  var count = 0
  /// What the checker has found, in words.
  var findings: [String] = []
  /// The longest time from its end until all clients held what the server held.
  var longestWait = Duration.zero
}

/// The table of a run.
struct FaultTable: CustomStringConvertible {
  var rows: [Fault: FaultRow] = [:]
  /// How many writes have been confirmed.
  var confirmed = 0

  var findings: [String] {
    rows.flatMap { fault, row in row.findings.map { "\(fault.rawValue): \($0)" } }
  }

  var description: String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let head = padded("fault", 38) + padded("how often", 11) + padded("lost", 9) + "longest wait"
    let lines = Fault.allCases.compactMap { fault -> String? in
      guard let row = rows[fault] else { return nil }
      let lost = row.findings.isEmpty ? "nothing" : "\(row.findings.count)"
      let wait = Double(row.longestWait / .milliseconds(100)).rounded() / 10
      return padded(fault.rawValue, 38) + padded("\(row.count)", 11) + padded(lost, 9) + "\(wait) s"
    }
    return ([head] + lines + ["\(confirmed) writes were confirmed"]).joined(separator: "\n")
  }
}
