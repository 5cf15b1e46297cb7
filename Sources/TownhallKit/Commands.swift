public import SharedState
internal import StateSync

extension SharedStateClient {
  /// The names of the commands that can be run on the server, each with its arguments as they are if nothing is said.
  ///
  /// - Throws: An error that says why there was no answer.
  public func commands() async throws -> StateObject {
    StateObject(try await commandDescriptions().map { ($0.name, .object($0.arguments)) })
  }

  /// The commands that can be run on the server, sorted by name.
  package func commandDescriptions() async throws -> [CommandDescription] {
    try await sync.listCommands()
  }

  /// Runs a command of the server, or of somebody who has joined it.
  ///
  /// ```swift
  /// try await client.run("playback/load", arguments: ["index": 1])
  /// ```
  ///
  /// - Parameters:
  ///   - command: Its name.
  ///   - arguments: Those that are not to be as they are if nothing is said.
  /// - Returns: The result; null if there is none.
  /// - Throws: An error with the server's own words if it said anything.
  @discardableResult
  public func run(_ command: String, arguments: StateObject = [:]) async throws -> StateValue {
    try await sync.runCommand(command, arguments: arguments)
  }
}
