import MessagePack
import SharedState
import TestSupport
import Testing

/// What our reader takes must be readable for Python's, or it keeps every client of NanoVer's out while it is there.
@Suite(
  "Every value that our reader takes, Python's takes",
  .enabled(if: PeerEnvironment.isWanted, PeerEnvironment.reason),
  .timeLimit(.minutes(2))
)
struct MutatedValuesTests {
  /// Reads what it is given with the defaults of `msgpack`, as NanoVer's clients do, and answers what it cannot read.
  private static let script = #"""
    import base64, sys
    import msgpack


    def say(value):
        print(base64.b64encode(msgpack.packb(value)).decode(), flush=True)


    say("ready")
    for line in sys.stdin:
        refused = []
        for data in msgpack.unpackb(base64.b64decode(line))[1]:
            try:
                msgpack.unpackb(data)
            except Exception as e:
                refused.append([data, f"{type(e).__name__}: {e}"])
        say(refused)
    """#

  private static let values: [StateValue] = [
    nil, true, 1, -1, 300, 70_000, 1.5, "é", .bytes([1, 2, 3]), [], [:], [1, [2, ["a": 3]]],
    ["name": "Pair", "particle_ids": [0, 4], "properties": ["hide": false, "scale": 0.5]],
    ["$uint64": "18446744073709551615"],
    ["$ext": -1, "data": .bytes([0, 0, 0, 1])],
    ["$ext": -1, "data": .bytes([UInt8](repeating: 1, count: 8))],
    ["$ext": -1, "data": .bytes([0, 0, 0, 9] + [UInt8](repeating: 0, count: 8))],
    ["$ext": 5, "data": .bytes([1, 2, 3])],
  ]

  /// Heads of which a mutation seldom makes one.
  private static let heads: [[UInt8]] = [
    [0xc7, 0x03, 0xff], [0xc7, 0x0c, 0xff], [0xd6, 0xff], [0xd7, 0xff], [0xd4, 0x80], [0xd5, 0xfe],
    [0xc8, 0x00, 0x02, 0xff], [0xc9, 0x00, 0x00, 0x00, 0x01, 0x7f], [0xd9, 0x02], [0xc1],
  ]

  private func mutated(_ seed: UInt64) -> [[UInt8]] {
    var chance = SeededGenerator(seed: seed)
    return (0..<20_000).map { _ in
      var bytes = MessagePack.encode(Self.values.randomElement(using: &chance) ?? nil)
      for _ in 0..<Int.random(in: 1...3, using: &chance) {
        let place = Int.random(in: 0...bytes.count, using: &chance)
        switch Int.random(in: 0..<3, using: &chance) {
        case 0 where place < bytes.count:
          bytes[place] = .random(in: 0...255, using: &chance)
        case 1:
          bytes.insert(
            contentsOf: Self.heads.randomElement(using: &chance) ?? [],
            at: place
          )
        default:
          bytes += (0..<4).map { _ in .random(in: 0...255, using: &chance) }
        }
      }
      return bytes
    }
  }

  @Test("Whatever is changed in its bytes", arguments: [1, 2, 3] as [UInt64])
  func mutations(seed: UInt64) async throws {
    let taken = mutated(seed).filter { (try? MessagePack.decode($0)) != nil }
    #expect(taken.count > 500)
    let python = try PythonPeer(Self.script, arguments: [])
    try await python.run { _ in
      let refused = try await python.call("read", .array(taken.map(StateValue.bytes)))
      #expect(refused == [])
    }
  }

  @Test(
    "Extensions that it refuses we refuse, and say why",
    arguments: [
      (
        [0xc7, 0x03, 0xff, 0x41, 0x42, 0x43], "a timestamp is 4, 8 or 12 bytes long, and this one 3"
      ),
      ([0xd7, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 5], "less than a second of nanoseconds"),
      ([0xd4, 0xfe, 0x01], "an extension of type -2"),
    ] as [([UInt8], String)]
  )
  func refused(bytes: [UInt8], words: String) async throws {
    #expect(throws: MessagePackError.self) { try MessagePack.decode(bytes) }
    do { _ = try MessagePack.decode(bytes) } catch { #expect("\(error)".contains(words)) }
    let python = try PythonPeer(Self.script, arguments: [])
    try await python.run { _ in
      let refused = try await python.call("read", [.bytes(bytes)])
      #expect(refused.array?.count == 1)
    }
  }
}
