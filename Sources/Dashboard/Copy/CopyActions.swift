import ScreenKit
import SharedState
import StateEditing

extension Action where Host: EditHost {
  /// What puts texts on the clipboard.
  static var copying: [Self] {
    [
      copy(
        "copy-value",
        ["yy"],
        in: .entries,
        onMarks: "values",
        "copy the value, or those of all marked"
      ) { host in
        if host.actsOnMarks { return host.markedValues }
        return host.currentKey.flatMap { host.known.entry(for: $0) }.map { entry in
          (entry.value.value(at: host.targetPath) ?? entry.value).text
        }
      },
      copy(
        "copy-key",
        ["yk"],
        in: .entries,
        onMarks: "keys",
        "copy the key, or those of all marked"
      ) { host in
        host.actsOnMarks
          ? host.targets.joined(separator: "\n") : host.currentKey ?? host.currentPrefix
      },
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
    onMarks: String? = nil,
    _ help: Phrase,
    text: @escaping @Sendable (Host) -> String?
  ) -> Self {
    let takesMarks = onMarks != nil
    let action = Action(id, keys, .code, in: scope, help) { host in
      let isOfMarks = host.actsOnMarks && takesMarks
      host.outbox.copied = isOfMarks ? host.markCount : 0
      return .did(text(host).map { [.copy($0)] } ?? [])
    }
    .unless { host in
      switch (id, scope) {
      case _ where host.actsOnMarks && takesMarks: nil
      case ("copy-key", _): host.currentRow == nil ? host.words(.noHouseYet) : nil
      case (_, .entries): host.currentKey == nil ? host.words(.chooseHouse) : nil
      default: host.undo.lastSent == nil ? "you have not edited anything yet" : nil
      }
    }
    return onMarks.map(action.onMarks) ?? action
  }
}

extension EditHost {
  /// The marked entries with their values, as one dictionary.
  fileprivate var markedValues: String {
    let entries = targets.compactMap { key in known.entry(for: key).map { (key, $0.value) } }
    return StateValue.object(StateObject(entries)).text
  }

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
      let rest: Phrase = outbox.copied > 0 ? " of \(outbox.copied, .house)\(goneWords)" : ""
      say("sent to the terminal (\(count)\(rest))", .success)
    }
  }
}
