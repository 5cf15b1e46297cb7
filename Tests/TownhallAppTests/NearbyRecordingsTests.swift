import Foundation
import TestSupport
import Testing

@testable import TownhallApp

@Suite("The recordings of a folder")
struct NearbyRecordingsTests {
  private let folder = ScratchFolder()

  private func make(_ name: String, age: Double) throws {
    let path = folder.path + "/" + name
    try FileManager.default.createDirectory(
      atPath: folder.path,
      withIntermediateDirectories: true
    )
    try Data().write(to: URL(filePath: path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -age)],
      ofItemAtPath: path
    )
  }

  private var names: [String] {
    NearbyRecordings.paths(in: folder.path).map { String($0.dropFirst(folder.path.count + 1)) }
  }

  @Test("Files of all three kinds are found, the newest first, and nothing else")
  func newestFirst() throws {
    #expect(NearbyRecordings.paths(in: folder.path).isEmpty)
    for (name, age) in [
      ("old.nanover.zip", 300.0), ("new.state", 1), ("middle.traj", 20), ("notes.txt", 0),
      ("a.zip", 0), (".state@x", 0),
    ] {
      try make(name, age: age)
    }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/folder.nanover.zip",
      withIntermediateDirectories: true
    )
    #expect(names == ["new.state", "middle.traj", "old.nanover.zip"])
  }

  @Test("The two files of one older recording are offered once, and nine of them at most")
  func few() throws {
    try make("pair.state", age: 1)
    try make("pair.traj", age: 2)
    #expect(names == ["pair.state"])
    for number in 0..<20 { try make("r\(number).nanover.zip", age: 100 + Double(number)) }
    #expect(names == ["pair.state"] + (0..<8).map { "r\($0).nanover.zip" })
  }
}
