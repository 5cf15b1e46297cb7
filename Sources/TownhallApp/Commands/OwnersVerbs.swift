import ArgumentParser
import SharedState
import TownhallKit

/// How a town of ours stands.
struct ShowStatus: Verb {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tell how a town stands: who is there, how full it is, and its limits.",
    discussion: """
      Towns that 'townhall serve' or the dashboard has opened tell it to their owners: to everybody who may do all.

      EXAMPLES
        townhall status
        townhall status --json --town ws://lab-3:38801
      """
  )

  @OptionGroup var server: PatientServerOptions

  @Flag(help: "Print one line of JSON.")
  var json = false

  func run(in surroundings: Surroundings) async throws {
    let answer = try await server.ask(.status, in: surroundings)
    guard !json else { return try surroundings.print(answer.text) }
    let limits = answer["limits"]?.object ?? [:]
    for field in answer.object ?? [:] where field.key != "limits" {
      let limit = limits[field.key].map { " of \(number($0))" } ?? ""
      try surroundings.print("\(Program.safe(field.key)): \(number(field.value))\(limit)")
    }
    for field in limits where answer[field.key] == nil {
      try surroundings.print("limit of \(Program.safe(field.key)): \(number(field.value))")
    }
  }
}

/// Who is in a town of ours, or wrote a key there.
struct ShowWho: Verb {
  static let configuration = CommandConfiguration(
    commandName: "who",
    abstract: "Tell who is connected to a town, or who wrote a key last.",
    discussion: """
      EXAMPLES
        townhall who
        townhall who selection.root
      """
  )

  @Argument(help: "The key of which to tell who wrote it.")
  var key: String?

  @OptionGroup var server: PatientServerOptions

  @Flag(help: "Print JSON, a line for each connection.")
  var json = false

  func run(in surroundings: Surroundings) async throws {
    let arguments: StateObject = key.map { ["key": .string($0)] } ?? [:]
    // Who wrote a key everybody may know, if not from where.
    let others: OwnersCommand? = key == nil ? nil : .author
    let answer = try await server.ask(.who, arguments, orElse: others, in: surroundings)
    guard let key else {
      for connection in answer["connections"]?.array ?? [] {
        try surroundings.print(json ? connection.text : Self.line(connection))
      }
      return
    }
    guard answer.object?.isEmpty == false else {
      throw Failure(
        .absent,
        "who wrote \(Program.safe(key)) is not known: that was long ago, or nobody has"
      )
    }
    guard !json else { return try surroundings.print(answer.text) }
    let age = answer["age"]?.double.map { Int($0) } ?? 0
    try surroundings.print("\(age) s ago by \(Self.author(answer))")
  }

  private static func author(_ author: StateValue) -> String {
    if number(author["connection"]) == "0" { return "the program that keeps the town" }
    let words = [
      name(author), author["role"]?.string, author["wire"]?.string,
      author["address"]?.string.map { "from \($0)" },
      "connection \(number(author["connection"]))", author["gone"] == true ? "which is gone" : nil,
    ]
    return Program.safe(words.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", "))
  }

  private static func name(_ connection: StateValue) -> String {
    let (name, user) = (connection["name"]?.string ?? "", connection["user"]?.string ?? "")
    return name.isEmpty ? user.isEmpty ? "nobody in particular" : "user \(user)" : name
  }

  private static func line(_ connection: StateValue) -> String {
    func text(_ field: String) -> String { connection[field]?.string ?? "" }
    let words = [
      "connection \(number(connection["connection"]))", name(connection), text("role"),
      text("wire"), "from \(text("address"))", "since \(number(connection["seconds"])) s",
      "\(number(connection["messages"])) messages",
    ]
    let marks = [
      connection["client"] == false ? "waits" : nil, text("restraint"),
      number(connection["slowed"]) == "0" ? nil : "slowed",
    ].compactMap { $0 }.filter { !$0.isEmpty }
    return Program.safe((words + marks).joined(separator: "  "))
  }
}

/// A count, which is a double over gRPC.
private func number(_ value: StateValue?) -> String {
  guard let value else { return "?" }
  return value.double.flatMap { Int64(exactly: $0) }.map { "\($0)" } ?? value.text
}

/// Which connection, and of which town.
struct ConnectionOptions: ParsableArguments {
  @Argument(help: "The connection's number.")
  var connection: Int

  @OptionGroup var server: PatientServerOptions
}

/// What an owner can do to a connection, by its number.
protocol ConnectionVerb: Verb {
  static var command: OwnersCommand { get }
  var options: ConnectionOptions { get }
  var arguments: StateObject { get }
}

extension ConnectionVerb {
  var arguments: StateObject { [:] }

  func run(in surroundings: Surroundings) async throws {
    var all = arguments
    all["connection"] = .int(Int64(options.connection))
    _ = try await options.server.ask(Self.command, all, in: surroundings)
  }
}

struct Evict: ConnectionVerb {
  static let configuration = CommandConfiguration(
    commandName: "evict",
    abstract: "Send a connection away; 'townhall who' tells its number."
  )
  static let command = OwnersCommand.evict

  @OptionGroup var options: ConnectionOptions

  @Option(help: "What to tell it.")
  var reason: String?

  var arguments: StateObject { reason.map { ["reason": .string($0)] } ?? [:] }
}

struct Freeze: ConnectionVerb {
  static let configuration = CommandConfiguration(
    commandName: "freeze",
    abstract: "Have a connection read, and do nothing else, until it is released."
  )
  static let command = OwnersCommand.freeze

  @OptionGroup var options: ConnectionOptions
}

struct Mute: ConnectionVerb {
  static let configuration = CommandConfiguration(
    commandName: "mute",
    abstract: "Have the avatar and the cursors of a connection go, until it is released."
  )
  static let command = OwnersCommand.mute

  @OptionGroup var options: ConnectionOptions
}

struct Release: ConnectionVerb {
  static let configuration = CommandConfiguration(
    commandName: "release",
    abstract: "Let a frozen or muted connection do all that it could before."
  )
  static let command = OwnersCommand.release

  @OptionGroup var options: ConnectionOptions
}

extension PatientServerOptions {
  /// Asks a town of ours for what only its owners may have, or for what there is for those who are none.
  fileprivate func ask(
    _ command: OwnersCommand,
    _ arguments: StateObject = [:],
    orElse lesser: OwnersCommand? = nil,
    in surroundings: Surroundings
  ) async throws -> StateValue {
    try await join(for: .keys([String]()), in: surroundings) { client in
      tellTown(client, in: surroundings)
      do {
        let isOwner = (client.role ?? .owner) == .owner
        let asked = isOwner ? command : lesser ?? command
        return try await client.run(asked.name, arguments: arguments)
      } catch let failure as CommandFailure where failure.kind == .unknownCommand {
        throw Failure(
          .refused,
          "the town at \(client.address) is none of townhall's, so it cannot tell"
        )
      }
    }
  }
}
