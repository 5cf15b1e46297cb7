import SharedState

/// Passes commands between the clients of one server.
///
/// A client may offer a command to the others. Whoever calls it is answered by the server, which has asked the
/// client that offers it; ids are the caller's own, so the whole request comes back to the caller as it was sent.
struct CommandDesk<Peer: Hashable & Sendable>: Sendable {
  /// A message that is to be sent.
  struct Delivery {
    let peer: Peer
    let message: CommandMessage
  }

  private struct Offer {
    let peer: Peer
    let description: StateObject
  }

  private struct Call {
    let caller: Peer
    let request: StateObject
    let runner: Peer
  }

  /// The one command that the server runs itself.
  static var list: String { "commands/list" }

  /// How many commands one client may offer, and how many calls it may have open.
  private let limit: Int
  private var offers: [String: Offer] = [:]
  private var calls: [Int64: Call] = [:]
  private var nextCall: Int64 = 1

  init(limit: Int = 1000) {
    self.limit = limit
  }

  /// Takes a message, and returns those that follow from it.
  mutating func handle(_ message: CommandMessage, from peer: Peer) -> [Delivery] {
    switch message {
    case .request(let request): call(request, from: peer)
    case .response(let answered, let response):
      settle(answered, from: peer) { .response(request: $0, response) }
    case .exception(let answered, let reason):
      settle(answered, from: peer) { .exception(request: $0, reason) }
    case .register(let description):
      offer(description, from: peer)
    }
  }

  /// Forgets a client: its offers are gone, and calls that it was to answer fail.
  mutating func leave(_ peer: Peer) -> [Delivery] {
    offers = offers.filter { $0.value.peer != peer }
    let over = calls.filter { $0.value.caller == peer || $0.value.runner == peer }
    for id in over.keys { calls[id] = nil }
    return over.values.filter { $0.caller != peer }.map {
      Delivery(
        peer: $0.caller,
        message: .exception(request: $0.request, "the client that offered the command has left")
      )
    }
  }

  private mutating func offer(_ description: StateObject, from peer: Peer) -> [Delivery] {
    guard let name = description["name"]?.string, name != Self.list,
      offers.values.count(where: { $0.peer == peer }) < limit
    else { return [] }
    offers[name] = Offer(peer: peer, description: description)
    return []
  }

  private mutating func call(_ request: StateObject, from peer: Peer) -> [Delivery] {
    func refuse(_ reason: String) -> [Delivery] {
      [Delivery(peer: peer, message: .exception(request: request, reason))]
    }
    guard let name = request["name"]?.string else {
      return refuse("the request does not say which command")
    }
    if name == Self.list {
      return [Delivery(peer: peer, message: .response(request: request, listing))]
    }
    guard let offer = offers[name] else { return refuse("unknown command: \(name)") }
    guard calls.values.count(where: { $0.caller == peer }) < limit else {
      return refuse("too many commands are waiting for an answer")
    }
    let id = nextCall
    nextCall += 1
    calls[id] = Call(caller: peer, request: request, runner: offer.peer)
    let arguments = Self.arguments(of: request, over: offer.description)
    return [
      Delivery(
        peer: offer.peer,
        message: .request([
          "name": .string(name), "arguments": .object(arguments), "id": .int(id),
        ])
      )
    ]
  }

  private static func arguments(
    of request: StateObject,
    over description: StateObject
  ) -> StateObject {
    var arguments = description["arguments"]?.object ?? [:]
    for field in request["arguments"]?.object ?? [:] { arguments[field.key] = field.value }
    return arguments
  }

  private mutating func settle(
    _ answered: StateObject,
    from peer: Peer,
    _ answer: (StateObject) -> CommandMessage
  ) -> [Delivery] {
    // An answer to nothing is ignored: NanoVer's server goes deaf on one.
    guard let id = answered["id"]?.int, let call = calls[id], call.runner == peer else { return [] }
    calls[id] = nil
    return [Delivery(peer: call.caller, message: answer(call.request))]
  }

  /// The answer to `commands/list`, in the shapes of 2025 and of 2026.
  private var listing: StateValue {
    var defaults: StateObject = [Self.list: .object([:])]
    var commands: [StateValue] = [["name": .string(Self.list), "arguments": .object([:])]]
    for (name, offer) in offers.sorted(by: { $0.key < $1.key }) {
      let arguments = offer.description["arguments"]?.object ?? [:]
      defaults[name] = .object(arguments)
      var command: StateObject = ["name": .string(name)]
      for field in ["label", "icon"] {
        if let text = offer.description[field]?.string { command[field] = .string(text) }
      }
      command["arguments"] = .object(arguments)
      commands.append(.object(command))
    }
    return ["list": .object(defaults), "commands": .array(commands)]
  }
}
