import Glibc
import SharedState
import StateEditing

/// The set-ups of rooms that a person has saved, each a file of JSON under a name.
struct RoomSetupFolder: Sendable {
  /// No larger file is read; a molecule of a million atoms in ten selections is a tenth of it.
  static let mostBytes = 256 << 20
  private static let longestName = 100

  let path: String

  /// Finds the place.
  ///
  /// - Throws: A ``Failure`` if this person has none.
  init(_ variables: [String: String]) throws(Failure) {
    guard let folder = DataFolder.path(variables) else {
      throw Failure(
        .badUsage,
        "there is no place for set-ups of rooms: HOME and XDG_DATA_HOME are unset"
      )
    }
    path = folder + "/rooms"
  }

  /// The names of all that are saved, in order.
  func names() throws(Failure) -> [String] {
    do throws(Files.SystemError) {
      return try Files.names(in: path).filter { $0.hasSuffix(Self.ending) && !$0.hasPrefix(".") }
        .map { String($0.dropLast(Self.ending.count)) }.sorted()
    } catch {
      if error.isAbsence { return [] }
      throw Failure(.badUsage, error.description)
    }
  }

  /// Saves a set-up, in place of one of the same name.
  ///
  /// - Returns: The file.
  func save(_ setup: RoomSetup, as name: String) throws -> String {
    let file = try file(of: name)
    close(try Files.replace(file, with: (setup.document.text(indent: 2) + "\n").utf8))
    return file
  }

  /// Reads a set-up by its name, or, where that may be one, a file by its path.
  func read(_ name: String, orFile: Bool = false) throws(Failure) -> RoomSetup {
    let file = orFile && Self.isPath(name) ? name : try file(of: name)
    do {
      let bytes = try Files.read(file, atMost: Self.mostBytes)
      return try RoomSetup(StateValue(text: String(decoding: bytes, as: UTF8.self)))
    } catch let error as Files.SystemError where error.isAbsence && !Self.isPath(name) {
      let known = (try? names()) ?? []
      let advice =
        known.isEmpty ? "none is saved yet" : "there are \(known.joined(separator: ", "))"
      throw Failure(.absent, "no set-up is called \(Program.safe(name)); \(Program.safe(advice))")
    } catch let error as Files.SystemError {
      throw Failure(.badUsage, error.description)
    } catch {
      throw Failure(.badUsage, Program.safe("\(file) cannot be used: \(error)"))
    }
  }

  /// Lets go of a set-up.
  func forget(_ name: String) throws(Failure) {
    guard unlink(try file(of: name)) != 0 else { return }
    throw Failure(
      .absent,
      errno == ENOENT
        ? "no set-up is called \(Program.safe(name))"
        : Files.SystemError("cannot remove \(name)").description
    )
  }

  private static let ending = ".json"

  private static func isPath(_ name: String) -> Bool {
    name.contains("/") || name.hasSuffix(ending)
  }

  private func file(of name: String) throws(Failure) -> String {
    let isFit =
      !name.isEmpty && name.utf8.count <= Self.longestName && !name.hasPrefix(".")
      && !name.hasSuffix(Self.ending)
      && !name.unicodeScalars.contains { $0 == "/" || $0.properties.generalCategory == .control }
    guard isFit else {
      throw Failure(
        .badUsage,
        "a set-up is called by at most \(Self.longestName) letters, without /, not beginning with a dot and not ending in .json"
      )
    }
    return "\(path)/\(name)\(Self.ending)"
  }
}
