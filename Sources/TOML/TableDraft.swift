/// A table while the file is read, which knows what may still be added to it.
final class TableDraft {
  /// How a table came to be.
  enum Origin {
    /// It was on the way to another, as `a` in `[a.b]`, and may still get a header of its own.
    case passage
    /// It was on the way to a value, as `a` in `a.b = 1`, and is added to by such keys alone.
    case dottedKey
    /// It had a header, or braces.
    case itself
  }

  /// What stands at a key.
  private enum Entry {
    case value(TOMLNode)
    case table(TableDraft)
    case tables(ListDraft)
  }

  private var origin: Origin
  private var line: Int
  private var entries = KeyedList<Entry>()
  /// How many tables and arrays it lies in.
  let depth: Int

  init(_ origin: Origin, line: Int, depth: Int) {
    (self.origin, self.line, self.depth) = (origin, line, depth)
  }

  /// The table as it is now.
  var table: TOMLTable {
    TOMLTable(
      entries: entries.map { entry in
        switch entry {
        case .value(let node): node
        case .table(let draft): draft.node
        case .tables(let list): TOMLNode(line: list.line, value: .array(list.tables.map(\.node)))
        }
      }
    )
  }

  private var node: TOMLNode { TOMLNode(line: line, value: .table(table)) }

  // MARK: Adding

  /// Gives a key a value: `key = value`.
  func set(_ key: DottedKey, to value: TOMLValue) throws(TOMLFlaw) {
    var table = self
    for (index, part) in key.parts.dropLast().enumerated() {
      switch table.entries[part] {
      case nil: table = try table.add(.dottedKey, at: part, line: key.line)
      case .table(let inner)? where inner.origin != .itself:
        inner.origin = .dottedKey
        table = inner
      case let entry?: throw Self.closed(key, upTo: index, entry)
      }
    }
    if let entry = table.entries[key.last] { throw Self.taken(key, entry) }
    table.entries.append(.value(TOMLNode(line: key.line, value: value)), at: key.last)
  }

  /// Opens the table of a header: `[key]`.
  func openTable(_ key: DottedKey) throws(TOMLFlaw) -> TableDraft {
    let parent = try passage(to: key)
    switch parent.entries[key.last] {
    case nil: return try parent.add(.itself, at: key.last, line: key.line)
    case .table(let table)? where table.origin == .passage:
      (table.origin, table.line) = (.itself, key.line)
      return table
    case let entry?: throw Self.taken(key, entry)
    }
  }

  /// Opens the next table of an array of them: `[[key]]`.
  func openElement(_ key: DottedKey) throws(TOMLFlaw) -> TableDraft {
    let parent = try passage(to: key)
    let element = try parent.inner(.itself, line: key.line, by: 2)
    switch parent.entries[key.last] {
    case nil: parent.entries.append(.tables(ListDraft(element, line: key.line)), at: key.last)
    case .tables(let list)?: list.tables.append(element)
    case let entry?: throw Self.taken(key, entry)
    }
    return element
  }

  /// The table in which the last part of a header's key stands; of an array of tables it is the last one.
  private func passage(to key: DottedKey) throws(TOMLFlaw) -> TableDraft {
    var table = self
    for (index, part) in key.parts.dropLast().enumerated() {
      switch table.entries[part] {
      case nil: table = try table.add(.passage, at: part, line: key.line)
      case .table(let inner)?: table = inner
      case .tables(let list)?: table = list.last
      case .value(let node)?: throw Self.closed(key, upTo: index, .value(node))
      }
    }
    return table
  }

  private func add(_ origin: Origin, at key: Key, line: Int) throws(TOMLFlaw) -> TableDraft {
    let table = try inner(origin, line: line, by: 1)
    entries.append(.table(table), at: key)
    return table
  }

  private func inner(_ origin: Origin, line: Int, by levels: Int) throws(TOMLFlaw) -> TableDraft {
    guard depth + levels <= TOMLDocument.mostNesting else { throw .tooDeep(line: line) }
    return TableDraft(origin, line: line, depth: depth + levels)
  }

  // MARK: Refusing

  private static func taken(_ key: DottedKey, _ entry: Entry) -> TOMLFlaw {
    let name = Excerpt.quoted(key.parts.map(\.text).joined(separator: "."))
    let reason = "\(name) is there already, from line \(line(of: entry))"
    return TOMLFlaw(line: key.line, reason: reason)
  }

  private static func closed(_ key: DottedKey, upTo index: Int, _ entry: Entry) -> TOMLFlaw {
    let name = Excerpt.quoted(key.parts[...index].map(\.text).joined(separator: "."))
    let reason = "nothing can be added here to \(name), which is there from line \(line(of: entry))"
    return TOMLFlaw(line: key.line, reason: reason)
  }

  private static func line(of entry: Entry) -> Int {
    switch entry {
    case .value(let node): node.line
    case .table(let draft): draft.line
    case .tables(let list): list.line
    }
  }
}

/// The tables of one `[[key]]`, of which there is always one.
private final class ListDraft {
  let line: Int
  var tables: [TableDraft]

  init(_ first: TableDraft, line: Int) { (tables, self.line) = ([first], line) }

  var last: TableDraft { tables[tables.count - 1] }
}
