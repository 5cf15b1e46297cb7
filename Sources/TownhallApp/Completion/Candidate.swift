import SharedState

/// One way in which a word can go on.
struct Candidate: Hashable, Sendable {
  /// The whole word.
  var text: String
  /// What it is, for shells that show that.
  var help = ""
  /// Whether it is not the end of the word, so that no blank follows it.
  var isPart = false
}

extension Candidate {
  /// A longer word is nobody's to choose from a list.
  private static let mostBytes = 300

  /// Whether a word that others have thought up can be offered: it is what it looks like, on one line, and no option.
  ///
  /// - Parameters:
  ///   - text: The word.
  ///   - isBehindDashes: Whether what looks like an option is none.
  /// - Returns: Whether it can.
  static func isFit(_ text: String, behindDashes isBehindDashes: Bool) -> Bool {
    guard let first = text.unicodeScalars.first, text.utf8.count <= mostBytes,
      first != "-" || isBehindDashes
    else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
      default: true
      }
    }
  }

  /// A text of our own or of others' in one line, for the shells that show it.
  static func line(_ text: String) -> String { Program.safe(String(text.prefix(100))) }
}

/// What a word can be completed to.
struct Completions: Hashable, Sendable {
  var candidates: [Candidate] = []
  /// Whether the names of files do too, which the shell itself knows best.
  var files = Files.none

  enum Files: String, Sendable { case none, files, folders }
}

extension Completions {
  /// More are of no use to anybody, and some of them would be a lie about the rest.
  private static let most = 1000

  /// The answer in lines, in the shell's own form.
  func lines(for shell: Shell, in line: TypedCall) -> [String] {
    let fitting = candidates.filter { $0.text.begins(with: line.typed) }
    guard fitting.count <= Self.most else { return [] }
    if fitting.isEmpty { return files == .none ? [] : [files.rawValue] }
    switch shell {
    case .bash:
      let words = fitting.compactMap { line.bash($0.text) }
      guard !words.isEmpty else { return [] }
      return [fitting.count == 1 && fitting[0].isPart ? "part" : "words"] + words
    case .zsh:
      return fitting.map { "\($0.isPart ? "part" : "word")\t\($0.text)\t\(Self.line($0.help))" }
    case .fish: return fitting.map { "\($0.text)\t\(Self.line($0.help))" }
    }
  }

  private static func line(_ help: String) -> String { Candidate.line(help) }
}
