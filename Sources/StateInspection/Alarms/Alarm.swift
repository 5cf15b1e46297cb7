package import SharedState

/// Something that a person wants to be told of wherever they look.
///
/// ```swift
/// Alarm("silent")                  // a headset that falls silent
/// Alarm("failed")                  // a simulation that fails
/// Alarm("scene.box=false")         // an entry that becomes a value
/// ```
package enum Alarm: Hashable, Sendable {
  /// A headset that was moving says nothing any more, and has not left.
  case silentHeadset
  /// The simulation says that something went wrong.
  case failedSimulation
  /// An entry becomes this value.
  case value(key: String, StateValue)

  /// Reads an alarm; what stands behind `=` is a value as JSON, or else a text.
  package init?(_ text: String) {
    switch text {
    case "silent": self = .silentHeadset
    case "failed": self = .failedSimulation
    default:
      guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
      let written = String(text[text.index(after: sign)...])
      let value = (try? StateValue(text: written)) ?? .string(written)
      self = .value(key: String(text[..<sign]), value)
    }
  }

  /// What can be asked for, in words.
  package static let choices = "silent, failed or KEY=VALUE"
}

/// Finds out when what a person wants to be told of happens: changes in, notices out.
///
/// What is so already when somebody begins to watch is no news, and each thing is told once until it is otherwise again.
package struct AlarmWatch: Sendable {
  /// Who has moved so often is somebody with a headset on, and who then says nothing for so long has fallen silent: headsets
  /// tell where they are many times a second.
  private static let leastMoves = 10
  private static let silence = Duration.seconds(5)
  private static let avatars = "avatar."

  private struct Headset: Sendable {
    var moves = 0
    var last: Duration
    var isTold = false

    /// From when on it counts as silent, if it says nothing more and that is not told yet.
    var silent: Duration? { isTold || moves < leastMoves ? nil : last + silence }
  }

  private let alarms: Set<Alarm>
  private var values: [String: StateValue] = [:]
  private var headsets: [StateKey: Headset] = [:]
  private var exception: String?

  /// Watches for some alarms.
  package init(_ alarms: some Sequence<Alarm>) {
    self.alarms = Set(alarms)
    for case .value(let key, let value) in self.alarms { values[key] = value }
  }

  /// Whether nothing is watched for.
  package var isEmpty: Bool { alarms.isEmpty }

  /// Takes in a change, with what was there before.
  ///
  /// - Complexity: O(*c*) in the entries that changed.
  package mutating func take(
    _ change: StateChange,
    to old: StateDictionary,
    at uptime: Duration
  ) -> [String] {
    guard !alarms.isEmpty else { return [] }
    var notices: [String] = []
    for (key, entry) in change.updates {
      if let wanted = values[key], entry.value == wanted, old[key] != wanted {
        notices.append("\(key) is \(Finding.said(wanted))")
      }
      guard alarms.contains(.silentHeadset), key.hasPrefix(Self.avatars) else { continue }
      let moves = headsets[StateKey(key)]?.moves ?? 0
      headsets[StateKey(key)] = Headset(moves: min(moves + 1, Self.leastMoves), last: uptime)
    }
    // Who has left is not silent.
    for key in change.removals { headsets[StateKey(key)] = nil }
    return notices
  }

  /// Takes in what the simulation says of itself.
  package mutating func take(exception: String?) -> [String] {
    let news = exception.flatMap { $0.isEmpty || $0 == self.exception ? nil : $0 }
    self.exception = exception
    guard alarms.contains(.failedSimulation), let news else { return [] }
    return ["the simulation failed: \(Finding.quoted(news))"]
  }

  /// Looks who has fallen silent.
  package mutating func look(_ state: StateDictionary, at uptime: Duration) -> [String] {
    let silent = headsets.filter { $0.value.silent.map { $0 <= uptime } ?? false }
    return silent.keys.sorted { $0.text < $1.text }.map { key in
      headsets[key]?.isTold = true
      let name = state[key.text]?["name"]?.string.map { Finding.quoted($0) }
      return "the headset of \(name ?? String(key.text.dropFirst(Self.avatars.count))) fell silent"
    }
  }

  /// When somebody may have fallen silent, as an uptime; `nil` if nobody can.
  package var nextLook: Duration? { headsets.values.compactMap(\.silent).min() }
}
