import Foundation

/// A folder of a test's own, gone when nobody holds it any more.
///
/// A program under test keeps what it remembers here: never where the person who runs the tests keeps theirs, and
/// never where another test would find it.
public final class ScratchFolder {
  /// Where it is; nothing is made there until somebody writes.
  public let path = "/tmp/townhall-tests-\(UUID().uuidString)"

  /// Names a folder that nobody else has.
  public init() {}

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
