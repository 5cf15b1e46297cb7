import SharedState

// What a client may ask for.
extension ContextServer {
  mutating func take(
    _ method: String,
    _ parameters: StateObject,
    as id: RequestID,
    in batch: Int?
  ) throws(RPCError) -> [LineAction<Work>] {
    let meta = parameters["_meta"]
    if let named = meta?[MetaKey.revision] {
      try check(named, meta)
      return try takeNamed(method, parameters, as: id, in: batch)
    }
    switch method {
    case "initialize": return try initialize(parameters, as: id, in: batch)
    case "ping": return answer(reply(to: id, [:]), in: batch)
    case _ where revision == nil:
      let words = "_meta says no \(MetaKey.revision), and there was no initialize before"
      throw RPCError(.invalidParameters, words)
    case "resources/subscribe":
      let (uri, address) = try resource(parameters)
      try checkRoom(for: subscriptions[uri] == nil ? 1 : 0)
      subscriptions[uri] = address
      return answer(reply(to: id, [:]), in: batch) + followIfNeeded()
    case "resources/unsubscribe":
      subscriptions[try resource(parameters).uri] = nil
      return answer(reply(to: id, [:]), in: batch) + followIfNeeded()
    default: return try takeAny(method, parameters, as: id, .agreed, in: batch)
    }
  }

  /// Sees that a request names a revision that is spoken here, and what it has to say with it.
  private func check(_ named: StateValue, _ meta: StateValue?) throws(RPCError) {
    guard let named = named.string else {
      throw RPCError(.invalidParameters, "\(MetaKey.revision) is text")
    }
    guard Revision.named.contains(named) else {
      let spoken = (Revision.agreed + Revision.named).reversed().map(StateValue.string)
      throw RPCError(
        .unknownRevision,
        "no such revision of the protocol is spoken here",
        data: ["supported": .array(spoken), "requested": .string(named)]
      )
    }
    guard meta?[MetaKey.capabilities]?.object != nil else {
      throw RPCError(.invalidParameters, "_meta says no \(MetaKey.capabilities)")
    }
  }

  private mutating func takeNamed(
    _ method: String,
    _ parameters: StateObject,
    as id: RequestID,
    in batch: Int?
  ) throws(RPCError) -> [LineAction<Work>] {
    switch method {
    case "server/discover":
      let spoken = (Revision.named + Revision.agreed.reversed()).map(StateValue.string)
      let result: StateObject = [
        "supportedVersions": .array(spoken), "capabilities": capabilities,
        "instructions": .string(options.instructions),
      ]
      return answer(reply(to: id, finished(result, .named, keptFor: Self.hour)), in: batch)
    case "subscriptions/listen":
      guard batch == nil else {
        throw RPCError(.invalidRequest, "what stays open cannot be one of a list")
      }
      return try listen(parameters, as: id)
    default: return try takeAny(method, parameters, as: id, .named, in: batch)
    }
  }

  private static let hour: Int64 = 3_600_000

  /// What is asked for in the same way in all revisions.
  private mutating func takeAny(
    _ method: String,
    _ parameters: StateObject,
    as id: RequestID,
    _ era: Era,
    in batch: Int?
  ) throws(RPCError) -> [LineAction<Work>] {
    switch method {
    case "tools/list":
      try checkFirstPage(parameters)
      let tools = StateValue.array(options.tools.map(\.listed))
      return answer(
        reply(to: id, finished(["tools": tools], era, keptFor: Self.hour)),
        in: batch
      )
    case "tools/call": return try call(parameters, as: id, era, in: batch)
    case "resources/list":
      let cursor = try cursor(parameters)
      return try begin(.list, for: id, era, in: batch) { $0.cursor = cursor }
    case "resources/templates/list":
      try checkFirstPage(parameters)
      return answer(
        reply(to: id, finished(["resourceTemplates": Self.templates], era, keptFor: Self.hour)),
        in: batch
      )
    case "resources/read":
      let (uri, address) = try resource(parameters)
      return try begin(.read(address), for: id, era, in: batch) { $0.uri = uri }
    default: throw RPCError(.unknownMethod, "there is no such method here")
    }
  }

  private mutating func initialize(
    _ parameters: StateObject,
    as id: RequestID,
    in batch: Int?
  ) throws(RPCError) -> [LineAction<Work>] {
    guard revision == nil else {
      throw RPCError(.invalidRequest, "initialize comes once, at the beginning")
    }
    guard let asked = parameters["protocolVersion"]?.string else {
      throw RPCError(.invalidParameters, "initialize says a protocolVersion")
    }
    let revision = Revision.answer(to: asked)
    self.revision = revision
    return answer(
      reply(
        to: id,
        [
          "protocolVersion": .string(revision), "capabilities": capabilities,
          "serverInfo": identity, "instructions": .string(options.instructions),
        ]
      ),
      in: batch
    )
  }

  // MARK: Tools

  private mutating func call(
    _ parameters: StateObject,
    as id: RequestID,
    _ era: Era,
    in batch: Int?
  ) throws(RPCError) -> [LineAction<Work>] {
    guard let name = parameters["name"]?.string else {
      throw RPCError(.invalidParameters, "tools/call says the name of a tool")
    }
    if let refusal = options.refusals[name] { throw RPCError(.invalidParameters, refusal) }
    guard let tool = options.tools.first(where: { $0.name == name }) else {
      throw RPCError(.invalidParameters, "there is no such tool here")
    }
    let given = parameters["arguments"] ?? .object([:])
    guard let arguments = given.object else {
      throw RPCError(.invalidParameters, "arguments are an object")
    }
    // Something that a model can put right is told where it looks for that.
    if let flaw = tool.input.flaw(of: given) {
      return answer(reply(to: id, finished(ToolAnswer.failed(flaw).told, era)), in: batch)
    }
    return try begin(.call(tool: name, arguments), for: id, era, in: batch) {
      $0.waits = tool.waits
    }
  }

  /// Refuses a place in a list that has but one page.
  private func checkFirstPage(_ parameters: StateObject) throws(RPCError) {
    guard parameters["cursor"] == nil else {
      throw RPCError(.invalidParameters, "there is no such cursor")
    }
  }

  // MARK: Resources

  private static let templates: StateValue = [
    [
      "uriTemplate": "townhall:///{key}", "name": "house", "title": "A house",
      "description": "The value of one key, such as townhall:///scene.",
      "mimeType": "application/json",
    ],
    [
      "uriTemplate": "townhall:///{street}.*", "name": "street", "title": "A street",
      "description": "All keys that begin so, with their values, such as townhall:///selection.*",
      "mimeType": "application/json",
    ],
  ]

  private func resource(_ parameters: StateObject) throws(RPCError) -> (
    uri: String, address: ResourceAddress
  ) {
    guard let uri = parameters["uri"]?.string else {
      throw RPCError(.invalidParameters, "the uri of a resource is missing")
    }
    guard let address = ResourceAddress(uri) else {
      throw RPCError(
        .invalidParameters,
        "a resource is townhall:///, townhall:///KEY or townhall:///STREET.*",
        data: ["uri": .string(uri)]
      )
    }
    return (uri, address)
  }

  private func cursor(_ parameters: StateObject) throws(RPCError) -> ResourceCursor? {
    guard let given = parameters["cursor"] else { return nil }
    guard let text = given.string, let cursor = ResourceCursor(text) else {
      throw RPCError(.invalidParameters, "there is no such cursor")
    }
    return cursor
  }

  /// The resources that a town with these keys has, from a place on.
  func page(of keys: [String], behind cursor: ResourceCursor?) -> StateObject {
    var places: [ResourceCursor] = [ResourceCursor(kind: .town, name: "")]
    var streets: Set<StateKey> = []
    for key in keys {
      guard let prefix = KeyParts.prefix(of: key) else { continue }
      if streets.insert(StateKey(prefix)).inserted {
        places.append(ResourceCursor(kind: .street, name: prefix))
      }
    }
    places += keys.lazy.filter { !$0.isEmpty }.map { ResourceCursor(kind: .house, name: $0) }
    let left = cursor.map { cursor in places[(places.firstIndex { $0 > cursor } ?? places.count)...]
    }
    let page = (left ?? places[...]).prefix(options.pageSize)
    var result: StateObject = ["resources": .array(page.map(\.listed))]
    if let last = page.last, let end = places.last, last < end {
      result["nextCursor"] = .string(last.text)
    }
    return result
  }

  // MARK: Subscriptions

  private var subscriptionCount: Int {
    listeners.values.reduce(subscriptions.count) { $0 + $1.count }
  }

  private func checkRoom(for more: Int) throws(RPCError) {
    guard subscriptionCount + more <= options.mostSubscriptions else {
      throw RPCError(.failed, "\(options.mostSubscriptions) subscriptions are all there may be")
    }
  }

  private mutating func listen(_ parameters: StateObject, as id: RequestID) throws(RPCError)
    -> [LineAction<Work>]
  {
    guard let wanted = parameters["notifications"]?.object else {
      throw RPCError(.invalidParameters, "subscriptions/listen says which notifications")
    }
    var addresses: [String: ResourceAddress] = [:]
    var honoured: [StateValue] = []
    for uri in wanted["resourceSubscriptions"]?.array ?? [] {
      guard let uri = uri.string, let address = ResourceAddress(uri) else { continue }
      if addresses.updateValue(address, forKey: uri) == nil { honoured.append(.string(uri)) }
    }
    guard listeners.count < options.mostListeners else {
      throw RPCError(.failed, "\(listeners.count) such requests are open already")
    }
    try checkRoom(for: addresses.count)
    listeners[id] = addresses
    var granted = StateObject()
    if !honoured.isEmpty { granted["resourceSubscriptions"] = .array(honoured) }
    let message = notification(
      "notifications/subscriptions/acknowledged",
      ["_meta": [MetaKey.subscription: id.value], "notifications": .object(granted)]
    )
    return send(message) + followIfNeeded()
  }

  /// Begins to look for changes when somebody wants to know, and ends it when nobody does.
  mutating func followIfNeeded() -> [LineAction<Work>] {
    let isWanted = subscriptionCount > 0
    switch follower {
    case nil where isWanted:
      let number = nextNumber()
      follower = number
      return [.start(number, .follow)]
    case let number? where !isWanted:
      follower = nil
      return [.cancel(number)]
    default: return []
    }
  }

  /// Tells those who want to know that some keys have changed.
  func tell(_ keys: Set<StateKey>) -> [LineAction<Work>] {
    var actions: [LineAction<Work>] = []
    let updated = "notifications/resources/updated"
    for (uri, address) in subscriptions.sorted(by: { $0.key < $1.key })
    where address.shows(anyOf: keys) {
      actions += send(notification(updated, ["uri": .string(uri)]))
    }
    for (id, addresses) in listeners.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      for (uri, address) in addresses.sorted(by: { $0.key < $1.key })
      where address.shows(anyOf: keys) {
        let meta: StateValue = [MetaKey.subscription: id.value]
        actions += send(notification(updated, ["uri": .string(uri), "_meta": meta]))
      }
    }
    return actions
  }

  private func notification(_ method: String, _ parameters: StateObject) -> StateObject {
    ["jsonrpc": "2.0", "method": .string(method), "params": .object(parameters)]
  }
}

/// A place in the list of resources: the town, then its streets, then its houses, each in the order of their names.
struct ResourceCursor: Hashable, Sendable, Comparable {
  enum Kind: Int, Sendable { case town, street, house }

  let kind: Kind
  let name: String

  init(kind: Kind, name: String) { (self.kind, self.name) = (kind, name) }

  /// Reads what was told as the end of a page; nil if it was not.
  init?(_ text: String) {
    guard let digit = text.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "2")).contains(digit),
      let kind = Kind(rawValue: Int(digit - UInt8(ascii: "0")))
    else { return nil }
    self.init(kind: kind, name: String(decoding: text.utf8.dropFirst(), as: UTF8.self))
  }

  var text: String { "\(kind.rawValue)\(name)" }

  static func < (left: ResourceCursor, right: ResourceCursor) -> Bool {
    guard left.kind == right.kind else { return left.kind.rawValue < right.kind.rawValue }
    return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
  }

  var listed: StateValue {
    let address: ResourceAddress =
      switch kind {
      case .town: .town
      case .street: .street(StateKey(name))
      case .house: .house(StateKey(name))
      }
    let (said, title) =
      switch kind {
      case .town: ("town", "The whole town")
      case .street: (name, "The street \(name)")
      case .house: (name, name)
      }
    return [
      "uri": .string(address.text), "name": .string(said), "title": .string(title),
      "mimeType": "application/json",
    ]
  }
}
