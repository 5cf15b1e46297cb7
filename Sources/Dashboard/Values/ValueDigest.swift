import ScreenKit
import SharedState

/// A value in one short line, made without looking at more of it than is shown.
struct ValueDigest {
  private var line = Line()
  private var room: Int
  private let glyphs: Glyphs

  private init(room: Int, glyphs: Glyphs) {
    self.room = room
    self.glyphs = glyphs
  }

  /// Writes a value in about so many columns.
  ///
  /// - Complexity: O(*room*), however large the value is.
  static func line(_ value: StateValue, room: Int, glyphs: Glyphs) -> Line {
    var digest = ValueDigest(room: room, glyphs: glyphs)
    digest.write(value, depth: 0)
    return digest.line
  }

  /// Writes a value in about so many columns, without looks.
  static func text(_ value: StateValue, room: Int, glyphs: Glyphs) -> String {
    line(value, room: room, glyphs: glyphs).text
  }

  private mutating func put(_ text: String, _ role: Role) {
    room -= text.utf8.count
    line.append(text, role)
  }

  private mutating func write(_ value: StateValue, depth: Int) {
    switch value {
    case .null: put("null", .literal)
    case .bool(let truth): put(truth ? "true" : "false", .literal)
    case .int(let number): put("\(number)", .number)
    case .double(let number): put(Self.number(number, exactly: depth == 0), .number)
    case .string(let text): put("\"" + text.prefix(max(1, room)) + "\"", .text)
    case .bytes(let bytes): put(Self.bytes(bytes), .bytes)
    case .array(let elements): write(elements, depth: depth)
    case .object(let object): write(object, depth: depth)
    }
  }

  private static func number(_ number: Double, exactly: Bool) -> String {
    guard number.isFinite else { return Phrases.decimal(number, digits: 0) }
    return exactly ? "\(number)" : Phrases.decimal(number, digits: 3)
  }

  private static func bytes(_ bytes: [UInt8]) -> String {
    let start = bytes.prefix(8).map { String(hex: $0, digits: 2) }
    let hex = start.joined(separator: " ") + (bytes.count > 8 ? " .." : "")
    return Phrases.size(bytes.count) + (bytes.isEmpty ? "" : ": " + hex)
  }

  private mutating func write(_ elements: [StateValue], depth: Int) {
    put("[", .muted)
    for (index, element) in elements.enumerated() {
      if index > 0 { put(" ", .muted) }
      guard room > 0, depth < 8 else {
        put("\(glyphs.ellipsis) \(Phrases.grouped(elements.count)) in all", .muted)
        break
      }
      write(element, depth: depth + 1)
    }
    put("]", .muted)
  }

  private mutating func write(_ object: StateObject, depth: Int) {
    put("{", .muted)
    for (index, field) in object.enumerated() {
      if index > 0 { put(", ", .muted) }
      guard room > 0, depth < 8 else {
        put(glyphs.ellipsis, .muted)
        break
      }
      put(field.key + " ", .key)
      write(field.value, depth: depth + 1)
    }
    put("}", .muted)
  }
}
