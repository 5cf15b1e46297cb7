import ArgumentParser
import ConcurrencySupport
import TownhallKit

/// A shell that can ask what a call may go on with.
enum Shell: String, CaseIterable, ExpressibleByArgument, Sendable {
  case bash, zsh, fish
}

struct PrintCompletion: Verb {
  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Print what has bash, zsh or fish complete the calls of townhall.",
    discussion: """
      Verbs, options, and what the town holds at this moment: keys, streets, fields, commands, lessons. The town is \
      the one that --town names on the line, or TOWNHALL_TOWN. What it has not told within a tenth of a second is not \
      offered; TOWNHALL_COMPLETE_WITHIN gives one that is far away longer, in seconds.

      EXAMPLES
        source <(townhall completion bash)
        townhall completion zsh > ~/.zfunc/_townhall
        townhall completion fish > ~/.config/fish/completions/townhall.fish
      """
  )

  @Argument(help: "Which shell.")
  var shell: Shell

  func run(in surroundings: Surroundings) async throws { try surroundings.write(shell.script) }
}

/// What the shells' scripts call: `townhall complete SHELL -- WORD…`, of which the last word is being typed.
struct CompleteCall: Verb {
  static let configuration = CommandConfiguration(
    commandName: "complete",
    abstract:
      "Print what a call may go on with; the scripts that 'townhall completion' prints ask for it.",
    shouldDisplay: false
  )

  @Argument(help: "Which shell asks.")
  var shell: Shell

  @Option(help: "At which characters bash begins a word anew.")
  var breaks = ""

  @Argument(parsing: .postTerminator, help: "The words up to the cursor; for bash the line.")
  var words: [String] = []

  /// How long the program may run in all, from its start to its last word.
  static let patience = Duration.milliseconds(100)

  func run(in surroundings: Surroundings) async throws {
    guard let line = line(of: surroundings.behindDashes) else { return }
    // Whoever writes holds it, so that what ends the program at last cuts nothing short.
    let pen = Locked(())
    let limit = Self.patience(of: surroundings.variables) - surroundings.age()
    guard limit > .zero else { return }
    surroundings.endLatest(limit, pen)
    let answer = try? await within(limit) {
      await Completer.completions(of: line, in: surroundings)
    }
    guard let answer else { return }
    let text = answer.lines(for: shell, in: line).map { $0 + "\n" }.joined()
    try pen.withLock { _ in if !text.isEmpty { try surroundings.write(text) } }
  }

  /// The words, as their shell means them.
  private func line(of words: [String]) -> TypedCall? {
    guard let last = words.last else { return nil }
    switch shell {
    case .bash: return TypedCall(bash: last, breaks: breaks)
    case .zsh: return TypedCall(words: words.dropLast(), typed: last)
    case .fish: return TypedCall(words: words.dropLast(), typed: TypedCall.text(ofFish: last))
    }
  }

  /// How long somebody is willing to wait for a town.
  static func patience(of variables: [String: String]) -> Duration {
    variables["TOWNHALL_COMPLETE_WITHIN"].flatMap { Seconds(argument: $0)?.duration } ?? patience
  }
}
