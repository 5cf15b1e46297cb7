import Dashboard
import Lessons
import SharedState
import StateSync

/// What a town says about the class that is taught in it.
enum LearnerEntry {
  /// The house that says so: `{"title": …, "lessons": the text of a tour, if it is not the built-in one}`.
  static let key = "class"
  /// The house that keeps those who have left.
  static let left = "class.left"

  static func open(_ course: Course, in town: SyncServer) {
    var house: StateObject = ["title": .string(course.tour.title)]
    house["lessons"] = course.text.map { .string($0) }
    town.apply(StateChange(updates: [key: .object(house)]))
  }

  /// Tells how the class gets on, line by line, until it is cancelled; returns how far everybody has come.
  static func follow(_ town: SyncServer, _ tell: (String) -> Void) async -> ClassList {
    var roll = ClassList()
    for await batch in town.events() {
      let lines = roll.take(batch.change)
      guard !lines.isEmpty else { continue }
      for line in lines { tell(line) }
      let left = roll.left
      if town.state[Self.left] ?? .array([]) != left {
        town.apply(StateChange(updates: [Self.left: left]))
      }
    }
    return roll
  }
}
