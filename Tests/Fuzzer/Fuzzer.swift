import FuzzTargets
import Glibc
import LibFuzzer

/// Fuzzes one target, guided by what each input reaches.
///
///     Fuzzer TARGET [--seconds N] [OPTION…] [FOLDER…]
///     Fuzzer --list
///
/// The seconds are those of the processor, since others may be using it too; options and folders are libFuzzer's.
@main
struct Fuzzer {
  /// The target of this process; it is set before the first input.
  nonisolated(unsafe) private static var target: FuzzTarget?

  static func main() {
    var words = CommandLine.arguments.dropFirst()
    if words.first == "--list" {
      for target in FuzzTarget.all { print(target.name, target.subject) }
      return
    }
    target = FuzzTarget.all.first { $0.name == words.first }
    guard let target else {
      complain("there is no target \(words.first ?? ""); --list names them")
      exit(2)
    }
    words = words.dropFirst()
    if words.first == "--seconds", let seconds = words.dropFirst().first.flatMap({ Int($0) }) {
      end(after: seconds)
      words = words.dropFirst(2)
    }
    var arguments = [CommandLine.arguments[0], "-max_len=\(target.longest)"]
    if let dictionary = dictionary(of: target) { arguments.append("-dict=\(dictionary)") }
    drive(arguments + words)
  }

  /// Has libFuzzer end in good order when the processor has worked for so many seconds.
  private static func end(after seconds: Int) {
    signal(SIGPROF) { _ in kill(getpid(), SIGUSR1) }
    setProfilingTimer(seconds)
  }

  private static func complain(_ words: String) {
    var line = words + "\n"
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Hands over to libFuzzer, which ends the process.
  private static func drive(_ arguments: [String]) {
    var pointers = arguments.map { strdup($0) } + [nil]
    var count = Int32(arguments.count)
    pointers.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      _ = LLVMFuzzerRunDriver(&count, &start) { data, size in
        Fuzzer.take(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
      }
    }
  }

  private static func take(_ bytes: [UInt8]) {
    do {
      try target?.run(bytes)
    } catch {
      // libFuzzer keeps the input of a process that dies.
      complain("finding: \(error)")
      abort()
    }
  }

  /// A file with the words of a format, as libFuzzer reads them.
  private static func dictionary(of target: FuzzTarget) -> String? {
    guard !target.words.isEmpty else { return nil }
    let lines = target.words.map { word in
      "\"" + word.utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
    }
    let path = "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/fuzz-\(getpid()).dict"
    guard let file = fopen(path, "w") else { return nil }
    fputs(lines.joined(separator: "\n") + "\n", file)
    fclose(file)
    return path
  }
}
