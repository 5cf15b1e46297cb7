import Glibc
import NetworkSupport
import StateSync
import TownhallKit

/// The servers whose certificates somebody has vouched for by answering a question, as ssh's known hosts.
///
/// They lie where dashboards remember things, each in a line of its own: host and port, and a fingerprint.
struct KnownServers: Sendable {
  /// A larger file is none of ours.
  private static let mostBytes = 1_000_000

  /// A line of the file.
  private struct Line {
    let authority: String
    /// Nil where there is none, or something else beside it.
    let pin: CertificatePin?

    init(_ text: String) {
      let words = text.split(separator: " ")
      authority = words.first.map(String.init) ?? ""
      pin = words.count == 2 ? CertificatePin(String(words[1])) : nil
    }
  }

  /// Where they lie; nil if this person has no place.
  let path: String?

  init(variables: [String: String]) {
    path = MemoryFile.folder(variables).map { $0 + "/known-servers" }
  }

  /// The fingerprint that a server is remembered by.
  ///
  /// - Throws: What is wrong with the file: who cannot read whom they trusted trusts nobody.
  func pin(of address: ServerAddress) throws -> ExpectedPin? {
    guard let path else { return nil }
    for line in try lines().map(Line.init) where line.authority == address.authority {
      guard let pin = line.pin else {
        throw Failure(.badUsage, "what \(path) says of \(address.authority) is no fingerprint")
      }
      return ExpectedPin(pin, from: path)
    }
    return nil
  }

  /// The hosts and ports that are remembered.
  func authorities() throws -> [String] {
    try lines().map { Line($0).authority }.filter { !$0.isEmpty }
  }

  /// How many servers are remembered, and which lines are none of such a file, counted from 1.
  func inspect() throws(Files.SystemError) -> (count: Int, brokenLines: [Int]) {
    let lines = try allLines().enumerated().filter { !$0.element.isEmpty }
    let broken = lines.filter { Line($0.element).pin == nil }.map { $0.offset + 1 }
    return (lines.count - broken.count, broken)
  }

  /// Remembers a server from now on.
  func remember(_ pin: CertificatePin, of address: ServerAddress) throws {
    guard let path else { return }
    let text = (try lines() + ["\(address.authority) \(pin)"]).map { $0 + "\n" }.joined()
    close(try Files.replace(path, with: text.utf8))
  }

  private func lines() throws(Files.SystemError) -> [String] {
    try allLines().filter { !$0.isEmpty }
  }

  private func allLines() throws(Files.SystemError) -> [String] {
    guard let path else { return [] }
    do {
      let bytes = try Files.read(path, atMost: Self.mostBytes)
      return String(decoding: bytes, as: UTF8.self)
        .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    } catch {
      if error.isAbsence { return [] }
      throw error
    }
  }
}

extension Surroundings {
  /// The address that somebody wrote, with what is remembered of the server there.
  func address(_ text: String) throws -> ServerAddress {
    try checkShowsNoToken(text)
    var address = try ServerAddress(text)
    guard !address.isPlain else { return address }
    address.remembered = try KnownServers(variables: variables).pin(of: address)
    return address
  }

  /// Does some work with a server.
  ///
  /// If nobody vouches for its certificate, somebody at the terminal is asked whether it is the right one, as ssh does:
  /// once, and if so, the work is done then.
  ///
  /// - Throws: What the work throws; `ServerNotTrusted` if nobody can be asked, or the answer is no.
  func acquainted<Result>(
    with address: ServerAddress,
    trusting caFile: String?,
    _ work: (ServerAddress) async throws -> Result
  ) async throws -> Result {
    do {
      return try await work(address)
    } catch let error as ServerNotTrusted where error.isUnvouched {
      // Who has said which authority to trust is not asked to trust somebody else.
      guard caFile == nil, isWatched, isInteractive, let shown = await address.certificate() else {
        throw error
      }
      guard try await isTrusted(shown, at: address) else {
        throw Failure(.noTown, "\(address.authority) is not trusted, so it was not joined")
      }
      var known = address
      known.remembered = ExpectedPin(shown.keyPin)
      do {
        try KnownServers(variables: variables).remember(shown.keyPin, of: address)
      } catch {
        note(Program.safe("cannot remember this server: \(error)"))
      }
      return try await work(known)
    }
  }

  /// The address that somebody chose on a screen, which is in the way of a question: whom to ask about is refused with a
  /// word about how.
  func addressOnScreen(_ text: String, trusting caFile: String?) async throws -> ServerAddress {
    var mute = self
    mute.isInteractive = false
    do {
      return try await mute.introduced(to: address(text), trusting: caFile)
    } catch let error as ServerNotTrusted where error.isUnvouched {
      throw Failure(
        .noTown,
        "nobody known vouches for its certificate: 'townhall \(text)' asks about it"
      )
    }
  }

  /// Makes sure, before there is a screen, that a server can be trusted; one that does not answer soon is left alone.
  ///
  /// - Returns: The address, with what is remembered from now on.
  func introduced(to address: ServerAddress, trusting caFile: String?) async throws
    -> ServerAddress
  {
    guard await address.isEncrypted() else { return address }
    return try await acquainted(with: address, trusting: caFile) { address in
      let transport = try way(to: address, trusting: caFile)
      do {
        let visitor = try await SharedStateClient.connect(
          through: transport,
          patience: .seconds(3)
        )
        await visitor.close()
      } catch is ServerNotFound {}
      return address
    }
  }

  private func isTrusted(_ shown: PeerCertificate, at address: ServerAddress) async throws -> Bool {
    tell(
      Program.safe(
        "Nobody known vouches for the certificate of \(address.authority), which is for "
          + "\(CertificateVerdict.list(shown.names)), until \(PeerCertificate.day(shown.ends))."
      ) + """

        Its fingerprint is
          \(shown.keyPin)
        Whoever runs the server can tell whether that is right ('townhall serve --tls' prints it). Trust this server from now on? [y/n] 
        """
    )
    let answer = try await readAnswer() ?? ""
    return ["y", "yes"].contains(answer.lowercased())
  }
}
