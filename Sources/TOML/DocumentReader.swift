/// Reads a file line by line into tables.
struct DocumentReader {
  private var cursor: Cursor
  private let root = TableDraft(.itself, line: 1, depth: 0)
  /// The table that was opened last, to which keys belong.
  private var table: TableDraft

  init(_ text: String) { (cursor, table) = (Cursor(text), root) }

  /// Reads the file.
  mutating func read() throws(TOMLFlaw) -> TOMLTable {
    _ = cursor.take("\u{FEFF}")
    try cursor.skipLines()
    while let byte = cursor.byte {
      if byte == UInt8(ascii: "[") { try readHeader() } else { try cursor.assignment(into: table) }
      try cursor.endLine()
      try cursor.skipLines()
    }
    return root.table
  }

  private mutating func readHeader() throws(TOMLFlaw) {
    let isElement = cursor.take("[[")
    if !isElement { cursor.skip() }
    let key = try cursor.dottedKey()
    let end = isElement ? "]]" : "]"
    guard cursor.take(end) else { throw cursor.expected("\(end) after the name of a table") }
    table = isElement ? try root.openElement(key) : try root.openTable(key)
  }
}
