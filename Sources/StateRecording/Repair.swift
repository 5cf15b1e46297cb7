internal import MessagePack

extension Recording {
  /// Says what came of a repair.
  public struct Repaired: Sendable, Hashable {
    /// The file that was made.
    public let path: String
    /// How many messages are in it.
    public let messageCount: Int
    /// What is wrong with the recording that it was made of.
    public let flaws: [RecordingError]
  }

  /// Makes a recording of all that can be read of another one, which stays as it is.
  ///
  /// Any reader opens what comes of it. Where nobody says when a message came, they are a thirtieth of a second apart.
  ///
  /// ```swift
  /// try Recording.repair("session.nanover.zip").path    // "session-repaired.nanover.zip"
  /// ```
  ///
  /// - Parameters:
  ///   - path: The recording that is cut off or damaged.
  ///   - destination: The file to make; beside the recording, with `-repaired` in its name, if it is left out.
  ///   - limits: How much may come of the file.
  /// - Returns: What came of it.
  /// - Throws: Why nothing of it can be read, or why the other cannot be written, and then there is none.
  /// - Complexity: O(*n*) in its bytes, of which one message is in memory.
  public static func repair(
    _ path: String,
    to destination: String? = nil,
    limits: Limits = Limits()
  ) throws(RecordingError) -> Repaired {
    let recording = try Recording(path, limits: limits)
    let destination = destination ?? PartNames(path).named("repaired")
    let writer = try RecordingWriter(destination, begun: recording.begun)
    var flaws = recording.flaws
    do throws(RecordingError) {
      var known = Known()
      for number in 0..<recording.count {
        try RecordingError.checkCancellation(of: destination)
        let bytes = try recording.packed(number)
        do throws(MessagePackError) {
          // What cannot be read by us is of no use to others.
          known.take(try Recording.check(bytes))
          try writer.append(packed: bytes, at: recording.time(of: number))
        } catch {
          flaws.append(recording.error(error, in: number))
          continue
        }
        try writer.goOn(known)
      }
      try writer.finish()
    } catch {
      writer.file.remove()
      throw error
    }
    return Repaired(path: destination, messageCount: writer.count, flaws: flaws)
  }
}
