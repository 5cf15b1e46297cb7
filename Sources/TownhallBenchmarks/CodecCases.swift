import MessagePack
import SharedState

extension Benchmark {
  /// Bytes to values and back.
  static var codec: [Benchmark] { EntryKind.allCases.flatMap(codec) }

  private static func codec(of kind: EntryKind) -> [Benchmark] {
    [
      Benchmark("MessagePack: decode a message of 10,000 \(kind.plural)", items: 10_000) {
        let message = kind.message(0..<10_000)
        return { keep(try? MessagePack.decode(message)) }
      },
      Benchmark("MessagePack: check 10,000 \(kind.plural)", items: 10_000) {
        let message = kind.message(0..<10_000)
        return {
          var reader = MessagePack.Reader()
          keep(try? reader.skipValue(in: message.span.bytes))
        }
      },
      Benchmark("MessagePack: split 10,000 \(kind.plural) into packed entries", items: 10_000) {
        let message = kind.message(0..<10_000)
        return { keep(split(message)) }
      },
      Benchmark("MessagePack: encode 10,000 \(kind.plural)", items: 10_000) {
        let values = kind.values(10_000)
        return { keep(MessagePack.encode(.array(values))) }
      },
      Benchmark("MessagePack: pass on 10,000 packed \(kind.plural)", items: 10_000) {
        let change = split(kind.message(0..<10_000))
        return {
          var bytes: [UInt8] = []
          for (key, entry) in change.updates {
            MessagePack.encode(key, into: &bytes)
            MessagePack.encode(entry, into: &bytes)
          }
          keep(bytes)
        }
      },
    ]
  }
}
