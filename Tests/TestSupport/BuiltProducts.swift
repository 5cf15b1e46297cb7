import Foundation

/// The executables that were built beside the tests.
public enum BuiltProducts {
  /// Returns the path of an executable target.
  ///
  /// `TOWNHALL` names another `townhall` to try, such as one that is optimised.
  ///
  /// - Parameter name: The target's name.
  /// - Returns: Its path.
  /// - Throws: ``MissingProduct`` if it has not been built.
  public static func path(of name: String) throws -> String {
    if name == "townhall", let other = ProcessInfo.processInfo.environment["TOWNHALL"] {
      return other
    }
    let places = [Bundle.main.executablePath ?? ""] + CommandLine.arguments
    for place in places {
      var folder = URL(fileURLWithPath: place)
      // The tests' own bundle lies beside the products, or is a folder there.
      for _ in 0..<4 {
        folder.deleteLastPathComponent()
        let path = folder.appendingPathComponent(name).path
        if FileManager.default.isExecutableFile(atPath: path), !isFolder(path) { return path }
      }
    }
    throw MissingProduct(name: name)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

/// An executable that the tests need is not there.
public struct MissingProduct: Error, CustomStringConvertible {
  let name: String
  /// What to do about it.
  public var description: String {
    "The executable \(name) is not built: run `swift build --build-tests` first."
  }
}
