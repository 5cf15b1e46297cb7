public import TextScreen

/// Keys as a test writes them: plain characters, `<enter>`-like names, and `^s`-like chords.
public enum KeyScript {
  private static let names: [String: Key] = [
    "enter": .enter, "esc": .escape, "tab": .tab, "backtab": .backTab, "bs": .backspace,
    "del": .delete, "up": .up, "down": .down, "left": .left, "right": .right, "home": .home,
    "end": .end, "pgup": .pageUp, "pgdn": .pageDown, "f2": .function(2), "f4": .function(4),
    "alt-b": .alt("b"), "alt-f": .alt("f"), "lt": .character("<"), "hat": .character("^"),
  ]

  /// The keys of a script.
  public static func keys(_ script: String) -> [Key] {
    var keys: [Key] = []
    var rest = script[...]
    while let character = rest.popFirst() {
      if character == "^", let letter = rest.popFirst() {
        keys.append(.control(letter))
      } else if character == "<", let end = rest.firstIndex(of: ">"),
        let key = names[String(rest[..<end])]
      {
        keys.append(key)
        rest = rest[rest.index(after: end)...]
      } else {
        keys.append(.character(character))
      }
    }
    return keys
  }
}
