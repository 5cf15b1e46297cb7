import ScreenKit

/// What leaving needs of the dashboard.
protocol LeavingHost: EditHost {}

/// The question whether to leave although something is on its way.
struct LeavingQuestion: Sendable {
  let text: String
}

struct LeavingOverlay<Host: LeavingHost>: Overlay {
  var name: String { "leaving" }
  var takesText: Bool { false }

  func isOpen(in host: Host) -> Bool { host.overlays.has(LeavingQuestion.self) }

  /// Leaving is about no entry.
  func row(in host: Host) -> OverlayRow { .own(nil) }

  func take(_ key: Key, in host: inout Host) -> [Effect] {
    host.overlays[LeavingQuestion.self] = nil
    return key == .character("y") || key == .character("Y") ? [.quit] : []
  }

  func take(_ mouse: Mouse, in host: inout Host) -> [Effect]? { nil }

  func footer(of host: Host) -> OverlayFooter {
    .line(Line(host.overlays[LeavingQuestion.self]?.text ?? "", .warning, .bold))
  }

  func spoken(of host: Host) -> [String] { [] }
  func stroke(for key: Key, in host: Host) -> KeyStrip.Stroke? { nil }
}

extension Action where Host: LeavingHost {
  static var leaving: [Self] {
    [
      Action("redraw", ["^l"], .screen, "draw the screen again") { _ in [.redraw] },
      Action("suspend", ["^z"], .screen, "suspend; fg brings it back") { _ in [.suspend] },
      Action(.quit, ["q"], .screen, "quit; asks if an edit is open") { $0.quit() }
        .hinting("quit"),
      Action("quit-at-once", ["^c"], .screen, "quit at once") { _ in [.quit] },
    ]
  }
}

extension LeavingHost {
  fileprivate mutating func quit() -> [Effect] {
    guard !outbox.pending.isEmpty else { return [.quit] }
    let count = Phrases.count(outbox.pending.count, "edit is", "edits are")
    let question = "\(count) not confirmed yet. Leave all the same? y leaves, any other key stays"
    overlays[LeavingQuestion.self] = LeavingQuestion(text: question)
    say(question, .warning)
    return []
  }
}
