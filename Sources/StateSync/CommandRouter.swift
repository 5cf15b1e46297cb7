package import SharedState

/// Passes commands between all who have joined a server, by whatever wire, and the server itself; no clock, no tasks.
///
/// A peer may offer a command to the others. Whoever calls it is answered by the router, which has asked the
/// peer that offers it; ids are the caller's own, so the whole request comes back to the caller as it was sent.
package struct CommandRouter<Peer: Hashable & Sendable>: Sendable {
  package struct Delivery: Sendable {
    package let peer: Peer
    package let message: CommandMessage
  }

  /// What keeps the router from growing without end.
  package struct Limits: Sendable {
    /// How many commands one peer may offer.
    package var offers = StateLimits().commands
    /// How many calls one peer may have open.
    package var calls = StateLimits().running
    package var allCalls = 10_000
    /// How long a peer may take to answer.
    package var patience = Duration.seconds(60)

    package init() {}
  }

  /// How many offers were passed over, since whoever made them offers too much already.
  package private(set) var passedOver = 0

  private struct Offer: Sendable {
    let peer: Peer
    let description: CommandDescription
    /// Whether nobody else may offer a command of that name.
    let isFixed: Bool
    /// Whether it is not listed.
    var isHidden = false
  }

  private struct Call: Sendable {
    let caller: Peer
    let request: StateObject
    let runner: Peer
    let due: Duration
  }

  private let limits: Limits
  private var offers: [StateKey: Offer] = [:]
  private var calls: [Int64: Call] = [:]
  /// How many calls each peer has open.
  private var open: [Peer: Int] = [:]
  private var nextCall: Int64 = 1
  /// All calls before this one have been settled.
  private var oldestCall: Int64 = 1

  package init(limits: Limits = Limits()) { self.limits = limits }

  /// What is offered, sorted by name; how to ask for the list is not in it.
  package var descriptions: [CommandDescription] {
    offers.values.filter { !$0.isHidden }.map(\.description).sorted { $0.name < $1.name }
  }

  /// When to call `expire`, if at all.
  package var deadline: Duration? { calls[oldestCall]?.due }

  /// Offers a command of the server's own, which nobody else can replace.
  package mutating func fix(
    _ description: CommandDescription,
    by peer: Peer,
    isHidden: Bool = false
  ) {
    let name = StateKey(description.name)
    offers[name] = Offer(peer: peer, description: description, isFixed: true, isHidden: isHidden)
  }

  /// Takes a message, and returns those that follow from it.
  package mutating func handle(
    _ message: CommandMessage,
    from peer: Peer,
    at now: Duration
  ) -> [Delivery] {
    switch message {
    case .request(let request): call(request, from: peer, at: now)
    case .response(let answered, let response):
      settle(answered, from: peer) { .response(request: $0, response) }
    case .exception(let answered, let failure):
      settle(answered, from: peer) { .exception(request: $0, failure) }
    case .register(let description):
      offer(description, from: peer)
    }
  }

  /// Forgets a peer: its offers are gone, and calls that it was to answer fail.
  package mutating func leave(_ peer: Peer) -> [Delivery] {
    offers = offers.filter { $0.value.peer != peer }
    let over = calls.filter { $0.value.caller == peer || $0.value.runner == peer }
    let reason = CommandFailure(.unavailable, "the client that offered the command has left")
    return over.keys.sorted().compactMap { end($0) }.filter { $0.caller != peer }
      .map { Self.failure(of: $0, reason) }
  }

  /// Gives up calls that have waited long enough for an answer.
  package mutating func expire(at now: Duration) -> [Delivery] {
    var deliveries: [Delivery] = []
    while let call = calls[oldestCall], call.due <= now {
      _ = end(oldestCall)
      let words = "no answer within \(limits.patience)"
      deliveries.append(Self.failure(of: call, CommandFailure(.unavailable, words)))
    }
    return deliveries
  }

  package mutating func abandonAll(_ reason: CommandFailure) -> [Delivery] {
    calls.keys.sorted().compactMap { end($0) }.map { Self.failure(of: $0, reason) }
  }

  private static func failure(of call: Call, _ failure: CommandFailure) -> Delivery {
    Delivery(peer: call.caller, message: .exception(request: call.request, failure))
  }

  private mutating func offer(_ object: StateObject, from peer: Peer) -> [Delivery] {
    guard let description = CommandDescription(object), description.name != CommandDescription.list
    else { return [] }
    let name = StateKey(description.name)
    guard offers[name]?.isFixed != true else { return [] }
    guard
      offers[name]?.peer == peer || offers.values.count(where: { $0.peer == peer }) < limits.offers
    else {
      passedOver += 1
      return []
    }
    offers[name] = Offer(peer: peer, description: description, isFixed: false)
    return []
  }

  private mutating func call(
    _ request: StateObject,
    from peer: Peer,
    at now: Duration
  ) -> [Delivery] {
    func refuse(_ kind: CommandFailure.Kind, _ reason: String) -> [Delivery] {
      let failure = CommandFailure(kind, reason)
      return [Delivery(peer: peer, message: .exception(request: request, failure))]
    }
    guard let name = request["name"]?.string else {
      return refuse(.failed, "the request does not say which command")
    }
    if name == CommandDescription.list {
      return [Delivery(peer: peer, message: .response(request: request, listing))]
    }
    guard let offer = offers[StateKey(name)] else {
      return refuse(.unknownCommand, "unknown command: \(name)")
    }
    // What the program answers itself ends soon, so it has room of its own: others cannot keep an owner from it.
    let room = limits.allCalls + (offer.isFixed ? limits.calls : 0)
    guard open[peer, default: 0] < limits.calls, calls.count < room else {
      return refuse(.unavailable, "too many commands are waiting for an answer")
    }
    let due = now + limits.patience
    let id = begin(Call(caller: peer, request: request, runner: offer.peer, due: due))
    var arguments = offer.description.arguments
    for field in request["arguments"]?.object ?? [:] { arguments[field.key] = field.value }
    let message: StateObject = [
      "name": .string(name), "arguments": .object(arguments), "id": .int(id),
    ]
    return [Delivery(peer: offer.peer, message: .request(message))]
  }

  private mutating func settle(
    _ answered: StateObject,
    from peer: Peer,
    _ answer: (StateObject) -> CommandMessage
  ) -> [Delivery] {
    // An answer to nothing is ignored: NanoVer's server goes deaf on one.
    guard let id = answered["id"]?.int, calls[id]?.runner == peer, let call = end(id) else {
      return []
    }
    return [Delivery(peer: call.caller, message: answer(call.request))]
  }

  private mutating func begin(_ call: Call) -> Int64 {
    defer { nextCall += 1 }
    calls[nextCall] = call
    open[call.caller, default: 0] += 1
    return nextCall
  }

  private mutating func end(_ id: Int64) -> Call? {
    guard let call = calls.removeValue(forKey: id) else { return nil }
    let left = open[call.caller, default: 1] - 1
    open[call.caller] = left > 0 ? left : nil
    while oldestCall < nextCall, calls[oldestCall] == nil { oldestCall += 1 }
    return call
  }

  /// The answer to `commands/list`, in the shapes of 2025 and of 2026.
  private var listing: StateValue {
    let all = [CommandDescription(name: CommandDescription.list)] + descriptions
    let defaults = StateObject(all.map { ($0.name, .object($0.arguments)) })
    return ["list": .object(defaults), "commands": .array(all.map { .object($0.object) })]
  }
}
