import NIOCore
import NIOWebSocket
import NetworkSupport

enum LinkEnd: Sendable, Hashable {
  /// The peer said goodbye.
  case closedByPeer(WebSocketClose)
  /// We said goodbye.
  case closedHere(WebSocketClose)
  /// The peer broke the rules, and was told so.
  case violation(WebSocketClose)
  /// The peer stopped answering.
  case silent
  /// The connection broke; nil if it simply stopped without a word.
  case lost(String?)
}

/// The life of one open WebSocket, without the socket: messages out of frames, pings and their answers, and the
/// way out.
///
/// Time comes in with each event; the driver calls again with `.tick` at `deadline`.
struct LinkMachine {
  struct Frame {
    var opcode: WebSocketOpcode
    var isFinal: Bool
    var payload: ByteBuffer
  }

  enum Event {
    /// A frame arrived, unmasked, that has passed the inspector.
    case frame(Frame)
    /// Bytes moved in either direction.
    case life
    /// The inspector, or whoever reads the messages, found the peer to break the rules.
    case violation(WebSocketClose)
    /// This side wants to leave.
    case close(WebSocketClose)
    /// The answer to a ping has left.
    case pongWritten
    /// The connection is gone.
    case disconnected(String?)
    /// `deadline` has come.
    case tick
  }

  enum Action {
    case deliver(ByteBuffer)
    /// Nothing has come for so long, not even an answer to a ping.
    case tellSilence(Duration)
    /// After that something has come.
    case tellHeard
    case send(WebSocketOpcode, ByteBuffer)
    /// The last word to the reader; there is exactly one.
    case end(LinkEnd)
    /// Close the socket.
    case disconnect
  }

  private enum Phase {
    /// Messages flow. Leads to closing or closed.
    case open
    /// A close frame has left; the peer has until then to hang up. Leads to closed.
    case closing(until: Duration)
    case closed
  }

  private let keepalive: Keepalive
  private let closeTimeout: Duration
  /// The server hangs up first, so that its port does not linger.
  private let hangsUpFirst: Bool

  private var phase = Phase.open
  private var fragments: ByteBuffer?
  private var watch: SilenceWatch
  /// The control frames of the second that began then.
  private var control: (since: Duration, count: Int)
  private var isWritingPong = false
  private var owedPong: ByteBuffer?

  init(
    keepalive: Keepalive,
    closeTimeout: Duration,
    hangsUpFirst: Bool,
    now: Duration
  ) {
    self.keepalive = keepalive
    self.closeTimeout = closeTimeout
    self.hangsUpFirst = hangsUpFirst
    watch = SilenceWatch(keepalive, now: now)
    control = (now, 0)
  }

  var isOpen: Bool {
    if case .open = phase { true } else { false }
  }

  /// When to call with `.tick`.
  var deadline: Duration? {
    switch phase {
    case .open: watch.deadline
    case .closing(let until): until
    case .closed: nil
    }
  }

  /// Takes what happened, and says what to do about it.
  ///
  /// A peer cannot be heard while this side does not read, so the driver says whether it does.
  mutating func handle(_ event: Event, at now: Duration, isReading: Bool = true) -> [Action] {
    switch (phase, event) {
    case (.open, .frame(let frame)):
      return heard(at: now) + take(frame, at: now)
    case (.open, .life):
      return heard(at: now)
    case (.open, .violation(let close)):
      return leave(with: close, as: .violation(close), at: now)
    case (.open, .close(let close)):
      return leave(with: close, as: .closedHere(close), at: now)
    case (.open, .pongWritten):
      return pongWritten()
    case (.open, .disconnected(let reason)):
      phase = .closed
      return [.end(.lost(reason))]
    case (.open, .tick):
      return tick(at: now, isReading: isReading)
    case (.closing, .frame(let frame)) where frame.opcode == .connectionClose && hangsUpFirst:
      phase = .closed
      return [.disconnect]
    case (.closing(let until), .tick) where now >= until:
      phase = .closed
      return [.disconnect]
    case (.closing, .disconnected):
      phase = .closed
      return []
    case (.closing, _), (.closed, _):
      return []
    }
  }

  private mutating func heard(at now: Duration) -> [Action] {
    watch.heard(at: now) ? [.tellHeard] : []
  }

  /// So many pings and pongs within a second are somebody's who has nothing to say and never stops.
  private static let mostControlFrames = 1000

  private mutating func isFlood(at now: Duration) -> Bool {
    if now - control.since >= .seconds(1) { control = (now, 0) }
    control.count += 1
    return control.count > Self.mostControlFrames
  }

  private mutating func take(_ frame: Frame, at now: Duration) -> [Action] {
    if frame.opcode == .ping || frame.opcode == .pong, isFlood(at: now) {
      let close = WebSocketClose.tooMuch("more than \(Self.mostControlFrames) pings in a second")
      return leave(with: close, as: .violation(close), at: now)
    }
    switch frame.opcode {
    case .binary, .continuation:
      return takeData(frame)
    case .ping:
      return takePing(frame.payload)
    case .connectionClose:
      do throws(WebSocketClose) {
        let close = try WebSocketClose(payload: frame.payload)
        let answer = WebSocketClose(code: close.code)
        let actions = leave(with: answer, as: .closedByPeer(close), at: now)
        guard hangsUpFirst else { return actions }
        phase = .closed
        return actions + [.disconnect]
      } catch {
        return leave(with: error, as: .violation(error), at: now)
      }
    // A pong; `FrameInspector` lets no other pass.
    default:
      return []
    }
  }

  private mutating func takeData(_ frame: Frame) -> [Action] {
    guard var gathered = fragments.take() else {
      guard !frame.isFinal else { return [.deliver(frame.payload)] }
      fragments = frame.payload
      return []
    }
    gathered.writeImmutableBuffer(frame.payload)
    if frame.isFinal { return [.deliver(gathered)] }
    fragments = gathered
    return []
  }

  /// A peer that pings without reading our answers is owed one answer, to its newest ping, not a queue of them.
  private mutating func takePing(_ payload: ByteBuffer) -> [Action] {
    guard !isWritingPong else {
      owedPong = payload
      return []
    }
    isWritingPong = true
    return [.send(.pong, payload)]
  }

  private mutating func pongWritten() -> [Action] {
    isWritingPong = false
    guard let owed = owedPong.take() else { return [] }
    return takePing(owed)
  }

  private mutating func leave(
    with close: WebSocketClose,
    as end: LinkEnd,
    at now: Duration
  ) -> [Action] {
    phase = .closing(until: now + closeTimeout)
    fragments = nil
    return [.send(.connectionClose, close.payload), .end(end)]
  }

  private mutating func tick(at now: Duration, isReading: Bool) -> [Action] {
    watch.tick(at: now, isReading: isReading).flatMap { step -> [Action] in
      switch step {
      case .ask: return [.send(.ping, ByteBuffer())]
      case .tell(let time): return [.tellSilence(time)]
      case .giveUp:
        phase = .closed
        let close = WebSocketClose.failure("no sign of life for \(keepalive.silence)")
        return [.send(.connectionClose, close.payload), .end(.silent), .disconnect]
      }
    }
  }
}
