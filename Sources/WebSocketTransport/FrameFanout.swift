import NIOCore
import Synchronization
import Trajectory

/// Sends the frames of a simulation to all clients, each at its pace: encoded once for all who have seen as much.
///
/// Whoever is slow is sent what is newest once it has taken what it was sent last, and costs nothing until then.
final class FrameFanout: Sendable {
  private let hub: FrameHub
  private let interval: TimeAmount
  private let lanes = Mutex<[ObjectIdentifier: FrameLane]>([:])
  private let press: FramePress<ByteBuffer>

  /// Sends what a hub has.
  ///
  /// - Parameters:
  ///   - hub: The frames.
  ///   - interval: How long to wait between two frames to one client.
  init(of hub: FrameHub, every interval: Duration) {
    (self.hub, self.interval) = (hub, TimeAmount(interval))
    press = FramePress(hub) { NanoVerMessage.frame(of: $0) }
  }

  /// Begins to send to a client, with all that is known.
  func join(_ link: WebSocketLink) {
    let loop = link.eventLoop
    let lane = lanes.withLock { lanes in
      let id = ObjectIdentifier(loop)
      if let lane = lanes[id] { return lane }
      let lane = FrameLane(on: loop, press, every: interval)
      lane.follow(hub)
      lanes[id] = lane
      return lane
    }
    lane.join(link)
  }

  func leave(_ link: WebSocketLink) {
    lanes.withLock { $0[ObjectIdentifier(link.eventLoop)] }?.leave(link)
  }
}

/// The clients of one event loop.
private final class FrameLane: Sendable {
  private struct Seat {
    let link: WebSocketLink
    /// The version that it was sent last.
    var seen = 0
    /// Whether the operating system has not taken that yet.
    var isBusy = false
    var due = NIODeadline.now()
  }

  private struct State {
    var seats: [ObjectIdentifier: Seat] = [:]
    /// Those who have a seat, and who of them is next: nobody is passed over because others are due again.
    var row: [ObjectIdentifier] = []
    var next = 0
    /// Until when the loop has time for something else.
    var rest = NIODeadline.now()
    var alarm: (task: Scheduled<Void>, at: NIODeadline)?
    var follower: FrameHub.Follower?
  }

  private let loop: any EventLoop
  private let press: FramePress<ByteBuffer>
  private let interval: TimeAmount
  private let state: NIOLoopBoundBox<State>
  private let isRung = Atomic(false)

  /// So long frames are written before the loop does something else: what the clients send, and the shared state.
  private static let mostTime = TimeAmount.microseconds(200)
  /// So much later they are gone on with.
  ///
  /// A task that is due at once is run before the loop looks at its sockets, however often it asks to be run again; one
  /// that is due a little later is run after it, unless other tasks take that long.
  private static let breath = TimeAmount.microseconds(20)

  init(on loop: any EventLoop, _ press: FramePress<ByteBuffer>, every interval: TimeAmount) {
    (self.loop, self.press, self.interval) = (loop, press, interval)
    state = .makeBoxSendingValue(State(), eventLoop: loop)
  }

  func follow(_ hub: FrameHub) {
    let follower = hub.follow { [weak self] in self?.ring() }
    loop.execute { self.state.value.follower = follower }
  }

  func join(_ link: WebSocketLink) {
    loop.execute {
      let id = ObjectIdentifier(link)
      self.state.value.seats[id] = Seat(link: link)
      self.state.value.row.append(id)
      // One that was rung for before may have looked already, with nobody on this seat.
      self.pump()
    }
  }

  func leave(_ link: WebSocketLink) {
    loop.execute {
      let id = ObjectIdentifier(link)
      self.state.value.seats[id] = nil
      self.state.value.row.removeAll { $0 == id }
    }
  }

  /// Has the loop look, once for any number of rings until it does.
  private func ring() {
    guard !isRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
    loop.execute { self.pump() }
  }

  /// Sends what is newest to those who are due.
  private func pump() {
    // Whoever rang before has put the frame there before.
    _ = isRung.exchange(false, ordering: .acquiringAndReleasing)
    let (now, version) = (NIODeadline.now(), press.version)
    guard now >= state.value.rest else { return wake(at: state.value.rest) }
    let (row, first) = (state.value.row, state.value.next)
    var next: NIODeadline?
    var hasWritten = false
    for step in row.indices {
      let place = (first + step) % row.count
      guard let seat = state.value.seats[row[place]], !seat.isBusy, seat.seen < version else {
        continue
      }
      guard seat.due <= now else {
        next = min(next ?? seat.due, seat.due)
        continue
      }
      if hasWritten, case let time = NIODeadline.now(), time - now >= Self.mostTime {
        state.value.next = place
        state.value.rest = time + Self.breath
        return wake(at: state.value.rest)
      }
      guard let message = press.print(since: seat.seen) else { continue }
      write(message, to: row[place], at: now)
      hasWritten = true
    }
    if let next { wake(at: next) }
  }

  private func write(
    _ message: FramePress<ByteBuffer>.Print,
    to id: ObjectIdentifier,
    at now: NIODeadline
  ) {
    guard let seat = state.value.seats[id] else { return }
    let link = seat.link
    state.value.seats[id]?.isBusy = true
    state.value.seats[id]?.seen = message.version
    // By a beat of its own, and not from this moment on: a simulation that has the same beat would be kept waiting for each
    // frame by whatever came a little late once.
    state.value.seats[id]?.due = max(seat.due, now - interval) + interval
    let written = loop.makePromise(of: Void.self)
    written.futureResult.whenSuccess { self.hasLanded(id) }
    // If the link is gone, the reader learns why.
    link.write(ready: [message.form], promise: written)
  }

  private func hasLanded(_ id: ObjectIdentifier) {
    state.value.seats[id]?.isBusy = false
    if let seat = state.value.seats[id], seat.seen < press.version { ring() }
  }

  private func wake(at time: NIODeadline) {
    if let alarm = state.value.alarm {
      guard alarm.at > time else { return }
      alarm.task.cancel()
    }
    let task = loop.scheduleTask(deadline: time) {
      self.state.value.alarm = nil
      self.pump()
    }
    state.value.alarm = (task, time)
  }
}
