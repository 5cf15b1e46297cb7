import SharedState
import StateInspection
import ScreenKit

/// A person whose entries are shown, in whatever group they are.
struct PersonView: Sendable {
  /// More entries than this are not remembered one by one.
  static let mostOthers = 5000

  let id: String
  let name: String
  /// Entries that are theirs by what is in them.
  private(set) var others: Set<StateKey>
  var search: LinkSearch

  init(id: String, name: String, from key: String, in known: KnownState) {
    (self.id, self.name, others) = (id, name, [StateKey(key)])
    search = LinkSearch(.referrers(of: People.avatar(of: id)), in: known)
  }

  var filter: TreeFilter { .person(id: id, name: name, others: others) }

  /// Looks into some more entries, and returns those that are theirs and were not known to be.
  mutating func lookOn(in state: StateDictionary) -> [String] {
    guard search.lookOn(in: state) else { return [] }
    let new = search.found.map(\.key).filter { !others.contains(StateKey($0)) }
    if others.count > Self.mostOthers { others = Set(search.found.map { StateKey($0.key) }) }
    others.formUnion(new.map(StateKey.init))
    return new
  }
}

extension FollowHost {
  func reasonNotToShowPerson() -> String? {
    subject.flatMap { person(at: $0) } == nil && known.people.isEmpty
      ? "no avatar is here, which is what tells who is" : nil
  }

  /// Shows the entries of the person whose entry this is, or lists who is here if it is no person's.
  mutating func showPerson() {
    guard let key = subject, let id = person(at: key) else { return listPeople() }
    show(id, from: key)
  }

  mutating func show(_ id: String, from key: String) {
    var view = PersonView(id: id, name: name(ofPerson: id), from: key, in: known)
    _ = view.lookOn(in: known.state)
    leavePlace()
    focus = .tree
    known.index.setFilter(view.filter)
    trail.person = view
    goTree(to: .entry(key))
    say("all \(many: .house) of \(view.name); Esc shows those of the others again")
  }

  /// Lists who is here, to choose whose entries are shown.
  private mutating func listPeople() {
    let items = known.people.here.map { id in
      let key = People.avatar(of: id)
      return List<Self>.Item(
        label: Line(name(ofPerson: id), .key),
        choice: Choice("person \(id)") { host in
          guard host.known.state.contains(key) else {
            host.say("\(host.name(ofPerson: id)) has left", .warning)
            return []
          }
          host.show(id, from: key)
          return []
        }
      )
    }
    open(List("people", "Who is here: \(items.count)", items))
  }

  /// Shows all entries again; says whether only one person's were shown.
  mutating func leavePerson() -> Bool {
    trail.person = nil
    guard case .person? = known.index.filter else { return false }
    known.index.setFilter(nil)
    tree.pin()
    return true
  }

  /// Adds what belongs to the person by what is in it, as it is found and as it comes.
  mutating func lookOnForPerson() {
    guard trail.person != nil else { return }
    guard case .person(let id, _, _)? = known.index.filter, id == trail.person?.id else {
      trail.person = nil
      return
    }
    let state = known.state
    for key in trail.person?.lookOn(in: state) ?? [] {
      if let filter = trail.person?.filter { known.index.show(key, under: filter) }
    }
  }

  // MARK: Whose entry it is

  /// The id of the person whose entry this is: by what it points at, or by a part of its key.
  private func person(at key: String) -> String? {
    if let id = People.avatar(in: key) { return id }
    let links = EntryLinks.forward(key, value(at: key))
    if let owner = links.first(where: { $0.kind == .ownership }) {
      return KeyParts(owner.target).name
    }
    let parts = key.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
    let named = parts.first { !$0.isEmpty && known.state.contains(People.avatar(of: $0)) }
    // A selection that a Python client numbers bears its id, though that has no avatar.
    let isNumbered = key.begins(with: "selection.") && parts.count == 2
    return (named ?? (isNumbered ? parts.first : nil)).map(String.init)
  }

  /// A person's name and the beginning of their id.
  private func name(ofPerson id: String) -> String {
    let short = id.count > 9 ? id.prefix(8) + glyphs.ellipsis : id[...]
    guard let name = known.people.name(of: id) else { return String(short) }
    return "\(name) \(short)"
  }

  private func value(at key: String) -> StateValue? { known.entry(for: key)?.glanced }
}
