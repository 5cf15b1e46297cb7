import ScreenKit
import SharedState

/// One connection to a server of ours, as its owners are told.
struct ConnectionRow: Hashable, Sendable {
  let number: Int64
  let name: String
  let user: String
  let role: String
  let wire: String
  let address: String
  let seconds: Int64
  let messages: Int64
  let restraint: String

  init?(_ value: StateValue) {
    guard let fields = value.object, let number = fields["connection"]?.int else {
      return nil
    }
    func text(_ field: String) -> String { (fields[field]?.string ?? "").beginning(80) }
    self.number = number
    (name, user, role, wire) = (text("name"), text("user"), text("role"), text("wire"))
    (address, restraint) = (text("address"), text("restraint"))
    seconds = max(0, fields["seconds"]?.int ?? 0)
    messages = max(0, fields["messages"]?.int ?? 0)
  }

  /// What the connection is called: whom its token was given to, or its avatar.
  func title(_ people: People) -> String {
    if !name.isEmpty { return name }
    return people.name(of: user) ?? (user.isEmpty ? "connection \(number)" : user)
  }
}

/// The list of those who are connected, and what was asked of the server about them.
struct ConnectionList: Sendable {
  /// The question who is there, while it is on its way.
  var asking: CallID?
  /// What was asked to be done, and to whom.
  var acts: [CallID: (command: OwnersCommand, title: String)] = [:]
  var rows: [ConnectionRow] = []
  /// When the server told them, as an uptime.
  var answered = Duration.zero
  /// Who is sent away if that is asked for once more, and until when.
  var leaving: (number: Int64, until: Duration)?
}

/// What looking after those who are connected needs of the dashboard.
protocol ConnectionsHost: FollowHost, CallHost {
  var connections: ConnectionList { get set }
  /// What the server lets this dashboard do; `nil` if it lets everybody do all.
  var access: Access? { get }
}

extension Action where Host: ConnectionsHost {
  static var connecting: [Self] {
    [
      Action("connections", ["gw"], .follow, "list who is connected, to freeze, mute or evict") {
        $0.listConnections()
      }
      .alsoCalled("who kick ban owner release users clients")
      .unless { $0.reasonNotToListConnections }
    ]
  }
}

extension ConnectionsHost {
  private static var listID: String { "connections" }
  /// More are not listed.
  private static var most: Int { 2000 }

  var reasonNotToListConnections: String? {
    guard link.isLive else { return notConnected }
    guard let access, access.role < .owner else { return nil }
    return "only an owner is told who is connected, and you are a \(access.role.rawValue)"
  }

  mutating func listConnections() -> [Effect] {
    (connections.rows, connections.leaving) = ([], nil)
    let asking = Line(words("asking the \(.host) who is there"), .muted)
    open(
      List(
        Self.listID,
        "Who is connected",
        [List<Self>.Item(label: asking)],
        keys: [
          key("f", "freezes") { $0.restrain($1, .freeze, "frozen") },
          key("m", "mutes") { $0.restrain($1, .mute, "muted") },
          key("e", "evicts") { $0.evict($1) },
          ListKey(key: .character("r"), hint: "asks again", applies: { _ in true }) { host, _ in
            host.askForConnections()
          },
        ]
      )
    )
    return askForConnections()
  }

  private func key(
    _ letter: Character,
    _ hint: String,
    _ act: @escaping @Sendable (inout Self, ConnectionRow) -> [Effect]
  ) -> ListKey<Self> {
    ListKey(key: .character(letter), hint: hint, applies: { $0?.choice != nil }) { host, item in
      let row = host.connections.rows.first { "connection \($0.number)" == item?.choice?.id }
      guard let row else { return [] }
      if let reason = host.reasonNotToWrite {
        host.say(reason, .warning)
        return []
      }
      return act(&host, row)
    }
  }

  /// Asks the server who is connected, unless that is on its way.
  mutating func askForConnections() -> [Effect] {
    guard connections.asking == nil else { return [] }
    let id = calls.next()
    connections.asking = id
    return [.ask(id, name: OwnersCommand.who.name, arguments: [:])]
  }

  // MARK: What is done to one

  /// Takes something from a connection, or gives it back if that was taken before.
  mutating func restrain(
    _ row: ConnectionRow,
    _ command: OwnersCommand,
    _ restraint: String
  ) -> [Effect] {
    run(row.restraint.contains(restraint) ? .release : command, on: row)
  }

  /// Sends somebody away, if it is asked for twice.
  mutating func evict(_ row: ConnectionRow) -> [Effect] {
    guard let leaving = connections.leaving, leaving.number == row.number,
      now.uptime < leaving.until
    else {
      connections.leaving = (row.number, now.uptime + Notice.time)
      say("e again sends \(row.title(known.people)) away; they may come back", .warning)
      return []
    }
    return run(.evict, on: row)
  }

  private mutating func run(_ command: OwnersCommand, on row: ConnectionRow) -> [Effect] {
    connections.leaving = nil
    let id = calls.next()
    connections.acts[id] = (command, row.title(known.people))
    return [.runCommand(id, name: command.name, arguments: ["connection": .int(row.number)])]
  }

  /// Forgets who was connected, and closes the list of them.
  mutating func forgetConnections() {
    connections = ConnectionList()
    if list?.id == Self.listID { list = nil }
  }

  // MARK: What the server answers

  /// Takes in an answer; `nil` if nobody asked here.
  mutating func takeConnections(
    _ result: Result<StateValue, CommandFailure>,
    of id: CallID
  ) -> [Effect]? {
    if let act = connections.acts.removeValue(forKey: id) {
      return take(result, of: act.command, on: act.title)
    }
    guard connections.asking == id else { return nil }
    connections.asking = nil
    let isListed = list?.id == Self.listID
    switch result {
    case .success(let answer):
      let all = answer["connections"]?.array ?? []
      connections.rows = all.prefix(Self.most).compactMap { ConnectionRow($0) }
      connections.answered = now.uptime
      guard isListed else { return [] }
      let items = items(more: all.count - Self.most)
      list?.chooser.replace(items)
    case .failure(let failure):
      guard isListed else { return [] }
      let reason: Phrase =
        failure.kind == .unknownCommand
        ? "only a \(.host) of townhall's can tell" : Phrase(failure.line)
      let words = Line("\(glyphs.failure) \(words(reason))", .error)
      list?.chooser.items = [
        List<Self>.Item(label: words), List<Self>.Item(label: Line("r asks again", .muted)),
      ]
    }
    return []
  }

  private mutating func take(
    _ result: Result<StateValue, CommandFailure>,
    of command: OwnersCommand,
    on title: String
  ) -> [Effect] {
    switch result {
    case .success:
      let done: Phrase =
        switch command {
        case .evict: "\(title) was sent away"
        case .freeze: "\(title) is frozen: reads, and nothing else"
        case .mute: "\(title) is muted: avatar and cursors are gone"
        default: "\(title) may do again what they could"
        }
      tell("\(glyphs.check) \(done)", .success)
      say("\(glyphs.check) \(done)", .success)
    case .failure(let failure):
      say("\(glyphs.failure) \(failure.line)", .error)
    }
    return askForConnections()
  }

  private func items(more: Int) -> [List<Self>.Item] {
    let titles = connections.rows.map { $0.title(known.people) }
    let columns = min(24, titles.map(TextWidth.columns).max() ?? 0)
    var items = zip(connections.rows, titles).map { row, title in
      item(row, TextWidth.pad(cut(title, to: columns), to: columns))
    }
    if more > 0 {
      items.append(List<Self>.Item(label: Line("and \(Phrases.grouped(more)) more", .muted)))
    }
    return items
  }

  private func item(_ row: ConnectionRow, _ title: String) -> List<Self>.Item {
    var label = Line(title.named, .key, .bold)
    label.append("  " + TextWidth.pad(row.role, to: 6))
    let isYou = options.userID.map { $0.isSame(as: row.user) } ?? false
    if isYou { label.append("  you", .title, .bold) }
    if !row.restraint.isEmpty { label.append("  \(row.restraint)", .warning, .bold) }
    if !row.address.isEmpty {
      label.append("  \(row.wire) from \(cut(row.address, to: 24))", .muted)
    }
    label.append("  \(Phrases.grouped(Int(row.messages))) messages", .muted)
    var item = List<Self>.Item(label: label)
    item.note = Phrases.stay(row.seconds)
    item.verb = "shows what is theirs"
    item.choice = Choice("connection \(row.number)") { host in
      let avatar = People.avatar(of: row.user)
      if !row.user.isEmpty, host.known.state.contains(avatar) {
        host.show(row.user, from: avatar)
      } else {
        host.say("no avatar of theirs is here, which is what tells what is theirs", .warning)
      }
      return []
    }
    return item
  }

  private func cut(_ text: String, to columns: Int) -> String {
    TextWidth.truncate(text, to: columns, ellipsis: glyphs.ellipsis)
  }
}
