import StateSync
import Testing

@testable import TownhallKit

@Suite("Limits by name")
struct ServerLimitsTests {
  @Test("Each limit is set by its name, and told by it")
  func eachByName() {
    for limit in ServerLimits.named {
      var limits = ServerLimits()
      #expect(limits.set("\(limit.name)=7") == nil)
      #expect(limit.value(limits) == 7, "\(limit.name)")
      let others = ServerLimits.named.filter { $0.name != limit.name }
      for other in others {
        #expect(other.value(limits) == other.value(ServerLimits()), "\(other.name)")
      }
    }
  }

  @Test("Numbers may have units; what is none, or too much, is refused with what would do")
  func numbers() {
    var limits = ServerLimits()
    #expect(limits.set("state-bytes=64M") == nil && limits.state.bytes == 64 << 20)
    #expect(limits.set("entries=2k") == nil && limits.state.entries == 2048)
    #expect(limits.set("nesting=1024") == nil)
    #expect(limits.set("nesting=1025") == "nesting can be 1024 at most")
    for text in [
      "entries", "entries=", "entries=0", "entries=-1", "entries=x", "entries=9999999999G",
    ] {
      #expect(limits.set(text)?.contains("wants a number from 1") == true, "\(text)")
    }
    #expect(limits.set("houses=1")?.contains("there are clients, ") == true)
  }
}
