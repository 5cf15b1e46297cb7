import Glibc
import SharedState

/// A whole town as text: one object, sorted by key, one house a line.
enum StateDocument {
  /// Writes some houses of a town piece by piece, so that a large one is never in memory as one text.
  static func write(
    _ keys: [String],
    of town: StateDictionary,
    pretty: Bool,
    to write: (String) throws -> Void
  ) throws {
    var piece = "{"
    var isFirst = true
    for key in keys {
      guard let value = town[key] else { continue }
      piece += isFirst ? "\n" : ",\n"
      isFirst = false
      piece += line(key, value, pretty: pretty)
      if piece.utf8.count > 1 << 16 {
        try write(piece)
        piece = ""
      }
    }
    try write(piece + (isFirst ? "}\n" : "\n}\n"))
  }

  private static func line(_ key: String, _ value: StateValue, pretty: Bool) -> String {
    let name = StateValue.string(key).text
    guard pretty else { return "\(name): \(value.text)" }
    let lines = value.text(indent: 2).split(separator: "\n", omittingEmptySubsequences: false)
    return "  \(name): \(lines.joined(separator: "\n  "))"
  }

  /// Reads a file, or standard input where that is called for by `-`.
  static func read(_ file: String, in surroundings: Surroundings) throws -> StateObject {
    if file == "-" {
      return try read(surroundings.readInput(), named: "standard input")
    }
    do {
      return try read(Files.read(file), named: file)
    } catch let error as Files.SystemError {
      throw Failure(.badUsage, error.description)
    }
  }

  /// Reads what `write` wrote, or any other object.
  static func read(_ bytes: [UInt8], named name: String) throws(Failure) -> StateObject {
    let text = try ValueArgument.text(bytes, named: name)
    let value: StateValue
    do {
      value = try StateValue(text: text)
    } catch {
      throw Failure(.badUsage, "\(name): \(error)")
    }
    if let object = value.object { return object }
    let kind = withArticle(value.kind)
    throw Failure(.badUsage, "\(name) holds \(kind), not a dictionary from keys to values")
  }
}

/// A file that appears under its name only when all of it is there.
enum FreshFile {
  /// Writes a file; if that fails, whatever stood there before still does.
  static func write(_ path: String, _ body: (_ write: (String) throws -> Void) throws -> Void)
    throws
  {
    let temporary = "\(path).\(getpid()).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Files.SystemError("cannot write \(path)") }
    do {
      defer { close(descriptor) }
      try body { try Files.write($0.utf8, to: descriptor, named: path) }
      guard rename(temporary, path) == 0 else { throw Files.SystemError("cannot write \(path)") }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
