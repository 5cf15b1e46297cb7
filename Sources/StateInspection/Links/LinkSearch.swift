package import SharedState

/// A search for entries that point at others, a slice at a time.
///
/// Only groups that can refer are looked through, and each slice decodes no more than it may: among 100,000
/// entries a key press is answered at once, and the list fills while the person reads.
///
/// ```swift
/// var search = LinkSearch(.referrers(of: "selection.a"), in: state) {
///   KeyRun(state.keys(withPrefix: $0))
/// }
/// while search.lookOn(in: state) {}
/// search.found.map(\.key)   // ["visualiser.9f2"]
/// ```
package struct LinkSearch: Sendable {
  package enum Aim: Hashable, Sendable {
    /// Entries that point at a key.
    case referrers(of: String)
    /// References to keys that hold nothing.
    case dangling
  }

  package struct Found: Hashable, Sendable {
    package let key: String
    package let link: Link
    /// What it is, in a word or two: a visualiser's renderer.
    package let words: String
  }

  /// A slice looks into no more entries than this.
  static let entriesPerSlice = 1000
  /// A slice decodes no more than about so many bytes.
  static let bytesPerSlice = 256_000
  /// So many that were found are kept; more are counted.
  static let mostKept = 500

  package let aim: Aim
  package private(set) var found: [Found] = []
  /// How many were found, also of those that are not kept.
  package private(set) var count = 0
  /// How many entries were too large to look into.
  package private(set) var tooLarge = 0
  /// What is to be looked into: single keys, and then whole groups.
  private var waiting: [String] = []
  private var groups: [KeyRun] = []
  /// How many entries have been looked into, and how many there are to look into.
  package private(set) var progress = (done: 0, total: 0)

  /// Begins a search; `keys` tells those with a prefix, for whoever has them in an index.
  ///
  /// - Complexity: O(1), if `keys` lists none of them.
  package init(_ aim: Aim, in state: StateDictionary, keys: (String) -> KeyRun) {
    self.aim = aim
    waiting = owned.filter { state.contains($0) }
    groups = prefixes.map(keys).filter { $0.count > 0 }
    progress.total = waiting.count + groups.reduce(0) { $0 + $1.count }
  }

  package var isOver: Bool { waiting.isEmpty && groups.isEmpty }

  private var prefixes: [String] {
    switch aim {
    case .referrers(let key): Links.groups(pointingAt: key)
    case .dangling: Links.referring
    }
  }

  /// Keys that point by their names alone.
  private var owned: [String] {
    guard case .referrers(let key) = aim else { return [] }
    return Links.keysOwned(by: key)
  }

  // MARK: Looking

  /// Looks into a slice of the entries; says whether there were any left.
  ///
  /// - Complexity: O(1): within ``entriesPerSlice`` and ``bytesPerSlice``.
  package mutating func lookOn(in state: StateDictionary) -> Bool {
    guard !isOver else { return false }
    var (left, bytes) = (Self.entriesPerSlice, 0)
    while left > 0, bytes < Self.bytesPerSlice, let key = nextKey() {
      bytes += look(into: key, in: state)
      left -= 1
      progress.done += 1
    }
    if isOver { progress = (0, 0) }
    return true
  }

  private mutating func nextKey() -> String? {
    if let key = waiting.popLast() { return key }
    while !groups.isEmpty {
      if let key = groups[0].next() { return key }
      groups.removeFirst()
    }
    return nil
  }

  /// Looks into one entry, and says about how many bytes that took.
  private mutating func look(into key: String, in state: StateDictionary) -> Int {
    guard let entry = state.entry(for: key) else { return 0 }
    let bytes = entry.packed?.byteCount ?? 0
    guard bytes <= EntryInspector.largestGlanced else {
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
    var seen: Set<StateKey> = []
    return links.reversed().filter { link in
      switch aim {
      case .referrers(let key): link.target.isSame(as: key)
      case .dangling: !state.contains(link.target) && !Links.builtIn.contains(link.target)
      }
    }.filter { seen.insert(StateKey($0.target)).inserted }.reversed()
  }

  private static func words(_ value: StateValue?) -> String {
    let texts = ["renderer", "visualiser", "interaction_type", "name", "label"]
      .compactMap { value?[$0] }.compactMap { $0.string ?? $0["render"]?.string }
    return texts.first.map { String($0.prefix(40)) } ?? ""
  }

  // MARK: Following changes

  /// Has entries that have changed, come or gone looked into again: those that this search ``concerns(_:isNews:)``.
  package mutating func lookAgain(at again: [String]) {
    guard !again.isEmpty else { return }
    let keys = Set(again.map(StateKey.init))
    let before = found.count
    found.removeAll { keys.contains(StateKey($0.key)) }
    count -= before - found.count
    waiting += again
    progress.total += again.count
  }

  /// Whether an entry may point there now, or not any more; `isNews` says that it has come or gone.
  package func concerns(_ key: String, isNews: Bool) -> Bool {
    if prefixes.contains(where: key.begins) { return true }
    return isNews && owned.contains { $0.isSame(as: key) }
  }
}
