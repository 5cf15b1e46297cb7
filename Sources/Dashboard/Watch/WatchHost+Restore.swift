import ScreenKit
import SharedState
import StateEditing
import Trajectory

/// Bringing back what was: a normal edit, merged like any other.
extension WatchHost {
  var reasonNotToRestore: String? { offeredHere.isEmpty ? reasonNotToRestoreHere : nil }

  /// What the picture of a moment says that is other now.
  private var reasonNotToRestoreFromPast: String? {
    guard let key = currentKey else {
      return currentPrefix == nil ? words(.chooseHouse) : nil
    }
    return known.state.entry(for: key) == freshest.entry(for: key)
      ? words("this is \(.whatLives) here now") : nil
  }

  private var reasonNotToRestoreHere: String? {
    if isInPast { return reasonNotToRestoreFromPast }
    if case .group(let prefix)? = currentRow {
      return lately(left: prefix).isEmpty
        ? words(
          "no \(.house) \("has just left", dict: "was just removed from") this \(.street); \(label(of: .history)) lists those that \(.left) before"
        )
        : nil
    }
    guard let key = currentKey else { return words(.chooseHouse) }
    if let snapshot = watch.book.snapshot(beside: key) {
      return snapshot.entry == freshest.entry(for: key)
        ? words("the snapshot is \(.whatLives) here now") : nil
    }
    guard !freshest.contains(key) else {
      return words(
        "this is \(.whatLives) here now; \(label(of: .history)) lists what \("did", dict: "was") before"
      )
    }
    return watch.past.entry(key)?.last == nil
      ? words("\(.nobodyHasLived) here since you came") : nil
  }

  /// The entries of a group that are still shown although they were removed.
  private func lately(left prefix: String) -> [String] {
    guard let group = known.index.group(prefix), group.ghosts > 0 else { return [] }
    return group.entries.elements.map(\.key).filter {
      known.index.isGhost($0) && !freshest.contains($0)
    }
  }

  mutating func restore() -> [Effect] {
    if isInPast {
      guard let key = currentKey else {
        listDifferences(from: pictureSide, to: nowSide, in: currentPrefix)
        return []
      }
      return restore(key, to: known.state.entry(for: key))
    }
    let offer = offeredHere
    if !offer.isEmpty { return restoreCleared(offer) }
    if case .group(let prefix)? = currentRow { return restoreDeparted(lately(left: prefix)) }
    guard let key = currentKey else { return [] }
    if let snapshot = watch.book.snapshot(beside: key) { return restore(key, to: snapshot.entry) }
    return restoreDeparted([key])
  }

  /// What a load took away and R puts back, unless a snapshot stands beside what is looked at.
  private var offeredHere: [StateKey: StateEntry] {
    guard !isInPast, currentKey.flatMap({ watch.book.snapshot(beside: $0) }) == nil else {
      return [:]
    }
    return watch.cleared.offer(at: now.uptime)
  }

  /// Puts the selections back that a load took away, in one edit: those that were chosen by a query by what it means now.
  private mutating func restoreCleared(_ offer: [StateKey: StateEntry]) -> [Effect] {
    guard !watch.cleared.isBeforeMolecule(newestSimulation.version, at: now.uptime) else {
      say("the molecule that was loaded has not come yet: a moment", .warning)
      return []
    }
    let entries = offer.filter { !freshest.contains($0.key.text) }
    guard !entries.isEmpty else {
      say("they are there again already", .muted)
      return []
    }
    let values = newestSimulation.chosenAnew(entries.mapValues(\.value), in: freshest)
    return submitRestore(
      StateKey.sorted(values.keys.map(\.text)).compactMap { key in
        values[StateKey(key)].map { EditRequest.Entry(key: key, base: nil, mine: $0) }
      }
    )
  }

  mutating func restoreSnapshot(_ id: Int) -> [Effect] {
    guard let snapshot = watch.book.snapshot(id) else { return [] }
    return restore(snapshot.key, to: snapshot.entry)
  }

  mutating func restorePast(of key: String, _ id: Int) -> [Effect] {
    guard let step = watch.past.entry(key)?.past.first(where: { $0.id == id }) else {
      say("that value has been let go meanwhile to make room for newer ones", .warning)
      return []
    }
    return restore(key, to: step.entry)
  }

  /// Brings entries back with the last value that was there, in one message.
  mutating func restoreDeparted(_ keys: [String]) -> [Effect] {
    let entries = keys.compactMap { key -> EditRequest.Entry? in
      guard !freshest.contains(key), let last = watch.past.entry(key)?.last?.entry else {
        return nil
      }
      return EditRequest.Entry(key: key, base: nil, mine: last.value)
    }
    guard !entries.isEmpty else {
      say("\("somebody has moved in", dict: "it was added") again already", .muted)
      return []
    }
    return submitRestore(entries)
  }

  /// Makes an entry what it was: after a review if something is there.
  mutating func restore(_ key: String, to entry: StateEntry?) -> [Effect] {
    let live = freshest[key]
    // The picture of the past may have no such house to stand on, and keeps no address for it.
    if !isInPast || isThere(.entry(key)) { openLive(key) }
    guard let value = entry?.value else {
      guard live != nil else {
        say("\(.nobodyLived) here, and \("nobody does", dict: "is none") now", .muted)
        return []
      }
      beginEdit(.remove, on: .entry(key))
      return []
    }
    guard let live else { return submitRestore([.init(key: key, base: nil, mine: value)]) }
    beginEdit(.set, on: .entry(key))
    let text = value.text(indent: 2)
    if edit?.phase == .editing, text.utf8.count <= TextEditor.capacity,
      edit?.externalEdit(.saved(text)) != nil
    {
      edit?.isRestore = true
      return []
    }
    // Too long for an editor, and so for a review by eye.
    edit = nil
    return submitRestore([.init(key: key, base: live, mine: value)])
  }

  /// Sends what was there before, and calls it what it is, also where it is taken back.
  mutating func submitRestore(_ entries: [EditRequest.Entry]) -> [Effect] {
    let request = EditRequest(id: outbox.next(), verb: .set, entries: entries)
    undo.begin(request, for: .edit, title: request.title.ofRestore)
    return send(request)
  }
}

extension Choice where Host: WatchHost {
  /// Shows something that was; R brings it back.
  init(
    _ id: String,
    back: @escaping @Sendable (inout Host) -> [Effect],
    show: @escaping @Sendable (inout Host) -> Void
  ) {
    self.init(id) { host in
      show(&host)
      return []
    }
    restore = back
  }
}

extension ListKey where Host: WatchHost {
  /// Brings back what an item stands for.
  static var restoring: Self {
    ListKey(key: .character("R"), hint: "restores", applies: { $0?.choice?.restore != nil }) {
      host,
      item in
      host.list = nil
      if let reason = host.reasonNotToWriteNow {
        host.say(reason, .warning)
        return []
      }
      return item?.choice?.restore?(&host) ?? []
    }
  }
}
