import NIOCore
import NIOWebSocket
import NetworkSupport

enum LinkEvent: Sendable {
  /// A large message is under way.
  case progress(MessageProgress)
  /// A whole message.
  case message(ByteBuffer)
  /// Nothing has come for so long, not even an answer to a ping; only if the options ask to be told.
  case silence(Duration)
  /// After that something has come.
  case heard
  /// Nothing more will come.
  case ended(LinkEnd)
}

/// Drives a `LinkMachine` on its event loop: frames and timers in, frames and messages out.
final class LinkHandler: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = WebSocketFrame

  struct Leave: Sendable {
    var close: WebSocketClose
    var isViolation: Bool
  }

  private let options: LinkOptions
  private let inbox: InboundQueue<LinkEvent>
  private let gate: FrameGate
  private var machine: LinkMachine
  private var context: ChannelHandlerContext?
  /// Whether the reader has enough for now; otherwise the channel reads by itself.
  private var holdsRead = false
  private var timer: (task: Scheduled<Void>, due: Duration)?
  private var reported = 0
  private var unfinished = 0

  init(options: LinkOptions, inbox: InboundQueue<LinkEvent>, gate: FrameGate) {
    self.options = options
    self.inbox = inbox
    self.gate = gate
    machine = LinkMachine(
      keepalive: options.keepalive,
      closeTimeout: options.closeTimeout,
      hangsUpFirst: !options.isClient,
      now: Self.now
    )
  }

  private static var now: Duration { .nanoseconds(Int64(NIODeadline.now().uptimeNanoseconds)) }

  private func feed(_ event: LinkMachine.Event, _ context: ChannelHandlerContext) {
    let actions = machine.handle(event, at: Self.now, isReading: !holdsRead)
    for action in actions { perform(action, context) }
    schedule(context)
  }

  private func perform(_ action: LinkMachine.Action, _ context: ChannelHandlerContext) {
    switch action {
    case .deliver(let message):
      reported = 0
      inbox.put(.message(message))
    case .tellSilence(let time):
      inbox.put(.silence(time))
    case .tellHeard:
      inbox.put(.heard)
    case .send(let opcode, let payload):
      send(opcode, payload, context)
    case .end(let end):
      inbox.finish(.ended(end))
      // Nobody takes the rest, and the peer's goodbye may stand behind it.
      if holdsRead { resumeReading(context) }
    case .disconnect:
      context.close(promise: nil)
    }
  }

  private func send(
    _ opcode: WebSocketOpcode,
    _ payload: ByteBuffer,
    _ context: ChannelHandlerContext
  ) {
    let written = context.eventLoop.makePromise(of: Void.self)
    if opcode == .pong {
      let bound = context.loopBound
      let this = NIOLoopBound(self, eventLoop: context.eventLoop)
      written.futureResult.whenSuccess { this.value.feed(.pongWritten, bound.value) }
    }
    context.writeAndFlush(wrapOutboundOut(frame(opcode, payload)), promise: written)
  }

  private func frame(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) -> WebSocketFrame {
    let maskKey = options.isClient ? WebSocketMaskingKey.random() : nil
    return WebSocketFrame(fin: true, opcode: opcode, maskKey: maskKey, data: payload)
  }

  private func schedule(_ context: ChannelHandlerContext) {
    let due = machine.deadline
    guard due != timer?.due else { return }
    // A sign of life moves the deadline back for each packet; the old timer may come early, it asks again.
    if let due, let timer, timer.due <= due { return }
    timer?.task.cancel()
    timer = due.map { due in
      let bound = context.loopBound
      let this = NIOLoopBound(self, eventLoop: context.eventLoop)
      let (seconds, attoseconds) = due.components
      let deadline = NIODeadline.uptimeNanoseconds(
        UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
      )
      let task = context.eventLoop.scheduleTask(deadline: deadline) {
        this.value.timer = nil
        this.value.feed(.tick, bound.value)
      }
      return (task, due)
    }
  }

  // MARK: - What the pipeline says

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    schedule(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end(nil, context)
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(nil, context)
    context.fireChannelInactive()
  }

  private func end(_ reason: String?, _ context: ChannelHandlerContext) {
    feed(.disconnected(reason), context)
    timer?.task.cancel()
    timer = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    let payload = Masking.payload(of: frame)
    feed(.frame(.init(opcode: frame.opcode, isFinal: frame.fin, payload: payload)), context)
  }

  func read(context: ChannelHandlerContext) {
    guard machine.isOpen, inbox.holdsReading() else { return context.read() }
    holdsRead = true
  }

  func resumeReading(_ context: ChannelHandlerContext) {
    guard holdsRead else { return }
    holdsRead = false
    read(context: context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard let life = event as? FrameGate.Life else {
      return context.fireUserInboundEventTriggered(event)
    }
    feed(.life, context)
    note(unfinished: life.progress?.received ?? 0)
    if let progress = life.progress { report(progress) }
  }

  /// What is unfinished is counted in steps: a message that comes in one piece is none.
  private func note(unfinished bytes: Int) {
    guard let note = options.noteUnfinished else { return }
    let steps = bytes / Caller.unfinishedStep * Caller.unfinishedStep
    guard steps != unfinished else { return }
    unfinished = steps
    note(steps)
  }

  /// Progress is told about a hundred times for each large message.
  private func report(_ progress: MessageProgress) {
    if progress.received < reported { reported = 0 }
    let step = max(options.progressStep, (progress.total ?? 0) / 100)
    guard machine.isOpen, progress.received - reported >= step else { return }
    reported = progress.received
    inbox.put(.progress(progress))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let violation = error as? WebSocketClose {
      feed(.violation(violation), context)
    } else {
      end(NetworkFailure.describe(error), context)
      context.close(promise: nil)
    }
  }

  // MARK: - What this side wants

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard machine.isOpen else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    let message = unwrapOutboundIn(data)
    if options.isClient {
      // The sender has masked it and made it a frame, away from the event loop.
      gate.send(message, promise: promise)
    } else {
      context.write(wrapOutboundOut(frame(.binary, message)), promise: promise)
    }
  }

  /// Writes whole frames past the pipeline's encoder, which would make each of them anew for each client.
  func write(ready frames: [ByteBuffer], promise: EventLoopPromise<Void>) {
    guard machine.isOpen, let context, let last = frames.last else {
      return promise.fail(ChannelError.ioOnClosedChannel)
    }
    for frame in frames.dropLast() { gate.send(frame, promise: nil) }
    gate.send(last, promise: promise)
    context.flush()
  }

  func triggerUserOutboundEvent(
    context: ChannelHandlerContext,
    event: Any,
    promise: EventLoopPromise<Void>?
  ) {
    guard let leave = event as? Leave else {
      return context.triggerUserOutboundEvent(event, promise: promise)
    }
    feed(leave.isViolation ? .violation(leave.close) : .close(leave.close), context)
    promise?.succeed()
  }
}
