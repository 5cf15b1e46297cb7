/// A key that does something now, and what.
package struct Hint: Hashable, Sendable {
  package let key: String
  package let text: String

  /// Says what a key does.
  package init(_ key: String, _ text: String) { (self.key, self.text) = (key, text) }
}
