import Glibc

/// The memory of this process, as the kernel counts it.
enum ProcessMemory {
  /// The bytes in real memory now, after what is free has been given back.
  static func resident() -> Int {
    giveBackFreeMemory()
    let pages = File.read("/proc/self/statm").flatMap { numbers(in: $0).dropFirst().first }
    return (pages ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  }

  /// The most bytes that were in real memory at once.
  static func peak() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// Calls `malloc_trim`, which the module of the C library does not show.
  private static func giveBackFreeMemory() {
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    typealias Trim = @convention(c) (Int) -> CInt
    _ = unsafeBitCast(symbol, to: Trim.self)(0)
  }

  private static func numbers(in bytes: [UInt8]) -> [Int] {
    bytes.split(separator: 0x20).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
  }
}

/// Files, read whole.
enum File {
  /// The bytes of a file, or nil if it cannot be read.
  static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
    }
  }
}
