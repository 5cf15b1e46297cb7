import Dashboard
import Glibc

/// The person's own editor, on a text in a file that nobody else can read.
struct ExternalEditor: Sendable {
  /// What the shell is to run, from `$VISUAL` or `$EDITOR`: it may have arguments.
  let command: String

  init(variables: [String: String]) {
    let named = ["VISUAL", "EDITOR"].compactMap { variables[$0] }.first { !$0.isEmpty }
    command = named ?? "vi"
  }

  /// Opens a text with some lines about it above, at one of its lines, and returns what the person made of it.
  func edit(
    _ text: String,
    header: String,
    line: Int? = nil,
    name: String
  ) async -> ExternalEditResult {
    do {
      let folder = try PrivateFolder()
      defer { folder.remove() }
      let comment = Self.comment(header)
      let content = comment + text + (text.hasSuffix("\n") ? "" : "\n")
      let call = self.call(line: line.map { $0 + comment.count(where: \.isNewline) })
      let path = try folder.write(content, named: name)
      let status = try await ChildProcess.run(["/bin/sh", "-c", call + " \"$1\"", "sh", path])
      guard status == 0 else {
        return .failed("\(command) ended with status \(status), so nothing was taken from it")
      }
      let bytes = try Files.read(path)
      guard let edited = String(validating: bytes, as: UTF8.self) else {
        return .failed("what \(command) saved is not text in UTF-8")
      }
      return edited == content ? .unchanged : .saved(Self.uncomment(edited))
    } catch {
      return .failed(String(describing: error))
    }
  }

  /// Editors that take `+12` for the line to begin at.
  private static let plusEditors: Set<Substring> = [
    "vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "joe", "jed", "kak", "micro", "ne",
  ]

  private func call(line: Int?) -> String {
    let program = command.prefix { !$0.isWhitespace }
    let name = program.split(separator: "/").last ?? program
    guard let line, Self.plusEditors.contains(name) else { return command }
    return "\(command) +\(line)"
  }

  static func comment(_ header: String) -> String {
    guard !header.isEmpty else { return "" }
    return header.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
  }

  /// Takes the lines about the text off again, also if the person has changed them.
  static func uncomment(_ text: String) -> String {
    var rest = text[...]
    while rest.first == "#" {
      rest = rest.drop { $0 != "\n" && $0 != "\r\n" }.dropFirst()
    }
    return String(rest)
  }
}

/// A folder for one file that only its owner may enter.
struct PrivateFolder {
  private let path: String

  init() throws(Files.SystemError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/townhall.\(String(repeating: "X", count: 6))".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw Files.SystemError("cannot make a folder in \(parent)")
    }
    path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }

  /// Writes a file that only its owner may read, and returns its path.
  func write(_ text: String, named name: String) throws(Files.SystemError) -> String {
    let file = "\(path)/\(Files.safeName(for: name))"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Files.SystemError("cannot write \(file)") }
    defer { close(descriptor) }
    try Files.write(text.utf8, to: descriptor, named: file)
    return file
  }

  /// Removes the folder and what an editor may have left beside the file.
  func remove() {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      unlink("\(path)/\(name)")
    }
    closedir(folder)
    rmdir(path)
  }
}
