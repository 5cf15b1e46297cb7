import Testing

extension PTYProgram {
  /// Types keys, each when the screen shows what the one before led to.
  ///
  /// - Throws: What Swift Testing throws where something did not come; the screen is in the message.
  public func press(_ steps: (keys: String, shows: String)...) throws {
    for step in steps {
      send(step.keys)
      try #require(wait(for: step.shows), "\(step.shows) did not come:\n\(text)")
    }
  }
}
