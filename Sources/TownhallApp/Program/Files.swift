import Glibc

/// Reading and writing whole files and streams, without buffering behind anyone's back.
enum Files {
  struct SystemError: Error, CustomStringConvertible {
    let what: String
    let code: Int32

    init(_ what: String) {
      self.what = what
      code = errno
    }

    /// Whether there is no such thing.
    var isAbsence: Bool { code == ENOENT || code == ENOTDIR }

    var description: String { "\(what): \(String(cString: strerror(code)))" }
  }

  /// Reads all that a descriptor has to give, or fails as soon as that is more than a number of bytes.
  static func readAll(
    _ descriptor: Int32,
    named name: String,
    atMost limit: Int = .max
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    let step = 1 << 16
    while true {
      var count = 0
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: step))
      repeat {
        count = bytes.withUnsafeMutableBytes { buffer in
          Glibc.read(descriptor, buffer.baseAddress.map { $0 + start }, step)
        }
      } while count < 0 && errno == EINTR
      guard count >= 0 else { throw SystemError("cannot read \(name)") }
      bytes.removeLast(step - count)
      if count == 0 { return bytes }
      guard bytes.count <= limit else {
        errno = EFBIG
        throw SystemError("cannot read \(name)")
      }
    }
  }

  /// Reads a whole file, or fails if it has more than a number of bytes.
  static func read(_ path: String, atMost limit: Int = .max) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("cannot open \(path)") }
    defer { close(descriptor) }
    return try readAll(descriptor, named: path, atMost: limit)
  }

  static func write(
    _ bytes: some Collection<UInt8>,
    to descriptor: Int32,
    named name: String
  ) throws(SystemError) {
    let bytes = Array(bytes)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        waitUntilWritable(descriptor)
        continue
      }
      guard count >= 0 else { throw SystemError("cannot write \(name)") }
      written += count
    }
  }

  /// A terminal that another program has made non-blocking is still to get every byte.
  private static func waitUntilWritable(_ descriptor: Int32) {
    var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&poller, 1, -1)
  }
}
