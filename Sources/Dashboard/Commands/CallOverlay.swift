import ScreenKit
import SharedState

/// The pane in which a command is given its arguments, run and seen to end.
struct CallOverlay<Host: CallHost>: Overlay {
  var name: String { "call" }

  func isOpen(in host: Host) -> Bool { host.call != nil }

  /// A command is about no entry.
  func row(in host: Host) -> OverlayRow { .own(nil) }

  func take(_ key: Key, in host: inout Host) -> [Effect] { host.takeInCall(.key(key)) }

  func paste(_ text: String, in host: inout Host) -> [Effect] { host.takeInCall(.paste(text)) }

  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? {
    host.layout.edit.contains(mouse.point) ? host.takeInCall(.mouse(mouse)) : nil
  }

  func draw(_ host: Host, into grid: inout Grid, _ layout: Layout) {
    host.call?.draw(into: &grid, rect: layout.edit, glyphs: host.glyphs, words: host.words)
  }

  func footer(of host: Host) -> OverlayFooter { .hints(host.call?.hints ?? []) }

  func spoken(of host: Host) -> [String] {
    guard let call = host.call else { return [] }
    return SpokenPicture.lines(glyphs: host.glyphs, hints: call.hints) { grid in
      call.draw(into: &grid, rect: grid.bounds, glyphs: host.glyphs, words: host.words)
    }
  }

  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? {
    .hinted(key, host.call?.hints ?? []) ?? .text(of: key)
  }

  func settle(in host: inout Host) {
    let place = host.layout.edit
    host.call?.layOut(in: place)
  }
}

extension Action where Host: CallHost {
  static var calling: [Self] {
    [
      Action("commands", ["X"], .edit, "commands of the \(.host): list and run them") {
        $0.openCommands()
      }
      .alsoCalled("run play pause step reset simulation session server")
      .unless { $0.link.isLive ? nil : $0.notConnected }
    ]
  }
}
