import ConcurrencySupport
import Glibc
import NetworkSupport
import SharedState
import StateSync

/// The file that tells who changed what: a line of JSON for each change, in the order in which they were made.
///
/// When it has grown large it is put aside as `FILE.1`, what was aside as `FILE.2`, and so on; the oldest goes.
final class AuditFile: Sendable {
  struct Options: Sendable {
    /// Whether the values are told too.
    var showsValues = false
    /// How large the file may grow before it is put aside, in bytes.
    var mostBytes = 64 << 20
    /// How many are kept aside.
    var mostAside = 4
  }

  private struct Note: Sendable {
    let at: timespec
    let change: StateChange
    let visitor: Visitor
  }

  /// So many changes may wait to be written; of more, how many were left out is told.
  private static let mostWaiting = 10_000

  private let path: String
  private let options: Options
  private let notes: AsyncStream<Note>
  private let writer: AsyncStream<Note>.Continuation
  private let lost = Counter()

  /// Opens the file for what follows; what it says already stays.
  ///
  /// - Throws: ``Failure`` if it cannot be written.
  init(_ path: String, options: Options = Options()) throws {
    (self.path, self.options) = (path, options)
    (notes, writer) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    do {
      close(try Self.open(path))
    } catch {
      throw Failure(.badUsage, error.description)
    }
  }

  private static func open(_ path: String) throws(Files.SystemError) -> Int32 {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Files.SystemError("cannot write \(path)") }
    return descriptor
  }

  /// Notes a change that was made; quick, since the server waits.
  func note(_ change: StateChange, by visitor: Visitor) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    if case .dropped = writer.yield(Note(at: time, change: change, visitor: visitor)) {
      lost.add(1)
    }
  }

  /// Ends the file: what waits is still written.
  func finish() { writer.finish() }

  /// Writes what is noted, until it is finished.
  ///
  /// - Parameter tell: Is told once of each time that the file could not be written.
  func run(_ tell: (String) -> Void) async {
    var hasFailed = false
    for await note in notes {
      var lines = line(of: note)
      let left = lost.take()
      if left > 0 { lines += "{\"at\":\"\(WallClock.text(note.at))\",\"left-out\":\(left)}\n" }
      do {
        try append(lines)
        hasFailed = false
      } catch {
        lost.add(left + 1)
        if !hasFailed { tell("\(error): what is changed now is not noted") }
        hasFailed = true
      }
    }
  }

  private func append(_ text: String) throws(Files.SystemError) {
    let descriptor = try Self.open(path)
    defer { close(descriptor) }
    let before = FileStatus(of: descriptor)
    do {
      try Files.write(text.utf8, to: descriptor, named: path)
    } catch {
      // Half a line would spoil the next one, too.
      if let before { ftruncate(descriptor, before.size) }
      throw error
    }
    guard let status = FileStatus(of: descriptor), status.size > options.mostBytes else { return }
    for number in stride(from: options.mostAside, to: 1, by: -1) {
      rename("\(path).\(number - 1)", "\(path).\(number)")
    }
    rename(path, "\(path).1")
  }

  private func line(of note: Note) -> String {
    let visitor = note.visitor
    var object: StateObject = [
      "at": .string(WallClock.text(note.at)), "connection": .int(Int64(visitor.number)),
      "name": .string(visitor.name), "role": .string(visitor.role.rawValue),
      "address": .string(visitor.peer), "token": .string(visitor.grant),
    ]
    if options.showsValues {
      object["set"] = .object(StateObject(note.change.updates.map { ($0.key, $0.value.value) }))
    } else {
      object["set"] = .array(note.change.updates.keys.map { .string($0) })
    }
    object["removed"] = .array(note.change.removals.map { .string($0) })
    return StateValue.object(object).text + "\n"
  }
}

/// Counts something from several places.
private final class Counter: Sendable {
  private let count = Locked(0)

  func add(_ number: Int) { count.withLock { $0 += number } }

  func take() -> Int {
    count.withLock { count in
      defer { count = 0 }
      return count
    }
  }
}
