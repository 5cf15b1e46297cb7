internal import AccessControl
internal import NetworkSupport
internal import SharedState
internal import StateSync
internal import Trajectory

/// The commands by which an owner asks a server of ours how it stands and who is there, and has somebody leave, only read, or
/// not be seen; and by which anybody asks who wrote what.
///
/// They go over every wire, and are not listed: a headset would show each as a button.
struct OwnersCommands: Sendable {
  private let server: SyncServer
  private let frames: FrameHub
  private let door: Door
  private let limits: ServerLimits
  private let begun: Duration

  init(of server: SyncServer, _ frames: FrameHub, at door: Door, limits: ServerLimits) {
    (self.server, self.frames, self.door, self.limits) = (server, frames, door, limits)
    begun = server.clock.now()
  }

  func offer() {
    for command in OwnersCommand.allCases {
      server.offer(command.name, to: command.role) { arguments throws(CommandFailure) in
        .object(try answer(to: command, arguments))
      }
    }
  }

  private func answer(
    to command: OwnersCommand,
    _ arguments: StateObject
  ) throws(CommandFailure) -> StateObject {
    switch command {
    case .author: return author(of: arguments["key"]?.string ?? "")
    case .status: return status
    case .who:
      if let key = arguments["key"]?.string { return authorInFull(of: key) }
      return ["connections": .array(door.callers.map { .object(description(of: $0)) })]
    case .evict, .freeze, .mute, .release:
      let caller = try caller(arguments)
      switch command {
      case .freeze: server.restrain(caller.number, .frozen)
      case .mute: server.restrain(caller.number, .muted)
      case .release: server.release(caller.number)
      default:
        caller.dismiss(.cause(arguments["reason"]?.string ?? "an owner has sent you away"))
      }
      return description(of: caller)
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
      ("frames", frames.version),
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
    let (messages, pauses) = caller.tally
    return [
      "connection": .int(Int64(caller.number)), "address": .string(caller.peer),
      "role": .string((caller.grant?.role ?? .owner).rawValue),
      "name": .string(caller.grant?.name ?? ""), "token": .string(caller.grant?.id ?? ""),
      "wire": .string(caller.isEntrusted ? "gRPC" : "WebSocket"),
      "client": .bool(door.isSeated(caller.number)),
      "seconds": .int(Int64(caller.age / .seconds(1))),
      "messages": .int(Int64(messages)), "slowed": .int(Int64(pauses)),
      "restraint": .string(
        server.restraints(on: caller.number).map(\.rawValue).sorted().joined(separator: ", ")
      ),
      "user": .string(server.users[caller.number] ?? ""),
    ]
  }

  /// Who wrote a key last, as far as everybody may know; nothing if that was long ago, or nobody has.
  private func author(of key: String) -> StateObject {
    guard let (visitor, age) = server.author(of: key) else { return [:] }
    return author(visitor, age)
  }

  private func author(_ visitor: Visitor, _ age: Duration) -> StateObject {
    let isProgram = visitor.number == Visitor.program.number
    let isHere = isProgram || door.isHere(visitor.number)
    return [
      "connection": .int(Int64(visitor.number)), "age": .double(age / .seconds(1)),
      "name": .string(visitor.name), "gone": .bool(!isHere),
      // Where nobody was given a token, a role says nothing.
      "role": .string(visitor.grant.isEmpty ? "" : visitor.role.rawValue),
      "user": .string(server.users[visitor.number] ?? ""),
    ]
  }

  /// Who wrote a key last, with where they come from.
  private func authorInFull(of key: String) -> StateObject {
    guard let (visitor, age) = server.author(of: key) else { return [:] }
    var author = author(visitor, age)
    author["address"] = .string(visitor.peer)
    author["role"] = .string(visitor.role.rawValue)
    author["token"] = .string(visitor.grant)
    author["wire"] = .string(visitor.wire)
    return author
  }
}
