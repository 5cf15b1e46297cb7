import Foundation
import SharedState
import TestSupport

/// The examples of a page, typed one after the other into one shell, on a machine of their own that is called lab-3.
///
/// Its network is a namespace, so that addresses are those of the page, and nothing of it can be reached from outside. A
/// town is there, on the port that all of ours have, unless the page says `<!-- town: none -->`; what else it says of it
/// there are options of `townhall serve`.
struct DocumentedSession {
  /// Something that the shell is given, and how what comes of it is judged.
  private struct Step {
    var line: Int
    var command: String
    /// What it is to print; `nil` if only how it ends counts.
    var call: MarkdownPage.Call?
  }

  private static let town = "ws://127.0.0.1:38801"
  private static let host = "lab-3"

  private let page: MarkdownPage
  private let scratch = ScratchFolder()

  init(_ page: MarkdownPage) { self.page = page }

  /// What is wrong with the examples, each with its place.
  func troubles() throws -> [String] {
    var troubles: [String] = []
    var steps: [Step] = []
    for folder in ["home", "bin", "out"] {
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/\(folder)",
        withIntermediateDirectories: true
      )
    }
    for example in page.examples where example.reasonNotRun == nil {
      // What comes behind it may be about what it does.
      guard example.language != "python" || Self.python != nil else { break }
      if let found = try self.steps(of: example) {
        steps += found
      } else if let trouble = trouble(with: example) {
        troubles.append("\(page.name):\(example.line): \(trouble)")
      }
    }
    guard !steps.isEmpty else { return troubles }
    let end = try run(script(for: steps))
    for (number, step) in steps.enumerated() {
      guard let trouble = trouble(with: step, number: number) else { continue }
      troubles.append("\(page.name):\(step.line): \(step.command)\n\(trouble)")
      // What comes behind it may be of no use.
      if trouble == Self.missing {
        troubles[troubles.count - 1] += "\n\(end)"
        break
      }
    }
    return troubles
  }

  // MARK: What is done

  /// What a shell is given for an example; `nil` if it is given nothing.
  private func steps(of example: MarkdownPage.Example) throws -> [Step]? {
    let file = "\(scratch.path)/out/line-\(example.line)"
    func step(_ command: String) -> [Step] { [Step(line: example.line, command: command)] }
    switch example.language {
    case "console":
      return example.calls.map { Step(line: $0.line, command: $0.command, call: $0) }
    case "sh":
      return step("( set -e; \(example.code)\n)")
    case "toml":
      try Data((example.code + "\n").utf8).write(to: URL(filePath: file + ".toml"))
      let verb = example.code.contains("[[lesson]]") ? "tour --check" : "settings --config"
      return step("townhall \(verb) \(file).toml")
    case "python":
      try Data((example.code + "\n").utf8).write(to: URL(filePath: file + ".py"))
      return step("\(Self.python ?? "python3") \(file).py")
    default:
      return nil
    }
  }

  /// What is wrong with an example that no shell is given.
  private func trouble(with example: MarkdownPage.Example) -> String? {
    switch example.language {
    // `DocumentedCodeTests` has these, and `ForProgramsPageTests` those in which two programs talk.
    case "swift", "dialogue": return nil
    case "json":
      let isWhole = (try? StateValue(text: example.code)) != nil
      let isLines = example.lines.allSatisfy { (try? StateValue(text: $0)) != nil }
      return isWhole || isLines ? nil : "this is not JSON"
    default: return "nobody knows how to try \"\(example.language)\""
    }
  }

  /// The interpreter with NanoVer's packages, which `.ci/peer-venv.sh` makes.
  ///
  /// Where it is not there a page is left at its first example in Python; CI wants all of them.
  private static var python: String? {
    let path = MarkdownPage.root.appending(path: ".build/peer-venv/bin/python").path()
    let isWanted = ProcessInfo.processInfo.environment["CI"] != nil
    return isWanted || FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  private func script(for steps: [Step]) -> String {
    let options = page.note("town") ?? ""
    let town =
      options == "none"
      ? ""
      : """
      townhall serve --quiet \(options) >"$OUT/town" 2>&1 &
      lines_in "$OUT/town" 1
      """
    let typed = steps.enumerated().map { number, step in
      let file = "\"$OUT/\(number)\""
      let lines = step.call?.output.count { $0 != "…" } ?? 0
      // What goes on is judged by what it has printed when that can be all.
      let pause =
        step.call?.isInBackground == true
        ? "lines_in \(file) \(lines); cp \(file) \(file).seen" : "cp \(file) \(file).seen"
      return """
        exec >\(file) 2>&1
        eval \(Self.quoted(step.command))
        echo $? >\(file).status
        \(pause)
        """
    }
    return """
      lines_in() {
        for _ in $(seq 200); do
          if [ "$(wc -l <"$1")" -ge "$2" ]; then break; fi
          sleep 0.1
        done
        sleep 0.2
      }
      finish() { trap - EXIT; kill $(jobs -p) 2>/dev/null; wait; }
      trap finish EXIT
      cd "$HOME"
      \(town)
      \(typed.joined(separator: "\n"))
      """
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: #"'\''"#) + "'"
  }

  /// Runs a script on the machine of the page, and returns what it has said outside of its steps.
  private func run(_ script: String) throws -> String {
    let network = try NetworkNamespace()
    let files = [
      "session": script, "hosts": "127.0.0.1 localhost \(Self.host)\n::1 localhost\n",
    ]
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(filePath: "\(scratch.path)/\(name)"))
    }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/bin/townhall",
      withDestinationPath: BuiltProducts.path(of: "townhall")
    )
    let machine = """
      hostname \(Self.host) && mount --bind \(scratch.path)/hosts /etc/hosts \
      && exec timeout -k 5 100 bash \(scratch.path)/session
      """
    let arguments = network.call(["unshare", "-m", "-u", "sh", "-c", machine])
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = [
      "PATH": "\(scratch.path)/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      "HOME": scratch.path + "/home", "OUT": scratch.path + "/out", "LANG": "C.UTF-8",
      "TOWNHALL_TOWN": Self.town,
      "PYTHONPATH": MarkdownPage.root.appending(path: ".ci/packaging/python").path(),
      "PYTHONDONTWRITEBYTECODE": "1",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: said, as: UTF8.self)
  }

  // MARK: What comes of it

  private static let missing = "was not reached, or did not end"

  private func trouble(with step: Step, number: Int) -> String? {
    let file = "\(scratch.path)/out/\(number)"
    guard let printed = try? String(contentsOfFile: file + ".seen", encoding: .utf8),
      let status = try? String(contentsOfFile: file + ".status", encoding: .utf8)
    else { return Self.missing }
    if let call = step.call {
      return call.expects(printed)
        ? nil : "prints\n\(printed)where the page says\n\(call.output.joined(separator: "\n"))"
    }
    return status == "0\n" ? nil : "ends with \(status)\(printed)"
  }
}
