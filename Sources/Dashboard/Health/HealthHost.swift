import ScreenKit
import SharedState
import StateEditing
import StateInspection

/// How the headsets' connections are, as they report it themselves when they are asked to.
extension Action where Host: EditHost {
  static var diagnosing: [Self] {
    [
      Action("health", ["gy"], .watch, "how the headsets' connections are") {
        $0.openHealth()
      }
      .alsoCalled("connection headset fps rtt latency report")
    ]
  }
}

extension EditHost {
  private static var listID: String { "health" }
  private static var prefix: String { "report.connection.health." }
  /// Headsets report when this is true.
  private static var wish: String { "suggested.report.connection.health" }
  /// Who has reported nothing for so long is silent: headsets report many times a second.
  private static var silence: Duration { .seconds(3) }
  private static var most: Int { 200 }

  fileprivate mutating func openHealth() {
    let ask = ListKey<Self>(
      key: .character("a"),
      hint: "asks them to report",
      applies: { _ in true }
    ) {
      host,
      _ in
      host.askForHealth()
    }
    open(List(Self.listID, "Connections of the headsets", healthItems, keys: [ask]))
  }

  /// Brings the table up to date, if it is open.
  mutating func refreshHealth() {
    guard list?.id == Self.listID else { return }
    let items = healthItems
    list?.chooser.replace(items)
  }

  private mutating func askForHealth() -> [Effect] {
    let base = freshest[Self.wish]
    guard base != true else {
      say("they have been asked already: \(Self.wish) is true", .muted)
      return []
    }
    return submit(.set, [.init(key: Self.wish, base: base, mine: true)])
  }

  private var healthItems: [List<Self>.Item] {
    let group = known.index.group(KeyParts.prefix(of: Self.prefix + "x") ?? Self.prefix)
    let keys = (group?.entries.elements ?? []).lazy.map(\.key)
      .filter { $0.hasPrefix(Self.prefix) && known.state.contains($0) }.prefix(Self.most).map { $0 }
    guard !keys.isEmpty else {
      let words =
        freshest[Self.wish] == true
        ? "they were asked to report, and none has yet" : "no headset reports; a asks them to"
      return [.init(label: Line(words, .muted))]
    }
    let names = keys.map {
      known.people.name(of: String($0.dropFirst(Self.prefix.count)))
        ?? String($0.dropFirst(Self.prefix.count))
    }
    let columns = min(24, names.map { TextWidth.columns(of: $0.named) }.max() ?? 0)
    let head = Line(
      TextWidth.pad("", to: columns) + "  frames/s  states/s  round trip     drawn",
      .muted
    )
    return [.init(label: head)] + zip(keys, names).map { item($0, named: $1, columns: columns) }
  }

  private func item(_ key: String, named name: String, columns: Int) -> List<Self>.Item {
    let value = known.state.entry(for: key)?.glanced
    let short = TextWidth.truncate(name.named, to: columns, ellipsis: glyphs.ellipsis)
    var label = Line(TextWidth.pad(short, to: columns), .key, .bold)
    for (field, width, unit) in [
      ("frame", 10, ""), ("state", 10, ""), ("rtt", 12, " ms"), ("fps", 10, " fps"),
    ] {
      let words = value?[field]?.double.map { Phrases.decimal($0, digits: 0) + unit } ?? "?"
      label.append(
        String(repeating: " ", count: max(1, width - TextWidth.columns(of: words))) + words,
        .number
      )
    }
    let news = known.news(of: key)
    let isSilent = news.map { pictureTime.uptime - $0.at.uptime >= Self.silence } ?? true
    let since = news.map { Phrases.age(of: $0.at, at: pictureTime) } ?? "nothing since you came"
    if isSilent { label.append("  \(glyphs.warning) silent", .warning, .bold) }
    return .init(label: label, note: since, choice: .goTo(key, .root))
  }
}
