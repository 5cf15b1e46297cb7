import TextScreen
import StateInspection
import SharedState
import ScreenKit

/// The edits that can be taken back, and those that were.
///
/// An edit enters once the town has it, with what was really sent and what stood there just before, because what
/// the person wrote was put on the freshest value on its way. To take it back is a new edit: from what was put
/// there to what stood there before, merged with what the town holds by then like any other.
struct UndoStack: Sendable {
  /// The most edits that are kept.
  static let capacity = 100
  /// The most bytes of values that they hold.
  static let byteCapacity = 32_000_000

  /// An edit that the town has.
  struct Step: Sendable {
    /// The number of the step in this session.
    let number: Int
    /// The edit in words: `update selection.a`.
    let title: Phrase
    let verb: EditVerb
    /// What was put into the town.
    let change: StateChange
    /// What takes exactly that back.
    let inverse: StateChange
    fileprivate let bytes: Int
  }

  /// What an edit is for.
  enum Purpose: Hashable, Sendable {
    case edit
    /// Does the last edit again on other houses.
    case repetition
    /// Takes a step back.
    case undo(Int)
    /// Does a step again that was taken back.
    case redo(Int)
  }

  /// An edit on its way to the town.
  private struct Journey: Sendable {
    let purpose: Purpose
    /// The words for the edit that this is about; set when it goes out.
    var title: Phrase?
    var request: EditRequest
    /// Houses that go with the one that is being merged on the screen.
    var companions: [EditRequest.Entry] = []
    var sent: (change: StateChange, inverse: StateChange)?
    var hasLanded = false
  }

  private(set) var done: [Step] = []
  private(set) var undone: [Step] = []
  private var journeys: [EditID: Journey] = [:]
  private var nextNumber = 0
  /// The last edit that the town took, other than to take one back; `.` does it again.
  private(set) var lastEdit: EditRequest?
  /// The last edit that was sent, of whatever kind, to be said in code.
  private(set) var lastSent: CallEcho?
  /// The first line of it.
  private(set) var lastLine = ""
  /// The houses on which the next repetition falls.
  private(set) var marks: Set<ExactText> = []

  // MARK: On the way

  /// Notes what an edit is for that is about to be sent for the first time.
  mutating func begin(_ request: EditRequest, for purpose: Purpose, title: Phrase? = nil) {
    journeys[request.id] = Journey(purpose: purpose, title: title, request: request)
  }

  /// Notes that an edit goes out, and returns all of it: a merge on the screen settles one house of several.
  mutating func send(_ request: EditRequest, title: Phrase) -> EditRequest {
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
    journey.title = journey.title ?? title
    journey.companions = []
    journeys[request.id] = journey
    let echo = CallEcho(whole)
    (lastSent, lastLine) = (echo, echo.line(in: .python))
    return whole
  }

  /// Notes what an edit came to on the freshest state.
  ///
  /// An edit that is sent again and finds all of it there had arrived the first time.
  mutating func note(_ change: StateChange, inverse: StateChange, of id: EditID) {
    guard let journey = journeys[id], !change.isEmpty || journey.sent == nil else { return }
    journeys[id]?.sent = (change, inverse)
  }

  /// Takes the edit apart for a merge of one house, and returns what the person wants of that house.
  mutating func setAside(allBut key: String, of id: EditID) -> EditRequest.Entry? {
    guard let request = journeys[id]?.request,
      let entry = request.entries.first(where: { ExactText($0.key) == ExactText(key) })
    else { return nil }
    journeys[id]?.companions = request.entries.filter { ExactText($0.key) != ExactText(key) }
    return entry
  }

  /// The edit of the houses that were set aside, if there are any.
  mutating func takeCompanions(of id: EditID) -> EditRequest? {
    guard let journey = journeys[id], !journey.companions.isEmpty else { return nil }
    journeys[id]?.companions = []
    return EditRequest(
      id: id,
      verb: journey.request.verb,
      entries: journey.companions,
      merges: journey.request.merges
    )
  }

  func purpose(of id: EditID) -> Purpose? { journeys[id]?.purpose }

  /// What an edit is called, if it has a name other than its own words.
  func title(of id: EditID) -> Phrase? { journeys[id]?.title }

  /// Forgets edits about which nothing can be said any more.
  mutating func forget(sparing isKept: (EditID) -> Bool) {
    journeys = journeys.filter { isKept($0.key) }
  }

  // MARK: Arrived

  /// Takes in that the town has an edit, and says whether it can be taken back now.
  mutating func land(_ id: EditID) -> Bool {
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
  mutating func abandon(_ id: EditID) {
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
      title: journey.title ?? "",
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
        + (update.value.packed?.bytes.count ?? update.value.value.text.utf8.count)
    }
  }

  // MARK: Taking back

  /// The newest step that is not being taken back already.
  func next(in steps: [Step], isPending: (EditID) -> Bool) -> Step? {
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

  mutating func toggleMark(_ key: String) {
    let key = ExactText(key)
    if marks.remove(key) == nil { marks.insert(key) }
  }

  mutating func unmarkAll() { marks = [] }

  func isMarked(_ key: String) -> Bool { !marks.isEmpty && marks.contains(ExactText(key)) }

  /// Takes the marks off houses that have moved out.
  mutating func unmark(_ keys: some Sequence<String>) {
    guard !marks.isEmpty else { return }
    for key in keys { marks.remove(ExactText(key)) }
  }

  /// The marked houses, in order.
  var markedKeys: [String] { marks.map(\.text).sorted(by: ExactText.precedes) }
}

extension UndoStack.Step {
  /// The edit that takes the step back, as entries: from what was put there to what stood there before.
  ///
  /// - Complexity: O(*n*) in the houses and their values, which are decoded here, when a key asks for it.
  var entries: [EditRequest.Entry] {
    change.keys.sorted(by: ExactText.precedes).map { key in
      .init(key: key, base: change.updates[key]?.value, mine: inverse.updates[key]?.value)
    }
  }

  /// The verb of the edit that takes the step back.
  func verb(for entries: [EditRequest.Entry]) -> EditVerb {
    if entries.allSatisfy({ $0.mine == nil }) { return .remove }
    let isOfFields = verb == .update || verb == .modify
    return isOfFields && entries.allSatisfy { $0.base != nil && $0.mine != nil } ? verb : .set
  }
}
