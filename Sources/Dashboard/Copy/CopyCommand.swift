import SharedState
import StateEditing
import TextScreen
import ScreenKit

/// What puts texts on the clipboard.
enum CopyCommand: Hashable, Sendable {
  case value
  case key
  case path
  case call
  case swiftCall
  case nanoverCall
  case words
}

extension Keymap {
  static let copies: [Binding] = [
    Binding("copy-value", ["yy"], .copy(.value), .code, in: .places, "copy the value"),
    Binding("copy-key", ["yk"], .copy(.key), .code, in: .places, "copy the key"),
    Binding("copy-path", ["yp"], .copy(.path), .code, in: .places, "copy the path of the field"),
    Binding("copy-call", ["yc"], .copy(.call), .code, "copy the last edit as a Python call"),
    Binding("copy-swift", ["ys"], .copy(.swiftCall), .code, "copy the last edit as a Swift call"),
    Binding(
      "copy-nanover",
      ["yn"],
      .copy(.nanoverCall),
      .code,
      "copy the last edit for NanoVer's own client"
    ),
    Binding("copy-words", ["yw"], .copy(.words), .code, "copy the last edit as a sentence"),
  ]
}

extension Model {
  func reasonNot(to command: CopyCommand) -> String? {
    switch command {
    case .key: currentRow == nil ? known.words(.noHouseYet) : nil
    case .value, .path: targetKey == nil ? known.words(.chooseHouse) : nil
    case .call, .swiftCall, .nanoverCall, .words:
      undo.lastSent == nil ? "you have not edited anything yet" : nil
    }
  }

  mutating func run(_ command: CopyCommand) -> [Effect] {
    text(of: command).map { [.copy($0)] } ?? []
  }

  private func text(of command: CopyCommand) -> String? {
    switch command {
    case .key: targetKey ?? currentPrefix
    case .value:
      targetKey.flatMap { known.entry(for: $0) }.map { entry in
        (entry.value.value(at: targetPath) ?? entry.value).text
      }
    case .path: targetKey.map { Self.path(of: targetPath, in: $0) }
    case .call: undo.lastSent?.text(in: .python)
    case .swiftCall: undo.lastSent?.text(in: .swift)
    case .nanoverCall: undo.lastSent?.nanover
    case .words: undo.lastSent.map { known.words(EditSentence($0.request, glyphs).text) }
    }
  }

  /// The place of a field in the town: `selection.a.particle_ids[3]`.
  private static func path(of field: ValuePath, in key: String) -> String {
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
