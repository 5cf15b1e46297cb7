import ScreenKit
import SharedState

/// What finding entries, or keeping them out of sight, needs of the dashboard.
protocol FindHost: FollowHost {
  var finder: FindState { get set }
}

extension Action where Host: FindHost {
  static var finding: [Self] {
    [
      Action(
        "search",
        ["/"],
        .find,
        hint: "find",
        "find a key, =text in values, field~text in one field",
        unless: { $0.reasonEmpty },
        run: { host in
          host.beginSearch()
          return []
        }
      ).taking(
        .own { host, text in
          host.beginSearch()
          host.search(for: text)
          host.overlays[SearchLine.self] = nil
          host.say("/\(text)  \(host.searchCount)")
          return []
        }
      ),
      Action(
        "next-match",
        ["n"],
        .find,
        during: .searching,
        hint: "next",
        "next \(.house) that was found, while a search is on",
        unless: { $0.reasonNotSearching },
        run: { host in
          host.findNext(forward: true)
          return []
        }
      ),
      Action(
        "previous-match",
        ["N"],
        .find,
        during: .searching,
        hint: "previous",
        "previous \(.house) that was found",
        unless: { $0.reasonNotSearching },
        run: { host in
          host.findNext(forward: false)
          return []
        }
      ),
      Action(
        "filter",
        ["f"],
        .find,
        hint: "filter",
        "show only some \(many: .house): selection.* avatar.? !not.this",
        unless: { $0.reasonEmpty },
        run: { host in
          host.beginFilter()
          return []
        }
      ).taking(
        .own { host, text in
          host.setFilter(TreeFilter(text), from: host.tree.cursor)
          host.say("filter \(text): \(host.filterCount)")
          return []
        }
      ),
      Action("clear-filter", ["F"], .find, "show all \(many: .house) again") {
        $0.known.index.filter == nil ? "no filter is on; f begins one" : nil
      } run: { host in
        host.clearFilter()
        return []
      },
      Action("mute", ["x"], .find, in: .entries, "mute the \(.street) or \(.house), or hear it") {
        $0.reasonNotToMute
      } run: { host in
        host.toggleMute()
        return []
      },
      Action("sort", ["S"], .find, in: .only([.tree]), "sort by name, change, rate or size") {
        $0.reasonEmpty
      } run: { host in
        host.turnSort()
        return []
      }.taking(
        .own { host, text in
          host.sort(by: text)
          return []
        }
      ),
    ]
  }
}

extension FindHost {
  fileprivate var reasonEmpty: String? { known.index.isEmpty ? words(.emptyTown) : nil }

  fileprivate var reasonNotSearching: String? {
    finder.search == nil ? "nothing was searched for; / begins a search" : nil
  }
}
