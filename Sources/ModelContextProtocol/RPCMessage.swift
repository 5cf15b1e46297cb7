package import SharedState

/// What a request goes by until it is answered: a number or a text, as its sender likes.
package enum RequestID: Hashable, Sendable {
  /// A number.
  case number(Int64)
  /// A text, told apart from others byte by byte.
  case text(StateKey)

  /// Reads an id; nil if it is none.
  package init?(_ value: StateValue?) {
    switch value {
    case .int(let number): self = .number(number)
    case .string(let text): self = .text(StateKey(text))
    default: return nil
    }
  }

  /// The id as it is sent.
  package var value: StateValue {
    switch self {
    case .number(let number): .int(number)
    case .text(let text): .string(text.text)
    }
  }
}

/// A message of JSON-RPC 2.0 that somebody has sent.
package enum RPCMessage: Hashable, Sendable {
  /// Something that is to be answered under its id.
  case request(RequestID, method: String, parameters: StateObject)
  /// Something that is told, and not answered.
  case notification(method: String, parameters: StateObject)
  /// An answer.
  case answer

  /// Reads a message.
  ///
  /// - Throws: What to answer instead of what it asked for.
  package init(_ value: StateValue) throws(RPCError) {
    guard let object = value.object else {
      throw RPCError(.invalidRequest, "a message is an object, not \(Self.kind(of: value))")
    }
    let id = RequestID(object["id"])
    guard object["jsonrpc"] == "2.0" else {
      throw RPCError(.invalidRequest, #"a message says "jsonrpc":"2.0""#, of: id)
    }
    guard let method = object["method"] else {
      guard object["result"] == nil, object["error"] == nil else {
        self = .answer
        return
      }
      throw RPCError(.invalidRequest, "a message says a method", of: id)
    }
    guard let method = method.string else {
      throw RPCError(.invalidRequest, "a method is text", of: id)
    }
    guard id != nil || object["id"] == nil else {
      throw RPCError(.invalidRequest, "an id is a whole number or text")
    }
    let given = object["params"]
    guard given == nil || given?.object != nil else {
      // A notification is not answered, whatever is wrong with it.
      guard let id else {
        self = .notification(method: method, parameters: [:])
        return
      }
      throw RPCError(.invalidParameters, "params are an object", of: id)
    }
    let parameters = given?.object ?? [:]
    self =
      id.map { .request($0, method: method, parameters: parameters) }
      ?? .notification(method: method, parameters: parameters)
  }

  private static func kind(of value: StateValue) -> String {
    switch value {
    case .array: "a list"
    case .string: "text"
    case .int, .double: "a number"
    default: "something else"
    }
  }
}

/// Why a request is not answered with what it asked for.
package struct RPCError: Error, Hashable, Sendable {
  /// What kinds there are, with the numbers that stand for them.
  package enum Code: Int64, Sendable {
    /// It is no JSON.
    case parse = -32700
    /// It is no message.
    case invalidRequest = -32600
    /// There is no such method.
    case unknownMethod = -32601
    /// The method takes something else.
    case invalidParameters = -32602
    /// It could not be done.
    case failed = -32603
    /// There is no such resource, to clients until the end of 2025.
    case noSuchResource = -32002
    /// The revision of the protocol is one that nobody here speaks.
    case unknownRevision = -32022
  }

  /// What kind it is.
  package let code: Code
  /// What is wrong, in a line for a person.
  package let message: String
  /// What a program may want to know of it.
  package var data: StateValue?
  /// Whose request it is about, as far as that is known.
  package var id: RequestID?

  init(_ code: Code, _ message: String, of id: RequestID? = nil, data: StateValue? = nil) {
    (self.code, self.message, self.id, self.data) = (code, message, id, data)
  }

  /// The message that says so.
  var answer: StateObject {
    var error: StateObject = ["code": .int(code.rawValue), "message": .string(message)]
    error["data"] = data
    return ["jsonrpc": "2.0", "id": id?.value ?? .null, "error": .object(error)]
  }
}
