import CursesTerminal
import Glibc
import NetworkSupport

/// Gathering what is known of the terminal and of a person's files.
extension DoctorFacts {
  /// What keeps somebody from feeling at home on a screen: nothing is asked of anybody, and nothing waited for.
  static func ofScreen(_ settings: Settings, in surroundings: Surroundings) -> DoctorFacts {
    let variables = surroundings.variables
    let (terminal, encoding) = surroundings.lookAtTerminal(variables, false)
    return DoctorFacts(
      program: Program(
        version: Version.current,
        speaksGRPC: Self.speaksGRPC,
        path: Self.target(of: "/proc/self/exe")
      ),
      terminal: terminal,
      locale: Locale(encoding: encoding, source: Self.localeSource(variables)),
      variables: variables,
      settings: settings,
      folders: [
        Self.folder("state", MemoryFile.folder(variables)),
        Self.folder("data", DataFolder.path(variables)),
      ],
      knownServers: Self.knownServers(variables),
      token: Self.token(variables)
    )
  }

  #if GRPC
  private static let speaksGRPC = true
  #else
  private static let speaksGRPC = false
  #endif

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
  }

  /// Where a symbolic link leads; nil if it is none.
  static func target(of path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  // MARK: The terminal

  /// Looks at the terminal that the standard descriptors lead to.
  ///
  /// - Parameters:
  ///   - variables: The environment.
  ///   - asks: Whether the terminal may be asked too, which takes a moment.
  /// - Returns: What is known of it, and what the locale encodes text in.
  static func lookAtTerminal(
    _ variables: [String: String],
    _ asks: Bool
  ) -> (Terminal, encoding: String?) {
    let (isInput, isOutput) = (isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1)
    let type = variables["TERM"] ?? ""
    let description = TerminalDescription(ofType: type)
    var terminal = Terminal(isInput: isInput, isOutput: isOutput, type: type)
    terminal.description = description
    terminal.file = TerminalDescription.file(ofType: type, variables: variables)
    terminal.standIn = description == nil ? TerminalDescription.standIn(for: type) : nil
    terminal.size = size()
    if asks, isInput, isOutput, TerminalQuestion.isHarmless(for: variables) {
      // An answer that came too late would be read by the shell, and it has far to go.
      let isRemote = variables["SSH_CONNECTION"]?.isEmpty == false
      terminal.answers = TerminalQuestion.ask(
        [TerminalQuestion.synchronizedOutput, TerminalQuestion.markedPastes],
        within: .milliseconds(isRemote ? 1000 : 200)
      )
    }
    return (terminal, LocaleEncoding.wanted)
  }

  private static func size() -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return nil }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  private static func localeSource(
    _ variables: [String: String]
  ) -> (variable: String, value: String)? {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = variables[name], !value.isEmpty { return (name, value) }
    }
    return nil
  }

  // MARK: tmux

  /// Asks tmux how it is set; nil outside of it.
  static func askTmux(_ variables: [String: String]) async -> Tmux? {
    guard variables["TMUX"]?.isEmpty == false else { return nil }
    async let time = option("escape-time", flags: "-sv")
    async let passthrough = option("allow-passthrough", flags: "-gv")
    async let clipboard = option("set-clipboard", flags: "-sv")
    return Tmux(
      escapeTime: await time.flatMap { Int($0) },
      passthrough: await passthrough,
      clipboard: await clipboard
    )
  }

  private static func option(_ name: String, flags: String) async -> String? {
    let text = await output(of: ["tmux", "show", flags, name], within: .milliseconds(500))
    let word = text?.split(whereSeparator: \.isWhitespace).first
    return word.map { String($0.prefix(100)) }
  }

  /// What another program prints; nil if it cannot be run, fails, prints too much or takes longer than this.
  ///
  /// It gets nothing to read, and what it says of errors is not told. When the time is up it is ended.
  static func output(of words: [String], within limit: Duration) async -> String? {
    guard let job = try? ShellJob(words, keeping: 10_000) else { return nil }
    let outcome = await job.outcome(within: limit)
    guard outcome.status == 0, !outcome.isCut, !outcome.hasTimedOut else { return nil }
    return String(decoding: outcome.output, as: UTF8.self)
  }

  // MARK: Files

  private static func folder(_ purpose: String, _ path: String?) -> Folder {
    guard let path else { return Folder(purpose: purpose, path: nil) }
    return Folder(purpose: purpose, path: path, state: state(of: path))
  }

  /// Whether something can be written into a folder, or the folder be made.
  private static func state(of path: String) -> Folder.State {
    guard access(path, F_OK) != 0 else {
      return access(path, W_OK | X_OK) == 0 ? .writable : .closed(reason)
    }
    guard errno == ENOENT else { return .closed(reason) }
    var above = path
    while above.count > 1 {
      above = parent(of: above)
      if above.isEmpty { above = "/" }
      if access(above, F_OK) == 0 {
        guard access(above, W_OK | X_OK) == 0 else { return .closed("\(above): \(reason)") }
        return FileStatus(of: above)?.isFolder == true ? .missing : .closed("\(above) is no folder")
      }
      guard errno == ENOENT else { return .closed("\(above): \(reason)") }
    }
    return .closed(reason)
  }

  private static var reason: String { String(cString: strerror(errno)) }

  private static func knownServers(_ variables: [String: String]) -> KnownServers {
    let servers = TownhallApp.KnownServers(variables: variables)
    var known = KnownServers(path: servers.path, count: 0, brokenLines: [])
    do {
      (known.count, known.brokenLines) = try servers.inspect()
    } catch {
      known.trouble = error.description
    }
    return known
  }

  private static func token(_ variables: [String: String]) -> Token {
    let names = Surroundings.accessToken
    var token = Token()
    token.isGiven = variables[names.text]?.isEmpty == false
    guard let path = variables[names.file], !path.isEmpty else { return token }
    token.isInFile = true
    guard !token.isGiven else { return token }
    do {
      let bytes = try Files.read(path, atMost: 10_000)
      if bytes.allSatisfy({ $0 <= 0x20 }) { token.trouble = "it is empty" }
      token.isOpenToOthers = FileStatus(of: path)?.isOpenToOthers == true
    } catch {
      token.trouble = String(cString: strerror(error.code))
    }
    return token
  }
}
