import Foundation
import Glibc

/// A program whose output is read line by line, and which is ended with whoever holds it.
public final class LineProgram {
  /// A line, and when it came.
  public struct Line {
    /// The line, without its end.
    public let text: String
    /// When it came.
    public let time: ContinuousClock.Instant
  }

  /// All lines that have been read.
  public private(set) var lines: [Line] = []
  /// When the program was started.
  public let start = ContinuousClock.now

  private let process = Process()
  private let descriptor: Int32
  private let pipe = Pipe()
  private var rest: [UInt8] = []

  /// Starts a program, looked for in the path.
  public init(_ arguments: [String]) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    descriptor = pipe.fileHandleForReading.fileDescriptor
    try process.run()
  }

  deinit { kill() }

  /// Ends the program at once, as a crash would.
  public func kill() {
    guard process.isRunning else { return }
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Waits for a line that meets a condition, among those that have come too; `nil` if none comes in time.
  public func line(seconds: Double = 30, where condition: (String) -> Bool) -> Line? {
    let end = ContinuousClock.now + .seconds(seconds)
    var next = 0
    while true {
      while next < lines.count {
        if condition(lines[next].text) { return lines[next] }
        next += 1
      }
      guard ContinuousClock.now < end, read(until: end) else { return nil }
    }
  }

  /// Reads what comes next; `false` at the end of the output.
  private func read(until end: ContinuousClock.Instant) -> Bool {
    let left = max(0, Int32((end - .now) / .milliseconds(1)))
    var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&poller, 1, left) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return false }
    rest += buffer[..<count]
    while let line = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(Line(text: String(decoding: rest[..<line], as: UTF8.self), time: .now))
      rest.removeSubrange(...line)
    }
    return true
  }
}
