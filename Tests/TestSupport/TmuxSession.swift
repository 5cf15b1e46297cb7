import Foundation
import Glibc

/// A tmux session of its own, with a real shell in it: what job control needs.
///
/// It has its own socket and no configuration, so it neither sees nor disturbs the user's.
public final class TmuxSession {
  private let socket: String
  private let memory = ScratchFolder()

  /// Starts a session with an interactive shell that prompts with "$ ".
  ///
  /// - Parameters:
  ///   - columns: The screen's columns.
  ///   - rows: The screen's rows.
  ///   - environment: What is added to the environment of the shell, which has an `XDG_STATE_HOME` and an
  ///     `XDG_CONFIG_HOME` of its own.
  /// - Throws: ``TmuxError`` if tmux is not installed or refuses.
  public init(
    columns: Int = 100,
    rows: Int = 30,
    environment: [String: String] = [:]
  ) throws {
    socket = "/tmp/townhall-tests-\(UUID().uuidString.prefix(8))"
    var settings = environment
    settings["XDG_STATE_HOME"] = settings["XDG_STATE_HOME"] ?? memory.path
    settings["XDG_CONFIG_HOME"] = settings["XDG_CONFIG_HOME"] ?? memory.path + "/config"
    settings["SWIFT_BACKTRACE"] = settings["SWIFT_BACKTRACE"] ?? "enable=no"
    let shell =
      "env " + settings.map { "\($0.key)='\($0.value)'" }.sorted().joined(separator: " ")
      + " PS1='$ ' bash --norc --noprofile"
    try run(["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", shell])
    try wait(for: "$")
  }

  deinit {
    _ = try? run(["kill-server"])
    unlink(socket)
  }

  /// Types text as it is.
  public func type(_ text: String) throws { try run(["send-keys", "-l", text]) }

  /// Presses keys by tmux's names: `Enter`, `Escape`, `Up`, `C-z`.
  public func press(_ keys: String...) throws { try run(["send-keys"] + keys) }

  /// Types a command and presses Enter.
  public func enter(_ command: String) throws {
    try type(command)
    try press("Enter")
  }

  /// The screen, row by row, without the spaces at the ends.
  public func lines() throws -> [String] {
    try run(["capture-pane", "-p"]).split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0) }
  }

  /// What tmux knows about the pane, for example `#{alternate_on} #{mouse_any_flag}`.
  public func display(_ format: String) throws -> String {
    try run(["display-message", "-p", format]).trimmingCharacters(in: .newlines)
  }

  /// Changes the size of the screen.
  public func resize(columns: Int, rows: Int) throws {
    try run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// Waits until the screen meets a condition.
  ///
  /// - Parameters:
  ///   - what: What is waited for, for the message when it does not come.
  ///   - seconds: How long at most.
  ///   - condition: Told the lines of the screen.
  /// - Throws: ``TmuxError`` with the screen if it does not come.
  public func wait(
    for what: String,
    seconds: Double = 10,
    until condition: ([String]) -> Bool
  ) throws {
    let end = Date(timeIntervalSinceNow: seconds)
    var lines: [String] = []
    repeat {
      lines = try self.lines()
      if condition(lines) { return }
      Thread.sleep(forTimeInterval: 0.05)
    } while Date() < end
    throw TmuxError(
      description: "\(what) did not come. The screen:\n" + lines.joined(separator: "\n")
    )
  }

  /// Waits until some text is on the screen.
  public func wait(for text: String, seconds: Double = 10) throws {
    try wait(for: text, seconds: seconds) { $0.contains { $0.contains(text) } }
  }

  @discardableResult
  private func run(_ arguments: [String]) throws -> String {
    let line = ["tmux", "-S", socket, "-f", "/dev/null", "-u"] + arguments
    let path = socket + ".out"
    defer { unlink(path) }
    let status = try Self.spawn(line, writingTo: path)
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    guard status == 0 else {
      throw TmuxError(description: "\(line.joined(separator: " ")): status \(status), \(text)")
    }
    return text
  }

  /// Runs a command to its end and returns its status.
  ///
  /// Neither Foundation's `Process` nor a pipe: both wait until nobody has a certain descriptor
  /// any more, and the server that the first call leaves behind keeps it for good.
  private static func spawn(_ arguments: [String], writingTo path: String) throws -> Int32 {
    let environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm-256color",
      "HOME": "/tmp",
    ]
    let (id, code) = FreshProcess.spawn(arguments, environment: environment) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    guard code == 0 else {
      throw TmuxError(description: "Cannot run tmux: \(String(cString: strerror(code)))")
    }
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return status
  }
}

/// What went wrong with tmux.
public struct TmuxError: Error, CustomStringConvertible {
  /// What, and the screen at that moment if that helps.
  public let description: String
}
