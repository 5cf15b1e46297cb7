/// A line for the shell with places for what is under the cursor: `{key}`, `{value}`, `{street}`, `{town}`, `{file}`.
///
/// Keys and values come from others, so they never become part of the text: each place is written as a parameter, in quotes
/// where it stands in none, and what it stands for is handed over beside the text.
///
///     try ShellLine("cp x {file}").script         // cp x "${5}"
///     try ShellLine("echo \"at {key}\"").script   // echo "at ${1}"
///     try ShellLine("echo '{key}'")               // refused: the shell looks for nothing in single quotes
///
/// Where a place would be taken for more than a word, as the name of a program, a file to write to or the text of a
/// program, the line is refused. A program that has its arguments run by a shell is not recognised beyond that.
struct ShellLine: Hashable, Sendable {
  /// What can be handed over, in the order of the parameters.
  enum Place: String, Hashable, Sendable, CaseIterable {
    case key, value, street, town
    /// A name for a file, made from the key.
    case file

    var text: String { "{\(rawValue)}" }
    /// Whether others choose what stands there, whatever it is.
    fileprivate var isForeign: Bool { self == .key || self == .value || self == .street }
  }

  /// Why a line is refused, for a person.
  struct Flaw: Error, Hashable {
    let reason: String
  }

  /// What the shell is given.
  let script: String
  /// What is to be handed over.
  let places: Set<Place>
  /// The places where a dash at the beginning would be taken for an option.
  let dashPlaces: Set<Place>

  /// Reads a line.
  ///
  /// - Throws: ``Flaw`` if a place stands where it may not.
  init(_ text: String) throws(Flaw) {
    var reader = Reader(text)
    try reader.read()
    script = String(decoding: reader.script, as: UTF8.self)
    (places, dashPlaces) = (reader.places, reader.dashPlaces)
  }
}

/// Goes over a line as the shell would, as far as quotes, words and commands matter.
///
/// By bytes: that is what a shell goes by, and an accent on a quotation mark does not make it another.
private struct Reader {
  private enum Context { case plain, quotes }

  /// The words of one command, as far as they are known.
  private struct Command {
    /// Whether the next word is the name of a program.
    var wantsName = true
    /// What stands before the name: the last of it.
    var prefix = ""
    /// How many words that are no options belong to that.
    var operands = 0
    /// Whether the next word may belong to the option before it.
    var mayTakeNext = false
    /// Whether the words behind the name may be run too, as far as can be told.
    var looksOn = false
    /// Whether its arguments are run, or read as a program's text.
    var runsArguments = false
    /// Whether the next word is run, or read as a program's text.
    var runsNext = false
    /// Whether the first word that is no option is.
    var runsFirst = false
    /// Whether no more options are looked for.
    var hasDashes = false
    /// Whether the next word names a file to read or write.
    var namesFile = false
  }

  private let bytes: [UInt8]
  private var position = 0
  private(set) var script: [UInt8] = []
  private(set) var places: Set<ShellLine.Place> = []
  private(set) var dashPlaces: Set<ShellLine.Place> = []

  private var contexts = [Context.plain]
  private var command = Command()
  /// What surrounds each `(` that is open.
  private var outer: [(command: Command, word: [UInt8], isInWord: Bool)] = []
  /// The word that is being read, without its quotes.
  private var word: [UInt8] = []
  private var isInWord = false
  /// What makes the line hard to read for who is no shell.
  private var obstacle: String?

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func read() throws(ShellLine.Flaw) {
    guard !bytes.contains(0) else { throw ShellLine.Flaw(reason: "it holds a NUL") }
    while position < bytes.count { try step() }
    endWord()
    guard contexts == [.plain] else {
      throw ShellLine.Flaw(
        reason: contexts.last == .quotes ? "a \" in it has no end" : "a ( in it has no end"
      )
    }
    if let obstacle, let place = ShellLine.Place.allCases.first(where: places.contains) {
      throw ShellLine.Flaw(
        reason: "\(obstacle) and \(place.text) do not go together; TOWNHALL_KEY and the like do"
      )
    }
  }

  private mutating func step() throws(ShellLine.Flaw) {
    if let place = placeHere {
      try check(place)
      let parameter = 1 + (ShellLine.Place.allCases.firstIndex(of: place) ?? 0)
      let isQuoted = contexts.last == .quotes
      script += (isQuoted ? "${\(parameter)}" : "\"${\(parameter)}\"").utf8
      places.insert(place)
      let mayBeOption = word.isEmpty && !command.hasDashes && !command.namesFile
      if mayBeOption, place == .key || place == .street { dashPlaces.insert(place) }
      position += place.text.utf8.count
      (isInWord, word) = (true, word + place.text.utf8)
      return
    }
    let byte = bytes[position]
    switch (contexts.last, byte) {
    case (_, UInt8(ascii: "\\")):
      // A backslash before a place would take the quotation mark that the place gets.
      try refusePlace(at: position + 1, "a \\ stands before it")
      let joinsLines = position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n")
      copy(2, isText: !joinsLines)
    case (_, UInt8(ascii: "`")):
      obstacle = "`…`"
      copy(1)
    case (_, UInt8(ascii: "$")): try takeDollar()
    case (.quotes, UInt8(ascii: "\"")):
      contexts.removeLast()
      copy(1, isText: false)
      isInWord = true
    case (.quotes, _): copy(1)
    case (_, UInt8(ascii: "\"")):
      contexts.append(.quotes)
      copy(1, isText: false)
      isInWord = true
    case (_, UInt8(ascii: "'")): try takeSingleQuotes()
    case (_, UInt8(ascii: "#")) where !isInWord: try takeComment()
    case (_, UInt8(ascii: " ")), (_, UInt8(ascii: "\t")):
      endWord()
      copy(1, isText: false)
    case (_, UInt8(ascii: "<")), (_, UInt8(ascii: ">")): takeArrow(byte)
    case (_, UInt8(ascii: "(")):
      open()
      copy(1, isText: false)
    case (_, UInt8(ascii: ")")):
      close()
      copy(1, isText: false)
    case (_, UInt8(ascii: "&")) where isAfterArrow: copy(1, isText: false)
    case (_, UInt8(ascii: ";")), (_, UInt8(ascii: "|")), (_, UInt8(ascii: "&")),
      (_, UInt8(ascii: "\n")):
      endWord()
      command = Command()
      copy(1, isText: false)
    default: copy(1)
    }
  }

  // MARK: Places

  /// The place that begins here, if one does.
  private var placeHere: ShellLine.Place? { place(at: position) }

  private func place(at start: Int) -> ShellLine.Place? {
    guard start < bytes.count else { return nil }
    return ShellLine.Place.allCases.first { bytes[start...].starts(with: $0.text.utf8) }
  }

  private func refusePlace(at start: Int, _ reason: String) throws(ShellLine.Flaw) {
    guard let place = place(at: start) else { return }
    throw ShellLine.Flaw(reason: "\(place.text) is not seen where \(reason)")
  }

  /// Refuses a place where what others have chosen would be more than a word.
  private func check(_ place: ShellLine.Place) throws(ShellLine.Flaw) {
    if command.wantsName, !Self.isAssignment(word) {
      throw ShellLine.Flaw(reason: "\(place.text) would be run as a program there")
    }
    if command.runsArguments || command.runsNext || command.runsFirst {
      throw ShellLine.Flaw(
        reason:
          "\(place.text) would be read as the text of a program there; hand it over behind that text"
      )
    }
    if command.namesFile, place.isForeign {
      throw ShellLine.Flaw(
        reason: "\(place.text) would name any file there; {file} is a name that is safe"
      )
    }
  }

  // MARK: Words

  /// Copies bytes; as text they belong to the word.
  private mutating func copy(_ count: Int, isText: Bool = true) {
    let piece = bytes[position..<min(position + count, bytes.count)]
    script += piece
    position += piece.count
    guard isText else { return }
    word += piece
    isInWord = true
  }

  /// What stands before the name of a program.
  private static let prefixes: Set<String> = [
    "if", "then", "elif", "else", "do", "while", "until", "!", "{", "time", "exec", "command",
    "builtin", "env", "sudo", "doas", "nohup", "nice", "setsid", "timeout", "xargs",
  ]
  /// Those that have options of their own, with the letters of the options that take no word.
  ///
  /// Any other option may take the next one.
  private static let freeLetters = [
    "time": "apqvV", "exec": "cl", "command": "pvV", "env": "i0v", "sudo": "AbEHknPS", "doas": "Ln",
    "nice": "", "setsid": "cfw", "timeout": "fpv", "xargs": "0oprtx",
  ]
  /// Options in full that take no word.
  private static let freeWords: Set<String> = [
    "--", "--foreground", "--preserve-status", "--verbose", "--ignore-environment", "--null",
    "--no-run-if-empty", "--non-interactive", "--preserve-env",
  ]
  /// What runs its arguments, or reads them as a text that is run.
  private static let runners: Set<String> = [
    "eval", "ssh", "watch", "trap", "alias", "source", ".", "let", "declare", "typeset", "export",
    "readonly", "local", "unset", "[[", "parallel", "tmux",
  ]
  /// What runs the first of its arguments that is no option, or reads it as a text that is run.
  private static let firstRunners: Set<String> = [
    "sh", "bash", "dash", "zsh", "ksh", "fish", "python", "python3", "perl", "ruby", "node", "lua",
    "php", "Rscript", "sed", "awk", "gawk", "mawk", "nawk", "jq",
  ]
  private static let textOptions: Set<String> = [
    "-c", "-e", "-E", "-lc", "-ec", "-ic", "--eval", "--command", "--expression",
  ]

  /// Whether a word is `NAME=value`, which stands before the name of a program.
  private static func isAssignment(_ word: [UInt8]) -> Bool {
    word.first != UInt8(ascii: "=") && word.contains(UInt8(ascii: "="))
  }

  private mutating func endWord() {
    defer { (word, isInWord) = ([], false) }
    guard isInWord else { return }
    if command.namesFile {
      command.namesFile = false
      return
    }
    let text = String(decoding: word, as: UTF8.self)
    let isOption = word.first == UInt8(ascii: "-")
    command.runsNext = Self.textOptions.contains(text)
    let name = String(text.split(separator: "/").last ?? "")
    if command.wantsName {
      endWordBeforeName(text, name, isOption: isOption)
      command.runsArguments = command.runsArguments || Self.runners.contains(name)
      command.runsFirst = Self.firstRunners.contains(name)
      // What one that is recognised is given may have its name: `sh -c '…' sh x`.
      let isRecognised = command.runsArguments || command.runsFirst
      if !command.wantsName, isRecognised { command.looksOn = false }
      if name == "case", contexts.count > 1 { obstacle = "case in $(…)" }
    } else if !isOption {
      command.runsFirst = command.looksOn && Self.firstRunners.contains(name)
      if command.looksOn, Self.runners.contains(name) { command.runsArguments = true }
      if command.runsFirst || command.runsArguments { command.looksOn = false }
    } else if text == "--" {
      command.hasDashes = true
    }
  }

  /// Tells whether a word was the name of the program, or belongs to what stands before that.
  private mutating func endWordBeforeName(_ text: String, _ name: String, isOption: Bool) {
    guard !isOption else {
      command.mayTakeNext = mayTakeNext(text)
      return
    }
    let isTaken = command.mayTakeNext
    command.mayTakeNext = false
    if Self.prefixes.contains(name) {
      // One that may be a word of another's is not relied on.
      command.prefix = isTaken ? "" : name
      command.operands = name == "timeout" ? 1 : 0
      command.looksOn = command.looksOn || Self.freeLetters[name] != nil
    } else if Self.isAssignment(word) || isTaken {
      return
    } else if command.operands > 0 {
      command.operands -= 1
    } else {
      command.wantsName = false
    }
  }

  /// Whether an option before the name of a program may take the word behind it.
  private func mayTakeNext(_ option: String) -> Bool {
    // What it takes is in it already.
    if option.contains("=") || option.last?.isNumber == true { return false }
    if option.hasPrefix("--") { return !Self.freeWords.contains(option) }
    let letters = Self.freeLetters[command.prefix] ?? ""
    return !option.dropFirst().allSatisfy(letters.contains)
  }

  private mutating func open() {
    outer.append((command, word, isInWord))
    contexts.append(.plain)
    (command, word, isInWord) = (Command(), [], false)
  }

  private mutating func close() {
    endWord()
    // One that closes nothing belongs to a `case`.
    guard contexts.count > 1, let around = outer.popLast() else {
      command = Command()
      return
    }
    contexts.removeLast()
    (command, word, isInWord) = (around.command, around.word, true)
  }

  private var isAfterArrow: Bool {
    position > 0
      && (bytes[position - 1] == UInt8(ascii: ">") || bytes[position - 1] == UInt8(ascii: "<"))
  }

  /// Takes one arrow; the word behind it names a file.
  private mutating func takeArrow(_ byte: UInt8) {
    // A number before it is a descriptor, and no word.
    if word.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      (word, isInWord) = ([], false)
    }
    endWord()
    if byte == UInt8(ascii: "<"), isAfterArrow { obstacle = "<<" }
    copy(1, isText: false)
    command.namesFile = true
  }

  // MARK: What is quoted

  private mutating func takeDollar() throws(ShellLine.Flaw) {
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    if place(at: position + 1) != nil {
      try refusePlace(
        at: position + 1,
        "a $ stands before it, which makes it a variable of the shell"
      )
    }
    switch next {
    case UInt8(ascii: "("):
      if position + 2 < bytes.count, bytes[position + 2] == UInt8(ascii: "(") {
        obstacle = "$((…))"
      }
      copy(1)
      open()
      copy(1, isText: false)
    case UInt8(ascii: "'") where contexts.last == .plain,
      UInt8(ascii: "\"") where contexts.last == .plain:
      obstacle = "$'…'"
      copy(1)
    case UInt8(ascii: "{"): try takeBraces()
    default: copy(1)
    }
  }

  /// Takes `${…}` as it is; what is in it would have to be read in yet another way.
  private mutating func takeBraces() throws(ShellLine.Flaw) {
    copy(2)
    while position < bytes.count, bytes[position] != UInt8(ascii: "}") {
      try refusePlace(at: position, "${…} is around it")
      if "'\"\\`$".utf8.contains(bytes[position]) { obstacle = "what is quoted in ${…}" }
      copy(1)
    }
    copy(1)
  }

  private mutating func takeSingleQuotes() throws(ShellLine.Flaw) {
    copy(1, isText: false)
    isInWord = true
    while position < bytes.count, bytes[position] != UInt8(ascii: "'") {
      try refusePlace(
        at: position,
        "'…' is around it: leave it without quotes, or between \" and \""
      )
      copy(1)
    }
    guard position < bytes.count else { throw ShellLine.Flaw(reason: "a ' in it has no end") }
    copy(1, isText: false)
  }

  private mutating func takeComment() throws(ShellLine.Flaw) {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
      try refusePlace(at: position, "the line is a comment")
      copy(1, isText: false)
    }
  }
}
