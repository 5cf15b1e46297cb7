import ScreenKit
import Testing
import TextScreen

@Suite("Sparkline")
struct SparklineTests {
  @Test("Each bar stands for twice as much as the one below, nothing for nothing")
  func bars() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 30, 60, 1_000_000], glyphs: .unicode) == " ▁▂▂▃▅▆█")
    #expect(Sparkline.text([0, 1, 2, 3, 4, 30, 60, 1_000_000], glyphs: .ascii) == " _..:=+#")
    #expect(Sparkline.text([], glyphs: .unicode) == "")
  }
}
