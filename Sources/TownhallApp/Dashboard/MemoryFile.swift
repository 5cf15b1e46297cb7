import Dashboard
import Glibc
import NetworkSupport
import SharedState

/// The file in which a dashboard remembers how a town was left.
///
/// It lies where the XDG rules put such things, one for each town: `~/.local/state/townhall/` by default.
struct MemoryFile: Sendable {
  /// A larger file is none of ours.
  static let mostBytes = 1_000_000

  private let path: String

  /// Finds the place for a town by its address, or for the one that is opened with the dashboard if there is
  /// none; `nil` if this person has no place.
  init?(variables: [String: String], address: String?) {
    self.init(variables: variables, named: address.map(Self.name) ?? "embedded")
  }

  /// Finds the place for what does not belong to one town, by a name that is none of an address.
  init?(variables: [String: String], named name: String) {
    guard let folder = Self.folder(variables) else { return nil }
    path = "\(folder)/\(name).json"
  }

  /// Where all of this lies; `nil` if this person has no place.
  static func folder(_ variables: [String: String]) -> String? {
    let isPlace = { (path: String?) in path?.hasPrefix("/") == true }
    if let state = variables["XDG_STATE_HOME"], isPlace(state) { return state + "/townhall" }
    guard let home = variables["HOME"], isPlace(home) else { return nil }
    return home + "/.local/state/townhall"
  }

  /// An address as a name that any file system takes, and that no other address has.
  static func name(of address: String) -> String {
    var name = ""
    for byte in address.utf8 {
      let isPlain =
        byte < 0x80
        && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
      let isInside = !name.isEmpty && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-"))
      if isPlain || isInside {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        name += "%" + String(hex: byte, digits: 2)
      }
    }
    guard name.utf8.count > 200 else { return name }
    // What is cut off is told apart by a number made from all of it (FNV-1a).
    let number = address.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return name.prefix(180) + "+" + String(number, radix: 16)
  }

  /// Reads what is remembered: nothing, if there is no file yet.
  func read() throws -> DashboardMemory {
    try readValue().map { DashboardMemory($0) } ?? DashboardMemory()
  }

  /// Reads what is kept; `nil` if there is no file yet.
  func readValue() throws -> StateValue? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0, errno == ENOENT || errno == ENOTDIR { return nil }
    guard descriptor >= 0 else { throw Files.SystemError("cannot open \(path)") }
    defer { close(descriptor) }
    guard let status = FileStatus(of: descriptor), status.isRegular, status.size <= Self.mostBytes
    else { throw Unfit(path: path, reason: "it is no file of at most 1 MB") }
    let bytes = try Files.readAll(descriptor, named: path)
    do {
      return try StateValue(text: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw Unfit(path: path, reason: String(describing: error))
    }
  }

  private struct Unfit: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "cannot use \(path): \(reason)" }
  }

  /// Writes what is to be remembered: all of it, or the file stays as it was.
  func write(_ memory: DashboardMemory) throws { try write(memory.value) }

  /// Writes a value in place of what was kept.
  func write(_ value: StateValue) throws { close(try put(value, isHeld: false)) }

  /// Writes a value, and holds the file as ``take()`` would, until the returned descriptor is closed or this
  /// program ends, however it does.
  func writeAndHold(_ value: StateValue) throws -> Int32 { try put(value, isHeld: true) }

  /// Holds a file that no other program holds; `nil` if one does, or if it is not there.
  func take() -> Int32? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  func remove() { unlink(path) }

  private func put(_ value: StateValue, isHeld: Bool) throws -> Int32 {
    try Files.replace(path, with: (value.text(indent: 2) + "\n").utf8) { descriptor, draft in
      // Before it has its name, so that nobody finds it free.
      if isHeld, flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        throw Files.SystemError("cannot hold \(draft)")
      }
    }
  }
}
