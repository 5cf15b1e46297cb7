import SharedState
import ScreenKit

/// Numbers plotted over time.
extension WatchHost {
  /// What a plot would be of: the entry, and the field in it.
  private var plottable: (key: String, path: ValuePath)? {
    guard let key = currentKey else { return nil }
    guard attention == .detail, let cursor = detail.cursor else { return (key, .root) }
    return cursor.page == nil ? (key, cursor.path) : nil
  }

  var reasonNotToPlot: String? {
    guard currentKey != nil else { return words(.chooseHouse) }
    guard let (key, path) = plottable else { return "open this page and choose a number in it" }
    if !watch.plots.plots(in: key, at: path).isEmpty { return nil }
    guard let value = freshest[key] else {
      return words("\(.nobodyLives) here, so there is no number")
    }
    guard !PlotList.numbers(in: value, at: path).isEmpty else {
      return attention == .detail
        ? "there is no number here to plot; choose a field that holds one"
        : words(
          "this \(.house) is no number; choose one inside of it, in \(PaneID.detail.name)"
        )
    }
    guard watch.plots.room == 0 else { return nil }
    return "\(PlotList.most) numbers are plotted; \(label(of: .noPlots)) takes them away"
  }

  /// Plots the number under the cursor from now on or, if it is plotted, no more.
  mutating func togglePlot() {
    guard let (key, path) = plottable else { return }
    guard watch.plots.plots(in: key, at: path).isEmpty else {
      watch.plots.remove(key, path)
      return say("plotted no more", .muted)
    }
    guard let value = freshest[key] else { return }
    let numbers = PlotList.numbers(in: value, at: path)
    for number in numbers { watch.plots.add(key, number, freshest, at: now.uptime) }
    let count = watch.plots.plots(in: key, at: path).count
    let (what, them) = count == 1 ? ("", "it") : ("\(count) numbers are ", "them")
    let place: Phrase =
      plotRows > 0
      ? "below the fields; \(label(of: .plot)) takes \(them) away"
      : "and shown where \(PaneID.detail.name) has more rows"
    say("\(what)plotted from now on, \(place)")
  }

  mutating func removePlots() {
    let count = watch.plots.plots.count
    watch.plots.removeAll()
    say("\(Phrases.count(count, "number")) plotted no more", .muted)
  }
}
