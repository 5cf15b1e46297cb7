import Glibc
import SharedState

/// A note on disk that a tour has a street in somebody's town, there for as long as that may be so.
///
/// It is written before the first house is and goes after the last one has gone. Whoever writes it holds the file:
/// one that nobody holds was left by a tour that was killed, and the next tour of that town clears the street.
struct PracticeRecord: Hashable, Sendable {
  var address: String
  /// The id of the learner, after whom the street is called.
  var learner: String
  var neighbour: String

  /// What the keys of the street begin with.
  var prefix: String { Self.prefix(of: learner) }

  /// What the keys of a learner's street begin with.
  ///
  /// NanoVer's server takes away what bears the id of a user who leaves, so it takes all of the street.
  static func prefix(of learner: String) -> String { "lesson.\(learner)." }

  /// Whether a text is a random id as all of ours are; nothing else makes a street that may be cleared.
  static func isIdentifier(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && parts.joined().utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }
}

// MARK: - On disk

extension PracticeRecord {
  private static let name = "tour-street-"
  /// No more of them are looked at.
  private static let most = 10_000

  /// A record that is held, by the program that is at work on the street.
  struct Held: Sendable {
    let record: PracticeRecord
    fileprivate let file: MemoryFile
    fileprivate let descriptor: Int32

    /// Says that nothing of the street is left.
    func discard() {
      file.remove()
      close(descriptor)
    }

    /// Lets go, so that somebody else clears the street.
    func leave() { close(descriptor) }
  }

  /// Writes the record; `nil` if this person has no place for it.
  ///
  /// A program that this one forks would hold it too: the terminal's guardian must be there before.
  func hold(in variables: [String: String]) throws -> Held? {
    guard let file = file(in: variables) else { return nil }
    let value: StateValue = [
      "address": .string(address), "learner": .string(learner), "neighbour": .string(neighbour),
    ]
    return Held(record: self, file: file, descriptor: try file.writeAndHold(value))
  }

  /// Takes over what tours of a town that are no more have left on record.
  static func takeAbandoned(at address: String, in variables: [String: String]) -> [Held] {
    ids(in: variables).compactMap { id in
      guard let file = MemoryFile(variables: variables, named: name + id),
        let record = try? PracticeRecord(file.readValue() ?? .null), record.address == address,
        record.learner == id, let descriptor = file.take()
      else { return nil }
      return Held(record: record, file: file, descriptor: descriptor)
    }
  }

  private init?(_ value: StateValue) {
    guard let address = value["address"]?.string, let learner = value["learner"]?.string,
      let neighbour = value["neighbour"]?.string, Self.isIdentifier(learner),
      Self.isIdentifier(neighbour)
    else { return nil }
    self.init(address: address, learner: learner, neighbour: neighbour)
  }

  private func file(in variables: [String: String]) -> MemoryFile? {
    MemoryFile(variables: variables, named: Self.name + learner)
  }

  /// The learners of whom there is a record.
  private static func ids(in variables: [String: String]) -> [String] {
    guard let path = MemoryFile.folder(variables), let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var ids: [String] = []
    while ids.count < most, let entry = readdir(folder) {
      let file = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard file.hasPrefix(name), file.hasSuffix(".json") else { continue }
      let id = String(file.dropFirst(name.count).dropLast(".json".count))
      if isIdentifier(id) { ids.append(id) }
    }
    return ids
  }
}
