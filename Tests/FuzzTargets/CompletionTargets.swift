import SharedState
@testable import TownhallApp

extension FuzzTarget {
  /// Where a completion may begin in a line of bash.
  private static let openings = ["", "'", "\"", "x:", "x='"]

  static let completion = FuzzTarget(
    "completion",
    "a line of a shell, and the key of a stranger that is put into it",
    words: [
      "'", "\"", "\\", "`", "$", "$(", "${", "!", "~", "#", "=", ":", ";", "&", "|", "<", ">", "(",
      ")", "*", "?", "[", "]", "{", "}", "%", "^", " ", "\t", "\n", "\u{301}", "'\u{301}",
      "`\u{301}", "\u{200D}", "\u{FE0F}", "é",
    ],
    longest: 512,
    executions: 20_000
  ) { bytes in
    let breaks = " \t\n\"'><=;|&(:"
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    _ = TypedCall(bash: text, breaks: breaks)
    _ = TypedCall.text(ofFish: text)
    let opening = openings[Int(bytes.first ?? 0) % openings.count]
    guard let line = TypedCall(bash: "townhall get \(opening)", breaks: breaks) else {
      throw Finding("nothing can be completed behind \(opening)")
    }
    let key = line.lead + text
    guard Candidate.isFit(text, behindDashes: true), let quoted = line.bash(key) else { return }
    var closed = "townhall get \(opening)\(quoted)"
    if let quote = line.quote { closed.unicodeScalars.append(quote) }
    let read = TypedCall(bash: closed + " ", breaks: breaks)?.words.last
    try expect(read?.utf8.elementsEqual(key.utf8) == true, "\(closed) is read as \(read ?? "none")")
  }
}
