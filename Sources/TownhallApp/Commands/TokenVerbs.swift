import AccessControl
import ArgumentParser
import SharedState

/// Tokens, by which a town knows who comes: given out, listed and taken back.
struct Tokens: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Give out, list and take back the tokens by which a town knows who comes.",
    discussion: """
      A guest reads, and moves its own avatar; a writer writes, runs commands and takes locks; an owner can do all, and \
      send others away. A town that runs with --access goes by the file within a second: whose token is taken back, or \
      has ended, is sent away.

      A token is shown once. The file keeps what it is good for, and a number that it can be recognised by (SHA-256), from \
      which nobody can make it again. Whoever has one puts it into TOWNHALL_ACCESS_TOKEN, or into a file that \
      TOWNHALL_ACCESS_TOKEN_FILE names; other programs send 'Authorization: Bearer TOKEN', or ask for ws://host:port/?token=TOKEN.

      EXAMPLES
        townhall token new guest --name 'the class' --for 8h
        townhall token new owner --access ~/town.access > ~/owner.token
        townhall token list
        townhall token revoke 3f2a9c1d
      """,
    subcommands: [NewToken.self, ListTokens.self, RevokeToken.self]
  )
}

/// Which file lists the tokens.
struct AccessFileOptions: ParsableArguments {
  @Option(
    file:
      "The file that lists who may come; townhall/access in XDG_CONFIG_HOME (~/.config) without it."
  )
  var access: String?

  func file(in surroundings: Surroundings) throws -> AccessFile {
    guard let path = access ?? AccessFile.usualPath(surroundings.variables) else {
      throw Failure(.badUsage, "--access must name a file: neither XDG_CONFIG_HOME nor HOME is set")
    }
    return AccessFile(path: path)
  }
}

/// How long a token is good: `90m`, `8h`, `5d`.
struct TokenLife: ExpressibleByArgument, Sendable {
  let seconds: Int

  init?(argument: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()),
      (1...(10 * 366 * 86_400 / unit)).contains(count)
    else { return nil }
    seconds = count * unit
  }
}

/// A role, as it is typed.
struct TypedRole: ExpressibleByArgument, Sendable {
  let role: AccessRole

  init?(argument: String) {
    guard let role = AccessRole(rawValue: argument) else { return nil }
    self.role = role
  }

  static var allValueStrings: [String] { AccessRole.allCases.map(\.rawValue) }
}

struct NewToken: Verb {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a token, note what it is good for, and print it, once."
  )

  @Argument(
    help: ArgumentHelp("What its holder may do: guest, writer or owner.", valueName: "role")
  )
  var typed: TypedRole

  @Option(help: "Whom it is for, as others see it.")
  var name = ""

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "How long it is good, such as 90m, 8h or 5d; for ever without it.",
      valueName: "time"
    )
  )
  var life: TokenLife?

  @OptionGroup var options: AccessFileOptions

  func validate() throws {
    guard AccessList.isPlain(name) else {
      throw ValidationError("--name wants 64 characters at most, all of them visible")
    }
  }

  func run(in surroundings: Surroundings) async throws {
    let token = AccessToken.random()
    let end = life.map { Instant.now + $0.seconds }
    let grant = Grant(typed.role, name: name, digest: token.digest, end: end)
    let file = try options.file(in: surroundings)
    try file.change { list throws(AccessListError.Problem) in try list.add(grant) }
    try surroundings.print(token.text)
    let until = end.map { "until " + Instant.text($0) } ?? "for ever"
    surroundings.note(
      "this is shown once: \(grant.id) lets its holder be \(typed.role.rawValue) \(until); \(file.path) lists it"
    )
  }
}

struct ListTokens: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the tokens that are good for something, without what they are."
  )

  @OptionGroup var options: AccessFileOptions

  func run(in surroundings: Surroundings) async throws {
    for grant in try options.file(in: surroundings).read().grants {
      let end = grant.end.map { end in
        (end <= Instant.now ? "ended " : "until ") + Instant.text(end)
      }
      let columns = [grant.id, grant.role.rawValue, end ?? "for ever", Program.safe(grant.name)]
      try surroundings.print(columns.joined(separator: "  "))
    }
  }
}

struct RevokeToken: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Take a token back; a town that goes by the file sends its holder away."
  )

  @Argument(help: "What 'token list' calls it.")
  var id: String

  @OptionGroup var options: AccessFileOptions

  func run(in surroundings: Surroundings) async throws {
    let file = try options.file(in: surroundings)
    var revoked: Grant?
    try file.change { list in revoked = list.revoke(id) }
    guard revoked != nil else {
      throw Failure(.absent, "\(file.path) lists no token \(Program.safe(id))")
    }
  }
}
