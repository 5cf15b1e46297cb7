import CursesTerminal
import SharedState

/// What is known of a terminal, a locale, a person's files and a network; the judgement is ``Diagnosis``'s.
struct DoctorFacts: Sendable {
  /// The program itself.
  struct Program: Sendable {
    var version: String
    var speaksGRPC: Bool
    /// Where it lies; nil if the system does not say.
    var path: String?
  }

  struct Terminal: Sendable {
    /// Whether keys come from a terminal.
    var isInput: Bool
    /// Whether what is written goes to one.
    var isOutput: Bool
    /// What `TERM` says, empty if nothing.
    var type: String
    /// What is known of that type; nil if nothing is.
    var description: TerminalDescription?
    /// Where that is written; nil if it is compiled into the program.
    var file: String?
    /// The type that is used in its place, if it is not known.
    var standIn: String?
    var size: (columns: Int, rows: Int)?
    /// What the terminal has said itself; nil if it was not asked.
    var answers: TerminalAnswers?
  }

  struct Locale: Sendable {
    /// What it encodes text in; nil if this machine does not have it.
    var encoding: String?
    /// The variable that decides, and what it says; nil if none is set.
    var source: (variable: String, value: String)?
  }

  /// What tmux says of its options; nil for one of which it has said nothing.
  struct Tmux: Sendable {
    var escapeTime: Int?
    var passthrough: String?
    var clipboard: String?
  }

  struct Folder: Sendable {
    enum State: Hashable, Sendable {
      case writable
      /// It is not there, and can be made.
      case missing
      /// Why nothing can be written there.
      case closed(String)
    }

    /// What it is for.
    var purpose: String
    /// Which folder; nil if this person has none.
    var path: String?
    var state = State.writable
  }

  struct Settings: Sendable {
    var path: String?
    var isThere: Bool
    var problems: [String]
  }

  struct KnownServers: Sendable {
    var path: String?
    var count: Int
    /// The lines that are none of such a file.
    var brokenLines: [Int]
    /// Why it cannot be read.
    var trouble: String?
  }

  struct Token: Sendable {
    var isGiven = false
    /// Whether a variable names a file with one.
    var isInFile = false
    /// Why that file cannot be read.
    var trouble: String?
    /// Whether others on this machine can read it.
    var isOpenToOthers = false
  }

  /// Somebody else's program, if it is known.
  struct Holder: Hashable, Sendable {
    var name: String
    var process: Int
  }

  struct Interface: Hashable, Sendable {
    var name: String
    var address: String
    /// Whether one datagram reaches all who are there.
    var broadcasts: Bool
  }

  struct Network: Sendable {
    /// Why this program cannot be reached from this very machine, if it cannot.
    var loopbackTrouble: String?
    /// Whether the usual port is taken, and by whom as far as that is known.
    var isPortTaken = false
    var portHolders: [Holder] = []
    /// Why servers cannot be heard.
    var listeningTrouble: String?
    /// Who hears them too.
    var listeners: [Holder] = []
    /// Those that are up, but for the loopback.
    var interfaces: [Interface] = []
  }

  var program: Program
  var terminal: Terminal
  var locale: Locale
  var variables: [String: String]
  var tmux: Tmux?
  var settings: Settings
  var folders: [Folder]
  var knownServers: KnownServers
  var token: Token
  /// Nil where the network was not looked at.
  var network: Network?
  /// Nil if no town was named.
  var town: TownFacts?

  /// Whether a variable is set to something.
  func has(_ variable: String) -> Bool { variables[variable]?.isEmpty == false }
}

/// What was found where a town is said to be.
struct TownFacts: Sendable {
  /// How it stands with the town's certificate.
  enum Trust: Hashable, Sendable {
    /// No TLS is spoken.
    case plain
    case trusted
    /// Somebody may vouch for it: nobody has yet.
    case unvouched(String)
    case refused(String)
  }

  /// The address as it was given.
  var address: String
  /// Why it is none.
  var flaw: String?
  /// What is wrong with the recording, if it is one.
  var recording: Recording?
  var host = ""
  /// The addresses that the name stands for.
  var places: [String] = []
  var nameTrouble: String?
  /// How long it took to reach somebody there.
  var roundTrip: Duration?
  var reachTrouble: String?
  /// Nil if it did not come to that.
  var trust: Trust?
  /// What is spoken there, in words.
  var wire: String?
  /// Why the town was not joined, though somebody was reached.
  var joinTrouble: String?
  /// Whether that is so because of who one is.
  var isDenied = false
  /// What one may do there; nil if everybody may do all.
  var role: AccessRole?

  struct Recording: Hashable, Sendable {
    var path: String
    var flaws: [String]
    var trouble: String?
  }

  /// Whether it is on this very machine.
  var isHere: Bool { ["localhost", "::1"].contains(host) || host.hasPrefix("127.") }
}
