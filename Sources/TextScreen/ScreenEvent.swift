/// A key on the keyboard, or a combination of keys.
public enum Key: Hashable, Sendable {
  /// A printable character.
  case character(Character)
  /// Return.
  case enter
  /// Escape.
  case escape
  /// Tab.
  case tab
  /// Shift and Tab.
  case backTab
  /// The key that removes to the left.
  case backspace
  /// The key that removes to the right.
  case delete
  /// Insert.
  case insert
  /// An arrow key.
  case up, down, left, right
  /// Home.
  case home
  /// End.
  case end
  /// Page up.
  case pageUp
  /// Page down.
  case pageDown
  /// A function key; 1 is F1.
  case function(Int)
  /// Control and a letter, which is always given in lower case.
  case control(Character)
  /// Alt and a character.
  case alt(Character)
}

/// What the pointer did, and where.
public struct Mouse: Hashable, Sendable {
  /// What a pointer does.
  public enum Kind: Hashable, Sendable {
    /// The main button went down.
    case press
    /// The main button came up.
    case release
    /// The middle button went down.
    case middlePress
    /// The secondary button went down.
    case secondaryPress
    /// The wheel turned up by a notch.
    case wheelUp
    /// The wheel turned down by a notch.
    case wheelDown
  }

  /// What the pointer did.
  public var kind: Kind
  /// Where it was.
  public var point: Point

  /// How many rows a turn of the wheel goes down, up if it is negative; `nil` for anything else.
  public var wheelRows: Int? {
    switch kind {
    case .wheelUp: -3
    case .wheelDown: 3
    default: nil
    }
  }

  /// Makes an event of the pointer.
  public init(_ kind: Kind, at point: Point) {
    self.kind = kind
    self.point = point
  }
}

/// Something that happened at the terminal.
public enum ScreenEvent: Hashable, Sendable {
  /// A key was pressed.
  case key(Key)
  /// Text was pasted, whole; none of it is to be taken for keys.
  case paste(String)
  /// The pointer did something.
  case mouse(Mouse)
  /// The screen has other extents now.
  case resized(Size)
  /// The program is in the foreground again after it was stopped; the screen is drawn afresh.
  case resumed
  /// The program is asked to end: by a signal, or because the terminal has gone (SIGHUP).
  case terminate(signal: Int32)
}
