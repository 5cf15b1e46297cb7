public import Foundation

/// One place at which bytes come in from outside, with what must hold for any bytes.
///
/// The same targets are run by `FuzzTests`, from a seed and in every build, and by `.ci/fuzz`, guided by what each input
/// reaches. A target whose name is in the list of `all` is all that either needs.
public struct FuzzTarget: Sendable {
  /// What the target is called on the command line, and its corpus among the files.
  public let name: String
  /// What it reads, in a few words.
  public let subject: String
  /// Words of the format, which an input is more likely to be good with.
  public let words: [String]
  /// The longest input that is tried.
  public let longest: Int
  /// How often the target is run in every build: as often as takes some seconds.
  public let executions: Int
  private let check: @Sendable ([UInt8]) throws -> Void

  init(
    _ name: String,
    _ subject: String,
    words: [String] = [],
    longest: Int = 4096,
    executions: Int,
    check: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    (self.name, self.subject, self.words) = (name, subject, words)
    (self.longest, self.executions, self.check) = (longest, executions, check)
  }

  /// Takes an input in, and sees that everything holds that is promised of it.
  ///
  /// - Throws: What does not hold. An input that is refused as it should be throws nothing.
  public func run(_ bytes: [UInt8]) throws { try check(bytes) }

  /// All targets.
  public static var all: [FuzzTarget] {
    let targets: [FuzzTarget] = [
      .messagePack, .values, .text, .messages, .frames, .serverBytes, .clientBytes, .announcement,
      .terminal, .toml, .settings, .lesson, .keys, .commandLine, .completion, .trajectory,
      .recording, .programLines,
    ]
    #if GRPC
    return targets + [.grpc]
    #else
    return targets
    #endif
  }
}

extension FuzzTarget {
  /// The folder of inputs that are checked in, each for something that it reaches or has shown.
  public var corpusFolder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(name)")
  }

  /// The inputs that are checked in, by the names of their files.
  public func corpus() throws -> [(name: String, bytes: [UInt8])] {
    try FileManager.default.contentsOfDirectory(atPath: corpusFolder.path()).sorted().map {
      (name: $0, bytes: [UInt8](try Data(contentsOf: corpusFolder.appending(path: $0))))
    }
  }
}
