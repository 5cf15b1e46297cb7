import SharedState
import TextScreen

/// What choosing an item of a list does.
struct Choice<Host>: Hashable, Sendable {
  /// What tells it from the others, so that the cursor stays on it while the list changes.
  let id: String
  let run: @Sendable (inout Host) -> [Effect]
  /// Brings back what it stands for, if that was and is no more.
  var restore: (@Sendable (inout Host) -> [Effect])?

  init(_ id: String, run: @escaping @Sendable (inout Host) -> [Effect]) {
    (self.id, self.run) = (id, run)
  }

  /// Leaves everything as it is.
  static var leave: Self { Choice("leave") { _ in [] } }

  static func == (one: Self, other: Self) -> Bool { one.id == other.id }
  func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension Choice where Host: Dashboard.Host {
  /// Does what an action does.
  static func run(_ id: ActionID) -> Self { Choice("run \(id.name)") { $0.run(id) } }
}

extension Choice where Host: NavigationHost {
  /// Goes to a row of the tree.
  static func go(_ row: TreeRow) -> Self {
    Choice("go \(row.text)") { host in
      host.leavePlace()
      host.arrive(at: Location(row: row))
      return []
    }
  }

  /// Goes to a key, or to where it is not yet; to one of its fields, if one is named.
  static func visit(_ key: String, _ field: ValuePath? = nil) -> Self {
    Choice("visit \(key) \(field?.description ?? "")") { host in
      host.visit(key, field)
      return []
    }
  }
}

/// A key that means something in one list alone.
struct ListKey<Host>: Sendable {
  let key: Key
  let hint: String
  /// Whether it does something to an item.
  let applies: @Sendable (List<Host>.Item?) -> Bool
  let run: @Sendable (inout Host, List<Host>.Item?) -> [Effect]
}

/// A list over the screen: the palette, the help, who points here, what is wrong.
struct List<Host>: Sendable {
  typealias Item = Chooser<Choice<Host>>.Item

  /// What tells it from other lists.
  let id: String
  var chooser: Chooser<Choice<Host>>
  var keys: [ListKey<Host>] = []
  /// Whether what is typed can be completed, and need not be an item.
  var isPalette = false
  /// Offers what fits once something else has been typed.
  var retyped: (@Sendable (inout Host) -> Void)?
  /// Does what was typed and is no item.
  var typed: (@Sendable (inout Host, String) -> [Effect])?

  init(_ id: String, _ title: String, _ items: [Item], keys: [ListKey<Host>] = []) {
    (self.id, self.keys) = (id, keys)
    chooser = Chooser(title, items)
  }

  init(
    typingIn id: String,
    _ title: String,
    _ items: [Item],
    prompt: String,
    retyped: @escaping @Sendable (inout Host) -> Void,
    typed: @escaping @Sendable (inout Host, String) -> [Effect]
  ) {
    self.id = id
    chooser = Chooser(title, items, isTyping: true, prompt: prompt)
    (isPalette, self.retyped, self.typed) = (true, retyped, typed)
  }

  /// The rows for items.
  func place(in layout: Layout) -> Rect { chooser.listRect(in: chooser.rect(in: layout.body)) }
}
