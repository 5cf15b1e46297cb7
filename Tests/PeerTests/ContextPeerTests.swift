import Foundation
import ModelContextProtocol
import SharedState
import TestSupport
import Testing

@testable import TownhallApp

/// The Python environment with a client of the Model Context Protocol, which `.ci/mcp-venv.sh` makes.
private enum ContextPeer {
  private static let folder = PeerEnvironment.path(of: ".build/mcp-venv")
  static let reason: Comment = "no Python with mcp: .ci/mcp-venv.sh makes one"

  static var isThere: Bool { FileManager.default.fileExists(atPath: folder + "/complete") }

  /// Whether to run: where the environment is, and also where it must be, so as to fail there.
  static var isWanted: Bool { isThere || ProcessInfo.processInfo.environment["CI"] != nil }

  static func interpreter() throws -> String {
    guard isThere else { throw PeerTrouble(description: "CI is set, and there is \(reason)") }
    return folder + "/bin/python"
  }

  /// Runs a script to its end, and returns the lines of JSON that it prints.
  static func run(_ script: String, _ arguments: [String]) throws -> [StateValue] {
    let file = try PeerEnvironment.write(script)
    defer { try? FileManager.default.removeItem(at: file) }
    let program = try LineProgram([try interpreter(), file.path()] + arguments)
    let end = program.line(seconds: 120) { $0 == "end" || $0.hasPrefix("trouble") }
    guard let end, end.text == "end" else {
      throw PeerTrouble(description: end?.text ?? "Python did not come to its end")
    }
    return try program.lines.dropLast().map { try StateValue(text: $0.text) }
  }
}

@Suite(
  "A client of the Model Context Protocol that is not ours",
  .serialized,
  .timeLimit(.minutes(5)),
  .enabled(if: ContextPeer.isWanted, ContextPeer.reason)
)
struct ContextPeerTests {
  /// Lists and calls each tool of `townhall mcp`, reads its resources and hears of their changes.
  ///
  /// The library checks each answer against the schema of its tool, and raises if it does not fit.
  private static let script = #"""
    import asyncio, json, sys, traceback
    import jsonschema
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    townhall, address, mode, calls = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])


    def say(**value):
        print(json.dumps(value), flush=True)


    def server(*arguments):
        parameters = StdioServerParameters(command=townhall, args=["mcp", "--town", address, *arguments])
        return stdio_client(parameters)


    async def reading():
        async with Client(server(), mode=mode) as client:
            tools = (await client.list_tools()).tools
            say(readOnly=[tool.name for tool in tools if tool.annotations.read_only_hint], count=len(tools))
            try:
                await client.call_tool("set", {"key": "a", "value": 1})
            except Exception as error:
                say(refused=str(error))


    async def writing():
        heard = []

        async def hear(message):
            heard.append(message)

        async with Client(server("--write"), mode=mode, message_handler=hear) as client:
            tools = (await client.list_tools()).tools
            for tool in tools:
                jsonschema.Draft202012Validator.check_schema(tool.input_schema)
                jsonschema.Draft202012Validator.check_schema(tool.output_schema)
            say(tools=[tool.name for tool in tools], revision=client.session.protocol_version)
            for name, arguments in calls:
                result = await client.call_tool(name, arguments)
                say(tool=name, failed=result.is_error, content=result.structured_content,
                    words=[block.text for block in result.content])
            listed = (await client.list_resources()).resources
            templates = (await client.list_resource_templates()).resource_templates
            say(resources=[resource.uri for resource in listed], templates=len(templates))
            read = (await client.read_resource("townhall:///peer.*")).contents[0]
            say(read=json.loads(read.text), mime=read.mime_type)
            uri = "townhall:///peer.told"
            if mode == "legacy":
                await client.subscribe_resource(uri)
                for number in range(100):
                    await client.call_tool("set", {"key": "peer.told", "value": number})
                    if heard:
                        break
                    await asyncio.sleep(0.1)
                say(heard=heard[0].params.uri)
            else:
                async with client.listen(resource_subscriptions=[uri]) as changes:
                    async def change():
                        for number in range(100):
                            await client.call_tool("set", {"key": "peer.told", "value": number})
                            await asyncio.sleep(0.1)
                    changing = asyncio.create_task(change())
                    async for event in changes:
                        say(heard=event.uri)
                        break
                    changing.cancel()
            try:
                await asyncio.wait_for(client.call_tool("wait", {"key": "nobody", "seconds": 60}), 0.3)
            except TimeoutError:
                say(cancelled=True)
            many = await asyncio.gather(*[client.call_tool("get", {"key": "peer.a"}) for _ in range(20)])
            say(many=sum(not result.is_error for result in many))


    try:
        asyncio.run(reading())
        asyncio.run(writing())
        print("end", flush=True)
    except BaseException:
        print("trouble " + traceback.format_exc().replace("\n", " | "), flush=True)
    """#

  private static let calls: StateValue = [
    ["load", ["state": ["peer.a": ["x": 1.5], "selection.root": ["name": "Root"]]]],
    ["keys", ["prefix": "peer."]], ["get", ["key": "peer.a", "field": "x"]],
    ["dump", ["prefix": "peer."]], ["diff", ["state": ["peer.a": 1], "only": ["peer.*"]]],
    ["watch", ["seconds": 1, "count": 2]], ["wait", ["key": "peer.a", "seconds": 5]],
    ["inspect", ["prefixes": ["selection."]]], ["atoms", ["query": "all", "form": "count"]],
    ["atoms", ["query": "index 0:3"]], ["commands", [:]], ["who", [:]],
    ["who", ["key": "peer.a"]], ["status", [:]], ["set", ["key": "peer.b", "text": "1.0"]],
    ["set", ["key": "peer.c", "value": ["$bytes": "AAEC"]]],
    ["update", ["key": "peer.a", "fields": ["y": [1, 2]]]],
    ["add", ["prefix": "peer.list.", "value": [:]]],
    ["select", ["name": "few", "query": "index 0:3"]], ["remove", ["keys": ["peer.b"]]],
    ["clear", ["prefix": "peer.list."]],
    ["restore", ["state": ["peer.d": 4], "only": ["peer.d"]]], ["repair", [:]],
    ["run", ["name": "multiuser/radially-orient-origins", "arguments": ["radius": 1.5]]],
  ]

  @Test(
    "It lists and calls each tool, and reads and follows resources",
    arguments: ["legacy", "auto"]
  )
  func tools(mode: String) async throws {
    let server = try ServerProcess(withResidents: true)
    let said = try ContextPeer.run(
      Self.script,
      [
        try BuiltProducts.path(of: "townhall"), server.address, mode, Self.calls.text,
      ]
    )
    func first(_ name: String) throws -> StateValue {
      try #require(said.first { $0[name] != nil }, "\(said)")
    }
    let reading = VerbTool.reading(hasFiles: false).map(\.tool.name)
    let writing = VerbTool.writing(hasFiles: false).map(\.tool.name)
    let names = reading.map(StateValue.string)
    let readOnly = try first("readOnly")
    #expect(readOnly["readOnly"] == .array(names) && readOnly["count"] == .int(Int64(names.count)))
    #expect(try first("refused")["refused"]?.string?.contains("--write") == true)
    let tools = try first("tools")
    #expect(tools["tools"] == .array(names + writing.map(StateValue.string)))
    #expect(tools["revision"] == (mode == "legacy" ? "2025-11-25" : "2026-07-28"))
    let called = said.filter { $0["tool"] != nil }
    #expect(Set(called.compactMap { $0["tool"]?.string }) == Set(reading + writing))
    for call in called { #expect(call["failed"] == false, "\(call)") }
    func content(_ name: String) -> StateValue? {
      called.first { $0["tool"] == .string(name) }?["content"]
    }
    #expect(content("get")?["value"] == 1.5)
    #expect(content("dump")?["state"] == ["peer.a": ["x": 1.5]])
    #expect(content("watch")?["changes"]?.array?.isEmpty == false)
    #expect((content("atoms")?["total"]?.int ?? 0) > 3)
    #expect(content("who")?["connections"]?.array?.isEmpty == false)
    #expect(try first("resources")["resources"]?.array?.contains("townhall:///peer.*") == true)
    #expect(try first("resources")["templates"] == 2)
    #expect(try first("read")["read"]?["peer.c"] == ["$bytes": "AAEC"])
    #expect(try first("read")["read"]?["peer.a"] == ["x": 1.5, "y": [1, 2]])
    #expect(try first("heard")["heard"] == "townhall:///peer.told")
    #expect(try first("cancelled")["cancelled"] == true)
    #expect(try first("many")["many"] == 20)
    // Whoever has gone leaves nothing behind; the people of the town, who count too, have avatars.
    try await eventually("nothing is left behind") {
      let people = Set(
        try server.run("keys", "avatar.").split(separator: "\n").map {
          $0.dropFirst("avatar.".count)
        }
      )
      return try server.run("keys", "update.").split(separator: "\n")
        .allSatisfy { people.contains($0.dropFirst("update.index.".count)) }
    }
  }

  /// Has `townhall repl` answer some calls, and sees that all lines fit the schemas that it prints.
  private static let repl = #"""
    import json, subprocess, sys, traceback
    import jsonschema

    townhall, address, calls = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    try:
        schemas = json.loads(subprocess.run([townhall, "repl", "--schema"], capture_output=True, check=True).stdout)
        request, answer = (jsonschema.Draft202012Validator(schemas[name]) for name in ["request", "answer"])
        for schema in [request, answer]:
            schema.check_schema(schema.schema)
        lines = [{"id": number, "call": call} for number, call in enumerate(calls)]
        for line in lines:
            request.validate(line)
        assert not request.is_valid({"id": 1}) and not answer.is_valid({"id": 1})
        text = "".join(json.dumps(line) + "\n" for line in lines) + "nonsense\n"
        run = subprocess.run([townhall, "repl", "--town", address], input=text, capture_output=True, text=True)
        assert run.returncode == 0 and run.stderr == "", run
        for line in run.stdout.splitlines():
            answer.validate(json.loads(line))
            print(line, flush=True)
        print("end", flush=True)
    except BaseException:
        print("trouble " + traceback.format_exc().replace("\n", " | "), flush=True)
    """#

  @Test("Every line of repl fits the schema that it prints, by a validator that is not ours")
  func lines() throws {
    let server = try ServerProcess()
    try server.run("set", "a", #"{"f":Infinity,"b":b64"AAEC"}"#)
    let calls: StateValue = [
      ["get", "a"], ["get", "nobody"], ["keys"], ["dump"], ["set", "a", "1"], ["help", "get"],
      ["inspect", "--json"], ["watch", "--count", "1", "--initial", "a"], ["status", "--json"],
    ]
    let said = try ContextPeer.run(
      Self.repl,
      [try BuiltProducts.path(of: "townhall"), server.address, calls.text]
    )
    let ended = said.filter { $0["event"] == nil }
    #expect(ended.count == 10)
    let value = ended.first { $0["id"] == 0 }?["value"]
    #expect(value == ["f": ["$number": "Infinity"], "b": ["$bytes": "AAEC"]])
    #expect(ended.first { $0["id"] == 1 }?["status"] == 1)
    #expect(ended.first { $0["id"] == 4 }?["status"] == 4)
  }
}
