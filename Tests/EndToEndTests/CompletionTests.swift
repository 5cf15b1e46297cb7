import Foundation
import Glibc
import SharedState
import TestSupport
import Testing

/// A shell of a person who has asked for completion, on a pseudo-terminal.
private final class CompletingShell {
  enum Kind: String {
    case bash, zsh, fish

    private var isThere: Bool {
      FileManager.default.isExecutableFile(atPath: "/usr/bin/\(rawValue)")
    }

    /// Whether to run: where it is, and also where it must be, so as to fail there.
    var isWanted: Bool { isThere || ProcessInfo.processInfo.environment["CI"] != nil }

    var reason: Comment { "\(rawValue) is missing: .ci/packages \(rawValue) installs it" }

    /// The shell as it is without anybody's settings.
    var call: [String] {
      switch self {
      case .bash: ["bash", "--norc", "--noprofile", "-i"]
      case .zsh: ["zsh", "-f", "-i"]
      case .fish: ["fish", "--no-config", "-i"]
      }
    }

    /// What has the script read.
    var setUp: String {
      switch self {
      case .bash: "source ./script"
      case .zsh: "autoload -Uz compinit; compinit -u -D; source ./script"
      case .fish: "source ./script"
      }
    }
  }

  let screen: PTYProgram
  let folder = ScratchFolder()
  private let home: ScratchFolder

  init(_ kind: Kind, town: String?) throws {
    let home = ScratchFolder()
    self.home = home
    for path in [folder.path, home.path + "/bin"] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    let program = try BuiltProducts.path(of: "townhall")
    try FileManager.default.createSymbolicLink(
      atPath: home.path + "/bin/townhall",
      withDestinationPath: program
    )
    let script = try LineProgram([program, "completion", kind.rawValue])
    while script.line(where: { _ in false }) != nil {}
    let text = script.lines.map { $0.text + "\n" }.joined()
    try text.write(toFile: home.path + "/script", atomically: true, encoding: .utf8)
    screen = try PTYProgram(
      ["/bin/sh", "-c", "cd \(home.path) && exec \(kind.call.joined(separator: " "))"],
      environment: [
        "HOME": home.path, "PATH": home.path + "/bin:/usr/bin:/bin", "TOWNHALL_TOWN": town,
        // A busy machine is no reason to complete nothing.
        "TOWNHALL_COMPLETE_WITHIN": "20", "PS1": "$ ",
      ],
      columns: 200,
      rows: 50
    )
    screen.settle(milliseconds: 500, first: 5000)
    try enter("\(kind.setUp); cd \(folder.path); echo rea''dy", shows: "ready")
  }

  /// Types a line, in which a tab completes, and waits for a line of the answer, which has not been there before.
  func enter(_ line: String, shows answer: String) throws {
    screen.send(line)
    screen.settle(milliseconds: 20)
    screen.send("\r")
    let came = screen.wait { $0.text.split(separator: "\n").contains { $0 == answer } }
    try #require(came, "\(line): \(screen.text)")
  }

  /// What has been made in the folder in which it works.
  var files: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  }
}

extension EndToEndTests {
  @Suite("A shell completes what the town holds")
  struct CompletionTests {
    @Test(
      "bash",
      .enabled(if: CompletingShell.Kind.bash.isWanted, CompletingShell.Kind.bash.reason)
    )
    func bash() throws { try story(.bash) }

    @Test("zsh", .enabled(if: CompletingShell.Kind.zsh.isWanted, CompletingShell.Kind.zsh.reason))
    func zsh() throws { try story(.zsh) }

    @Test(
      "fish",
      .enabled(if: CompletingShell.Kind.fish.isWanted, CompletingShell.Kind.fish.reason)
    )
    func fish() throws { try story(.fish) }

    private func story(_ kind: CompletingShell.Kind) throws {
      let town = try ServerProcess()
      try town.run("set", "selection.only", #"{"count": 4711, "inner": {"deep": 4712}}"#)
      try town.run("set", "scene.saved", "4713")
      let shell = try CompletingShell(kind, town: town.address)
      // Verb and key; a field behind an option; a field whose value is still to be written.
      try shell.enter("townhall ge\tscene.\t", shows: "4713")
      try shell.enter("townhall get sel\t--fie\tco\t", shows: "4711")
      try shell.enter("townhall update selection.only inner.d\t4714; echo fi''rst", shows: "first")
      #expect(try town.run("get", "selection.only", "--field", "inner.deep") == "4714")
      // A street goes on without a blank.
      try shell.enter("townhall keys scene\tsa\t", shows: "scene.saved")
      // A command of the town, with the town on the line.
      try shell.enter(
        "townhall run -t \(town.address) multi\trad\t2; echo seco''nd",
        shows: "second"
      )
      // The name of a file.
      try #"{"from.file": 4715}"#
        .write(toFile: shell.folder.path + "/houses.json", atomically: true, encoding: .utf8)
      try shell.enter("townhall load hou\t; echo thi''rd", shows: "third")
      #expect(try town.run("get", "from.file") == "4715")
      #expect(shell.files == ["houses.json"])
    }

    /// What a peer might call a house to have a shell do something.
    private static let names = [
      "$(touch pwned)", "`touch pwned`", "`\u{301}touch pwned`\u{301}", "\u{301}$(touch pwned)",
      "; touch pwned", "& touch pwned", "|touch pwned", ">pwned", "<(touch pwned)", "a blank",
      "'quote", "x'y\"z", "\"marks", "\\back\\", "*", "?[a]", "{a,b}", "#h", "!h!", "!!", "~root",
      "=ls", "a:b=c", "%1", "^x^y", "é日本", "$'x'", "${PATH}", "$HOME", "(x)",
    ]

    @Test(
      "bash and the names of strangers",
      .enabled(if: CompletingShell.Kind.bash.isWanted, CompletingShell.Kind.bash.reason)
    )
    func strangersInBash() throws { try strangers(.bash) }

    @Test(
      "zsh and the names of strangers",
      .enabled(if: CompletingShell.Kind.zsh.isWanted, CompletingShell.Kind.zsh.reason)
    )
    func strangersInZsh() throws { try strangers(.zsh) }

    @Test(
      "fish and the names of strangers",
      .enabled(if: CompletingShell.Kind.fish.isWanted, CompletingShell.Kind.fish.reason)
    )
    func strangersInFish() throws { try strangers(.fish) }

    /// Each key has a number for its value, so that only the very key brings that number.
    private func strangers(_ kind: CompletingShell.Kind) throws {
      let town = try ServerProcess()
      let shell = try CompletingShell(kind, town: town.address)
      let marks = ["", "'", "\""]
      // These are nowhere offered.
      var houses: StateObject = [
        "out.new\nline; touch pwned": 1, "out.esc\u{1b}[2J": 1, "out.\u{202e}": 1,
      ]
      for (index, name) in Self.names.enumerated() {
        for row in marks.indices {
          houses["k\(row)\(100 + index).\(name)"] = .int(Int64(1000 * row + index + 10_000))
        }
      }
      let file = ScratchFolder()
      try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: true)
      try StateValue.object(houses).text
        .write(toFile: file.path + "/houses.json", atomically: true, encoding: .utf8)
      try town.run("load", file.path + "/houses.json")
      for (index, name) in Self.names.enumerated() {
        for (row, mark) in marks.enumerated() {
          // Between double marks, bash has no way to write what would call up a line typed before.
          if mark == "\"", name.contains("!") { continue }
          // And there, and between single ones, it does not close a pair behind a mark of the same kind.
          if kind == .bash, mark.first != nil, mark.first == name.last { continue }
          try shell.enter(
            "townhall get \(mark)k\(row)\(100 + index)\t",
            shows: "\(1000 * row + index + 10_000)"
          )
        }
      }
      try shell.enter("townhall get out.\t; echo do''ne", shows: "done")
      #expect(shell.files == [])
    }

    @Test("A town that says nothing, or too much, is not waited for and offers nothing")
    func deadline() throws {
      let silent = try SilentTown()
      try expectNothing(from: "ws://127.0.0.1:\(silent.port)")
      let large = try ServerProcess()
      let houses = (0..<150_000).map { "\"street.\($0)\":{\"n\":[\($0),1,2,3]}" }
      let folder = ScratchFolder()
      try FileManager.default.createDirectory(
        atPath: folder.path,
        withIntermediateDirectories: true
      )
      try "{\(houses.joined(separator: ","))}"
        .write(toFile: folder.path + "/large.json", atomically: true, encoding: .utf8)
      try large.run("load", folder.path + "/large.json", "--timeout", "60")
      try expectNothing(from: large.address)
      #expect(try large.run("keys", "street.149999") == "street.149999")
    }

    private func expectNothing(from address: String) throws {
      for _ in 0..<3 {
        let call = try LineProgram([
          BuiltProducts.path(of: "townhall"), "complete", "fish", "--", "get", "-t", address, "",
        ])
        #expect(call.line(seconds: 5) { _ in true } == nil)
        // A tenth of a second; what is more is this machine's, which may be busy.
        #expect(ContinuousClock.now - call.start < .milliseconds(600))
      }
    }
  }
}

/// A town that lets everybody in, and never says a word.
private final class SilentTown {
  let port: Int
  private let listener: Int32

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, pointer, &length) == 0
      }
    }
    try #require(bound)
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(listener) }
}
