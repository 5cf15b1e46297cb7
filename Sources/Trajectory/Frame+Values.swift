package import SharedState

/// Values as what they are meant to be, checked.
///
/// An array is the bytes of its numbers, little-endian, as NanoVer's servers send it, or a list of numbers, as some converted
/// recordings have it. What a frame does not say is nil, and what it says wrongly an error that tells which value it is and why.
extension Frame {
  /// A number.
  ///
  /// - Throws: ``FrameError`` if there is something else.
  public func number(_ key: FrameKey) throws(FrameError) -> Double? {
    guard let value = told(key) else { return nil }
    guard let number = value.double else { throw FrameError(key, "a \(value.kind) is no number") }
    return number
  }

  /// How many of something there are.
  ///
  /// - Throws: ``FrameError`` if that is no whole number, or not from 0 to `most`.
  public func count(_ key: FrameKey, most: Int = Int(UInt32.max)) throws(FrameError) -> Int? {
    guard let value = told(key) else { return nil }
    guard let number = value.int else {
      throw FrameError(key, "a \(value.kind) is no whole number")
    }
    guard number >= 0, number <= most else {
      throw FrameError(key, "\(number) is not from 0 to \(most)")
    }
    return Int(number)
  }

  /// A text.
  ///
  /// - Throws: ``FrameError`` if there is something else.
  public func text(_ key: FrameKey) throws(FrameError) -> String? {
    guard let value = told(key) else { return nil }
    guard let text = value.string else { throw FrameError(key, "a \(value.kind) is no text") }
    return text
  }

  /// A list of texts; numbers in it count as what they are written.
  ///
  /// - Throws: ``FrameError`` if there is something else.
  /// - Complexity: O(*n*) in the bytes.
  public func texts(_ key: FrameKey) throws(FrameError) -> [String]? {
    guard let value = told(key) else { return nil }
    guard let elements = value.array else { throw FrameError(key, "a \(value.kind) is no list") }
    var texts: [String] = []
    texts.reserveCapacity(elements.count)
    for (place, element) in elements.enumerated() {
      switch element {
      case .string(let text): texts.append(text)
      case .int(let number): texts.append("\(number)")
      default: throw FrameError(key, "a \(element.kind) is no text, at \(place)")
      }
    }
    return texts
  }

  /// Small numbers, such as elements: bytes.
  ///
  /// - Throws: ``FrameError`` if there is something else.
  /// - Complexity: O(*n*) in the bytes.
  public func bytes(_ key: FrameKey) throws(FrameError) -> [UInt8]? {
    try array(key) { UInt8(exactly: $0) }
  }

  /// Whole numbers, such as the residues of particles.
  ///
  /// - Throws: ``FrameError`` if there is something else.
  /// - Complexity: O(*n*) in the bytes.
  public func indices(_ key: FrameKey) throws(FrameError) -> [UInt32]? {
    try array(key) { UInt32(exactly: $0) }
  }

  /// Vectors of three, such as positions.
  ///
  /// Whatever comes is passed on, NaN too.
  ///
  /// - Throws: ``FrameError`` if there is something else, or not three numbers for each.
  /// - Complexity: O(*n*) in the bytes.
  public func vectors(_ key: FrameKey) throws(FrameError) -> [SIMD3<Float>]? {
    guard let numbers: [Float] = try array(key, { Float($0) }) else { return nil }
    guard numbers.count.isMultiple(of: 3) else {
      throw FrameError(key, "\(numbers.count) numbers are no vectors of three")
    }
    return stride(from: 0, to: numbers.count, by: 3).map {
      SIMD3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2])
    }
  }

  /// A value, unless it is nothing.
  private func told(_ key: FrameKey) -> StateValue? {
    guard let value = self[key], value != .null else { return nil }
    return value
  }

  func array<Number: BitwiseCopyable>(
    _ key: FrameKey,
    _ number: (Double) -> Number?
  ) throws(FrameError) -> [Number]? {
    guard let value = told(key) else { return nil }
    switch value {
    case .bytes(let bytes): return try unpack(bytes, of: key)
    case .array(let elements):
      var numbers: [Number] = []
      numbers.reserveCapacity(elements.count)
      for (place, element) in elements.enumerated() {
        guard let double = element.double, let fitting = number(double) else {
          let what = element.double.map { "\($0)" } ?? "a \(element.kind)"
          throw FrameError(key, "\(what) is no \(Number.self), at \(place)")
        }
        numbers.append(fitting)
      }
      return numbers
    default: throw FrameError(key, "a \(value.kind) is no list of numbers")
    }
  }

  /// Numbers as a frame says them: the bytes of one behind the other.
  package static func packed<Number: BitwiseCopyable>(_ numbers: [Number]) -> StateValue {
    // Little-endian, as the memory of every machine that this runs on.
    .bytes(numbers.withUnsafeBytes { Array($0) })
  }

  /// Numbers of bytes as they are in the memory of every machine that this runs on: little-endian.
  private func unpack<Number: BitwiseCopyable>(
    _ bytes: [UInt8],
    of key: FrameKey
  ) throws(FrameError) -> [Number] {
    let length = try Self.count(of: Number.self, in: bytes.count, key)
    return [Number](unsafeUninitializedCapacity: length) { numbers, count in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(numbers).copyMemory(from: $0) }
      count = length
    }
  }

  /// How many numbers there are in so many bytes.
  static func count<Number: BitwiseCopyable>(
    of number: Number.Type,
    in bytes: Int,
    _ key: FrameKey
  ) throws(FrameError) -> Int {
    let size = MemoryLayout<Number>.size
    guard bytes.isMultiple(of: size) else {
      throw FrameError(key, "\(bytes) bytes are no numbers of \(size) bytes each")
    }
    return bytes / size
  }
}
