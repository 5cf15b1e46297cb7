import ScreenKit
import SharedState

/// What finding entries, or keeping them out of sight, needs of the dashboard.
protocol FindHost: FollowHost, SelectionsHost {
  var finder: FindState { get set }
}

extension Action where Host: FindHost {
  static var finding: [Self] {
    [
      Action(
        "search",
        ["/"],
        .find,
        "find what rows show; =text in values; name~text"
      ) {
        $0.beginSearch()
      }
      .hinting("find").unless { $0.reasonEmpty }
      .taking { host, text in
        host.beginSearch()
        host.search(for: text)
        host.overlays[SearchLine.self] = nil
        host.say("/\(text)  \(host.searchCount)")
      },
      Action(
        "next-match",
        ["n"],
        .find,
        "next \(.house) that was found"
      ) { $0.findNext(forward: true) }
      .hinting("next").unless { $0.reasonNotSearching },
      Action(
        "previous-match",
        ["N"],
        .find,
        "previous \(.house) that was found"
      ) { $0.findNext(forward: false) }
      .hinting("previous").unless { $0.reasonNotSearching },
      Action(
        "filter",
        ["f"],
        .find,
        "show only some \(many: .house): a.* !b.*"
      ) { $0.beginFilter() }
      .hinting("filter").unless { $0.reasonEmpty }
      .taking { host, text in
        host.setFilter(TreeFilter(text), from: host.tree.cursor)
        host.say("filter \(text): \(host.filterCount)")
      },
      Action("clear-filter", ["F"], .find, "show all \(many: .house) again") { $0.clearFilter() }
        .unless { $0.known.index.filter == nil ? "no filter is on; f begins one" : nil },
      Action(
        "mute",
        ["x"],
        .find,
        in: .entries,
        "mute the \(.street), \(.house) or all marked, or not"
      ) { $0.toggleMute() }
      .onMarks("mute").alsoCalled("silence quiet hide").unless { $0.reasonNotToMute },
      Action("sort", ["S"], .find, in: .only([.tree]), "sort by name, change, rate or size") {
        $0.turnSort()
      }
      .alsoCalled("order changing busy live").unless { $0.reasonEmpty }
      .taking { host, text in
        host.sort(by: text)
      },
    ]
  }
}

extension FindHost {
  fileprivate var reasonEmpty: String? { known.index.isEmpty ? words(.emptyTown) : nil }

  fileprivate var reasonNotSearching: String? {
    finder.search == nil ? "nothing was searched for; / begins a search" : nil
  }
}
