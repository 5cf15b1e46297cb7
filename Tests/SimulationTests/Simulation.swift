import SharedState
import StateSync
import TestSupport

/// A whole town in one thread: clients and hub are the real machines, the clock is virtual, and the network delays,
/// cuts and heals as a seed has it.
///
/// The same seed always gives the same run.
struct Simulation {
  /// How wild it gets.
  struct Options {
    var residents = 4
    var edits = 60
    /// The time in which edits and faults happen; then everything heals.
    var busy = Duration.seconds(15)
    var cuts = 5
    var deafenings = 1
    var replacements = 2
    var intervalChanges = 3
    var bug: PlantedBug?
    var checkers = Set(Checker.allCases)
  }

  enum Step {
    case start(Int)
    case edit(Int)
    case replace(Int, dies: Bool)
    case cut(Int)
    case deafen(Int)
    case changeInterval(Int)
    case residentTimer(Int, of: String)
    case hubTimer
    case searched(HubMachine.Search)
    case connect(link: Int)
    case pull(link: Int)
    case toTown(StateChange, link: Int)
    case toResident(StateChange, link: Int)
    case closingReachesTown(link: Int)
    case closed(link: Int)
    case lossIsSeen(link: Int)
  }

  /// One connection: two ways that each keep their order.
  struct Link {
    let resident: Int
    let user: String
    let id: ReplicaMachine.ConnectionID
    let session: HubMachine.SubscriberID
    var isOpen = false
    var isCut = false
    var isDeaf = false
    /// Whether the resident's end is done with it.
    var isClosed = false
    var hasLeft = false
    var isSlow = false
    var deliveries = 0
    var lastToTown = Duration.zero
    var lastToResident = Duration.zero
    /// The newest change for the resident, for bugs that need one.
    var newest: StateChange?
    /// The state as it has been told.
    var told = StateDictionary()
    /// What its share is, once it has joined.
    var share: FairShare?
  }

  private let options: Options
  private var generator: SeededGenerator
  private var agenda = Agenda<Step>()
  private var now = Duration.zero
  private var hub: HubMachine
  private var hubTimer: Duration?
  private var naive = NaiveServer()
  private var residents: [Resident] = []
  private var links: [Link] = []
  private var unreachable: [Int: Duration] = [:]
  private var accounts: [Duration: CohortAccount] = [:]
  private var habits = Habits()
  private var incarnations = 0
  private var steps = 0

  /// How often things happened that a run is meant to try.
  private(set) var tally: [String: Int] = [:]

  /// What a run came to, for comparing runs.
  var trace: String { "\(steps) steps, \(now), \(hub.state.keys.sorted()) \(links.count)" }

  init(seed: UInt64, options: Options = Options()) {
    self.options = options
    generator = SeededGenerator(seed: seed)
    let state: StateDictionary = ["scene": [0], "imd.velocity_reset_available": false]
    // Half of the towns count as large.
    hub = HubMachine(state, searchedAtOnce: seed % 2 == 0 ? 0 : 1000)
    naive.receive(state.changes(since: [:]), from: "", over: -1)
    for number in 0..<options.residents {
      residents.append(makeResident())
      agenda.enter(.start(number), at: randomTime(before: .seconds(2)))
    }
    plan(options.edits) { .edit($0) }
    plan(options.cuts) { .cut($0) }
    plan(options.deafenings) { .deafen($0) }
    plan(options.intervalChanges) { .changeInterval($0) }
    for _ in 0..<options.replacements {
      let dies = Bool.random(using: &generator)
      plan(1) { .replace($0, dies: dies) }
    }
  }

  /// Runs until nothing more happens, and checks.
  mutating func run() throws(Violation) {
    let end = options.busy + .seconds(60)
    while let (time, step) = agenda.next() {
      now = time
      steps += 1
      guard now < end, steps < 200_000 else {
        throw Violation(checker: .agreement, time: now, text: "the town does not come to rest")
      }
      try take(step)
    }
    try checkRest()
  }

  private mutating func makeResident() -> Resident {
    incarnations += 1
    return Resident(user: "u\(incarnations)")
  }

  private mutating func plan(_ count: Int, _ step: (Int) -> Step) {
    for _ in 0..<count {
      let resident = Int.random(in: 0..<options.residents, using: &generator)
      agenda.enter(step(resident), at: randomTime(before: options.busy))
    }
  }

  private mutating func randomTime(before end: Duration) -> Duration {
    .milliseconds(Int64.random(in: 0..<(end.components.seconds * 1000), using: &generator))
  }

  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &generator) < percent
  }

  /// Mostly quick, sometimes slow, and now and then longer than a client waits for its echo.
  private mutating func delay() -> Duration {
    let longest = chance(2) ? 3000 : chance(10) ? 400 : 20
    return .milliseconds(Int.random(in: 0...longest, using: &generator))
  }
}

// MARK: - What happens

extension Simulation {
  private mutating func take(_ step: Step) throws(Violation) {
    switch step {
    case .start(let number):
      try handle(.startRequested, at: number)
    case .edit(let number):
      try edit(number)
    case .replace(let number, let dies):
      try replace(number, dies: dies)
    case .cut(let number):
      unreachable[number] = now + .milliseconds(Int.random(in: 0...3000, using: &generator))
      if let link = residents[number].link { cut(link) }
    case .deafen(let number):
      if let link = residents[number].link { links[link].isDeaf = true }
    case .changeInterval(let number):
      guard let link = residents[number].link else { return }
      let interval = randomInterval()
      links[link].share?.move(to: interval)
      try tell(.intervalChanged(links[link].session, disturbed(interval)))
    case .residentTimer(let number, let user):
      guard residents[number].user == user, !residents[number].isDead else { return }
      residents[number].timer = nil
      try handle(.timerFired, at: number)
    case .hubTimer:
      hubTimer = nil
      try tell(.timerFired)
    case .searched(let search):
      tally["searched", default: 0] += 1
      try tell(search.run())
    case .connect(let link):
      try connect(link)
    case .pull(let link):
      links[link].share?.isWaiting = true
      try tell(.pulled([links[link].session]))
    case .toTown(let change, let link):
      try arriveAtServer(change, link)
    case .toResident(let change, let link):
      try arriveAtResident(change, link)
    case .closingReachesTown(let link):
      try leave(link)
    case .closed(let link):
      try handle(.closed(links[link].id), at: links[link].resident, over: link)
    case .lossIsSeen(let link):
      try handle(.lost(links[link].id, reason: "cut"), at: links[link].resident, over: link)
    }
  }

  private mutating func edit(_ number: Int) throws(Violation) {
    guard !residents[number].isDead else { return }
    let strangers = residents.map(\.user)
    let change = habits.change(
      by: residents[number].user,
      seeing: visible(number),
      strangers: strangers,
      using: &generator
    )
    let id = Resident.WriteID(residents[number].writes.count + 1)
    let isSeen = !chance(15)
    residents[number].writes.append(Resident.Write(id: id, change: change, isSeen: isSeen))
    try handle(isSeen ? .writeRequested(id, change) : .pushRequested(id, change), at: number)
  }

  /// Somebody leaves, in good order or by dying on the spot, and somebody else comes.
  private mutating func replace(_ number: Int, dies: Bool) throws(Violation) {
    if dies {
      residents[number].isDead = true
      if let link = residents[number].link { cut(link) }
    } else {
      try handle(.stopRequested, at: number)
      // The new one takes the place at once; the old one's last messages are still on their way.
      if let link = residents[number].link, !links[link].isClosed { close(link) }
      try check(
        .outcomes,
        residents[number].writes.allSatisfy { $0.outcome != nil },
        "\(residents[number].user) left, and a write of it never ended"
      )
    }
    residents[number] = makeResident()
    agenda.enter(.start(number), at: now + delay())
  }

  private mutating func randomInterval() -> Duration {
    [.zero, .seconds(1) / 30, .seconds(1) / 30, .milliseconds(200), .milliseconds(800)]
      .randomElement(using: &generator) ?? .zero
  }

  /// What the town is told of an interval that somebody wants, which without a planted bug is the same.
  private func disturbed(_ interval: Duration) -> Duration {
    switch options.bug {
    case .rateForgotten: .zero
    case .creditForgotten: max(interval, .seconds(2))
    default: interval
    }
  }
}

// MARK: - The network

extension Simulation {
  private mutating func connect(_ link: Int) throws(Violation) {
    let number = links[link].resident
    guard !links[link].isClosed, residents[number].user == links[link].user else { return }
    if now < unreachable[number] ?? .zero {
      return try handle(
        .connectFailed(links[link].id, reason: "unreachable"),
        at: number,
        over: link
      )
    }
    links[link].isOpen = true
    links[link].isSlow = chance(25)
    residents[number].link = link
    let interval = randomInterval()
    links[link].share = FairShare(interval: interval)
    try tell(.joined(links[link].session, interval: disturbed(interval)))
    try handle(.connected(links[link].id), at: number, over: link)
    agenda.enter(.pull(link: link), at: now)
  }

  private mutating func cut(_ link: Int) {
    guard !links[link].isCut else { return }
    links[link].isCut = true
    tally["cut", default: 0] += 1
    agenda.enter(.lossIsSeen(link: link), at: now + delay())
    agenda.enter(
      .closingReachesTown(link: link),
      at: now + delay() + (chance(30) ? .seconds(4) : .zero)
    )
  }

  /// The resident's end is done; what it sent before still travels, and then the town learns of it.
  private mutating func close(_ link: Int) {
    guard !links[link].isClosed else { return }
    links[link].isClosed = true
    if links[link].isOpen, !links[link].isCut {
      agenda.enter(.closingReachesTown(link: link), at: arrivalAtServer(link))
    }
  }

  private mutating func arrivalAtServer(_ link: Int) -> Duration {
    let arrival = max(links[link].lastToTown, now + delay())
    if options.bug == .writeOvertakesWrite { return now + delay() }
    links[link].lastToTown = arrival
    return arrival
  }

  private mutating func send(_ change: StateChange, over link: Int) {
    let isClaim = change.updates["avatar.\(links[link].user)"]?.value["components"] != nil
    if options.bug == .claimForgotten, isClaim { return }
    if options.bug == .writeSwallowed, chance(10) { return }
    agenda.enter(.toTown(change, link: link), at: arrivalAtServer(link))
    if options.bug == .writeRepeated, chance(10) {
      agenda.enter(.toTown(change, link: link), at: arrivalAtServer(link))
    }
  }

  private mutating func arriveAtServer(_ change: StateChange, _ link: Int) throws(Violation) {
    guard !links[link].isCut, !links[link].isDeaf, !links[link].hasLeft else { return }
    naive.receive(change, from: links[link].user, over: link)
    try tell(.received(change, from: links[link].session))
  }

  private mutating func leave(_ link: Int) throws(Violation) {
    guard links[link].isOpen, !links[link].hasLeft else { return }
    links[link].hasLeft = true
    naive.leave(links[link].user, over: link)
    tally["left", default: 0] += 1
    links[link].share = nil
    if options.bug != .departureUnnoticed { try tell(.left(links[link].session)) }
  }

  private mutating func arriveAtResident(_ change: StateChange, _ link: Int) throws(Violation) {
    var link = link
    if links[link].isCut || links[link].isClosed {
      guard options.bug == .oldConnectionSpeaks, let new = residents[links[link].resident].link,
        links[new].deliveries > 0
      else { return }
      link = new
    }
    try handle(.delivered(links[link].id, .change(change)), at: links[link].resident, over: link)
  }
}

// MARK: - The town

extension Simulation {
  private mutating func tell(_ event: HubMachine.Event) throws(Violation) {
    let before = hub.state
    let promised = event.isChange ? certainlyDue() : []
    var reached: Set<Int> = []
    for action in hub.handle(event, at: now) {
      if case .search(let search) = action { agenda.enter(.searched(search), at: now + delay()) }
      guard case .deliver(let shared, let sessions) = action else { continue }
      for session in sessions {
        reached.insert(session.number)
        deliver(shared.change, over: session.number)
      }
      try account(for: sessions.map(\.number))
    }
    // Of what came and went before it was told there is nothing to tell.
    let forgotten = promised.subtracting(reached).filter { links[$0].told != hub.state }
    try check(
      .fairShare,
      before == hub.state || forgotten.isEmpty,
      "there was credit for a change, and it was not told to \(forgotten)"
    )
    guard let deadline = hub.deadline, hubTimer.map({ deadline < $0 }) ?? true else { return }
    hubTimer = deadline
    agenda.enter(.hubTimer, at: max(deadline, now))
  }

  /// Who waits and has credit, so that a change has to go out to them at once.
  private func certainlyDue() -> Set<Int> {
    let due = links.indices.filter { link in
      guard let share = links[link].share, share.isWaiting else { return false }
      return accounts[share.interval]?.hasCredit(at: now, interval: share.interval) ?? true
    }
    return Set(due)
  }

  /// Notes who was sent something just now.
  private mutating func account(for receivers: [Int]) throws(Violation) {
    for interval in Set(receivers.compactMap { links[$0].share?.interval }) {
      accounts[interval, default: CohortAccount()].spend(at: now, interval: interval)
    }
    for link in receivers {
      guard let trouble = links[link].share?.note(at: now) else { continue }
      try check(.fairShare, false, "\(links[link].user) was sent \(trouble)")
    }
  }

  private mutating func deliver(_ change: StateChange, over link: Int) {
    for part in disturbed(change, link) {
      let arrival =
        options.bug == .townOvertakesItself && links[link].deliveries > 0
        ? now + delay() : max(links[link].lastToResident, now + delay())
      links[link].lastToResident = max(arrival, links[link].lastToResident)
      agenda.enter(.toResident(part, link: link), at: arrival)
    }
    links[link].newest = change
    links[link].told.apply(change)
    links[link].deliveries += 1
    tally[links[link].deliveries == 1 ? "whole state" : "change", default: 0] += 1
    let rest = links[link].isSlow ? Int.random(in: 0...600, using: &generator) : 0
    agenda.enter(.pull(link: link), at: now + .milliseconds(rest))
  }

  /// What arrives of a change, which without a planted bug is the change.
  private func disturbed(_ change: StateChange, _ link: Int) -> [StateChange] {
    let isFirst = links[link].deliveries == 0
    switch options.bug {
    case .removalsForgotten where !isFirst:
      var updates = change
      for key in change.removals { updates.forget(key) }
      return [updates]
    case .mergedBackwards where !isFirst && links[link].deliveries > 1:
      var merged = change
      if let newest = links[link].newest { merged.merge(newest) }
      return [merged]
    case .wholeStateMerged where isFirst:
      var merged = StateChange()
      for (key, entry) in residents[links[link].resident].machine.confirmed {
        merged.update(key, to: entry)
      }
      merged.merge(change)
      return [merged]
    case .echoBeforeWrite where !isFirst:
      let counter = "update.index.\(links[link].user)"
      guard let entry = change.updates[counter] else { return [change] }
      var rest = change
      rest.forget(counter)
      return [StateChange(entries: [counter: entry]), rest]
    default:
      return [change]
    }
  }
}

// MARK: - The residents

extension Simulation {
  /// Feeds an event to a resident's machine, does what it asks for, and looks over its shoulder.
  private mutating func handle(
    _ event: ReplicaMachine.Event,
    at number: Int,
    over link: Int? = nil
  ) throws(Violation) {
    // What belongs to a connection of somebody who is no longer there.
    if let link, links[link].user != residents[number].user { return }
    guard !residents[number].isDead else { return }
    if case .delivered(_, .change(let change)) = event { residents[number].hear(change) }
    let actions = residents[number].machine.handle(event, at: now, using: &generator)
    for action in actions { try carryOut(action, of: event, at: number) }
    if let deadline = residents[number].machine.deadline,
      residents[number].timer.map({ deadline < $0 }) ?? true
    {
      residents[number].timer = deadline
      agenda.enter(.residentTimer(number, of: residents[number].user), at: max(deadline, now))
    }
    try checkNoFlicker(number)
  }

  private mutating func carryOut(
    _ action: ReplicaMachine.Action,
    of event: ReplicaMachine.Event,
    at number: Int
  ) throws(Violation) {
    switch action {
    case .connect(let id):
      let session = HubMachine.SubscriberID(links.count)
      links.append(Link(resident: number, user: residents[number].user, id: id, session: session))
      agenda.enter(.connect(link: links.count - 1), at: now + delay())
    case .send(let id, let change, let write):
      guard let link = link(id, of: number) else { return }
      if let write {
        let counter = change.updates["update.index.\(residents[number].user)"]?.value.int
        residents[number].note(counter, for: write)
      }
      send(change, over: link)
    case .leave(let id):
      guard let link = link(id, of: number) else { return }
      close(link)
      agenda.enter(.closed(link: link), at: now + delay())
    case .close(let id):
      guard let link = link(id, of: number) else { return }
      close(link)
      if residents[number].link == link { residents[number].link = nil }
    case .show(let batch):
      try show(batch.change, at: number)
    case .finish(let id, let outcome):
      try finish(id, outcome, by: event, at: number)
    }
  }

  private func link(_ id: ReplicaMachine.ConnectionID, of number: Int) -> Int? {
    links.lastIndex { $0.id == id && $0.user == residents[number].user }
  }

  /// What this resident sees.
  private func visible(_ number: Int) -> StateDictionary {
    options.bug == .ownWritesNotShown
      ? residents[number].machine.confirmed : residents[number].machine.visible
  }
}

// MARK: - The checkers

extension Simulation {
  private func check(
    _ checker: Checker,
    _ truth: @autoclosure () -> Bool,
    _ text: @autoclosure () -> String
  ) throws(Violation) {
    guard options.checkers.contains(checker), !truth() else { return }
    throw Violation(checker: checker, time: now, text: text())
  }

  private mutating func show(_ change: StateChange, at number: Int) throws(Violation) {
    var change = change
    if options.bug == .changeNotShown, change.count > 1, let key = change.keys.min() {
      change.forget(key)
    }
    residents[number].screen.apply(change)
    let resident = residents[number]
    for key in change.keys {
      try check(
        .drawnIsStored,
        resident.screen[key] == resident.machine.visible[key],
        "\(resident.user) is shown another \(key) than it holds"
      )
    }
  }

  private func checkNoFlicker(_ number: Int) throws(Violation) {
    let seen = visible(number)
    for (key, value) in residents[number].pendingValues {
      try check(
        .noFlicker,
        seen[key] == value,
        "\(residents[number].user) wrote \(value.map { "\($0)" } ?? "nothing") to \(key) and sees "
          + (seen[key].map { "\($0)" } ?? "nothing")
      )
    }
  }

  private mutating func finish(
    _ id: ReplicaMachine.WriteID,
    _ outcome: WriteOutcome,
    by event: ReplicaMachine.Event,
    at number: Int
  ) throws(Violation) {
    let user = residents[number].user
    guard let write = residents[number].note(outcome, for: id) else {
      return try check(.outcomes, false, "a write of \(user) ended twice, now as \(outcome)")
    }
    tally[outcome.name, default: 0] += 1
    // An edit that comes to nothing is not sent.
    guard outcome.isAccepted, !write.change.isEmpty else { return }
    let arrivals = write.counter.map { naive.arrivals(of: $0, by: user) } ?? 0
    try check(
      .nothingLost,
      arrivals == 1,
      "write \(write.counter ?? 0) of \(user) is \(outcome) and came to the town \(arrivals) times"
    )
    if let wanted = outcomeTold(by: event, of: write, at: number) {
      let told = if case .overwritten = outcome { false } else { true }
      try check(
        .outcomes,
        told == wanted.stands,
        "\(user): \(wanted.text), and \(outcome) was told"
      )
    }
  }

  /// Whether a write stands, judged from what the town has told up to the message with its echo.
  private func outcomeTold(
    by event: ReplicaMachine.Event,
    of write: Resident.Write,
    at number: Int
  ) -> (stands: Bool, text: String)? {
    let resident = residents[number]
    guard case .delivered(_, .change(let change)) = event,
      let echo = change.updates["update.index.\(resident.user)"]?.value.int,
      let counter = write.counter
    else { return (false, "a write was confirmed without an echo") }
    guard write.isSeen else { return (true, "what was pushed has arrived") }
    for key in write.change.keys {
      let isSettledLater = resident.writes.contains { later in
        guard later.isSeen, let number = later.counter else { return false }
        return number > counter && number <= echo && later.change.touches(key)
      }
      guard !isSettledLater else { continue }
      let told = resident.machine.confirmed[key]
      // The removal of what others never saw is not told.
      if write.change.removals.contains(key), told == nil { continue }
      guard write.heard.contains(key) else { return (false, "the echo came without \(key)") }
      if told != write.change.updates[key]?.value { return (false, "\(key) was written over") }
    }
    return (true, "everything stands as written")
  }

  private func checkRest() throws(Violation) {
    if let difference = naive.difference(from: hub.state) {
      try check(.nothingLost, false, "the town went wrong: \(difference)")
    }
    for resident in residents {
      try check(
        .agreement,
        resident.machine.status.isLive,
        "\(resident.user) is \(resident.machine.status)"
      )
      try check(
        .agreement,
        resident.machine.visible == hub.state,
        "\(resident.user) differs: \(resident.machine.visible.changes(since: hub.state))"
      )
      try check(
        .agreement,
        resident.machine.confirmed == hub.state,
        "\(resident.user) holds another copy"
      )
      try check(
        .drawnIsStored,
        resident.screen == resident.machine.visible,
        "\(resident.user)'s screen shows another town"
      )
      try check(
        .outcomes,
        resident.writes.allSatisfy { $0.outcome != nil },
        "a write of \(resident.user) never ended"
      )
    }
    try check(
      .agreement,
      hub.subscriberCount == residents.count,
      "the town counts others than are there"
    )
  }
}

extension WriteOutcome {
  fileprivate var name: String {
    switch self {
    case .accepted: "accepted"
    case .overwritten: "overwritten"
    case .unconfirmed: "unconfirmed"
    case .disconnected: "disconnected"
    case .refused: "refused"
    }
  }
}

extension HubMachine.Event {
  /// Whether the state may change by it.
  fileprivate var isChange: Bool {
    switch self {
    case .received, .written, .left, .searched, .restrained: true
    case .joined, .pulled, .pullWithdrawn, .intervalChanged, .callerLeft, .released, .timerFired:
      false
    }
  }
}
