import AccessControl
import Glibc
import NetworkSupport

/// The file that lists who may come to a town, for its owner alone to read.
struct AccessFile: Sendable {
  let path: String

  /// Nobody gives out more tokens than this.
  private static let mostBytes = 4_000_000

  static func usualPath(_ variables: [String: String]) -> String? {
    SettingsFile.folder(variables).map { $0 + "/access" }
  }

  /// The file as it is now; nil if it is not there.
  var status: FileStatus? { FileStatus(of: path) }

  /// Reads the list: an empty one if there is no file.
  ///
  /// - Throws: ``Failure`` that says where something is wrong and what.
  func read() throws -> AccessList {
    let bytes: [UInt8]
    do {
      bytes = try Files.read(path, atMost: Self.mostBytes)
    } catch {
      if error.isAbsence { return AccessList() }
      throw Failure(.badUsage, error.description)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.badUsage, "\(path) is not text in UTF-8")
    }
    do {
      return try AccessList(text)
    } catch {
      throw Failure(.badUsage, "\(path), \(error)")
    }
  }

  /// Changes the list: all of it, or the file stays as it was.
  func change(_ edit: (inout AccessList) throws(AccessListError.Problem) -> Void) throws {
    var list = try read()
    do {
      try edit(&list)
    } catch {
      throw Failure(.badUsage, "\(path): \(error.words)")
    }
    do {
      close(try Files.replace(path, with: list.text.utf8))
    } catch let error as Files.SystemError {
      throw Failure(.badUsage, error.description)
    }
  }
}

/// Keeps a gate in step with its file.
struct AccessWatch: Sendable {
  let file: AccessFile
  let gate: AccessGate
  /// The file as it was before it was read: what is written after that, also before the watch begins, is a change.
  private let first: FileStatus?

  /// Reads the file.
  init(_ file: AccessFile) throws {
    first = file.status
    guard first != nil else {
      throw Failure(
        .badUsage,
        "there is no \(file.path); 'townhall token new owner --access \(file.path)' begins it"
      )
    }
    (self.file, gate) = (file, AccessGate(try file.read()))
  }

  /// Looks at the file each second until the task is cancelled, and has whoever lost a token sent away.
  ///
  /// - Parameters:
  ///   - check: Sends away those whose token is good no more.
  ///   - tell: Is told what is wrong with a file that cannot be read; what it said before goes on to hold.
  func run(_ check: () -> Void, _ tell: (String) -> Void) async {
    var seen = first
    while (try? await Task.sleep(for: .seconds(1))) != nil {
      let status = file.status
      if status != seen {
        seen = status
        do {
          gate.replace(try file.read())
        } catch {
          tell("\(error): who may come stays as it was")
        }
      }
      // A token may have come to its end.
      check()
    }
  }
}
