import ScreenKit
import SharedState

/// What watching over time needs of the dashboard.
protocol WatchHost: EditHost {
  var watch: WatchState { get set }
  /// The rows for the numbers that are plotted.
  var plotRows: Int { get }
  /// Brings the picture up to date with what has waited.
  mutating func show(_ pause: Pause)
}

extension Action where Host: WatchHost {
  static var watching: [Self] {
    [
      Action(
        "snapshot",
        ["K"],
        .watch,
        in: .entries,
        "keep this snapshot beside the live \(.house)"
      ) { $0.keepSnapshot() }
      .hinting("snapshot").alsoCalled("visit photograph compare diff").unless {
        $0.reasonNotToKeep
      },
      Action("drop-snapshot", ["D"], .watch, in: .entries, "drop that snapshot") {
        $0.dropSnapshot()
      }
      .unless { $0.reasonNotToStep() },
      Action("older-snapshot", ["<"], .watch, in: .entries, "the snapshot before it") {
        $0.stepSnapshot(by: -1)
      }
      .unless { $0.reasonNotToStep(by: -1) },
      Action("newer-snapshot", [">"], .watch, in: .entries, "the snapshot after it") {
        $0.stepSnapshot(by: 1)
      }
      .unless { $0.reasonNotToStep(by: 1) },
      Action("snapshots", ["gk"], .watch, "list all snapshots that are kept") {
        $0.listSnapshots()
      }
      .unless {
        $0.watch.book.all.isEmpty
          ? "no snapshot is kept yet; \($0.label(of: .snapshot)) keeps one" : nil
      },
      Action("history", ["H"], .watch, in: .entries, "what \("lived", dict: "was") here before") {
        $0.listPast()
      }
      .alsoCalled("past earlier").unless { $0.currentRow == nil ? $0.words(.noHouseYet) : nil },
      Action("departed", ["gh"], .watch, "list the \(many: .house) that \(.left)") {
        $0.listDeparted()
      }
      .unless {
        $0.watch.past.departed().isEmpty ? $0.words("no \(.house) \(.hasLeft) since you came") : nil
      },
      Action("pause", ["w"], .watch, "hold the picture still, and go on") { $0.togglePause() }
        .alsoCalled("freeze stop")
        .unless { $0.hasState ? nil : "there is no picture to hold still yet" },
      Action("restore", ["R"], .watch, "bring back what was here, or is shown of the past") {
        $0.restore()
      }
      .writing().fromPast().alsoCalled("recover undelete").unless { $0.reasonNotToRestore },
      Action("pin", ["p"], .watch, in: .entries, "pin this \(.house), or all marked, or unpin") {
        $0.togglePin()
      }
      .onMarks("pin").unless { $0.reasonNotToPin },
      Action("pins", ["gp"], .watch, "show the pinned \(many: .house) side by side, or one") {
        $0.watch.showsPins.toggle()
      }
      .unless { $0.watch.pins.isEmpty ? $0.words("no \(.house) is pinned yet; p pins one") : nil },
      Action("plot", ["t"], .watch, in: .entries, "plot this number over time, or not") {
        $0.togglePlot()
      }
      .alsoCalled("graph chart").unless { $0.reasonNotToPlot },
      Action("no-plots", ["gt"], .watch, "take all plots away") { $0.removePlots() }
        .unless {
          $0.watch.plots.plots.isEmpty
            ? "no number is plotted yet; \($0.label(of: .plot)) plots one" : nil
        },
    ]
  }
}

extension WatchHost {
  /// Holds the picture still, or lets it catch up with the state.
  fileprivate mutating func togglePause() {
    guard pause == nil else { return comeBack() }
    holdPicture()
    tell("the picture stands still; \(label(of: .pause)) lets it go on")
  }

  mutating func holdPicture() {
    pause = Pause(since: now, after: watch.timeline.count, shown: known.state)
    watch.plots.hold(true)
  }

  /// Lets the picture catch up with the state, also from the past.
  mutating func comeBack() {
    guard let held = pause else { return }
    (pause, watch.ratesFrom) = (nil, now.uptime + .seconds(3))
    watch.plots.hold(false)
    let news: Phrase =
      held.count == 0
      ? "nothing has changed"
      : "\(Phrases.count(held.count, "change")) at \(held.waiting.count, .house)"
    let what = held.past == nil ? "the picture goes on" : "back to now"
    tell("\(what): \(news) since \(held.since.clockText)")
    if held.past != nil { say("back to now: \(news) meanwhile") }
    show(held)
  }
}
