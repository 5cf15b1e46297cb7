import Foundation

/// The rules of the house that a compiler does not know, each as a function from text to what breaks it.
///
/// They are kept apart from the walk over the files, so that a test can show each of them a planted fault.
enum HouseRules {
  /// What each module may import beside the Swift standard library; the table of the design.
  ///
  /// The manifest holds the same directions for our own modules. This table also keeps the outside world out
  /// of the pure ones: no clock, no socket, no file.
  static let allowedImports: [String: Set<String>] = [
    "ConcurrencySupport": ["Synchronization"],
    "SharedState": ["ConcurrencySupport", "HashTreeCollections", "Synchronization"],
    "TextScreen": [],
    "StateEditing": ["SharedState", "Wording"],
    "StateInspection": ["SharedState", "Wording"],
    "ModelContextProtocol": ["SharedState"],
    "StateSync": ["ConcurrencySupport", "SharedState", "Synchronization"],
    "AccessControl": ["SharedState", "CNIOBoringSSL", "Synchronization", "Glibc"],
    "MessagePack": ["SharedState"],
    "Trajectory": [
      "ConcurrencySupport", "SharedState", "MessagePack", "Wording", "Synchronization",
    ],
    "ProtocolBuffers": ["SharedState", "Trajectory"],
    "StateRecording": [
      "CZlib", "SharedState", "MessagePack", "Trajectory", "ProtocolBuffers", "Glibc",
    ],
    "NetworkSupport": [
      "ConcurrencySupport", "AccessControl", "Synchronization", "CNIOBoringSSL", "NIOCore",
      "NIOPosix",
      "NIOHTTP1", "NIOSSL", "Glibc",
    ],
    "WebSocketTransport": [
      "ConcurrencySupport", "SharedState", "AccessControl", "StateSync", "MessagePack",
      "NetworkSupport", "Trajectory", "Synchronization", "NIOCore", "NIOPosix", "NIOHTTP1",
      "NIOWebSocket", "Glibc",
    ],
    "ServerDiscovery": ["ConcurrencySupport", "SharedState", "NIOCore", "NIOPosix", "Glibc"],
    "GRPCTransport": [
      "ConcurrencySupport", "SharedState", "AccessControl", "StateSync", "NetworkSupport",
      "Trajectory", "ProtocolBuffers", "Synchronization", "GRPCCore",
      "GRPCNIOTransportHTTP2Posix", "NIOCore", "NIOPosix", "Glibc",
    ],
    "Wording": [],
    "TOML": [],
    "ScreenKit": ["TextScreen", "Wording"],
    "Lessons": ["SharedState", "StateEditing", "Trajectory", "TextScreen", "TOML", "Wording"],
    "Dashboard": [
      "SharedState", "StateEditing", "StateInspection", "Trajectory", "Lessons", "TextScreen",
      "ScreenKit",
    ],
    "CursesTerminal": ["TextScreen", "CursesShim", "Synchronization", "Glibc"],
    "TownhallKit": [
      "ConcurrencySupport", "SharedState", "AccessControl", "StateEditing", "StateSync",
      "NetworkSupport", "Trajectory", "StateRecording", "WebSocketTransport", "GRPCTransport",
      "Synchronization",
    ],
  ]

  /// All that may stand at the top level beside dot-files.
  static let topLevel: Set<String> = [
    "LICENSE", "Package.swift", "README.md", "Sources", "Tests", "screenshots",
  ]

  /// The modules that a source imports, with the lines on which it does.
  static func imports(in source: String) -> [(line: Int, module: String)] {
    source.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .compactMap { number, line in
        var words = line.split(separator: " ").map(String.init)
        while let first = words.first,
          first.hasPrefix("@") || ["public", "package", "internal", "private"].contains(first)
        {
          words.removeFirst()
        }
        guard words.first == "import", words.count > 1 else { return nil }
        // `import struct Module.Name` names the kind first, and the module before the dot.
        let kinds: Set = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return (number + 1, String(name.prefix { $0 != "." && $0 != ";" }))
      }
  }

  /// Imports of a module that its row in the table does not grant.
  static func forbiddenImports(in source: String, of module: String) -> [String] {
    guard let allowed = allowedImports[module] else { return [] }
    return imports(in: source).filter { !allowed.contains($0.module) }
      .map { "line \($0.line): \(module) may not import \($0.module)" }
  }

  /// Marks that somebody meant to come back to.
  static func leftovers(in source: String) -> [String] {
    // Split, so that this file does not find itself.
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
    return source.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .flatMap { number, line in
        marks.filter { line.contains($0) }.map { "line \(number + 1): leftover \($0)" }
      }
  }

  /// Calls that would write past the screen: only the command line may print.
  static func strayPrints(in source: String, of module: String) -> [String] {
    guard !["TownhallApp", "townhall", "TownhallBenchmarks"].contains(module) else { return [] }
    return source.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .filter { _, line in
        let code = line.drop { $0 == " " }
        return !code.hasPrefix("//")
          && ["print(", "debugPrint(", "dump("].contains { code.hasPrefix($0) }
      }
      .map { "line \($0.offset + 1): stray print" }
  }

  // MARK: Words

  /// Texts of several words that say a word of the town, and do not say it in another way to whom it is a dictionary.
  static func townTexts(in source: String) -> [String] {
    let town = /\b(towns?|houses?|streets?|lives|lived|moved (in|out)|neighbours?)\b/.ignoresCase()
    return literals(in: source)
      .filter { !$0.hasOtherWords && $0.text.contains(" ") && $0.text.contains(town) }
      .map(\.text)
  }

  /// The string literals of a source without what is interpolated, and whether `dict:` follows.
  static func literals(in source: String) -> [(text: String, hasOtherWords: Bool)] {
    /// A literal that has not ended, and the parentheses that are open in what is interpolated, if something is.
    struct Open {
      var text = ""
      var parentheses: Int?
    }
    let code = source.replacing(/(?m)^\s*\/\/.*$/, with: "")
    var (found, open): ([(text: String, hasOtherWords: Bool)], [Open]) = ([], [])
    var rest = code[...]
    while let character = rest.popFirst() {
      let top = open.count - 1
      switch (top < 0 ? 0 : open[top].parentheses, character) {
      case (nil, "\\"):
        if rest.popFirst() == "(" { open[top].parentheses = 0 }
      case (nil, "\""):
        let hasOtherWords = rest.prefixMatch(of: /,\s*dict:/) != nil
        found.append((open.removeLast().text, hasOtherWords))
      case (nil, _): open[top].text.append(character)
      case (_, "\""): open.append(Open())
      case (let depth?, "(") where top >= 0: open[top].parentheses = depth + 1
      case (let depth?, ")") where top >= 0: open[top].parentheses = depth == 0 ? nil : depth - 1
      default: break
      }
    }
    return found
  }

  // MARK: Folders

  /// The source without its comments and the text of its literals.
  static func code(of source: String) -> String {
    source.replacing(/\/\/[^\n]*/, with: "")
      .replacing(/(?s)"""(.*?)"""/, with: "\"\"")
      .replacing(/"(\\.|[^"\\\n])*"/, with: "\"\"")
  }

  /// The types that a source defines at its top level.
  static func definedTypes(in code: String) -> Set<String> {
    let pattern =
      /(?m)^(?:(?:public|package|internal|indirect|final)\s+)*(?:struct|enum|class|actor|protocol|typealias)\s+([A-Z]\w*)/
    return Set(code.matches(of: pattern).map { String($0.1) })
  }

  /// The folders that are in a cycle, by the types that each defines and uses, with what closes it; each source is a
  /// folder and the text of a file in it.
  static func cycles(among sources: [(folder: String, text: String)]) -> [String] {
    let codes = sources.map { (folder: $0.folder, code: code(of: $0.text)) }
    var homes: [String: Set<String>] = [:]
    for source in codes {
      for type in definedTypes(in: source.code) { homes[type, default: []].insert(source.folder) }
    }
    var uses: [String: [String: String]] = [:]
    for source in codes {
      for word in Set(source.code.matches(of: /\b[A-Z]\w*/).map { String($0.0) }) {
        guard let owners = homes[word], !owners.contains(source.folder) else { continue }
        for owner in owners { uses[source.folder, default: [:]][owner] = word }
      }
    }
    func reached(from folder: String) -> Set<String> {
      var (seen, next) = (Set<String>(), uses[folder].map { Array($0.keys) } ?? [])
      while let one = next.popLast() {
        if seen.insert(one).inserted { next += uses[one].map { Array($0.keys) } ?? [] }
      }
      return seen
    }
    return uses.keys.sorted().flatMap { folder in
      (uses[folder] ?? [:]).sorted { $0.key < $1.key }
        .filter { reached(from: $0.key).contains(folder) }
        .map { "\(folder) uses \($0.value) of \($0.key), which leads back to \(folder)" }
    }
  }
}
