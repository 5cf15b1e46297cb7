import Glibc
import NetworkSupport
import SharedState
import StateRecording
import StateSync

/// A folder in which a town is kept: recordings, one behind the other, the last of which holds the town as it was.
///
/// Each time that the town is opened a recording begins (`town-0007-20261129-221530.nanover.zip`), which goes on in further files.
/// Any of them plays alone.
final class TownFolder: Sendable {
  let path: String
  /// Held for as long as the folder is in use.
  private let lock: Int32

  /// Makes the folder, if it is not there, and sees to it that no other town is kept in it.
  ///
  /// - Throws: A ``Failure`` that names who keeps a town there, or says why nobody can.
  init(_ path: String) throws {
    self.path = path
    let lockPath = path + "/lock"
    do {
      try Files.makeFolder(path)
      lock = Glibc.open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard lock >= 0 else { throw Files.SystemError("cannot write \(lockPath)") }
    } catch let error as Files.SystemError {
      throw Failure(.badUsage, "cannot keep the town: \(error)")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      let holder =
        (try? Files.read(lockPath, atMost: 1000)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      throw Failure(.badUsage, "\(path) is kept by another town: \(Program.safe(holder))")
    }
    try sign("process \(getpid())")
  }

  deinit { close(lock) }

  /// Leaves word of who keeps the town, for others who would.
  func sign(_ words: String) throws {
    ftruncate(lock, 0)
    lseek(lock, 0, SEEK_SET)
    do { try Files.write(words.utf8, to: lock, named: "\(path)/lock") } catch {
      throw Failure(.badUsage, "cannot keep the town: \(error)")
    }
  }

  // MARK: Recordings

  /// One file of what is kept.
  struct Part: Comparable, Hashable, Sendable {
    let path: String
    /// How many times the town had been opened by then, and the how manyth file since then it is.
    let run: Int
    let number: Int

    /// Reads what a file is called; nil if it is none of ours.
    init?(_ name: String, in folder: String) {
      guard name.hasPrefix("town-"), name.hasSuffix(Recording.ending) else { return nil }
      let words = name.dropLast(Recording.ending.count).split(separator: "-")
      guard (4...5).contains(words.count), words[1].count < 10, let run = Int(words[1]) else {
        return nil
      }
      let number = words.count == 5 ? Int(words[4]) : 1
      guard let number else { return nil }
      (path, self.run, self.number) = ("\(folder)/\(name)", run, number)
    }

    static func < (left: Part, right: Part) -> Bool {
      (left.run, left.number, left.path) < (right.run, right.number, right.path)
    }
  }

  /// The files of a folder in which a town is kept, in the order in which they were recorded.
  ///
  /// - Throws: Why the folder cannot be read.
  static func parts(in folder: String) throws(Files.SystemError) -> [Part] {
    try Files.names(in: folder).compactMap { Part($0, in: folder) }.sorted()
  }

  /// The town as it was, without the people who were there then.
  ///
  /// - Parameter tell: Is told of what cannot be read.
  /// - Returns: The state, and in which file it was found; nil if nothing was ever kept there.
  /// - Throws: A ``Failure`` if the folder cannot be read.
  /// - Complexity: O(*n*) in the bytes of the last file.
  func opening(_ tell: (String) -> Void) throws -> (state: StateDictionary, from: Part)? {
    for part in try parts().reversed() {
      do throws(RecordingError) {
        let recording = try Recording(part.path)
        // Killed before it had said anything: the one before it knows all.
        guard recording.count > 0 else { continue }
        var state = try recording.moment(at: recording.duration) { flaw throws(RecordingError) in
          tell("\(part.path), \(flaw): that is passed over")
        }.state
        for key in state.keysOfPeople { state[key] = nil }
        return (state, part)
      } catch {
        tell("\(part.path) cannot be read: \(error)")
      }
    }
    return nil
  }

  private func parts() throws -> [Part] {
    do { return try Self.parts(in: path) } catch {
      throw Failure(.badUsage, "cannot keep the town: \(error)")
    }
  }

  /// What the recording is to be called that begins now.
  func nextPath() throws -> String {
    let run = String((try parts().last?.run ?? 0) + 1)
    let padded = String(repeating: "0", count: max(0, 4 - run.count)) + run
    return "\(path)/town-\(padded)-\(WallClock.fileStamp())\(Recording.ending)"
  }

  /// Removes what was recorded so long ago; what a town is opened with is kept, however old.
  ///
  /// - Parameters:
  ///   - age: How old may be what is kept.
  ///   - current: The file that is written now.
  func removeOlder(than age: Duration, current: String) {
    guard let parts = try? parts(), let place = parts.firstIndex(where: { $0.path == current })
    else {
      return
    }
    let oldest = Double(time(nil)) - age.seconds
    for part in parts[..<place] {
      guard let status = FileStatus(of: part.path), Double(status.modified[0]) < oldest else {
        break
      }
      unlink(part.path)
    }
  }
}
