import ScreenKit
import SharedState
import StateEditing
import StateInspection
import Trajectory

/// What running a room needs of the dashboard.
protocol OrganiserHost: SimulationHost, ConnectionsHost {
  var presence: Presence { get }
  /// When the connection came.
  var liveSince: Moment? { get }
  /// The message to everybody that is on its way.
  var roomNotice: RoomNotice? { get set }
}

extension Action where Host: OrganiserHost {
  static var organising: [Self] {
    [
      Action("organise", ["W"], .screen, "run the room: who is here, what all are asked") {
        $0.openOrganiser()
      }
      .alsoCalled("panel organiser teacher class passthrough box freeze notify set-up sweep ghosts")
    ]
  }
}

extension OrganiserHost {
  var organiser: OrganiserPanel? {
    get { overlays[OrganiserPanel.self] }
    _modify { yield &overlays[OrganiserPanel.self] }
  }

  fileprivate mutating func openOrganiser() -> [Effect] {
    organiser = OrganiserPanel()
    return askWhoIsConnected()
  }

  // MARK: Who is here

  /// Who has written nothing for so long is silent: who wears a headset writes many times a second.
  static var silence: Duration { .seconds(3) }
  /// Who has written nothing for so long, and is not known to be connected, may be swept away.
  private static var absence: Duration { .seconds(10) }

  /// So often the server is asked who is connected while the panel is open: those without an avatar come and go unseen.
  private static var pace: Duration { .seconds(5) }

  /// Asks the server again now and then, and when others have come or left, if it tells who is connected.
  mutating func keepOrganiserUpToDate() -> [Effect] {
    guard let panel = organiser, connections.asking == nil else { return [] }
    let isDue = panel.askedAt.map { now.uptime - $0 >= Self.pace } ?? true
    return isDue || panel.asked != known.people.here ? askWhoIsConnected() : []
  }

  private mutating func askWhoIsConnected() -> [Effect] {
    guard link.isLive, connections.asking == nil else { return [] }
    let (here, now) = (known.people.here, now.uptime)
    organiser?.asked = here
    organiser?.askedAt = now
    return reasonNotToListConnections == nil ? askForConnections() : []
  }

  /// Everybody who is here: those of whom there is an avatar, and then those who are connected without one.
  ///
  /// - Complexity: O(*n* log *n*) in the number of those who are here.
  var organiserRows: [OrganiserRow] {
    var connections = Dictionary(
      self.connections.rows.map { (StateKey($0.user), $0) }
    ) { first, _ in first }
    let isTold = !self.connections.rows.isEmpty
    let people = known.people.here.map { id in
      row(of: id, connections.removeValue(forKey: StateKey(id)), isTold: isTold)
    }
    let taken = Set(people.compactMap(\.connection?.number))
    return people
      + self.connections.rows.filter { !taken.contains($0.number) }.map { connection in
        OrganiserRow(
          id: connection.user,
          title: connection.title(known.people),
          device: isOwn(connection) ? "this dashboard" : "program",
          connection: connection,
          since: since(connection),
          roundTrip: nil,
          silence: nil,
          isLeftBehind: false
        )
      }
  }

  func isOwn(_ connection: ConnectionRow) -> Bool {
    options.userID.map { $0.isSame(as: connection.user) } ?? false
  }

  private func row(of id: String, _ connection: ConnectionRow?, isTold: Bool) -> OrganiserRow {
    let person = RoomPerson(id, in: known.state)
    let silence = presence[id]?.last.map { pictureTime.uptime - $0.uptime }
    let since = presence[id]?.came.map { pictureTime.uptime - $0.uptime }
    return OrganiserRow(
      id: id,
      title: known.people.name(of: id) ?? connection?.title(known.people) ?? id,
      device: person.device.rawValue,
      connection: connection,
      since: connection.map { self.since($0) } ?? since,
      roundTrip: person.roundTrip,
      silence: silence,
      // People of the server's own have no connection, and stir.
      isLeftBehind: isTold && connection == nil
        && silence.map { $0 >= Self.absence } ?? wasLongSilent
    )
  }

  /// Whether who has not stirred since we came has not for long.
  private var wasLongSilent: Bool {
    liveSince.map { now.uptime - $0.uptime >= Self.absence } ?? false
  }

  private func since(_ connection: ConnectionRow) -> Duration {
    .seconds(connection.seconds) + (now.uptime - connections.answered)
  }

  /// When the panel changes by itself: it tells times.
  var organiserWakeUp: Duration? {
    pause == nil ? now.uptime + .seconds(1) : nil
  }

  // MARK: What is asked of all

  mutating func ask(_ control: RoomControl) -> [Effect] {
    let base = freshest[control.key]
    if let value = control.next(after: base) { return ask(control, value) }
    beginTyping(.value(of: control))
    return []
  }

  private mutating func ask(_ control: RoomControl, _ value: StateValue?) -> [Effect] {
    let base = freshest[control.key]
    guard base != value else {
      say("\(control.name) is \(control.words(base)) already", .muted)
      return []
    }
    let entry = EditRequest.Entry(key: control.key, base: base, mine: value)
    return submit(value == nil ? .remove : .set, [entry])
  }

  /// What stands before the text: with the value as it is, which what is typed takes the place of.
  func prompt(of what: OrganiserPanel.Typing) -> String {
    guard case .value(let control) = what, let value = freshest[control.key] else {
      return what.prompt
    }
    return "\(control.name), now \(control.words(value)): "
  }

  mutating func beginTyping(_ what: OrganiserPanel.Typing) {
    organiser?.flaw = nil
    organiser?.typing = (what, TextEditor("", isMultiline: false))
  }

  /// Takes a key into the line that is typed.
  mutating func type(_ key: Key) -> [Effect] {
    organiser?.flaw = nil
    switch key {
    case .escape: organiser?.typing = nil
    case .enter: return endTyping()
    default: _ = organiser?.typing?.line.handle(key)
    }
    return []
  }

  private mutating func endTyping() -> [Effect] {
    guard let (what, line) = organiser?.typing else { return [] }
    let text = line.trimmedText
    guard !text.isEmpty else {
      organiser?.typing = nil
      return []
    }
    switch what {
    case .value(let control):
      do throws(RoomControl.Flaw) {
        let value = try control.value(of: text)
        organiser?.typing = nil
        return ask(control, value)
      } catch {
        let flaw = "\(glyphs.failure) \(error.description)"
        organiser?.flaw = flaw
        return []
      }
    case .message:
      organiser?.typing = nil
      return beginNotice(text)
    case .name:
      organiser?.typing = nil
      return [.saveRoom(text, RoomSetup(of: freshest))]
    }
  }

  // MARK: Telling everybody

  /// Asks the server who takes messages, and tells them.
  private mutating func beginNotice(_ text: String) -> [Effect] {
    if let reason = reasonNotToWrite {
      say(reason, .warning)
      return []
    }
    guard roomNotice == nil else {
      say("the message before is still on its way", .warning)
      return []
    }
    roomNotice = RoomNotice(text: text)
    calls.isAsking = true
    return [.listCommands]
  }

  /// Goes on once it is known which commands there are.
  mutating func sendNotice(_ listing: Result<[CommandDescription], CommandFailure>) -> [Effect] {
    guard var notice = roomNotice, notice.asksWho else { return [] }
    notice.asksWho = false
    let names: [String]
    switch listing {
    case .failure(let failure):
      roomNotice = nil
      say("\(glyphs.failure) \(failure.line)", .error)
      return []
    case .success(let commands): names = commands.map(\.name).filter(RoomPerson.isNotice)
    }
    guard !names.isEmpty else {
      roomNotice = nil
      say("nobody here takes messages: no command ends in /notify", .warning)
      return []
    }
    let effects = names.map { name -> Effect in
      let id = calls.next()
      notice.waiting.insert(id)
      return .runCommand(id, name: name, arguments: ["message": .string(notice.text)])
    }
    roomNotice = notice
    return effects
  }

  /// Takes in an answer to a message; says whether it was one.
  mutating func takeNotice(_ result: Result<StateValue, CommandFailure>, of id: CallID) -> Bool {
    guard var notice = roomNotice, notice.waiting.remove(id) != nil else { return false }
    if case .success = result { notice.told += 1 } else { notice.failed += 1 }
    roomNotice = notice.waiting.isEmpty ? nil : notice
    guard notice.waiting.isEmpty else { return true }
    let all = notice.told + notice.failed
    let line = "told \(notice.told) of \(all): \(notice.text.beginning(60))"
    tell(line, notice.failed == 0 ? .success : .warning)
    say(Phrase(line), notice.failed == 0 ? .success : .warning)
    return true
  }

  // MARK: Who is gone

  /// Lists of whom something is left behind, to clear it away.
  mutating func listLeftBehind() {
    let connected = Set(connections.rows.map { StateKey($0.user) })
    let gone = LeftBehind.all(in: freshest).filter {
      !connected.contains(StateKey($0.id)) && isSilent($0)
    }
    guard !gone.isEmpty else {
      say("everybody whose body is here is here", .success)
      return
    }
    let all = gone.flatMap(\.keys)
    var items = [
      sweeping(all, Line("all of it", .key, .bold), note: words("\(all.count, .house)"), id: "all")
    ]
    items += gone.map { one in
      let last = one.keys.compactMap { known.news(of: $0)?.at }.max { $0.uptime < $1.uptime }
      var label = Line((known.people.name(of: one.id) ?? one.id).named, .key)
      label.append("  \(words("\(one.keys.count, .house)"))", .muted)
      let note = last.map { Phrases.age(of: $0, at: now) } ?? "silent since you came"
      return sweeping(one.keys, label, note: note, id: one.id)
    }
    open(List("left-behind", "Left behind by people who are gone", items))
  }

  /// Whether nothing of somebody has changed for long; of what has not changed since we came, only the time since then is known.
  private func isSilent(_ one: LeftBehind) -> Bool {
    one.keys.allSatisfy { key in
      guard let last = known.news(of: key)?.at ?? liveSince else { return false }
      return now.uptime - last.uptime >= Self.absence
    }
  }

  private func sweeping(_ keys: [String], _ label: Line, note: String, id: String)
    -> List<Self>.Item
  {
    let seen = keys.map { (key: $0, entry: freshest.entry(for: $0)) }
    return List<Self>.Item(
      label: label,
      note: note,
      verb: "clears it away",
      reason: reasonNotToWrite,
      choice: Choice("sweep \(id)") { host in
        // Who has stirred since the list was made has come back.
        let back = Set(
          seen.filter { host.freshest.entry(for: $0.key) != $0.entry }
            .compactMap { one in one.entry.flatMap { LeftBehind.person(of: one.key, $0) } }
        )
        let entries = seen.compactMap { one -> EditRequest.Entry? in
          guard let entry = one.entry, let id = LeftBehind.person(of: one.key, entry),
            !back.contains(id)
          else { return nil }
          return EditRequest.Entry(key: one.key, base: entry.value, mine: nil)
        }
        guard !entries.isEmpty else {
          host.say("they have come back", .warning)
          return []
        }
        return host.submit(.remove, entries)
      }
    )
  }

  // MARK: Set-ups

  /// Lists the set-ups that are saved.
  mutating func list(rooms: [String]) {
    guard organiser != nil else { return }
    guard !rooms.isEmpty else {
      say("no set-up is saved yet; w saves one", .muted)
      return
    }
    let items = rooms.map { name in
      List<Self>.Item(
        label: Line(name.named, .key),
        verb: "shows what it changes",
        choice: Choice("room \(name)") { _ in [.readRoom(name)] }
      )
    }
    open(List("rooms", "Set up the room as it was", items))
  }

  /// Offers a set-up, whole or in part.
  mutating func offer(_ setup: RoomSetup, named name: String) {
    guard organiser != nil else { return }
    let setup = chosenAnew(setup)
    var items = [applying(setup, RoomSetup.Part.allCases, "all of it", exactly: false)]
    items += RoomSetup.Part.allCases.filter { setup.count(of: $0) > 0 }.map {
      applying(setup, [$0], $0.rawValue, exactly: false)
    }
    items.append(
      applying(setup, RoomSetup.Part.allCases, "exactly so, and nothing else", exactly: true)
    )
    open(List("room", "As in \(TextWidth.safe(name))", items))
  }

  private func chosenAnew(_ setup: RoomSetup) -> RoomSetup {
    var setup = setup
    setup.selections = newestSimulation.chosenAnew(setup.selections, in: freshest)
    return setup
  }

  private func applying(
    _ setup: RoomSetup,
    _ parts: [RoomSetup.Part],
    _ words: String,
    exactly: Bool
  ) -> List<Self>.Item {
    let count = setup.entries(on: freshest, parts: parts, exactly: exactly).count
    return List<Self>.Item(
      label: Line(words, .key, .bold),
      note: self.words("\(count, .house) \(count == 1 ? "differs" : "differ")"),
      verb: "sets it up so",
      reason: reasonNotToWrite ?? (count == 0 ? "it is so already" : nil),
      choice: Choice("apply \(words)") { host in
        let entries = host.chosenAnew(setup)
          .entries(on: host.freshest, parts: parts, exactly: exactly)
        return host.submit(.set, entries, merges: true)
      }
    )
  }
}
