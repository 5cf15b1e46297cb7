#if GRPC

@testable import GRPCTransport
import ProtocolBuffers
import SharedState
import SwiftProtobuf
import TestSupport

/// Values of every shape that the wire carries, and the same values as the protobuf library has them.
enum Samples {
  static func object(using generator: inout SeededGenerator, depth: Int = 0) -> StateObject {
    var object: StateObject = [:]
    for _ in 0..<Int.random(in: 0...5, using: &generator) {
      object[text(using: &generator)] = value(using: &generator, depth: depth + 1)
    }
    return object
  }

  static func value(using generator: inout SeededGenerator, depth: Int) -> StateValue {
    switch Int.random(in: 0...(depth < 6 ? 7 : 4), using: &generator) {
    case 0: .null
    case 1: .bool(Bool.random(using: &generator))
    case 2: .double(Double(Int.random(in: -300...300, using: &generator)))
    case 3: .double(Double(bitPattern: generator.next()))
    case 4: .string(text(using: &generator))
    case 5, 6:
      .array(
        (0..<Int.random(in: 0...40, using: &generator)).map { _ in
          value(using: &generator, depth: depth + 2)
        }
      )
    default: .object(object(using: &generator, depth: depth))
    }
  }

  private static let alphabet: [Unicode.Scalar] = ["a", ".", "é", "\u{301}", "雪", "🧪", "\0", "\n"]

  static func text(using generator: inout SeededGenerator) -> String {
    // Lengths around 128, where the length of a length changes, come up now and then.
    let longest = Int.random(in: 0...20, using: &generator) == 0 ? 140 : 6
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...longest, using: &generator) {
      text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
    }
    return String(text)
  }

  /// A value inside so many lists, or dictionaries.
  static func nested(_ levels: Int, inLists: Bool) -> StateValue {
    var value: StateValue = true
    for _ in 0..<levels { value = inLists ? [value] : ["": value] }
    return value
  }
}

extension ReadableMessage {
  init(_ bytes: [UInt8]) throws(WireError) {
    try self.init(from: bytes.span.bytes)
  }
}

extension Google_Protobuf_Struct {
  /// A struct with the same fields.
  init(_ object: StateObject) {
    self.init()
    // Setting one field after the other would copy them all each time. Keys that look alike differ to protobuf only
    // by their bytes, so the samples hold none.
    fields = Dictionary(
      object.map { ($0.key, Google_Protobuf_Value($0.value)) },
      uniquingKeysWith: { $1 }
    )
  }

  var object: StateObject { StateObject(fields.map { ($0.key, $0.value.value) }) }
}

extension Google_Protobuf_Value {
  init(_ value: StateValue) {
    self.init()
    switch value {
    case .null: kind = .nullValue(.nullValue)
    case .bool(let truth): kind = .boolValue(truth)
    case .int(let number): kind = .numberValue(Double(number))
    case .double(let number): kind = .numberValue(number)
    case .string(let text): kind = .stringValue(text)
    case .bytes: kind = .stringValue(value.text)
    case .array(let elements):
      kind = .listValue(.with { $0.values = elements.map { Google_Protobuf_Value($0) } })
    case .object(let object): kind = .structValue(Google_Protobuf_Struct(object))
    }
  }

  var value: StateValue {
    switch kind {
    case nil, .nullValue: .null
    case .boolValue(let truth): .bool(truth)
    case .numberValue(let number): .double(number)
    case .stringValue(let text): .string(text)
    case .listValue(let list): .array(list.values.map(\.value))
    case .structValue(let object): .object(object.object)
    }
  }
}
#endif
