internal import SharedState
internal import Trajectory

/// Numbers of a recording over time, a column for each.
///
/// A column is asked for by the key of an entry, in which `*` and `?` stand for what they do everywhere, and the path of a field in
/// it: `avatar.*.components[0].position`; `frame.energy.kinetic` is what the simulation says. Lists of numbers are a column
/// for each element, and truth is 1.
///
/// ```swift
/// let table = try NumberTable(of: recording, columns: ["scene.scale", "frame.energy.kinetic"])
/// table.header                                     // ["scene.scale", "frame.energy.kinetic"]
/// try table.rows { time, numbers in … }
/// ```
public struct NumberTable: Sendable {
  private struct Place: Hashable, Sendable {
    var key: String
    var path: ValuePath
    var isFrame: Bool

    var name: String {
      let key = isFrame ? framePrefix + self.key : self.key
      guard case .field? = path.steps.first else {
        return path.isRoot ? key : "\(key)\(path)"
      }
      return "\(key).\(path)"
    }
  }

  private let recording: Recording
  private let wishes: [String]
  private var columns: [Place: Int] = [:]
  /// The names of the columns.
  public private(set) var header: [String] = []

  private static let framePrefix = "frame."

  /// Finds the columns of a recording.
  ///
  /// - Throws: Where a message is malformed, and why.
  /// - Complexity: O(*n*) in the bytes of the recording.
  public init(of recording: Recording, columns wishes: [String]) throws(RecordingError) {
    (self.recording, self.wishes) = (recording, wishes)
    var found: [Place: Int] = [:]
    var cache: [String: [ValuePath]] = [:]
    for number in 0..<recording.count {
      let message = try recording.message(number)
      visit(message, &cache) { place, _ in
        if found[place] == nil { found[place] = found.count }
      }
    }
    // By entry, and within one in the order in which a person would read it.
    let places = found.sorted {
      ($0.key.isFrame ? 1 : 0, $0.key.key, $0.value) < (
        $1.key.isFrame ? 1 : 0, $1.key.key, $1.value
      )
    }.map(\.key)
    for (column, place) in places.enumerated() { columns[place] = column }
    header = places.map(\.name)
  }

  /// Goes through the rows: one for each message that says something of a column, with all that is known by then.
  ///
  /// - Parameter row: Takes the time, and the number of each column; nil where there is none.
  /// - Throws: Where a message is malformed, and why, or what `row` throws.
  public func rows(_ row: (Duration, [Double?]) throws -> Void) throws {
    var numbers = [Double?](repeating: nil, count: header.count)
    var cache: [String: [ValuePath]] = [:]
    var columnsOfKey: [String: [Int]] = [:]
    for (place, column) in columns where !place.isFrame {
      columnsOfKey[place.key, default: []].append(column)
    }
    for number in 0..<recording.count {
      let message = try recording.message(number)
      var hasNews = false
      for item in message.state.map({ Array($0.items) }) ?? [] {
        // What a value does not say any more is not known any more.
        for column in columnsOfKey[item.key.text] ?? [] {
          (numbers[column], hasNews) = (nil, true)
        }
      }
      if message.frame?.isReset == true {
        for (place, column) in columns where place.isFrame {
          (numbers[column], hasNews) = (nil, true)
        }
      }
      visit(message, &cache) { place, value in
        guard let column = columns[place] else { return }
        (numbers[column], hasNews) = (value, true)
      }
      if hasNews { try row(message.time, numbers) }
    }
  }

  private func visit(
    _ message: Recording.Message,
    _ cache: inout [String: [ValuePath]],
    _ found: (Place, Double) -> Void
  ) {
    for item in message.state.map({ Array($0.items) }) ?? [] {
      let key = item.key.text
      let paths = paths(in: key, isFrame: false, &cache)
      guard !paths.isEmpty, let value = item.entry?.value else { continue }
      for path in paths {
        Self.visit(value.value(at: path), Place(key: key, path: path, isFrame: false), found)
      }
    }
    guard let frame = message.frame else { return }
    for key in frame.keys {
      let paths = paths(in: key, isFrame: true, &cache)
      guard !paths.isEmpty, let value = frame[FrameKey(key)] else { continue }
      for path in paths {
        Self.visit(value.value(at: path), Place(key: key, path: path, isFrame: true), found)
      }
    }
  }

  private static func visit(_ value: StateValue?, _ place: Place, _ found: (Place, Double) -> Void)
  {
    switch value {
    case .int(let number): found(place, Double(number))
    case .double(let number): found(place, number)
    case .bool(let truth): found(place, truth ? 1 : 0)
    case .array(let elements):
      for (position, element) in elements.enumerated() {
        guard let number = element.double else { continue }
        var place = place
        place.path = place.path.appending(.element(position))
        found(place, number)
      }
    default: break
    }
  }

  /// Which fields of an entry are asked for.
  private func paths(
    in key: String,
    isFrame: Bool,
    _ cache: inout [String: [ValuePath]]
  ) -> [ValuePath] {
    let name = isFrame ? Self.framePrefix + key : key
    if let known = cache[name] { return known }
    var paths: [ValuePath] = []
    for wish in wishes {
      guard let path = Self.path(wish, in: name), !paths.contains(path) else { continue }
      paths.append(path)
    }
    cache[name] = paths
    return paths
  }

  /// What of a wish is the path of a field, if the rest of it is a pattern that a key fits; the longest such rest counts.
  private static func path(_ wish: String, in key: String) -> ValuePath? {
    let ends =
      [wish.endIndex] + wish.indices.reversed().filter { wish[$0] == "." || wish[$0] == "[" }
    for end in ends {
      var key = key
      let pattern = KeyPattern(String(wish[..<end]), foldsCase: false)
      guard key.withUTF8({ pattern.fits($0) }) else { continue }
      let rest = wish[end...]
      guard !rest.isEmpty else { return .root }
      if let path = ValuePath(text: String(rest.first == "." ? rest.dropFirst() : rest)) {
        return path
      }
    }
    return nil
  }
}
