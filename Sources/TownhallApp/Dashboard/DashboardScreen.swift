package import CursesTerminal
package import Dashboard
package import TextScreen

/// What the dashboard's loop needs of a terminal; tests and benchmarks put a quieter one in its place.
package protocol DashboardScreen: Sendable {
  var size: Size { get }
  var events: AsyncStream<ScreenEvent> { get }
  func show(_ model: Model)
  /// Shows for the last time what nobody may miss, before the dashboard ends.
  func finish(_ model: Model)
  func redraw()
  func suspend()
  func setMouse(_ reported: Bool)
  func copyToClipboard(_ text: String) -> ClipboardResult
  func notify(_ text: String, by way: NoticeWay)
  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result
}

extension DashboardScreen {
  /// Shows nothing: what stands on a screen is gone when it ends.
  package func finish(_ model: Model) {}

  /// Tells nobody: most screens are no terminals.
  package func notify(_ text: String, by way: NoticeWay) {}
}

/// A screen that passes on to another what it does not do itself.
protocol ForwardingScreen: DashboardScreen {
  var screen: any DashboardScreen { get }
}

extension ForwardingScreen {
  var size: Size { screen.size }
  var events: AsyncStream<ScreenEvent> { screen.events }
  func show(_ model: Model) { screen.show(model) }
  func finish(_ model: Model) { screen.finish(model) }
  func redraw() { screen.redraw() }
  func suspend() { screen.suspend() }
  func setMouse(_ reported: Bool) { screen.setMouse(reported) }
  func copyToClipboard(_ text: String) -> ClipboardResult { screen.copyToClipboard(text) }
  func notify(_ text: String, by way: NoticeWay) { screen.notify(text, by: way) }

  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    try await screen.withTerminalReleased(body)
  }
}

extension CursesTerminal: DashboardScreen {
  package func show(_ model: Model) { draw(model.view(size)) }
}
