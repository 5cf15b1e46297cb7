import ServerDiscovery
import SharedState
import TestSupport
import Testing

@Suite("Announcements")
struct AnnouncementTests {
  @Test("What servers of each generation send is understood", arguments: Sample.all)
  func generations(_ sample: Sample) throws {
    let announcement = try Announcement(datagram: sample.text.utf8)
    #expect(announcement.name == sample.name)
    #expect(announcement.address == "192.168.1.2")
    #expect(announcement.id == sample.id)
    #expect(announcement.services.map(\.name) == sample.services)
    #expect(announcement.port == sample.port)
  }

  @Test("What is missing or unknown does not matter, except name and address")
  func lenient() throws {
    let least = try Announcement(datagram: #"{"name":"A","address":"a-1.lab_x"}"#.utf8)
    #expect(least == Announcement(name: "A", address: "a-1.lab_x", version: nil))
    let odd = try Announcement(
      datagram: """
        {"name": "", "address": "10.0.0.1", "id": 7, "essd_version": null, "port": "x",
         "services": {"ws": 38801.0, "a": 0, "b": 65536, "c": "80", "d": 1.5, "e": -1, "f": null},
         "icon": {"deep": [[[1, NaN]]]}}
        """.utf8
    )
    #expect(
      odd
        == Announcement(
          name: "",
          address: "10.0.0.1",
          version: nil,
          services: [AnnouncedService("ws", port: 38801)]
        )
    )
    let list = try Announcement(datagram: #"{"name":"A","address":"a","services":[1]}"#.utf8)
    #expect(list.services.isEmpty)
  }

  @Test("A server that listens everywhere is where its datagram came from")
  func anyAddress() throws {
    for address in ["[::]", "::", "0.0.0.0", ""] {
      let text = #"{"name":"A","address":"\#(address)"}"#
      #expect(try Announcement(datagram: text.utf8, from: "10.1.2.3").address == "10.1.2.3")
      #expect(throws: AnnouncementError.self) { try Announcement(datagram: text.utf8) }
    }
    let dashed = try Announcement(datagram: #"{"name":"A","address":"fe80::1%br-lan.2"}"#.utf8)
    #expect(dashed.address == "fe80::1%br-lan.2")
    let six = try Announcement(datagram: #"{"name":"A","address":"[fe80::1%eth0]"}"#.utf8)
    #expect(six.address == "fe80::1%eth0")
  }

  @Test(
    "What is no announcement is refused in words",
    arguments: [
      "", "{", "[]", "null", "7", #""name""#, "{}", #"{"name":"A"}"#, #"{"address":"10.0.0.1"}"#,
      #"{"name":7,"address":"10.0.0.1"}"#, #"{"name":"A","address":7}"#,
      // The Rust server does not escape what it is called.
      #"{"name": "The "big" one", "address": "10.0.0.1", "port": 38801}"#,
      #"{"name": "C:\new", "address": "10.0.0.1"}"# + "\u{0}",
    ]
  )
  func refused(_ text: String) {
    let error = #expect(throws: AnnouncementError.self) {
      try Announcement(datagram: text.utf8)
    }
    #expect(error?.description.contains("\n") == false)
  }

  @Test(
    "An address that is none cannot get into a URL, whatever it is",
    arguments: [
      "a b", "a/b", "a@b", "a#b", "a?b", "é", "a\u{1b}[2J", "a\nb", "[a", "a]", "'", "\"", "\\",
      "[]", "g:1", "fe80::1%eth0%", "[femultiplayer80::1%eth0]",
      String(repeating: "a", count: 254),
    ]
  )
  func addresses(_ address: String) throws {
    let fields: StateValue = ["name": "A", "address": .string(address)]
    #expect(throws: AnnouncementError.self) { try Announcement(datagram: fields.text.utf8) }
  }

  @Test("More than 1,024 bytes are not read, and not sent")
  func bounds() throws {
    let frame = #"{"name":"","address":"a"}"#.utf8.count
    let name = String(repeating: "x", count: 1024 - frame)
    let fits = #"{"name":"\#(name)","address":"a"}"#
    #expect(try Announcement(datagram: fits.utf8).name == name)
    #expect(throws: AnnouncementError.tooLong) { try Announcement(datagram: (fits + " ").utf8) }
    var long = Announcement(name: String(repeating: "x", count: 900), address: "10.0.0.1")
    #expect(try long.datagram().count <= 1024)
    // Python writes each of these as six bytes when it measures what it has received.
    long.name = String(repeating: "é", count: 200)
    #expect(throws: AnnouncementError.tooLong) { try long.datagram() }
    let deep = String(repeating: "[", count: 1024)
    #expect(throws: AnnouncementError.self) { try Announcement(datagram: deep.utf8) }
  }

  @Test("At most sixteen services are taken note of")
  func manyServices() throws {
    let list = (0..<60).map { #""s\#($0)":1"# }.joined(separator: ",")
    let text = #"{"name":"A","address":"a","services":{\#(list)}}"#
    #expect(try Announcement(datagram: text.utf8).services.count == 16)
  }

  @Test("What is sent is read again, whatever the name is, and is plain ASCII without orders")
  func roundTrip() throws {
    let names = ["Lab 3", "", "a\"b\\c", "\u{1b}[31m\n\u{7f}\u{0}", "é 分子 👩‍🔬", "\u{2028}\u{202e}"]
    for name in names {
      let announcement = Announcement(
        name: name,
        address: "10.0.0.1",
        id: "é-1",
        services: [AnnouncedService("wss", port: 443), AnnouncedService("multi\"player", port: 1)],
        port: 65535
      )
      let bytes = try announcement.datagram()
      #expect(bytes.allSatisfy { (0x20..<0x7F).contains($0) })
      #expect(try Announcement(datagram: bytes) == announcement)
    }
  }

  @Test("Random bytes, and real datagrams with random faults, never trap and never mislead")
  func fuzz() {
    var chance = SeededGenerator(seed: 54545)
    for round in 0..<20_000 {
      var bytes: [UInt8] =
        round.isMultiple(of: 4)
        ? (0..<Int.random(in: 0...1100, using: &chance)).map { _ in .random(in: 0...255) }
        : Array((Sample.all.randomElement(using: &chance)?.text ?? "").utf8)
      for _ in 0..<Int.random(in: 0...6, using: &chance) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &chance)
        switch Int.random(in: 0..<4, using: &chance) {
        case 0: bytes[place] = .random(in: 0...255, using: &chance)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      guard let read = try? Announcement(datagram: bytes, from: "127.0.0.1") else { continue }
      #expect(bytes.count <= 1024)
      #expect(read.address.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != 0x2F })
      #expect(read.services.allSatisfy { (1...65535).contains($0.port) })
    }
  }
}

/// What servers send, letter by letter.
struct Sample: Sendable, CustomTestStringConvertible {
  var generation: String
  var text: String
  var name: String
  var id: String?
  var services: [String]
  var port: Int?

  var testDescription: String { generation }

  static let all = [
    Sample(
      generation: "Narupa, Python, 2021",
      text: """
        {"name": "ada: Narupa iMD Server", "address": "192.168.1.2", \
        "id": "0c2e7a52-8f9d-4e2a-9a63-35b1a0f4b0a1", "essd_version": "1.0.0", \
        "services": {"trajectory": 38801, "imd": 38801, "multiplayer": 38801}}
        """,
      name: "ada: Narupa iMD Server",
      id: "0c2e7a52-8f9d-4e2a-9a63-35b1a0f4b0a1",
      services: ["imd", "multiplayer", "trajectory"]
    ),
    Sample(
      generation: "NanoVer gRPC, Python, 2024",
      text: """
        {"name": "ada: NanoVer iMD Server", "address": "192.168.1.2", "port": 38801, \
        "id": "7a", "essd_version": "1.0.0", "services": {"imd": 38801, "trajectory": 38801}}
        """,
      name: "ada: NanoVer iMD Server",
      id: "7a",
      services: ["imd", "trajectory"],
      port: 38801
    ),
    Sample(
      generation: "NanoVer gRPC, Rust",
      text: """
        {"name": "NanoVer-rs", "address": "192.168.1.2", "port": 38801, "id": "b1", \
        "essd_version": "1.0.0", "services": {"imd": 38801, "trajectory": 38801}}
        """,
      name: "NanoVer-rs",
      id: "b1",
      services: ["imd", "trajectory"],
      port: 38801
    ),
    Sample(
      generation: "NanoVer, both wires, summer 2025",
      text: """
        {"name": "\\u5206\\u5b50", "address": "192.168.1.2", "services": {"trajectory": 38801, \
        "imd": 38801, "multiplayer": 38801, "ws": 45123}, "id": "c1", "essd_version": "1.0.0"}
        """,
      name: "分子",
      id: "c1",
      services: ["imd", "multiplayer", "trajectory", "ws"]
    ),
    Sample(
      generation: "NanoVer WebSocket, Python, 2026, with TLS",
      text: """
        {"name": "ada: NanoVer iMD Server", "address": "192.168.1.2", "id": "d1", \
        "essd_version": "1.0.0", "services": {"wss": 38801, "https": 40001, "ws": 40002}}
        """,
      name: "ada: NanoVer iMD Server",
      id: "d1",
      services: ["https", "ws", "wss"]
    ),
    Sample(
      generation: "C#, which needs no id",
      text: #"{"address":"192.168.1.2","name":"test","services":{"imd":54321}}"#,
      name: "test",
      id: nil,
      services: ["imd"]
    ),
  ]
}
