import ScreenKit
public import SharedState
public import TextScreen

/// The screen before the dashboard, on which a server is chosen: the servers that announce themselves, as they come
/// and go, the server that was joined last, and always the way to type an address.
///
/// With offers it is the start screen, which also says where one is and offers what needs no server.
///
/// Like the dashboard a value that is told what happens and says what it wants: no socket, no clock.
public struct Picker: Sendable {
  /// A server as the picker shows it.
  public struct Server: Hashable, Sendable {
    /// What tells it from the others.
    public var id: String
    /// What it calls itself, which may be anything.
    public var name: String
    /// Where to join it; `nil` if there is no way.
    public var address: String?
    /// What it serves, in words.
    public var services: String

    /// Describes a server.
    public init(id: String, name: String, address: String?, services: String = "") {
      (self.id, self.name, self.address, self.services) = (id, name, address, services)
    }
  }

  /// What can be opened without a server.
  public enum Offer: Hashable, Sendable {
    /// A town inside this program, to try things out.
    case demo
    /// The tour, from which one comes back here.
    case tour
    /// The recording at a path.
    case recording(path: String)
  }

  /// What a row asks for.
  enum Choice: Hashable, Sendable {
    case server(id: String)
    case offer(Offer)
    /// An address is to be typed.
    case typing
  }

  /// What the picker is told.
  public enum Message: Sendable {
    /// Something happened at the terminal.
    case screen(ScreenEvent)
    /// A server is heard, or says something new of itself.
    case heard(Server)
    /// The server of this id is not heard any more.
    case gone(id: String)
    /// No server can be heard here, for this reason.
    case deaf(String)
    /// What was chosen cannot be joined or opened, for this reason.
    case refused(String)
    /// The picker is shown again after something else; whoever was heard before is to be heard anew.
    case reopened
  }

  /// What the picker wants.
  public enum Effect: Hashable, Sendable {
    /// Join this server, and remember it; if that makes no sense, say so with `Message.refused`.
    case join(Server)
    /// Open what was offered; if that is impossible, say so with `Message.refused`.
    case open(Offer)
    /// Leave without a server.
    case leave
    /// Draw everything afresh.
    case redraw
    /// Stop as ^Z does.
    case suspend
  }

  private struct Entry: Sendable {
    var server: Server
    /// It is not heard any more, and stays only because the cursor is on it: under Enter nothing may move.
    var isGone = false
  }

  /// So many servers are shown.
  private static let most = 200

  let glyphs: Glyphs
  /// What is offered beside the servers.
  let offers: [Offer]
  /// What is wrong with the terminal, if anything.
  let trouble: String?
  private(set) var list: Chooser<Choice>
  /// The address that is being typed.
  private(set) var input: TextEditor?
  /// Something to be told until the next key.
  private(set) var notice: (text: String, role: Role)?
  private(set) var deafness: String?
  private let last: Server?
  private var entries: [Entry] = []
  private var size: Size
  private var hasChosen = false

  /// Opens a picker.
  ///
  /// - Parameters:
  ///   - size: The extents of the screen.
  ///   - last: The server that was joined last time, on which the cursor is put.
  ///   - offers: What can be opened without a server; with any, this is the start screen.
  ///   - trouble: What is wrong with the terminal, in a few words.
  ///   - ascii: Whether only ASCII is drawn around the servers' own names.
  public init(
    size: Size,
    last: Server? = nil,
    offers: [Offer] = [],
    trouble: String? = nil,
    ascii: Bool = false
  ) {
    (self.size, self.last, self.offers, self.trouble) = (size, last, offers, trouble)
    glyphs = ascii ? .ascii : .unicode
    list = Chooser(offers.isEmpty ? "Towns nearby" : "Where to?", [])
    list.replace(items)
  }

  /// Whether this is the first screen of all, not only a list of servers.
  var isStart: Bool { !offers.isEmpty }

  // MARK: What happens

  /// Takes in what happened.
  public mutating func update(_ message: Message) -> [Effect] {
    switch message {
    case .screen(let event): return take(event)
    case .heard(let server): hear(server)
    case .gone(let id): lose(id)
    case .deaf(let reason): deafness = reason
    case .refused(let reason): notice = (reason, .error)
    case .reopened:
      (notice, input) = (nil, nil)
      entries = []
      list.replace(items)
    }
    return []
  }

  private mutating func hear(_ server: Server) {
    if let index = entries.firstIndex(where: { $0.server.id == server.id }) {
      entries[index] = Entry(server: server)
    } else if entries.count < Self.most {
      entries.append(Entry(server: server))
    }
    list.replace(items)
    // Until the person has pressed a key, the first server that comes is more likely wanted than typing or a try.
    guard !hasChosen, list.current?.choice.map(isStopgap) == true,
      let first = list.items.first?.choice
    else { return }
    list.select(first, height: listRows)
  }

  private func isStopgap(_ choice: Choice) -> Bool {
    choice == .typing || choice == .offer(.demo)
  }

  private mutating func lose(_ id: String) {
    guard let index = entries.firstIndex(where: { $0.server.id == id }) else { return }
    notice = ("\(entries[index].server.name) has gone", .warning)
    entries[index].isGone = true
    refresh()
  }

  /// Lets go of what has gone, except under the cursor.
  private mutating func refresh() {
    let kept = list.current?.choice
    entries.removeAll { $0.isGone && .server(id: $0.server.id) != kept }
    list.replace(items)
  }

  // MARK: Keys

  private mutating func take(_ event: ScreenEvent) -> [Effect] {
    switch event {
    case .key(.control("c")), .terminate: return [.leave]
    case .key(.control("l")): return [.redraw]
    case .key(.control("z")): return [.suspend]
    case .key(let key):
      (notice, hasChosen) = (nil, true)
      return input == nil ? choose(key) : type(key)
    case .paste(let text):
      // An address that is pasted into a list is meant as one.
      if input == nil { input = TextEditor("", isMultiline: false) }
      input?.insert(String(text.prefix(500)))
    case .mouse(let mouse): return take(mouse)
    case .resized(let new): size = new
    case .resumed: break
    }
    return []
  }

  private mutating func choose(_ key: Key) -> [Effect] {
    let isMove = !list.isTyping
    switch key {
    // In other lists these close the help, and here nothing is to close by accident.
    case .character("?") where isMove, .function(1): return []
    case .character(let character) where isMove:
      // The key stands at the right of its row.
      let row = list.items.first { $0.note == String(character) && isKeyed($0.choice) }
      guard let choice = row?.choice else { return follow(list.take(key, height: listRows)) }
      if choice != .typing { list.select(choice, height: listRows) }
      return follow(.chosen(choice))
    default: return follow(list.take(key, height: listRows))
    }
  }

  /// Whether a row has a key; a server has its address there, which may be anything.
  private func isKeyed(_ choice: Choice?) -> Bool {
    switch choice {
    case .offer, .typing: true
    case .server, nil: false
    }
  }

  private mutating func take(_ mouse: Mouse) -> [Effect] {
    let place = list.listRect(in: layout(size).list)
    if let rows = mouse.wheelRows { list.scroll(by: rows, height: place.rows) }
    guard mouse.kind == .press, place.contains(mouse.point), input == nil else { return [] }
    (notice, hasChosen) = (nil, true)
    return follow(list.click(row: mouse.point.row - place.row, height: place.rows))
  }

  private mutating func follow(_ answer: Chooser<Choice>.Answer) -> [Effect] {
    defer { refresh() }
    switch answer {
    case .stay, .complete: return []
    case .close: return [.leave]
    case .refused(let reason): notice = (reason, .warning)
    case .typed(let text):
      notice = (
        isStart ? "nothing here is called \(text)" : "no server here is called \(text)", .warning
      )
    case .chosen(.typing): input = TextEditor("", isMultiline: false)
    case .chosen(.offer(let offer)): return [.open(offer)]
    case .chosen(.server(let id)):
      return server(id).map { [.join($0)] } ?? []
    }
    return []
  }

  private mutating func type(_ key: Key) -> [Effect] {
    switch key {
    case .escape: input = nil
    case .enter:
      let address = input?.trimmedText ?? ""
      guard !address.isEmpty else {
        let wanted = isStart ? "an address or a path is wanted" : "an address is wanted"
        notice = (wanted + ", such as ws://lab-3:38801", .warning)
        return []
      }
      return [.join(Server(id: "", name: address, address: address))]
    default: _ = input?.handle(key)
    }
    return []
  }

  private func server(_ id: String) -> Server? {
    entries.first { $0.server.id == id && !$0.isGone }?.server ?? (id == lastID ? last : nil)
  }

  // MARK: The list

  private var listRows: Int { list.listRect(in: layout(size).list).rows }

  /// The server that was joined last has a line of its own, heard or not; one that was typed has no id.
  private var lastID: String? { last.map { $0.id.isEmpty ? " " + $0.name : $0.id } }

  private func isLast(_ server: Server) -> Bool {
    guard let last else { return false }
    return last.id.isEmpty ? server.address == last.address : server.id == last.id
  }

  /// The last one first, then the others as they came, and at the end the way to type; the offers around that.
  private var items: [Chooser<Choice>.Item] {
    let known = entries.first { isLast($0.server) && !$0.isGone }
    let first: [Chooser<Choice>.Item] =
      if let known { [item(known.server, glyphs.bullet)] } else {
        last.map { last in
          var silent = last
          silent.id = lastID ?? ""
          return [item(silent, glyphs.ring)]
        } ?? []
      }
    let others = entries.filter { !isLast($0.server) }.map { entry in
      var item = item(entry.server, entry.isGone ? glyphs.failure : glyphs.bullet)
      if entry.isGone { item.reason = "it has gone" }
      return item
    }
    return first + others + standing
  }

  private func item(_ server: Server, _ mark: String) -> Chooser<Choice>.Item {
    var label = Line(mark + " ", mark == glyphs.bullet ? .success : .muted, .bold)
    label.append(server.name.named, .plain, .bold)
    var item = Chooser<Choice>.Item(label: label, choice: .server(id: server.id))
    item.note = server.address ?? ""
    if server.address == nil { item.reason = "it serves nothing that can be joined here" }
    return item
  }

  /// All that is known of the server under the cursor, if one is.
  var currentWords: String? {
    guard case .server(let id)? = list.current?.choice else { return nil }
    let entry = entries.first { $0.server.id == id }
    guard let server = entry?.server ?? last else { return nil }
    let state: String? =
      if entry?.isGone == true { "has gone" } else if entry == nil {
        "joined last time, not heard now"
      } else { isLast(server) ? "joined last time" : nil }
    // One that was typed goes by its address.
    let address = server.address == server.name ? nil : server.address
    let words = [server.name, address, server.services, state]
    return words.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " \(glyphs.dot) ")
  }
}

// MARK: - Remembering

extension Picker.Server {
  /// No text that is remembered is longer.
  private static let longest = 1_000

  /// The server as a value that can be written down.
  public var value: StateValue {
    var object: StateObject = ["version": 1, "name": .string(name)]
    if !id.isEmpty { object["id"] = .string(id) }
    object["address"] = address.map { .string($0) }
    return .object(object)
  }

  /// Reads what was written down; `nil` if it is nothing that can be joined.
  public init?(_ value: StateValue) {
    guard let name = value["name"]?.string, let address = value["address"]?.string,
      !address.isEmpty, max(name.utf8.count, address.utf8.count) <= Self.longest
    else { return nil }
    let id = value["id"]?.string ?? ""
    self.init(id: id.utf8.count <= Self.longest ? id : "", name: name, address: address)
  }
}
