/// A text in TOML 1.0 that has been read as a whole.
///
/// Every key, table and element knows its line, so that whoever takes the values can say where one is wrong.
///
///     let document = try TOMLDocument("mouse = false\n[keys]\nset = [\"s\", \"F7\"]")
///     document.root["mouse"]?.value.boolean          // false
///     document.root["keys"]?.value.table?["set"]?.line  // 3
///
/// Any text at all is either read or refused with a reason, in a time that grows with its length.
package struct TOMLDocument: Sendable {
  /// Tables and arrays lie at most so deep inside each other, so that those who walk them may recurse.
  package static let mostNesting = 64

  /// What stands in the text.
  package let root: TOMLTable

  /// Reads a text.
  ///
  /// - Parameter text: What stands in the file; a byte order mark at its beginning is passed over.
  /// - Throws: ``TOMLFlaw``, the first one.
  /// - Complexity: O(*n*) in the length of the text.
  package init(_ text: String) throws(TOMLFlaw) {
    var reader = DocumentReader(text)
    root = try reader.read()
  }
}

/// Why a text is no TOML.
package struct TOMLFlaw: Error, Hashable, Sendable {
  /// The line, from 1.
  package let line: Int
  /// What was expected and what was found, on one short line in which nothing steers a terminal.
  package let reason: String

  /// The flaw of what lies deeper than anything may.
  static func tooDeep(line: Int) -> TOMLFlaw {
    let most = TOMLDocument.mostNesting
    return TOMLFlaw(line: line, reason: "expected at most \(most) tables and arrays in each other")
  }
}
