internal import SharedState

/// Who may come to a shared state, and as what.
///
/// It is a text of one line for each token, to be read and edited by people too: the role, the token's SHA-256, when it
/// ends in UTC or `-`, and whom it was given to. Empty lines, and those that begin with `#`, say nothing.
///
/// ```
/// # role digest until name
/// writer 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 2026-11-29T08:00:00Z Ada
/// guest  2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae - the class
/// ```
public struct AccessList: Sendable, Hashable {
  /// One for each token.
  public private(set) var grants: [Grant] = []

  /// How many tokens a list may have.
  public static let limit = 10_000

  /// Makes a list that lets nobody in.
  public init() {}

  /// Reads a list.
  ///
  /// - Throws: `AccessListError`, which says in which line something is wrong and what.
  public init(_ text: String) throws(AccessListError) {
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split(maxSplits: 3, whereSeparator: \.isWhitespace)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      do throws(AccessListError.Problem) {
        try add(Self.grant(of: words))
      } catch {
        throw AccessListError(line: index + 1, problem: error)
      }
    }
  }

  private static func grant(of words: [Substring]) throws(AccessListError.Problem) -> Grant {
    guard let role = AccessRole(rawValue: String(words[0])) else { throw .role }
    guard words.count >= 2, let digest = digest(words[1]) else { throw .digest }
    guard words.count >= 3 else { throw .end }
    let name = words.count > 3 ? String(words[3]).trimmed : ""
    guard isPlain(name) else { throw .name }
    if words[2] == "-" { return Grant(role, name: name, digest: digest) }
    guard let end = Instant.seconds(words[2]) else { throw .end }
    return Grant(role, name: name, digest: digest, end: end)
  }

  private static func digest(_ text: Substring) -> [UInt8]? {
    guard text.utf8.count == 64, text.allSatisfy(\.isHexDigit) else { return nil }
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// Whether a name is one of up to 64 characters that keep to their line.
  public static func isPlain(_ name: String) -> Bool {
    name.count <= 64
      && name.unicodeScalars.allSatisfy { !$0.properties.isNoncharacterCodePoint && !isControl($0) }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format: true
    default: false
    }
  }

  /// Adds what a token is good for.
  ///
  /// - Throws: If there are too many, or the token is in it already.
  public mutating func add(_ grant: Grant) throws(AccessListError.Problem) {
    guard grants.count < Self.limit else { throw .tooMany }
    guard !grants.contains(where: { $0.digest == grant.digest }) else { throw .twice }
    grants.append(grant)
  }

  /// Takes a token back, by the digits that name it; returns what it was good for.
  public mutating func revoke(_ id: String) -> Grant? {
    guard let index = grants.firstIndex(where: { $0.id == id }) else { return nil }
    return grants.remove(at: index)
  }

  /// What a token is good for.
  ///
  /// All are compared, and each to its end, so that the time it takes says nothing about them.
  ///
  /// - Parameters:
  ///   - token: What somebody shows; nil if nothing.
  ///   - seconds: The time, in seconds since 1970.
  /// - Returns: What it is good for.
  /// - Throws: Why it is good for nothing.
  public func grant(for token: AccessToken?, at seconds: Int) throws(AccessDenied) -> Grant {
    guard let token else { throw .noToken }
    let digest = token.digest
    let found = grants.filter { $0.isOf(digest) }
    guard let grant = found.first else { throw .unknownToken }
    if grant.isOver(at: seconds), let end = grant.end { throw .over(end) }
    return grant
  }

  /// The list as a text.
  public var text: String {
    let head = "# role, SHA-256 of the token, when it ends, whom it was given to\n"
    return head
      + grants.map { grant in
        let end = grant.end.map(Instant.text) ?? "-"
        let name = grant.name.isEmpty ? "" : " " + grant.name
        return "\(grant.role.rawValue) \(grant.hex) \(end)\(name)\n"
      }.joined()
  }
}

/// What is wrong with a list of tokens.
public struct AccessListError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What can be wrong with a line.
  public enum Problem: Error, Sendable, Hashable {
    case role
    case digest
    case end
    case name
    case twice
    case tooMany

    /// The words for it.
    public var words: String {
      switch self {
      case .role: "it does not begin with guest, writer or owner"
      case .digest: "the second word is not the SHA-256 of a token in 64 hexadecimal digits"
      case .end: "the third word is neither a time such as 2026-11-29T08:00:00Z nor -"
      case .name: "the name is longer than 64 characters, or some are invisible"
      case .twice: "the token is in it already"
      case .tooMany: "there are more than \(AccessList.limit) tokens"
      }
    }
  }

  /// Which line it is, from 1.
  public let line: Int
  /// What is wrong with it.
  public let problem: Problem

  /// Where it is and what is wrong.
  public var description: String { "line \(line): \(problem.words)" }
}

/// Why somebody is not let in.
public enum AccessDenied: Error, Sendable, Hashable, CustomStringConvertible {
  /// No token was shown.
  case noToken
  /// The token is none of those that were given out.
  case unknownToken
  /// The token was good until then.
  case over(Int)

  /// The words for it, which name no token.
  public var description: String {
    switch self {
    case .noToken: "this shared state wants a token, which whoever runs it gives out"
    case .unknownToken: "the token is not known here, or was taken back"
    case .over(let end): "the token was good until \(Instant.text(end))"
    }
  }
}

extension String {
  var trimmed: String {
    let rest = drop(while: \.isWhitespace)
    guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(rest[...last])
  }
}
