import SharedState
import Testing
import Trajectory

@Suite("Frames that nobody has looked at yet")
struct FrameInboxTests {
  private static func frame(_ index: Int, _ values: [String: StateValue] = [:]) -> Frame {
    Frame(values.merging([FrameKey.frameIndex.name: .int(Int64(index))]) { $1 })
  }

  @Test(
    "Who follows later is given all that is known, taken or not, and then the same as the other"
  )
  func follows() {
    let (inbox, follower) = (FrameInbox(), FrameInbox())
    inbox.put(Self.frame(0, ["particle.count": 3, "a": 1]))
    #expect(inbox.take()?.entries.count == 3)
    inbox.put(Self.frame(1, ["a": 2]))
    inbox.follow(with: follower)
    let whole = follower.take()
    #expect(whole?[.particleCount] == 3 && whole?[FrameKey("a")] == 2)
    #expect(inbox.take()?[FrameKey("a")] == 2)
    inbox.put(Self.frame(2, ["a": 3]))
    #expect(follower.take()?.keys == ["a", "frame.index"])
    // Neither takes anything from the other.
    #expect(inbox.take()?[FrameKey("a")] == 3 && inbox.count == 3)
    inbox.leave(follower)
    inbox.put(Self.frame(3, ["a": 4]))
    #expect(follower.take() == nil && inbox.take() != nil)
  }

  @Test("What a simulation that was loaded has made void is not given to who follows after it")
  func reset() {
    let (inbox, follower) = (FrameInbox(), FrameInbox())
    inbox.put(Self.frame(0, ["old": 1]))
    _ = inbox.take()
    inbox.put(Self.frame(0, ["new": 1]))
    inbox.follow(with: follower)
    let whole = follower.take()
    #expect(whole?[FrameKey("old")] == nil && whole?[FrameKey("new")] == 1)
  }
}
