import ArgumentParser
import ServerDiscovery
import SharedState
import TextScreen

struct Discover: Verb {
  static let configuration = CommandConfiguration(
    commandName: "discover",
    abstract: "Print the servers that announce themselves on the network, as they come and go.",
    discussion: """
      A line for each server that is found, that says something new of itself, or that was not heard for some \
      seconds: nobody says goodbye. Servers of all generations are heard. With --json each line is \
      {"time","kind","name","id","url","addresses","services"}, the kind being found, changed or gone; there is no \
      url where there is nothing to join, and no id where none is announced.

      Networks that drop broadcasts, as VPNs and campus networks do, hide their servers: give townhall the address.

      Ends on ^C with 0. After --for seconds it ends with 0 if any server was heard, else with 1.

      EXAMPLES
        townhall discover
        townhall discover --json --for 2
      """
  )

  @Flag(help: "Print JSON lines.")
  var json = false

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Stop after so long.", valueName: "seconds")
  )
  var time: Seconds?

  func run(in surroundings: Surroundings) async throws {
    let listener = try await DiscoveryListener.start(surroundings.listening)
    surroundings.note(
      "listening for servers on UDP port \(listener.port); networks that drop broadcasts hide theirs: "
        + "join one there by its address, as in townhall ws://lab-3:38801"
    )
    let end = time.map { time in
      Task {
        try await Task.sleep(for: time.duration)
        await listener.close()
      }
    }
    defer { end?.cancel() }
    var wasHeard = false
    for await news in listener.events {
      wasHeard = true
      try surroundings.write(news.map { line($0) + "\n" }.joined())
    }
    await listener.close()
    guard wasHeard || Task.isCancelled else {
      throw Failure(.absent, "no server was heard in time")
    }
  }

  private func line(_ event: DiscoveryEvent) -> String {
    let (kind, server) =
      switch event {
      case .found(let server): ("found", server)
      case .changed(let server): ("changed", server)
      case .gone(let server): ("gone", server)
      }
    guard !json else { return Self.value(kind, server).text }
    let place = server.url ?? "nothing to join at \(server.address)"
    let services = server.services.isEmpty ? "" : "  (\(server.servicesText))"
    // All of it comes from whoever sends datagrams.
    return TextWidth.safe("\(TextWidth.pad(kind, to: 7))  \(place)  \(server.name)\(services)")
  }

  private static func value(_ kind: String, _ server: FoundServer) -> StateValue {
    var object: StateObject = [
      "time": .string(WallClock.now()), "kind": .string(kind), "name": .string(server.name),
    ]
    object["id"] = server.announcedID.map { .string($0) }
    object["url"] = server.url.map { .string($0) }
    object["addresses"] = .array(server.addresses.map { .string($0) })
    object["services"] = .object(
      StateObject(server.services.map { ($0.name, .int(Int64($0.port))) })
    )
    return .object(object)
  }
}
