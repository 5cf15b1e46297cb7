import SharedState
import Testing

@Suite("StateEntry")
struct StateEntryTests {
  /// Reads the text form; equal values may have unequal bytes, as on a real wire.
  enum TextCodec: StateValueCodec {
    static func decode(_ checkedBytes: RawSpan) -> StateValue {
      (try? StateValue(text: checkedBytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }))
        ?? "broken"
    }
  }

  /// Must never be asked.
  enum SealedCodec: StateValueCodec {
    static func decode(_ checkedBytes: RawSpan) -> StateValue {
      Issue.record("Decoded bytes that nobody looked at")
      return .null
    }
  }

  private func packed(_ text: String, _ codec: any StateValueCodec.Type) -> StateEntry {
    StateEntry(packed: PackedStateValue(checked: Array(text.utf8), codec: codec))
  }

  @Test("A packed value is decoded when somebody looks")
  func decoding() {
    let entry = packed("{\"a\": 1}", TextCodec.self)
    #expect(entry.value == ["a": 1])
    #expect(entry.packed != nil)
    #expect(StateEntry(["a": 1]).packed == nil)
  }

  @Test("Entries are equal if they stand for equal values, in whatever form")
  func equality() {
    let spaced = packed("{\"a\": 1, \"b\": 2}", TextCodec.self)
    let other = packed("{\"b\":2,\"a\":1}", TextCodec.self)
    #expect(spaced == other)
    #expect(spaced == StateEntry(["a": 1, "b": 2]))
    #expect(spaced != StateEntry(["a": 1, "b": 3]))
  }

  @Test("Equal bytes of one codec are not decoded to be compared, passed on or removed")
  func sealed() {
    var town = StateDictionary()
    town.setEntry(packed("x", SealedCodec.self), for: "a")
    #expect(town.entry(for: "a") == packed("x", SealedCodec.self))
    var change = StateChange()
    change.update("b", to: packed("y", SealedCodec.self))
    town.apply(change)
    var copy = town
    #expect(copy == town)
    #expect(copy.changes(since: town).isEmpty)
    copy["a"] = nil
    #expect(copy.keys == ["b"])
  }
}
