import Foundation
import SharedState
import TestSupport
import Testing
import Trajectory

@testable import StateRecording

@Suite("Playing a recording")
struct PlayerTests {
  /// A message every tenth of a second, but for a pause of a minute in the middle.
  private static func recording(_ count: Int = 40) throws -> (ScratchFolder, Recording) {
    let folder = ScratchFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let path = "\(folder.path)/s.nanover.zip"
    let writer = try RecordingWriter(path, begun: nil)
    for number in 0..<count {
      let time = Duration.milliseconds(number * 100) + (number < count / 2 ? .zero : .seconds(60))
      var change = StateChange(updates: ["n": .int(Int64(number)), "k.\(number % 7)": 1])
      if number % 5 == 4 { change.remove("k.\((number + 1) % 7)") }
      let frame = number % 3 == 0 ? Frame(["energy.kinetic": .int(Int64(number))]) : nil
      writer.append(
        number == 25 ? nil : change,
        number == 10 ? Frame(["frame.index": 0]) : frame,
        at: time
      )
    }
    try writer.finish()
    return (folder, try Recording(path))
  }

  /// Whoever is told all news holds what the player holds.
  private struct Follower {
    var state = StateDictionary()
    var current = CurrentFrame()

    mutating func take(_ news: RecordingPlayer.News) {
      state.apply(news.change)
      if let frame = news.frame { current.take(frame) }
    }

    func expectSame(as player: RecordingPlayer, _ comment: String = "") throws {
      let moment = try player.recording.known(before: player.next)
      #expect(state == moment.state && player.state == moment.state, "\(comment)")
      let names = Set(moment.current.frame.keys).subtracting(["frame.index"])
      #expect(Set(current.frame.keys).subtracting(["frame.index"]) == names, "\(comment)")
      #expect(current.frame[.kineticEnergy] == moment.current.frame[.kineticEnergy], "\(comment)")
    }
  }

  private static func begin(_ recording: Recording) throws -> (RecordingPlayer, Follower) {
    let player = try RecordingPlayer(recording)
    var follower = Follower()
    follower.state = player.state
    if let frame = player.wholeFrame { follower.current.take(frame) }
    return (player, follower)
  }

  @Test("Whoever takes in its news holds what it holds, wherever it goes", arguments: 0..<6)
  func anywhere(seed: UInt64) throws {
    let (_, recording) = try Self.recording()
    var (player, follower) = try Self.begin(recording)
    player.loops = seed.isMultiple(of: 2)
    var generator = SeededGenerator(seed: seed)
    for number in 0..<200 {
      player.isRunning = true
      let news =
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: try player.seek(to: .milliseconds(Int.random(in: -100...70_000, using: &generator)))
        case 1: player.step()
        case 2: try player.stepBack()
        case 3: try player.advance(by: .milliseconds(Int.random(in: 0...30_000, using: &generator)))
        default: try player.advance(by: .milliseconds(Int.random(in: 0...300, using: &generator)))
        }
      follower.take(news)
      try follower.expectSame(as: player, "step \(number)")
      #expect((Duration.zero...recording.duration).contains(player.time))
    }
  }

  @Test(
    "Time passes as fast as is asked for, not in pauses that are longer than wanted, and to the end"
  )
  func speeds() throws {
    let (_, recording) = try Self.recording()
    var (player, _) = try Self.begin(recording)
    player.speed = 2
    _ = try player.advance(by: .milliseconds(500))
    #expect(player.time == .seconds(1) && player.next == 11)
    player.isRunning = false
    #expect(try player.advance(by: .seconds(9)).isEmpty && player.time == .seconds(1))
    player.isRunning = true
    player.longestPause = .seconds(1)
    _ = try player.advance(by: .milliseconds(450))
    #expect(player.time == .milliseconds(1900) && player.next == 20)
    _ = try player.advance(by: .milliseconds(1))
    #expect(player.time == .seconds(61))
    _ = try player.advance(by: .seconds(60))
    #expect(player.isAtEnd && player.time == recording.duration && player.isRunning)
    #expect(try player.advance(by: .seconds(1)).isEmpty && !player.isRunning)
    (player.loops, player.isRunning) = (true, true)
    _ = try player.advance(by: .seconds(1))
    #expect(player.time == .zero && player.next == 1)
  }

  @Test("Steps go on and back by one message, and stop there")
  func steps() throws {
    let (_, recording) = try Self.recording()
    var (player, _) = try Self.begin(recording)
    _ = player.step()
    #expect(player.next == 2 && player.time == .milliseconds(100) && !player.isRunning)
    _ = try player.stepBack()
    #expect(player.next == 1 && player.time == .zero)
    _ = try player.stepBack()
    #expect(player.next == 1)
    _ = try player.seek(to: recording.duration)
    #expect(player.step().isEmpty && player.next == recording.count)
    #expect(try recording.change(of: "n", from: 26, isForward: true) == 26)
    #expect(try recording.change(of: "n", from: 25, isForward: true) == 26)
    #expect(try recording.change(of: "n", from: 27, isForward: false) == 24)
    #expect(try recording.change(of: "none", from: 0, isForward: true) == nil)
    #expect(recording.stateCounts(in: 10) == [20, 0, 0, 0, 0, 0, 0, 0, 0, 19])
  }

  @Test("In a long recording it knows places to go on from, and not too many of them")
  func long() throws {
    let (_, recording) = try Self.recording(30_000)
    var (player, follower) = try Self.begin(recording)
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<30 {
      player.isRunning = true
      let most = Int(recording.duration / .milliseconds(1))
      follower.take(try player.seek(to: .milliseconds(Int.random(in: 0...most, using: &generator))))
      follower.take(try player.advance(by: .seconds(300)))
      try follower.expectSame(as: player)
    }
  }
}
