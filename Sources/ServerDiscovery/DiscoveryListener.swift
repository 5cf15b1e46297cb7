internal import ConcurrencySupport
internal import NIOCore
internal import NIOPosix

/// Hears the servers that announce themselves.
///
/// ```swift
/// let listener = try await DiscoveryListener.start()
/// for await news in listener.events {
///   for case .found(let server) in news { show(server) }
/// }
/// ```
///
/// Other programs on this machine hear the same datagrams. Nothing is ever sent, and while nobody announces
/// anything, nothing happens here at all.
public final class DiscoveryListener: Sendable {
  /// What can be chosen about listening.
  public struct Options: Sendable, Hashable {
    /// The network address to listen at.
    public var host = "0.0.0.0"
    /// The port; 0 takes any that is free, which only a test wants.
    public var port = Announcement.port

    /// Makes the usual choice.
    public init() {}
  }

  /// The port that is listened at.
  public let port: Int

  private let channel: any Channel
  private let heard: HeardServers

  private init(_ channel: any Channel, _ heard: HeardServers) {
    (self.channel, self.heard) = (channel, heard)
    port = channel.localAddress?.port ?? 0
  }

  deinit { channel.close(promise: nil) }

  /// Begins to listen.
  public static func start(
    _ options: Options = Options()
  ) async throws(DiscoveryError) -> DiscoveryListener {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let heard = HeardServers(loop)
    do {
      let channel = try await DatagramBootstrap(group: loop)
        .channelOption(.socketOption(.so_reuseaddr), value: 1)
        .channelOption(.socketOption(.init(rawValue: SO_REUSEPORT)), value: 1)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(DatagramHandler(heard))
          }
        }
        .bind(host: options.host, port: options.port).get()
      return DiscoveryListener(channel, heard)
    } catch {
      throw DiscoveryError(
        description: "cannot listen for servers at \(options.host), UDP port \(options.port): "
          + ((error as? IOError)?.description ?? String(describing: error))
      )
    }
  }

  /// What comes about among the servers, for one reader; it ends when the listener is closed.
  ///
  /// A reader that is slow is told less often, and never of what came and went meanwhile.
  public var events: some AsyncSequence<[DiscoveryEvent], Never> & Sendable {
    heard.rings.map { [heard] in heard.takeNews() }.filter { !$0.isEmpty }
  }

  /// How many datagrams came that were no announcements.
  public var rejectedCount: Int { heard.rejectedCount }

  /// Stops listening; returns when the socket is closed.
  public func close() async { try? await channel.close() }
}

/// The table of servers between the event loop, which hears, and the reader, who is told.
private final class HeardServers: Sendable {
  private struct Contents {
    var table = DiscoveryTable()
    var alarm: (at: Duration, task: Scheduled<Void>)?
    /// The reader has been rung for and has not come: until then, no alarm is set.
    var isRung = false
    var isClosed = false
    var rejected = 0
  }

  private let loop: any EventLoop
  private let mailbox = CoalescingMailbox(Contents())

  init(_ loop: any EventLoop) { self.loop = loop }

  var rings: AsyncStream<Void> { mailbox.rings }

  var rejectedCount: Int { mailbox.open { $0.rejected } }

  func hear(_ bytes: some Collection<UInt8>, from sender: String?) {
    let announcement = try? Announcement(datagram: bytes, from: sender)
    let now = Self.now
    mailbox.open { contents in
      guard let announcement else { return contents.rejected += 1 }
      if contents.table.hear(announcement, at: now) { setAlarm(&contents, at: now) }
    }
  }

  func takeNews() -> [DiscoveryEvent] {
    let now = Self.now
    return mailbox.open { contents in
      contents.isRung = false
      let news = contents.table.news(at: now)
      setAlarm(&contents, at: now)
      return news
    }
  }

  func close() {
    mailbox.open { contents in
      contents.isClosed = true
      contents.alarm?.task.cancel()
      contents.alarm = nil
    }
    mailbox.finish()
  }

  /// Sees to it that the reader is rung for when there are news.
  private func setAlarm(_ contents: inout Contents, at now: Duration) {
    guard !contents.isRung, !contents.isClosed, let wakeUp = contents.table.wakeUp else { return }
    if let alarm = contents.alarm, alarm.at <= wakeUp { return }
    contents.alarm?.task.cancel()
    let task = loop.scheduleTask(in: TimeAmount(max(.zero, wakeUp - now))) { [self] in ring() }
    contents.alarm = (wakeUp, task)
  }

  private func ring() {
    mailbox.put { contents in
      contents.alarm = nil
      contents.isRung = true
    }
  }

  private static var now: Duration { .nanoseconds(Int64(NIODeadline.now().uptimeNanoseconds)) }
}

/// Hands what comes in to the table.
private final class DatagramHandler: ChannelInboundHandler, Sendable {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let heard: HeardServers

  init(_ heard: HeardServers) { self.heard = heard }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    heard.hear(envelope.data.readableBytesView, from: envelope.remoteAddress.ipAddress)
  }

  func channelInactive(context: ChannelHandlerContext) { heard.close() }

  /// A datagram that could not be read is lost, as any may be.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
