import CursesShim
import Glibc
import Testing
import TextScreen

@testable import CursesTerminal

@Suite("TerminalPalette")
struct TerminalPaletteTests {
  static let roles: [Role] = [
    .plain, .muted, .title, .border, .focusedBorder, .group, .key, .text, .number, .literal,
    .bytes, .added, .changed, .removed, .warning, .error, .success, .hintKey, .hint, .stale,
    .selection, .match,
  ]

  /// The relative luminance of one of the 256 colours that users do not choose themselves.
  private static func luminance(_ index: UInt8) -> Double {
    let index = Int(index)
    let levels = [0, 95, 135, 175, 215, 255]
    let mix =
      index >= 232
      ? Array(repeating: 8 + 10 * (index - 232), count: 3)
      : [levels[(index - 16) / 36], levels[(index - 16) / 6 % 6], levels[(index - 16) % 6]]
    let linear = mix.map { level -> Double in
      let share = Double(level) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  @Test("Every colour of text can be read on black and on white", arguments: roles)
  func legible(role: Role) {
    guard let colour = TerminalPalette(colours: 256).look(of: Style(role)).colour else { return }
    #expect(colour >= 16)
    let luminance = Self.luminance(colour)
    #expect((luminance + 0.05) / 0.05 > 3.5, "on black")
    #expect(1.05 / (luminance + 0.05) > 3.5, "on white")
  }

  @Test("The measure of the test above refuses blue on black and yellow on white")
  func measureRefuses() {
    #expect((Self.luminance(18) + 0.05) / 0.05 < 3.5)
    #expect(1.05 / (Self.luminance(226) + 0.05) < 3.5)
    #expect(abs(Self.luminance(231) - 1) < 0.001 && Self.luminance(16) == 0)
  }

  @Test(
    "With eight colours none is used that cannot be read on black or on white",
    arguments: roles
  )
  func legibleOfEight(role: Role) {
    let colour = TerminalPalette(colours: 8).look(of: Style(role)).colour
    #expect([nil, 1, 2, 5].contains(colour))
  }

  @Test(
    "The terminal's own colours are the sixteen that its user chose, for meaning only",
    arguments: roles
  )
  func own(role: Role) {
    for count in [8, 256] {
      let colour = TerminalPalette(colours: count, theme: .terminal).look(of: Style(role)).colour
      #expect(colour.map { $0 < 8 } != false)
      if [.plain, .key, .text, .number].contains(role) { #expect(colour == nil) }
    }
    #expect(
      TerminalPalette(colours: 256, theme: .terminal).look(of: Style(.swatch(99))).colour == 99
    )
    #expect(TerminalPalette(colours: 256, theme: .mono).look(of: Style(role)).colour == nil)
  }

  @Test(
    "Good and bad are told apart without red and green: one of each pair is bold or faint",
    arguments: Theme.allCases
  )
  func colourBlind(theme: Theme) {
    for colours in [0, 8, 256] {
      let palette = TerminalPalette(colours: colours, theme: theme)
      for (good, bad) in [(Role.success, Role.error), (.added, .removed), (.plain, .warning)] {
        #expect(palette.look(of: Style(good)).attributes != palette.look(of: Style(bad)).attributes)
      }
    }
  }

  @Test("Without colours only attributes are left, also for swatches", arguments: roles)
  func colourless(role: Role) {
    #expect(TerminalPalette(colours: 0).look(of: Style(role)).colour == nil)
    #expect(TerminalPalette(colours: 0).look(of: Style(.swatch(9))).colour == nil)
  }

  @Test("What matters stands out without colours too")
  func attributes() {
    let palette = TerminalPalette(colours: 0)
    for role in [Role.selection, .match, .error, .warning, .added, .focusedBorder, .stale] {
      #expect(palette.look(of: Style(role)) != palette.look(of: Style(.plain)), "\(role)")
    }
    let style = Style(.plain, [.bold, .reverse])
    #expect(palette.look(of: style).attributes == SHIM_A_BOLD | SHIM_A_REVERSE)
  }

  @Test("A swatch is its colour, or the nearest of eight")
  func swatches() {
    #expect(TerminalPalette(colours: 256).look(of: Style(.swatch(200))).colour == 200)
    let eight: [(UInt8, UInt8)] = [
      (196, 1), (46, 2), (21, 4), (231, 7), (16, 0), (255, 7), (226, 3),
    ]
    for (fine, coarse) in eight {
      #expect(
        TerminalPalette(colours: 8).look(of: Style(.swatch(fine))).colour == coarse,
        "\(fine)"
      )
    }
  }
}

@Suite("Clipboard")
struct ClipboardTests {
  @Test(
    "Text is encoded as RFC 4648 says",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("漢", "5ryi"),
    ]
  )
  func base64(text: String, encoded: String) {
    #expect(String(decoding: Clipboard.base64(Array(text.utf8)), as: UTF8.self) == encoded)
  }

  @Test("In tmux the wish is sent both to tmux and through it")
  func tmux() throws {
    let plain = try #require(Clipboard.sequence(for: "foo", insideTmux: false))
    #expect(String(decoding: plain, as: UTF8.self) == "\u{1b}]52;c;Zm9v\u{7}")
    let both = try #require(Clipboard.sequence(for: "foo", insideTmux: true))
    #expect(
      String(decoding: both, as: UTF8.self)
        == "\u{1b}]52;c;Zm9v\u{7}\u{1b}Ptmux;\u{1b}\u{1b}]52;c;Zm9v\u{7}\u{1b}\\"
    )
  }

  @Test("Too long text is refused rather than cut")
  func limit() throws {
    let most = String(repeating: "a", count: Clipboard.limit)
    let bytes = try #require(Clipboard.sequence(for: most, insideTmux: false))
    #expect(bytes.count - 8 <= 74_994)
    #expect(Clipboard.sequence(for: most + "a", insideTmux: false) == nil)
  }
}

@Suite("Environment")
struct EnvironmentTests {
  @Test("An unknown terminal is tried as what most terminals understand, and that is said")
  func fallback() {
    let environment = Environment(variables: ["TERM": "strange"])
    #expect(environment.terminalTypes == ["strange", "xterm-256color", "xterm", "vt100"])
    #expect(environment.notice(using: "strange") == nil)
    #expect(environment.notice(using: "xterm")?.contains("\"strange\"") == true)
    #expect(Environment(variables: [:]).notice(using: "xterm")?.contains("not set") == true)
  }

  @Test("Where there is no screen the reason is one line")
  func refusals() {
    let environment = Environment(variables: ["TERM": "xterm"])
    #expect(throws: Never.self) { try environment.checkTerminal(isInput: true, isOutput: true) }
    #expect(throws: TerminalError.self) {
      try environment.checkTerminal(isInput: false, isOutput: true)
    }
    #expect(throws: TerminalError.self) {
      try environment.checkTerminal(isInput: true, isOutput: false)
    }
    #expect(throws: TerminalError.self) {
      try Environment(variables: ["TERM": "dumb"]).checkTerminal(isInput: true, isOutput: true)
    }
  }

  @Test(
    "The wait for the rest of an Esc can be set, within reason",
    arguments: [(nil, 25), ("100", 100), ("0", 1), ("99999", 1000), ("soon", 25)]
  )
  func escapeDelay(value: String?, milliseconds: Int) {
    var environment = Environment(variables: [:])
    if let value { environment = Environment(variables: ["ESCDELAY": value]) }
    #expect((environment.escapeDelay ?? .milliseconds(25)) == .milliseconds(milliseconds))
  }

  @Test(
    "Only terminals that take a question for one are asked",
    arguments: [
      ("xterm-256color", true), ("xterm", true), ("tmux-256color", true), ("screen", true),
      ("xterm-kitty", true), ("foot", true), ("alacritty", true), ("linux", false),
      ("vt100", false), ("vt220", false), ("ansi", false), ("dumb", false), ("", false),
      ("cons25", false), ("strange", false), ("xtermite", false),
    ]
  )
  func questions(type: String, canBeAsked: Bool) {
    #expect(Environment(variables: ["TERM": type]).canBeAsked == canBeAsked)
    let apple = ["TERM": type, "TERM_PROGRAM": "Apple_Terminal"]
    #expect(!Environment(variables: apple).canBeAsked)
  }

  @Test("NO_COLOR counts when it is not empty")
  func noColour() {
    #expect(!Environment(variables: [:]).forbidsColour)
    #expect(!Environment(variables: ["NO_COLOR": ""]).forbidsColour)
    #expect(Environment(variables: ["NO_COLOR": "0"]).forbidsColour)
  }
}

@Suite("FrameCapture")
struct FrameCaptureTests {
  @Test("What is written meanwhile is caught whole, and nothing of it arrives")
  func catches() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    let writer = fcntl(ends[1], F_DUPFD_CLOEXEC, 3)
    defer { for descriptor in ends + [writer] { close(descriptor) } }
    let capture = try #require(FrameCapture(of: writer, leadingTo: ends[1]))
    for text in ["first", "", String(repeating: "long ", count: 100_000), "last"] {
      let bytes = capture.bytes {
        // In pieces, as curses writes.
        for start in stride(from: 0, to: text.utf8.count, by: 2000) {
          Descriptor.send(Array(text.utf8.dropFirst(start).prefix(2000)), to: writer)
        }
      }
      #expect(String(decoding: bytes, as: UTF8.self) == text)
      #expect(!Descriptor.isReadable(ends[0], within: 0))
    }
    // Afterwards the descriptor leads to where it led, and still closes when another program starts.
    Descriptor.send([0x78], to: writer)
    var byte: UInt8 = 0
    #expect(read(ends[0], &byte, 1) == 1 && byte == 0x78)
    #expect(fcntl(writer, F_GETFD) & FD_CLOEXEC != 0)
  }
}
