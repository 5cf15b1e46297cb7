import Foundation

/// A tour of two short lessons in a file, for tests of what is around the lessons.
public final class ScratchTour {
  /// Where the file is.
  public let path: String
  /// What the file says.
  public static let text = #"""
    name = "scratch"
    title = "Two lessons"

    [[lesson]]
    name = "move-out"
    title = "Somebody moves out"
    text = "A house can be pulled down."
    goal = "Remove selection.base."
    hints = ["It is on the street of selections.", "Go to it first.", "Press d."]
    show = [":", ">selection.base", "Enter", "d", "y"]

    [lesson.town]
    "selection.base" = '{"display_name": "Base"}'
    "selection.other" = '{"display_name": "Other"}'

    [[lesson.check]]
    vacant = "selection.base"
    missing = "selection.base still stands."

    [[lesson]]
    name = "move-in"
    title = "Somebody moves in"
    text = "A neighbour acts here."
    goal = "Take a snapshot of selection.guest when it is there."
    hints = ["Wait.", "It comes by itself.", "Press n there."]
    show = ["@arrives", ":", ">selection.guest", "Enter", "K"]

    [lesson.town]
    "selection.other" = '{"display_name": "Other"}'

    [[lesson.check]]
    snapshot = "selection.guest"
    missing = "You have no snapshot of selection.guest yet."

    [[lesson.neighbour]]
    name = "arrives"
    wait = 0.2
    set = { "selection.guest" = '{"display_name": "Guest"}' }
    """#

  private let folder = ScratchFolder()

  /// Writes the file.
  public init() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path,
      withIntermediateDirectories: true
    )
    path = folder.path + "/scratch.toml"
    try Self.text.write(toFile: path, atomically: true, encoding: .utf8)
  }
}
