internal import Glibc

/// What is asked of the system where a recording is written, so that a test can have any of it fail.
struct WritingSystem: Sendable {
  var open: @Sendable (_ path: String) -> CInt = { path in
    // What is there already is somebody's recording.
    Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
  }
  var write: @Sendable (CInt, UnsafeRawBufferPointer, _ place: Int) -> Int = { file, bytes, place in
    pwrite(file, bytes.baseAddress, bytes.count, off_t(place))
  }
  var sync: @Sendable (CInt) -> CInt = { fdatasync($0) }
}

/// A file that is written for the first time, and that nobody else writes.
final class OutputFile: Sendable {
  let path: String
  let name: String
  private let system: WritingSystem
  private let descriptor: CInt

  /// Makes the file.
  ///
  /// - Throws: Why it cannot be made; that there is one already is such a reason.
  init(_ path: String, _ system: WritingSystem) throws(RecordingError) {
    (self.path, self.system) = (path, system)
    name = RecordedFile.name(of: path)
    descriptor = system.open(path)
    guard descriptor >= 0 else { throw RecordingError(name, RecordedFile.reason) }
    // That it has this name is to last, too; where a folder cannot be told so, it lasts as the system likes.
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let parent = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if parent >= 0 {
      _ = fsync(parent)
      close(parent)
    }
  }

  deinit { close(descriptor) }

  /// Writes all of some bytes at a place, or fails; then what is there may be any of them.
  func write(_ bytes: [UInt8], at place: Int) throws(RecordingError) {
    var (done, trouble) = (0, CInt(0))
    bytes.withUnsafeBytes { bytes in
      while done < bytes.count, trouble == 0 {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let count = system.write(descriptor, rest, place + done)
        if count < 0, errno == EINTR { continue }
        if count > 0 { done += count } else { trouble = count < 0 ? errno : ENOSPC }
      }
    }
    guard trouble == 0 else { throw RecordingError(name, String(cString: strerror(trouble))) }
  }

  /// Waits until all that was written is where it outlasts the machine.
  func sync() throws(RecordingError) {
    while system.sync(descriptor) != 0 {
      guard errno == EINTR else { throw RecordingError(name, RecordedFile.reason) }
    }
  }

  /// Takes away what stands behind a place.
  func truncate(at place: Int) { _ = ftruncate(descriptor, off_t(place)) }

  /// Removes the file, if it is still the one of that name.
  func remove() { if isInPlace { unlink(path) } }

  /// Whether the file still has its name: nobody has removed it, or put another in its place.
  var isInPlace: Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && stat(path, &named) == 0
      && own.st_dev == named.st_dev && own.st_ino == named.st_ino
  }
}
