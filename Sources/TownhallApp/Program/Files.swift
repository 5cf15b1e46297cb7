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

  /// Reads a line from a terminal, which gives no more than that at once; nil at the end of input.
  static func readLine(_ descriptor: Int32) async throws -> String? {
    var line: [UInt8] = []
    while true {
      // Somebody who thinks about an answer can still give up.
      try Task.checkCancellation()
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&poller, 1, 100) > 0 else { continue }
      var byte: UInt8 = 0
      let count = Glibc.read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1, line.count < 1000 else { return line.isEmpty ? nil : text(line) }
      if byte == UInt8(ascii: "\n") { return text(line) }
      line.append(byte)
    }
  }

  private static func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }

  /// Reads a whole file, or fails if it has more than a number of bytes.
  static func read(_ path: String, atMost limit: Int = .max) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("cannot open \(path)") }
    defer { close(descriptor) }
    return try readAll(descriptor, named: path, atMost: limit)
  }

  /// A name for a file, made from any text: letters, digits, dots, dashes and underscores, and none that is hidden,
  /// an option or a folder.
  static func safeName(for text: String) -> String {
    let safe = text.unicodeScalars.prefix(100).map { scalar in
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains(scalar))
      return isPlain ? Character(scalar) : "_"
    }
    return String(safe.first.map { $0 == "." || $0 == "-" } ?? true ? ["_"] + safe : safe)
  }

  /// Has programs that are run not find a descriptor that is open here.
  static func closeInPrograms(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, fcntl(descriptor, F_GETFD) | FD_CLOEXEC)
  }

  /// A file without a name that holds some bytes, to be read from its beginning.
  static func unnamed(holding bytes: some Collection<UInt8>) throws(SystemError) -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var (path, descriptor) = ("", Int32(-1))
    // Not by `mkstemp`: a program that is started at that moment would have it open.
    repeat {
      path = "\(folder)/townhall.\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
      descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else { throw SystemError("cannot make a file in \(folder)") }
    unlink(path)
    do throws(SystemError) {
      try write(bytes, to: descriptor, named: "a file in \(folder)")
    } catch {
      close(descriptor)
      throw error
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
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

  /// Puts a file in the place of another, for its owner to write: all of it, or the other stays as it was.
  ///
  /// - Parameters:
  ///   - path: The file, in a folder that is made if it is not there.
  ///   - bytes: What is to be in it.
  ///   - mode: Who may do what with it.
  ///   - prepare: Does something with the file before it has its name.
  /// - Returns: The open file.
  /// - Throws: `SystemError`, or what `prepare` throws.
  static func replace(
    _ path: String,
    with bytes: some Collection<UInt8>,
    mode: mode_t = 0o600,
    prepare: (Int32, _ draft: String) throws -> Void = { _, _ in }
  ) throws -> Int32 {
    if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
    let draft = "\(path).\(getpid()).new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw SystemError("cannot write \(draft)") }
    do {
      try prepare(descriptor, draft)
      try write(bytes, to: descriptor, named: draft)
      guard rename(draft, path) == 0 else { throw SystemError("cannot write \(path)") }
      return descriptor
    } catch {
      unlink(draft)
      close(descriptor)
      throw error
    }
  }

  /// Makes a folder and those around it, for its owner alone.
  static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
      if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    }
    throw SystemError("cannot make \(path)")
  }

  /// The names of what is in a folder, in no order.
  static func names(in path: String) throws(SystemError) -> [String] {
    guard let folder = opendir(path) else { throw SystemError("cannot read \(path)") }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
      )
    }
    return names
  }

  /// A terminal that another program has made non-blocking is still to get every byte.
  private static func waitUntilWritable(_ descriptor: Int32) {
    var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&poller, 1, -1)
  }
}
