import Dashboard
import Lessons
import SharedState

/// A tour with the text that it was read from, for those who pass it on.
struct Course: Sendable {
  let tour: Tour
  /// The file's text; nil for the tour that is built in.
  let text: String?

  private init(_ text: String, named name: String, isBuiltIn: Bool = false) throws(Failure) {
    do {
      tour = try LessonFile.read(text).tour
    } catch {
      let first = error.flaws.first?.text(in: name) ?? "\(name): it is no tour"
      let more = error.flaws.count > 1 ? " (and \(error.flaws.count - 1) more)" : ""
      throw Failure(.badUsage, "\(first)\(more); 'townhall tour --check FILE' tells all")
    }
    self.text = isBuiltIn ? nil : text
  }

  static func builtIn() throws(Failure) -> Course {
    try Course(BuiltInTour.text, named: "the built-in tour", isBuiltIn: true)
  }

  static func read(_ path: String) throws -> Course { try Course(text(of: path), named: path) }

  /// Reads the lessons of the class that is taught in a town; nil if there is none, or if it has the built-in ones.
  static func ofClass(_ house: StateValue?) throws(Failure) -> Course? {
    guard let lessons = house?["lessons"] else { return nil }
    guard let text = lessons.string, text.utf8.count <= LessonFile.mostBytes else {
      throw Failure(.badUsage, "the lessons of the class are no text of at most 1 MB")
    }
    return try Course(text, named: "the lessons of the class")
  }

  /// The text of a file that may be one of lessons.
  static func text(of path: String) throws -> String {
    let bytes = try Files.read(path, atMost: LessonFile.mostBytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.badUsage, "\(path) is no text in UTF-8")
    }
    return text
  }
}

extension LessonFile {
  /// Reads a tour for the dashboard, whose commands its conditions can ask for.
  static func read(_ text: String) throws(Unfit) -> LessonFile {
    try LessonFile(text, commands: DashboardSettings.commandNames)
  }
}
