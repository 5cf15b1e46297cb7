import FuzzTargets
import TestSupport

/// Makes inputs out of those that are known, as a fuzzer does that cannot see what an input reaches.
struct Mutator {
  private var random: SeededGenerator
  private let inputs: [[UInt8]]
  private let words: [[UInt8]]
  private let longest: Int

  init(seed: UInt64, target: FuzzTarget, corpus: [[UInt8]]) {
    random = SeededGenerator(seed: seed)
    (inputs, longest) = (corpus.isEmpty ? [[]] : corpus, target.longest)
    words = target.words.map { Array($0.utf8) }
  }

  mutating func next() -> [UInt8] {
    var bytes = pick(inputs)
    // Mostly a few changes, and now and then many.
    for _ in 0...random.next(below: random.next(below: 8) == 0 ? 32 : 4) { change(&bytes) }
    return Array(bytes.prefix(longest))
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = random.next(below: bytes.count + 1)
    switch random.next(below: 10) {
    case 0: bytes.insert(byte(), at: place)
    case 1: bytes.insert(contentsOf: words.isEmpty ? [byte()] : pick(words), at: place)
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.next(below: 8)))
    case 3: bytes.insert(contentsOf: part(of: bytes), at: place)
    case 4: bytes.insert(contentsOf: part(of: pick(inputs)), at: place)
    case 5: bytes.replaceSubrange(place..., with: part(of: pick(inputs)))
    case 6: bytes.insert(contentsOf: number(), at: place)
    default:
      guard place < bytes.count else { return }
      bytes[place] = random.next(below: 2) == 0 ? byte() : bytes[place] ^ 1 << random.next(below: 8)
    }
  }

  /// A byte, one that is at a border of many formats as often as not.
  private mutating func byte() -> UInt8 {
    let borders: [UInt8] = [0, 1, 0x0a, 0x1b, 0x20, 0x7f, 0x80, 0x9b, 0xbf, 0xc0, 0xdf, 0xfe, 0xff]
    return random.next(below: 2) == 0 ? pick(borders) : UInt8(random.next(below: 256))
  }

  /// Bytes of a number of two, four or eight, mostly a very large one.
  private mutating func number() -> [UInt8] {
    let width = 2 << random.next(below: 3)
    return (0..<width).map { _ in random.next(below: 3) == 0 ? byte() : 0xff }
  }

  private mutating func part(of bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    let start = random.next(below: bytes.count)
    return Array(bytes[start...].prefix(1 + random.next(below: 64)))
  }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[random.next(below: choices.count)]
  }
}
