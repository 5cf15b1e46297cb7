package import AccessControl
import Glibc
package import NIOCore
import Synchronization

/// Who has come to a server: those at the door, and those who have a seat.
///
/// Whoever connects stands at the door until it has a seat. Nobody is turned away there, since it cannot be told who would
/// have asked for something: when there are too many, the one goes that has stood there longest, of the peer that has most
/// of them there. So those who knock and say nothing make room for those who do, and a newcomer has as long as so many
/// others take to come.
///
/// - Complexity: O(1) for each who comes, asks and goes; O(*n*) in those at the door for each who comes when it is full.
package final class Door: Sendable {
  private struct Standing {
    let caller: Caller
    /// How many seats it has.
    var seats = 0
    /// How many calls it has open, seat or not.
    var calls = 0
    /// How many bytes it has sent of messages that are not whole yet.
    var unfinished = 0
  }

  private struct State {
    var standings: [Int: Standing] = [:]
    var lastNumber = 0
    var seats = 0
    var seatsOfPeer: [String: Int] = [:]
    /// How many have no seat.
    var waiting = 0
    var unfinished = 0
    var isClosing = false
    var tally = Tally()
  }

  /// What has happened at a door since it was opened.
  package struct Tally: Sendable, Hashable {
    /// How many have connected.
    package var arrivals = 0
    /// How many were asked to go because too many stood there.
    package var displaced = 0
    /// How many were told that there is no seat.
    package var refused = 0
    /// How many were sent away because of the bytes of messages that they did not finish.
    package var overfull = 0
  }

  /// How things stand at a door.
  package struct Census: Sendable, Hashable {
    package var seats = 0
    package var waiting = 0
    package var unfinishedBytes = 0
    package var tally = Tally()
  }

  package let limits: ClientLimits
  /// Who may come as what; nil if everybody may do all.
  package let gate: AccessGate?
  private let state = Mutex(State())

  package init(limits: ClientLimits, gate: AccessGate? = nil) {
    (self.limits, self.gate) = (limits, gate)
  }

  package var census: Census {
    state.withLock {
      Census(
        seats: $0.seats,
        waiting: $0.waiting,
        unfinishedBytes: $0.unfinished,
        tally: $0.tally
      )
    }
  }

  /// Whether a caller is there.
  package func isHere(_ number: Int) -> Bool { state.withLock { $0.standings[number] != nil } }

  /// Whether a caller has a seat.
  package func isSeated(_ number: Int) -> Bool {
    state.withLock { ($0.standings[number]?.seats ?? 0) > 0 }
  }

  /// How many seats are taken.
  package var seatCount: Int { state.withLock { $0.seats } }

  /// All who are there, in the order in which they came.
  package var callers: [Caller] {
    state.withLock { $0.standings.values.map(\.caller) }.sorted { $0.number < $1.number }
  }

  /// Takes in a connection, until it closes; nil once the server is shutting down.
  ///
  /// To be called on its event loop, before anything else is in its pipeline.
  package func admit(_ channel: any Channel) -> Caller? {
    let peer = channel.remoteAddress.map(Self.peer) ?? "?"
    let (caller, displaced) = state.withLock { state -> (Caller?, Caller?) in
      guard !state.isClosing else { return (nil, nil) }
      let displaced = state.waiting >= limits.arrivals ? Self.longestWaiting(in: state) : nil
      if let displaced {
        state.tally.displaced += 1
        Self.remove(displaced.number, from: &state)
      }
      state.lastNumber += 1
      state.tally.arrivals += 1
      state.waiting += 1
      let caller = Caller(state.lastNumber, from: peer, on: channel, at: self)
      state.standings[caller.number] = Standing(caller: caller)
      return (caller, displaced)
    }
    displaced?.hangUp()
    guard let caller else { return nil }
    try? channel.pipeline.syncOperations.addHandler(Threshold(of: caller))
    channel.closeFuture.whenComplete { [weak self] _ in self?.forget(caller.number) }
    return caller
  }

  /// Has the one go who has stood at the door longest, to make room for something else that the process needs.
  package func makeRoom() {
    let displaced = state.withLock { state -> Caller? in
      guard let caller = Self.longestWaiting(in: state) else { return nil }
      state.tally.displaced += 1
      Self.remove(caller.number, from: &state)
      return caller
    }
    displaced?.hangUp()
  }

  /// By what a peer is told apart: its address, and of an IPv6 one the network, since each has as many as it likes there.
  static func peer(_ address: SocketAddress) -> String {
    guard let text = address.ipAddress else { return address.pathname ?? "?" }
    var bytes = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &bytes) == 1 else { return text }
    if bytes == [UInt8](repeating: 0, count: 15) + [1] { return text }
    if bytes.starts(with: [UInt8](repeating: 0, count: 10) + [0xff, 0xff]) {
      return bytes.suffix(4).map { String($0) }.joined(separator: ".")
    }
    let groups = stride(from: 0, to: 8, by: 2).map { index in
      String(Int(bytes[index]) << 8 | Int(bytes[index + 1]), radix: 16)
    }
    return groups.joined(separator: ":") + "::/64"
  }

  /// Whether a peer is this machine itself.
  private static func isThisMachine(_ peer: String) -> Bool {
    peer == "::1" || peer.hasPrefix("127.")
  }

  /// Of those without a seat the first of the peer that has most of them; those in the middle of a call only if there is
  /// nobody else.
  private static func longestWaiting(in state: borrowing State) -> Caller? {
    let all = state.standings.values.filter { $0.seats == 0 }
    let idle = all.filter { $0.calls == 0 }
    let waiting = idle.isEmpty ? all : idle
    let counts = waiting.reduce(into: [:]) { $0[$1.caller.peer, default: 0] += 1 }
    let most = counts.values.max() ?? 0
    return waiting.filter { counts[$0.caller.peer] == most }.map(\.caller)
      .min { $0.number < $1.number }
  }

  private static func remove(_ number: Int, from state: inout State) {
    guard let standing = state.standings.removeValue(forKey: number) else { return }
    state.unfinished -= standing.unfinished
    if standing.seats == 0 { state.waiting -= 1 }
    returnSeats(standing.seats, of: standing.caller.peer, in: &state)
  }

  private static func returnSeats(_ count: Int, of peer: String, in state: inout State) {
    guard count > 0 else { return }
    state.seats -= count
    let left = (state.seatsOfPeer[peer] ?? 0) - count
    state.seatsOfPeer[peer] = left > 0 ? left : nil
  }

  private func forget(_ number: Int) { state.withLock { Self.remove(number, from: &$0) } }

  /// Sends away those whose token is good no more.
  package func checkGrants() {
    guard let gate else { return }
    for caller in callers {
      guard let grant = caller.grant, let denial = gate.denial(of: grant) else { continue }
      caller.dismiss(.cause(denial.description))
    }
  }

  /// Lets nobody in any more, and returns all who are there.
  package func close() -> [Caller] {
    state.withLock { $0.isClosing = true }
    return callers
  }
}

// MARK: - For callers

extension Door {
  /// Why there is no seat for somebody.
  package enum Full: Error, Sendable, Hashable {
    /// The seats are all taken.
    case all(of: Int)
    /// The peer has as many as one may have.
    case ofPeer(Int, of: Int)
    /// The connection has as many as one may have.
    case ofConnection(Int)
    /// The server is closing down.
    case closing

    /// The words for it: `this shared state is full: 256 of 256 clients`.
    package var words: String {
      switch self {
      case .all(let limit):
        "this shared state is full: \(limit) of \(limit) clients"
      case .ofPeer(let count, let limit):
        "this shared state has no more room for your address: \(count) of \(limit) clients are from there"
      case .ofConnection(let count):
        "this connection has as many subscriptions as one may have: \(count)"
      case .closing:
        "this shared state is closing"
      }
    }
  }

  fileprivate func admit(_ token: AccessToken?) throws(AccessDenied) -> Grant? {
    try gate?.admit(token)
  }

  fileprivate func takeSeat(_ number: Int) throws(Full) {
    let result = state.withLock { state -> Result<Void, Full> in
      guard let standing = state.standings[number], !state.isClosing else {
        return .failure(.closing)
      }
      let peer = standing.caller.peer
      if let full = full(for: peer, having: standing.seats, in: state) {
        state.tally.refused += 1
        return .failure(full)
      }
      state.seats += 1
      state.seatsOfPeer[peer, default: 0] += 1
      if standing.seats == 0 { state.waiting -= 1 }
      state.standings[number]?.seats += 1
      return .success(())
    }
    try result.get()
  }

  private func full(for peer: String, having own: Int, in state: borrowing State) -> Full? {
    if state.seats >= limits.clients { return .all(of: limits.clients) }
    if own >= limits.seatsOfConnection { return .ofConnection(own) }
    let ofPeer = state.seatsOfPeer[peer] ?? 0
    guard let most = limits.clientsOfPeer ?? (Self.isThisMachine(peer) ? nil : limits.fairShare),
      ofPeer >= most
    else { return nil }
    return .ofPeer(ofPeer, of: limits.clients)
  }

  fileprivate func returnSeat(_ number: Int) {
    state.withLock { state in
      guard let standing = state.standings[number], standing.seats > 0 else { return }
      state.standings[number]?.seats -= 1
      if standing.seats == 1 { state.waiting += 1 }
      Self.returnSeats(1, of: standing.caller.peer, in: &state)
    }
  }

  fileprivate func count(calls change: Int, of number: Int) {
    state.withLock { $0.standings[number]?.calls += change }
  }

  /// Notes how many bytes a caller has sent of what is not whole, and sends away whoever has most if that is too much in all.
  fileprivate func note(unfinished bytes: Int, of number: Int) {
    let greediest = state.withLock { state -> Caller? in
      guard let former = state.standings[number]?.unfinished else { return nil }
      state.unfinished += bytes - former
      state.standings[number]?.unfinished = bytes
      guard state.unfinished > limits.unfinishedBytes, bytes > former else { return nil }
      let greediest = state.standings.values.max { $0.unfinished < $1.unfinished }
      guard let caller = greediest?.caller else { return nil }
      state.tally.overfull += 1
      // What it has sent is let go of with the connection; nobody else is to go for it meanwhile.
      state.unfinished -= state.standings[caller.number]?.unfinished ?? 0
      state.standings[caller.number]?.unfinished = 0
      return caller
    }
    greediest?.dismiss(
      .cause(
        "unfinished messages take more than \(limits.unfinishedBytes) bytes here, and most of them are yours"
      )
    )
  }
}

/// One connection to a server, from its first byte.
package final class Caller: Sendable {
  /// Names it for as long as the server runs.
  package let number: Int
  /// Where it comes from, as peers are told apart: `192.168.1.7`, `2001:db8:0:1::/64`.
  package let peer: String
  package let channel: any Channel
  private let arrival = NIODeadline.now()
  private let door: Door

  /// Why a server parts from somebody.
  package enum Parting: Sendable, Hashable {
    /// It shuts down.
    case closing
    /// For something that concerns this one alone, in a sentence that it is told if its wire has words for it.
    case cause(String)
  }

  private struct State {
    /// Says goodbye; until somebody knows how, the connection is just closed.
    var farewell: (@Sendable (Parting) -> Void)?
    /// Whether it has asked for something real.
    var hasAsked = false
    /// What the token that it has shown is good for.
    var grant: Grant?
    /// Whether somebody else says goodbye to it when the server shuts down.
    var isEntrusted = false
    /// How many of its calls follow frames.
    var followings = 0
    var changes = 0
    var pauses = 0
    var restored = NIODeadline.uptimeNanoseconds(0)
    /// How many of its calls wait for the rest of their message, and how many bytes have come since the first of them, or
    /// since a moment before it.
    var unread = (calls: 0, bytes: 0, since: NIODeadline.uptimeNanoseconds(0))
  }

  /// So long before a call begins its bytes may have come, when whoever answers it is kept busy.
  private static let callDelay = TimeAmount.seconds(1)

  private let state = Mutex(State())

  fileprivate init(_ number: Int, from peer: String, on channel: any Channel, at door: Door) {
    (self.number, self.peer, self.channel, self.door) = (number, peer, channel, door)
  }

  /// Whether it has asked for something real.
  package var hasAsked: Bool { state.withLock { $0.hasAsked } }

  /// Whether somebody else says goodbye to it when the server shuts down.
  package var isEntrusted: Bool { state.withLock { $0.isEntrusted } }

  /// Leaves it to somebody else, who says goodbye to it when the server shuts down.
  package func entrust() { state.withLock { $0.isEntrusted = true } }

  /// What the token that it has shown is good for; nil if none was asked for.
  package var grant: Grant? { state.withLock { $0.grant } }

  /// Lets it in, if the token that it shows is good for something; nil if none is asked for.
  ///
  /// - Throws: Why it is not let in.
  package func show(_ token: AccessToken?) throws(AccessDenied) -> Grant? {
    let grant = try door.admit(token)
    state.withLock { $0.grant = grant }
    return grant
  }

  /// Takes a client's seat, which is its own until it gives it back or closes.
  ///
  /// - Throws: Why there is none, which is to be told.
  package func takeSeat() throws(Door.Full) {
    try door.takeSeat(number)
    state.withLock { $0.hasAsked = true }
  }

  package func returnSeat() { door.returnSeat(number) }

  /// Begins to follow the frames of a simulation, which takes no seat.
  ///
  /// - Returns: Whether it does so only once.
  /// - Throws: Why it may not: it does so as often as it could have seats.
  package func beginFollowing() throws(Door.Full) -> Bool {
    let most = door.limits.seatsOfConnection
    let count = state.withLock { state in
      guard state.followings < most else { return nil as Int? }
      state.followings += 1
      return state.followings
    }
    guard let count else { throw .ofConnection(most) }
    return count == 1
  }

  package func endFollowing() { state.withLock { $0.followings -= 1 } }

  /// Notes that a call has begun, which is something real.
  package func beginCall() {
    state.withLock { $0.hasAsked = true }
    door.count(calls: 1, of: number)
  }

  package func endCall() { door.count(calls: -1, of: number) }

  /// Notes that a call waits for its message: until it is there, what comes over the connection counts as unfinished.
  package func beginReading() {
    let unfinished = state.withLock { state in
      state.unread.calls += 1
      return state.unread.bytes
    }
    if unfinished > Self.unfinishedStep { note(unfinished: unfinished) }
  }

  package func endReading() {
    let isIdle = state.withLock { state in
      state.unread.calls -= 1
      guard state.unread.calls == 0, state.unread.bytes > 0 else { return false }
      state.unread.bytes = 0
      return true
    }
    if isIdle { note(unfinished: 0) }
  }

  /// Notes that bytes have come over a connection that carries several calls.
  package func note(received bytes: Int) {
    let unfinished = state.withLock { state -> Int? in
      let now = NIODeadline.now()
      if state.unread.calls == 0, now - state.unread.since > Self.callDelay {
        (state.unread.bytes, state.unread.since) = (0, now)
      }
      state.unread.bytes += bytes
      return state.unread.calls > 0 ? state.unread.bytes : nil
    }
    if let unfinished, unfinished > Self.unfinishedStep { note(unfinished: unfinished) }
  }

  /// A message that is smaller counts as none.
  package static let unfinishedStep = 1 << 16

  /// Notes how many bytes it has sent of messages that are not whole yet.
  package func note(unfinished bytes: Int) { door.note(unfinished: bytes, of: number) }

  /// Counts a change that it has made, and returns how long to wait before the next is taken; nil if it need not wait.
  ///
  /// It has credit for as many as it may make in a second, and gets back as many each second.
  package func countChange(at now: NIODeadline = .now()) -> TimeAmount? {
    guard let rate = door.limits.changesPerSecond, rate > 0 else { return nil }
    let cost = TimeAmount.nanoseconds(1_000_000_000 / Int64(rate))
    return state.withLock { state in
      state.changes += 1
      // When all its credit will be back.
      state.restored = max(state.restored, now) + cost
      let wait = state.restored - now - .seconds(1)
      guard wait > .zero else { return nil }
      state.pauses += 1
      return wait
    }
  }

  /// How long it has been there.
  package var age: Duration { .nanoseconds((NIODeadline.now() - arrival).nanoseconds) }

  /// How many changes it has made, and how often it had to wait before it could make another.
  package var tally: (changes: Int, pauses: Int) {
    state.withLock { ($0.changes, $0.pauses) }
  }

  /// Says how to part from it.
  package func part(by farewell: @escaping @Sendable (Parting) -> Void) {
    state.withLock { $0.farewell = farewell }
  }

  /// Sends it away.
  package func dismiss(_ parting: Parting) {
    guard let farewell = state.withLock({ $0.farewell }) else {
      return hangUp()
    }
    farewell(parting)
  }

  /// Ends the connection without a word, and without asking those in its pipeline, who might wait for an answer.
  package func hangUp() { channel.pipeline.fireUserInboundEventTriggered(Threshold.HangUp()) }
}

/// What a connection passes first: counts what comes, and can shut the door.
private final class Threshold: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  struct HangUp: Sendable {}

  private let caller: Caller

  init(of caller: Caller) { self.caller = caller }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    caller.note(received: unwrapInboundIn(data).readableBytes)
    context.fireChannelRead(data)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is HangUp {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}
