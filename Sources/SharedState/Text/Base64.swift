/// Bytes as printable text: the standard alphabet, with padding.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  private static let padding = UInt8(ascii: "=")

  /// The digit of each byte of the alphabet, and 255 for all others.
  private static let digits: [UInt8] = {
    var digits = [UInt8](repeating: 255, count: 256)
    for (digit, byte) in alphabet.enumerated() { digits[Int(byte)] = UInt8(digit) }
    return digits
  }()

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = 0
      for byte in group { bits = bits << 8 | Int(byte) }
      bits <<= 8 * (3 - group.count)
      for place in 0..<4 {
        let digit = bits >> (18 - 6 * place) & 63
        text.append(place <= group.count ? alphabet[digit] : padding)
      }
    }
    return text
  }

  /// Reads bytes back, or returns the place of the first byte that is wrong.
  static func decode(_ text: ArraySlice<UInt8>) -> Result<[UInt8], Fault> {
    let digitsEnd = text.firstIndex(of: padding) ?? text.endIndex
    for place in text.indices where place < digitsEnd && digits[Int(text[place])] == 255 {
      return .failure(Fault(place: place, isLength: false))
    }
    let isPadded = text[digitsEnd...].allSatisfy { $0 == padding } && text.endIndex - digitsEnd <= 2
    guard isPadded else { return .failure(Fault(place: digitsEnd, isLength: false)) }
    guard text.count.isMultiple(of: 4) else {
      return .failure(Fault(place: text.endIndex, isLength: true))
    }

    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    for start in stride(from: text.startIndex, to: text.endIndex, by: 4) {
      var bits = 0
      for byte in text[start..<start + 4] { bits = bits << 6 | Int(digits[Int(byte)] & 63) }
      let kept = 3 - max(0, start + 4 - digitsEnd)
      for place in 0..<max(0, kept) { bytes.append(UInt8(bits >> (16 - 8 * place) & 255)) }
    }
    return .success(bytes)
  }

  struct Fault: Error {
    let place: Int
    let isLength: Bool
  }
}
