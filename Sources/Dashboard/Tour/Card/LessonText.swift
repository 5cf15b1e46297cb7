import ScreenKit

/// The text of a lesson as rows: paragraphs set apart by an empty row, lines of code by their language.
struct LessonText {
  /// No card has more rows of text.
  private static let mostRows = 400
  /// How a line of code begins in the text, and on the card.
  private static let languages = [
    ("Python:", "python> "), ("python>", "python> "), ("Swift:", "swift>  "),
    ("swift>", "swift>  "),
  ]

  let columns: Int
  let glyphs: Glyphs

  func lines(_ paragraphs: [String]) -> [Line] {
    var lines: [Line] = []
    var wasCode = false
    for paragraph in paragraphs where lines.count < Self.mostRows {
      let code = Self.code(paragraph)
      if !lines.isEmpty, !(wasCode && code != nil) { lines.append(Line()) }
      lines += code.map { rows(ofCode: $0.code, prompt: $0.prompt) } ?? rows(of: paragraph)
      wasCode = code != nil
    }
    return Array(lines.prefix(Self.mostRows))
  }

  /// The code and its prompt, if a paragraph is a line of code.
  private static func code(_ paragraph: String) -> (prompt: String, code: String)? {
    guard let (mark, prompt) = languages.first(where: { paragraph.hasPrefix($0.0) }) else {
      return nil
    }
    return (prompt, String(paragraph.dropFirst(mark.count).drop { $0 == " " }))
  }

  private func rows(of paragraph: String) -> [Line] { wrapped(paragraph, columns).map { Line($0) } }

  private func rows(ofCode code: String, prompt: String) -> [Line] {
    let blanks = String(repeating: " ", count: prompt.count)
    return wrapped(code, columns - prompt.count).enumerated().map { row, text in
      Line(row == 0 ? prompt : blanks, .muted).adding(text, .key, .bold)
    }
  }

  private func wrapped(_ text: String, _ columns: Int) -> [String] {
    TextFlow.rows(of: text, columns: max(1, columns), most: Self.mostRows, glyphs: glyphs)
  }
}
