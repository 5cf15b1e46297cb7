import ModelContextProtocol
import SharedState
import Testing

/// A program that talks to the machine of a server, without anything that carries the lines.
private struct LoneClient {
  var server: ContextServer

  /// What there is to look at of what the machine wants done.
  struct Reply {
    var messages: [StateValue] = []
    var started: [(number: Int, work: ContextServer.Work)] = []
    var cancelled: [Int] = []
  }

  init(mostRunning: Int = 8, mostWaiting: Int = 64, pageSize: Int = 200) {
    let input: StateValue = [
      "type": "object", "properties": ["key": ["type": "string"]], "required": ["key"],
      "additionalProperties": false,
    ]
    let output: StateValue = ["type": "object"]
    var options = ContextServer.Options(
      name: "tester",
      title: "Tester",
      version: "1",
      instructions: "Take care.",
      tools: ["get", "wait"].map { name in
        Tool(
          name: name,
          title: name,
          description: "It does something.",
          input: JSONSchema(input),
          output: JSONSchema(output),
          hints: .reading,
          waits: name == "wait"
        )
      },
      refusals: ["set": "set writes"]
    )
    options.mostRunning = mostRunning
    options.mostWaiting = mostWaiting
    options.pageSize = pageSize
    options.mostSubscriptions = 3
    server = ContextServer(options)
  }

  mutating func handle(_ event: LineEvent<ContextServer.News>) throws -> Reply {
    var reply = Reply()
    for action in server.handle(event) {
      switch action {
      case .send(let line):
        #expect(!line.contains("\n"))
        reply.messages.append(try PlainJSON.read(line.utf8))
      case .start(let number, let work): reply.started.append((number, work))
      case .cancel(let number): reply.cancelled.append(number)
      }
    }
    return reply
  }

  @discardableResult
  mutating func say(_ line: String) throws -> Reply {
    try handle(.received(.whole(Array(line.utf8))))
  }

  /// Asks for something in the revisions with a handshake.
  mutating func ask(_ id: Int, _ method: String, _ parameters: StateValue = [:]) throws -> Reply {
    try say(
      #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(parameters.text)}"#
    )
  }

  /// Asks for something in the revisions without one.
  mutating func askNamed(
    _ id: Int,
    _ method: String,
    _ parameters: StateObject = [:]
  ) throws -> Reply {
    var parameters = parameters
    parameters["_meta"] = [
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": [:],
    ]
    return try ask(id, method, .object(parameters))
  }

  mutating func shakeHands(_ revision: String = "2025-11-25") throws {
    _ = try ask(0, "initialize", ["protocolVersion": .string(revision)])
    #expect(try say(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).messages == [])
  }
}

extension StateValue {
  fileprivate subscript(path: String...) -> StateValue? {
    path.reduce(self) { $0?[$1] }
  }
}

@Suite("A server of the Model Context Protocol")
struct ContextServerTests {
  @Test(
    "The revision that is asked for is spoken, and the newest with a handshake where it is unknown",
    arguments: [
      ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
      ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"),
    ]
  )
  func handshake(asked: String, answered: String) throws {
    var client = LoneClient()
    let reply = try client.ask(1, "initialize", ["protocolVersion": .string(asked)])
    let result = try #require(reply.messages.first?["result"])
    #expect(result["protocolVersion"] == .string(answered))
    #expect(result["serverInfo", "name"] == "tester")
    #expect(result["capabilities"] == ["tools": [:], "resources": ["subscribe": true]])
    #expect(result["instructions"] == "Take care.")
    let again = try client.ask(2, "initialize", ["protocolVersion": .string(asked)])
    #expect(again.messages.first?["error", "code"] == -32600)
  }

  @Test(
    "What is no message is answered with its error, and what needs no answer with none",
    arguments: [
      ("nonsense", -32700, nil), (#"{"jsonrpc":"2.0","id":1,"method":"ping""#, -32700, nil),
      (#"{"jsonrpc":"2.0","id":NaN,"method":"ping"}"#, -32700, nil),
      (#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32700, nil),
      (String(repeating: "[", count: 200), -32700, nil), ("[]", -32600, nil), ("7", -32600, nil),
      (#"{"id":1,"method":"ping"}"#, -32600, 1), (#"{"jsonrpc":"2.0","id":1}"#, -32600, 1),
      (#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600, 1),
      (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32602, 1),
      (#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, -32602, 1),
    ] as [(String, Int64, Int64?)]
  )
  func errors(line: String, code: Int64, id: Int64?) throws {
    var client = LoneClient()
    let message = try #require(try client.say(line).messages.first)
    #expect(message["error", "code"] == .int(code), "\(message)")
    #expect(message["id"] == id.map { .int($0) } ?? .null)
    #expect(message["error", "message"]?.string?.isEmpty == false)
    for silent in [
      #"{"jsonrpc":"2.0","method":"nobody/knows","params":[]}"#,
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}"#,
      #"{"jsonrpc":"2.0","id":1,"result":{}}"#,
      #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#,
    ] {
      #expect(try client.say(silent).messages == [])
    }
    #expect(try client.ask(7, "ping").messages == [["jsonrpc": "2.0", "id": 7, "result": [:]]])
  }

  @Test("A message that is too long is refused, and the next is answered")
  func tooLong() throws {
    var client = LoneClient()
    #expect(try client.handle(.received(.tooLong)).messages.first?["error", "code"] == -32600)
    #expect(try client.ask(1, "ping").messages.count == 1)
  }

  @Test("Methods that a revision does not have are unknown in it")
  func unknownMethods() throws {
    var client = LoneClient()
    try client.shakeHands()
    for method in ["server/discover", "subscriptions/listen", "prompts/list", "tools/drop"] {
      #expect(try client.ask(1, method).messages.first?["error", "code"] == -32601, "\(method)")
    }
    for method in ["ping", "initialize", "resources/subscribe", "logging/setLevel"] {
      let reply = try client.askNamed(1, method)
      #expect(reply.messages.first?["error", "code"] == -32601, "\(method)")
    }
  }

  @Test(
    "Without a handshake each request says which revision it means, and is told if it is unknown"
  )
  func named() throws {
    var client = LoneClient()
    let found = try #require(try client.askNamed(1, "server/discover").messages.first?["result"])
    #expect(found["supportedVersions"]?.array?.first == "2026-07-28")
    #expect(found["supportedVersions"]?.array?.last == "2024-11-05")
    #expect(found["resultType"] == "complete")
    #expect(found["_meta", "io.modelcontextprotocol/serverInfo", "name"] == "tester")
    #expect(found["cacheScope"] == "private")
    let listed = try #require(try client.askNamed(2, "tools/list").messages.first?["result"])
    #expect(listed["tools"]?.array?.count == 2)
    let version: StateValue = ["io.modelcontextprotocol/protocolVersion": "1900-01-01"]
    let error = try client.ask(3, "tools/list", ["_meta": version]).messages.first?["error"]
    #expect(error?["code"] == -32022)
    #expect(error?["data", "requested"] == "1900-01-01")
    #expect(error?["data", "supported"]?.array?.contains("2026-07-28") == true)
    let bare: StateValue = ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]
    let refused = try client.ask(4, "tools/list", ["_meta": bare])
    #expect(refused.messages.first?["error", "code"] == -32602)
  }

  @Test("A tool is called, and what comes of it told in the manner of the revision")
  func call() throws {
    var client = LoneClient()
    try client.shakeHands()
    let asked: StateValue = ["name": "get", "arguments": ["key": "a"]]
    let begun = try client.ask(1, "tools/call", asked)
    #expect(begun.messages == [])
    let first = try #require(begun.started.first)
    #expect(first.work == .call(tool: "get", ["key": "a"]))
    let answer = ToolAnswer.done(["value": 1], notes: ["told"])
    let done = try client.handle(.ended(first.number, .called(answer)))
    #expect(
      done.messages == [
        [
          "jsonrpc": "2.0", "id": 1,
          "result": [
            "content": [
              ["type": "text", "text": #"{"value":1}"#], ["type": "text", "text": "told"],
            ], "structuredContent": ["value": 1], "isError": false,
          ],
        ]
      ]
    )
    let second = try #require(
      try client.askNamed(1, "tools/call", ["name": "get", "arguments": ["key": "a"]]).started.first
    )
    let failed = try client.handle(.ended(second.number, .called(.failed("no"))))
    let result = try #require(failed.messages.first?["result"])
    #expect(result["isError"] == true && result["resultType"] == "complete")
    #expect(result["content"] == [["type": "text", "text": "no"]])
    #expect(result["structuredContent"] == nil)
  }

  @Test(
    "A call that makes no sense is refused: to the program, or to the model where it can do better"
  )
  func refusals() throws {
    var client = LoneClient()
    try client.shakeHands()
    for (parameters, words) in [
      ([:], "name"), (["name": "drop"], "no such tool"), (["name": "set"], "set writes"),
      (["name": "get", "arguments": []], "object"),
    ] as [(StateValue, String)] {
      let error = try client.ask(1, "tools/call", parameters).messages.first?["error"]
      #expect(error?["code"] == -32602)
      #expect(error?["message"]?.string?.contains(words) == true, "\(error?.text ?? "")")
    }
    for (arguments, words) in [
      ([:], "key is missing"), (["key": 1], "key must be text"),
      (["key": "a", "kee": 1], "kee is not known"),
    ] as [(StateValue, String)] {
      let reply = try client.ask(1, "tools/call", ["name": "get", "arguments": arguments])
      let result = reply.messages.first?["result"]
      #expect(result?["isError"] == true && reply.started.isEmpty)
      #expect(result?["content"]?.array?.first?["text"] == .string(words))
    }
  }

  @Test("So many calls run, so many wait, and more are refused; what is cancelled is not answered")
  func queue() throws {
    var client = LoneClient(mostRunning: 2, mostWaiting: 2)
    try client.shakeHands()
    let call: StateValue = ["name": "get", "arguments": ["key": "a"]]
    var started: [Int] = []
    for id in 1...4 { started += try client.ask(id, "tools/call", call).started.map(\.number) }
    #expect(started.count == 2)
    #expect(try client.ask(5, "tools/call", call).messages.first?["error", "code"] == -32603)
    #expect(try client.ask(2, "ping").messages.first?["error", "code"] == -32600)
    func cancel(_ id: Int) -> String {
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#
    }
    // One that waits goes; one that runs is asked to end, and is heard no more.
    #expect(try client.say(cancel(3)).cancelled == [])
    let cancelled = try client.say(cancel(1))
    #expect(cancelled.cancelled == [started[0]] && cancelled.messages == [])
    let next = try client.handle(.ended(started[0], .called(.done([:]))))
    #expect(next.messages == [] && next.started.count == 1)
    let number = try #require(next.started.first?.number)
    #expect(try client.handle(.ended(number, .called(.done([:])))).messages.first?["id"] == 4)
    #expect(try client.handle(.ended(started[1], .called(.done([:])))).messages.first?["id"] == 2)
    #expect(try client.say(cancel(2)).cancelled == [])
    #expect(try client.ask(2, "ping").messages.first?["result"] == [:])
  }

  @Test("Resources are listed page by page: the town, its streets, its houses")
  func pages() throws {
    var client = LoneClient(pageSize: 3)
    try client.shakeHands()
    let keys = ["a.1", "a.2", "b", "c.x y", "c.é"]
    var (listed, cursor): ([String], StateValue?) = ([], nil)
    for page in 1...3 {
      var parameters = StateObject()
      parameters["cursor"] = cursor
      let begun = try client.ask(page, "resources/list", .object(parameters))
      let number = try #require(begun.started.first?.number)
      let result = try client.handle(.ended(number, .listed(keys))).messages.first?["result"]
      listed += result?["resources"]?.array?.compactMap { $0["uri"]?.string } ?? []
      cursor = result?["nextCursor"]
      #expect((cursor == nil) == (page == 3))
    }
    #expect(
      listed == [
        "townhall:///", "townhall:///a.*", "townhall:///c.*", "townhall:///a.1",
        "townhall:///a.2", "townhall:///b", "townhall:///c.x%20y", "townhall:///c.%C3%A9",
      ]
    )
    for cursor in ["", "9a", "x"] {
      let reply = try client.ask(9, "resources/list", ["cursor": .string(cursor)])
      #expect(reply.messages.first?["error", "code"] == -32602)
    }
    #expect(
      try client.ask(9, "tools/list", ["cursor": "1"]).messages.first?["error", "code"] == -32602
    )
  }

  @Test("A resource is read, and what is not there is told by the code of the revision")
  func read() throws {
    var client = LoneClient()
    try client.shakeHands()
    let uri: StateValue = ["uri": "townhall:///a%2e1"]
    let begun = try #require(try client.ask(1, "resources/read", uri).started.first)
    #expect(begun.work == .read(.house(StateKey("a.1"))))
    let reply = try client.handle(.ended(begun.number, .read("1.0")))
    #expect(
      reply.messages.first?["result", "contents"] == [
        ["uri": "townhall:///a%2e1", "mimeType": "application/json", "text": "1.0"]
      ]
    )
    let absent = try #require(try client.ask(2, "resources/read", uri).started.first?.number)
    let gone = try client.handle(.ended(absent, .failed("no", isAbsent: true)))
    #expect(gone.messages.first?["error", "code"] == -32002)
    let named = try client.askNamed(3, "resources/read", ["uri": "townhall:///b"])
    let third = try #require(named.started.first?.number)
    let missing = try client.handle(.ended(third, .failed("no", isAbsent: true)))
    #expect(missing.messages.first?["error", "code"] == -32602)
    #expect(missing.messages.first?["error", "data", "uri"] == "townhall:///b")
    for odd in ["file:///etc/passwd", "townhall://x", "townhall:///a%2", "townhall:///a*b", ""] {
      let reply = try client.ask(4, "resources/read", ["uri": .string(odd)])
      #expect(reply.messages.first?["error", "code"] == -32602, "\(odd)")
    }
  }

  @Test("Who has subscribed is told what has changed, and the town is followed only as long")
  func subscriptions() throws {
    var client = LoneClient()
    try client.shakeHands()
    let street: StateValue = ["uri": "townhall:///a.*"]
    let begun = try client.ask(1, "resources/subscribe", street)
    let follower = try #require(begun.started.first)
    #expect(follower.work == .follow)
    #expect(begun.messages.first?["result"] == [:])
    #expect(try client.ask(2, "resources/subscribe", street).started.isEmpty)
    let listening = try client.askNamed(
      3,
      "subscriptions/listen",
      [
        "notifications": [
          "resourceSubscriptions": ["townhall:///b", "file:///x"], "toolsListChanged": true,
        ]
      ]
    )
    let acknowledged = try #require(listening.messages.first)
    #expect(acknowledged["method"] == "notifications/subscriptions/acknowledged")
    #expect(
      acknowledged["params", "notifications"] == ["resourceSubscriptions": ["townhall:///b"]]
    )
    let told = try client.handle(
      .told(follower.number, .changed([StateKey("a.1"), StateKey("b"), StateKey("c")]))
    )
    #expect(told.messages.map { $0["params", "uri"] } == ["townhall:///a.*", "townhall:///b"])
    let id = "io.modelcontextprotocol/subscriptionId"
    #expect(told.messages.last?["params", "_meta", id] == 3)
    #expect(told.messages.first?["params", "_meta"] == nil)
    #expect(try client.handle(.told(follower.number, .changed([StateKey("c")]))).messages == [])
    // The third is the last that there is room for.
    #expect(try client.ask(4, "resources/subscribe", ["uri": "townhall:///"]).messages.count == 1)
    let full = try client.ask(5, "resources/subscribe", ["uri": "townhall:///x"])
    #expect(full.messages.first?["error", "code"] == -32603)
    _ = try client.ask(6, "resources/unsubscribe", ["uri": "townhall:///"])
    #expect(try client.ask(7, "resources/unsubscribe", street).cancelled == [])
    let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#
    #expect(try client.say(cancel).cancelled == [follower.number])
    #expect(try client.ask(8, "resources/subscribe", street).started.first?.work == .follow)
  }

  @Test(
    "Several messages come as one list in the one revision that knows that, and are answered as one"
  )
  func batches() throws {
    let list = """
      [{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"},7,
      {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"get","arguments":{"key":"a"}}},
      {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"wait","arguments":{"key":"a"}}}]
      """
    var client = LoneClient()
    try client.shakeHands("2025-06-18")
    #expect(try client.say(list).messages.first?["error", "code"] == -32600)
    client = LoneClient()
    try client.shakeHands("2025-03-26")
    #expect(try client.say("[]").messages.first?["error", "code"] == -32600)
    #expect(try client.say(#"[{"jsonrpc":"2.0","method":"x"}]"#).messages == [])
    let begun = try client.say(list)
    #expect(begun.messages == [] && begun.started.count == 2)
    let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#
    #expect(try client.say(cancel).messages == [])
    let done = try client.handle(.ended(begun.started[0].number, .called(.done([:]))))
    let answers = try #require(done.messages.first?.array)
    #expect(answers.map { $0["id"] } == [1, nil ?? .null, 2])
    #expect(try client.handle(.ended(begun.started[1].number, .called(.done([:])))).messages == [])
  }

  @Test(
    "At the end of the input a list is answered without what only waited",
    arguments: [1, 8]
  )
  func endOfBatch(mostRunning: Int) throws {
    var client = LoneClient(mostRunning: mostRunning)
    try client.shakeHands("2025-03-26")
    let list = """
      [{"jsonrpc":"2.0","id":1,"method":"tools/list"},
      {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"wait","arguments":{"key":"a"}}},
      {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"wait","arguments":{"key":"b"}}}]
      """
    let begun = try client.say(list)
    #expect(begun.messages == [] && begun.started.count == min(mostRunning, 2))
    let end = try client.handle(.inputEnded)
    #expect(end.messages.count == 1)
    #expect(end.messages.first?.array?.map { $0["id"] } == [1])
    for call in begun.started {
      #expect(try client.handle(.ended(call.number, .called(.done([:])))).messages == [])
    }
  }

  @Test("At the end of the input what only waits is cancelled, and what is open is closed")
  func end() throws {
    var client = LoneClient()
    try client.shakeHands()
    let call: StateValue = ["name": "get", "arguments": ["key": "a"]]
    let get = try #require(try client.ask(1, "tools/call", call).started.first?.number)
    let wait: StateValue = ["name": "wait", "arguments": ["key": "a"]]
    let waiting = try #require(try client.ask(2, "tools/call", wait).started.first?.number)
    let listen = try client.askNamed(
      3,
      "subscriptions/listen",
      ["notifications": ["resourceSubscriptions": ["townhall:///"]]]
    )
    let follower = try #require(listen.started.first?.number)
    let end = try client.handle(.inputEnded)
    #expect(Set(end.cancelled) == [waiting, follower])
    #expect(end.messages.map { $0["id"] } == [3])
    #expect(try client.handle(.ended(waiting, .called(.done([:])))).messages == [])
    #expect(try client.handle(.ended(get, .called(.done([:])))).messages.first?["id"] == 1)
  }
}
