import StateInspection
import ScreenKit
import SharedState
import StateEditing

/// The first line: whose town this is, whether it is current, and how much goes on in it.
///
/// What matters least goes first when the line gets short, and the address goes last.
struct StatusLine {
  let model: Model
  private let glyphs: Glyphs
  private let words: Vocabulary

  init(_ model: Model) {
    self.model = model
    glyphs = model.glyphs
    words = model.known.words
  }

  /// A piece of the line, and how soon it is given up: the highest number first.
  private struct Piece {
    var line: Line
    var rank: Int
  }

  func draw(into grid: inout Grid, _ rect: Rect) {
    guard !rect.isEmpty else { return }
    var (left, right) = (leftPieces, rightPieces)
    while width(left, 2) + width(right, 3) + (right.isEmpty ? 1 : 3) > rect.columns {
      let worst = (left + right).map(\.rank).max() ?? 0
      guard worst > 0 else { break }
      left.removeAll { $0.rank == worst }
      right.removeAll { $0.rank == worst }
    }
    let free = grid.writeRight(joined(right, " \(glyphs.dot) "), in: rect, glyphs: glyphs)
    let (_, room) = free.left(1)
    grid.write(joined(left, "  "), in: room, glyphs: glyphs)
  }

  private func width(_ pieces: [Piece], _ gap: Int) -> Int {
    pieces.reduce(0) { $0 + $1.line.columns } + gap * max(0, pieces.count - 1)
  }

  private func joined(_ pieces: [Piece], _ gap: String) -> Line {
    var line = Line()
    for (index, piece) in pieces.enumerated() {
      if index > 0 { line.append(gap, .muted) }
      line.append(piece.line)
    }
    if gap != "  ", !line.isEmpty { line.append(" ") }
    return line
  }

  // MARK: Left: who and where

  private var leftPieces: [Piece] {
    var pieces = [Piece(line: Line("townhall", .title, .bold), rank: 9)]
    pieces.append(Piece(line: connection, rank: 0))
    if let pause = model.pause {
      let count = Phrases.grouped(pause.count)
      pieces.append(
        pause.past == nil
          ? Piece(line: Line(" paused +\(count) ", .warning, [.bold, .reverse]), rank: 0)
          : Piece(line: Line("+\(count) since", .muted), rank: 4)
      )
    }
    if let recording = model.recording {
      let time = ReplayStatus.text(.seconds(recording.seconds)).split(separator: ".")[0]
      let mark = recording.trouble == nil ? glyphs.bullet : glyphs.failure
      pieces.append(Piece(line: Line("\(mark) rec \(time)", .error, .bold), rank: 1))
    }
    if let title = model.options.title {
      pieces.append(Piece(line: Line(title, .title, .bold), rank: 6))
    }
    pieces.append(Piece(line: Line(model.options.address), rank: 0))
    if model.tour != nil { pieces.append(Piece(line: Line("tour", .title, .bold), rank: 5)) }
    pieces += finding
    if let access = model.access {
      let words = TextWidth.truncate(access.words, to: 30, ellipsis: glyphs.ellipsis)
      let isGuest = access.role == .guest
      let line = isGuest ? Line(words, .warning, .bold) : Line(words, .muted)
      pieces.append(Piece(line: line, rank: isGuest ? 1 : 6))
    }
    if model.isReadOnly, model.access?.role != .guest {
      pieces.append(Piece(line: Line("read only", .warning, .bold), rank: 1))
    }
    return pieces
  }

  /// What keeps something out of sight or quiet, and what is searched for: nothing is missing without a word.
  private var finding: [Piece] {
    var pieces: [Piece] = []
    let index = model.known.index
    if let filter = index.filter {
      let shown = TextWidth.truncate(words(filter.words), to: 20, ellipsis: glyphs.ellipsis)
      var line = Line("only \(shown)", .warning, .bold)
      line.append(" (\(Phrases.grouped(index.hiddenCount)) hidden)", .warning)
      pieces.append(Piece(line: line, rank: 1))
    }
    if let muted = model.known.mutes.words {
      pieces.append(Piece(line: Line("\(words(muted)) muted", .muted), rank: 3))
    }
    if let search = model.finder.search, !model.isTypingSearch {
      let words = TextWidth.truncate(search.query, to: 16, ellipsis: glyphs.ellipsis)
      pieces.append(
        Piece(
          line: Line(
            "/\([words, model.searchCount].filter { !$0.isEmpty }.joined(separator: " "))",
            .muted
          ),
          rank: 4
        )
      )
    }
    return pieces
  }

  private var connection: Line {
    if model.replay != nil { return Line(" recording ", .warning, [.bold, .reverse]) }
    if model.isInPast {
      let past = Line(" PAST \(model.pictureTime.clockText) ", .warning, [.bold, .reverse])
      return model.link.isLive ? past : past.adding("  ").adding(wayThere)
    }
    return wayThere
  }

  /// How the connection stands.
  private var wayThere: Line {
    switch model.link {
    case .stopped: return Line("\(glyphs.ring) not connected", .warning)
    case .connecting(let attempt):
      let again = attempt > 1 ? " (attempt \(attempt))" : ""
      return Line(words("\(glyphs.ring) looking for the \(.host)\(again)"), .warning)
    case .syncing(let received, let total):
      let goal = total.map { " of " + Phrases.size($0) } ?? ""
      return Line("\(glyphs.ring) receiving, \(Phrases.size(received))\(goal)", .warning)
    case .live(_, _, _, nil): return Line("\(glyphs.bullet) live", .success)
    case .live(_, _, _, let since?):
      let seconds = max(0, (model.now.uptime - since).components.seconds)
      return Line("\(glyphs.half) silent for \(seconds) s", .warning, .bold)
    case .waiting(_, let reason, let retryAt):
      let seconds = Self.wholeSeconds(until: retryAt, from: model.now.uptime)
      let retry = seconds > 0 ? "again in \(seconds) s" : "trying again"
      return Line("\(glyphs.failure) lost: \(reason), \(retry)", .error, .bold)
    }
  }

  private static func wholeSeconds(until end: Duration, from now: Duration) -> Int64 {
    let (seconds, fraction) = (end - now).components
    return max(0, seconds + (fraction > 0 ? 1 : 0))
  }

  // MARK: Right: how much

  private var rightPieces: [Piece] {
    var pieces: [Piece] = []
    let index = model.known.index
    if model.isStale, let since = model.liveUntil {
      pieces.append(Piece(line: Line("as of \(since.clockText)", .warning, .bold), rank: 2))
    }
    if !model.outbox.pending.isEmpty {
      let count = model.outbox.pending.count
      pieces.append(Piece(line: Line("\(count) unconfirmed", .warning, .bold), rank: 1))
    }
    let marked = model.markCount
    if marked > 0 {
      pieces.append(Piece(line: Line("\(Phrases.grouped(marked)) marked", .title, .bold), rank: 4))
    }
    let locked = model.lockedKeys.count
    if locked > 0 {
      let words = "\(glyphs.lock) \(Phrases.grouped(locked)) locked"
      pieces.append(Piece(line: Line(words, .title, .bold), rank: 4))
    }
    guard model.hasState else { return pieces }
    pieces.insert(Piece(line: Line(words("\(index.entryCount, .house)")), rank: 3), at: 0)
    pieces.insert(Piece(line: Line(words("\(index.groupCount, .street)")), rank: 7), at: 1)
    if model.isStale || model.pause != nil { return pieces }
    // For a while after the picture went on nobody knows how busy the town is.
    if let from = model.watch.ratesFrom, model.now.uptime < from { return pieces }
    let rate = model.known.rate.perSecond(at: model.now.uptime)
    let busy = rate > 0 ? "\(Phrases.grouped(rate)) changes/s" : "quiet"
    pieces.append(Piece(line: Line(busy), rank: 5))
    if case .live(let latency?, _, _, _) = model.link {
      pieces.append(Piece(line: Line("echo \(Phrases.length(latency))"), rank: 8))
    }
    return pieces
  }
}
