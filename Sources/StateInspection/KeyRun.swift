/// Keys that are taken one after the other from wherever they are kept.
///
/// To list the keys of a large state, or to sort them, takes longer than any slice of looking at what they hold, and it
/// stood between a key press and its picture.
///
/// ```swift
/// var run = KeyRun(["selection.a", "selection.b"])
/// run.next()   // "selection.a"
/// ```
package struct KeyRun: Sendable {
  /// How many there are in all.
  package let count: Int
  private var rest: any IteratorProtocol<String> & Sendable

  /// Takes keys from a list.
  package init(_ keys: [String]) { self.init(count: keys.count, keys.makeIterator()) }

  /// Takes keys from what walks over them.
  package init(count: Int, _ rest: some IteratorProtocol<String> & Sendable) {
    (self.count, self.rest) = (count, rest)
  }

  /// The next key; `nil` behind the last.
  package mutating func next() -> String? { rest.next() }
}
