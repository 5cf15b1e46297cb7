package import SharedState

/// What is said about commands, by whatever wire: asked, answered and offered.
package enum CommandMessage: Sendable, Equatable {
  /// Asks for a command to be run. The whole request goes back with the answer.
  case request(StateObject)
  /// Answers a request.
  case response(request: StateObject, StateValue)
  /// Says why a request came to nothing.
  case exception(request: StateObject, CommandFailure)
  /// Offers a command to the others.
  case register(StateObject)

  /// Reads a message in NanoVer's form; nil if it is none.
  package init?(_ object: StateObject) {
    if let register = object["register"]?.object {
      self = .register(register)
      return
    }
    guard let request = object["request"]?.object else { return nil }
    if let exception = object["exception"] {
      let words = exception.string ?? "failed"
      self = .exception(request: request, CommandFailure(.failed, words))
    } else if let response = object["response"] {
      self = .response(request: request, response)
    } else {
      self = .request(request)
    }
  }

  /// The message in NanoVer's form.
  package var object: StateObject {
    switch self {
    case .request(let request): ["request": .object(request)]
    case .response(let request, let response):
      ["request": .object(request), "response": response]
    case .exception(let request, let failure):
      ["request": .object(request), "exception": .string(failure.message)]
    case .register(let offer): ["register": .object(offer)]
    }
  }
}
