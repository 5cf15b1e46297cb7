/// The text form of a value: what a person reads, types and keeps in a file.
///
/// It is JSON, plus what JSON cannot say and the shared state holds: `Infinity`, `-Infinity` and `NaN`, because
/// real grabs have an infinite `max_force`, and `b64"…"` for bytes. A number with a point or an exponent is a
/// double and any other an integer, both ways, so that `1` and `1.0` stay what they are.
///
/// ```swift
/// let value = try StateValue(text: #"{"max_force": Infinity, "particles": [60]}"#)
/// value.text        // {"max_force":Infinity,"particles":[60]}
/// ```
extension StateValue {
  /// How many lists and dictionaries may stand inside each other in a text.
  ///
  /// Known peers use five or six. The bound keeps a hostile text from exhausting the stack; it is as high as
  /// that of the wires, so that whatever came in can also be shown, edited and sent back.
  public static let deepestNesting = 1024

  /// Reads a value from its text form.
  ///
  /// A field that stands twice in one object is refused, because the two peers that read it would disagree.
  /// An integer beyond 64 bits is refused rather than rounded.
  ///
  /// - Throws: An error that tells the line, the column and what was expected there.
  /// - Complexity: O(*n*) in the length of the text.
  public init(text: String) throws(StateTextError) {
    var parser = StateTextParser(text)
    self = try parser.parse()
  }

  /// The text form in one line, without spaces.
  ///
  /// - Complexity: O(*n*) in the size of the value.
  public var text: String { text(indent: nil) }

  /// The text form, one field to a line, or in one line if `indent` is `nil`.
  ///
  /// Lists that hold no lists or dictionaries are filled into lines of at most 80 columns or so: a hundred
  /// particles are easier to read that way.
  ///
  /// - Parameter indent: By how many spaces each level is moved to the right.
  /// - Returns: A text that reads back as an equal value.
  /// - Complexity: O(*n*) in the size of the value.
  public func text(indent: Int?) -> String {
    var writer = StateTextWriter(indent: indent.map { max(0, $0) })
    writer.write(self)
    return writer.text
  }
}

extension StateValue: CustomStringConvertible {
  /// The text form in one line.
  public var description: String { text }
}

extension StateObject: CustomStringConvertible {
  /// The text form in one line.
  public var description: String { StateValue.object(self).text }
}

extension StateEntry: CustomStringConvertible {
  /// The text form of the value in one line.
  public var description: String { value.text }
}
