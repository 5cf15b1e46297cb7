#if GRPC
import ConcurrencySupport
import NIOCore
import NetworkSupport
import StateSync

/// What was seen of a connection: what went wrong first, as gRPC itself only says that it is gone, and when something
/// last came.
struct ChannelSightings: Sendable {
  /// What went wrong, in words, if it was nothing that was thrown.
  var trouble: String?
  /// What was thrown before anything else was.
  var failure: (any Error)?
  /// Whether the answer was a web server's.
  var isWeb = false
  var heardAt = ContinuousClock.now
  /// So many bytes have come since the last whole message.
  var unread = 0
}

typealias ChannelRecord = Locked<ChannelSightings>

/// Notes what comes over a connection before HTTP/2 gets it: what goes wrong in TLS, answers in other languages, bytes
/// without end, and silence.
///
/// Silence is measured on the event loop, where what has come is read before a timer rings.
final class ChannelObserver: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// What to do about silence.
  struct Errands: Sendable {
    /// Asks the server for a sign of life.
    var ask: @Sendable () -> Void
    /// Tells whoever reads.
    var tell: @Sendable (StateDelivery) -> Void
  }

  private let record: ChannelRecord
  /// So many bytes may come that are no whole message: the largest one, and what may stand around it.
  private let limit: Int
  private var hasRead = false
  private var watch: SilenceWatch?
  private var errands: Errands?
  private var timer: (task: Scheduled<Void>, due: Duration)?
  private var keepalive = Keepalive()

  init(record: ChannelRecord, limit: Int) { (self.record, self.limit) = (record, limit + 1 << 25) }

  private static var now: Duration { .nanoseconds(Int64(NIODeadline.now().uptimeNanoseconds)) }

  /// Begins to look after the server.
  func begin(_ keepalive: Keepalive, _ errands: Errands, on context: ChannelHandlerContext) {
    (self.keepalive, self.errands) = (keepalive, errands)
    watch = SilenceWatch(keepalive, now: Self.now)
    schedule(context)
  }

  /// Sees to it that silence is looked at in time.
  ///
  /// A sign of life puts the deadline off for each packet: the timer comes when it was due before, and asks again. After a
  /// long silence it brings the deadline nearer.
  private func schedule(_ context: ChannelHandlerContext) {
    guard let due = watch?.deadline else { return }
    if let timer, timer.due <= due { return }
    timer?.task.cancel()
    let this = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let nanoseconds = max(0, (due - Self.now) / .nanoseconds(1))
    let task = context.eventLoop.scheduleTask(in: .nanoseconds(Int64(nanoseconds))) {
      let (observer, context) = this.value
      observer.timer = nil
      observer.ring(context)
    }
    timer = (task, due)
  }

  private func ring(_ context: ChannelHandlerContext) {
    for step in watch?.tick(at: Self.now) ?? [] {
      switch step {
      case .ask: errands?.ask()
      case .tell(let time): errands?.tell(.silence(lasting: time))
      case .giveUp:
        return giveUp("it gave no sign of life for \(keepalive.silence)", context)
      }
    }
    schedule(context)
  }

  private func giveUp(_ trouble: String, _ context: ChannelHandlerContext) {
    note(trouble)
    context.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    if !hasRead, bytes.readableBytesView.starts(with: Array("HTTP/".utf8)) {
      record.withLock { $0.isWeb = $0.failure == nil }
      note("a web server answered, and it does not speak gRPC")
    }
    hasRead = true
    let unread = record.withLock { record in
      record.heardAt = .now
      record.unread += bytes.readableBytes
      return record.unread
    }
    if watch?.heard(at: Self.now) == true { errands?.tell(.heard) }
    schedule(context)
    guard unread <= limit else {
      return giveUp("it sends without end, and no whole message", context)
    }
    context.fireChannelRead(data)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  private func end() {
    timer?.task.cancel()
    (watch, errands, timer) = (nil, nil, nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    record.withLock { $0.failure = $0.failure ?? error }
    context.fireErrorCaught(error)
  }

  private func note(_ text: String) {
    record.withLock { if $0.failure == nil { $0.trouble = $0.trouble ?? text } }
  }
}
#endif
