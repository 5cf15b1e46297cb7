import Testing
import TextScreen

@testable import Dashboard

@Suite("Sparkline")
struct SparklineTests {
  @Test("A busy street shows its last seconds in the same columns, and a quiet one nothing")
  func inTheTree() throws {
    var scene = Scene(120, 30)
    scene.join(Scene.smallTown)
    for tick in 0..<160 {
      scene.wait(.milliseconds(tick < 90 ? 33 : 100))
      scene.change([Scene.ada: Scene.avatar(height: Double(tick) / 100)])
    }
    func bars() -> String? {
      let row = scene.lines.first { $0.contains("▾ avatar") } ?? ""
      guard let start = row.firstIndex(where: { "▁▂▃▄▅▆▇█".contains($0) }) else { return nil }
      return String(row[start...].prefix { "▁▂▃▄▅▆▇█ ".contains($0) })
    }
    #expect(bars()?.trimmingPrefix("x").contains("▅") == true)
    try Golden.expect(scene.picture, "sparkline")
    scene.wait(.seconds(12))
    #expect(bars() == nil)
    #expect(scene.model.wakeUp == nil)
  }
}
