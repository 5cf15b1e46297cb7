public import SharedState

/// A command of the person's own: a line for the shell, to which the settings give a name.
///
/// It comes from the settings file and from nowhere else, so nothing that a server, a recording or a lesson holds is
/// ever run.
public struct OwnCommand: Hashable, Sendable {
  /// Where its output goes.
  public enum Output: String, Hashable, Sendable, CaseIterable {
    /// Its first line goes into the footer.
    case notice
    /// All of it is laid over the screen, to be scrolled.
    case pane
    /// Nowhere.
    case none
    /// It has the terminal to itself until it ends.
    case terminal
    /// It is a value that the entry is to get, once the person has looked at it.
    case value
  }

  /// What it is about.
  public enum Scope: String, Hashable, Sendable, CaseIterable {
    /// The entry under the cursor, without which it cannot be run.
    case house
    /// The group under the cursor, without which it cannot be run.
    case street
    /// Whatever is under the cursor, if anything is.
    case any
  }

  /// What it is called in the palette.
  public var name: String
  /// What the shell is to run, as the person wrote it.
  public var line: String
  /// Its keys, as the help writes them.
  public var keys: [String]
  /// A sentence for the help; empty if there is none.
  public var help: String
  /// Where its output goes.
  public var output: Output
  /// What it is about.
  public var scope: Scope
  /// Whether the person is asked before it runs.
  public var asks: Bool
  /// Whether it is said to write, so that it does not run where nothing may be written.
  public var writes: Bool
  /// After how many seconds it is ended; 0 if it is not.
  public var timeout: Int
  /// Where in the settings it is.
  public var settingsLine: Int?

  /// After so many seconds a command is ended that says nothing else.
  public static let usualTimeout = 30

  /// Describes a command.
  public init(
    _ name: String,
    _ line: String,
    keys: [String] = [],
    help: String = "",
    output: Output = .pane,
    scope: Scope = .any,
    asks: Bool = false,
    writes: Bool = false,
    timeout: Int = Self.usualTimeout,
    settingsLine: Int? = nil
  ) {
    (self.name, self.line, self.keys, self.help) = (name, line, keys, help)
    (self.output, self.scope, self.asks, self.writes) = (output, scope, asks, writes)
    (self.timeout, self.settingsLine) = (timeout, settingsLine)
  }

  /// Whether something is written by it, or after it.
  public var mayWrite: Bool { writes || output == .value }
}

/// One run of a command of the person's own, with what was under the cursor when it was asked for.
public struct OwnCommandRun: Hashable, Sendable {
  /// The number of the run in this session.
  public let number: Int
  /// What is run.
  public let command: OwnCommand
  /// Where the server is, as a person would type it.
  public let town: String
  /// The key of the entry, if there is one.
  public let key: String?
  /// What the entry held.
  public let value: StateValue?
  /// The group, as a prefix, if there is one.
  public let street: String?

  /// Describes a run.
  public init(
    _ number: Int,
    of command: OwnCommand,
    town: String,
    key: String? = nil,
    value: StateValue? = nil,
    street: String? = nil
  ) {
    (self.number, self.command, self.town) = (number, command, town)
    (self.key, self.value, self.street) = (key, value, street)
  }
}

/// What came of a run.
public struct OwnCommandResult: Hashable, Sendable {
  /// How it ended.
  public enum End: Hashable, Sendable {
    /// With this exit status, as a shell tells it: 128 and more for a signal.
    case exited(Int32)
    /// It took too long, and was ended.
    case timedOut
    /// It was not run, for the reason given.
    case notRun(String)
  }

  /// How it ended.
  public var end: End
  /// What it wrote to standard output, as far as that was kept.
  public var output: String
  /// Whether it wrote more than is kept.
  public var isCut: Bool
  /// The last line that it wrote to standard error.
  public var complaint: String

  /// So many bytes of the output are kept.
  public static let mostOutput = 1 << 20

  /// Describes a result.
  public init(_ end: End, output: String = "", isCut: Bool = false, complaint: String = "") {
    (self.end, self.output, self.isCut, self.complaint) = (end, output, isCut, complaint)
  }
}
