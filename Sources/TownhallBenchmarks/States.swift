import MessagePack
import SharedState

/// The entries that the peers' benchmarks use, made here in the same shape.
enum EntryKind: String, CaseIterable {
  case selection
  case avatar

  var plural: String { "\(rawValue)s" }

  func key(_ number: Int) -> String {
    let digits = String(number)
    return "\(rawValue).\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)"
  }

  func value(_ number: Int, version: Int = 0) -> StateValue {
    switch self {
    case .selection: Self.selection(number, version)
    case .avatar: Self.avatar(number, version)
    }
  }

  private static func selection(_ number: Int, _ version: Int) -> StateValue {
    let base = number * 37 % 60_000
    return [
      "display_name": .string("Selection \(10_000_000 + number) r\(version)"),
      "particle_ids": .array((0..<8).map { .int(Int64(base + $0 * 3)) }),
    ]
  }

  private static func avatar(_ number: Int, _ version: Int) -> StateValue {
    let place = Double(number % 977) * 0.013 + Double(version) * 0.001
    func part(_ name: String, _ shift: Double) -> StateValue {
      [
        "name": .string(name),
        "position": [.double(place + shift), .double(1.5 + place * 0.1), .double(shift - place)],
        "rotation": [.double(0.1 + place * 0.01), 0.2, .double(0.3 + shift * 0.05), 0.9],
      ]
    }
    return [
      "playerid": .string(String(10_000_000 + number)),
      "name": .string("Player \(number)"),
      "color": [.double(Double(number % 255) / 255), 0.25, 0.75, 1.0],
      "components": [part("headset", 0), part("hand.left", 0.2), part("hand.right", 0.4)],
    ]
  }

  /// So many values.
  func values(_ count: Int) -> [StateValue] { (0..<count).map { value($0) } }

  /// A message as it comes from a server.
  func message(_ numbers: some Sequence<Int>, version: Int = 0) -> [UInt8] {
    let updates = numbers.map { (key($0), value($0, version: version)) }
    return MessagePack.encode([
      "state": ["updates": .object(StateObject(updates)), "removals": []]
    ])
  }

  /// A message of visualisers, each of a selection that is not there.
  static func drawingMessage(_ numbers: some Sequence<Int>) -> [UInt8] {
    let updates = numbers.map { number -> (String, StateValue) in
      (
        "visualiser.\(number)",
        ["selection": .string("none\(number)"), "visualiser": "ball and stick"]
      )
    }
    return MessagePack.encode([
      "state": ["updates": .object(StateObject(updates)), "removals": []]
    ])
  }

  /// A state of so many entries, packed as they arrive.
  func state(_ count: Int, version: Int = 0) -> StateDictionary {
    var state = StateDictionary()
    state.apply(split(message(0..<count, version: version)))
    return state
  }
}

/// Splits a state message into keys and packed entries.
func split(_ message: [UInt8]) -> StateChange {
  do {
    return try split(message.span.bytes)
  } catch {
    fatalError("a benchmark made a bad message: \(error)")
  }
}

private func split(_ bytes: RawSpan) throws(MessagePackError) -> StateChange {
  var reader = MessagePack.Reader()
  var change = StateChange()
  _ = try reader.readMapHeader(in: bytes)
  _ = try reader.readKey(in: bytes)
  for _ in 0..<(try reader.readMapHeader(in: bytes)) {
    guard try reader.readKey(in: bytes) == "updates" else {
      try reader.skipValue(in: bytes)
      continue
    }
    let count = try reader.readMapHeader(in: bytes)
    change.reserveCapacity(count)
    for _ in 0..<count {
      let key = try reader.readKey(in: bytes)
      change.update(key, to: try reader.readEntry(in: bytes))
    }
  }
  return change
}
