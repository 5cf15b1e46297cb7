internal import CZlib

/// Unpacks what was packed with deflate (RFC 1951), a piece at a time.
enum Deflated {
  private static let piece = 1 << 18

  /// Unpacks a part of a file into one without a name.
  ///
  /// - Parameters:
  ///   - packed: The part.
  ///   - name: What it is called in what goes wrong.
  ///   - most: How many bytes it may be.
  /// - Returns: All that could be unpacked, and why that is not all.
  /// - Throws: Why the file cannot be read, or the other not be written.
  static func unpack(
    _ packed: FileSlice,
    named name: String,
    most: Int
  ) throws(RecordingError) -> (RecordedFile, flaw: RecordingError?) {
    var stream = z_stream()
    // No header: that is the archive's.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      throw RecordingError(name, "zlib does not begin")
    }
    defer { inflateEnd(&stream) }
    var flaw: RecordingError?
    let file = try RecordedFile(name: name) { write throws(RecordingError) in
      var (place, written) = (0, 0)
      var output = [UInt8](repeating: 0, count: piece)
      var status = Z_OK
      while status == Z_OK {
        var input = try packed.read(place..<place + min(piece, packed.count - place))
        place += input.count
        guard !input.isEmpty else {
          flaw = RecordingError(name, at: written, "it is cut off")
          return
        }
        stream.avail_in = CUnsignedInt(input.count)
        var given = 0
        repeat {
          let had = CUnsignedInt(input.count - given)
          status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
              stream.next_in = input.baseAddress.map { $0 + given }
              stream.avail_in = had
              stream.next_out = output.baseAddress
              stream.avail_out = CUnsignedInt(output.count)
              return inflate(&stream, Z_NO_FLUSH)
            }
          }
          given = input.count - Int(stream.avail_in)
          let count = output.count - Int(stream.avail_out)
          guard written + count <= most else {
            flaw = RecordingError(name, at: written, "unpacked it is more than \(most) bytes")
            return
          }
          var trouble: RecordingError?
          output.withUnsafeBytes { bytes in
            do throws(RecordingError) {
              try write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            } catch {
              trouble = error
            }
          }
          if let trouble { throw trouble }
          written += count
        } while status == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0)
        // It wants more.
        if status == Z_BUF_ERROR { status = Z_OK }
      }
      if status != Z_STREAM_END {
        flaw = RecordingError(name, at: written, "what follows was not packed with deflate")
      }
    }
    return (file, flaw)
  }
}
