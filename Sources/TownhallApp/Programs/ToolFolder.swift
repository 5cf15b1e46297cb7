import Glibc
import SharedState
import StateRecording

/// The one folder of which tools may read recordings and dumps, and nothing that lies elsewhere.
struct ToolFolder: Sendable {
  private let path: String

  /// Opens a folder.
  ///
  /// - Throws: A ``Failure`` if there is none.
  init(_ path: String) throws {
    guard let resolved = Self.resolved(path) else {
      throw Failure(.badUsage, Files.SystemError("cannot open \(path)").description)
    }
    _ = try Files.names(in: resolved)
    self.path = resolved
  }

  /// What files may be read that hold a state, and what their names end with.
  static let endings = recordings + [".json"]
  /// What the names of recordings end with.
  static let recordings = Recording.endings

  /// The path of a file in the folder.
  ///
  /// - Throws: A ``Failure`` if there is none of that name there, with the names of those that are.
  func file(_ name: String, endings: [String] = endings) throws(Failure) -> String {
    guard endings.contains(where: name.hasSuffix), !name.utf8.contains(0),
      let found = Self.resolved(inside + name), found.utf8.starts(with: inside.utf8)
    else { throw Failure(.absent, "there is no file \(shown(name)); \(offer(endings))") }
    return found
  }

  /// What the path of everything in the folder begins with, byte by byte: two folders may differ in nothing but how a
  /// letter with an accent is written, and are equal as texts.
  private var inside: String { path == "/" ? path : path + "/" }

  /// The folder itself, as one in which a town is kept.
  var keptTown: String { path }

  private func shown(_ name: String) -> String { StateValue.string(String(name.prefix(80))).text }

  private func offer(_ endings: [String]) -> String {
    let names = ((try? Files.names(in: path)) ?? []).filter { name in
      endings.contains(where: name.hasSuffix)
    }
    guard !names.isEmpty else { return "none of that kind is in the folder that may be read" }
    let more = names.count > 20 ? " and \(names.count - 20) more" : ""
    return "there are \(names.sorted().prefix(20).map(shown).joined(separator: ", "))\(more)"
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
