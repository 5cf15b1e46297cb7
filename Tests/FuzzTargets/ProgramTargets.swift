import ModelContextProtocol
import SharedState
@testable import TownhallApp

extension FuzzTarget {
  static let programLines = FuzzTarget(
    "program-lines",
    "what another program says by the Model Context Protocol, or to repl, in any pieces",
    words: [
      #""jsonrpc":"2.0""#, #""id":1"#, #""method":""#, #""params":{"#, "initialize",
      #""protocolVersion":"2025-03-26""#, "tools/call", "tools/list", "resources/list",
      "resources/read", "resources/subscribe", "subscriptions/listen", "server/discover", "ping",
      "notifications/cancelled", #""requestId":1"#, #""arguments":{"key":"a"}"#, #""name":"get""#,
      #""uri":"townhall:///a.*""#, "townhall:///%41", #""cursor":"2a""#, #""_meta":{"#,
      #""io.modelcontextprotocol/protocolVersion":"2026-07-28""#,
      #""io.modelcontextprotocol/clientCapabilities":{}"#, #""resourceSubscriptions":["#,
      #"{"$bytes":"AAEC"}"#, #"{"$number":"NaN"}"#, #""call":["get","a"]"#, #""cancel":1"#, "\n",
      "\r\n", "[", "]", "{", "}", ",",
    ],
    executions: 3000
  ) { bytes in
    var choices = Choices(bytes)
    let isRepl = choices.below(2) == 1
    let piece = choices.below(2) == 0 ? Int.max : 1 + choices.below(64)
    let stream = choices.takeRest()
    if isRepl {
      try Talk(ReplMachine(mostRunning: 2, mostWaiting: 2)) { .cancelled }.take(stream, piece)
    } else {
      let tools = VerbTool.reading(hasFiles: true).map(\.tool)
      var options = ContextServer.Options(
        name: "townhall",
        title: "",
        version: "",
        instructions: "",
        tools: tools,
        refusals: ["set": "no"]
      )
      (options.mostRunning, options.mostWaiting, options.mostSubscriptions) = (2, 2, 4)
      try Talk(ContextServer(options)) { .called(.done(["value": 1])) }.take(stream, piece)
    }
    try expectSaid(stream)
  }

  /// Sees that a value comes back as it was from JSON that every program reads, whatever it is.
  private static func expectSaid(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let value = try? StateValue(text: text), value.nesting < 60 else { return }
    let said = PlainJSON.text(of: value)
    do {
      let meant = try PlainJSON.meant(by: try PlainJSON.read(said.utf8))
      try expect(meant == value, "\(value) comes back as \(meant) from \(said)")
    } catch let error as PlainJSONError {
      throw Finding("\(said) is no JSON: \(error)")
    }
  }
}

/// A conversation with a machine, in which its work ends after some more lines have come.
private struct Talk<Machine: LineMachine> {
  private var machine: Machine
  private let news: () -> Machine.News
  private var running: [Int] = []
  /// What was asked to end, and has not yet.
  private var ending: [Int] = []

  init(_ machine: Machine, _ news: @escaping () -> Machine.News) {
    (self.machine, self.news) = (machine, news)
  }

  func take(_ stream: [UInt8], _ piece: Int) throws {
    var talk = self
    try talk.hold(stream, min(piece, max(1, stream.count)))
  }

  private mutating func hold(_ stream: [UInt8], _ piece: Int) throws {
    var cutter = LineCutter(longest: 1024)
    for start in stride(from: 0, to: stream.count, by: piece) {
      for line in cutter.take(Array(stream[start..<min(start + piece, stream.count)])) {
        if case .whole(let bytes) = line { try expect(bytes.count <= 1024, "a line is too long") }
        try act(on: machine.handle(.received(line)))
        if !ending.isEmpty { try end(ending.removeFirst()) }
        if running.count > 2 { try end(running.removeFirst()) }
      }
    }
    if let line = cutter.finish() { try act(on: machine.handle(.received(line))) }
    try act(on: machine.handle(.inputEnded))
    while !ending.isEmpty { try end(ending.removeFirst()) }
    while !running.isEmpty { try end(running.removeFirst()) }
  }

  private mutating func end(_ number: Int) throws {
    try act(on: machine.handle(.ended(number, news())))
  }

  private mutating func act(on actions: [LineAction<Machine.Work>]) throws {
    for action in actions {
      switch action {
      case .send(let line):
        try expect(!line.utf8.contains(UInt8(ascii: "\n")), "an answer has several lines")
        do {
          _ = try PlainJSON.read(line.utf8, mostNesting: 200)
        } catch {
          throw Finding("an answer is no JSON: \(error): \(line)")
        }
      case .start(let number, _):
        try expect(!running.contains(number), "work \(number) begins twice")
        running.append(number)
        // Two calls, and one that follows the town.
        try expect(running.count <= 3, "\(running.count) pieces of work run at once")
      case .cancel(let number):
        guard let place = running.firstIndex(of: number) else {
          try expect(ending.contains(number), "\(number) does not run")
          continue
        }
        ending.append(running.remove(at: place))
      }
    }
  }
}
