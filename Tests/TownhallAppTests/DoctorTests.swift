import CursesTerminal
import Foundation
import NetworkSupport
import SharedState
import StateSync
import TestSupport
import Testing
import TownhallKit

@testable import TownhallApp

/// Facts of a machine on which all is well, to be made worse one by one.
private func healthy(_ change: (inout DoctorFacts) -> Void = { _ in }) -> DoctorFacts {
  var facts = DoctorFacts(
    program: .init(version: "1.2.3", speaksGRPC: true, path: "/usr/bin/townhall"),
    terminal: .init(
      isInput: true,
      isOutput: true,
      type: "xterm-256color",
      description: TerminalDescription(),
      file: "/usr/share/terminfo/x/xterm-256color",
      size: (120, 40),
      answers: TerminalAnswers(modes: [2026: .known, 2004: .known], isOver: true)
    ),
    locale: .init(encoding: "UTF-8", source: ("LANG", "C.UTF-8")),
    variables: ["TERM": "xterm-256color", "LANG": "C.UTF-8"],
    settings: .init(path: "/home/ada/.config/townhall/townhall.toml", isThere: true, problems: []),
    folders: [
      .init(purpose: "state", path: "/home/ada/.local/state/townhall"),
      .init(purpose: "data", path: "/home/ada/.local/share/townhall", state: .missing),
    ],
    knownServers: .init(path: "/home/ada/known-servers", count: 2, brokenLines: []),
    token: .init()
  )
  facts.network = .init(
    interfaces: [.init(name: "eth0", address: "192.0.2.2", broadcasts: true)]
  )
  change(&facts)
  return facts
}

private func town(_ change: (inout TownFacts) -> Void = { _ in }) -> TownFacts {
  var town = TownFacts(address: "ws://lab-3:38801")
  (town.host, town.places) = ("lab-3", ["192.0.2.3"])
  town.roundTrip = .milliseconds(2)
  (town.trust, town.wire) = (.plain, "WebSocket, as NanoVer does since August 2025")
  change(&town)
  return town
}

/// What a check has come to, with some facts made worse.
private func finding(
  _ check: String,
  _ change: (inout DoctorFacts) -> Void = { _ in }
) throws -> Diagnosis.Finding {
  let findings = Diagnosis(healthy(change)).findings.filter { $0.check == check }
  #expect(findings.count <= 1, "\(check) is told \(findings.count) times")
  return try #require(findings.first, "\(check) is not told")
}

private func townFinding(
  _ check: String,
  _ change: (inout TownFacts) -> Void
) throws -> Diagnosis.Finding {
  try finding(check) { $0.town = town(change) }
}

@Suite("What the doctor says of facts")
struct DiagnosisTests {
  @Test("Where all is well, each check is ok and has no fix")
  func well() throws {
    let diagnosis = Diagnosis(healthy { $0.town = town() })
    #expect(diagnosis.findings.allSatisfy { $0.verdict == .ok && $0.fix == nil })
    #expect(diagnosis.isSound && diagnosis.trouble == nil)
    #expect(diagnosis.findings.count > 20)
    #expect(Set(diagnosis.findings.map(\.check)).count == diagnosis.findings.count)
    #expect(Diagnosis(ofScreen: healthy()).trouble == nil)
    // What is of no use on a screen is not told on the first of all.
    #expect(Diagnosis(ofScreen: healthy { $0.folders[1].path = nil }).trouble == nil)
    #expect(Diagnosis(ofScreen: healthy { $0.folders[0].path = nil }).trouble != nil)
    #expect(try finding("program").found == "townhall 1.2.3, with gRPC, in /usr/bin/townhall")
    let plain = try finding("program") { $0.program.speaksGRPC = false }
    #expect(plain.found.contains("without gRPC"))
  }

  /// A fact that is worse, and what is said then.
  struct Case: Sendable, CustomStringConvertible {
    let check: String
    let verdict: Diagnosis.Finding.Verdict
    let found: String
    let fix: String?
    let change: @Sendable (inout DoctorFacts) -> Void

    init(
      _ check: String,
      _ verdict: Diagnosis.Finding.Verdict,
      _ found: String,
      fix: String?,
      _ change: @escaping @Sendable (inout DoctorFacts) -> Void
    ) {
      (self.check, self.verdict, self.found, self.fix) = (check, verdict, found, fix)
      self.change = change
    }

    var description: String { "\(check): \(found)" }
  }

  static let terminalCases: [Case] = [
    Case("terminal", .note, "standard output is no terminal", fix: "townhall doctor") {
      $0.terminal.isOutput = false
    },
    Case("terminal", .note, "standard input is no terminal", fix: "townhall doctor") {
      $0.terminal.isInput = false
    },
    Case("terminal-type", .bad, "TERM is not set", fix: "export TERM=xterm-256color") {
      ($0.terminal.type, $0.terminal.description) = ("", nil)
    },
    Case("terminal-type", .bad, "\"dumb\"", fix: "export TERM=xterm-256color") {
      $0.terminal.type = "dumb"
    },
    Case("terminal-type", .note, "takes it for xterm", fix: "export TERM=tmux-256color") {
      ($0.terminal.type, $0.terminal.description, $0.terminal.standIn) = ("nobody", nil, "xterm")
      $0.variables["TMUX"] = "/tmp/tmux-0/default,1,0"
    },
    Case("terminal-type", .bad, "nor any usual one", fix: "sudo apt-get install ncurses-base") {
      ($0.terminal.type, $0.terminal.description) = ("nobody", nil)
    },
    Case("terminal-type", .bad, "cannot show a screen", fix: "export TERM=xterm-256color") {
      $0.terminal.description?.addressesCursor = false
    },
    Case("terminal-type", .ok, "described in the program itself", fix: nil) {
      $0.terminal.file = nil
    },
    Case("size", .note, "79 columns by 24 rows", fix: "80 by 24") { $0.terminal.size = (79, 24) },
    Case("size", .bad, "39 columns by 12 rows", fix: "80 by 24") { $0.terminal.size = (39, 12) },
    Case("size", .note, "does not say", fix: "stty columns 80 rows 24") { $0.terminal.size = nil },
    Case("locale", .bad, "ANSI_X3.4-1968, as neither", fix: "export LANG=C.UTF-8") {
      $0.locale = .init(encoding: "ANSI_X3.4-1968", source: nil)
    },
    Case("locale", .bad, "as LC_ALL=C says: only ASCII", fix: "export LC_ALL=C.UTF-8") {
      $0.locale = .init(encoding: "ANSI_X3.4-1968", source: ("LC_ALL", "C"))
    },
    Case("locale", .note, "does not have the locale of LANG=de_DE.UTF-8", fix: "export LANG=C") {
      $0.locale = .init(encoding: nil, source: ("LANG", "de_DE.UTF-8"))
    },
    Case("locale", .bad, "only ASCII", fix: "export LC_CTYPE=C.UTF-8") {
      $0.locale = .init(encoding: nil, source: ("LC_CTYPE", "de_DE"))
    },
    Case("colours", .note, "none", fix: "export TERM=xterm-256color") {
      $0.terminal.type = "vt100"
      $0.terminal.description?.colours = 0
    },
    Case("colours", .note, "8", fix: "export TERM=xterm-256color") {
      $0.terminal.type = "xterm"
      $0.terminal.description?.colours = 8
    },
    Case("colours", .ok, "8", fix: nil) {
      $0.terminal.type = "linux"
      $0.terminal.description?.colours = 8
    },
    Case("colours", .ok, "NO_COLOR", fix: nil) { $0.variables["NO_COLOR"] = "1" },
    Case("colours", .ok, "COLORTERM=truecolor", fix: nil) {
      $0.variables["COLORTERM"] = "truecolor"
    },
    Case("alternate-screen", .note, "none", fix: "export TERM=xterm-256color") {
      $0.terminal.type = "vt100"
      $0.terminal.description?.hasAlternateScreen = false
    },
    Case("looks", .note, "struck through or slanted", fix: "export TERM=xterm-256color") {
      $0.terminal.type = "screen"
      $0.terminal.description?.strikesThrough = false
      $0.terminal.description?.slants = false
    },
    Case("mouse", .note, "not reported", fix: "export TERM=xterm-256color") {
      $0.terminal.type = "vt100"
      $0.terminal.description?.reportsMouse = false
    },
    Case("mouse", .ok, "left to the terminal", fix: nil) {
      $0.variables["TOWNHALL_NO_MOUSE"] = "1"
    },
    Case("paste", .note, "pasted text runs as keys", fix: "townhall --read-only") {
      $0.terminal.answers = TerminalAnswers(modes: [2004: .unknown], isOver: true)
    },
    Case("paste", .ok, "was not heard to say", fix: nil) { $0.terminal.answers = nil },
    Case("synchronized-output", .ok, "not known to this terminal", fix: nil) {
      $0.terminal.answers = TerminalAnswers(isOver: true)
    },
    Case("synchronized-output", .ok, "has not answered in time", fix: nil) {
      $0.terminal.answers = TerminalAnswers()
    },
    Case("synchronized-output", .ok, "not asked", fix: nil) { $0.terminal.answers = nil },
  ]

  static let aroundCases: [Case] = [
    Case("clipboard", .note, "this terminal has none", fix: "townhall get KEY > FILE") {
      $0.terminal.type = "linux"
    },
    Case("clipboard", .note, "GNU screen", fix: "tmux") { $0.variables["STY"] = "1.pts" },
    Case("clipboard", .note, "set-clipboard is external", fix: "tmux set -s set-clipboard on") {
      $0.tmux = .init(escapeTime: 10, passthrough: "off", clipboard: "external")
    },
    Case("clipboard", .ok, "passed on by tmux", fix: nil) {
      $0.tmux = .init(escapeTime: 10, passthrough: "on", clipboard: "external")
    },
    Case("clipboard", .note, "is not known", fix: "tmux show -sv set-clipboard") {
      $0.tmux = .init()
    },
    Case("tmux", .note, "TERM is xterm-256color", fix: "tmux set -g default-terminal") {
      $0.tmux = .init(escapeTime: 10)
    },
    Case("tmux", .ok, "TERM is tmux-256color", fix: nil) {
      $0.tmux = .init(escapeTime: 10)
      $0.terminal.type = "tmux-256color"
    },
    Case("tmux-escape-time", .note, "500 ms late", fix: "tmux set -s escape-time 10") {
      $0.tmux = .init(escapeTime: 500)
    },
    Case("tmux-escape-time", .ok, "10 ms", fix: nil) { $0.tmux = .init(escapeTime: 10) },
    Case("tmux-passthrough", .note, "off", fix: "tmux set -g allow-passthrough on") {
      $0.tmux = .init(escapeTime: 10, passthrough: "off")
    },
    Case("tmux-passthrough", .ok, "reach", fix: nil) {
      $0.tmux = .init(escapeTime: 10, passthrough: "on")
    },
    Case("tmux-options", .note, "has not said", fix: "tmux show -sv escape-time") {
      $0.tmux = .init()
    },
    Case("screen", .note, "which it is not", fix: "export TERM=screen-256color") {
      $0.variables["STY"] = "1.pts"
    },
    Case("screen", .ok, "TERM is screen", fix: nil) {
      $0.variables["STY"] = "1.pts"
      $0.terminal.type = "screen"
    },
    Case("ssh", .ok, "on another machine", fix: nil) {
      $0.variables["SSH_CONNECTION"] = "192.0.2.9 22 192.0.2.2 22"
    },
  ]

  static let filesCases: [Case] = [
    Case("settings", .bad, "line 3: there is no setting x, and 1 more", fix: "townhall settings") {
      $0.settings.problems = ["line 3: there is no setting x", "line 4: mouse must be true"]
    },
    Case("settings", .note, "no place", fix: "export XDG_CONFIG_HOME=") {
      $0.settings.path = nil
    },
    Case("settings", .ok, "is not there", fix: nil) { $0.settings.isThere = false },
    Case("folder-state", .bad, "Permission denied", fix: "chmod u+rwx '/a b'") {
      $0.folders[0] = .init(
        purpose: "state",
        path: "/a b",
        state: .closed("Permission denied")
      )
    },
    Case("folder-data", .note, "no place", fix: "export XDG_DATA_HOME=") {
      $0.folders[1].path = nil
    },
    Case("known-servers", .bad, "line 7", fix: "sed -i 7d /home/ada/known-servers") {
      $0.knownServers.brokenLines = [7, 9]
    },
    Case("known-servers", .bad, "Permission denied", fix: "chmod u+rw /home/ada/known-servers") {
      $0.knownServers.trouble = "cannot open it: Permission denied"
    },
    Case("known-servers", .ok, "none trusted yet", fix: nil) { $0.knownServers.count = 0 },
    Case("access-token", .bad, "No such file", fix: "ls -l \"$TOWNHALL_ACCESS_TOKEN_FILE\"") {
      $0.token = .init(isInFile: true, trouble: "No such file or directory")
    },
    Case("access-token", .note, "others", fix: "chmod 600 \"$TOWNHALL_ACCESS_TOKEN_FILE\"") {
      $0.token = .init(isInFile: true, isOpenToOthers: true)
    },
    Case("access-token", .note, "does not count", fix: "unset TOWNHALL_ACCESS_TOKEN") {
      $0.token = .init(isGiven: true, isInFile: true)
    },
    Case("access-token", .ok, "TOWNHALL_ACCESS_TOKEN is set", fix: nil) {
      $0.token = .init(isGiven: true)
    },
  ]

  static let networkCases: [Case] = [
    Case("loopback", .bad, "Network is unreachable", fix: "sudo ip link set lo up") {
      $0.network?.loopbackTrouble = "Network is unreachable"
    },
    Case("port", .note, "taken by python3 (process 7)", fix: "townhall ws://127.0.0.1:38801") {
      $0.network?.isPortTaken = true
      $0.network?.portHolders = [.init(name: "python3", process: 7)]
    },
    Case("port", .note, "somebody else", fix: "townhall ws://127.0.0.1:38801") {
      $0.network?.isPortTaken = true
    },
    Case("discovery", .bad, "Address already in use", fix: "ss -ulpn") {
      $0.network?.listeningTrouble = "cannot listen for servers: Address already in use"
    },
    Case("discovery", .ok, "python3 (process 7) listens too", fix: nil) {
      $0.network?.listeners = [.init(name: "python3", process: 7)]
    },
    Case("interfaces", .note, "wg0 (10.0.0.2) are hardly heard", fix: "townhall ws://HOST") {
      $0.network?.interfaces += [.init(name: "wg0", address: "10.0.0.2", broadcasts: false)]
    },
    Case("interfaces", .note, "tun0", fix: "townhall ws://HOST") {
      $0.network?.interfaces = [.init(name: "tun0", address: "10.0.0.2", broadcasts: true)]
    },
    Case("interfaces", .note, "none but the loopback", fix: "ip link") {
      $0.network?.interfaces = []
    },
    Case("proxy", .note, "https_proxy: not used", fix: "ssh -L 38801:HOST:38801 GATEWAY") {
      $0.variables["https_proxy"] = "http://ada:sesame@proxy:3128"
    },
  ]

  @Test("Each fact that is worse is said in its check, with the fix", arguments: terminalCases)
  func terminal(_ one: Case) throws { try check(one) }

  @Test("What stands around the terminal", arguments: aroundCases)
  func around(_ one: Case) throws { try check(one) }

  @Test("A person's files", arguments: filesCases)
  func files(_ one: Case) throws { try check(one) }

  @Test("The network", arguments: networkCases)
  func network(_ one: Case) throws { try check(one) }

  private func check(_ one: Case) throws {
    let found = try finding(one.check, one.change)
    #expect(found.verdict == one.verdict && found.found.contains(one.found), "\(found)")
    #expect((found.fix == nil) == (one.fix == nil), "\(found)")
    #expect(found.fix?.contains(one.fix ?? "") != false, "\(found)")
    let diagnosis = Diagnosis(healthy(one.change))
    #expect(diagnosis.isSound == !diagnosis.findings.contains { $0.verdict == .bad })
    #expect(!diagnosis.lines().joined().contains("sesame"))
    // What is not ok says what mends it, and what is ok has nothing to mend.
    #expect(diagnosis.findings.allSatisfy { ($0.verdict == .ok) == ($0.fix == nil) })
  }

  @Test("A town that is there is told step by step, and the first step that fails is the last")
  func steps() throws {
    #expect(try townFinding("town-name") { _ in }.found == "lab-3 is 192.0.2.3")
    let unknown = try townFinding("town-name") {
      ($0.nameTrouble, $0.roundTrip, $0.trust, $0.wire) = ("name not known", nil, nil, nil)
    }
    #expect(unknown.verdict == .bad && unknown.fix?.hasPrefix("getent hosts lab-3") == true)

    #expect(try townFinding("town-reach") { _ in }.found == "answers after 2.0 ms")
    let slow = try townFinding("town-reach") { $0.roundTrip = .milliseconds(151) }
    #expect(slow.verdict == .note)
    let closed = try townFinding("town-reach") {
      ($0.roundTrip, $0.reachTrouble, $0.trust, $0.wire) = (nil, "connection refused", nil, nil)
    }
    #expect(closed.verdict == .bad && closed.fix?.hasPrefix("ping lab-3") == true)
    let here = try townFinding("town-reach") {
      ($0.host, $0.reachTrouble, $0.trust, $0.wire) = ("127.0.0.1", "refused", nil, nil)
    }
    #expect(here.fix == "townhall serve")

    #expect(try townFinding("town-trust") { $0.trust = .trusted }.verdict == .ok)
    let unvouched = try townFinding("town-trust") {
      ($0.trust, $0.wire) = (.unvouched("nobody known vouches for it"), nil)
    }
    #expect(unvouched.verdict == .bad)
    #expect(unvouched.fix?.hasPrefix("townhall keys --town ws://lab-3:38801") == true)
    let refused = try townFinding("town-trust") {
      ($0.trust, $0.wire) = (.refused("its certificate has changed"), nil)
    }
    #expect(refused.verdict == .bad && refused.found.contains("has changed"))

    #expect(try townFinding("town-wire") { _ in }.found.contains("NanoVer"))
    let silent = try townFinding("town-wire") {
      ($0.wire, $0.joinTrouble) = (nil, "the answer was not a WebSocket's")
    }
    #expect(silent.verdict == .bad && silent.fix?.hasPrefix("townhall discover") == true)

    #expect(try townFinding("town-role") { _ in }.verdict == .ok)
    #expect(try townFinding("town-role") { $0.role = .owner }.found == "owner")
    let guest = try townFinding("town-role") { $0.role = .guest }
    #expect(guest.verdict == .note && guest.fix?.contains("TOWNHALL_ACCESS_TOKEN_FILE") == true)
    let denied = try townFinding("town-role") {
      ($0.wire, $0.joinTrouble, $0.isDenied) = (nil, "the town asks for a token", true)
    }
    #expect(denied.verdict == .bad)
  }

  @Test("What is no address, and recordings")
  func otherTowns() throws {
    let flawed = try townFinding("town") { $0.flaw = "“” is not the address of a town" }
    #expect(flawed.verdict == .bad && flawed.fix == "townhall doctor ws://127.0.0.1:38801")
    let whole = try townFinding("town") { $0.recording = .init(path: "a.state", flaws: []) }
    #expect(whole.verdict == .ok)
    let torn = try townFinding("town") {
      $0.recording = .init(path: "a b.state", flaws: ["it ends early"])
    }
    #expect(torn.verdict == .note && torn.fix == "townhall repair 'a b.state'")
    let gone = try townFinding("town") {
      $0.recording = .init(path: "a.state", flaws: [], trouble: "cannot open a.state")
    }
    #expect(gone.verdict == .bad)
  }

  @Test("For people a line for each check with its fix below, broken where the terminal ends")
  func lines() {
    let diagnosis = Diagnosis(
      healthy {
        $0.locale = .init(encoding: "ANSI_X3.4-1968", source: ("LC_ALL", "C"))
        $0.program.path = "/\u{1b}[2J\n/townhall"
      }
    )
    let lines = diagnosis.lines()
    #expect(lines.count == diagnosis.findings.count + 1)
    let bad = lines.firstIndex { $0.hasPrefix("bad   locale ") }
    #expect(bad.map { lines[$0 + 1] } == "      fix: export LC_ALL=C.UTF-8")
    #expect(lines.joined().unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f })
    #expect(diagnosis.trouble == "no UTF-8 locale" && !diagnosis.isSound)
    let narrow = diagnosis.lines(columns: 60)
    #expect(narrow.count > lines.count)
    #expect(narrow.filter { !$0.contains("fix: ") }.allSatisfy { $0.count <= 60 })
    #expect(narrow.contains("      fix: export LC_ALL=C.UTF-8"))
    // However narrow it is.
    #expect(!diagnosis.lines(columns: 0).isEmpty)
  }

  @Test("For programs each finding is a value of four fields")
  func values() throws {
    for finding in Diagnosis(healthy { $0.terminal.size = nil }).findings {
      let value = try StateValue(text: finding.value.text)
      #expect(value.object.map { $0.map(\.key) } == ["check", "verdict", "found", "fix"])
      #expect(value["verdict"]?.string == finding.verdict.rawValue)
      #expect((value["fix"] == .null) == (finding.verdict == .ok))
    }
  }

  @Test("What stands in a command is one word for a shell")
  func quoting() {
    #expect(shellQuoted("/a/b-c_d.e:1") == "/a/b-c_d.e:1")
    #expect(shellQuoted("") == "''")
    #expect(shellQuoted("a'; touch x; '") == #"'a'\''; touch x; '\'''"#)
  }
}

@Suite("What the doctor looks at", .timeLimit(.minutes(1)))
struct DoctorTests {
  private func run(
    _ arguments: String...,
    folder: String? = nil,
    port: Int = 0
  ) async -> (findings: [String: StateValue], result: Console.Result) {
    let console = Console(SyncServer(), isNamed: false, discoveryPort: port, folder: folder)
    let result = await console.run(["doctor", "--json"] + arguments)
    let values = result.output.split(separator: "\n").compactMap { try? StateValue(text: "\($0)") }
    let named = values.compactMap { value in value["check"]?.string.map { ($0, value) } }
    return (Dictionary(named) { first, _ in first }, result)
  }

  @Test("Without a terminal and a locale the verb says so, and ends with 1 within its time")
  func verb() async {
    let start = ContinuousClock.now
    let (findings, result) = await run()
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(result.status == 1 && result.told.isEmpty)
    #expect(findings["locale"]?["verdict"] == "bad")
    #expect(findings["terminal"]?["verdict"] == "note")
    #expect(findings["loopback"]?["verdict"] == "ok")
    #expect(findings["town-name"] == nil && findings["tmux"] == nil)
    let plain = await Console(SyncServer(), isNamed: false, discoveryPort: 0).run(["doctor"])
    #expect(plain.status == 1 && plain.output.contains("\n      fix: export LANG=C.UTF-8\n"))
  }

  @Test("A town is found, or it is said on which step it is not; nobody is ever asked")
  func town() async throws {
    let folder = ScratchFolder()
    let own = try #require(OwnIdentity(variables: ["XDG_DATA_HOME": folder.path + "/data"]))
    _ = try own.prepare(for: ["localhost"])
    let server = try await SharedStateServer.start(port: 0, holding: ["a": 1], identity: own.files)
    let address = "wss://127.0.0.1:\(server.port)"
    let unknown = await run(address, folder: folder.path)
    #expect(unknown.findings["town-name"]?["verdict"] == "ok")
    #expect(unknown.findings["town-reach"]?["verdict"] == "ok")
    #expect(unknown.findings["town-trust"]?["verdict"] == "bad")
    #expect(unknown.findings["town-wire"] == nil && !unknown.result.told.contains("[y/n]"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/state"))

    let pin = try #require(server.certificate).keyPin
    let known = await run("\(address)#\(pin)", folder: folder.path)
    #expect(known.findings["town-trust"]?["verdict"] == "ok", "\(known.result)")
    #expect(known.findings["town-wire"]?["found"]?.string?.contains("WebSocket") == true)
    #expect(known.findings["town-role"]?["verdict"] == "ok")
    await server.close()
    let gone = await run(address, folder: folder.path)
    #expect(gone.findings["town-reach"]?["verdict"] == "bad" && gone.result.status == 1)
  }

  @Test("A token is neither taken from the call nor ever shown, and what is no address is told")
  func tokens() async {
    let (_, refused) = await run("ws://lab-3/?token=sesame")
    #expect(refused.status == 2 && !(refused.output + refused.told).contains("sesame"))
    let (findings, _) = await run("ws://")
    #expect(findings["town"]?["verdict"] == "bad")
    let (recording, _) = await run("/no/such.nanover.zip")
    #expect(recording["town"]?["verdict"] == "bad")
  }

  @Test("Files that are broken, closed or open to others are found")
  func files() throws {
    let folder = ScratchFolder()
    let state = folder.path + "/state/townhall"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    let token = folder.path + "/token"
    try Data("town-sesame".utf8).write(to: URL(filePath: token))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: token)
    let pin = "sha256:" + String(repeating: "ab", count: 32)
    let known = "lab-3:38801 \(pin)\nrubbish\n\nlab-4:38801 \(pin)\n"
    try Data(known.utf8).write(to: URL(filePath: state + "/known-servers"))
    try Data().write(to: URL(filePath: folder.path + "/file"))
    var surroundings = Surroundings.standard
    surroundings.variables = [
      "XDG_STATE_HOME": folder.path + "/state", "XDG_DATA_HOME": folder.path + "/file",
      "TOWNHALL_ACCESS_TOKEN_FILE": token,
    ]
    surroundings.lookAtTerminal = { _, _ in (.init(isInput: false, isOutput: false, type: ""), nil)
    }
    let settings = DoctorFacts.Settings(path: nil, isThere: false, problems: [])
    let facts = DoctorFacts.ofScreen(settings, in: surroundings)
    #expect(facts.knownServers.count == 2 && facts.knownServers.brokenLines == [2])
    #expect(facts.folders[0].state == .writable)
    #expect(facts.folders[1].state != .writable && facts.folders[1].state != .missing)
    #expect(facts.token.isInFile && facts.token.isOpenToOthers && facts.token.trouble == nil)
    #expect(!Diagnosis(facts).lines().joined().contains("sesame"))
    #expect(facts.program.path?.isEmpty == false && facts.program.version == Version.current)
  }

  @Test("The kernel's table says who listens at a port")
  func sockets() async throws {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:9791 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1
         1: 0100007F:9791 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 4243 1
         2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4244 1
        rubbish
      """
    let found = DoctorFacts.sockets(at: 38_801, inTable: table, areUDP: false)
    #expect(found == ["socket:[4242]"])
    #expect(DoctorFacts.sockets(at: 38_801, inTable: table, areUDP: true).count == 2)
    #expect(DoctorFacts.sockets(at: 1, inTable: "", areUDP: false).isEmpty)
  }

  @Test("Another program is heard within bounds of time and length, and ended beyond them")
  func programs() async {
    let output = DoctorFacts.output
    #expect(await output(["sh", "-c", "echo 500"], .seconds(5)) == "500\n")
    #expect(await output(["/no/such/program"], .seconds(5)) == nil)
    #expect(await output(["sh", "-c", "exit 3"], .seconds(5)) == nil)
    #expect(await output(["sh", "-c", "yes | head -c 10001"], .seconds(5)) == nil)
    let start = ContinuousClock.now
    #expect(await output(["sleep", "60"], .milliseconds(50)) == nil)
    // One that says no more, and stays.
    #expect(await output(["sh", "-c", "echo 500; exec >&- sleep 60"], .milliseconds(50)) == nil)
    #expect(await output(["yes"], .milliseconds(50)) == nil)
    #expect(ContinuousClock.now - start < .seconds(15))
  }

  @Test("A host and its port are read from an address in full, of the sixth version too")
  func authorities() throws {
    let named = try #require(TownReach(authority: "lab-3:38801"))
    #expect(named.host == "lab-3" && named.port == 38_801)
    let numbered = try #require(TownReach(authority: "[::1]:1"))
    #expect(numbered.host == "::1" && numbered.port == 1)
    #expect(TownReach(authority: "lab-3") == nil)
  }
}
