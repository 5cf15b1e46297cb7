import NIOCore

/// Why a WebSocket was closed: the number and the words of a close frame.
public struct WebSocketClose: Error, Sendable, Hashable, CustomStringConvertible {
  /// The close code, as RFC 6455 numbers them.
  public let code: UInt16
  /// What the closing side said.
  public let reason: String

  /// Makes a reason to close.
  public init(code: UInt16, reason: String = "") {
    self.code = code
    self.reason = reason
  }

  /// The purpose is fulfilled.
  public static let normal = WebSocketClose(code: 1000)

  /// One side is going away, for example because the server shuts down.
  public static func goingAway(_ reason: String) -> WebSocketClose {
    WebSocketClose(code: 1001, reason: reason)
  }

  /// The peer broke the rules of framing.
  static func protocolError(_ reason: String) -> WebSocketClose {
    WebSocketClose(code: 1002, reason: reason)
  }

  /// The peer sent a kind of message that this wire does not carry.
  static func unacceptable(_ reason: String) -> WebSocketClose {
    WebSocketClose(code: 1003, reason: reason)
  }

  /// The peer sent a message that does not hold what it should.
  static func badData(_ reason: String) -> WebSocketClose {
    WebSocketClose(code: 1007, reason: reason)
  }

  /// The peer sent a message beyond the limit.
  static func tooBig(limit: Int) -> WebSocketClose {
    WebSocketClose(code: 1009, reason: "a message is larger than \(limit) bytes")
  }

  /// The peer goes on and on about nothing.
  static func tooMuch(_ reason: String) -> WebSocketClose {
    WebSocketClose(code: 1008, reason: reason)
  }

  /// Something on this side went wrong.
  static func failure(_ reason: String) -> WebSocketClose {
    WebSocketClose(code: 1011, reason: reason)
  }

  /// Whether the closing side meant that all is well.
  public var isGoodOrder: Bool { code == 1000 || code == 1001 || code == 1005 }

  /// The code, and the words if there are any.
  public var description: String { reason.isEmpty ? "\(code)" : "\(code) \(reason)" }
}

extension WebSocketClose {
  /// A control frame carries 125 bytes, two of which are the code.
  static let longestReason = 123

  /// Reads the payload of a close frame.
  ///
  /// - Throws: the reason to close with in turn, if the payload breaks the rules.
  init(payload: ByteBuffer) throws(WebSocketClose) {
    var payload = payload
    if payload.readableBytes == 0 {
      self.init(code: 1005)
      return
    }
    guard let code = payload.readInteger(as: UInt16.self) else {
      throw .protocolError("a close frame holds one byte")
    }
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: break
    default: throw .protocolError("close code \(code) must not be sent")
    }
    guard let reason = String(validating: payload.readableBytesView, as: UTF8.self) else {
      throw .badData("the reason in a close frame is not UTF-8")
    }
    self.init(code: code, reason: reason)
  }

  /// The payload of a close frame; a long reason is cut between characters.
  var payload: ByteBuffer {
    var payload = ByteBuffer()
    guard code != 1005 else { return payload }
    payload.writeInteger(code)
    var room = Self.longestReason
    for character in reason {
      room -= character.utf8.count
      if room < 0 { break }
      payload.writeString(String(character))
    }
    return payload
  }
}
