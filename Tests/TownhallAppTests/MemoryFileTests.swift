import Dashboard
import Foundation
import SharedState
import Testing

@testable import TownhallApp

@Suite("The file that remembers")
struct MemoryFileTests {
  /// A folder of the test's own, gone afterwards.
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "townhall-memory-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static func file(_ folder: String, _ address: String? = "ws://a:1") throws -> MemoryFile {
    try #require(MemoryFile(variables: ["XDG_STATE_HOME": folder], address: address))
  }

  private static let memory = DashboardMemory(["sort": "rate", "house": "selection.root"])

  @Test("What was written is read again, by its owner alone and for its own town alone")
  func roundTrip() throws {
    try Self.withFolder { folder in
      let file = try Self.file(folder + "/deep/er")
      #expect(try file.read() == DashboardMemory())
      try file.write(Self.memory)
      try file.write(Self.memory)
      #expect(try file.read() == Self.memory)
      #expect(try Self.file(folder + "/deep/er", "ws://a:2").read() == DashboardMemory())
      #expect(try Self.file(folder + "/deep/er", nil).read() == DashboardMemory())
      let inside = folder + "/deep/er/townhall"
      let names = try FileManager.default.contentsOfDirectory(atPath: inside)
      #expect(names == ["ws%3a%2f%2fa%3a1.json"])
      let modes = try FileManager.default.attributesOfItem(atPath: "\(inside)/\(names[0])")
      #expect(modes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("The place is XDG's, or the one in the home folder, or none")
  func places() throws {
    try Self.withFolder { folder in
      let home = try #require(MemoryFile(variables: ["HOME": folder], address: nil))
      try home.write(Self.memory)
      let path = folder + "/.local/state/townhall/embedded.json"
      #expect(FileManager.default.fileExists(atPath: path))
    }
    #expect(MemoryFile(variables: [:], address: nil) == nil)
    #expect(MemoryFile(variables: ["XDG_STATE_HOME": "here", "HOME": ""], address: nil) == nil)
  }

  @Test("An address is one name in one folder, whatever is in it")
  func names() {
    let addresses = [
      "ws://a:1", "ws://a:11", "ws://../../etc/passwd", "..", ".", "", "ws://é", "ws://e\u{301}",
      "a\u{0}b", String(repeating: "x", count: 5000), String(repeating: "x", count: 5001),
    ]
    let names = addresses.map(MemoryFile.name)
    #expect(Set(names).count == addresses.count)
    #expect(names.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") && $0.utf8.count < 220 })
    #expect(names.allSatisfy { $0.allSatisfy(\.isASCII) })
  }

  @Test("A file that is broken, too large or no file at all is said to be so, and nothing is read")
  func broken() throws {
    try Self.withFolder { folder in
      let (file, path) = (try Self.file(folder), folder + "/townhall/ws%3a%2f%2fa%3a1.json")
      try file.write(Self.memory)
      for text in ["", "{", "{]", "\u{0}", String(repeating: "[", count: 3000)] {
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(throws: (any Error).self) { try file.read() }
      }
      try Data([0xFF, 0xFE, 0x80]).write(to: URL(filePath: path))
      #expect(throws: (any Error).self) { try file.read() }
      try Data(repeating: 0x20, count: MemoryFile.mostBytes + 1).write(to: URL(filePath: path))
      #expect(throws: (any Error).self) { try file.read() }
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      #expect(throws: (any Error).self) { try file.read() }
      #expect(throws: (any Error).self) { try file.write(Self.memory) }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder + "/townhall")
      #expect(left.count == 1, "no draft is left behind")
    }
  }
}
