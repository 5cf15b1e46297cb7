import MessagePack
import SharedState
import Testing
import Trajectory

@Suite("Frame")
struct FrameTests {
  private func packed(_ value: StateValue) throws -> Frame {
    try Frame(messagePack: MessagePack.encode(value).span.bytes)
  }

  @Test("It is read from the map of a message, and says what stands in it, in either form")
  func reading() throws {
    let frame = try packed([
      "frame.index": 0, "particle.count": 2, "particle.elements": .bytes([6, 1]),
      "particle.positions": .array([0, 1, 2.5, -1, 0.5, .double(.infinity)]),
      "particle.residues": .bytes([1, 0, 0, 0, 0, 1, 0, 0]), "particle.names": ["C", 7],
      "energy.kinetic": 12.5, "system.simulation.name": "17-ala", "chain.names": nil,
    ])
    #expect(frame.isReset)
    #expect(try frame.count(.particleCount) == 2)
    #expect(try frame.bytes(.particleElements) == [6, 1])
    #expect(try frame.vectors(.particlePositions) == [[0, 1, 2.5], [-1, 0.5, .infinity]])
    #expect(try frame.indices(.particleResidues) == [1, 256])
    #expect(try frame.texts(.particleNames) == ["C", "7"])
    #expect(try frame.number(.kineticEnergy) == 12.5)
    #expect(try frame.text(.simulationName) == "17-ala")
    // Neither said nor nothing.
    #expect(try frame.texts(.chainNames) == nil && frame.texts(.residueNames) == nil)
    #expect(frame.keys.count == 9)
    let bytes = try packed(["particle.positions": .bytes(Array(repeating: 0, count: 24))])
    #expect(try bytes.vectors(.particlePositions) == [[0, 0, 0], [0, 0, 0]])
  }

  @Test(
    "A value that is not what it should be is told by its name",
    arguments: [
      ("particle.positions", .bytes([1, 2, 3]), "3 bytes are no numbers of 4 bytes each"),
      ("particle.positions", [1, 2], "2 numbers are no vectors of three"),
      ("particle.positions", [1, 2, "x"], "a string is no Float, at 2"),
      ("particle.positions", "x", "a string is no list of numbers"),
      ("particle.elements", [6, 256], "256.0 is no UInt8, at 1"),
      ("particle.residues", [-1], "-1.0 is no UInt32, at 0"),
      ("particle.residues", [0.5], "0.5 is no UInt32, at 0"),
      ("particle.count", -1, "-1 is not from 0 to 4294967295"),
      ("particle.count", 4_294_967_296, "4294967296 is not from 0 to 4294967295"),
      ("particle.count", 1.5, "a float is no whole number"),
      ("particle.names", "CA", "a string is no list"),
      ("particle.names", ["CA", ["CB"]], "a list is no text, at 1"),
      ("energy.kinetic", "much", "a string is no number"),
      ("system.simulation.name", 3, "a int is no text"),
    ] as [(String, StateValue, String)]
  )
  func errors(key: String, value: StateValue, reason: String) throws {
    let frame = try packed(.object([key: value]))
    let error = #expect(throws: FrameError.self) {
      switch key {
      case "particle.positions": _ = try frame.vectors(.particlePositions)
      case "particle.elements": _ = try frame.bytes(.particleElements)
      case "particle.residues": _ = try frame.indices(.particleResidues)
      case "particle.count": _ = try frame.count(.particleCount)
      case "particle.names": _ = try frame.texts(.particleNames)
      case "energy.kinetic": _ = try frame.number(.kineticEnergy)
      default: _ = try frame.text(.simulationName)
      }
    }
    #expect(error?.description == "\(key): \(reason)")
  }

  @Test("What the later frame says counts, and one that begins anew makes all before it void")
  func merging() {
    var frame = Frame(["frame.index": 3, "a": 1, "b": 1])
    frame.merge(Frame(["frame.index": 4, "b": 2, "c": 2]))
    #expect(frame == Frame(["frame.index": 4, "a": 1, "b": 2, "c": 2]))
    frame.merge(Frame(["frame.index": 0, "c": 3]))
    #expect(frame == Frame(["frame.index": 0, "c": 3]))
    // Who gets both as one must hear of the beginning.
    frame.merge(Frame(["frame.index": 1, "d": 4]))
    #expect(frame == Frame(["frame.index": 0, "c": 3, "d": 4]))
    frame.merge(Frame(["e": 5]))
    #expect(frame.isReset && frame[FrameKey("e")] == 5)
  }

  @Test("All that is known is what each frame said, and another molecule is noticed")
  func current() {
    var current = CurrentFrame()
    current.take(Frame(["frame.index": 0, "particle.count": 2, "energy.kinetic": 1]))
    let version = current.topologyVersion
    current.take(Frame(["frame.index": 1, "energy.kinetic": 2]))
    #expect(current.topologyVersion == version && current.count == 2)
    #expect(current.frame[.kineticEnergy] == 2 && current.frame[.particleCount] == 2)
    current.take(Frame(["bond.pairs": [0, 1]]))
    #expect(current.topologyVersion == version + 1)
    current.take(Frame(["frame.index": 0]))
    #expect(current.topologyVersion == version + 2)
    #expect(current.frame == Frame(["frame.index": 0]))
  }

  @Test("Bytes that are no map are refused with their place")
  func malformed() {
    for bytes: [UInt8] in [[], [0xc0], [0x81, 0xa1, 0x61], [0x81, 0x01, 0x01], [0x80, 0x80]] {
      #expect(throws: MessagePackError.self) { try Frame(messagePack: bytes.span.bytes) }
    }
  }
}
