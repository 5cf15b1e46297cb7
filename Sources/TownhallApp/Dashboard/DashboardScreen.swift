import CursesTerminal
import Dashboard
import TextScreen

/// What the dashboard's loop needs of a terminal; tests put a quieter one in its place.
protocol DashboardScreen: Sendable {
  var size: Size { get }
  var events: AsyncStream<ScreenEvent> { get }
  func show(_ model: Model)
  func redraw()
  func suspend()
  func setMouse(_ reported: Bool)
  func copyToClipboard(_ text: String) -> ClipboardResult
  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result
}

extension CursesTerminal: DashboardScreen {
  func show(_ model: Model) { draw(model.view(size)) }
}
