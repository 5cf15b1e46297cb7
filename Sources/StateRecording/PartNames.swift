internal import Glibc

/// What the files of one recording are called: `session.nanover.zip`, then `session-2.nanover.zip`, and so on.
struct PartNames: Sendable {
  private let first: String
  private let stem: String
  private let ending: String

  /// Reads what the first is called; one of an older form, or of none, is followed by others of ours.
  init(_ path: String) {
    let known = Recording.endings.first { path.hasSuffix($0) } ?? ""
    first = path
    (stem, ending) = (String(path.dropLast(known.count)), Recording.ending)
  }

  /// What one of them is called, from 1.
  subscript(number: Int) -> String { number == 1 ? first : "\(stem)-\(number)\(ending)" }

  /// What a file of the recording is called that was made of another in some way.
  func named(_ how: String) -> String { "\(stem)-\(how)\(ending)" }

  /// The first of them that is not there, from a number on.
  ///
  /// - Complexity: O(*n*) in those that are.
  func free(from number: Int) -> (name: String, number: Int) {
    var number = number
    var status = stat()
    while lstat(self[number], &status) == 0 { number += 1 }
    return (self[number], number)
  }
}
