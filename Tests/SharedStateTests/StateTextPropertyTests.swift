import SharedState
import Testing

@Suite("The text form, on random values")
struct StateTextPropertyTests {
  @Test("A value reads back equal, and its text the same, indented or not", arguments: 0..<400)
  func roundTrip(seed: UInt64) throws {
    var chance = Chance(seed: seed)
    let value = chance.value(depth: 4)
    let text = value.text
    let twin = try StateValue(text: text)
    #expect(twin == value)
    #expect(twin.text == text)
    #expect(!text.contains("\n"))
    let indent = chance.below(5)
    let indented = value.text(indent: indent)
    #expect(try StateValue(text: indented).text == text)
  }

  @Test("Doubles keep every bit", arguments: 0..<20)
  func doubles(seed: UInt64) throws {
    var chance = Chance(seed: seed)
    for _ in 0..<500 {
      let number = chance.double()
      let twin = try StateValue(text: StateValue.double(number).text)
      guard case .double(let read) = twin else {
        Issue.record("\(number) became a \(twin.kind)")
        continue
      }
      #expect(read.bitPattern == number.bitPattern || (read.isNaN && number.isNaN))
    }
  }

  @Test("No text traps the reader, and what it takes it also writes", arguments: 0..<200)
  func mutations(seed: UInt64) {
    var chance = Chance(seed: seed)
    let marks = Array("{}[],:\"\\u0009eE+-. \n\tb64=NaInfintruels'日\u{301}")
    for _ in 0..<50 {
      var text = Array(chance.value(depth: 3).text(indent: chance.below(2) == 0 ? nil : 1))
      for _ in 0...chance.below(4) {
        let place = chance.below(text.count + 1)
        switch chance.below(4) {
        case 0: text.insert(chance.pick(marks), at: place)
        case 1 where place < text.count: text[place] = chance.pick(marks)
        case 2 where place < text.count: text.remove(at: place)
        default: text = Array(text[..<place])
        }
      }
      judge(String(text))
    }
  }

  @Test("Random bytes do not trap the reader", arguments: 0..<50)
  func noise(seed: UInt64) {
    var chance = Chance(seed: seed)
    for _ in 0..<100 {
      let bytes = (0..<chance.below(30)).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
      judge(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Reads a text; the value must write a text that reads back, and an error must lie inside the text.
  private func judge(_ text: String) {
    do throws(StateTextError) {
      let value = try StateValue(text: text)
      #expect(try StateValue(text: value.text) == value, "\(text)")
    } catch {
      #expect((0...text.count).contains(error.offset), "\(text): \(error)")
      #expect(error.line >= 1 && error.column >= 1 && error.message.hasPrefix("expected "))
      let lines = text.split(omittingEmptySubsequences: false) {
        $0 == "\n" || $0 == "\r\n" || $0 == "\r"
      }
      #expect(lines.indices.contains(error.line - 1), "\(text): \(error)")
      #expect(error.column <= lines[error.line - 1].count + 1, "\(text): \(error)")
    }
  }
}
