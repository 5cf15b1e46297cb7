import AccessControl
import NIOHTTP1
import SharedState
import StateSync

/// What a client asks for in the query of its address.
struct ClientRequest: Sendable {
  /// How often it wants to hear of changes, on average; zero means of each at once.
  var interval: Duration
  /// Of which keys it wants to hear; nil for all.
  var filter: KeyFilter?
  /// Whether it wants to be sent frames of a simulation.
  var wantsFrames = true
  /// The token in its query, for clients that can be told nothing but an address.
  var token: AccessToken?

  /// The longest interval that may be asked for, in seconds.
  private static let longest = 3600.0

  /// Reads the query of a request's target; what is unknown in it is another server's or a later one's.
  ///
  /// - Parameters:
  ///   - target: The path and query.
  ///   - interval: What holds if nothing is said of it.
  /// - Throws: Why it cannot be granted, in a sentence.
  init(_ target: String, interval: Duration) throws(Refusal) {
    self.interval = interval
    let items = try Self.items(of: target)
    let intervals = items.filter { $0.name == "interval" }
    guard intervals.count <= 1 else { throw .badRequest("The interval is given twice.") }
    if let asked = intervals.first { self.interval = try Self.interval(asked.value) }
    token = items.first { $0.name == "token" }.map { AccessToken($0.value) }
    if let asked = items.first(where: { $0.name == "frames" })?.value {
      guard asked == "0" || asked == "1" else {
        throw .badRequest("The frames “\(Self.shortened(asked))” are neither 0, for none, nor 1.")
      }
      wantsFrames = asked == "1"
    }
    let patterns = items.filter { $0.name == "only" }.map(\.value)
    guard !patterns.isEmpty else { return }
    do throws(KeyFilter.Problem) {
      filter = try KeyFilter(patterns)
    } catch {
      throw .badRequest("The keys of “only” cannot be told: \(error.words).")
    }
  }

  private static func interval(_ text: String) throws(Refusal) -> Duration {
    // The digits and signs of a decimal number only: Swift would read "nan" and "0x1p4" too.
    let isDecimal = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || ".-+eE".utf8.contains(byte)
    }
    guard isDecimal, let seconds = Double(text) else {
      throw .badRequest("The interval “\(shortened(text))” is not a number of seconds.")
    }
    guard (0...longest).contains(seconds) else {
      let range = "from 0, each change at once, to \(Int(longest)) seconds"
      throw .badRequest("The interval \(shortened(text)) is out of range: \(range).")
    }
    return .seconds(seconds)
  }

  /// A peer's text as it may stand in a sentence: of one line, of no more than so many characters, and in which nothing
  /// steers a terminal.
  static func shortened(_ text: String, to longest: Int = 40) -> String {
    let start = text.unicodeScalars.prefix(longest + 1)
    let safe = start.prefix(longest).map { $0.isControl ? "�" : Character($0) }
    return start.count > longest ? String(safe) + "…" : String(safe)
  }

  /// The names and values in a query, in order.
  private static func items(of target: String) throws(Refusal) -> [(name: String, value: String)] {
    let query = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    var items: [(name: String, value: String)] = []
    for item in query.split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? parts[1] : ""
      guard let decoded = decoded(value) else {
        let item = parts[0] == "token" ? "token=…" : String(item)
        throw .badRequest("The query “\(shortened(item))” is not well escaped.")
      }
      items.append((String(parts[0]), decoded))
    }
    return items
  }

  /// A text with its escapes (`%2E`) taken out; nil if one of them is broken, or it is not UTF-8.
  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexDigit),
        let low = rest.popFirst().flatMap(hexDigit)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
  }
}

extension AccessToken {
  /// The token in a header: `Authorization: Bearer town-9qV0…`.
  init?(in headers: HTTPHeaders) {
    guard let value = headers.first(name: "Authorization"),
      value.lowercased().hasPrefix("bearer ")
    else { return nil }
    self.init(String(value.dropFirst("bearer ".count).drop { $0 == " " }))
  }
}
