import SharedState
import Testing
import TextScreen

@testable import Dashboard

/// A picker played by hand.
private struct Bench {
  var picker: Picker
  var size: Size
  var effects: [Picker.Effect] = []

  init(
    _ columns: Int = 80,
    _ rows: Int = 24,
    last: Picker.Server? = nil,
    offers: [Picker.Offer] = [],
    trouble: String? = nil,
    ascii: Bool = false
  ) {
    size = Size(columns: columns, rows: rows)
    picker = Picker(size: size, last: last, offers: offers, trouble: trouble, ascii: ascii)
  }

  mutating func send(_ message: Picker.Message) { effects = picker.update(message) }

  mutating func press(_ keys: Key...) {
    for key in keys { send(.screen(.key(key))) }
  }

  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  mutating func hear(_ servers: Picker.Server...) {
    for server in servers { send(.heard(server)) }
  }

  var lines: [String] { picker.view(size).lines }
  var text: String { lines.joined(separator: "\n") }
  var footer: String { lines.last ?? "" }

  /// The text of the row that is shown in reverse.
  var chosen: String {
    let grid = picker.view(size)
    let marks = grid.marks { $0.emphasis.contains(.reverse) ? "#" : "." }
    guard let row = marks.firstIndex(where: { $0.contains("##") }) else { return "" }
    return grid.lines[row].filter { $0 != "│" && $0 != "|" }.split(separator: " ").joined(
      separator: " "
    )
  }
}

@Suite("The picker")
struct PickerTests {
  private static let ada = Picker.Server(
    id: "a",
    name: "ada: NanoVer iMD Server",
    address: "ws://10.0.0.5:38801",
    services: "ws 38801, wss 443"
  )
  private static let lab = Picker.Server(id: "l", name: "Lab 3", address: "wss://lab-3:38801")
  private static let old = Picker.Server(id: "o", name: "Old", address: nil, services: "imd 1")

  @Test("Servers come, go and are joined with one key")
  func join() {
    var bench = Bench()
    #expect(bench.text.contains("listening for servers"))
    bench.hear(Self.ada)
    #expect(bench.chosen.contains("ada: NanoVer iMD Server"))
    bench.press(.enter)
    #expect(bench.effects == [.join(Self.ada)])
    bench.hear(Self.lab)
    bench.press(.down, .enter)
    #expect(bench.effects == [.join(Self.lab)])
    bench.send(.gone(id: "a"))
    #expect(!bench.text.contains("10.0.0.5"))
    #expect(bench.footer.contains("ada: NanoVer iMD Server has gone"))
    #expect(bench.chosen.contains("Lab 3"))
  }

  @Test("Nothing moves under Enter: a server that goes stays under the cursor, and is not joined")
  func goneUnderCursor() {
    var bench = Bench()
    bench.hear(Self.ada, Self.lab)
    bench.send(.gone(id: "a"))
    #expect(bench.chosen.contains("✗ ada"))
    bench.press(.enter)
    #expect(bench.effects.isEmpty)
    #expect(bench.footer.contains("it has gone"))
    bench.hear(Self.ada)
    bench.press(.enter)
    #expect(bench.effects == [.join(Self.ada)])
    bench.send(.gone(id: "a"))
    bench.press(.down)
    #expect(bench.chosen.contains("Lab 3"))
    #expect(!bench.text.contains("10.0.0.5"))
    bench.press(.enter)
    #expect(bench.effects == [.join(Self.lab)])
  }

  @Test("Others that come and go leave the cursor on its server")
  func stable() {
    var bench = Bench()
    bench.hear(Self.old, Self.ada, Self.lab)
    bench.press(.down, .down)
    bench.send(.gone(id: "o"))
    bench.hear(Picker.Server(id: "n", name: "New", address: "ws://n:1"))
    bench.send(.gone(id: "a"))
    #expect(bench.chosen.contains("Lab 3"))
    var renamed = Self.lab
    renamed.name = "Lab 4"
    bench.hear(renamed)
    #expect(bench.chosen.contains("Lab 4"))
  }

  @Test("The town that was joined last is chosen at the start, heard or not")
  func last() {
    var moved = Self.lab
    moved.address = "wss://10.7.7.7:38801"
    var bench = Bench(last: Self.lab)
    #expect(bench.chosen.contains("○ Lab 3"))
    #expect(bench.text.contains("joined last time, not heard now"))
    bench.press(.enter)
    #expect(bench.effects == [.join(Self.lab)])
    bench.hear(Self.ada, moved)
    #expect(bench.chosen.contains("● Lab 3"))
    bench.press(.enter)
    #expect(bench.effects == [.join(moved)])
    bench.send(.gone(id: "l"))
    #expect(bench.chosen.contains("○ Lab 3"))
    bench.press(.enter)
    #expect(bench.effects == [.join(Self.lab)])
  }

  @Test("One that was joined by its typed address is found again by that")
  func lastTyped() {
    let typed = Picker.Server(id: "", name: "ws://10.0.0.5:38801", address: "ws://10.0.0.5:38801")
    var bench = Bench(last: typed)
    bench.press(.enter)
    #expect(bench.effects == [.join(typed)])
    bench.hear(Self.lab, Self.ada)
    #expect(bench.chosen.contains("● ada"))
    #expect(
      bench.lines.count { $0.contains("10.0.0.5") && $0.contains("●") && !$0.contains("·") } == 1
    )
    bench.press(.enter)
    #expect(bench.effects == [.join(Self.ada)])
  }

  @Test("An address can always be typed, and is kept when it was no good")
  func typing() {
    var bench = Bench()
    bench.send(.deaf("cannot listen"))
    #expect(bench.text.contains("cannot listen"))
    bench.press(.character("a"), .enter)
    #expect(bench.footer.contains("an address is wanted"))
    bench.type("ws://x:1a")
    #expect(bench.footer.contains("address: ws://x:1a"))
    bench.press(.enter)
    #expect(
      bench.effects == [.join(Picker.Server(id: "", name: "ws://x:1a", address: "ws://x:1a"))]
    )
    bench.send(.refused("no port"))
    #expect(bench.footer.contains("no port"))
    bench.press(.backspace, .enter)
    #expect(bench.effects == [.join(Picker.Server(id: "", name: "ws://x:1", address: "ws://x:1"))])
    bench.press(.escape)
    #expect(bench.footer.contains("Enter joins"))
    bench.send(.screen(.paste("lab-9\n")))
    bench.press(.enter)
    #expect(bench.effects == [.join(Picker.Server(id: "", name: "lab-9", address: "lab-9"))])
  }

  @Test("While typing, a server that comes does not take the keys")
  func typingWhileHearing() {
    var bench = Bench()
    bench.press(.enter)
    bench.hear(Self.ada)
    bench.type("lab")
    bench.press(.enter)
    #expect(bench.effects == [.join(Picker.Server(id: "", name: "lab", address: "lab"))])
  }

  @Test("What serves nothing that can be joined says so")
  func unfit() {
    var bench = Bench()
    bench.hear(Self.old)
    bench.press(.enter)
    #expect(bench.effects.isEmpty)
    #expect(bench.footer.contains("nothing that can be joined"))
  }

  @Test("Esc, q, ^c and a signal leave; ^l and ^z do what they do everywhere; ? closes nothing")
  func leaving() {
    var bench = Bench()
    for key in [Key.escape, .character("q"), .control("c")] {
      bench.press(key)
      #expect(bench.effects == [.leave])
    }
    bench.send(.screen(.terminate(signal: 15)))
    #expect(bench.effects == [.leave])
    bench.press(.control("l"))
    #expect(bench.effects == [.redraw])
    bench.press(.control("z"))
    #expect(bench.effects == [.suspend])
    bench.press(.character("?"), .function(1), .tab, .left)
    #expect(bench.effects.isEmpty)
  }

  @Test("A search finds by name and by address, and the pointer chooses and joins")
  func searchAndPointer() throws {
    var bench = Bench()
    bench.hear(Self.ada, Self.lab)
    bench.press(.character("/"))
    bench.type("lab")
    bench.press(.enter)
    #expect(bench.effects == [.join(Self.lab)])
    bench.press(.escape)
    let row = try #require(bench.lines.firstIndex { $0.contains("ada:") })
    let click = Picker.Message.screen(.mouse(Mouse(.press, at: Point(column: 5, row: row))))
    bench.send(click)
    bench.send(click)
    #expect(bench.effects == [.join(Self.ada)])
  }

  @Test("Five hundred servers, hostile names and any size: within bounds, and nothing raw")
  func hostile() {
    for size in [Size(columns: 0, rows: 0), Size(columns: 1, rows: 1), Size(columns: 40, rows: 12)]
    {
      var bench = Bench(size.columns, size.rows)
      for number in 0..<500 {
        bench.hear(
          Picker.Server(
            id: "\(number)",
            name: "\u{1b}[31m\u{202e}\n\(number)",
            address: "ws://h:1",
            services: "\u{7}"
          )
        )
      }
      bench.press(.end, .pageUp, .home, .down)
      for number in 0..<500 { bench.send(.gone(id: "\(number)")) }
      let raw = bench.text.unicodeScalars.contains {
        $0 != "\n" && ($0.properties.generalCategory == .control || $0.value == 0x202E)
      }
      #expect(!raw)
    }
  }

  // MARK: The start screen

  private static let offers: [Picker.Offer] = [
    .demo, .recording(path: "lab3.nanover.zip"), .recording(path: "monday.state"), .tour,
  ]

  @Test("The start screen says where one is, and offers each thing with its key and what it does")
  func start() {
    var bench = Bench(offers: Self.offers)
    #expect(bench.text.contains("shared state of a NanoVer or Narupa session"))
    #expect(bench.text.contains("Where to?") && bench.text.contains("listening for servers"))
    for (key, row, effect, words) in [
      ("d", "A town to try out d", .open(.demo), "nothing can break"),
      ("1", "Play lab3.nanover.zip 1", .open(.recording(path: "lab3.nanover.zip")), "pause, step"),
      ("2", "Play monday.state 2", .open(.recording(path: "monday.state")), "pause, step"),
      ("t", "Take the tour t", .open(.tour), "back here"),
    ] as [(Character, String, Picker.Effect, String)] {
      bench.press(.character(key))
      #expect(bench.effects == [effect])
      #expect(bench.chosen == row)
      #expect(bench.text.contains(words))
      bench.press(.enter)
      #expect(bench.effects == [effect])
    }
    bench.press(.character("3"))
    #expect(bench.effects.isEmpty)
    bench.press(.character("a"))
    #expect(bench.footer.contains("or a file: run.nanover.zip"))
    bench.type("d/t.state")
    bench.press(.enter)
    #expect(
      bench.effects == [.join(Picker.Server(id: "", name: "d/t.state", address: "d/t.state"))]
    )
    bench.press(.escape, .escape)
    #expect(bench.effects == [.leave])
  }

  @Test("The town to try out is chosen until a server is heard, and what the person chose stays")
  func startCursor() {
    var bench = Bench(offers: Self.offers)
    #expect(bench.chosen == "A town to try out d")
    bench.hear(Self.ada)
    #expect(bench.chosen.contains("ada"))
    bench.press(.enter)
    #expect(bench.effects == [.join(Self.ada)])

    bench = Bench(offers: Self.offers)
    bench.press(.down, .up)
    bench.hear(Self.ada)
    #expect(bench.chosen == "A town to try out d")
    bench.press(.enter)
    #expect(bench.effects == [.open(.demo)])

    bench = Bench(last: Self.lab, offers: Self.offers)
    #expect(bench.chosen.contains("○ Lab 3"))
    bench.press(.down, .enter)
    #expect(bench.effects == [.open(.demo)])
  }

  @Test("Who comes back from the tour finds it under the cursor, and hears of servers anew")
  func reopened() {
    var bench = Bench(offers: Self.offers)
    bench.hear(Self.ada)
    bench.press(.character("t"))
    bench.send(.reopened)
    #expect(bench.chosen == "Take the tour t")
    #expect(!bench.text.contains("ada"))
    bench.send(.refused("there can be no tour now"))
    #expect(bench.footer.contains("there can be no tour now"))
    bench.hear(Self.ada)
    #expect(bench.chosen == "Take the tour t")
    bench.press(.home, .enter)
    #expect(bench.effects == [.join(Self.ada)])
  }

  @Test(
    "What is wrong with the terminal is one line with the way to read more, however little room"
  )
  func trouble() {
    for (columns, rows) in [(80, 24), (40, 12), (200, 60)] {
      let bench = Bench(
        columns,
        rows,
        offers: Self.offers,
        trouble: "no UTF-8 locale, so only ASCII is drawn",
        ascii: true
      )
      let lines = bench.lines.filter { $0.contains("! no UTF-8") }
      #expect(lines.count == 1 && lines.first?.hasSuffix("townhall doctor") == true)
      #expect(bench.chosen == "A town to try out d")
      let isPlain = bench.text.allSatisfy { $0.isASCII }
      #expect(isPlain)
    }
    #expect(!Bench(offers: Self.offers).text.contains("doctor"))
  }

  @Test("A server whose address is a letter takes no key, and hostile names and sizes harm nothing")
  func hostileStart() {
    var bench = Bench(offers: Self.offers)
    bench.hear(Picker.Server(id: "x", name: "x", address: "t"))
    bench.press(.character("t"))
    #expect(bench.effects == [.open(.tour)])
    let names = (0..<50).map { Picker.Offer.recording(path: "\u{1b}[2J\u{202e}\n\($0).state") }
    for (columns, rows) in [(0, 0), (1, 1), (5, 3), (40, 12), (80, 16), (91, 5), (300, 100)] {
      var bench = Bench(columns, rows, offers: [.demo] + names + [.tour], trouble: "\u{7}")
      bench.press(.end, .pageUp, .home, .down, .character("a"))
      bench.send(.screen(.mouse(Mouse(.press, at: Point(column: 2, row: 2)))))
      let raw = bench.text.unicodeScalars.contains {
        $0 != "\n" && ($0.properties.generalCategory == .control || $0.value == 0x202E)
      }
      #expect(!raw)
    }
  }

  @Test("The pointer chooses and opens where the row is drawn, on a large screen too")
  func startPointer() throws {
    for (columns, rows) in [(80, 24), (200, 60)] {
      var bench = Bench(columns, rows, offers: Self.offers)
      let row = try #require(bench.lines.firstIndex { $0.contains("Take the tour") })
      let click = Picker.Message.screen(
        .mouse(Mouse(.press, at: Point(column: columns / 2, row: row)))
      )
      bench.send(click)
      #expect(bench.chosen == "Take the tour t" && bench.effects.isEmpty)
      bench.send(click)
      #expect(bench.effects == [.open(.tour)])
    }
  }

  @Test("Pictures of the start screen: small in ASCII with trouble, usual, and large with servers")
  func startPictures() throws {
    let small = Bench(40, 12, offers: Self.offers, trouble: "no UTF-8 locale", ascii: true)
    try Golden.expect(small.text, "start-40x12-ascii")
    let usual = Bench(offers: Self.offers)
    try Golden.expect(usual.text, "start-80x24")
    var large = Bench(200, 60, last: Self.lab, offers: Self.offers, trouble: "TERM is not set")
    large.hear(Self.ada)
    try Golden.expect(large.text, "start-200x60")
  }

  @Test("Pictures: small in ASCII, usual, and with a town of last time")
  func pictures() throws {
    var small = Bench(40, 12, ascii: true)
    try Golden.expect(small.text, "picker-40x12-empty")
    small.hear(Self.ada, Self.lab, Self.old)
    small.send(.gone(id: "a"))
    let isPlain = small.text.allSatisfy { $0.isASCII }
    #expect(isPlain)
    try Golden.expect(small.text, "picker-40x12-ascii")
    var usual = Bench(80, 24, last: Self.lab)
    usual.hear(Self.ada, Self.old)
    try Golden.expect(usual.text, "picker-80x24")
    usual.press(.character("a"))
    try Golden.expect(usual.text, "picker-80x24-typing")
  }

  @Test("What is remembered is read again, and what is broken is not")
  func memory() {
    #expect(Picker.Server(Self.lab.value) == Self.lab)
    let typed = Picker.Server(id: "", name: "x", address: "x")
    #expect(Picker.Server(typed.value) == typed)
    let broken: [StateValue] = [
      nil, [:], [], ["name": "x"], ["address": "x"], ["name": 1, "address": "x"],
      ["name": "x", "address": ""],
      ["name": .string(String(repeating: "x", count: 1001)), "address": "x"],
    ]
    for value in broken { #expect(Picker.Server(value) == nil) }
  }
}
