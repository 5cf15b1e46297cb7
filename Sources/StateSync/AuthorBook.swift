internal import SharedState

/// Who wrote which key last, and when.
///
/// It remembers the newest keys, in two halves of which the older one is let go of when the newer is full: O(1) for each
/// key, and no more memory than its room.
struct AuthorBook: Sendable {
  struct Entry: Sendable {
    private let author: Author
    let at: Duration

    fileprivate init(_ author: Author, at now: Duration) { (self.author, at) = (author, now) }

    var visitor: Visitor { author.visitor }
  }

  /// A writer, once for all its keys.
  fileprivate final class Author: Sendable {
    let visitor: Visitor

    init(_ visitor: Visitor) { self.visitor = visitor }
  }

  private let room: Int
  private var newer: [StateKey: Entry] = [:]
  private var older: [StateKey: Entry] = [:]
  /// Who wrote last, since most write several times in a row.
  private var last: Author?

  /// Makes a book.
  ///
  /// - Parameter room: How many keys it remembers at least; twice as many at most.
  init(room: Int = 1 << 17) { self.room = room }

  /// Who wrote a key last; nil if that was long ago.
  func entry(for key: StateKey) -> Entry? { newer[key] ?? older[key] }

  /// Notes that somebody has made a change.
  ///
  /// - Complexity: O(*n*) in the keys of the change.
  mutating func note(_ change: StateChange, by visitor: Visitor, at now: Duration) {
    let author = last.flatMap { $0.visitor == visitor ? $0 : nil } ?? Author(visitor)
    last = author
    let entry = Entry(author, at: now)
    for (key, _) in change.items {
      if newer.count >= room { (older, newer) = (newer, [:]) }
      newer[key] = entry
    }
  }
}
