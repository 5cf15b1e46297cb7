public import SharedState

/// The edits that can be taken back, and those that were.
///
/// An edit enters once the server has it, with what was really sent and what stood there just before, because what
/// the person wrote was put on the freshest value on its way. To take it back is a new edit: from what was put
/// there to what stood there before, merged with what the server holds by then like any other.
///
/// Whoever keeps a stack tells it of each edit what goes out (``send(_:)``), what that came to
/// (``note(_:inverse:of:)``) and that it has arrived (``land(_:)``).
public struct UndoStack: Sendable {
  /// The most edits that are kept.
  public static let capacity = 100
  /// The most bytes of values that they hold.
  public static let byteCapacity = 32_000_000

  /// An edit that the server has.
  public struct Step: Sendable {
    /// The number of the step in this session.
    public let number: Int
    /// What the edit is called.
    public let title: EditTitle
    /// What kind of edit it was.
    public let verb: EditVerb
    /// What was written.
    public let change: StateChange
    /// What takes exactly that back.
    public let inverse: StateChange
    fileprivate let bytes: Int
  }

  /// What an edit is for.
  public enum Purpose: Hashable, Sendable {
    /// To change something.
    case edit
    /// Does the last edit again on other entries.
    case repetition
    /// Takes a step back.
    case undo(Int)
    /// Does a step again that was taken back.
    case redo(Int)
  }

  /// An edit on its way to the server.
  private struct Journey: Sendable {
    let purpose: Purpose
    /// What the edit that this is about is called; set when it goes out.
    var title: EditTitle?
    var request: EditRequest
    /// Entries that go with the one that is being merged by hand.
    var companions: [EditRequest.Entry] = []
    var sent: (change: StateChange, inverse: StateChange)?
    var hasLanded = false
  }

  /// Those that can be taken back, the oldest first.
  public private(set) var done: [Step] = []
  /// Those that were taken back, and can be done again.
  public private(set) var undone: [Step] = []
  private var journeys: [EditID: Journey] = [:]
  private var nextNumber = 0
  /// The last edit that the server took, other than to take one back.
  public private(set) var lastEdit: EditRequest?
  /// The last edit that was sent, of whatever kind, to be said in code.
  public private(set) var lastSent: CallEcho?
  /// The first line of it.
  package private(set) var lastLine = ""
  /// The entries on which the next verb falls that can be done to several.
  package private(set) var marks: Set<StateKey> = []
  /// Those that were marked, and that somebody else has removed since.
  package private(set) var lostMarks: Set<StateKey> = []

  /// Begins with nothing done.
  public init() {}

  // MARK: On the way

  /// Notes what an edit is for that is about to be sent for the first time.
  public mutating func begin(
    _ request: EditRequest,
    for purpose: Purpose,
    title: EditTitle? = nil
  ) {
    journeys[request.id] = Journey(purpose: purpose, title: title, request: request)
  }

  /// Notes that an edit goes out, and returns all of it: a merge by hand settles one entry of several.
  public mutating func send(_ request: EditRequest) -> EditRequest {
    var journey =
      journeys[request.id] ?? Journey(purpose: .edit, request: request)
    var whole = request
    if !journey.companions.isEmpty || journey.request.merges != request.merges {
      whole = EditRequest(
        id: request.id,
        verb: journey.request.verb,
        entries: request.entries + journey.companions,
        merges: journey.request.merges
      )
    }
    journey.request = whole
    journey.title = journey.title ?? request.title
    journey.companions = []
    journeys[request.id] = journey
    let echo = CallEcho(whole)
    (lastSent, lastLine) = (echo, echo.line(in: .python))
    return whole
  }

  /// Notes what an edit came to on the freshest state.
  ///
  /// An edit that is sent again and finds all of it there had arrived the first time.
  public mutating func note(_ change: StateChange, inverse: StateChange, of id: EditID) {
    guard let journey = journeys[id], !change.isEmpty || journey.sent == nil else { return }
    journeys[id]?.sent = (change, inverse)
  }

  /// Takes the edit apart for a merge of one entry, and returns what the person wants of that entry.
  public mutating func setAside(allBut key: String, of id: EditID) -> EditRequest.Entry? {
    guard let request = journeys[id]?.request,
      let entry = request.entries.first(where: { $0.key.isSame(as: key) })
    else { return nil }
    journeys[id]?.companions = request.entries.filter { !$0.key.isSame(as: key) }
    return entry
  }

  /// The edit of the entries that were set aside, if there are any.
  public mutating func takeCompanions(of id: EditID) -> EditRequest? {
    guard let journey = journeys[id], !journey.companions.isEmpty else { return nil }
    journeys[id]?.companions = []
    return EditRequest(
      id: id,
      verb: journey.request.verb,
      entries: journey.companions,
      merges: journey.request.merges
    )
  }

  /// What an edit is for, while it is known.
  public func purpose(of id: EditID) -> Purpose? { journeys[id]?.purpose }

  /// What an edit is called, if it has gone out.
  public func title(of id: EditID) -> EditTitle? { journeys[id]?.title }

  /// Forgets edits about which nothing can be said any more.
  public mutating func forget(sparing isKept: (EditID) -> Bool) {
    journeys = journeys.filter { isKept($0.key) }
  }

  // MARK: Arrived

  /// Takes in that the server has an edit, and says whether it can be taken back now.
  public mutating func land(_ id: EditID) -> Bool {
    guard let journey = journeys[id], !journey.hasLanded else { return false }
    journeys[id]?.hasLanded = true
    let step = journey.sent.flatMap { sent in
      sent.change.isEmpty ? nil : make(journey, sent.change, sent.inverse)
    }
    switch journey.purpose {
    case .edit, .repetition:
      // A repetition is never the pattern of the next one.
      if journey.purpose == .edit { lastEdit = journey.request }
      if let step {
        Self.push(step, on: &done)
        undone = []
      }
    case .undo(let number):
      done.removeAll { $0.number == number }
      if let step { Self.push(step, on: &undone) }
    case .redo(let number):
      undone.removeAll { $0.number == number }
      if let step { Self.push(step, on: &done) }
    }
    return step != nil
  }

  /// Lets go of a step about which the person has decided that what is there stays.
  public mutating func abandon(_ id: EditID) {
    guard let journey = journeys.removeValue(forKey: id) else { return }
    switch journey.purpose {
    case .edit, .repetition: break
    case .undo(let number): done.removeAll { $0.number == number }
    case .redo(let number): undone.removeAll { $0.number == number }
    }
  }

  private mutating func make(
    _ journey: Journey,
    _ change: StateChange,
    _ inverse: StateChange
  ) -> Step {
    nextNumber += 1
    return Step(
      number: nextNumber,
      title: journey.title ?? journey.request.title,
      verb: journey.request.verb,
      change: change,
      inverse: inverse,
      bytes: Self.bytes(change) + Self.bytes(inverse)
    )
  }

  private static func push(_ step: Step, on steps: inout [Step]) {
    steps.append(step)
    var bytes = steps.reduce(0) { $0 + $1.bytes }
    var surplus = max(0, steps.count - capacity)
    bytes -= steps[..<surplus].reduce(0) { $0 + $1.bytes }
    // The last edit can be taken back however large it is.
    while bytes > byteCapacity, surplus < steps.count - 1 {
      bytes -= steps[surplus].bytes
      surplus += 1
    }
    steps.removeFirst(surplus)
  }

  private static func bytes(_ change: StateChange) -> Int {
    change.updates.reduce(0) { sum, update in
      sum + update.key.utf8.count
        + (update.value.packed?.byteCount ?? update.value.value.text.utf8.count)
    }
  }

  // MARK: Taking back

  /// The newest step that is not being taken back already.
  public func next(in steps: [Step], isPending: (EditID) -> Bool) -> Step? {
    let busy = Set(
      journeys.compactMap { id, journey -> Int? in
        guard isPending(id) else { return nil }
        switch journey.purpose {
        case .undo(let number), .redo(let number): return number
        case .edit, .repetition: return nil
        }
      }
    )
    return steps.last { !busy.contains($0.number) }
  }

  // MARK: Marks

  package mutating func toggleMark(_ key: String) {
    let key = StateKey(key)
    if marks.remove(key) == nil { marks.insert(key) }
    lostMarks.remove(key)
  }

  package mutating func unmarkAll() { (marks, lostMarks) = ([], []) }

  /// Marks what is marked in another stack.
  package mutating func takeMarks(of other: UndoStack) {
    (marks, lostMarks) = (other.marks, other.lostMarks)
  }

  package func isMarked(_ key: String) -> Bool { !marks.isEmpty && marks.contains(StateKey(key)) }

  /// Takes the marks off entries that are gone, and remembers those that went by another hand.
  package mutating func unmark(_ keys: some Sequence<String>, isOwn: (String) -> Bool) {
    guard !marks.isEmpty else { return }
    for key in keys where marks.remove(StateKey(key)) != nil && !isOwn(key) {
      lostMarks.insert(StateKey(key))
    }
    if marks.isEmpty { lostMarks = [] }
  }

  /// The marked keys, in order.
  package var markedKeys: [String] { marks.map(\.text).sorted(by: Self.precedes) }

  /// The keys that lost their marks, in order.
  package var lostKeys: [String] { lostMarks.map(\.text).sorted(by: Self.precedes) }

  /// Whether one key comes before another, by bytes.
  fileprivate static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}

extension UndoStack.Step {
  /// The edit that takes the step back, as entries: from what was put there to what stood there before.
  ///
  /// - Complexity: O(*n*) in the entries and their values, which are decoded here, when a key asks for it.
  public var entries: [EditRequest.Entry] {
    change.keys.sorted(by: UndoStack.precedes).map { key in
      .init(key: key, base: change.updates[key]?.value, mine: inverse.updates[key]?.value)
    }
  }

  /// The verb of the edit that takes the step back.
  public func verb(for entries: [EditRequest.Entry]) -> EditVerb {
    if entries.allSatisfy({ $0.mine == nil }) { return .remove }
    let isOfFields = verb == .update || verb == .modify
    return isOfFields && entries.allSatisfy { $0.base != nil && $0.mine != nil } ? verb : .set
  }
}
