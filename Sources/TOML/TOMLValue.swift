/// A value of one of the kinds that TOML has.
package enum TOMLValue: Sendable {
  case string(String)
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  /// A date, a time, or both with or without an offset, as it is written; it is one that there is.
  case moment(String)
  case array([TOMLNode])
  case table(TOMLTable)

  /// The text, if it is one.
  package var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The whole number, if it is one.
  package var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }

  /// The number with a fraction, if it is one.
  package var number: Double? { if case .number(let number) = self { number } else { nil } }

  /// True or false, if it is one of them.
  package var boolean: Bool? { if case .boolean(let boolean) = self { boolean } else { nil } }

  /// The elements, if it is an array.
  package var array: [TOMLNode]? { if case .array(let nodes) = self { nodes } else { nil } }

  /// The table, if it is one.
  package var table: TOMLTable? { if case .table(let table) = self { table } else { nil } }
}

/// A value where it stands.
package struct TOMLNode: Sendable {
  /// The line, from 1, on which its key, its header or, of an element, itself begins.
  package let line: Int
  /// The value.
  package let value: TOMLValue

  /// Puts a value on a line.
  package init(line: Int, value: TOMLValue) { (self.line, self.value) = (line, value) }
}

/// A table: values by their keys, which are told apart byte by byte.
package struct TOMLTable: Sendable {
  let entries: KeyedList<TOMLNode>

  /// The keys, in the order in which the file names them first.
  package var keys: [String] { entries.keys.map(\.text) }

  /// What stands at a key.
  package subscript(key: String) -> TOMLNode? { entries[Key(key)] }
}
