import ScreenKit
import SharedState

/// Asks the server who wrote the entry that is looked at, now and again.
///
/// Only servers of ours know: one that does not is asked once for each connection.
struct AuthorLookup: Sendable {
  /// How long after a question the next one is put.
  static let pace = Duration.seconds(1)

  /// What is asked about: an entry, and the change of it that one sees.
  private struct Question: Hashable {
    let key: StateKey
    let change: Duration
  }

  private var asked: (id: CallID, question: Question)?
  private var answered: Question?
  private(set) var author: EntryAuthor?
  private var lastAsked: Duration?
  private var isAnswering = true

  /// The question that is on its way.
  var pending: CallID? { asked?.id }

  /// Who wrote an entry, if the server knows; and whether that was said of the change that one sees, or of one just before.
  func author(
    of key: String,
    changed change: Duration
  ) -> (author: EntryAuthor, isOfThis: Bool)? {
    guard let author, let answered, answered.key == StateKey(key) else { return nil }
    if answered.change == change { return (author, true) }
    // What changes all the time is asked about now and again.
    let later = change - answered.change
    return later >= .zero && later < Self.pace * 3 ? (author, false) : nil
  }

  /// When a question may be put that is not answered yet, as an uptime; `nil` if there is none to put.
  ///
  /// - Parameters:
  ///   - key: The entry that is looked at.
  ///   - change: When it changed last.
  /// - Returns: That time.
  func due(_ key: String, changed change: Duration) -> Duration? {
    let question = Question(key: StateKey(key), change: change)
    guard isAnswering, asked == nil, answered != question else { return nil }
    return lastAsked.map { $0 + Self.pace } ?? .zero
  }

  mutating func ask(_ key: String, changed change: Duration, as id: CallID, at now: Duration) {
    asked = (id, Question(key: StateKey(key), change: change))
    lastAsked = now
  }

  /// Takes in an answer; says whether it was one to a question of this.
  mutating func take(_ result: Result<StateValue, CommandFailure>, of id: CallID) -> Bool {
    guard let asked, asked.id == id else { return false }
    (self.asked, answered, author) = (nil, asked.question, nil)
    switch result {
    case .success(let answer): author = EntryAuthor(answer)
    case .failure(let failure): isAnswering = failure.kind == .unavailable
    }
    return true
  }

  /// Begins anew with another connection.
  mutating func forget() { self = AuthorLookup() }
}

/// What asking who wrote what needs of the dashboard.
protocol AuthorHost: CallHost, DetailHost {
  var authors: AuthorLookup { get set }
}

extension AuthorHost {
  /// What could be asked about: the entry that is seen, if it is another who wrote it last.
  private var question: (key: String, change: Duration)? {
    guard options.asksForAuthors, link.isLive, pause == nil, detail.pins.isEmpty,
      let key = paneKey, let news = known.news(of: key), news.author == .others,
      layout.panes[.detail] != nil
    else { return nil }
    return (key, news.at.uptime)
  }

  /// When there is something to ask.
  var authorWakeUp: Duration? {
    question.flatMap { authors.due($0.key, changed: $0.change) }
  }

  mutating func askForAuthor() -> [Effect] {
    guard let question, let due = authors.due(question.key, changed: question.change),
      due <= now.uptime
    else { return [] }
    let id = calls.next()
    let now = now.uptime
    authors.ask(question.key, changed: question.change, as: id, at: now)
    let arguments: StateObject = ["key": .string(question.key)]
    return [.ask(id, name: OwnersCommand.author.name, arguments: arguments)]
  }

  /// Who wrote the entry that is seen, for a person: `by Ada, guest`, or of a change just before `lately by Ada, guest`.
  var authorWords: String? {
    guard let key = paneKey, let change = known.news(of: key)?.at.uptime,
      let (author, isOfThis) = authors.author(of: key, changed: change),
      let words = author.words(known.people, host: words("the \(.host)"))
    else { return nil }
    return isOfThis ? "by \(words)" : "lately by \(words)"
  }
}
