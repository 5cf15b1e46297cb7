import SharedState

/// A line of a shell up to the cursor, taken apart as the shell would: the words, and the one that is being typed.
///
/// It goes by Unicode scalars throughout: to Swift a quotation mark with an accent over it is one character and no
/// quotation mark, but to a shell it is one.
struct TypedCall: Hashable, Sendable {
  /// The whole words behind the program's name, without their quotes.
  var words: [String] = []
  /// What there is of the word that is being typed, without its quotes.
  var typed = ""
  /// The part of that which the shell leaves alone; it puts a completion in place of the rest.
  var lead = ""
  /// The quotation mark within which the cursor is, if it is within one.
  var quote: Unicode.Scalar?

  /// Takes words as they are.
  init(words: [String], typed: String) { (self.words, self.typed) = (words, typed) }

  /// Reads a line of bash.
  ///
  /// What only bash itself can know, such as what a variable holds, is not guessed: then there is nothing to complete.
  ///
  /// - Parameters:
  ///   - line: The line up to the cursor, from the program's name on.
  ///   - breaks: At which characters bash begins a word anew, for completion alone (`COMP_WORDBREAKS`).
  init?(bash line: String, breaks: String) {
    var reader = BashReader(breaks: Set(breaks.unicodeScalars))
    for scalar in line.unicodeScalars {
      guard reader.take(scalar) else { return nil }
    }
    guard let line = reader.line else { return nil }
    self = line
  }

  /// What is meant by a word of fish that may still be open.
  static func text(ofFish word: String) -> String {
    var (text, quote, isEscaped) = (String.UnicodeScalarView(), nil as Unicode.Scalar?, false)
    for scalar in word.unicodeScalars {
      if isEscaped {
        // Between quotation marks, only they and the backslash itself can be quoted by one.
        if let quote, scalar != quote, scalar != "\\" { text.append("\\") }
        text.append(scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else if scalar == quote {
        quote = nil
      } else if quote == nil, scalar == "'" || scalar == "\"" {
        quote = scalar
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }

  /// A completion as bash is to put it in; nil if that cannot be said within the quotation marks that are open.
  func bash(_ candidate: String) -> String? {
    guard candidate.begins(with: lead) else { return nil }
    let rest = String(decoding: candidate.utf8.dropFirst(lead.utf8.count), as: UTF8.self)
    // bash would take the mark at its end for the one that closes the pair.
    if let quote, rest.unicodeScalars.last == quote { return nil }
    var text = String.UnicodeScalarView()
    for scalar in rest.unicodeScalars {
      switch quote {
      case "'":
        text.append(contentsOf: (scalar == "'" ? "'\\''" : "\(scalar)").unicodeScalars)
      case "\"":
        // Between these, nothing keeps an exclamation mark from calling up what was typed before.
        if scalar == "!" { return nil }
        if "$`\"\\".unicodeScalars.contains(scalar) { text.append("\\") }
        text.append(scalar)
      default:
        if !Self.isPlain(scalar) { text.append("\\") }
        text.append(scalar)
      }
    }
    return String(text)
  }

  /// Whether a character means itself wherever it stands.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "_", "-", ".", "/", ":", "=", "@", "%", "+", ",": true
    default: !scalar.isASCII
    }
  }
}

/// Reads a line of bash character by character.
private struct BashReader {
  let breaks: Set<Unicode.Scalar>
  private var words: [String] = []
  private var word = String.UnicodeScalarView()
  private var lead = ""
  private var quote: Unicode.Scalar?
  private var isEscaped = false
  private var isBegun = false
  /// Whether a pair of quotation marks has been closed in this word.
  private var wasQuoted = false

  init(breaks: Set<Unicode.Scalar>) { self.breaks = breaks }

  /// Takes the next character; false if only bash can tell what it comes to.
  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    if isEscaped {
      if quote != nil, !"$`\"\\".unicodeScalars.contains(scalar) { word.append("\\") }
      word.append(scalar)
      isEscaped = false
      return true
    }
    switch (scalar, quote) {
    case ("'", "'"), ("\"", "\""): (quote, wasQuoted) = (nil, true)
    case (_, "'"): word.append(scalar)
    case ("\\", _): (isEscaped, isBegun) = (true, true)
    case ("$", _), ("`", _): return false
    case (_, "\""): word.append(scalar)
    case ("'", _), ("\"", _): (quote, lead, isBegun) = (scalar, String(word), true)
    case (" ", _), ("\t", _), ("\n", _): endWord()
    case (";", _), ("|", _), ("&", _), ("(", _), (")", _), ("<", _), (">", _): return false
    default:
      word.append(scalar)
      isBegun = true
      if breaks.contains(scalar) { lead = String(word) }
    }
    return true
  }

  private mutating func endWord() {
    if isBegun { words.append(String(word)) }
    (word, lead, isBegun, wasQuoted) = (.init(), "", false, false)
  }

  /// The line, if it can be told what the shell makes of the word that is being typed.
  var line: TypedCall? {
    // Where a pair of marks is closed and the word goes on, or a character is still to be quoted, it is too early to say.
    guard !wasQuoted, !isEscaped, let call = words.first, !call.isEmpty else { return nil }
    var line = TypedCall(words: Array(words.dropFirst()), typed: String(word))
    (line.lead, line.quote) = (lead, quote)
    return line
  }
}
