internal import AccessControl
internal import NetworkSupport
internal import SharedState
internal import StateSync

/// The commands by which an owner asks a server of ours how it stands, and who is there, and has somebody leave or read only.
///
/// They go over every wire, and are not listed: a headset would show each as a button.
struct OwnersCommands: Sendable {
  private let server: SyncServer
  private let door: Door
  private let limits: ServerLimits
  private let begun: Duration

  init(of server: SyncServer, at door: Door, limits: ServerLimits) {
    (self.server, self.door, self.limits) = (server, door, limits)
    begun = server.clock.now()
  }

  func offer() {
    server.offer(OwnersCommand.status.name, to: .owner) { _ in .object(status) }
    server.offer(OwnersCommand.who.name, to: .owner) { arguments in
      if let key = arguments["key"]?.string { return .object(author(of: key)) }
      return ["connections": .array(door.callers.map { .object(description(of: $0)) })]
    }
    server.offer(OwnersCommand.evict.name, to: .owner) { arguments throws(CommandFailure) in
      let caller = try caller(arguments)
      caller.dismiss(.cause(arguments["reason"]?.string ?? "an owner has sent you away"))
      return .object(description(of: caller))
    }
    for (command, isFrozen) in [(OwnersCommand.freeze, true), (.release, false)] {
      server.offer(command.name, to: .owner) { arguments throws(CommandFailure) in
        let caller = try caller(arguments)
        server.setFrozen(isFrozen, caller.number)
        return .object(description(of: caller))
      }
    }
  }

  private func caller(_ arguments: StateObject) throws(CommandFailure) -> Caller {
    guard let number = arguments["connection"]?.int.flatMap({ Int(exactly: $0) }),
      let caller = door.callers.first(where: { $0.number == number })
    else { throw CommandFailure(.failed, "no such connection is here") }
    return caller
  }

  private var status: StateObject {
    let (census, figures) = (door.census, server.figures)
    let numbers: [(String, Int)] = [
      ("seconds", Int((server.clock.now() - begun) / .seconds(1))),
      ("clients", census.seats), ("waiting", census.waiting), ("entries", figures.entries),
      ("state-bytes", figures.bytes), ("unfinished-bytes", census.unfinishedBytes),
      ("locks", figures.locks), ("changes", figures.changes), ("refused-changes", figures.refusals),
      ("arrivals", census.tally.arrivals), ("refused-clients", census.tally.refused),
      ("displaced", census.tally.displaced), ("overfull", census.tally.overfull),
    ]
    var bounds = StateObject()
    var known = limits
    known.clients = door.limits.clients
    known.waiting = door.limits.arrivals
    for limit in ServerLimits.named {
      bounds[limit.name] = limit.value(known).map { .int(Int64($0)) }
    }
    var status = StateObject(numbers.map { ($0.0, .int(Int64($0.1))) })
    status["limits"] = .object(bounds)
    return status
  }

  /// The figures as Prometheus reads them: `townhall_clients 3`, `townhall_limit{name="entries"} 2000000`.
  var metrics: String {
    var lines: [String] = []
    for field in status {
      if let limits = field.value.object {
        lines += limits.map { "townhall_limit{name=\"\($0.key)\"} \($0.value.text)" }
      } else {
        lines.append("townhall_\(field.key.replacing("-", with: "_")) \(field.value.text)")
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func description(of caller: Caller) -> StateObject {
    let (changes, pauses) = caller.tally
    return [
      "connection": .int(Int64(caller.number)), "address": .string(caller.peer),
      "role": .string((caller.grant?.role ?? .owner).rawValue),
      "name": .string(caller.grant?.name ?? ""), "token": .string(caller.grant?.id ?? ""),
      "wire": .string(caller.isEntrusted ? "gRPC" : "WebSocket"),
      "client": .bool(door.isSeated(caller.number)),
      "seconds": .int(Int64(caller.age / .seconds(1))),
      "changes": .int(Int64(changes)), "slowed": .int(Int64(pauses)),
      "frozen": .bool(server.isFrozen(caller.number)),
    ]
  }

  /// Who wrote a key last; nothing if that was long ago, or nobody has.
  private func author(of key: String) -> StateObject {
    guard let (visitor, age) = server.author(of: key) else { return [:] }
    var author: StateObject = [
      "connection": .int(Int64(visitor.number)), "age": .double(age / .seconds(1)),
      "address": .string(visitor.peer), "role": .string(visitor.role.rawValue),
      "name": .string(visitor.name), "token": .string(visitor.grant), "wire": .string(visitor.wire),
    ]
    let isHere = door.callers.contains { $0.number == visitor.number }
    author["gone"] = .bool(!isHere && visitor.number != Visitor.program.number)
    return author
  }
}

/// The names of what an owner can ask of a server of ours.
package enum OwnersCommand: String, CaseIterable, Sendable {
  /// How it stands, in numbers, and its limits.
  case status
  /// Who is there; or, of a `key`, who wrote it last.
  case who
  /// Sends a `connection` away, for a `reason`.
  case evict
  /// Has a `connection` read only.
  case freeze
  /// Lets a `connection` write again.
  case release

  /// What the command is called on a wire.
  package var name: String { "townhall/" + rawValue }
}
