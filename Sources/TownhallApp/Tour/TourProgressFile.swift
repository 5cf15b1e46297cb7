import Dashboard
import Lessons
import SharedState

/// The file in which it is kept how far a person has come in each tour.
struct TourProgressFile: Sendable {
  /// No more tours are kept, nor one with a longer name.
  private static let most = 100
  private static let longestName = 200

  private let file: MemoryFile?

  /// Finds the book of the person whose environment this is.
  init(variables: [String: String]) { file = MemoryFile(variables: variables, named: "tour") }

  func progress(in tour: String) throws -> TourProgress {
    try tours().first { $0.key == tour }.map { TourProgress($0.value) } ?? TourProgress()
  }

  /// Keeps how far the person has come; the tours that were not looked at for longest are forgotten.
  func keep(_ progress: TourProgress, in tour: String) throws {
    guard tour.utf8.count <= Self.longestName else { return }
    let others = (try? tours()) ?? []
    let rest = others.filter { $0.key != tour }.suffix(Self.most - 1)
    try file?.write(.object(StateObject(rest + [(tour, progress.value)])))
  }

  private func tours() throws -> [(key: String, value: StateValue)] {
    let object = try file?.readValue()?.object ?? [:]
    return object.prefix(Self.most).filter { $0.key.utf8.count <= Self.longestName }
      .map { ($0.key, $0.value) }
  }
}
