import SharedState

/// A search for houses that point at others, a slice at a time.
///
/// Only streets that can refer are looked through, and each slice decodes no more than it may: in a town of 100,000
/// houses a key press is answered at once, and the list fills while the person reads.
struct LinkSearch: Sendable {
  /// What is looked for.
  enum Aim: Hashable, Sendable {
    /// Houses that point at a key.
    case referrers(of: String)
    /// References to addresses where nobody lives.
    case dangling
  }

  /// A house that points at another.
  struct Found: Hashable, Sendable {
    let key: String
    let link: Link
    /// What it is, in a word or two: a visualiser's renderer.
    let words: String
  }

  /// A slice looks into no more houses than this.
  static let housesPerSlice = 1000
  /// A slice decodes no more than about so many bytes.
  static let bytesPerSlice = 256_000
  /// So many that were found are kept; more are counted.
  static let mostKept = 500

  let aim: Aim
  private(set) var found: [Found] = []
  /// How many were found, also of those that are not kept.
  private(set) var count = 0
  /// How many houses were too large to look into.
  private(set) var tooLarge = 0
  private var waiting: [String] = []
  private var next = 0

  init(_ aim: Aim, in known: KnownState) {
    self.aim = aim
    waiting = owned.filter { known.state.contains($0) }
    for street in streets {
      waiting += known.index.group(street)?.houses.elements.map(\.key) ?? []
    }
  }

  /// Whether every house has been looked into.
  var isOver: Bool { next == waiting.count }
  /// How many houses have been looked into, and how many there are to look into.
  var progress: (done: Int, total: Int) { (next, waiting.count) }

  private var streets: [String] {
    switch aim {
    case .referrers(let key): Links.streets(pointingAt: key)
    case .dangling: Links.referring
    }
  }

  /// Keys that point by their names alone.
  private var owned: [String] {
    guard case .referrers(let key) = aim else { return [] }
    return Links.keysOwned(by: key)
  }

  // MARK: Looking

  /// Looks into a slice of the houses; says whether there were any left.
  ///
  /// - Complexity: O(1): within ``housesPerSlice`` and ``bytesPerSlice``.
  mutating func lookOn(in state: StateDictionary) -> Bool {
    guard !isOver else { return false }
    var bytes = 0
    let end = min(waiting.count, next + Self.housesPerSlice)
    while next < end, bytes < Self.bytesPerSlice {
      bytes += look(into: waiting[next], in: state)
      next += 1
    }
    if isOver { (waiting, next) = ([], 0) }
    return true
  }

  /// Looks into one house, and says about how many bytes that took.
  private mutating func look(into key: String, in state: StateDictionary) -> Int {
    guard let entry = state.entry(for: key) else { return 0 }
    let bytes = entry.packed?.bytes.count ?? 0
    guard bytes <= Preview.largestDecoded else {
      tooLarge += 1
      return 0
    }
    let value: StateValue? = Links.readsValue(of: key) ? entry.value : nil
    let links = value.map { Links.of(key, $0) } ?? Links.ofKey(key)
    for link in wanted(links, in: state) {
      count += 1
      guard found.count < Self.mostKept else { continue }
      found.append(Found(key: key, link: link, words: Self.words(value)))
    }
    return bytes
  }

  /// The links that are looked for: one for each target, the one that names a field if there is one.
  private func wanted(_ links: [Link], in state: StateDictionary) -> [Link] {
    var seen: Set<ExactText> = []
    return links.reversed().filter { link in
      switch aim {
      case .referrers(let key): ExactText(link.target) == ExactText(key)
      case .dangling: !state.contains(link.target) && !Links.builtIn.contains(link.target)
      }
    }.filter { seen.insert(ExactText($0.target)).inserted }.reversed()
  }

  private static func words(_ value: StateValue?) -> String {
    for field in ["renderer", "visualiser", "interaction_type", "name", "label"] {
      switch value?[field] {
      case .string(let text)?: return String(text.prefix(40))
      case .object(let object)?:
        if case .string(let text)? = object["render"] { return String(text.prefix(40)) }
      default: break
      }
    }
    return ""
  }

  // MARK: Following the town

  /// Has houses that may point there now, or not any more, looked into again.
  mutating func follow(_ change: KnownChange) {
    let again = change.touched.filter(concerns).map(\.key)
    guard !again.isEmpty else { return }
    let keys = Set(again.map(ExactText.init))
    let before = found.count
    found.removeAll { keys.contains(ExactText($0.key)) }
    count -= before - found.count
    waiting += again
  }

  private func concerns(_ touched: KnownChange.Touched) -> Bool {
    if streets.contains(where: touched.key.begins) { return true }
    return touched.kind != .changed
      && owned.contains { ExactText($0) == ExactText(touched.key) }
  }
}
