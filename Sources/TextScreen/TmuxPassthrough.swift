/// What tmux hands on to the terminal around it, if its `allow-passthrough` is on.
package enum TmuxPassthrough {
  /// Wraps a sequence for the terminal around tmux.
  package static func wrapping(_ sequence: [UInt8]) -> [UInt8] {
    let doubled = sequence.flatMap { $0 == 0x1b ? [$0, $0] : [$0] }
    return Array("\u{1b}Ptmux;".utf8) + doubled + Array("\u{1b}\\".utf8)
  }
}
