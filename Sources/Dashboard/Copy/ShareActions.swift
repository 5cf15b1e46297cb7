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
        $0.options.sharedAt == nil ? "this screen is not shared; townhall --share does" : nil
      }
    ]
  }
}

extension Host {
  /// Shows where others see this screen, if they can.
  mutating func tellShare() {
    guard let address = options.sharedAt else { return }
    let words = [
      "Others see this screen, and change nothing, who run 'townhall view'",
      "with this address in TOWNHALL_TOWN:",
    ]
    let place = List<Self>.Item(
      label: Line(address, .key, .bold),
      verb: "copies it",
      choice: Choice("share") { _ in [.copy(address)] }
    )
    open(List("share", "This screen is shared", words.map { .init(label: Line($0)) } + [place]))
  }
}
