internal import Glibc

/// A file that is read where somebody looks, and that is no larger than it was when it was opened.
final class RecordedFile: Sendable {
  let name: String
  let size: Int
  private let descriptor: CInt

  /// Whether something is there.
  static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Opens a file.
  ///
  /// - Throws: Why it cannot be read.
  init(_ path: String) throws(RecordingError) {
    name = Self.name(of: path)
    // A pipe that nobody writes to is not waited for.
    descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw RecordingError(name, Self.reason) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw RecordingError(name, "this is no file")
    }
    size = Int(status.st_size)
  }

  /// Keeps bytes in a file without a name, which goes when nobody has it any more.
  ///
  /// - Throws: Why there is no room for them.
  init(
    name: String,
    filledBy fill: (_ write: (UnsafeRawBufferPointer) throws(RecordingError) -> Void)
      throws(RecordingError) -> Void
  )
    throws(RecordingError)
  {
    self.name = name
    // The six letters are what is made a name that nobody else has.
    var template = Array(("/tmp/townhall-" + String(repeating: "X", count: 6)).utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw RecordingError(name, Self.reason) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    self.descriptor = descriptor
    var size = 0
    do throws(RecordingError) {
      try fill { bytes throws(RecordingError) in
        var rest = bytes
        while !rest.isEmpty {
          let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { throw RecordingError(name, "unpacked, \(Self.reason)") }
          rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
          size += count
        }
      }
    } catch {
      close(descriptor)
      throw error
    }
    self.size = size
  }

  deinit { close(descriptor) }

  /// What the last failure of the system was.
  static var reason: String { String(cString: strerror(errno)) }

  /// What a file is called within its folder.
  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Reads some bytes, or fewer where the file ends.
  ///
  /// - Throws: Why they cannot be read.
  /// - Complexity: O(*n*) in the bytes.
  func read(_ range: Range<Int>) throws(RecordingError) -> [UInt8] {
    let range = range.clamped(to: 0..<size)
    var (count, trouble) = (0, CInt(0))
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      while count < range.count {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]
        )
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound + count))
        if got < 0, errno == EINTR { continue }
        if got < 0 { trouble = errno }
        // It has become shorter meanwhile.
        if got <= 0 { break }
        count += got
      }
      filled = count
    }
    guard trouble == 0 else {
      throw RecordingError(name, at: range.lowerBound, String(cString: strerror(trouble)))
    }
    return bytes
  }
}

/// A part of a file.
struct FileSlice: Sendable {
  let file: RecordedFile
  let range: Range<Int>

  var count: Int { range.count }

  /// Reads some bytes of the part, counted from its beginning, or fewer where it ends.
  func read(_ part: Range<Int>) throws(RecordingError) -> [UInt8] {
    let part = part.clamped(to: 0..<count)
    return try file.read(part.lowerBound + range.lowerBound..<part.upperBound + range.lowerBound)
  }
}
