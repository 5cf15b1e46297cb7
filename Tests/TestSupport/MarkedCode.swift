import Foundation

/// Code of a test that is shown word for word in documentation: what stands between `// <name>` and `// </name>`.
public struct MarkedCode: Sendable {
  /// What the marks call it.
  public let name: String
  /// The code, without what all of its lines are indented by.
  public let code: String

  /// All that is marked in a source.
  ///
  /// - Throws: `UnendedCode` if a piece does not end.
  public static func pieces(of source: String) throws -> [MarkedCode] {
    var found: [MarkedCode] = []
    var current: (name: String, lines: [String])?
    for line in source.components(separatedBy: "\n") {
      let bare = line.trimmingCharacters(in: .whitespaces)
      if let (name, lines) = current {
        if bare == "// </" + name {
          found.append(MarkedCode(name: String(name.dropLast()), code: dedented(lines)))
          current = nil
        } else {
          current?.lines.append(line)
        }
      } else if bare.hasPrefix("// <"), !bare.hasPrefix("// </") {
        current = (String(bare.dropFirst(4)), [])
      }
    }
    if let current { throw UnendedCode(name: current.name) }
    return found
  }

  /// All that is marked in a source file.
  public static func pieces(ofFile path: String) throws -> [MarkedCode] {
    try pieces(of: String(contentsOfFile: path, encoding: .utf8))
  }

  private static func dedented(_ lines: [String]) -> String {
    let indents = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }
    return lines.map { String($0.dropFirst(indents.min() ?? 0)) }.joined(separator: "\n")
  }
}

/// A piece of marked code that does not end.
public struct UnendedCode: Error, CustomStringConvertible {
  let name: String
  /// Which one.
  public var description: String { "// <\(name) does not end" }
}
