import NetworkSupport
import TownhallKit

/// The recordings of a folder, for a person to choose from.
enum NearbyRecordings {
  /// No more are offered: each has a digit for its key.
  private static let most = 9
  /// In a folder with more files nobody waits for all of them to be looked at.
  private static let mostLookedAt = 2_000

  /// The paths of the newest recordings, the newest first.
  ///
  /// A folder that cannot be read has none.
  static func paths(in folder: String) -> [String] {
    let names = ((try? Files.names(in: folder)) ?? []).filter(isRecording)
    let all = Set(names)
    // The two files of one older recording are read together.
    let lone = names.filter { !$0.hasSuffix(".traj") || !all.contains($0.dropLast(5) + ".state") }
    let found = lone.sorted().prefix(mostLookedAt).compactMap { name in
      let path = folder == "." ? name : "\(folder)/\(name)"
      return FileStatus(of: path).flatMap { $0.isRegular ? (path, $0.modified) : nil }
    }
    return found.sorted { $1.1.lexicographicallyPrecedes($0.1) }.prefix(most).map(\.0)
  }

  /// Whether a file of this name is read as a recording, and as no moment of another.
  private static func isRecording(_ name: String) -> Bool {
    (try? RecordedPlace(name))?.path == name
  }
}
