import Foundation
import Testing

/// Pictures that were looked at once and are compared ever after.
///
/// `UPDATE_GOLDEN=1` writes them anew; look at the difference before you commit it.
enum Golden {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")

  /// Expects a picture to be what it was.
  static func expect(
    _ picture: String,
    _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = folder.appending(path: name + ".txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data((picture + "\n").utf8).write(to: file)
      return
    }
    let golden = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    #expect(
      picture + "\n" == golden,
      "\(name) differs from \(file.lastPathComponent)",
      sourceLocation: sourceLocation
    )
  }
}
