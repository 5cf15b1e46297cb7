import ScreenKit

/// Telling where others see this screen.
extension Action where Host: Dashboard.Host {
  static var sharing: [Self] {
    [
      Action("share", [], .screen, "show where others see this very screen") {
        $0.tellShare()
      }
      .alsoCalled("projector supervisor view mirror")
      .unless {
        $0.options.sharing.isEmpty ? "this screen is not shared; townhall --share does" : nil
      }
    ]
  }
}

extension Host {
  /// Shows how others see this screen, if they can.
  mutating func tellShare() {
    let lines = options.sharing
    guard !lines.isEmpty else { return }
    // For a shell, in which a line goes on behind a backslash.
    let command = lines.joined(separator: " \\\n")
    let items = lines.map { line in
      List<Self>.Item(
        label: Line(line, .key, .bold),
        verb: "copies the command",
        choice: Choice("share \(line)") { _ in [.copy(command)] }
      )
    }
    let words = Line("Others see this screen, and change nothing, with this command:")
    open(List("share", "This screen is shared", [.init(label: words)] + items))
  }
}
