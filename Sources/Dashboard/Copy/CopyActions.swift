import ScreenKit
import SharedState
import StateEditing

extension Action where Host: EditHost {
  /// What puts texts on the clipboard.
  static var copying: [Self] {
    [
      copy("copy-value", ["yy"], in: .entries, "copy the value") { host in
        host.currentKey.flatMap { host.known.entry(for: $0) }.map { entry in
          (entry.value.value(at: host.targetPath) ?? entry.value).text
        }
      },
      copy("copy-key", ["yk"], in: .entries, "copy the key") { $0.currentKey ?? $0.currentPrefix },
      copy("copy-path", ["yp"], in: .entries, "copy the path of the field") { host in
        host.currentKey.map { Host.path(of: host.targetPath, in: $0) }
      },
      copy("copy-call", ["yc"], "copy the last edit as a Python call") {
        $0.undo.lastSent?.text(in: .python)
      },
      copy("copy-swift", ["ys"], "copy the last edit as a Swift call") {
        $0.undo.lastSent?.text(in: .swift)
      },
      copy("copy-nanover", ["yn"], "copy the last edit for NanoVer's own client") {
        $0.undo.lastSent?.nanover
      },
      copy("copy-words", ["yw"], "copy the last edit as a sentence") { host in
        host.undo.lastSent.map { host.words(EditSentence($0.request, host.glyphs).text) }
      },
    ]
  }

  private static func copy(
    _ id: ActionID,
    _ keys: [String],
    in scope: ActionScope = .everywhere,
    _ help: Phrase,
    text: @escaping @Sendable (Host) -> String?
  ) -> Self {
    Action(id, keys, .code, in: scope, help) { host in
      .did(text(host).map { [.copy($0)] } ?? [])
    }
    .unless { host in
      switch (id, scope) {
      case ("copy-key", _): host.currentRow == nil ? host.words(.noHouseYet) : nil
      case (_, .entries): host.currentKey == nil ? host.words(.chooseHouse) : nil
      default: host.undo.lastSent == nil ? "you have not edited anything yet" : nil
      }
    }
  }
}

extension EditHost {
  /// The place of a field in the state: `selection.a.particle_ids[3]`.
  fileprivate static func path(of field: ValuePath, in key: String) -> String {
    if field.isRoot { return key }
    let text = field.description
    return text.first == "[" ? key + text : "\(key).\(text)"
  }

  /// Tells what became of a text that was to be copied; no terminal says that it has it.
  mutating func tellCopied(bytes: Int, limit: Int?) {
    if let limit {
      say("too long for the terminal: \(Phrases.grouped(limit)) bytes at most", .warning)
    } else {
      let count = bytes == 1 ? "1 byte" : "\(Phrases.grouped(bytes)) bytes"
      say("sent to the terminal (\(count))", .success)
    }
  }
}
