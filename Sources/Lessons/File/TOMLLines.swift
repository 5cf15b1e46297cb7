/// Where in a TOML file each table and key stands: the library tells the line only of mistakes in the grammar.
///
/// Paths are written with numbers from 0: `lesson.2.check.0.missing`.
struct TOMLLines: Sendable {
  private var lines: [String: Int] = [:]
  private let text: [Substring]

  init(_ text: String) {
    self.text = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var counts: [String: Int] = [:]
    var table = ""
    // The quotes that end a text over several lines, while one is open.
    var end: String?
    for (index, line) in self.text.enumerated() {
      if let quotes = end {
        if line.contains(quotes) { end = nil }
        continue
      }
      let line = line.drop(while: \.isWhitespace)
      if line.hasPrefix("[") {
        table = Self.path(of: line, &counts)
        lines[table] = lines[table] ?? index + 1
      } else if let (key, rest) = Self.assignment(in: line) {
        lines[table.isEmpty ? key : "\(table).\(key)"] = index + 1
        end = Self.openQuotes(in: rest)
      }
    }
  }

  /// The line of a table or a key, or else of what it stands in.
  func line(of path: String) -> Int? {
    var path = path[...]
    while !path.isEmpty {
      if let line = lines[String(path)] { return line }
      guard let dot = path.lastIndex(of: ".") else { return nil }
      path = path[..<dot]
    }
    return nil
  }

  /// The first line from that of a key on that holds a text, such as one element of a list.
  func line(of path: String, with element: String) -> Int? {
    guard let start = line(of: path) else { return nil }
    return text[(start - 1)...].firstIndex { $0.contains(element) }.map { $0 + 1 } ?? start
  }

  /// The path of a header: each `[[lesson]]` is the next of its kind, and what is inside belongs to the last.
  private static func path(of header: Substring, _ counts: inout [String: Int]) -> String {
    let isArray = header.hasPrefix("[[")
    let name = header.drop { $0 == "[" }.prefix { $0 != "]" }
    let parts = name.split(separator: ".").map { $0.filter { !" \t\"'".contains($0) } }
    var path = ""
    for (index, part) in parts.enumerated() {
      path += path.isEmpty ? part : ".\(part)"
      if isArray, index == parts.count - 1 {
        counts[path] = (counts[path] ?? -1) + 1
      }
      if let count = counts[path] { path += ".\(count)" }
    }
    return path
  }

  private static func assignment(in line: Substring) -> (key: String, rest: Substring)? {
    guard let first = line.first, first != "#" else { return nil }
    let isQuoted = first == "\"" || first == "'"
    let body = isQuoted ? line.dropFirst() : line
    let key = body.prefix { isQuoted ? $0 != first : $0 != "=" && !$0.isWhitespace }
    let behind = body[key.endIndex...].dropFirst(isQuoted ? 1 : 0).drop(while: \.isWhitespace)
    guard behind.first == "=" else { return nil }
    return (String(key), behind.dropFirst())
  }

  private static func openQuotes(in rest: Substring) -> String? {
    for quotes in [#"""""#, "'''"] {
      guard let start = rest.firstRange(of: quotes) else { continue }
      return rest[start.upperBound...].contains(quotes) ? nil : quotes
    }
    return nil
  }
}
