import NIOCore
import NIOWebSocket
import NetworkSupport
import Testing

@testable import WebSocketTransport

@Suite("LinkMachine")
struct LinkMachineTests {
  private func machine(hangsUpFirst: Bool = false, warning: Duration? = nil) -> LinkMachine {
    LinkMachine(
      keepalive: Keepalive(
        pingInterval: .seconds(20),
        silence: .seconds(20),
        warning: warning
      ),
      closeTimeout: .seconds(1),
      hangsUpFirst: hangsUpFirst,
      now: .zero
    )
  }

  private func frame(
    _ opcode: WebSocketOpcode,
    _ bytes: [UInt8] = [],
    isFinal: Bool = true
  ) -> LinkMachine.Event {
    .frame(.init(opcode: opcode, isFinal: isFinal, payload: ByteBuffer(bytes: bytes)))
  }

  private func told(_ actions: [LinkMachine.Action]) -> [String] { actions.map { "\($0.told)" } }

  @Test("A message comes whole or in fragments, with a ping answered between them")
  func messages() {
    var machine = machine()
    #expect(told(machine.handle(frame(.binary, [1]), at: .zero)) == ["deliver [1]"])
    #expect(machine.handle(frame(.binary, [1], isFinal: false), at: .zero).isEmpty)
    #expect(told(machine.handle(frame(.ping, [9]), at: .zero)) == ["send pong [9]"])
    #expect(machine.handle(frame(.continuation, [2], isFinal: false), at: .zero).isEmpty)
    #expect(told(machine.handle(frame(.continuation, [3]), at: .zero)) == ["deliver [1, 2, 3]"])
    #expect(told(machine.handle(frame(.binary), at: .zero)) == ["deliver []"])
  }

  @Test("Pings that pile up while an answer cannot leave are owed one answer, to the newest")
  func pongs() {
    var machine = machine()
    #expect(told(machine.handle(frame(.ping, [1]), at: .zero)) == ["send pong [1]"])
    #expect(machine.handle(frame(.ping, [2]), at: .zero).isEmpty)
    #expect(machine.handle(frame(.ping, [3]), at: .zero).isEmpty)
    #expect(told(machine.handle(.pongWritten, at: .zero)) == ["send pong [3]"])
    #expect(machine.handle(.pongWritten, at: .zero).isEmpty)
  }

  @Test("It pings when nothing has come for a while, and any sign of life will do for an answer")
  func pings() {
    var machine = machine()
    #expect(machine.deadline == .seconds(20))
    #expect(machine.handle(.tick, at: .seconds(19)).isEmpty)
    #expect(told(machine.handle(.tick, at: .seconds(20))) == ["send ping []"])
    #expect(machine.deadline == .seconds(40))
    #expect(machine.handle(.life, at: .seconds(39)).isEmpty)
    #expect(machine.handle(.tick, at: .seconds(40)).isEmpty)
    #expect(told(machine.handle(.tick, at: .seconds(59))) == ["send ping []"])
    #expect(machine.isOpen)
  }

  @Test("Who wants to know is told after three seconds that not even a ping is answered, and once")
  func warning() {
    var machine = machine(warning: .seconds(3))
    #expect(machine.deadline == .seconds(2))
    #expect(told(machine.handle(.tick, at: .seconds(2))) == ["send ping []"])
    #expect(machine.deadline == .seconds(3))
    #expect(told(machine.handle(.tick, at: .seconds(3))) == ["silence 3.0 seconds"])
    #expect(machine.deadline == .seconds(22))
    #expect(told(machine.handle(.life, at: .seconds(10))) == ["heard"])
    #expect(machine.handle(.life, at: .seconds(11)).isEmpty)
    #expect(machine.deadline == .seconds(13))
    _ = machine.handle(.tick, at: .seconds(13))
    #expect(told(machine.handle(.tick, at: .seconds(14))) == ["silence 3.0 seconds"])
    #expect(told(machine.handle(.tick, at: .seconds(33)))[1] == "end silent")
  }

  @Test("Nobody's silence is told while this side does not listen")
  func deaf() {
    var machine = machine(warning: .seconds(3))
    _ = machine.handle(.tick, at: .seconds(2))
    #expect(machine.handle(.tick, at: .seconds(3), isReading: false).isEmpty)
    #expect(machine.deadline == .seconds(6))
    #expect(told(machine.handle(.tick, at: .seconds(6))) == ["silence 3.0 seconds"])
  }

  @Test(
    "By default a dead line is found within forty seconds, and within 22 where somebody looks on"
  )
  func bounds() {
    for (warning, bound) in [(nil, 40), (Keepalive.patience, 22)] as [(Duration?, Int)] {
      var machine = machine(warning: warning)
      var now = Duration.zero
      while machine.isOpen, let due = machine.deadline {
        now = due
        _ = machine.handle(.tick, at: now)
      }
      #expect(now == .seconds(bound))
    }
  }

  @Test("Pings without end are a breach, and pings all day long are none")
  func pingFlood() {
    var machine = machine()
    for second in 0..<5000 {
      _ = machine.handle(frame(.ping), at: .seconds(second))
    }
    #expect(machine.isOpen)
    var end: [String] = []
    for _ in 0...1000 where machine.isOpen {
      end = told(machine.handle(frame(.ping), at: .seconds(6000)))
    }
    #expect(end.last == "end violation 1008 more than 1000 pings in a second")
  }

  @Test("Silence after a ping ends the connection, but not while nobody listens")
  func silence() {
    var machine = machine()
    _ = machine.handle(.tick, at: .seconds(20))
    #expect(machine.handle(.tick, at: .seconds(40), isReading: false).isEmpty)
    #expect(machine.deadline == .seconds(60))
    let end = told(machine.handle(.tick, at: .seconds(60)))
    #expect(
      end.count == 3 && end[0].hasPrefix("send close") && end[1...] == ["end silent", "disconnect"]
    )
    #expect(machine.deadline == nil)
    #expect(machine.handle(.disconnected(nil), at: .seconds(61)).isEmpty)
  }

  @Test("A goodbye is answered with its code; the server then hangs up, the client waits for it to")
  func goodbye() {
    for hangsUpFirst in [true, false] {
      var machine = machine(hangsUpFirst: hangsUpFirst)
      let actions = told(machine.handle(frame(.connectionClose, [0x03, 0xe9, 65]), at: .zero))
      let hangsUp = hangsUpFirst ? ["disconnect"] : []
      #expect(actions == ["send close [3, 233]", "end closedByPeer 1001 A"] + hangsUp)
      #expect(machine.deadline == (hangsUpFirst ? nil : .seconds(1)))
    }
  }

  @Test("Whoever leaves first waits a while for the answer, and hears nothing more")
  func leaving() {
    var machine = machine(hangsUpFirst: true)
    #expect(
      told(machine.handle(.close(.normal), at: .zero))
        == ["send close [3, 232]", "end closedHere 1000"]
    )
    #expect(machine.handle(frame(.binary, [1]), at: .zero).isEmpty)
    #expect(machine.handle(.close(.normal), at: .zero).isEmpty)
    #expect(machine.handle(.tick, at: .milliseconds(999)).isEmpty)
    #expect(told(machine.handle(.tick, at: .seconds(1))) == ["disconnect"])
    #expect(machine.handle(.tick, at: .seconds(2)).isEmpty)
  }

  @Test("A server that has said goodbye hangs up as soon as it is answered")
  func answered() {
    var machine = machine(hangsUpFirst: true)
    _ = machine.handle(.close(.normal), at: .zero)
    #expect(
      told(machine.handle(frame(.connectionClose, [0x03, 0xe8]), at: .zero)) == ["disconnect"]
    )
  }

  @Test("A breach is told to both sides, once")
  func violation() {
    var machine = machine()
    let close = WebSocketClose.protocolError("x")
    #expect(
      told(machine.handle(.violation(close), at: .zero))
        == ["send close [3, 234, 120]", "end violation 1002 x"]
    )
    #expect(machine.handle(.violation(close), at: .zero).isEmpty)
    #expect(machine.handle(.disconnected("x"), at: .zero).isEmpty)
  }

  @Test("A close frame that is itself a breach is one")
  func badClose() {
    var machine = machine()
    #expect(
      told(machine.handle(frame(.connectionClose, [0x03]), at: .zero)).last
        == "end violation 1002 a close frame holds one byte"
    )
  }

  @Test("A connection that breaks is told once, with its reason")
  func broken() {
    var machine = machine()
    #expect(told(machine.handle(.disconnected("reset"), at: .zero)) == ["end lost reset"])
    #expect(machine.handle(.disconnected("again"), at: .zero).isEmpty)
    #expect(machine.handle(frame(.binary, [1]), at: .zero).isEmpty)
  }
}

extension LinkMachine.Action {
  private static let names: [WebSocketOpcode: String] = [
    .connectionClose: "close", .ping: "ping", .pong: "pong",
  ]

  /// The action in a few words.
  fileprivate var told: String {
    switch self {
    case .deliver(let bytes): "deliver \([UInt8](buffer: bytes))"
    case .send(let opcode, let bytes): "send \(Self.names[opcode] ?? "") \([UInt8](buffer: bytes))"
    case .end(.closedByPeer(let close)): "end closedByPeer \(close)"
    case .end(.closedHere(let close)): "end closedHere \(close)"
    case .end(.violation(let close)): "end violation \(close)"
    case .end(.silent): "end silent"
    case .end(.lost(let reason)): "end lost \(reason ?? "")"
    case .tellSilence(let time): "silence \(time)"
    case .tellHeard: "heard"
    case .disconnect: "disconnect"
    }
  }
}
