import SharedState
import ScreenKit

/// The numbers that are plotted, in whichever entries they are.
///
/// A plot is an instrument: it runs on while the picture is held still, and only what is drawn of it stands.
struct PlotList: Sendable {
  /// So many find room and can be told apart.
  static let most = 4

  private(set) var plots: [Plot] = []
  /// The plots as they were when the picture was held still.
  private var held: [Plot]?

  /// What is drawn.
  var shown: [Plot] { held ?? plots }
  /// How many more find room.
  var room: Int { Self.most - plots.count }

  func plots(in key: String, at path: ValuePath) -> [Plot] {
    plots.filter { $0.key.isSame(as: key) && path.contains($0.path) }
  }

  // MARK: Adding and taking away

  /// Begins to plot a number, as long as there is room.
  mutating func add(_ key: String, _ path: ValuePath, _ state: StateDictionary, at now: Duration) {
    guard room > 0, !plots.contains(where: { $0.isOf(key, path) }) else { return }
    var plot = Plot(key: key, path: path)
    plot.note(Self.reading(of: state[key], at: path), at: now)
    plots.append(plot)
    held?.append(plot)
  }

  /// Takes away what is plotted of an entry at a path or inside of it.
  mutating func remove(_ key: String, _ path: ValuePath) {
    for plot in plots(in: key, at: path) {
      plots.removeAll { $0.isOf(plot.key, plot.path) }
      held?.removeAll { $0.isOf(plot.key, plot.path) }
    }
  }

  mutating func removeAll() {
    plots = []
    if held != nil { held = [] }
  }

  // MARK: Sampling

  /// Takes samples of what changed: only entries with a plot are looked into, and each once.
  ///
  /// - Complexity: O(1) beside the decoding of those entries.
  mutating func take(_ change: StateChange, _ state: StateDictionary, at now: Duration) {
    sample(state, at: now) { change.touches($0) }
  }

  /// Breaks the lines off when the connection goes, and takes them up when it is back.
  mutating func follow(
    _ link: LinkStatus,
    wasLive: Bool,
    _ state: StateDictionary,
    at now: Duration
  ) {
    switch link {
    case .live where !wasLive: sample(state, at: now) { _ in true }
    // What comes in over a new connection is told before all of it is here.
    case .live,
      .syncing where !wasLive:
      return
    case .connecting, .syncing, .waiting, .stopped:
      for index in plots.indices { plots[index].note(.notConnected, at: now) }
    }
  }

  private mutating func sample(
    _ state: StateDictionary,
    at now: Duration,
    where isTouched: (String) -> Bool
  ) {
    var last: (key: StateKey, value: StateValue?)?
    for index in plots.indices where isTouched(plots[index].key) {
      let key = StateKey(plots[index].key)
      let value = last.flatMap { $0.key == key ? $0.value : nil } ?? state[plots[index].key]
      last = (key, value)
      plots[index].note(Self.reading(of: value, at: plots[index].path), at: now)
    }
  }

  private static func reading(of value: StateValue?, at path: ValuePath) -> Plot.Reading {
    guard let inner = value?.value(at: path) else { return .notThere }
    if case .int(let number) = inner { return .int(number) }
    guard let number = inner.double else { return .other("now a \(inner.kind)") }
    return number.isFinite ? .number(number) : .other(Phrases.decimal(number, digits: 0))
  }

  // MARK: Holding still

  /// Lets what is drawn stand still, or go on.
  mutating func hold(_ isHeld: Bool) { held = isHeld ? plots : nil }

  // MARK: Finding numbers

  /// The number at a path or, in a list or dictionary, the first few right inside of it.
  static func numbers(in value: StateValue, at path: ValuePath) -> [ValuePath] {
    switch value.value(at: path) {
    case .int, .double: [path]
    case .array(let elements):
      elements.indices.prefix(lookedAt).filter { elements[$0].double != nil }.prefix(most)
        .map { path.appending(.element($0)) }
    case .object(let object):
      object.prefix(lookedAt).filter { $0.value.double != nil }.prefix(most)
        .map { path.appending(.field($0.key)) }
    default: []
    }
  }

  /// So many fields are looked at for numbers.
  private static let lookedAt = 1000
}
