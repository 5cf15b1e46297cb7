import CursesTerminal

/// What is judged of the terminal and what stands around it.
extension Diagnosis {
  static func terminal(_ facts: DoctorFacts) -> [Finding] {
    let ofType =
      facts.terminal.description.map { description in
        [
          colours(description, facts), pictures(description, facts), looks(description, facts),
          mouse(description, facts),
        ]
      } ?? []
    return [streams(facts), type(facts)] + (facts.terminal.isOutput ? [size(facts)] : [])
      + [locale(facts)] + ofType
      + [pastes(facts), synchronization(facts), clipboard(facts)]
  }

  static func surroundings(_ facts: DoctorFacts) -> [Finding] {
    (facts.tmux.map { tmux($0, facts) } ?? []) + screen(facts) + [ssh(facts)]
  }

  // MARK: The terminal

  private static func streams(_ facts: DoctorFacts) -> Finding {
    let (isInput, isOutput) = (facts.terminal.isInput, facts.terminal.isOutput)
    guard !isInput || !isOutput else {
      return .ok("terminal", "standard input and output lead to a terminal")
    }
    let lacking = isInput ? "output is" : isOutput ? "input is" : "input and output are"
    return .note(
      "terminal",
      "standard \(lacking) no terminal here, so it was not asked what it can do",
      fix: "townhall doctor   # without a pipe or a file"
    )
  }

  /// The type that a terminal like this has as a rule.
  private static func usualType(_ facts: DoctorFacts) -> String {
    if facts.has("TMUX") { return "tmux-256color" }
    return facts.has("STY") ? "screen-256color" : "xterm-256color"
  }

  private static func choosing(_ type: String) -> String { "export TERM=\(type)" }

  /// How to have more of a terminal, if another type than this one can be tried.
  private static func betterType(_ facts: DoctorFacts) -> String? {
    let (type, usual) = (facts.terminal.type, usualType(facts))
    // A console has what it has.
    return type == usual || type == "linux" ? nil : choosing(usual)
  }

  static func type(_ facts: DoctorFacts) -> Finding {
    let (terminal, check) = (facts.terminal, "terminal-type")
    let fix = choosing(usualType(facts))
    guard !terminal.type.isEmpty else {
      return .bad(
        check,
        "TERM is not set, so nobody knows what this terminal is",
        fix: fix,
        brief: "TERM is not set"
      )
    }
    guard terminal.type != "dumb" else {
      return .bad(check, "a terminal of the type \"dumb\" cannot show a screen", fix: fix)
    }
    guard let description = terminal.description else {
      let unknown = "this machine does not know the type \"\(terminal.type)\""
      let brief = "TERM is unknown here"
      guard let standIn = terminal.standIn else {
        return .bad(
          check,
          unknown + ", nor any usual one",
          fix: "sudo apt-get install ncurses-base",
          brief: brief
        )
      }
      return .note(check, "\(unknown), and takes it for \(standIn)", fix: fix, brief: brief)
    }
    guard description.addressesCursor else {
      return .bad(
        check,
        "a terminal of the type \"\(terminal.type)\" cannot show a screen",
        fix: fix
      )
    }
    let source = terminal.file.map { "as \($0) says" } ?? "as it is described in the program itself"
    return .ok(check, "\(terminal.type), \(source)")
  }

  private static func size(_ facts: DoctorFacts) -> Finding {
    guard let (columns, rows) = facts.terminal.size else {
      return .note(
        "size",
        "the terminal does not say how large it is",
        fix: "stty columns 80 rows 24"
      )
    }
    let size = "\(columns) columns by \(rows) rows"
    let fix = "make the window larger, or its letters smaller: 80 by 24 shows all panes"
    if columns < 40 || rows < 12 {
      return .bad("size", "\(size): less than 40 by 12 shows next to nothing", fix: fix)
    }
    return columns < 80 || rows < 24
      ? .note("size", "\(size): one pane at a time", fix: fix) : .ok("size", size)
  }

  static func locale(_ facts: DoctorFacts) -> Finding {
    let (locale, check) = (facts.locale, "locale")
    let source = locale.source.map { "\($0.variable)=\($0.value)" }
    // What decides has to be changed: the others would be overruled by it.
    let fix = "export \(locale.source?.variable ?? "LANG")=C.UTF-8"
    let said = source.map { "as \($0) says" } ?? "as neither LC_ALL, LC_CTYPE nor LANG is set"
    if let encoding = locale.encoding, isUTF8(encoding) { return .ok(check, "UTF-8, \(said)") }
    if locale.encoding == nil, let wanted = locale.source?.value, isUTF8(wanted) {
      return .note(
        check,
        "this machine does not have the locale of \(source ?? ""); C.UTF-8 is used",
        fix: fix,
        brief: "locale \(wanted) is not here"
      )
    }
    let encoding = locale.encoding ?? "a locale that this machine does not have"
    return .bad(
      check,
      "\(encoding), \(said): only ASCII is drawn",
      fix: fix,
      brief: "no UTF-8 locale"
    )
  }

  private static func isUTF8(_ text: String) -> Bool {
    let text = text.lowercased()
    return text.contains("utf-8") || text.contains("utf8")
  }

  private static func colours(_ description: TerminalDescription, _ facts: DoctorFacts) -> Finding {
    let check = "colours"
    if facts.has("NO_COLOR") { return .ok(check, "none, as NO_COLOR wishes") }
    let number = description.colours
    guard number >= 8 else {
      return .note(
        check,
        "none: marks and words alone tell things apart",
        ifMendedBy: betterType(facts)
      )
    }
    let more = facts.variables["COLORTERM"].map { ", and COLORTERM=\($0)" } ?? ""
    let text = "\(number)\(more)"
    return number >= 256 ? .ok(check, text) : .note(check, text, ifMendedBy: betterType(facts))
  }

  private static func pictures(_ description: TerminalDescription, _ facts: DoctorFacts) -> Finding
  {
    let check = "alternate-screen"
    if description.hasAlternateScreen { return .ok(check, "what was on the screen is put back") }
    return .note(check, "none: the last picture stays where it was", ifMendedBy: betterType(facts))
  }

  private static func looks(_ description: TerminalDescription, _ facts: DoctorFacts) -> Finding {
    let known = [
      (description.strikesThrough, "struck through"), (description.slants, "slanted"),
    ]
    let missing = known.filter { !$0.0 }.map(\.1)
    guard !missing.isEmpty else {
      return .ok("looks", "text can be struck through and slanted")
    }
    let text = "no text is \(missing.joined(separator: " or ")); signs tell the same"
    return .note("looks", text, ifMendedBy: betterType(facts))
  }

  private static func mouse(_ description: TerminalDescription, _ facts: DoctorFacts) -> Finding {
    if facts.has("TOWNHALL_NO_MOUSE") {
      return .ok("mouse", "left to the terminal, as TOWNHALL_NO_MOUSE wishes")
    }
    guard !description.reportsMouse else {
      return .ok("mouse", "reported; M gives it back to the terminal for selecting")
    }
    return .note(
      "mouse",
      "not reported; there is a key for everything",
      ifMendedBy: betterType(facts)
    )
  }

  private static func pastes(_ facts: DoctorFacts) -> Finding {
    let check = "paste"
    switch facts.terminal.answers?.modes[TerminalQuestion.markedPastes] {
    case .known, .alwaysOn: return .ok(check, "marked, so that pasted text runs no keys")
    case .unknown:
      return .note(
        check,
        "not marked: pasted text runs as keys",
        fix: "townhall --read-only   # or another terminal"
      )
    case nil:
      return .ok(check, "marked where the terminal knows how, which it was not heard to say")
    }
  }

  private static func synchronization(_ facts: DoctorFacts) -> Finding {
    let check = "synchronized-output"
    guard let answers = facts.terminal.answers else {
      return .ok(check, "not asked for: this terminal is better not asked, or is none")
    }
    switch answers.modes[TerminalQuestion.synchronizedOutput] {
    case .known, .alwaysOn: return .ok(check, "known: each picture is shown once it is whole")
    case nil where !answers.isOver:
      return .ok(check, "the terminal has not answered in time, and goes without")
    case .unknown, nil: return .ok(check, "not known to this terminal, and not needed")
    }
  }

  private static func clipboard(_ facts: DoctorFacts) -> Finding {
    let check = "clipboard"
    if facts.has("STY"), !facts.has("TMUX") {
      return .note(check, "GNU screen keeps copies to itself", fix: "tmux   # in place of screen")
    }
    if ["linux", "vt100", "vt220"].contains(facts.terminal.type) {
      return .note(
        check,
        "this terminal has none",
        fix: "townhall get KEY > FILE   # in place of copying"
      )
    }
    guard let tmux = facts.tmux else {
      return .ok(check, "sent to the terminal (OSC 52), which gives no answer; some ask you first")
    }
    guard let way = tmux.clipboard else {
      return .note(
        check,
        "whether tmux passes copies on is not known",
        fix: "tmux show -sv set-clipboard"
      )
    }
    let isPassed = ["on", "all"].contains(tmux.passthrough ?? "")
    return way == "on" || isPassed
      ? .ok(check, "passed on by tmux to the terminal around it")
      : .note(
        check,
        "tmux keeps what programs copy to itself (set-clipboard is \(way))",
        fix: "tmux set -s set-clipboard on"
      )
  }

  // MARK: Around the terminal

  private static func tmux(_ tmux: DoctorFacts.Tmux, _ facts: DoctorFacts) -> [Finding] {
    let type = facts.terminal.type
    let fits = type.hasPrefix("tmux") || type.hasPrefix("screen")
    let inside: Finding =
      fits
      ? .ok("tmux", "inside it TERM is \(type)")
      : .note(
        "tmux",
        "inside it TERM is \(type), which it is not",
        fix: "tmux set -g default-terminal tmux-256color   # and a new window"
      )
    let delay: Finding? = tmux.escapeTime.map { time in
      time <= 100
        ? .ok("tmux-escape-time", "\(time) ms")
        : .note(
          "tmux-escape-time",
          "Esc comes \(time) ms late",
          fix: "tmux set -s escape-time 10"
        )
    }
    let passing: Finding? = tmux.passthrough.map { value in
      value == "on" || value == "all"
        ? .ok("tmux-passthrough", "notices reach the terminal around it")
        : .note(
          "tmux-passthrough",
          "notices do not reach the terminal around it (allow-passthrough is \(value))",
          fix: "tmux set -g allow-passthrough on"
        )
    }
    let silence: [Finding] =
      tmux.escapeTime == nil
      ? [.note("tmux-options", "tmux has not said how it is set", fix: "tmux show -sv escape-time")]
      : []
    return [inside] + [delay, passing].compactMap(\.self) + silence
  }

  private static func screen(_ facts: DoctorFacts) -> [Finding] {
    guard facts.has("STY"), !facts.has("TMUX") else { return [] }
    let type = facts.terminal.type
    return type.hasPrefix("screen")
      ? [.ok("screen", "inside GNU screen TERM is \(type)")]
      : [
        .note(
          "screen",
          "inside GNU screen TERM is \(type), which it is not",
          fix: choosing("screen-256color")
        )
      ]
  }

  private static func ssh(_ facts: DoctorFacts) -> Finding {
    let isRemote = facts.has("SSH_CONNECTION") || facts.has("SSH_TTY")
    return .ok(
      "ssh",
      isRemote
        ? "this terminal is on another machine; copies and notices go there" : "not in between"
    )
  }
}
