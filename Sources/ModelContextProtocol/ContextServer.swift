package import SharedState

/// A server of the Model Context Protocol, without what carries its lines.
///
/// It speaks the revisions with a handshake and those without on the same line, as the client begins; lists tools and
/// resources, and has them called and read; and tells who has subscribed what has changed.
package struct ContextServer: LineMachine {
  /// What is served, and within which bounds.
  package struct Options: Sendable {
    /// What the server is called, and which version of it this is.
    package var name: String
    /// What it is called for people.
    package var title: String
    /// Its version.
    package var version: String
    /// What a model should know that uses it.
    package var instructions: String
    /// The tools that are listed.
    package var tools: [Tool]
    /// Tools that are not listed, with what is said to who calls them all the same.
    package var refusals: [String: String]
    /// How many calls are done at once; others wait.
    package var mostRunning = 8
    /// How many wait; more are refused.
    package var mostWaiting = 64
    /// How many resources may be subscribed to, in all.
    package var mostSubscriptions = 1000
    /// How many requests for what changes may stay open.
    package var mostListeners = 64
    /// How many resources are listed at once.
    package var pageSize = 200
    /// How many messages may come as one list.
    package var mostInBatch = 64
    /// How many lists and dictionaries may stand inside each other in a message.
    package var mostNesting = 128

    /// Describes a server.
    package init(
      name: String,
      title: String,
      version: String,
      instructions: String,
      tools: [Tool],
      refusals: [String: String] = [:]
    ) {
      (self.name, self.title, self.version) = (name, title, version)
      (self.instructions, self.tools, self.refusals) = (instructions, tools, refusals)
    }
  }

  /// What is to be done for a client.
  package enum Work: Hashable, Sendable {
    /// Call a tool with what it takes, which has been looked at.
    case call(tool: String, StateObject)
    /// Read a resource.
    case read(ResourceAddress)
    /// List all keys, in their order.
    case list
    /// Tell which keys change, until it is cancelled.
    case follow
  }

  /// What work tells.
  package enum News: Hashable, Sendable {
    /// What came of a tool.
    case called(ToolAnswer)
    /// What a resource holds, as JSON.
    case read(String)
    /// All keys.
    case listed([String])
    /// Keys that have changed.
    case changed(Set<StateKey>)
    /// It could not be done, for this reason: there is no such thing, or another.
    case failed(String, isAbsent: Bool)
    /// There is nothing to tell.
    case nothing
  }

  /// How a client came by the revision that it speaks.
  enum Era: Hashable { case agreed, named }

  /// A request that has not been answered.
  struct Call: Sendable {
    let id: RequestID
    let era: Era
    let batch: Int?
    var waits = false
    var uri = ""
    var cursor: ResourceCursor?
    /// Whether somebody still wants to know.
    var isWanted = true
  }

  /// Messages that came as one list, and are answered as one.
  struct Batch: Sendable {
    var open = 0
    var answers: [StateValue] = []
  }

  let options: Options
  /// The revision of the handshake, if there was one.
  var revision: String?
  var calls: [Int: Call] = [:]
  var numbers: [RequestID: Int] = [:]
  var batches: [Int: Batch] = [:]
  var queue: WorkQueue<Work>
  /// What was subscribed to one by one, and by requests that stay open.
  var subscriptions: [String: ResourceAddress] = [:]
  var listeners: [RequestID: [String: ResourceAddress]] = [:]
  var follower: Int?
  private var lastNumber = 0

  /// Makes a server.
  package init(_ options: Options) {
    self.options = options
    queue = WorkQueue(mostRunning: options.mostRunning, mostWaiting: options.mostWaiting)
  }

  package mutating func handle(_ event: LineEvent<News>) -> [LineAction<Work>] {
    switch event {
    case .received(.whole(let bytes)): return receive(bytes)
    case .received(.tooLong):
      return send(RPCError(.invalidRequest, "a message is longer than is taken in").answer)
    case .told(_, .changed(let keys)): return tell(keys)
    case .told: return []
    case .ended(let number, let news): return end(number, news)
    case .inputEnded: return endInput()
    }
  }

  private mutating func receive(_ bytes: [UInt8]) -> [LineAction<Work>] {
    do throws(PlainJSONError) {
      let value = try PlainJSON.read(bytes, mostNesting: options.mostNesting)
      guard let list = value.array, revision == Revision.withBatches else {
        return take(value, batch: nil)
      }
      return take(list)
    } catch {
      return send(RPCError(.parse, "this is no message in JSON: \(error)").answer)
    }
  }

  private mutating func take(_ list: [StateValue]) -> [LineAction<Work>] {
    guard !list.isEmpty, list.count <= options.mostInBatch else {
      let most = "1 to \(options.mostInBatch) messages"
      return send(RPCError(.invalidRequest, "a list holds \(most)").answer)
    }
    let batch = nextNumber()
    // Held open until all have been looked at.
    batches[batch] = Batch(open: 1)
    var actions: [LineAction<Work>] = []
    for value in list { actions += take(value, batch: batch) }
    return actions + close(batch)
  }

  private mutating func take(_ value: StateValue, batch: Int?) -> [LineAction<Work>] {
    do throws(RPCError) {
      switch try RPCMessage(value) {
      case .request(let id, let method, let parameters):
        if let batch { batches[batch]?.open += 1 }
        do throws(RPCError) {
          guard numbers[id] == nil, listeners[id] == nil else {
            throw RPCError(.invalidRequest, "a request with this id has not been answered yet")
          }
          return try take(method, parameters, as: id, in: batch)
        } catch {
          var error = error
          error.id = id
          return answer(error.answer, in: batch)
        }
      case .notification(let method, let parameters): return take(method, parameters)
      case .answer: return []
      }
    } catch {
      // It counts as one of the list, so that it is answered with it.
      if let batch { batches[batch]?.open += 1 }
      return answer(error.answer, in: batch)
    }
  }

  private mutating func take(_ method: String, _ parameters: StateObject) -> [LineAction<Work>] {
    guard method == "notifications/cancelled", let id = RequestID(parameters["requestId"]) else {
      return []
    }
    if listeners.removeValue(forKey: id) != nil { return followIfNeeded() }
    guard let number = numbers.removeValue(forKey: id), let call = calls[number] else { return [] }
    let (actions, hadBegun) = queue.cancel(number)
    if hadBegun { calls[number]?.isWanted = false } else { calls[number] = nil }
    guard let batch = call.batch else { return actions }
    return actions + close(batch)
  }

  // MARK: Work

  mutating func nextNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  /// Has something done for a request, which is answered when it has been.
  mutating func begin(
    _ work: Work,
    for id: RequestID,
    _ era: Era,
    in batch: Int?,
    _ describe: (inout Call) -> Void = { _ in }
  ) throws(RPCError) -> [LineAction<Work>] {
    guard queue.hasRoom else {
      let words = "\(options.mostRunning) calls run and \(options.mostWaiting) wait already"
      throw RPCError(.failed, "\(words); wait until some have ended")
    }
    let number = nextNumber()
    var call = Call(id: id, era: era, batch: batch)
    describe(&call)
    (calls[number], numbers[id]) = (call, number)
    return queue.add(number, work)
  }

  private mutating func end(_ number: Int, _ news: News) -> [LineAction<Work>] {
    if number == follower {
      follower = nil
      return []
    }
    let next = queue.end(number)
    guard let call = calls.removeValue(forKey: number), call.isWanted else { return next }
    numbers[call.id] = nil
    return answer(message(for: call, news), in: call.batch) + next
  }

  private func message(for call: Call, _ news: News) -> StateObject {
    do throws(RPCError) {
      return reply(to: call.id, try result(of: call, news))
    } catch {
      var error = error
      error.id = call.id
      return error.answer
    }
  }

  private func result(of call: Call, _ news: News) throws(RPCError) -> StateObject {
    switch news {
    case .called(let answer): return finished(answer.told, call.era)
    case .read(let text):
      let contents: StateValue = [
        "uri": .string(call.uri), "mimeType": "application/json", "text": .string(text),
      ]
      return finished(["contents": [contents]], call.era, keptFor: 0)
    case .listed(let keys):
      return finished(page(of: keys, behind: call.cursor), call.era, keptFor: 0)
    case .failed(let reason, isAbsent: true) where !call.uri.isEmpty:
      let code: RPCError.Code = call.era == .agreed ? .noSuchResource : .invalidParameters
      throw RPCError(code, reason, data: ["uri": .string(call.uri)])
    case .failed(let reason, _): throw RPCError(.failed, reason)
    case .changed, .nothing: throw RPCError(.failed, "nothing came of it")
    }
  }

  private mutating func endInput() -> [LineAction<Work>] {
    var actions: [LineAction<Work>] = []
    for id in listeners.keys.sorted(by: { "\($0)" < "\($1)" }) {
      var result = finished([:], .named)
      var meta = result["_meta"]?.object ?? [:]
      meta[MetaKey.subscription] = id.value
      result["_meta"] = .object(meta)
      actions += send(reply(to: id, result))
    }
    (subscriptions, listeners) = ([:], [:])
    actions += followIfNeeded()
    for (number, call) in calls.sorted(by: { $0.key < $1.key }) where call.waits {
      numbers[call.id] = nil
      let cancelling = queue.cancel(number)
      if cancelling.hadBegun { calls[number]?.isWanted = false } else { calls[number] = nil }
      actions += cancelling.actions
      // The others of its list do not wait for it.
      if let batch = call.batch { actions += close(batch) }
    }
    return actions
  }

  // MARK: Answers

  func reply(to id: RequestID, _ result: StateObject) -> StateObject {
    ["jsonrpc": "2.0", "id": id.value, "result": .object(result)]
  }

  /// A result with all that its revision wants to be in one.
  func finished(_ result: StateObject, _ era: Era, keptFor milliseconds: Int64? = nil)
    -> StateObject
  {
    guard era == .named else { return result }
    var result = result
    result["resultType"] = "complete"
    result["_meta"] = [MetaKey.server: identity]
    if let milliseconds {
      result["ttlMs"] = .int(milliseconds)
      result["cacheScope"] = "private"
    }
    return result
  }

  /// Who the server is.
  var identity: StateValue {
    [
      "name": .string(options.name), "title": .string(options.title),
      "version": .string(options.version),
    ]
  }

  /// What the server can do.
  var capabilities: StateValue { ["tools": [:], "resources": ["subscribe": true]] }

  func send(_ message: StateObject) -> [LineAction<Work>] {
    [.send(StateValue.object(message).text)]
  }

  /// Sends an answer: by itself, or with the others of its list.
  mutating func answer(_ message: StateObject, in batch: Int?) -> [LineAction<Work>] {
    guard let batch else { return send(message) }
    batches[batch]?.answers.append(.object(message))
    return close(batch)
  }

  /// Notes that one message of a list is done with.
  private mutating func close(_ number: Int) -> [LineAction<Work>] {
    guard var batch = batches[number] else { return [] }
    batch.open -= 1
    batches[number] = batch.open > 0 ? batch : nil
    guard batch.open <= 0, !batch.answers.isEmpty else { return [] }
    return [.send(StateValue.array(batch.answers).text)]
  }
}
