import NetworkSupport
import Testing

@Suite("ClientLimits")
struct ClientLimitsTests {
  @Test(
    "Without a wish, clients get what the process may open, less some for itself and for arrivals"
  )
  func followsDescriptors() {
    let few = ClientLimits(descriptors: 1024)
    #expect(few.clients == 720 && few.arrivals == 240)
    let many = ClientLimits(descriptors: 1 << 20)
    #expect(many.arrivals == 1024 && many.clients == (1 << 20) - 64 - 1024)
    let none = ClientLimits(descriptors: 3)
    #expect(none.clients == 1 && none.arrivals == 1)
  }

  @Test("A wish counts, and leaves the more room for arrivals the smaller it is")
  func wish() {
    let limits = ClientLimits(descriptors: 1024, clients: 100)
    #expect(limits.clients == 100 && limits.arrivals == 860)
    let most = ClientLimits.most(of: 1024)
    #expect(ClientLimits(descriptors: 1024, clients: most).arrivals == 32)
  }

  @Test("The limit of the process can be read, and raising it never lowers it")
  func raising() {
    let before = FileDescriptorLimit.now
    #expect(before > 0)
    #expect(FileDescriptorLimit.raise() >= before)
  }
}
