import MessagePack
import SharedState
import TestSupport
import Testing
import Trajectory

@Suite("Frame board")
struct FrameBoardTests {
  private func said(_ frame: Frame) -> [String: StateValue] { frame.entries.mapValues(\.value) }

  @Test("Who comes is told all, who was there what is new, and who has seen it nothing")
  func news() throws {
    var board = FrameBoard()
    #expect(board.news(since: 0) == nil)
    try board.post(Frame(["frame.index": 7, "a": 1, "b": 2]), at: 1)
    let first = try #require(board.news(since: 0))
    #expect(first.frame.isReset, "the first makes all before it void, whatever it is numbered")
    #expect(
      said(first.frame) == [
        "frame.index": 0, "a": 1, "b": 2, "server.timestamp": 1.0, "system.simulation.counter": 0,
      ]
    )
    try board.post(Frame(["b": 3]), at: 2)
    try board.post(Frame(["c": 4]), at: 3)
    let rest = try #require(board.news(since: first.version))
    #expect(said(rest.frame) == ["frame.index": 2, "b": 3, "c": 4, "server.timestamp": 3.0])
    #expect(board.news(since: rest.version) == nil)
    #expect(board.news(since: board.version + 1) == nil)
    // A load.
    try board.post(Frame(["frame.index": 0, "d": 5]), at: 4)
    for seen in [0, first.version, rest.version] {
      let news = try #require(board.news(since: seen))
      #expect(
        said(news.frame) == [
          "frame.index": 0, "d": 5, "server.timestamp": 4.0, "system.simulation.counter": 1,
        ]
      )
    }
  }

  @Test(
    "However seldom somebody asks, they end with what all have",
    arguments: 0..<40 as Range<UInt64>
  )
  func agreement(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var board = FrameBoard()
    var everyone = CurrentFrame()
    var followers = (1...5).map { (seen: 0, current: CurrentFrame(), patience: $0) }
    for round in 0..<200 {
      var values: [String: StateValue] = [:]
      for _ in 0..<generator.next(below: 4) {
        values["k\(generator.next(below: 8))"] = .int(Int64(round))
      }
      if generator.next(below: 12) == 0 { values["frame.index"] = 0 }
      let frame = Frame(values)
      try board.post(frame, at: Double(round))
      everyone.take(frame)
      for index in followers.indices where generator.next(below: followers[index].patience) == 0 {
        guard let news = board.news(since: followers[index].seen) else { continue }
        followers[index].current.take(news.frame)
        followers[index].seen = news.version
      }
    }
    for var follower in followers {
      if let news = board.news(since: follower.seen) { follower.current.take(news.frame) }
      let own: (String) -> Bool = { $0.hasPrefix("k") }
      let seen = said(follower.current.frame).filter { own($0.key) }
      #expect(seen == said(everyone.frame).filter { own($0.key) })
      #expect(seen == said(board.whole).filter { own($0.key) })
    }
  }

  @Test("Lists become the bytes that NanoVer's clients read, and what is null is not said")
  func packing() throws {
    var board = FrameBoard()
    let frame = Frame([
      "particle.count": 2.0, "particle.positions": [0, 1, 2, 3, 4, 0.5],
      "particle.elements": [6, 1], "bond.pairs": [0, 1], "particle.residues": nil,
      "my.own": [1, 2], "residue.count": nil,
    ])
    try board.post(frame, at: 0)
    #expect(board.whole[.particleCount] == 2)
    #expect(board.whole[.particleElements] == .bytes([6, 1]))
    #expect(try board.whole.vectors(.particlePositions)?.count == 2)
    #expect(board.whole[.bondPairs] == .bytes([0, 0, 0, 0, 1, 0, 0, 0]))
    #expect(try board.whole.vectors(.particlePositions) == [[0, 1, 2], [3, 4, 0.5]])
    #expect(board.whole[FrameKey("my.own")] == [1, 2])
    #expect(board.whole[.particleResidues] == nil && board.whole[.residueCount] == nil)
  }

  @Test(
    "What nobody could read is refused by its name, and all is as before",
    arguments: [
      (["particle.positions": .bytes([1, 2, 3])], "particle.positions: 3 bytes are no numbers of"),
      (
        ["particle.positions": .bytes(Array(repeating: 0, count: 16))],
        "4 numbers are no groups of 3"
      ),
      (
        ["particle.positions": .bytes(Array(repeating: 0, count: 12))],
        "1 vectors, where particle.count"
      ),
      (["particle.positions": "here"], "particle.positions: a string is no list of numbers"),
      (["particle.count": -1], "particle.count: -1 is not from 0 to"),
      (["particle.count": 4_000_000_000], "4000000000 is not from 0 to 50000000"),
      (["particle.count": 3], "particle.names: 2 values, where particle.count says 3"),
      (["particle.elements": [6, 300]], "300.0 is no UInt8, at 1"),
      (["particle.colors": .bytes([1, 2, 3])], "3 numbers are no groups of 4"),
      (["bond.pairs": [0, 1, 1]], "3 numbers are no groups of 2"),
      (["bond.pairs": [0, 2]], "bond.pairs: there is no particle 2 of 2"),
      (["particle.residues": [0, 1]], "there is no residue 1 of 1"),
      (["residue.chains": [5]], "there is no chain 5 of 0"),
      (["bond.orders": [1, 2]], "2 orders of 0 bonds"),
      (["frame.index": "first"], "frame.index: a string is no whole number"),
      (["frame.index": 0, "particle.positions": "x"], "a string is no list"),
    ] as [([String: StateValue], String)]
  )
  func refusals(values: [String: StateValue], words: String) throws {
    var board = FrameBoard()
    let molecule: [String: StateValue] = [
      "particle.count": 2, "particle.names": ["C", "H"], "residue.count": 1,
      "particle.residues": [0, 0],
    ]
    try board.post(Frame(molecule), at: 1)
    let before = (board.whole, board.version)
    let error = #expect(throws: FrameError.self) { try board.post(Frame(values), at: 2) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
    #expect(board.whole == before.0 && board.version == before.1)
  }

  @Test("NaN is a position like any other: a simulation that has blown up is seen to")
  func notANumber() throws {
    var board = FrameBoard()
    try board.post(Frame(["particle.positions": [.double(.nan), 0, 0]]), at: 0)
    #expect(try board.whole.vectors(.particlePositions)?[0].x.isNaN == true)
  }

  @Test("There is an end to names and to bytes, over any number of frames")
  func limits() throws {
    var limits = FrameBoard.Limits()
    (limits.keys, limits.bytes) = (6, 300)
    var board = FrameBoard(limits: limits)
    // Three of them are the board's own.
    try board.post(Frame(["a": 1]), at: 0)
    try board.post(Frame(["b": 1]), at: 0)
    try board.post(Frame(["c": 1]), at: 0)
    var error = #expect(throws: FrameError.self) { try board.post(Frame(["d": 1]), at: 0) }
    #expect(error?.description == "frame: there is no room for more than 6 names")
    let long = StateValue.bytes(Array(repeating: 1, count: 250))
    error = #expect(throws: FrameError.self) { try board.post(Frame(["c": long]), at: 0) }
    #expect(error?.description.contains("bytes in all are too many: there may be 300") == true)
    // A load makes room.
    try board.post(Frame(["frame.index": 0, "d": 1, "e": 1]), at: 0)
    #expect(board.whole[FrameKey("e")] == 1)
  }

  @Test("Two who publish at once are reported once, and one after the other are not")
  func rivals() throws {
    let reports = Reports()
    let hub = FrameHub { reports.note($0) }
    for _ in 0..<5 { try hub.publish(Frame(["a": 1]), by: 1) }
    #expect(reports.all.isEmpty)
    for publisher in [2, 1, 2, 1] { try hub.publish(Frame(["a": 1]), by: publisher) }
    #expect(reports.all == ["two simulations are published at once, by connections 1 and 2"])
    #expect(hub.version == 9)
  }

  @Test("Who follows is rung for each frame, until they go")
  func following() throws {
    let (hub, rings) = (FrameHub(), Reports())
    var follower: FrameHub.Follower? = hub.follow { rings.note("ring") }
    try hub.publish(Frame(["a": 1]), by: 1)
    #expect(throws: FrameError.self) { try hub.publish(Frame(["particle.count": -1]), by: 1) }
    #expect(rings.all.count == 1 && hub.news(since: 0)?.version == 1)
    withExtendedLifetime(follower) {}
    follower = nil
    try hub.publish(Frame(["a": 2]), by: 1)
    #expect(rings.all.count == 1)
  }

  @Test("A frame is written as it is read")
  func encoding() throws {
    let frame = Frame(["particle.positions": .bytes(Array(0..<12)), "a": ["b": nil], "t": 0.5])
    var bytes: [UInt8] = [1]
    frame.encode(into: &bytes)
    #expect(bytes.removeFirst() == 1)
    let read = try Frame(messagePack: bytes.span.bytes)
    #expect(read == frame)
  }
}
