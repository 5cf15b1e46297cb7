import CursesTerminal
import TextScreen

/// What the dashboard's loop needs of a terminal; tests put a quieter one in its place.
protocol DashboardScreen: Sendable {
  var size: Size { get }
  var events: AsyncStream<ScreenEvent> { get }
  func draw(_ grid: Grid)
  func redraw()
  func suspend()
  func copyToClipboard(_ text: String) -> ClipboardResult
  func withTerminalReleased<Result>(_ body: () async throws -> Result) async rethrows -> Result
}

extension CursesTerminal: DashboardScreen {}
