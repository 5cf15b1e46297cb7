extension String {
  /// The beginning, of so many scalars: what a peer calls one character may be as long as it likes.
  func beginning(_ scalars: Int) -> String {
    String(UnicodeScalarView(unicodeScalars.prefix(scalars)))
  }
}
