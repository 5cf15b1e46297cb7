import SharedState

extension Diagnosis {
  /// What a check has come to.
  struct Finding: Hashable, Sendable {
    /// How it is, in a word and not in a colour.
    enum Verdict: String, Sendable, CaseIterable {
      /// As it should be.
      case ok
      /// It works, and less well than it could, or otherwise than one may think.
      case note
      /// Something does not work.
      case bad
    }

    /// What was looked at, in a word that programs can go by.
    let check: String
    let verdict: Verdict
    /// What was found, in a line.
    let found: String
    /// What mends it, as a command where there is one; never for what is ok.
    let fix: String?
    /// The same in a few words, for where there is little room.
    let brief: String

    private init(
      _ check: String,
      _ verdict: Verdict,
      _ found: String,
      _ fix: String?,
      _ brief: String?
    ) {
      (self.check, self.verdict) = (check, verdict)
      // Names of files, hosts and interfaces are whatever somebody has called them.
      (self.found, self.fix) = (Program.safe(found), fix.map(Program.safe))
      self.brief = Program.safe(brief ?? found)
    }

    static func ok(_ check: String, _ found: String) -> Finding {
      Finding(check, .ok, found, nil, nil)
    }

    static func note(
      _ check: String,
      _ found: String,
      fix: String,
      brief: String? = nil
    ) -> Finding {
      Finding(check, .note, found, fix, brief)
    }

    static func bad(_ check: String, _ found: String, fix: String, brief: String? = nil) -> Finding
    {
      Finding(check, .bad, found, fix, brief)
    }

    /// What was found if nothing mends it, and a note of it with the fix if something does.
    static func note(_ check: String, _ found: String, ifMendedBy fix: String?) -> Finding {
      fix.map { note(check, found, fix: $0) } ?? ok(check, found)
    }

    /// The finding as programs read it.
    var value: StateValue {
      [
        "check": .string(check), "verdict": .string(verdict.rawValue), "found": .string(found),
        "fix": fix.map { .string($0) } ?? .null,
      ]
    }
  }
}
