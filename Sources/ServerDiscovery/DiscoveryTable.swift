internal import SharedState

/// The servers that are heard, as a machine without clock and socket: datagrams and moments go in, news come out.
///
/// The datagrams of one server are told by its id, for it may have several addresses. A server has gone when
/// nothing was heard of it for a while, for nobody says goodbye. All moments come from one clock that never jumps.
///
/// ```swift
/// var table = DiscoveryTable()
/// table.hear(announcement, at: .zero)
/// table.wakeUp                              // 0.1 s: its other interfaces may follow at once
/// table.news(at: .milliseconds(100))        // [.found(…)]
/// table.news(at: .seconds(4))               // [.gone(…)]
/// ```
public struct DiscoveryTable: Sendable {
  /// How long news wait for more: a server with several interfaces announces itself on each at once.
  public static let settling = Duration.milliseconds(100)
  /// How long a server is believed to be there: seven announcements in a row are lost only with it.
  public static let patience = Duration.milliseconds(3500)
  /// So many servers are kept; no flood of announcements makes it more.
  public static let mostServers = 128
  /// So many addresses of one server are kept.
  public static let mostAddresses = 8

  private struct Place {
    let address: String
    var heard: Duration
  }

  private struct Record {
    /// Counts the servers in the order in which they came.
    let number: Int
    var last: Announcement
    var places: [Place]
    var told: FoundServer?
    /// When what has changed since then is to be told.
    var newsAt: Duration?
  }

  private var records: [StateKey: Record] = [:]
  private var count = 0

  /// Makes a table that has heard nothing.
  public init() {}

  /// Takes in an announcement that came at a moment; returns whether there will be news because of it.
  @discardableResult
  public mutating func hear(_ announcement: Announcement, at now: Duration) -> Bool {
    let key = Self.key(of: announcement)
    guard var record = records[key] else { return begin(key, announcement, at: now) }
    // The table is left alone meanwhile, so that nothing is copied.
    records[key] = nil
    defer { records[key] = record }
    record.last = announcement
    Self.note(announcement.address, at: now, in: &record.places)
    let isNews = record.newsAt == nil && Self.server(key, record) != record.told
    if isNews { record.newsAt = now + Self.settling }
    return isNews
  }

  private mutating func begin(
    _ key: StateKey,
    _ announcement: Announcement,
    at now: Duration
  ) -> Bool {
    // Those that came first stay: a flood of inventions cannot drive them out.
    guard records.count < Self.mostServers else { return false }
    count += 1
    records[key] = Record(
      number: count,
      last: announcement,
      places: [Place(address: announcement.address, heard: now)],
      newsAt: now + Self.settling
    )
    return true
  }

  private static func note(_ address: String, at now: Duration, in places: inout [Place]) {
    if let index = places.firstIndex(where: { $0.address == address }) {
      places[index].heard = now
    } else if places.count < mostAddresses {
      places.append(Place(address: address, heard: now))
    }
  }

  /// What came about until a moment and has not been told: the oldest servers first.
  public mutating func news(at now: Duration) -> [DiscoveryEvent] {
    var events: [DiscoveryEvent] = []
    for (key, old) in records.sorted(by: { $0.value.number < $1.value.number }) {
      var record = old
      record.places.removeAll { $0.heard + Self.patience <= now }
      guard !record.places.isEmpty else {
        records[key] = nil
        if let told = record.told { events.append(.gone(told)) }
        continue
      }
      if let due = record.newsAt, due <= now {
        let server = Self.server(key, record)
        if server != record.told {
          events.append(record.told == nil ? .found(server) : .changed(server))
        }
        (record.told, record.newsAt) = (server, nil)
      } else if record.newsAt == nil, record.places.count < old.places.count {
        // The others may fall silent in the same moment: then it has gone, and has not changed before.
        record.newsAt = now + Self.settling
      }
      records[key] = record
    }
    return events
  }

  /// When `news(at:)` is to be asked next; `nil` if nothing can come about before something is heard.
  ///
  /// - Complexity: O(*n*) in the addresses that are kept.
  public var wakeUp: Duration? {
    records.values.lazy.compactMap { record in
      let end = record.places.lazy.map(\.heard).min().map { $0 + Self.patience }
      return [end, record.newsAt].compactMap { $0 }.min()
    }.min()
  }

  private static func server(_ key: StateKey, _ record: Record) -> FoundServer {
    FoundServer(
      id: key.text,
      announcedID: record.last.id,
      name: record.last.name,
      addresses: record.places.map(\.address),
      services: record.last.services,
      port: record.last.port
    )
  }

  /// The id says which server it is; without one, name and address must do.
  private static func key(of announcement: Announcement) -> StateKey {
    StateKey(announcement.id ?? "\(announcement.address) \(announcement.name)")
  }
}
